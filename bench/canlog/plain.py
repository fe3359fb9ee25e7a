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
from bench.canlog.lines import PAD, line_breaks, padded, starts_of, windows
from bench.model.can_frame import EXTENDED, SENT

_FIRST: Final = re.compile(
    rb"\(([0-9]{1,11})\.[0-9]{6}\) ([!-~]{1,32}) (?:[0-7][0-9A-Fa-f]{2}|[01][0-9A-Fa-f]{7})#(?:[0-9A-Fa-f]{2}){0,8}( [RT])?(\r?)$"
)
_DOT: Final = 17  # where the dot of the time stamp lies in a head window: the microseconds then fill one word
_NAME: Final = _DOT + 9  # the channel name, behind `.dddddd) `
_MOST_CHANNELS: Final = 16
_FAR_S: Final = 9_000_000_000  # nanoseconds since 1970 fit 63 bits until the year 2262
_ALL: Final = (1 << 64) - 1
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


def layout_of(line: bytes) -> Layout | None:
    """Return the layout of a line without its newline, or None where it is no plain data frame."""
    found = _FIRST.match(line)
    return Layout(len(found[1]), len(found[2]), found[3] is not None, found[4] == b"\r") if found else None


def plain_chunk(text: bytes, layout: Layout) -> PlainChunk:
    """Return the lines of `text`, which ends in a newline, as columns."""
    octets = padded(text)
    breaks = _even_breaks(octets, text.index(b"\n") + 1)
    if breaks is not None:
        chunk = columns_at(octets, starts_of(breaks), breaks, layout)
        if not len(chunk.odd):  # every character was looked at, so no newline hides within a line
            return chunk
    return columns_at(octets, starts_of(found := line_breaks(octets)), found, layout)


def _even_breaks(octets: NDArray[np.uint8], length: int) -> Ints | None:
    """Return where the newlines are if every line seems as long as the first; None where it is not so."""
    whole = len(octets) - 2 * len(PAD)
    breaks = np.arange(len(PAD) + length - 1, len(PAD) + whole, length)
    return breaks if whole % length == 0 and (octets[breaks] == 0x0A).all() else None


def columns_at(octets: NDArray[np.uint8], starts: Ints, breaks: Ints, layout: Layout) -> PlainChunk:
    """Return the lines that begin and end at these places of a padded chunk as columns."""
    shown = windows(octets, starts + (layout.digits + 1 - _DOT), _window_size(layout))
    head = shown.view(np.uint8).reshape(len(starts), -1)
    times, bad = _times(shown.view("<u8"), head, layout)
    fields = _fields(shown, _NAME + layout.name - 3)
    data_at = starts + (layout.digits + layout.name + 15)
    ends, sent, wrong = _line_ends(octets, breaks, layout)
    bad |= wrong
    flags = None if sent is None else np.where(sent, np.uint8(SENT), np.uint8(0))
    long_rows = np.flatnonzero(fields[0] >> np.uint64(56) != 0x23)  # no # behind three digits
    if len(long_rows):
        data_at[long_rows] += 5
        fields[:, long_rows] = _fields(windows(octets, data_at[long_rows] - 8, 24), 0)
        flags = np.zeros(len(starts), np.uint8) if flags is None else flags
        flags[long_rows] |= np.uint8(EXTENDED)
    digits, strange = hex_digits(fields)
    sizes, payloads, wrong = _data(digits, strange, ends - data_at)
    bad |= wrong
    ids, wrong = short_ids(digits[0], strange[0])
    if len(long_rows):
        ids[long_rows], wrong[long_rows] = _long_ids(octets, data_at[long_rows])
    bad |= wrong
    channel_of, channels = _channels(head, layout, bad)
    frames = PlainFrames(times, ids, sizes, payloads, flags, channel_of, channels)
    return PlainChunk(frames, np.flatnonzero(bad), starts - len(PAD), breaks - len(PAD))


def _window_size(layout: Layout) -> int:
    """From before the time stamp to behind eight bytes of data."""
    return (_NAME + layout.name + 5 + 16 + 7) // 8 * 8


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


def _fields(shown: NDArray[np.void], at: int) -> Words:
    """Return three words a line, side by side: the eight characters before the data, and the sixteen of the data."""
    count, size = len(shown), shown.dtype.itemsize
    fields = np.empty((3, count), np.uint64)
    for n in range(3):
        fields[n] = np.ndarray((count,), "<u8", shown, offset=at + 8 * n, strides=(size,))
    return fields


def hex_digits(fields: Words) -> tuple[Words, Words]:
    """Return each character as the hex digit that it is, and a 1 in each byte that is none."""
    characters = fields.view(np.uint8)
    spare = characters - np.uint8(0x30)
    is_letter = spare > 9
    np.bitwise_or(characters, np.uint8(0x20), out=spare)
    spare -= np.uint8(0x61)
    is_strange = spare > 5
    is_strange &= is_letter
    digits = fields & np.uint64(0x0F0F_0F0F_0F0F_0F0F)
    letters = is_letter.view(np.uint64)
    letters *= np.uint64(9)  # A is 0x41, a is 0x61
    digits += letters
    return digits, is_strange.view(np.uint64)


def _data(digits: Words, strange: Words, lengths: Ints) -> tuple[Ints, Words, _Bools]:
    """Return sizes, payloads, and which lines hold other than 0..8 pairs of hex digits."""
    sizes = np.minimum(np.maximum(lengths >> 1, 0), 8)
    pairs = digits[1:] << np.uint64(4)
    pairs |= digits[1:] >> np.uint64(8)
    octets = pairs.view(np.uint16).astype(np.uint8).view(np.uint32)
    payloads = octets[1].astype(np.uint64)
    payloads <<= np.uint64(32)
    payloads |= octets[0]
    low, high, mask = _size_masks()
    payloads &= mask.take(sizes)
    wrong = strange[1] & low.take(sizes)
    wrong |= strange[2] & high.take(sizes)
    return sizes, payloads, (wrong != 0) | (sizes << 1 != lengths)


def short_ids(digits: Words, strange: Words) -> tuple[Ints, _Bools]:
    """Return three digits as a number, and which rows hold others, or an id above 0x7FF."""
    ids = digits >> np.uint64(32)
    ids &= np.uint64(0x0F_0F_0F)
    ids *= np.uint64(1 << 24 | 1 << 12 | 1)  # each digit to its place, in bits 16 to 27; nothing else falls there
    ids >>= np.uint64(16)
    ids &= np.uint64(0xFFF)
    return ids.view(np.int64), (strange & np.uint64(0x00_01_01_01 << 32) != 0) | (ids > 0x7FF)


def _long_ids(octets: NDArray[np.uint8], data_at: Ints) -> tuple[Ints, _Bools]:
    """The same of eight digits."""
    digits, strange = hex_digits(_fields(windows(octets, data_at - 9, 24), 0))
    values = digits[0].view(np.uint8).reshape(-1, 8).astype(np.int64)
    ids = values @ np.array([1 << 28, 1 << 24, 1 << 20, 1 << 16, 1 << 12, 1 << 8, 1 << 4, 1])
    return ids, (strange[0] != 0) | (ids > 0x1FFF_FFFF) | (octets[data_at - 1] != 0x23)


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
def _size_masks() -> tuple[Words, Words, Words]:
    """By size: a 1 in each character of the first eight and of the last eight that is data, and all bits of the data's bytes."""
    text = [(1 << 16 * size) // 255 for size in range(9)]
    low, high = (np.array([ones >> shift & _ALL for ones in text], np.uint64) for shift in (0, 64))
    return low, high, np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
