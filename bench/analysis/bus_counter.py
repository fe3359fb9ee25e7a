"""Adds up the bits of many frames, each counted as it is on the wire, and lets enough of them gather to do it quickly."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.bus_bits import UNSTUFFED_BITS
from bench.analysis.bus_slices import stuff_bits
from bench.analysis.bus_stuffing import plain_bits
from bench.analysis.plain_frames import Ints, Words

_GATHERED: Final = 1 << 18  # frames that wait at most
_AT_ONCE: Final = 1 << 17  # frames in planes at a time; more no longer fit the cache of a small machine
_WORTH: Final = 1 << 14  # frames of one length from which on planes are quicker than tables; 9 x so many are less than _GATHERED
_FRAME_BITS: Final = 19 + 15 + UNSTUFFED_BITS  # of a standard frame without data: header, CRC and what is not stuffed

_Bools = NDArray[np.bool_]
_Columns = tuple[Ints, _Bools, Ints, Words, Ints]


class BitCounter:
    """Takes frames by columns; `total()` is exact at any time."""

    def __init__(self) -> None:
        self._bits = 0
        self._waiting: list[_Columns] = []
        self._count = 0

    def add(self, ids: Ints, is_extended: _Bools | None, sizes: Ints, payloads: Words, times: Ints) -> None:
        """Add frames, each as often as `times` says. Payloads are 0 above their size."""
        extended = np.zeros(len(ids), np.bool_) if is_extended is None else is_extended
        self._waiting.append((ids, extended, sizes, payloads, times))
        self._count += len(ids)
        if self._count >= _GATHERED:
            self._measure(*self._gathered(), is_last=False)

    def total(self) -> int:
        """Return the bits of all frames so far."""
        if self._waiting:
            self._measure(*self._gathered(), is_last=True)
        return self._bits

    def _gathered(self) -> _Columns:
        ids, extended, sizes, payloads, times = (np.concatenate(columns) for columns in zip(*self._waiting, strict=True))
        self._waiting, self._count = [], 0
        return ids, extended, sizes, payloads, times

    def _measure(self, ids: Ints, extended: _Bools, sizes: Ints, payloads: Words, times: Ints, *, is_last: bool) -> None:
        """Single standard frames by planes, what repeats or is extended by tables; too few of a length wait on, unless it is the end."""
        kinds = np.where((times == 1) & ~extended, sizes, 9).astype(np.uint8)
        self._by_tables(np.flatnonzero(kinds == 9), ids, extended, sizes, payloads, times)
        for size in range(9):
            rows = np.flatnonzero(kinds == size)
            at = 0
            while len(rows) - at >= _WORTH:
                part = rows[at : at + min(_AT_ONCE, (len(rows) - at) & ~63)]
                self._bits += stuff_bits(ids.take(part), size, payloads.take(part)) + len(part) * (_FRAME_BITS + 8 * size)
                at += len(part)
            rest = rows[at:]
            if is_last:
                self._by_tables(rest, ids, extended, sizes, payloads, times)
            elif len(rest):
                self._waiting.append((ids.take(rest), extended.take(rest), sizes.take(rest), payloads.take(rest), times.take(rest)))
                self._count += len(rest)

    def _by_tables(self, rows: Ints, ids: Ints, extended: _Bools, sizes: Ints, payloads: Words, times: Ints) -> None:
        if len(rows):
            bits = plain_bits(ids.take(rows), extended.take(rows), sizes.take(rows), payloads.take(rows))
            self._bits += int(bits @ times.take(rows))
