"""What the body frames of one family said on one channel: doors, lock and ignition over time, and what was odd about them."""

from dataclasses import dataclass
from typing import Final

from bench.analysis.body_doors import KEPT, DoorTrace, Odd
from bench.analysis.body_supply import SupplyTrace
from bench.model.family import DoorBits, Family
from bench.model.names import Door

STALE_NS: Final = 5_000_000_000
"""A door frame that pauses longer is a gap. Recorders drop frames: up to 1.8 s in a 100 ms cycle was seen in one recording."""
PAUSE_NS: Final = 1_000_000_000
"""When a door moved in a longer pause nobody knows: nothing that takes timing is concluded across it. Five cycles where they are more."""
BACK_NS: Final = 100_000_000
"""Time stamps that jump back further are another recording's, or another setting of the clock."""
MOVING_KMH: Final = 8.0
"""Above walking pace, and above what a standing car's sensors give."""
SPEED_AGE_NS: Final = 1_000_000_000
TOP_KMH: Final = 300.0  # 0xFFFF means invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Nothing came from `from_ns` to `to_ns`; `others`: frames of the channel in between; `ignition` as last seen."""

    from_ns: int
    to_ns: int
    others: int
    ignition: str | None


class BodyTrace:
    """Feed it every frame of the family's ids; it keeps the story. Frames too short to carry a bit give no state."""

    def __init__(self, family: Family, channel: str) -> None:
        self.family = family
        self.channel = channel
        self.frames = 0
        self.short_frames = 0
        self.doors: dict[Door, DoorTrace] = {}
        self.twins: dict[Door, Odd] = {}
        self.moving: dict[Door, Odd] = {}
        self.lock: list[tuple[int, str]] = []
        self.ignition: list[tuple[int, str]] = []
        self.gaps: list[Gap] = []
        self.lock_moving: list[tuple[int, str, float]] = []
        self.lock_cuts: set[int] = set()  # how many lock states were known at each pause
        self.back: Odd | None = None  # steps back of the clock
        self.pause_ns = min(STALE_NS, max(PAUSE_NS, round(5e6 * family.cycle_ms)))
        self.supply = SupplyTrace()
        self.last_ns: int | None = None
        self._others_at = 0
        self._speed: float | None = None
        self._speed_ns = 0
        self._disagree: set[Door] = set()
        self._lock_bits: dict[str, bool] = {}
        self._doors_of: dict[int, list[tuple[Door, DoorBits]]] = {}
        for door, bits in family.doors.items():
            self._doors_of.setdefault(bits.open.id, []).append((door, bits))
        needed = [b.open.byte for b in family.doors.values() if b.open.id == family.frame]
        self.needed = max(needed, default=0) + 1

    def see(self, t_ns: int, identifier: int, data: bytes, is_new: bool, others: int) -> None:
        """Take one frame; `is_new`: its payload differs from the last; `others`: frames of the channel so far."""
        family = self.family
        is_cut = identifier == family.frame and self.last_ns is not None and not -BACK_NS <= t_ns - self.last_ns <= self.pause_ns
        if is_cut:
            self._pause_begins(self.last_ns or 0, t_ns)
        if is_new:
            self._doors(t_ns, identifier, data)
            self._lock(t_ns, identifier, data, is_seen=not is_cut)
            if family.ignition is not None and family.ignition.id == identifier:
                self._change(self.ignition, t_ns, family.ignition.read(data))
            if family.battery is not None and family.battery.id == identifier:
                self.supply.see(t_ns, family.battery.read(data), self.ignition_now)
        if family.speed is not None and family.speed.id == identifier:
            speed = family.speed.read(data)
            self._speed = speed if speed is not None and speed <= TOP_KMH else None
            self._speed_ns = t_ns
        if is_cut:
            self._pause_ends(self.last_ns or 0, t_ns)
        if identifier == family.frame:
            self._cycle(t_ns, len(data), others)

    def repeat(self, frames: int, short: int, last_ns: int, others: int, *, moving: tuple[int, int, float]) -> None:
        """Take door frames that repeat the last payload without a gap: the same as `see` for each of them.

        `short`: how many of them are too short; `others`: frames of the channel up to the last one; `moving`: how many came while
        the car moved, when the first of those, and the top speed meanwhile, km/h.
        """
        self.frames += frames
        self.short_frames += short
        self.last_ns, self._others_at = last_ns, others
        for door in self._disagree:
            odd = self.twins[door]
            odd.frames += frames
            odd.stretch += frames
            odd.longest = max(odd.longest, odd.stretch)
        count, first_ns, top = moving
        for door, trace in self.doors.items() if count else ():
            if trace.state:
                odd = self.moving.setdefault(door, Odd(first_ns))
                odd.frames += count
                odd.top = max(odd.top, top)

    @property
    def speed(self) -> tuple[float | None, int]:
        """The last speed seen, km/h, None where it was invalid, and when that was, ns."""
        return self._speed, self._speed_ns

    @speed.setter
    def speed(self, seen: tuple[float | None, int]) -> None:
        self._speed, self._speed_ns = seen

    @property
    def ignition_now(self) -> str | None:
        """The last ignition state seen."""
        return self.ignition[-1][1] if self.ignition else None

    def lock_changes(self) -> list[tuple[int, str]]:
        """Changes of the lock state; the first state seen is none."""
        return self.lock[1:]

    def close(self, t_ns: int, others: int) -> None:
        """The recording ends at `t_ns`: close what is open."""
        if self.last_ns is not None:
            self._note_gap(t_ns, others)
            for trace in self.doors.values():
                if trace.state:
                    trace.open_ns += max(0, self.last_ns - trace.since_ns)

    def _pause_begins(self, from_ns: int, to_ns: int) -> None:
        self.supply.pause(from_ns)
        if to_ns < from_ns:
            self.back = self.back or Odd(from_ns)
            self.back.frames += 1
            for trace in self.doors.values():
                trace.set_back(from_ns, to_ns)

    def _pause_ends(self, from_ns: int, to_ns: int) -> None:
        """What changed meanwhile showed itself in the frame that was just seen."""
        self.lock_cuts.add(len(self.lock))
        for trace in self.doors.values():
            trace.cut(from_ns, to_ns)

    def _cycle(self, t_ns: int, size: int, others: int) -> None:
        self.frames += 1
        self.short_frames += size < self.needed
        self._note_gap(t_ns, others)
        self.last_ns, self._others_at = t_ns, others
        for door in self._disagree:
            odd = self.twins[door]
            odd.frames += 1
            odd.stretch += 1
            odd.longest = max(odd.longest, odd.stretch)
        if (kmh := self._kmh_at(t_ns)) >= MOVING_KMH:
            for door, trace in self.doors.items():
                if trace.state:
                    odd = self.moving.setdefault(door, Odd(t_ns))
                    odd.frames += 1
                    odd.top = max(odd.top, kmh)

    def _kmh_at(self, t_ns: int) -> float:
        """The speed, 0 where none was seen of late."""
        return self._speed if self._speed is not None and abs(t_ns - self._speed_ns) <= SPEED_AGE_NS else 0.0

    def _note_gap(self, t_ns: int, others: int) -> None:
        if self.last_ns is not None and t_ns - self.last_ns > STALE_NS and len(self.gaps) < KEPT:
            between = others - self._others_at - 1
            self.gaps.append(Gap(from_ns=self.last_ns, to_ns=t_ns, others=between, ignition=self.ignition_now))

    def _doors(self, t_ns: int, identifier: int, data: bytes) -> None:
        for door, bits in self._doors_of.get(identifier, ()):
            is_open = bits.read(data)
            if is_open is not None:
                if door in self._disagree:
                    self._disagree.discard(door)
                    self.twins[door].stretch = 0
                if (trace := self.doors.get(door)) is None:
                    self.doors[door] = DoorTrace(is_open, is_open, t_ns)
                else:
                    trace.see(t_ns, is_open)
            elif bits.closed is not None and bits.open.read(data) is not None and bits.closed.read(data) is not None:
                self._disagree.add(door)
                self.twins.setdefault(door, Odd(t_ns))

    def _lock(self, t_ns: int, identifier: int, data: bytes, *, is_seen: bool) -> None:
        """Both bits set: locked; none: unlocked; else partly (the driver's door alone, on most sources). `is_seen`: as it happened."""
        bits = {which: bit.read(data) for which, bit in self.family.lock.items() if bit.id == identifier}
        self._lock_bits.update({which: state for which, state in bits.items() if state is not None})
        if bits and self._lock_bits:
            states = set(self._lock_bits.values())
            before = len(self.lock)
            self._change(self.lock, t_ns, "partly" if len(states) == 2 else "locked" if True in states else "unlocked")
            if is_seen and 0 < before < len(self.lock) and self._kmh_at(t_ns) >= MOVING_KMH:
                self.lock_moving.append((t_ns, self.lock[-1][1], self._kmh_at(t_ns)))

    @staticmethod
    def _change(timeline: list[tuple[int, str]], t_ns: int, state: str | None) -> None:
        if state is not None and (not timeline or timeline[-1][1] != state) and len(timeline) < KEPT:
            timeline.append((t_ns, state))
