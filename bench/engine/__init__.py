"""The engine: one thread, one clock, one guard. Runs steps on any rig and lets go of the outputs whatever happens."""
