"""Recorded CAN logs, read as frames."""
