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


def plain_bits(ids: Ints, is_extended: NDArray[np.bool_] | None, sizes: Ints, payloads: Words) -> Ints:
    """Return the bits that each frame occupies, intermission included. Payloads are 0 above their size."""
    if is_extended is None or not is_extended.any():
        return _bits(_standard(ids, sizes), sizes, payloads)
    bits = np.empty(len(ids), np.int64)
    for rows, front in ((np.flatnonzero(~is_extended), _standard), (np.flatnonzero(is_extended), _extended)):
        bits[rows] = _bits(front(ids[rows], sizes[rows]), sizes[rows], payloads[rows])
    return bits


def _bits(front: tuple[Ints, Ints, Ints], sizes: Ints, payloads: Words) -> Ints:
    """Run data and CRC through the tables, two bytes a step, from what the header left; a short frame stands still at its end."""
    bits, at, crc = front
    is_mixed = bool((sizes != 8).any())
    lanes = payloads.astype("<u8", copy=False).view("<u2").reshape(len(payloads), 4)
    crcs = _ahead().take(crc)  # a CRC is linear: header and bytes each give their share
    steps, bits, state = _pair_steps(), bits + 8 * sizes + (15 + UNSTUFFED_BITS), at.astype(np.uint8)
    for lane in range(4):
        pair = lanes[:, lane].astype(np.int64)
        crcs ^= _pair_crcs(lane).take(pair)
        pair |= state.astype(np.int64) << 16
        found = steps.take(pair)
        if is_mixed:
            found = np.where(sizes > 2 * lane + 1, found, state)
        bits += found >> 4
        state = found & np.uint8(15)
    if is_mixed:
        last = (payloads >> (8 * np.maximum(sizes - 1, 0)).astype(np.uint64)).astype(np.int64) & 0xFF
        found = np.where(sizes & 1 != 0, _octet_steps().take(state.astype(np.int64) << 8 | last), state)
        bits += found >> 4
        state = found & np.uint8(15)
        crcs = _back().take((8 - sizes) << 15 | crcs)
    bits += _crc_steps().take(state.astype(np.int64) << 15 | crcs)
    return bits


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
def _ahead() -> _Crcs:
    """What 64 zero bits make of each CRC."""
    return _shifted(np.arange(1 << 15, dtype=np.int64), 8).astype(np.uint16)


@cache
def _back() -> _Crcs:
    """By bytes 0..8 and CRC: the CRC before so many zero bytes. Every CRC has just one, for the polynomial has a constant term."""
    one = np.empty(1 << 15, np.int64)
    one[_shifted(np.arange(1 << 15, dtype=np.int64), 1)] = np.arange(1 << 15)
    tables = [np.arange(1 << 15, dtype=np.int64)]
    for _ in range(8):
        tables.append(one[tables[-1]])
    return np.concatenate(tables).astype(np.uint16)


@cache
def _pair_crcs(lane: int) -> _Crcs:
    """The share of two bytes in the CRC, the earlier one in the lower half, as number `lane` of four."""
    pair = np.arange(1 << 16, dtype=np.int64)
    crc = _octet_crcs()[pair & 0xFF]
    return _shifted((crc << 8 ^ _octet_crcs()[crc >> 7 ^ pair >> 8]) & 0x7FFF, 6 - 2 * lane).astype(np.uint16)


def _shifted(crc: Ints, octets: int) -> Ints:
    for _ in range(octets):
        crc = (crc << 8 ^ _octet_crcs()[crc >> 7]) & 0x7FFF
    return crc


@cache
def _crc_steps() -> _Small:
    """By state and CRC: the stuff bits within the 15 bits, and the one behind a run of five at their end."""
    crc = np.arange(1 << 15)
    octets = _octet_steps().reshape(_STATES, 256)[:, crc >> 7]
    tails = np.array([[count + (state in RUN_OF_FIVE) for count, state in row] for row in STEPS[7]], np.uint8)
    stuffed: _Small = (octets >> 4) + tails[octets & 15, crc & 0x7F]
    return stuffed.ravel()
