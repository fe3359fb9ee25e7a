"""Plain candump text by the megabyte: numpy looks at all lines at once, eight characters a step.

A line is plain where it looks like the first one of its chunk: as many digits of seconds, a channel name of the same length,
the same ending. Windows of fixed length around the dot of the time stamp and before the data put every field at the same
place; pairs of hex digits go through one table. Lines that are not plain are named by number, never guessed at.
"""

import re
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.analysis.plain_frames import Ints, PlainFrames, Words
from bench.model.can_frame import EXTENDED, SENT

_FIRST: Final = re.compile(
    rb"\(([0-9]{1,11})\.[0-9]{6}\) ([!-~]{1,32}) (?:[0-7][0-9A-Fa-f]{2}|[01][0-9A-Fa-f]{7})#(?:[0-9A-Fa-f]{2}){0,8}( [RT])?(\r?)$"
)
_PAD: Final = b" " * 128  # windows reach beyond the first and the last line
_DOT: Final = 17  # where the dot of the time stamp lies in a head window: the microseconds then fill one word
_NAME: Final = _DOT + 9  # the channel name, behind `.dddddd) `
_MOST_CHANNELS: Final = 16
_FAR_S: Final = 9_000_000_000  # nanoseconds since 1970 fit 63 bits until the year 2262
_BAD: Final = 0x8000
_MARKED: Final = 0x100  # a hex digit and the # behind it
_ALL: Final = (1 << 64) - 1
_Table = NDArray[np.uint16]
_Bools = NDArray[np.bool_]


class Layout(NamedTuple):
    """The shape that the lines of a chunk share: digits of the seconds, length of the channel name, what follows the data."""

    digits: int
    name: int
    is_marked: bool
    has_return: bool


class PlainChunk(NamedTuple):
    """The lines of a chunk as columns; rows named in `odd` hold nothing of worth. `starts`, `ends`: of the lines, in bytes."""

    frames: PlainFrames
    odd: Ints
    starts: Ints
    ends: Ints


@cache
def keep_memory() -> None:
    """Let the C library keep freed blocks of the sizes used here instead of asking the kernel for each anew.

    glibc raises its limit to the size of the largest block that was freed. The block is never touched, so it costs nothing; without
    it page faults take a third of the time.
    """
    np.empty(1 << 24, np.uint8)


def layout_of(line: bytes) -> Layout | None:
    """Return the layout of a line without its newline, or None where it is no plain data frame."""
    found = _FIRST.match(line)
    return Layout(len(found[1]), len(found[2]), found[3] is not None, found[4] == b"\r") if found else None


def plain_chunk(text: bytes, layout: Layout) -> PlainChunk:
    """Return the lines of `text`, which ends in a newline, as columns."""
    octets = np.frombuffer(b"".join((_PAD, text, _PAD)), np.uint8)
    breaks = _even_breaks(octets, text.index(b"\n") + 1)
    if breaks is not None:
        chunk = _columns(octets, breaks, layout)
        if not len(chunk.odd):  # every character was looked at, so no newline hides within a line
            return chunk
    return _columns(octets, _breaks(octets), layout)


def _even_breaks(octets: NDArray[np.uint8], length: int) -> Ints | None:
    """Return where the newlines are if every line seems as long as the first; None where it is not so."""
    whole = len(octets) - 2 * len(_PAD)
    breaks = np.arange(len(_PAD) + length - 1, len(_PAD) + whole, length)
    return breaks if whole % length == 0 and (octets[breaks] == 0x0A).all() else None


