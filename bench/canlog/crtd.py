"""OVMS CRTD text: `1632509059.541604 2R11 174 00 00 00 aa`; C lines are comments, events and statistics, no frames."""

import re
from collections.abc import Sequence
from typing import Final

from bench.model.can_frame import EXTENDED, SENT, CanFrame, FrameBatch

_BYTES: Final = "(?: [0-9A-Fa-f]{2}){0,8}"  # at most 8
ROWS: Final = re.compile(rf"([0-9]{{1,11}})\.([0-9]{{6}}) ([0-9]?)([RT])11 ([0-7]?[0-9A-Fa-f]{{1,2}})({_BYTES})\r?\n|(.*)\n")
"""One row a line: the fields of an 11-bit frame with microseconds, as nearly every line is; or, last, any other line."""

_ONE: Final = re.compile(rf"([0-9]{{1,11}})\.([0-9]{{1,9}}) ([0-9]?)([RT])(11|29) ([0-9A-Fa-f]{{1,8}})({_BYTES})\s*$")
_REMARK: Final = re.compile(r"(?:[0-9]{1,11}\.[0-9]{1,9} )?[0-9]?C[A-Z]{2}(?:\s|$)")
_BITS: Final = {"11": (0x7FF, 0), "29": (0x1FFF_FFFF, EXTENDED)}


def columns(rows: Sequence[tuple[str, ...]]) -> FrameBatch:
    """Turn rows of ROWS that are frames into columns; ids and payloads repeat, so each is converted once."""
    seconds, micros, channels, directions, ids, data, _ = zip(*rows, strict=True)
    times = [int(s + u) * 1000 for s, u in zip(seconds, micros, strict=True)]
    numbers = {i: int(i, 16) for i in set(ids)}
    payloads = {d: bytes.fromhex(d) for d in set(data)}
    flags = [SENT if way == "T" else 0 for way in directions] if "T" in directions else [0] * len(rows)
    return FrameBatch(times, [numbers[i] for i in ids], [payloads[d] for d in data], channels, flags)


def parse(line: str) -> CanFrame | None:
    """Return the frame of one line, or None where it holds none."""
    found = _ONE.match(line)
    if found is None:
        return None
    seconds, fraction, channel, direction, bits, number, data = found.groups()
    top, flags = _BITS[bits]
    identifier = int(number, 16)
    if identifier > top:
        return None
    t_ns = int(seconds) * 1_000_000_000 + int(fraction.ljust(9, "0"))
    return CanFrame(t_ns, identifier, bytes.fromhex(data), channel, flags | (SENT if direction == "T" else 0))


def is_remark(line: str) -> bool:
    """Is it a line of the format that is no frame: a comment, an event, a version, a statistic, a blank?"""
    return not line.strip() or _REMARK.match(line) is not None


def is_whole(line: str) -> bool:
    """Can nothing have been cut off this last line? Only a full payload says so."""
    return re.search(r"(?: [0-9A-Fa-f]{2}){8}\s*$", line) is not None
