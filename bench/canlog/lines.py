"""Where the lines of a megabyte of text are, and equally long pieces of them, by numpy."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.plain_frames import Ints

PAD: Final = b" " * 128
"""Before and behind a chunk, for windows reach beyond the first and the last line."""


@cache
def keep_memory() -> None:
    """Let the C library keep freed blocks of the sizes used here instead of asking the kernel for each anew.

    glibc raises its limit to the size of the largest block that was freed. The block is never touched, so it costs nothing; without
    it page faults take a third of the time.
    """
    np.empty(1 << 24, np.uint8)


def padded(text: bytes) -> NDArray[np.uint8]:
    """Return a chunk between two PADs."""
    return np.frombuffer(b"".join((PAD, text, PAD)), np.uint8)


def starts_of(breaks: Ints) -> Ints:
    """Return where the lines begin that end at these newlines, the first behind the PAD."""
    starts = np.empty_like(breaks)
    starts[0], starts[1:] = len(PAD), breaks[:-1] + 1
    return starts


def line_breaks(octets: NDArray[np.uint8]) -> Ints:
    """Return where the newlines are: eight characters a step where no two lie in one word."""
    whole = len(octets) & ~7
    found = octets == 0x0A
    words = found[:whole].view("<u8")
    rows = np.flatnonzero(words != 0)
    hits = words.take(rows)
    if found[whole:].any() or (hits & (hits - np.uint64(1))).any():
        return np.flatnonzero(found)
    # The product gathers the eight flags in its top byte; 1 << k stands for byte 7 - k.
    breaks: Ints = (rows << 3) + _bit_table().take((hits * np.uint64(0x0102_0408_1020_4080) >> np.uint64(56)).view(np.int64))
    return breaks


@cache
def _bit_table() -> Ints:
    table = np.zeros(256, np.int64)
    for place in range(8):
        table[(1 << 8 * place) * 0x0102_0408_1020_4080 >> 56 & 0xFF] = place
    return table


def windows(octets: NDArray[np.uint8], at: Ints, size: int) -> NDArray[np.void]:
    """Copy `size` bytes from each position on; one copy a line is the cheapest that numpy offers."""
    every: NDArray[np.void] = np.ndarray((len(octets) - size + 1,), f"V{size}", octets, strides=(1,))
    return every[at]
