"""Small drills with a foreign lock: hold outputs, pulse a drive, let a hand play out, and read numbers off a pulse."""

from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from bench.ports.plant import World
from tests.plants import world_b, world_c, world_d
from tests.plants.foreign_lock import ForeignLock

WORLDS: dict[str, ModuleType] = {"b": world_b, "c": world_c, "d": world_d}
BRUSH_V = 0.35


def made(world: str, *args: Any, **kwargs: Any) -> ForeignLock:
    """Return a lock of that world."""
    lock = WORLDS[world].make(*args, **kwargs)
    assert isinstance(lock, ForeignLock)
    return lock


@dataclass
class Bench:
    """Holds outputs by the millisecond and toggles the heartbeat every 20 ms."""

    lock: ForeignLock
    ms: int = 0
    seen: list[World] = field(default_factory=list)
    beat: bool = False

    def hold(self, ms: int, *roles: str, beats: bool = True) -> list[World]:
        """Hold these outputs; return what the world showed."""
        part = []
        for _ in range(ms):
            self.ms += 1
            if beats and self.ms % 20 == 0:
                self.beat = not self.beat
            outputs = {role: role in roles for role in ("enable", "drive_lock", "drive_unlock")}
            part.append(self.lock.advance(0.001, outputs | {"heartbeat": self.beat}))
        self.seen += part
        return part

    def pulse(self, role: str, rest_ms: int = 1200) -> "Pulse":
        """Drive once for half a second, then rest with the feed on."""
        self.hold(40, "enable")
        driven = self.hold(500, "enable", role)
        return Pulse(driven, driven + self.hold(rest_ms, "enable"))

    def hand(self, request: str) -> tuple[list[World], dict[str, bool]]:
        """Ask a hand, let it play out and settle; return what was seen on the way and at the end."""
        self.lock.operator(request)
        part = self.hold(1)
        while part[-1].hand_moving:
            part += self.hold(1)
            assert len(part) <= 3000, "a hand is done within 3 s"
        part += self.hold(600)
        return part, dict(self.lock.operator("look"))


@dataclass
class Pulse:
    """One driven pulse, and the numbers that a person would read off a scope."""

    driven: list[World]
    whole: list[World]

    def __post_init__(self) -> None:
        self.read = [
            (k * 0.001, w.current_a, w.bus_v) for k, w in enumerate(self.driven) if w.current_a is not None and w.bus_v is not None
        ]
        self.amps = [a for _, a, _ in self.read]
        self.peak_a = max(self.amps[:25])
        self.stall_a = sum(self.amps[-60:]) / 60
        self.ohm = (self.read[-1][2] - BRUSH_V) / self.stall_a if self.stall_a > 0.05 else float("inf")
        start = next((k for k, a in enumerate(self.amps) if a > 0.05), 0)
        top = max(range(start, min(start + 15, len(self.amps))), key=self.amps.__getitem__)
        low = min(range(top, len(self.amps)), key=self.amps.__getitem__)
        self.run_a = self.amps[low]
        stop = next((k for k in range(low, len(self.amps)) if self.amps[k] > 0.93 * self.stall_a), None)
        self.stop_s = None if stop is None or self.run_a > 0.9 * self.stall_a else self.read[stop][0] - self.read[start][0]
        spans = zip(self.read[start : stop or -1], self.read[start + 1 :], strict=False)
        self.lambda_vs = sum((v + w - self.ohm * (a + b) - 2 * BRUSH_V) * (u - t) / 2 for (t, a, v), (u, b, w) in spans)

    def edges(self, role: str) -> list[tuple[float, int]]:
        """Return the edges of a role, in seconds after the drive output rose."""
        return [(k * 0.001 + at, level) for k, w in enumerate(self.whole) for at, r, level in w.edges if r == role]


def edges_of(part: list[World], role: str) -> list[tuple[float, int]]:
    """Return the edges of a role in seconds."""
    return [(k * 0.001 + at, level) for k, w in enumerate(part) for at, r, level in w.edges if r == role]
