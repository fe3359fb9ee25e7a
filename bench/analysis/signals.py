"""What every signal of a database did over a recording: by columns, all signals of a message at once, repeated payloads left out."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from bench.analysis.plain_frames import Ints, PlainFrames, Words
from bench.model.analysis_document import SignalStory
from bench.model.can_frame import ERROR, EXTENDED, FD, REMOTE, FrameBatch
from bench.model.signal_field import SignalField

_GATHERED: Final = 1 << 16  # frames that wait at most
_Key = tuple[int, bool]


class SignalBank:
    """Feed it frames; `stories()` ends it. Channels are not told apart: a recording of several should be split first."""

    def __init__(self, fields: Sequence[SignalField]) -> None:
        groups: dict[tuple[_Key, object], list[SignalField]] = {}
        for field in fields:
            groups.setdefault(((field.id, field.is_extended), field.mux), []).append(field)
        self._rows = [_Rows(key, found) for (key, _), found in groups.items()]
        self._of: dict[_Key, list[_Rows]] = {}
        for rows in self._rows:
            self._of.setdefault(rows.key, []).append(rows)
        self._order = {(f.message, f.name): n for n, f in enumerate(fields)}
        self._waiting: list[PlainFrames] = []
        self._count = 0

    def feed_plain(self, frames: PlainFrames) -> None:
        """Take frames as columns."""
        self._waiting.append(frames)
        self._count += frames.length
        if self._count >= _GATHERED:
            self._take()

    def feed(self, batch: FrameBatch) -> None:
        """Take frames one by one; those that are no classic data frames carry no signal."""
        rows = [
            (number, data, flags)
            for number, data, flags in zip(batch.ids, batch.data, batch.flags, strict=True)
            if not flags & (ERROR | REMOTE | FD) and len(data) <= 8
        ]
        if rows:
            self.feed_plain(
                PlainFrames(
                    t_ns=np.zeros(len(rows), np.int64), ids=np.array([r[0] for r in rows], np.int64),
                    sizes=np.array([len(r[1]) for r in rows], np.int64), channel_of=None, channels=("",),
                    payloads=np.array([int.from_bytes(r[1], "little") for r in rows], np.uint64),
                    flags=np.array([r[2] for r in rows], np.uint8),
                )
            )  # fmt: skip

    def stories(self) -> tuple[SignalStory, ...]:
        """Return one story a signal that was seen, in the order of the database."""
        self._take()
        found = [story for rows in self._rows for story in rows.stories()]
        return tuple(sorted(found, key=lambda s: self._order[s.message, s.name]))

    def _take(self) -> None:
        frames, self._waiting, self._count = self._waiting, [], 0
        if not frames:
            return
        ids, sizes, payloads = (np.concatenate([getattr(f, name) for f in frames]) for name in ("ids", "sizes", "payloads"))
        flags = [np.zeros(f.length, np.uint8) if f.flags is None else f.flags & np.uint8(EXTENDED) for f in frames]
        keys = ids << 1 | np.concatenate(flags)
        order = np.argsort(keys.astype(np.uint16) if int(keys.max()) < 1 << 16 else keys, kind="stable")
        keys = keys.take(order)
        heads = np.concatenate((np.zeros(1, np.int64), np.flatnonzero(keys[1:] != keys[:-1]) + 1, np.array([len(keys)])))
        for head, end in zip(heads[:-1].tolist(), heads[1:].tolist(), strict=True):
            key = int(keys[head])
            for rows in self._of.get((key >> 1, bool(key & 1)), ()):
                mine = order[head:end]
                rows.take(payloads.take(mine), sizes.take(mine))


class _Rows:
    """The signals of one message that are there together, and what they showed so far; raw values as unsigned numbers in order."""

    def __init__(self, key: _Key, fields: Sequence[SignalField]) -> None:
        self.key, self._fields = key, fields
        self._shifts = _column(f.shift for f in fields)
        self._masks = _column((1 << f.length) - 1 for f in fields)
        self._signs = _column((1 << f.length - 1) * f.is_signed for f in fields)
        self._motorola = np.array([f.is_motorola for f in fields])
        self._size = max(f.size for f in fields)
        self._mux = fields[0].mux
        self._payload: int | None = None
        self.frames = 0
        self._first = self._last = self._low = self._high = np.zeros(0, np.uint64)
        self._changes = np.zeros(len(fields), np.int64)

    def take(self, payloads: Words, sizes: Ints) -> None:
        """Take the message's frames in order; those too short for its signals, or of another multiplexer value, are left out."""
        rows = np.flatnonzero(sizes >= self._size) if int(sizes.min()) < self._size else None
        payloads = payloads if rows is None else payloads.take(rows)
        if self._mux is not None:
            shift, length, is_motorola, values = self._mux
            words = payloads.byteswap() if is_motorola else payloads
            payloads = payloads[np.isin(words >> np.uint64(shift) & np.uint64((1 << length) - 1), np.array(values, np.uint64))]
        if not len(payloads):
            return
        self.frames += len(payloads)
        news = np.flatnonzero(payloads[1:] != payloads[:-1]) + 1
        if int(payloads[0]) != self._payload:
            news = np.concatenate((np.zeros(1, np.int64), news))
        self._payload = int(payloads[-1])
        if len(news):
            self._see(payloads.take(news))

    def _see(self, payloads: Words) -> None:
        words = np.broadcast_to(payloads, (len(self._fields), len(payloads)))
        if self._motorola.any():
            words = np.where(self._motorola[:, None], payloads.byteswap(), payloads)
        values = words >> self._shifts
        values &= self._masks
        values ^= self._signs  # negative numbers below the others
        first = values[:, 0]
        if not len(self._first):
            self._first = self._last = self._low = self._high = first.copy()
        self._changes += first != self._last
        self._changes += np.count_nonzero(values[:, 1:] != values[:, :-1], axis=1)
        self._last = values[:, -1].copy()
        self._low = np.minimum(self._low, values.min(axis=1))
        self._high = np.maximum(self._high, values.max(axis=1))

    def stories(self) -> Iterable[SignalStory]:
        """Return what was seen, in physical values."""
        for n, field in enumerate(self._fields if self.frames else ()):
            first, last, ends = self._first[n], self._last[n], (self._low[n], self._high[n])
            low, high = sorted(_physical(int(raw), field) for raw in ends)
            yield SignalStory(
                message=field.message, name=field.name, unit=field.unit, frames=self.frames, changes=int(self._changes[n]),
                first=_physical(int(first), field), last=_physical(int(last), field), low=low, high=high,
            )  # fmt: skip


def _column(values: Iterable[int]) -> Words:
    return np.array(list(values), np.uint64).reshape(-1, 1)


def _physical(ordered: int, field: SignalField) -> float:
    return (ordered - (1 << field.length - 1) * field.is_signed) * field.scale + field.offset
