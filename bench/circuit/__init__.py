"""The electrical rules of a rig: its circuit against itself and against its wiring file. Pure; no file, no pin."""
