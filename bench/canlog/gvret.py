"""CSV of GVRET and SavvyCAN: `1632509059541604,0000060D,false,Rx,0,8,00,06,00,00,00,00,00,00,`; microseconds, the direction optional."""

import re
from collections.abc import Sequence
from typing import Final

from bench.model.can_frame import EXTENDED, SENT, CanFrame, FrameBatch

HEADER: Final = b"Time Stamp,ID,Extended"
"""How a file begins; SavvyCAN's own reader goes by it too."""

_BYTES: Final = "(?:,[0-9A-Fa-f]{2}){0,8}"
_COUNTED: Final = "|".join(rf"{size}(?:,[0-9A-Fa-f]{{2}}){{{size}}}" for size in range(8, -1, -1))
_ID: Final = "0*[0-7]?[0-9A-Fa-f]{1,2},false|[01]?[0-9A-Fa-f]{1,7},true"
ROWS: Final = re.compile(rf"([0-9]{{1,16}}),({_ID}),(?:([RT])x,)?([0-9]{{1,3}}),({_COUNTED}),*\r?\n|(.*)\n")
"""One row a line: the fields of a frame, as nearly every line is; or, last, any other line."""

_ONE: Final = re.compile(
    rf"\s*([0-9]{{1,16}}),([0-9A-Fa-f]{{1,8}}),(true|false|1|0),(?:([RT])x,)?([0-9]{{1,3}}),([0-8])({_BYTES}),*\s*$", re.IGNORECASE
)


def columns(rows: Sequence[tuple[str, ...]]) -> FrameBatch:
    """Turn rows of ROWS that are frames into columns; ids and payloads repeat, so each is converted once."""
    times, ids, directions, channels, data, _ = zip(*rows, strict=True)
    numbers = {i: (int(i.split(",")[0], 16), EXTENDED * i.endswith("true")) for i in set(ids)}
    payloads = {d: bytes.fromhex(d[1:].replace(",", "")) for d in set(data)}
    flags = [numbers[i][1] | SENT * (d == "T") for i, d in zip(ids, directions, strict=True)]
    return FrameBatch([int(t) * 1000 for t in times], [numbers[i][0] for i in ids], [payloads[d] for d in data], channels, flags)


def parse(line: str) -> CanFrame | None:
    """Return the frame of one line, or None where it holds none."""
    found = _ONE.match(line)
    if found is None:
        return None
    micros, number, extended, direction, channel, size, data = found.groups()
    is_extended = extended.lower() in {"true", "1"}
    identifier, payload = int(number, 16), bytes.fromhex(data.replace(",", ""))
    if len(payload) != int(size) or identifier > (0x1FFF_FFFF if is_extended else 0x7FF):
        return None
    flags = EXTENDED * is_extended | SENT * ((direction or "R").upper() == "T")
    return CanFrame(int(micros) * 1000, identifier, payload, channel, flags)


def is_remark(line: str) -> bool:
    """Is it the header, or blank?"""
    return not line.strip() or line.startswith(HEADER.decode())


def is_whole(line: str) -> bool:
    """Can nothing have been cut off this last line? The line says how many bytes it has."""
    return parse(line) is not None
