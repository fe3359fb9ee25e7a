"""Recorded CAN logs as frames: streaming, in constant memory, every line either a frame or counted."""

from bench.canlog.reader import SUFFIXES, LogReader, open_log

__all__ = ["SUFFIXES", "LogReader", "open_log"]