def _columns(octets: NDArray[np.uint8], breaks: Ints, layout: Layout) -> PlainChunk:
    starts = np.empty_like(breaks)
    starts[0], starts[1:] = len(_PAD), breaks[:-1] + 1
    head = _windows(octets, starts + (layout.digits + 1 - _DOT), _head_size(layout))
    times, bad = _times(head.view("<u8"), head.view(np.uint8).reshape(len(starts), -1), layout)
    is_long = head.view(np.uint8).reshape(len(starts), -1)[:, _NAME + layout.name + 4] != 0x23  # no # behind three digits
    data_at = starts + (layout.digits + layout.name + 15)
    flags: NDArray[np.uint8] | None = None
    if is_long.any():
        flags = np.where(is_long, np.uint8(EXTENDED), np.uint8(0))
        data_at += 5 * is_long
    ends, sent, wrong = _line_ends(octets, breaks, layout)
    bad |= wrong
    if sent is not None:
        marks = np.where(sent, np.uint8(SENT), np.uint8(0))
        flags = marks if flags is None else marks | flags
    tail = _pair_table().take(_windows(octets, data_at - 4, 20).view("<u2").astype(np.intp))
    sizes, payloads, wrong = _data(tail, ends - data_at)
    bad |= wrong
    ids, wrong = _ids(tail, octets, data_at, is_long if is_long.any() else None)
    bad |= wrong
    channel_of, channels = _channels(head.view(np.uint8).reshape(len(starts), -1), layout, bad)
    frames = PlainFrames(times, ids, sizes, payloads, flags, channel_of, channels)
    return PlainChunk(frames, np.flatnonzero(bad), starts - len(_PAD), breaks - len(_PAD))


def _breaks(octets: NDArray[np.uint8]) -> Ints:
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


def _head_size(layout: Layout) -> int:
    return (_NAME + layout.name + 5 + 7) // 8 * 8


def _windows(octets: NDArray[np.uint8], at: Ints, size: int) -> NDArray[np.void]:
    """Copy `size` bytes from each position on; one copy a line is the cheapest that numpy offers."""
    every: NDArray[np.void] = np.ndarray((len(octets) - size + 1,), f"V{size}", octets, strides=(1,))
    return every[at]


def _times(words: Words, head: NDArray[np.uint8], layout: Layout) -> tuple[Ints, _Bools]:
    """Return ns, and which rows have no time stamp. Whole tens of seconds are read only where they change."""
    count = len(head)
    words = words.reshape(count, -1)
    first = 16 - layout.digits  # of the `(` in the window; digits - 1 digits follow up to byte 15
    shown = (_ALL << 64 | _ALL) << 8 * first  # what lies before the `(` belongs to the line above
    front, upper = words[:, 0] & np.uint64(shown & _ALL), words[:, 1] & np.uint64(shown >> 64 & _ALL)
    turns = np.flatnonzero((front[1:] != front[:-1]) | (upper[1:] != upper[:-1])) + 1
    turns = np.concatenate((np.zeros(1, np.int64), turns))
    digits = head[turns, first + 1 : 16] - np.uint8(0x30)
    powers = 10 ** np.arange(digits.shape[1], 0, -1, dtype=np.int64)
    tens = digits.astype(np.int64) @ powers
    wrong = (digits > 9).any(axis=1) | (head[turns, first] != 0x28) | (tens >= _FAR_S)
    tens = np.where(wrong, 0, tens) * 1_000_000_000
    runs = np.diff(np.append(turns, count))
    low = words[:, 2].copy() ^ np.uint64(0x3030_3030_3030_2E30)
    bad = ((low + np.uint64(0x0606_0606_0606_0006)) | low) & np.uint64(0xF0F0_F0F0_F0F0_FFF0) != 0
    if wrong.any():
        bad |= np.repeat(wrong, runs)
    low = (low & np.uint64(0xFFFF_FFFF_FFFF_0000)) | (low & np.uint64(0xFF)) << np.uint64(8)  # the digit takes the dot's place
    for factor, shift, mask in ((10, 8, 0x00FF_00FF_00FF_00FF), (100, 16, 0xFFFF_0000_FFFF), (10_000, 32, 0xFFFF_FFFF)):
        low = (low * np.uint64(factor) + (low >> np.uint64(shift))) & np.uint64(mask)
    return low.view(np.int64) * 1000 + (tens[0] if len(turns) == 1 else np.repeat(tens, runs)), bad


def _line_ends(octets: NDArray[np.uint8], breaks: Ints, layout: Layout) -> tuple[Ints, _Bools | None, _Bools | bool]:
    """Return where the data end, which frames the recorder sent, and which lines end otherwise than the first."""
    ends, sent, wrong = breaks, None, False
    if layout.has_return:
        ends = ends - 1
        wrong = octets[ends] != 0x0D
    if layout.is_marked:
        marks = octets[ends - 1]
        sent = marks == 0x54
        wrong = wrong | (octets[ends - 2] != 0x20) | ~(sent | (marks == 0x52))
        ends = ends - 2
    return ends, sent if sent is not None and sent.any() else None, wrong


