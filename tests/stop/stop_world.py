"""The world outside of the pins, as a process of its own: heartbeat monostable, safety and enable relay, motor, latch, and fate.

It looks at the pins a thousand times a second, at a priority above the pin process's, and remembers when the feed was alive.
At the phase that it is told it does what it is told: sends a signal to a process, or breaks something.
"""

import contextlib
import os
import sys
import time
from pathlib import Path

from stop_memory import FIELDS, RING, Memory, Phase, Slot

MS = 1_000_000
MONOSTABLE_NS = 69 * MS  # 60 ms + 15 % (DESIGN 6, ring 1)
SAFETY_RELEASE_NS = 15 * MS  # the longest that is allowed there
RELAY_NS = 8 * MS
INRUSH_NS, TRAVEL_NS = 30 * MS, 120 * MS
HAND_NS = 300 * MS
PROOF_NS = 600 * MS  # the proof test at the start is over by then
PRIORITY = 30
PAGE = bytes(4096)


class Contact:
    """A relay's contact: follows its coil 8 ms later."""

    def __init__(self) -> None:
        self.coil = self.closed = False
        self._at = 0

    def turn(self, now: int, *, coil: bool) -> None:
        """Take the coil as it is."""
        if coil != self.coil:
            self.coil, self._at = coil, now + RELAY_NS
        if now >= self._at:
            self.closed = self.coil


