"""A module that cannot be imported as a plant: it divides by zero first."""

CANNOT = 1 // 0
