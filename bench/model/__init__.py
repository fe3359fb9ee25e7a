"""The words of the house as types: observations, profile, wiring, record, faults, diagnosis. No device, clock or file."""
