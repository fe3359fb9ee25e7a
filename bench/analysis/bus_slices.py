"""Stuff bits of many equally long frames at once: 64 frames to a word, one bit position at a time.

Bit k of word w of a plane belongs to frame k * words + w. With frames turned by 90 degrees the rules of ISO 11898-1 are a few
logical operations on whole planes, whatever the frames hold: no look-up, so no cache to miss.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.plain_frames import Ints, Words

_TAPS: Final = (3, 4, 7, 8, 10, 14)  # of the CRC polynomial 0x4599, apart from 0
_CRC_BITS: Final = 15


def stuff_bits(ids: Ints, size: int, payloads: Words) -> int:
    """Return the stuff bits of all standard data frames with `size` bytes together. Their number is a multiple of 64."""
    words = len(payloads) // 64
    data = _turned(payloads.reshape(64, words))
    order = [8 * octet + 7 - bit for octet in range(size) for bit in range(8)]  # most significant bit first
    names = _id_planes(ids.astype(np.uint64).reshape(64, words))
    bits = np.zeros((1 + 11 + 3 + 4 + len(order) + _CRC_BITS, words), np.uint64)  # start, id, RTR IDE r0, length, data, CRC
    bits[1:12] = names[::-1]
    for place in range(4):
        if size >> (3 - place) & 1:
            bits[15 + place] = ~np.uint64(0)
    bits[19 : 19 + len(order)] = data[order]
    _append_crc(bits)
    return _count(bits)


def _turned(rows: Words) -> Words:
    """Turn 64 rows of words: bit j of row k becomes bit k of row j."""
    rows = rows.copy()
    _turn(rows, 32, 64)
    return rows


def _turn(rows: Words, step: int, count: int) -> None:
    """Swap blocks of step x step bits across the diagonal, ever smaller ones, in each square of 2 x the first `step` bits."""
    words = rows.shape[1]
    while step:
        period = (1 << 2 * step) - 1
        mask = np.uint64(((1 << 64) - 1) // period * ((1 << step) - 1))
        pairs = rows.reshape(count // (2 * step), 2, step, words)
        upper, lower = pairs[:, 0], pairs[:, 1]
        swap = upper >> np.uint64(step)
        swap ^= lower
        swap &= mask
        lower ^= swap
        swap <<= np.uint64(step)
        upper ^= swap
        step //= 2


def _id_planes(rows: Words) -> Words:
    """Turn 64 rows of 11-bit numbers into 11 planes, lowest bit first: four rows share a word, 16 bits each."""
    packed = rows[:16].copy()
    for lane in (1, 2, 3):
        packed |= rows[16 * lane : 16 * lane + 16] << np.uint64(16 * lane)
    _turn(packed, 8, 16)
    return packed[:11]


def _append_crc(bits: Words) -> None:
    """Fill the last 15 rows with the CRC of those before, most significant bit first."""
    register = [np.zeros(bits.shape[1], np.uint64) for _ in range(_CRC_BITS)]
    for row in bits[1:-_CRC_BITS]:  # the start bit is 0 and leaves the CRC alone
        top = register.pop()
        top ^= row
        register.insert(0, top)
        for tap in _TAPS:
            register[tap] ^= top
    bits[-_CRC_BITS:] = register[::-1]


def _count(bits: Words) -> int:
    """Count where five equal bits in a row make the sender insert one, which then is the first of the next run."""
    same = bits[1:] ^ bits[:-1]
    np.invert(same, out=same)
    width = bits.shape[1]
    two, three, four, spare = (np.zeros(width, np.uint64) for _ in range(4))  # runs of at least 2, 3, 4 so far
    stuffed = np.zeros(width, np.uint64)
    for row in same:  # each row becomes the places where a bit is inserted behind this position
        row ^= stuffed  # an inserted bit is the opposite of the one before it
        np.bitwise_and(row, four, out=spare)
        np.bitwise_and(row, three, out=four)
        np.bitwise_and(row, two, out=three)
        four ^= spare
        three ^= spare
        np.bitwise_xor(row, spare, out=two)
        row[:] = spare
        stuffed = row
    return ones(same)


def ones(planes: NDArray[np.uint64]) -> int:
    """Count the bits that are set."""
    return int(np.bitwise_count(planes).sum(dtype=np.int64)) if hasattr(np, "bitwise_count") else ones_by_sums(planes)


def ones_by_sums(planes: NDArray[np.uint64]) -> int:
    """The same where numpy is older than 2.0: sums of ever wider groups of bits."""
    half, quarter, octet = (np.uint64(int(digits * 8, 16)) for digits in ("55", "33", "0F"))
    rest = planes - (planes >> np.uint64(1) & half)
    rest = (rest & quarter) + (rest >> np.uint64(2) & quarter)
    rest = (rest + (rest >> np.uint64(4))) & octet
    return int((rest * np.uint64(0x0101_0101_0101_0101) >> np.uint64(56)).sum(dtype=np.int64))
