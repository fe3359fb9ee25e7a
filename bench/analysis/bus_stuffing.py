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
    """Return the bits that each frame occupies, intermission included."""
    bits = np.empty(len(ids), np.int64)
    if is_extended is not None and is_extended.any():
        for rows, front in ((np.flatnonzero(~is_extended), _standard), (np.flatnonzero(is_extended), _extended)):
            bits[rows] = _by_size(front(ids[rows], sizes[rows]), sizes[rows], payloads[rows])
        return bits
    return _by_size(_standard(ids, sizes), sizes, payloads)


def _by_size(front: tuple[Ints, Ints, Ints], sizes: Ints, payloads: Words) -> Ints:
    """Whole frames, the bulk, go through at once; shorter ones in the order of their size, so that each step takes a head of them."""
    is_short = sizes < 8
    if not is_short.any():
        return _bits(front, payloads)
    bits = np.empty(len(sizes), np.int64)
    whole, short = np.flatnonzero(~is_short), np.flatnonzero(is_short)
    short = short[np.argsort((8 - sizes[short]).astype(np.uint8), kind="stable")]
    bits[whole] = _bits((front[0][whole], front[1][whole], front[2][whole]), payloads[whole])
    bits[short] = _short_bits((front[0][short], front[1][short], front[2][short]), sizes[short], payloads[short])
    return bits


def _short_bits(front: tuple[Ints, Ints, Ints], sizes: Ints, payloads: Words) -> Ints:
    """The same byte by byte; `sizes` descend."""
    count, state, crc = front
    octets = payloads.astype("<u8", copy=False).view(np.uint8).reshape(len(payloads), 8)
    for place in range(int(sizes.max(initial=0))):
        head = slice(0, int(np.searchsorted(-sizes, -place)))  # those that have a byte here
        octet = octets[head, place].astype(np.int64)
        found = _octet_steps().take((state[head] << 8) | octet)
        count[head] += found >> 4
        state[head] = found & 15
        crc[head] = (crc[head] << 8 ^ _octet_crcs().take(crc[head] >> 7 ^ octet)) & 0x7FFF
    return count + _crc_steps().take((state << 15) | crc) + 8 * sizes + (15 + UNSTUFFED_BITS)


def _bits(front: tuple[Ints, Ints, Ints], payloads: Words) -> Ints:
    """Run eight bytes and the CRC through the tables, two bytes a step, from what the header left."""
    bits, at, crc = front
    lanes = payloads.astype("<u8", copy=False).view("<u2").reshape(len(payloads), 4)
    crcs = _ahead().take(crc)  # a CRC is linear: header and bytes each give their share
    steps, bits = _pair_steps(), bits + (64 + 15 + UNSTUFFED_BITS)
    for lane in range(4):
        pair = lanes[:, lane].astype(np.int64)
        crcs ^= _pair_crcs(lane).take(pair)
        pair |= at << 16
        found = steps.take(pair)
        bits += found >> 4
        at = (found & 15).astype(np.int64)
    at <<= 15
    at |= crcs
    bits += _crc_steps().take(at)
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