class WorldOutside:
    """One turn after the other; everything that it knows is in the memory. `disk`: what it fills when the disk is to be full.

    Nothing but a file system of its own (a mount point) is ever filled.
    """

    def __init__(self, memory: Memory, disk: Path | None = None) -> None:
        self._m = memory
        self._disk = disk if disk is not None and disk.is_mount() else None
        self._beat = memory[Slot.HEARTBEAT]
        self._beat_ns = 0
        self._held = False  # the safety relay
        self._enable, self._lock, self._unlock = Contact(), Contact(), Contact()
        self._driven_ns = 0  # how long the motor has been driven this way
        self._way: int = 0
        self._feed = False
        self._coils = False
        self._released_ns = self._quiet_ns = self._first_beat_ns = 0
        self._hand_ns = 0
        self._strokes = 0

    def turn(self, now: int, dt: int) -> None:
        """Let so much time pass."""
        m = self._m
        self._relays(now)
        feed = self._held and self._enable.closed
        if feed != self._feed:
            self._feed = feed
            m[Slot.FEED] = int(feed)
            m[Slot.ROSE_NS if feed else Slot.DIED_NS] = now
        if feed:
            m[Slot.ALIVE_NS] = now
        self._motor(now, dt, feed=feed)
        self._hands(now)
        if m[Slot.ACT] and not m[Slot.ACTED_NS] and m[Slot.PHASE] == self._phase(now):
            self._act(now)
        m[Slot.TICKS] += 1

    def _relays(self, now: int) -> None:
        m = self._m
        beat = m[Slot.HEARTBEAT]
        if beat != self._beat:
            self._beat, self._beat_ns = beat, now
            m[Slot.TOGGLED_NS] = now
            self._first_beat_ns = self._first_beat_ns or now
        fed = self._beat_ns > 0 and now - self._beat_ns < MONOSTABLE_NS + (SAFETY_RELEASE_NS if self._held else 0)
        if m[Slot.SELF_HOLDING] and not self._held:
            fed = fed and m[Slot.RESET] != 0
        self._held = fed or m[Slot.STUCK] != 0
        coil = m[Slot.ENABLE] != 0
        if self._enable.coil and not coil:
            m[Slot.LOW_NS] = now
        self._enable.turn(now, coil=coil)
        if m[Slot.WELDED] and (self._enable.closed or m[Slot.WELDED] == 2):
            self._enable.closed = True
            m[Slot.WELDED] = 2
        self._lock.turn(now, coil=m[Slot.DRIVE_LOCK] != 0)
        self._unlock.turn(now, coil=m[Slot.DRIVE_UNLOCK] != 0)

    def _motor(self, now: int, dt: int, *, feed: bool) -> None:
        m = self._m
        way = int(self._lock.closed) - int(self._unlock.closed)
        if way != self._way or not feed:
            self._way, self._driven_ns = way, 0
        elif way:
            self._driven_ns += dt
        amperes = 0
        if feed and way and not m[Slot.MOTOR_OUT]:
            amperes = 5000 if self._driven_ns < INRUSH_NS else 900 if self._driven_ns < TRAVEL_NS else 3200
            if self._driven_ns >= TRAVEL_NS:
                m[Slot.LOCK] = int(way > 0)
        m[Slot.CURRENT_MA] = amperes
        if not m[Slot.FROZEN]:
            at = Slot.SAMPLES + (m[Slot.HEAD] % RING) * FIELDS
            m[at], m[at + 1], m[at + 2] = now, amperes, 12_300 if feed else 0
            m[Slot.HEAD] += 1

    def _hands(self, now: int) -> None:
        m = self._m
        if m[Slot.HAND] and not self._hand_ns:
            self._hand_ns = now
        if self._hand_ns and now - self._hand_ns > HAND_NS:
            m[Slot.AJAR] = int(m[Slot.HAND] == 1)
            m[Slot.HAND] = self._hand_ns = 0

    def _phase(self, now: int) -> Phase:
        m = self._m
        coils = bool(m[Slot.ENABLE] or m[Slot.DRIVE_LOCK] or m[Slot.DRIVE_UNLOCK])
        if self._coils and not coils:
            self._released_ns = now
        self._coils = coils
        if coils:
            self._quiet_ns = 0
            if m[Slot.DRIVE_LOCK] or m[Slot.DRIVE_UNLOCK]:
                self._strokes += 1
        elif not self._quiet_ns:
            self._quiet_ns = now
        if self._feed and self._way:
            for phase, low, high in ((Phase.INRUSH, 5, 25), (Phase.MID_STROKE, 60, 100), (Phase.STALL, 200, 350)):
                if low * MS <= self._driven_ns < high * MS:
                    return phase
        if not coils and self._strokes and now - self._released_ns < 40 * MS:
            return Phase.DEAD_TIME
        proven = self._first_beat_ns and now - self._first_beat_ns > PROOF_NS
        if proven and self._quiet_ns and not self._strokes and now - self._quiet_ns > 200 * MS:
            return Phase.IDLE
        return Phase.NONE

    def _act(self, now: int) -> None:
        m = self._m
        m[Slot.ACTED_NS] = now
        if m[Slot.ACT] == 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(m[Slot.ACT_ON], m[Slot.ACT_WITH])
        else:
            m[m[Slot.ACT_ON]] = m[Slot.ACT_WITH]
            if m[Slot.DISK_FULL] and self._disk is not None:
                _fill(self._disk)


def _fill(disk: Path) -> None:
    """Take what is left of a file system, in one piece and then by pages."""
    with contextlib.suppress(OSError):
        file = os.open(disk / "full", os.O_WRONLY | os.O_CREAT, 0o600)
        room = os.statvfs(disk)
        os.posix_fallocate(file, 0, room.f_bavail * room.f_frsize)
        while True:
            os.write(file, PAGE)


def main(path: str, disk: str) -> None:
    """Run until told to end, or until nobody is left who could."""
    memory = Memory(Path(path))
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    world = WorldOutside(memory, Path(disk))
    parent = os.getppid()
    last = time.monotonic_ns()
    memory[Slot.GO_ON] = 1
    while memory[Slot.GO_ON] and os.getppid() == parent:
        time.sleep(max(0.0, 0.001 - (time.monotonic_ns() - last) / 1e9))
        now = time.monotonic_ns()
        memory[Slot.LATE_NS] = max(memory[Slot.LATE_NS], now - last - MS)
        world.turn(now, now - last)
        last = now
    memory.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
