"""Drivers of the real rig: GPIO, shunt monitor, CAN. The only room that knows their libraries."""
