"""Finds the bits that follow a door: one that holds still while nobody moves, and flips each time that door, and no other, opens.

Pure: frames and spans in, bits out. Memory does not grow with the traffic: of each span only the bits that stayed 1 and the bits
that stayed 0 are kept, frame by frame, so counters, checksums with a counter and measured values fall out by themselves.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bench.model.can_frame import ERROR, EXTENDED, REMOTE, FrameBatch
from bench.model.names import DOORS, Door

_MOST_IDS: Final = 20_000
_MOST_OTHERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FoundBit:
    """One bit: arbitration id (above 0x7FF: extended), byte, bit 0..7 in it, and whether it is 1 while the door is open."""

    id: int
    byte: int
    bit: int
    is_open_high: bool

    @property
    def mask(self) -> int:
        """The bit as a mask of its byte."""
        return 1 << self.bit

    def __str__(self) -> str:
        return f"0x{self.id:X} byte {self.byte} bit {self.bit} ({1 if self.is_open_high else 0} = open)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntDoor:
    """One door. `open`: 1 while it is open; `closed`: 1 while it is shut, in the same frame; `others`: more bits that fit.

    `shared`: bits that follow this door and others too, an "any door" or a lamp.
    """

    door: Door
    open: FoundBit | None
    closed: FoundBit | None
    others: tuple[FoundBit, ...]
    shared: tuple[FoundBit, ...]


class FrameSeen(NamedTuple):
    """One arbitration id: frames seen, longest payload in bytes, and the mean time between two, ms."""

    frames: int
    dlc: int
    cycle_ms: float


class _Span:
    """What stayed put while nothing moved. `door` None: all doors were shut."""

    __slots__ = ("door", "is_open", "ones", "zeros")

    def __init__(self, door: Door | None, is_open: bool) -> None:
        self.door, self.is_open = door, is_open
        self.ones: dict[int, int] = {}
        self.zeros: dict[int, int] = {}

    def see(self, number: int, value: int, full: int) -> None:
        ones = self.ones.get(number)
        self.ones[number] = value if ones is None else ones & value
        self.zeros[number] = ~value & full if ones is None else self.zeros[number] & ~value & full


class BitLearner:
    """Feed it all frames; `begin` and `end` mark the times in which the doors stand still in a known state."""

    def __init__(self) -> None:
        self._spans: list[_Span] = []
        self._now: _Span | None = None
        self._last: dict[int, tuple[int, int]] = {}
        self._seen: dict[int, tuple[int, int, int, int]] = {}  # frames, first_ns, last_ns, longest

    def feed(self, batch: FrameBatch) -> None:
        """Take frames; remote and error frames carry nothing."""
        now = self._now
        for t_ns, number, data, flags in zip(batch.t_ns, batch.ids, batch.data, batch.flags, strict=True):
            if flags & (ERROR | REMOTE) or bool(flags & EXTENDED) != (number > 0x7FF):
                continue
            value, full = int.from_bytes(data, "little"), (1 << 8 * len(data)) - 1
            frames, first_ns, _, longest = self._seen.get(number, (0, t_ns, t_ns, 0))
            if not frames and len(self._seen) >= _MOST_IDS:
                continue
            self._seen[number] = (frames + 1, first_ns, t_ns, max(longest, len(data)))
            self._last[number] = (value, full)
            if now is not None:
                now.see(number, value, full)

    def begin(self, door: Door | None, *, is_open: bool) -> None:
        """From now on nothing moves: `door` is open or closed and all others are closed; None: all are closed."""
        self._now = _Span(door, is_open)

    def end(self) -> None:
        """Something may move again. A frame that was not sent meanwhile is taken to hold its last payload."""
        if self._now is not None:
            for number, (value, full) in self._last.items():
                if number not in self._now.ones:
                    self._now.see(number, value, full)
            self._spans.append(self._now)
            self._now = None

    def seen(self, number: int) -> FrameSeen:
        """Return how often an id was seen; KeyError where it was not."""
        frames, first_ns, last_ns, longest = self._seen[number]
        return FrameSeen(frames, longest, (last_ns - first_ns) / 1e6 / (frames - 1) if frames > 1 else 0.0)

    def doors(self) -> tuple[LearntDoor, ...]:
        """Return every door that was opened at least once, with the bits found, in the frame that serves most doors."""
        asked = [door for door in DOORS if any(s.door == door and s.is_open for s in self._spans)]
        own = {door: self._following(door) for door in asked}
        mine = {door: [bit for bit, is_own in bits if is_own] for door, bits in own.items()}
        served: dict[int, int] = {}
        for bits in mine.values():
            for number in {bit.id for bit in bits}:
                served[number] = served.get(number, 0) + 1

        def ranked(door: Door) -> list[FoundBit]:
            """A checksum follows the doors too, but several of its bits flip at once, so a byte with few flips comes first."""
            flips = Counter((bit.id, bit.byte) for bit, _ in own[door])
            return sorted(mine[door], key=lambda b: (-served[b.id], -self._seen[b.id][0], flips[b.id, b.byte], not b.is_open_high, b))

        return tuple(_chosen(door, ranked(door), [bit for bit, is_own in own[door] if not is_own]) for door in asked)

    def _following(self, door: Door) -> list[tuple[FoundBit, bool]]:
        """Every bit that follows the door, and whether it follows no other."""
        opened = [s for s in self._spans if s.door == door and s.is_open]
        closed = [s for s in self._spans if not s.is_open]
        foreign = [s for s in self._spans if s.is_open and s.door != door]
        found: list[tuple[FoundBit, bool]] = []
        for number in sorted(self._last):
            if any(number not in s.ones for s in opened) or not any(number in s.ones for s in closed):
                continue
            shut = [s for s in closed if number in s.ones]
            others = [s for s in foreign if number in s.ones]
            high = _all([s.ones[number] for s in opened] + [s.zeros[number] for s in shut])
            low = _all([s.zeros[number] for s in opened] + [s.ones[number] for s in shut])
            own_high = high & _all([high] + [s.zeros[number] for s in others])
            own_low = low & _all([low] + [s.ones[number] for s in others])
            found += [(bit, bool(own_high >> 8 * bit.byte + bit.bit & 1)) for bit in _bits(number, high, is_open_high=True)]
            found += [(bit, bool(own_low >> 8 * bit.byte + bit.bit & 1)) for bit in _bits(number, low, is_open_high=False)]
        return found


def _all(masks: Sequence[int]) -> int:
    result = masks[0]
    for mask in masks[1:]:
        result &= mask
    return result


def _bits(number: int, mask: int, *, is_open_high: bool) -> list[FoundBit]:
    places = [n for n in range(mask.bit_length()) if mask >> n & 1]
    return [FoundBit(id=number, byte=n // 8, bit=n % 8, is_open_high=is_open_high) for n in places]


def _chosen(door: Door, ranked: list[FoundBit], shared: list[FoundBit]) -> LearntDoor:
    """The best bit that is 1 while open; its twin is the nearest one that is 1 while closed, in the same frame."""
    first = next((bit for bit in ranked if bit.is_open_high), None)
    home = first.id if first is not None else ranked[0].id if ranked else None
    twins = [bit for bit in ranked if not bit.is_open_high and bit.id == home]
    if first is not None:
        at = 8 * first.byte + first.bit
        twins.sort(key=lambda bit: abs(8 * bit.byte + bit.bit - at))
    twin = twins[0] if twins else None
    others = tuple(bit for bit in ranked if bit not in (first, twin))
    return LearntDoor(door=door, open=first, closed=twin, others=others[:_MOST_OTHERS], shared=tuple(shared[:_MOST_OTHERS]))
