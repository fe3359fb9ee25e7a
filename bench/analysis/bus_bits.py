"""How many bits a classic CAN frame takes on the wire, stuff bits counted one by one (ISO 11898-1).

Stuffing runs from the start bit to the end of the CRC: after five equal bits one opposite bit is inserted, and counts as
the first of the next run. Tables of whole bytes make it two look-ups a byte.
"""

from typing import Final

from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE

_CRC_POLYNOMIAL: Final = 0x4599
UNSTUFFED_BITS: Final = 13  # CRC delimiter, ACK slot and delimiter, 7 bits end of frame, 3 bits intermission
_ERROR_BITS: Final = 20  # error flag 6..12, delimiter 8, intermission 3: about
RUN_OF_FIVE: Final = (8, 9)
START_STATE: Final = 10  # state before the first bit; else 2 x (run length - 1) + last bit, run length 1..5


def _step(state: int, bit: int) -> tuple[int, int]:
    """Take one bit; return the stuff bits inserted before it (0 or 1) and the new state."""
    if state == START_STATE:
        return 0, bit
    run, last, stuffed = state // 2 + 1, state % 2, 0
    if run == 5:
        run, last, stuffed = 1, 1 - last, 1
    return stuffed, 2 * run + bit if bit == last else bit


def _table(width: int) -> list[list[tuple[int, int]]]:
    """For each state and each `width`-bit number: stuff bits inserted, and the state after it."""
    rows: list[list[tuple[int, int]]] = []
    for start in range(START_STATE + 1):
        row = []
        for number in range(1 << width):
            count, state = 0, start
            for shift in range(width - 1, -1, -1):
                stuffed, state = _step(state, number >> shift & 1)
                count += stuffed
            row.append((count, state))
        rows.append(row)
    return rows


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte << 7
        for _ in range(8):
            crc = (crc << 1 ^ _CRC_POLYNOMIAL if crc & 0x4000 else crc << 1) & 0x7FFF
        table.append(crc)
    return table


STEPS: Final = {width: _table(width) for width in (3, 7, 8)}
"""A standard header has 3 bits and two bytes, an extended one 7 and four; a CRC one byte and 7 bits."""
CRC_STEPS: Final = _crc_table()


def frame_bits(identifier: int, data: bytes, flags: int = 0) -> int:
    """Return the bits that a frame occupies, intermission included. An error report counts as 20.

    CAN FD is estimated in nominal bit times (data phase at four times the rate where it is switched), without stuff bits.
    """
    if flags & ERROR:
        return _ERROR_BITS
    if flags & FD:
        return 32 + (8 * len(data) + 26) // (4 if flags & FAST else 1)
    header, width = _header(identifier, len(data), flags)
    return width + 8 * len(data) + 15 + _stuff_bits(header, width, data) + UNSTUFFED_BITS


def _header(identifier: int, size: int, flags: int) -> tuple[int, int]:
    """From the start bit to the length code, as a number and its width."""
    remote, size = 1 if flags & REMOTE else 0, size & 0xF
    if flags & EXTENDED:
        front = (identifier >> 18 & 0x7FF) << 2 | 0b11  # SRR and IDE recessive
        return (front << 18 | identifier & 0x3FFFF) << 7 | remote << 6 | size, 39
    return (identifier & 0x7FF) << 7 | remote << 6 | size, 19


def _stuff_bits(header: int, width: int, data: bytes) -> int:
    front = width % 8
    octets = header.to_bytes((width + 7) // 8, "big")
    count, state = STEPS[front][START_STATE][octets[0]]
    crc = CRC_STEPS[octets[0]]  # bits before the start bit are 0 and leave the CRC alone
    table = STEPS[8]
    for byte in octets[1:] + data:
        stuffed, state = table[state][byte]
        count += stuffed
        crc = (crc << 8 ^ CRC_STEPS[crc >> 7 ^ byte]) & 0x7FFF
    stuffed, state = table[state][crc >> 7]
    tail, state = STEPS[7][state][crc & 0x7F]
    return count + stuffed + tail + (1 if state in RUN_OF_FIVE else 0)  # the end of the CRC is stuffed too
