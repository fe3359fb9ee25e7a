"""lockbench: tests a car-door lock and says what is wrong with it."""

__version__ = "0.1.0"
