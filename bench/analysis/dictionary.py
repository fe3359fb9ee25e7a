"""The fault dictionary: one row a fault, one or more modes in which it shows, each the ways in which it differs from healthy.

A number moves by a Shift (at severity 0.85, in proportion elsewhere); a word gets its odds at severity 0.85 and blends
into the healthy odds below it. What a row does not name reads as in a good lock: rows are compared over the same columns.
Numbers are from the signature table of facts/actuator.md section 2 ([SIM]: a lumped model), odds are estimates (E).
"""

from typing import Final

from bench.analysis.rows_drive import DRIVE_ROWS
from bench.analysis.rows_latch import LATCH_ROWS
from bench.analysis.shapes import Mode

DICTIONARY: Final[dict[str, tuple[Mode, ...]]] = {"healthy": (Mode(1.0),), **DRIVE_ROWS, **LATCH_ROWS}
"""Fault id -> the modes in which it shows; the rows stand in rows_drive.py and rows_latch.py."""
