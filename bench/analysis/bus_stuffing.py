"""Lengths on the wire of many classic data frames at once: the same bits as `frame_bits`, two bytes a look-up."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.bus_bits import CRC_STEPS, RUN_OF_FIVE, START_STATE, STEPS, UNSTUFFED_BITS
from bench.analysis.plain_frames import Ints, Words

_Small = NDArray[np.uint8]
_Crcs = NDArray[np.uint16]
_STATES: Final = START_STATE + 1
_PAIR: Final = 1 << 16


def plain_bits(ids: Ints, is_extended: NDArray[np.bool_] | None, sizes: Ints, payloads: Words) -> Ints:
    """Return the bits that each frame occupies, intermission included."""
    bits = np.empty(len(ids), np.int64)
    if is_extended is not None and is_extended.any():
        for rows, front in ((np.flatnonzero(~is_extended), _standard), (np.flatnonzero(is_extended), _extended)):
            bits[rows] = _by_size(front(ids[rows], sizes[rows]), sizes[rows], payloads[rows])
        return bits
    return _by_size(_standard(ids, sizes), sizes, payloads)


def _by_size(front: tuple[Ints, Ints, Ints], sizes: Ints, payloads: Words) -> Ints:
    if len(sizes) == 0:
        return sizes
    least, most = int(sizes.min()), int(sizes.max())
    if least == most:
        return _bits(front, least, payloads)
    bits = np.empty(len(sizes), np.int64)
    for size in range(least, most + 1):
        rows = np.flatnonzero(sizes == size)
        if len(rows):
            count, state, crc = front
            bits[rows] = _bits((count[rows], state[rows], crc[rows]), size, payloads[rows])
    return bits


def _bits(front: tuple[Ints, Ints, Ints], size: int, payloads: Words) -> Ints:
    """Run data and CRC of frames of one size through the tables, from what the header left."""
    count, state, crc = front
    lanes = payloads.astype("<u8").view("<u2").reshape(len(payloads), 4)
    steps, ahead, crcs = _pair_steps(), _pair_ahead(), _pair_crcs()
    for lane in range(size // 2):
        pair = lanes[:, lane].astype(np.int64)
        found = steps.take((state << 16) | pair)
        count = count + (found >> 4)
        state = (found & 15).astype(np.int64)
        crc = (ahead.take(crc) ^ crcs.take(pair)).astype(np.int64)
    if size % 2:
        octet = lanes[:, size // 2].astype(np.int64) & 0xFF
        found = _octet_steps().take((state << 8) | octet)
        count = count + (found >> 4)
        state = (found & 15).astype(np.int64)
        crc = (crc << 8 ^ _octet_crcs().take(crc >> 7 ^ octet)) & 0x7FFF
    return count + _crc_steps().take((state << 15) | crc) + (8 * size + 15 + UNSTUFFED_BITS)


def _standard(ids: Ints, sizes: Ints) -> tuple[Ints, Ints, Ints]:
    at = ids << 4 | sizes
    counts, states, crcs = _standard_headers()
    return counts.take(at), states.take(at), crcs.take(at)


@cache
def _standard_headers() -> tuple[Ints, Ints, Ints]:
    """What each of the 2048 x 16 headers leaves; 19 bits = 3 bits and two bytes. Counts hold the header's own bits too."""
    header = np.arange(1 << 15, dtype=np.int64)
    header = header >> 4 << 7 | header & 15
    return _after(header, 3, 2)


def _extended(ids: Ints, sizes: Ints) -> tuple[Ints, Ints, Ints]:
    front = ids >> 18 << 2 | 0b11
    return _after((front << 18 | ids & 0x3FFFF) << 7 | sizes, 7, 4)


def _after(header: Ints, odd: int, octets: int) -> tuple[Ints, Ints, Ints]:
    start = np.array(STEPS[odd][START_STATE], np.int64)[header >> 8 * octets]
    count, state, crc = start[:, 0] + (odd + 8 * octets), start[:, 1], _octet_crcs().take(header >> 8 * octets)
    for shift in range(8 * octets - 8, -1, -8):
        octet = header >> shift & 0xFF
        found = _octet_steps().take((state << 8) | octet)
        count, state = count + (found >> 4), (found & 15).astype(np.int64)
        crc = (crc << 8 ^ _octet_crcs().take(crc >> 7 ^ octet)) & 0x7FFF
    return count, state, crc


@cache
def _octet_steps() -> _Small:
    """By state and byte: stuff bits in the upper half, the new state in the lower."""
    return np.array([[count << 4 | state for count, state in row] for row in STEPS[8]], np.uint8).ravel()


@cache
def _octet_crcs() -> Ints:
    return np.array(CRC_STEPS, np.int64)


@cache
def _pair_steps() -> _Small:
    """By state and two bytes, the earlier one in the lower half."""
    octets = _octet_steps().reshape(_STATES, 256)
    first = octets[:, :, None] >> 4, octets & 15
    second = octets[first[1]]  # state, earlier byte, later byte
    table = (((second >> 4) + first[0]) << 4) | (second & 15)
    return np.ascontiguousarray(table.transpose(0, 2, 1)).ravel()


@cache
def _pair_ahead() -> _Crcs:
    """The CRC that sixteen zero bits make of each CRC."""
    crc = np.arange(1 << 15, dtype=np.int64)
    for _ in range(2):
        crc = (crc << 8 ^ _octet_crcs()[crc >> 7]) & 0x7FFF
    return crc.astype(np.uint16)


@cache
def _pair_crcs() -> _Crcs:
    """The CRC of two bytes, the earlier one in the lower half."""
    pair = np.arange(_PAIR, dtype=np.int64)
    crc = _octet_crcs()[pair & 0xFF]
    return ((crc << 8 ^ _octet_crcs()[crc >> 7 ^ pair >> 8]) & 0x7FFF).astype(np.uint16)


@cache
def _crc_steps() -> _Small:
    """By state and CRC: the stuff bits within the 15 bits, and the one behind a run of five at their end."""
    crc = np.arange(1 << 15)
    octets = _octet_steps().reshape(_STATES, 256)[:, crc >> 7]
    tails = np.array([[count + (state in RUN_OF_FIVE) for count, state in row] for row in STEPS[7]], np.uint8)
    return ((octets >> 4) + tails[octets & 15, crc & 0x7F]).ravel()
