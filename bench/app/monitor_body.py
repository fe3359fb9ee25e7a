"""Doors, lock and ignition as they are now: only payloads that changed are looked at. For events and the screen, not for verdicts."""

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from bench.model.can_frame import ERROR, EXTENDED, REMOTE, FrameBatch
from bench.model.family import Family
from bench.model.names import Door

RECENT_NS: Final = 10_000_000_000
"""The chatter counter shows the changes of the last 10 s: nobody moves one door more than a few times in that."""
_KEPT: Final = 1000
_IMPOSSIBLE: Final = ERROR | REMOTE


class Change(NamedTuple):
    """A state was first seen or changed: `what` door, lock, ignition or family; `was` None: it was not known before."""

    t_ns: int
    what: str
    to: str
    was: str | None
    door: Door | None = None


class DoorNow:
    """One door: its state, all its changes, and the times of the last ones."""

    __slots__ = ("changed_ns", "changes", "is_open", "recent")

    def __init__(self) -> None:
        self.is_open: bool | None = None
        self.changes = 0
        self.changed_ns: int | None = None
        self.recent: deque[int] = deque(maxlen=_KEPT)

    def recently(self, now_ns: int) -> int:
        """How many changes the last 10 s had."""
        while self.recent and now_ns - self.recent[0] > RECENT_NS:
            self.recent.popleft()
        return len(self.recent)


class FamilyNow:
    """What the frames of one family say now."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.doors: dict[Door, DoorNow] = {}
        self.lock: str | None = None
        self.ignition: str | None = None
        self.frames = 0
        self.last_ns: int | None = None
        self._locked: dict[str, bool] = {}

    def see(self, t_ns: int, number: int, data: bytes) -> list[Change]:
        """Take a payload that differs from the one before."""
        changes = [change for door in self.family.doors if (change := self._door(t_ns, number, data, door)) is not None]
        locked = self._lock(number, data)
        if locked is not None and locked != self.lock:
            changes.append(Change(t_ns, "lock", locked, self.lock))
            self.lock = locked
        field = self.family.ignition
        word = field.read(data) if field is not None and field.id == number else None
        if word is not None and word != self.ignition:
            changes.append(Change(t_ns, "ignition", word, self.ignition))
            self.ignition = word
        return changes

    def _door(self, t_ns: int, number: int, data: bytes, door: Door) -> Change | None:
        bits = self.family.doors[door]
        if bits.open.id != number:
            return None
        is_open = bits.read(data)
        now = self.doors.setdefault(door, DoorNow())
        if is_open is None or is_open == now.is_open:
            return None
        was = None if now.is_open is None else _word(now.is_open)
        now.is_open = is_open
        if was is not None:
            now.changes += 1
            now.changed_ns = t_ns
            now.recent.append(t_ns)
        return Change(t_ns, "door", _word(is_open), was, door)

    def _lock(self, number: int, data: bytes) -> str | None:
        seen = {which: state for which, bit in self.family.lock.items() if bit.id == number and (state := bit.read(data)) is not None}
        if not seen:
            return None
        self._locked.update(seen)
        states = set(self._locked.values())
        return "partly" if len(states) == 2 else "locked" if True in states else "unlocked"


class LiveBody:
    """Feed it every batch; `see` returns what changed. Where several families speak, the one with more door frames counts."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = [FamilyNow(family) for family in families]
        self._of: dict[int, tuple[FamilyNow, ...]] = {}
        for number in {i for family in families for i in family.ids}:
            self._of[number] = tuple(f for f in self._families if number in f.family.ids)
        self._last: dict[int, bytes] = {}
        self.now: FamilyNow | None = None

    def see(self, batch: FrameBatch) -> list[Change]:
        """Return the changes of the family in force; the first door frame settles which one that is."""
        found: list[Change] = []
        last, wanted = self._last, self._of
        for t_ns, number, data, flags in zip(batch.t_ns, batch.ids, batch.data, batch.flags, strict=True):
            if number not in wanted or (flags and (flags & _IMPOSSIBLE or bool(flags & EXTENDED) != (number > 0x7FF))):
                continue
            is_new = last.get(number) != data
            last[number] = data
            for one in wanted[number]:
                if number == one.family.frame:
                    one.frames += 1
                    one.last_ns = t_ns
                    found += self._settle(t_ns, one)
                if is_new:
                    changes = one.see(t_ns, number, data)
                    found += changes if one is self.now else ()
        return found

    @property
    def ids(self) -> frozenset[int]:
        """Every arbitration id that any family reads."""
        return frozenset(self._of)

    def _settle(self, t_ns: int, one: FamilyNow) -> list[Change]:
        if one is self.now or (self.now is not None and one.frames <= self.now.frames + 10):
            return []
        was, self.now = self.now, one
        return [Change(t_ns, "family", one.family.name, was.family.name if was else None)]


def _word(is_open: bool) -> str:
    return "open" if is_open else "closed"
