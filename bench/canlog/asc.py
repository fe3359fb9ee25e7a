"""Vector's ASC text: `   0.015991 1  60D             Rx   d 8 00 06 00 00 00 00 00 00`; times from the start on.

Channel 1 is called 0 and times are relative, as python-can has it.
"""

import re
from collections.abc import Sequence
from typing import Final

from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame, FrameBatch

_HEX: Final = "[0-9A-Fa-f]"
_DATA: Final = "[0-8][0-9A-Fa-f ]{0,25}"  # one class of characters is the quickest to match; columns() holds them to their form
_REST: Final = r"(?: +[A-Za-z][^\n]*)?[ \t]*\r?\n"  # Length = 245925 BitCount = 124 ID = 1549
ROWS: Final = re.compile(rf" *([0-9]{{1,9}}\.[0-9]{{1,9}}) ([0-9]{{1,3}}) +({_HEX}{{1,8}}x?) +([RT])x +d ({_DATA}){_REST}|(.*)\n")
"""One row a line: the fields of a classic data frame, as nearly every line is; or, last, any other line."""

_DECIMAL: Final = re.compile(rb"^\s*base\s+dec\b", re.IGNORECASE | re.MULTILINE)
_HEADS: Final = re.compile(
    r"\s*(?:$|//|date\b|base\b|(?:no\s+)?internal\s+events\b|begin\s+triggerblock\b|end\s+triggerblock\b|#)", re.IGNORECASE
)
_EVENT: Final = re.compile(
    r"\s*[0-9]+\.[0-9]+\s+(?:start of measurement|[0-9]+\s+(?:statistic|j1939|can|lin|flexray|ethernet)|can\b|log\b|trigger|sv:|ev:|"
    r"gps|env|i2?c|tfs|system|comment|[0-9]+\s+status|chip)",
    re.IGNORECASE,
)
_TIME: Final = r"\s*([0-9]{1,9}\.[0-9]{1,12})\s+"
_CLASSIC: Final = re.compile(
    rf"{_TIME}([0-9]{{1,3}})\s+(?:(errorframe)\b.*|({_HEX}{{1,10}})(x?)\s+([RT])x\s+"
    rf"(?:(r)\b.*|d\s+({_HEX}{{1,2}})((?:\s+{_HEX}{{1,3}})*)(?:\s+[A-Za-z]\S.*)?))\s*$",
    re.IGNORECASE,
)
_WITH_RATE: Final = re.compile(
    rf"{_TIME}CANFD\s+([0-9]{{1,3}})\s+([RT])x\s+(?:(errorframe)\b.*|({_HEX}{{1,10}})(x?)\s+(?:(?![01]\s+[01]\s)\S+\s+)?"
    rf"([01])\s+([01])\s+({_HEX}{{1,2}})\s+([0-9]{{1,2}})((?:\s+{_HEX}{{1,3}}(?=\s|$))*).*)$",
    re.IGNORECASE,
)
_SIZES: Final = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64)


class Decimal:
    """The same where the header says that ids and data are decimal: rare enough to be read line by line."""

    ROWS: Final = re.compile(r"((?!))|(.*)\n")
    """No line is a usual one."""

    def columns(self, _rows: Sequence[tuple[str, ...]]) -> FrameBatch:
        """Return nothing: ROWS finds no frame."""
        return FrameBatch.of(())

    def parse(self, line: str) -> CanFrame | None:
        """Return the frame of one line, or None where it holds none."""
        return parse(line, base=10)

    def is_remark(self, line: str) -> bool:
        """Is it a line of the header, a comment, or an event that is no frame?"""
        return is_remark(line)

    def is_whole(self, _line: str) -> bool:
        """A decimal that was cut is a decimal: nothing says that a last line is whole."""
        return False


def is_decimal(head: bytes) -> bool:
    """Does the header say that numbers are decimal?"""
    return _DECIMAL.search(head) is not None


def columns(rows: Sequence[tuple[str, ...]]) -> FrameBatch:
    """Turn rows of ROWS that are frames into columns; ids and payloads repeat. ValueError where one contradicts itself."""
    times, channels, ids, directions, data, _ = zip(*rows, strict=True)
    numbers = {i: (int(i.removesuffix("x"), 16), EXTENDED * i.endswith("x")) for i in set(ids)}
    if any(number > (0x1FFF_FFFF if extended else 0x7FF) for number, extended in numbers.values()):
        raise ValueError("an id out of range")
    payloads = [bytes.fromhex(d[1:]) for d in data]
    if any(int(d[0]) != len(payload) or d[1:2] not in {" ", ""} for d, payload in zip(data, payloads, strict=True)):
        raise ValueError("a length that is not that of the data")
    names = {c: str(int(c) - 1) for c in set(channels)}
    bits = {(i, d): numbers[i][1] | SENT * (d == "T") for i in numbers for d in set(directions)}
    flags = [bits[key] for key in zip(ids, directions, strict=True)] if any(bits.values()) else [0] * len(rows)
    times_ns = [round(t * 1e9) for t in map(float, times)]
    return FrameBatch(times_ns, [numbers[i][0] for i in ids], payloads, [names[c] for c in channels], flags)


def parse(line: str, *, base: int = 16) -> CanFrame | None:
    """Return the frame of one line, or None where it holds none."""
    try:
        return _classic(line, base) or _fast(line, base)
    except ValueError:  # a hexadecimal digit in a decimal file, or a byte above 255
        return None


def _classic(line: str, base: int) -> CanFrame | None:
    found = _CLASSIC.match(line)
    if found is None:
        return None
    t_ns, channel = round(float(found[1]) * 1e9), str(int(found[2]) - 1)
    if found[3]:
        return CanFrame(t_ns, 0, b"", channel, ERROR)
    number = int(found[4], base)
    flags = EXTENDED * bool(found[5]) | SENT * (found[6].upper() == "T")
    if number > (0x1FFF_FFFF if flags & EXTENDED else 0x7FF):
        return None
    if found[7]:
        return CanFrame(t_ns, number, b"", channel, flags | REMOTE)
    size = min(int(found[8], base), 8)
    data = bytes(int(octet, base) for octet in found[9].split()[:size])
    return CanFrame(t_ns, number, data, channel, flags) if len(data) == size else None


def _fast(line: str, base: int) -> CanFrame | None:
    """A line of CAN FD."""
    found = _WITH_RATE.match(line)
    if found is None:
        return None
    t_ns, channel = round(float(found[1]) * 1e9), str(int(found[2]) - 1)
    flags = FD | SENT * (found[3].upper() == "T")
    if found[4]:
        return CanFrame(t_ns, 0, b"", channel, flags | ERROR)
    number, size = int(found[5], base), int(found[10])
    flags |= EXTENDED * bool(found[6]) | FAST * (found[7] == "1")
    if number > (0x1FFF_FFFF if flags & EXTENDED else 0x7FF):
        return None
    if size == 0 and int(found[9], base):
        return CanFrame(t_ns, number, b"", channel, flags | REMOTE)
    data = bytes(int(octet, base) for octet in found[11].split()[:size])
    return CanFrame(t_ns, number, data, channel, flags) if len(data) == size and size in _SIZES else None


def is_remark(line: str) -> bool:
    """Is it a line of the header, a comment, or an event that is no frame?"""
    return _HEADS.match(line) is not None or _EVENT.match(line) is not None


def is_whole(line: str) -> bool:
    """Can nothing have been cut off this last line? The line says how many bytes it has."""
    return parse(line) is not None and re.search(rf"d\s+[1-8](?:\s+{_HEX}{{2}}){{1,8}}\s*$", line) is not None
