"""Runs steps on a rig through the guard and hands every observation to the sinks."""
