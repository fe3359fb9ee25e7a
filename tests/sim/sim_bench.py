"""A tiny bench around a plant: heartbeat, dry switching, a pulse, a hand; and numbers read off a current curve."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from bench.model.names import Kind
from bench.ports.plant import World
from bench.sim.plant import LockPlant, build_plant

BRUSH_V = 0.35
"""Brush drop assumed by facts/actuator.md section 3."""


@dataclass(slots=True)
class Bench:
    """Drives one plant and remembers all that it saw; times in s of world time."""

    plant: LockPlant
    step_s: float = 0.001
    now_s: float = 0.0
    beats: bool = True
    outputs: dict[str, bool] = field(
        default_factory=lambda: {"enable": False, "drive_lock": False, "drive_unlock": False, "heartbeat": False}
    )
    samples: list[tuple[float, float, float]] = field(default_factory=list)
    edges: list[tuple[float, str, int]] = field(default_factory=list)
    frames: list[tuple[float, int, bytes]] = field(default_factory=list)
    worlds: list[World] = field(default_factory=list)

    def wait(self, seconds: float, step_s: float | None = None) -> World:
        """Let world time pass; the heartbeat toggles every 5 ms or every step, whichever is longer."""
        step = step_s or self.step_s
        turn = max(1, round(0.005 / step))
        for k in range(round(seconds / step)):
            if self.beats and k % turn == 0:
                self.outputs["heartbeat"] = not self.outputs["heartbeat"]
            self.take(self.plant.advance(step, dict(self.outputs)), step)
        return self.worlds[-1]

    def take(self, world: World, step: float) -> None:
        """Remember one answer of the plant."""
        self.edges += [(self.now_s + at, role, level) for at, role, level in world.edges]
        self.frames += [(self.now_s + at, number, payload) for at, number, payload in world.frames]
        self.now_s += step
        if world.current_a is not None and world.bus_v is not None:
            self.samples.append((self.now_s, world.current_a, world.bus_v))
        self.worlds.append(world)

    def pulse(self, role: str = "drive_lock", on_s: float = 0.5, rest_s: float = 0.7) -> "Curve":
        """Give one pulse, switched dry, and return its curve from the moment the feed came up."""
        self.outputs[role] = True
        self.wait(0.03)
        self.outputs["enable"] = True
        start = self.now_s
        self.wait(on_s)
        self.outputs["enable"] = False
        end = self.now_s
        self.wait(0.03)
        self.outputs[role] = False
        self.wait(rest_s)
        up = next((t for t, _, v in self.samples if t > start and v > 1.0), start)
        curve = [(t - up, a, v) for t, a, v in self.samples if up <= t <= end]
        return Curve(curve, [(t - up, role, level) for t, role, level in self.edges if t >= start])

    def hand(self, request: str, seconds: float = 2.0) -> dict[str, bool]:
        """Ask for a movement, let it play out, and return what is seen at the end."""
        self.plant.operator(request)
        self.wait(seconds)
        return dict(self.plant.operator("look"))

    def line_v(self, role: str) -> float:
        """Return a line's voltage as last seen."""
        return self.worlds[-1].line_v[role]


@dataclass(frozen=True, slots=True)
class Curve:
    """Samples (s, A, V) from the feed's coming up until the pulse's end, and the edges since."""

    samples: list[tuple[float, float, float]]
    edges: list[tuple[float, str, int]]

    @property
    def peak_a(self) -> float:
        """Return the inrush: the highest current of the first 20 ms."""
        return max(a for t, a, _ in self.samples if t < 0.02)

    @property
    def run_a(self) -> float:
        """Return the lowest current after the inrush."""
        return min(a for t, a, _ in self.samples if t > 0.008)

    @property
    def plateau(self) -> tuple[float, float]:
        """Return amperes and volts, mean of the last 100 ms."""
        last = [(a, v) for t, a, v in self.samples if 0.37 < t < 0.47]
        return sum(a for a, _ in last) / len(last), sum(v for _, v in last) / len(last)

    @property
    def ohm(self) -> float:
        """Return the resistance on the plateau."""
        amps, volts = self.plateau
        return (volts - BRUSH_V) / max(amps, 1e-3)

    @property
    def stop_s(self) -> float:
        """Return when, after its lowest point, the current is back at nine tenths of the plateau; 9 s where it never is."""
        amps = self.plateau[0]
        lowest = min((s for s in self.samples if s[0] > 0.008), key=lambda s: s[1])[0]
        return next((t for t, a, _ in self.samples if t > lowest and a > 0.9 * amps), 9.0) if amps > 0.3 else 9.0

    @property
    def volt_seconds(self) -> float:
        """Return the integral of v - R i - brush drop up to the end stop."""
        ohm, stop, total = self.ohm, self.stop_s, 0.0
        for (t0, a0, v0), (t1, a1, v1) in pairwise(self.samples):
            if t1 <= stop:
                total += 0.5 * ((v0 - ohm * a0 - BRUSH_V) + (v1 - ohm * a1 - BRUSH_V)) * (t1 - t0)
        return total

    def edge_s(self, role: str) -> float | None:
        """Return the first edge of an input, None where there was none."""
        return next((t for t, r, _ in self.edges if r == role), None)


def bench(kind: Kind = "rear_door", fault: str | None = None, severity: float = 0.85, seed: int = 0, **more: float | str) -> Bench:
    """Return a bench around a built-in lock; a tailgate is pushed shut first."""
    build: Callable[..., LockPlant] = build_plant
    found = Bench(build(kind=kind, fault=fault, severity=severity, seed=seed, **more))
    if kind == "tailgate":
        found.hand("close", 1.5)
    return found


def mean(values: list[float]) -> float:
    """Return the mean."""
    return sum(values) / len(values)
