"""The rig's three relays: operate and release delays, contact bounce, and the enable relay that lives on its heartbeat."""

from collections.abc import Mapping
from random import Random

from bench.sim.tolerance import Unit

ENABLE, LOCK, UNLOCK = 0, 1, 2
_FAR_S = 1e18


class Relays:
    """`closed` are the contacts now; `next_s` is when something may change next (s of world time).

    The enable coil is fed only while `enable` is high and the heartbeat toggled less than the monostable's time ago (78-88 ms
    by unit); with the release delay the feed is dead within 100 ms of the last toggle (DESIGN 3.5).
    """

    __slots__ = ("_beat", "_beat_until_s", "_coils", "_enable", "_events", "_off_s", "_on_s", "_rng", "_stable_s", "closed", "next_s")

    def __init__(self, unit: Unit, rng: Random) -> None:
        self._rng = rng
        self._on_s, self._off_s, self._stable_s = unit.relay_on_s, unit.relay_off_s, unit.monostable_s
        self._coils = [False, False, False]
        self._enable = False
        self._beat: bool | None = None
        self._beat_until_s = -1.0
        self._events: list[tuple[float, int, bool]] = []
        self.closed = [False, False, False]
        self.next_s = _FAR_S

    def command(self, t_s: float, outputs: Mapping[str, bool]) -> None:
        """Take the outputs that hold from `t_s` on."""
        beat = outputs["heartbeat"]
        if beat != self._beat:
            if self._beat is not None:
                self._beat_until_s = t_s + self._stable_s
            self._beat = beat
        enable = outputs["enable"]
        self._enable = enable
        coils = self._coils
        fed = enable and t_s < self._beat_until_s
        if fed != coils[0]:
            self._drive(t_s, ENABLE, energised=fed)
        lock = outputs["drive_lock"]
        if lock != coils[1]:
            self._drive(t_s, LOCK, energised=lock)
        unlock = outputs.get("drive_unlock", False)
        if unlock != coils[2]:
            self._drive(t_s, UNLOCK, energised=unlock)

    def _drive(self, t_s: float, which: int, *, energised: bool) -> None:
        self._coils[which] = bool(energised)
        events = [e for e in self._events if e[1] != which]
        at = t_s + (self._on_s if energised else self._off_s)[which] * self._rng.uniform(0.93, 1.07)
        events.append((at, which, bool(energised)))
        if energised and self._rng.random() < 0.7:
            opens = at + self._rng.uniform(0.0003, 0.0010)
            events += [(opens, which, False), (opens + self._rng.uniform(0.0002, 0.0008), which, True)]
        events.sort()
        self._events = events
        self._look_ahead()

    def _look_ahead(self) -> None:
        self.next_s = self._events[0][0] if self._events else _FAR_S
        if self._coils[0] and self._beat_until_s < self.next_s:
            self.next_s = self._beat_until_s

    @property
    def pending(self) -> bool:
        """Is a contact on its way?"""
        return bool(self._events)

    def run_to(self, t_s: float) -> bool:
        """Let everything up to `t_s` happen; return True where a contact changed."""
        if self._coils[0] and t_s >= self._beat_until_s:
            self._drive(max(self._beat_until_s, 0.0), ENABLE, energised=False)
        changed = False
        while self._events and self._events[0][0] <= t_s:
            _, which, state = self._events.pop(0)
            changed = changed or self.closed[which] != state
            self.closed[which] = state
        self._look_ahead()
        return changed
