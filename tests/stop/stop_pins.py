"""The pin process of the product, over shared memory instead of pins: only what it opens is ours."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from stop_memory import FIELDS, RING, TURNS, Memory, Slot

from bench.app import pin_job
from bench.app.pin_process import main
from bench.app.pin_rigs import RigOrder, Seat
from bench.app.urgency import become_urgent
from bench.model.names import Hand, InputRole, Scope
from bench.model.observations import Bus, Can, Current, Input, Observation, Supply
from bench.model.pin_news import Pulled
from bench.model.profile import Profile
from bench.ports.rig import Clock, Rig
from bench.rig.clock import MonotonicClock

ROLES: tuple[InputRole, ...] = ("ajar", "lock", "estop", "hold")


class MemoryOutput:
    """One line."""

    def __init__(self, memory: Memory, slot: Slot) -> None:
        self._memory, self._slot = memory, slot

    def set(self, energised: bool) -> None:
        self._memory[self._slot] = int(energised)


class FateSource:
    """The first source of a rig: remembers when each turn began, and breaks it or makes it hang when fate says so."""

    def __init__(self, memory: Memory) -> None:
        self._m = memory
        memory[Slot.PIN_PID] = os.getpid()

    def drain(self) -> Iterable[Observation]:
        m = self._m
        m.turns[m[Slot.PIN_TURNS] % TURNS] = time.monotonic_ns()
        m[Slot.PIN_TURNS] += 1
        if m[Slot.PIN_RAISES]:
            raise RuntimeError("a driver of the pin process broke")
        if m[Slot.PIN_DAWDLES]:
            ms, m[Slot.PIN_DAWDLES] = m[Slot.PIN_DAWDLES], 0
            time.sleep(ms / 1000)
        return ()


class MemorySource:
    """Samples, levels, supply and frames as the world shows them."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._m, self._clock = memory, clock
        self._origin_ns = time.monotonic_ns() - clock.now_ns()
        self._tail = memory[Slot.HEAD]
        self._levels: dict[str, int] = {}
        self._supply_v = 0.0
        self._frame_ns = 0

    def drain(self) -> Iterable[Observation]:
        m, now = self._m, self._clock.now_ns()
        seen: list[Observation] = []
        dt, a, v = self._samples()
        if dt:
            seen.append(Current(t0=dt[0], dt=[t - dt[0] for t in dt], a=list(a), v=list(v)))
        for role in ROLES:
            level = m[Slot[role.upper()]]
            if self._levels.get(role) != level:
                self._levels[role] = level
                seen.append(Input(t=now, role=role, level=1 if level else 0))
        supply_v = 5.0 if m[Slot.DIP] else 12.5
        if supply_v != self._supply_v:
            self._supply_v = supply_v
            seen.append(Supply(t=now, v=supply_v))
        return [*seen, *self._frames(now)]

    def _samples(self) -> tuple[list[int], list[float], list[float]]:
        m, head = self._m, self._m[Slot.HEAD]
        dt, a, v = [], [], []
        for n in range(max(self._tail, head - RING + 8), head):
            at = Slot.SAMPLES + (n % RING) * FIELDS
            dt.append(m[at] - self._origin_ns)
            a.append(m[at + 1] / 1000)
            v.append(m[at + 2] / 1000)
        self._tail = head
        return dt, a, v

    def _frames(self, now: int) -> list[Observation]:
        if now - self._frame_ns < 100_000_000:
            return []
        self._frame_ns = now
        if self._m[Slot.CAN_LOST]:
            return [Bus(t=now, channel="can0", state="silent")]
        door = 0 if self._m[Slot.AJAR] else 0x20
        return [Can(t=now, channel="can0", id=0x60D, data=bytes([door, 6, 0, 0, 0, 0, 0, 0]).hex(), count=1, last=now)]


class MemoryHands:
    """A hand of the world."""

    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def begin(self, step: str, hand: Hand) -> None:
        if hand != "wiggle":
            self._m[Slot.HAND] = 1 if hand == "close" else 2

    def is_moving(self) -> bool:
        return self._m[Slot.HAND] != 0

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None]:
        closed = bool(self._m[Slot.AJAR])
        view = {"held": closed, "half": False, "opened": not closed, "knob_moved": True}
        return {q: view[q] for q in questions}


def opener(path: Path, *, person: bool) -> "type[None] | object":
    """Return what opens the rig in this memory."""
    memory = Memory(path)

    def open_it(order: RigOrder, profile: Profile, scope: Scope, seat: Seat) -> Rig:
        time.sleep(memory[Slot.SLOW_MS] / 1000)
        clock = MonotonicClock()
        outputs = {role: MemoryOutput(memory, Slot[role.upper()]) for role in ("enable", "drive_lock", "drive_unlock", "heartbeat")}
        hands = MemoryHands(memory)
        operator, attendant = seat(hands) if person else (hands, None)
        fitted = frozenset(role for role in ROLES if not (person and role == "hold"))
        return Rig(
            name="stop", outputs=outputs, sources=(FateSource(memory), MemorySource(memory, clock)), clock=clock,
            operator=operator, fitted=fitted, current_max_a=8.19, realtime=True, logic_min_v=6.5, can_channel="can0", attendant=attendant,
            rearm="reset" if memory[Slot.SELF_HOLDING] else "self",
        )  # fmt: skip

    return open_it


def pulls_of(memory: Memory) -> Callable[[RigOrder], Iterable[Pulled]]:
    """Return what tells of resistors that hold each output off, unless one is missing (LOOSE)."""
    return lambda _: (Pulled(role=role, pin=n, rests=not memory[Slot.LOOSE]) for n, role in enumerate(("enable", "drive_lock")))


if __name__ == "__main__":
    where, who = Path(sys.argv[1]), sys.argv[2]
    if who == "calm":  # a test of what doctor finds, not of how soon it is missed
        pin_job.EXAMINER_LOST_MS = 1000  # type: ignore[misc]
    for note in become_urgent():
        sys.stderr.write(f"note: {note}\n")
    sys.exit(main(sys.argv[3:], opener=opener(where, person=who != "plant"), pulls=pulls_of(Memory(where)), real=False))  # type: ignore[arg-type]