def _data(tail: _Table, lengths: Ints) -> tuple[Ints, Words, _Bools]:
    """Return sizes, payloads, and which lines hold other than 0..8 pairs of hex digits."""
    sizes = np.minimum(np.maximum(lengths >> 1, 0), 8)
    mask = _size_masks().take(sizes)
    payloads = _bytes_of(tail.astype(np.uint8)) & mask
    strange = _bytes_of((tail >> 8).astype(np.uint8)) & mask
    return sizes, payloads, (strange != 0) | (sizes << 1 != lengths)


def _bytes_of(lanes: NDArray[np.uint8]) -> Words:
    """Ten bytes a line, of which the last eight are the data's."""
    count = len(lanes) // 10
    words: Words = np.ndarray((count,), "<u8", lanes, offset=2, strides=(10,))
    return words


def _ids(tail: _Table, octets: NDArray[np.uint8], data_at: Ints, is_long: _Bools | None) -> tuple[Ints, _Bools]:
    high, low = tail[0::10], tail[1::10]  # two digits; a digit and the #
    ids = ((high << 4) | (low & 0xF)).astype(np.int64)
    bad = (low >> 4) != _MARKED >> 4
    if is_long is None:
        return ids, bad | (high > 0x7F)
    bad |= (high > 0x7F) & ~is_long
    rows = np.flatnonzero(is_long)
    pairs = _pair_table()[_windows(octets, data_at[rows] - 9, 8).view("<u2")].reshape(len(rows), 4).astype(np.int64)
    ids[rows] = pairs @ np.array([1 << 24, 1 << 16, 1 << 8, 1])
    bad[rows] = (pairs > 0xFF).any(axis=1) | (pairs[:, 0] > 0x1F) | (octets[data_at[rows] - 1] != 0x23)
    return ids, bad


def _channels(head: NDArray[np.uint8], layout: Layout, bad: _Bools) -> tuple[NDArray[np.uint8] | None, tuple[str, ...]]:
    """Return the channel of each line; rows with another text around the name are added to `bad`."""
    field = slice(_NAME - 2, _NAME + layout.name + 1)
    words = head.view("<u8").reshape(len(head), -1)
    known: list[bytes] = []
    of = None
    row = int(np.argmin(bad))  # the first good one
    open_rows = ~bad
    while not bad[row] and open_rows[row] and len(known) < _MOST_CHANNELS:
        text = head[row, field].tobytes()
        same = open_rows & _equals(words, _NAME - 2, text)
        if re.fullmatch(rb"\) [!-~]+ ", text) is None:
            bad |= same
        else:
            known.append(text)
            if of is None and same.all():
                return None, (text[2:-1].decode(),)
            of = np.zeros(len(head), np.uint8) if of is None else of
            of[same] = len(known) - 1
        open_rows &= ~same
        row = int(np.argmax(open_rows))
    bad |= open_rows
    return of, tuple(text[2:-1].decode() for text in known) or ("",)


def _equals(words: Words, at: int, text: bytes) -> _Bools:
    """In which rows does `text` stand at byte `at`, a multiple of 8?"""
    same: _Bools | None = None
    for n in range(0, len(text), 8):
        part = text[n : n + 8]
        mask = np.uint64((1 << 8 * len(part)) - 1)
        here = words[:, (at + n) // 8] & mask == np.uint64(int.from_bytes(part, "little"))
        same = here if same is None else same & here
    return np.ones(len(words), np.bool_) if same is None else same


@cache
def _pair_table() -> _Table:
    """Two characters as a little-endian number: their value as hex, _MARKED plus a digit before a #, or _BAD."""
    table = np.full(1 << 16, _BAD, np.uint16)
    digits = [(ord(c), int(c, 16)) for c in "0123456789ABCDEFabcdef"]
    for high, value in digits:
        table[high | 0x23 << 8] = _MARKED | value
        for low, rest in digits:
            table[high | low << 8] = value << 4 | rest
    return table


@cache
def _size_masks() -> Words:
    return np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
