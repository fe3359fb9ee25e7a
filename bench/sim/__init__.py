"""The built-in world: a lock, its wiring, its car, and a rig on a virtual clock around any plant."""
