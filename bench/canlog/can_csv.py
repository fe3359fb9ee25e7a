"""python-can's own CSV: `1632509059.541604,0x60d,0,0,0,8,AAYAAAAAAAA=`; data in base 64."""

import re
from binascii import a2b_base64
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from typing import Final

import numpy as np

from bench.model.can_frame import ERROR, EXTENDED, REMOTE, CanFrame, FrameBatch

HEADER: Final = b"timestamp,arbitration_id,extended,remote,error,dlc,data"
"""How a file begins."""

_TIME: Final = r"([0-9]{1,10}(?:\.[0-9]{1,17})?(?:e-[0-9]{1,2})?)"
_DATA: Final = "([A-Za-z0-9+/=]{0,12})"  # one class of characters is the quickest to match; columns() holds them to their form
ROWS: Final = re.compile(rf"{_TIME},0x([0-7]?[0-9a-f]{{1,2}},0|[01]?[0-9a-f]{{1,7}},1),0,0,([0-8]),{_DATA}\r?\n|(.*)\n")
"""One row a line: the fields of a data frame, as nearly every line is; or, last, any other line."""

_ONE: Final = re.compile(rf"\s*{_TIME},0x([0-9A-Fa-f]{{1,8}}),([01]),([01]),([01]),([0-9]{{1,2}}),([A-Za-z0-9+/]*=*)\s*$")
_DECODE: Final = partial(a2b_base64, strict_mode=True)
_SIZES: Final = frozenset((*range(9), 12, 16, 20, 24, 32, 48, 64))


_CLOCK: Final = b"0123456789.\n"
_LONGEST: Final = 20  # characters of a time: no fraction is then longer than parse() allows
_FAR_NS: Final = 9e18
_LENGTHS: Final = {str(n): n for n in range(9)}


def whole(text: str) -> FrameBatch | None:
    """Return a chunk of nothing but data frames, three times as quickly as by ROWS; None where a line is anything else."""
    text = text.replace("\r\n", "\n")
    fields, count = text.replace("\n", ",\n").split(","), text.count("\n")
    times, ids, extended, remote, error, sizes, data = (fields[n:-1:7] for n in range(7))
    is_even = len(fields) == 7 * count + 1 and set(map(itemgetter(slice(1)), times[1:])) <= {"\n"}
    clock = "".join(("\n", *times, "\n"))
    is_clock = not clock.encode("latin-1").translate(None, _CLOCK) and not any(odd in clock for odd in (".\n", "\n.", "\n0"))
    if not is_even or not is_clock or max(map(len, times)) > _LONGEST or set(remote) | set(error) != {"0"}:
        return None
    try:
        numbers = {key: _identifier(*key) for key in set(zip(ids, extended, strict=True))}
        payloads = list(map(_DECODE, data))
        t_ns = np.fromiter(map(float, times), np.float64, count) * 1e9
        if t_ns.max() > _FAR_NS or list(map(len, payloads)) != list(map(_LENGTHS.__getitem__, sizes)):
            return None
    except (ValueError, KeyError):
        return None
    rows = [numbers[key] for key in zip(ids, extended, strict=True)]
    numbers_of, flags = ([row[n] for row in rows] for n in range(2))
    return FrameBatch(np.rint(t_ns).astype(np.int64).tolist(), numbers_of, payloads, [""] * count, flags)


def _identifier(number: str, extended: str) -> tuple[int, int]:
    value = int(number.removeprefix("0x"), 16)
    if not number.startswith("0x") or not number[2:].isalnum() or len(number) > 10 or value > {"0": 0x7FF, "1": 0x1FFF_FFFF}[extended]:
        raise ValueError(number)
    return value, EXTENDED * (extended == "1")


def columns(rows: Sequence[tuple[str, ...]]) -> FrameBatch:
    """Turn rows of ROWS that are frames into columns; ids and payloads repeat. ValueError where a length is not that of the data."""
    times, ids, sizes, data, _ = zip(*rows, strict=True)
    numbers = {i: (int(i[:-2], 16), EXTENDED * (i[-1] == "1")) for i in set(ids)}
    payloads = list(map(_DECODE, data))
    if list(map(len, payloads)) != list(map(int, sizes)):
        raise ValueError("a length that is not that of the data")
    flags = [numbers[i][1] for i in ids] if any(flag for _, flag in numbers.values()) else [0] * len(rows)
    return FrameBatch([round(t * 1e9) for t in map(float, times)], [numbers[i][0] for i in ids], payloads, [""] * len(rows), flags)


def parse(line: str) -> CanFrame | None:
    """Return the frame of one line, or None where it holds none."""
    found = _ONE.match(line)
    if found is None:
        return None
    time, number, extended, remote, error, size, data = found.groups()
    try:
        identifier, payload, length = int(number, 16), _DECODE(data), int(size)
    except ValueError:
        return None
    if length not in _SIZES or (remote == "0" and len(payload) != length):
        return None
    flags = REMOTE * (remote == "1") | (ERROR if error == "1" else EXTENDED * (extended == "1"))
    if identifier > (0x7FF if not flags & (EXTENDED | ERROR) else 0x1FFF_FFFF):
        return None
    return CanFrame(round(float(time) * 1e9), identifier, b"" if flags & REMOTE else payload, "", flags)


def is_remark(line: str) -> bool:
    """Is it the header, or blank?"""
    return not line.strip() or line.startswith(HEADER.decode())


def is_whole(line: str) -> bool:
    """Can nothing have been cut off this last line? The line says how many bytes it has."""
    return parse(line) is not None
