"""A second world, deliberately different from the built-in one: another make of rear-door lock, seen from outside.

Quicker motor (low resistance, low Ke), worm instead of spur gear, spring-assisted end, no lock switch, no CAN, a 5 V pull-up,
a monitor of coarser steps that samples every 2 ms. Written against bench.ports.plant alone; shares no line with bench/sim.
Every number is an estimate (E) chosen to lie inside the profile's windows without being their middle.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.ports.plant import World

STEP_S = 0.0001


@dataclass
class Motor:
    """A DC motor on a worm: the stroke is an angle, the load a constant plus a spring near the end."""

    resistance_ohm: float = 3.2
    ke: float = 0.0062
    inductance_h: float = 0.0012
    inertia: float = 0.7e-6
    friction_nm: float = 0.0030
    stroke_rad: float = 104.0
    stripped: bool = False
    jam_at: float | None = None
    angle: float = 0.0
    speed: float = 0.0
    current: float = 0.0

    def step(self, volts: float, open_circuit: bool) -> None:
        """Advance by STEP_S with a voltage at the brushes."""
        brush = 0.3 if self.current > 0 else -0.3 if self.current < 0 else 0.0
        if open_circuit:
            self.current = 0.0
        else:
            slope = (volts - self.resistance_ohm * self.current - self.ke * self.speed - brush) / self.inductance_h
            self.current += slope * STEP_S
            if volts == 0 and abs(self.current) < 0.02:
                self.current = 0.0
        torque = self.ke * self.current
        load = self.friction_nm * (0.6 if self.stripped else 1.0)
        if abs(self.speed) < 0.5 and abs(torque) < load:
            self.speed = 0.0
            return
        drag = load if self.speed > 0 or (self.speed == 0 and torque > 0) else -load
        self.speed += (torque - drag) / self.inertia * STEP_S
        self.angle += self.speed * STEP_S
        if self.stripped:
            return
        low, high = 0.0, self.stroke_rad
        if self.jam_at is not None:
            high = min(high, self.jam_at * self.stroke_rad)
        if not low <= self.angle <= high:
            self.angle = min(max(self.angle, low), high)
            self.speed = 0.0


@dataclass
class OtherLock:
    """The world. `fault` is one of the names of DESIGN 4 that this make can have, or None."""

    fault: str | None = None
    seed: int = 1
    supply_v: float = 13.1
    source_ohm: float = 0.12
    lead_ohm: float = 0.08
    roles: tuple[str, ...] = ("ajar", "estop")
    current_max_a: float = 8.19
    t: float = 0.0
    heartbeat_t: float = -1.0
    heartbeat: bool = False
    claw: float = 0.0
    hand: str | None = None
    hand_t: float = 0.0
    sample_t: float = 0.0
    knob_at_start: bool = False
    powered: bool = False
    ajar: int = 0
    motor: Motor = field(default_factory=Motor)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        m = self.motor
        m.resistance_ohm *= self.random.uniform(0.94, 1.06)
        m.friction_nm *= self.random.uniform(0.85, 1.2)
        match self.fault:
            case "motor_weak":
                m.ke *= 0.5
                m.friction_nm *= 1.1
            case "gear_stiff":
                m.friction_nm *= 2.6
            case "gear_stripped":
                m.stripped = True
            case "gear_jam":
                m.jam_at = 0.0
            case "wire_high_r":
                self.lead_ohm += 5.5

    def operator(self, request: str) -> Mapping[str, bool]:
        """Start a hand, or say what is seen now."""
        if request != "look":
            self.hand, self.hand_t = request, 0.0
        seen = {"opened": self.claw < 0.3, "held": self.claw > 0.9, "half": 0.3 < self.claw < 0.9}
        locked = self.motor.angle > 0.7 * self.motor.stroke_rad
        seen["knob_moved"] = locked != self.knob_at_start and self.fault not in ("lever_broken", "gear_stripped")
        return seen

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        """Let time pass with these outputs held."""
        edges: list[tuple[float, str, int]] = []
        if outputs.get("heartbeat", False) != self.heartbeat:
            self.heartbeat, self.heartbeat_t = outputs.get("heartbeat", False), self.t
        current, feed = 0.0, 0.0
        for n in range(round(dt_s / STEP_S)):
            current, feed = self._turn(outputs)
            level = self._switch()
            if level != self.ajar:
                self.ajar = level
                edges.append(((n + 1) * STEP_S, "ajar", level))
                if self.fault == "switch_bounce":
                    edges += [((n + 1) * STEP_S, "ajar", v) for _ in range(7) for v in (1 - level, level)]  # faster than its steps
        shown: tuple[float | None, float | None] = (None, None)
        if self.t >= self.sample_t:
            self.sample_t = self.t + 0.002
            noisy = max(current + self.random.gauss(0, 0.012), 0.0)
            shown = (min(round(noisy / 0.01) * 0.01, self.current_max_a), round(feed / 0.02) * 0.02)
        pulled = 5.0 * self.ajar if self.fault != "switch_stuck_closed" else 0.05
        return World(
            inputs={"ajar": self.ajar, "estop": 1}, edges=edges, current_a=shown[0], bus_v=shown[1], line_v={"ajar": pulled}, frames=(),
            ambient_c=None, supply_v=None, hand_moving=self.hand is not None,
        )  # fmt: skip

    def _turn(self, outputs: Mapping[str, bool]) -> tuple[float, float]:
        self.t += STEP_S
        self._move_hand()
        alive = outputs.get("enable", False) and self.t - self.heartbeat_t < 0.1 and self.fault != "fuse_blown"
        way = int(outputs.get("drive_lock", False)) - int(outputs.get("drive_unlock", False))
        m = self.motor
        if way and alive and not self.powered:
            self.knob_at_start = m.angle > 0.7 * m.stroke_rad
        self.powered = bool(way) and alive
        torn = self.fault == "wire_intermittent" and self.hand == "wiggle" and (self.hand_t * 7) % 1 < 0.25
        dead = self.fault == "wire_open_motor" or torn
        feed = (self.supply_v - self.source_ohm * abs(m.current)) if alive else 0.0
        m.step(way * feed - self.lead_ohm * m.current, open_circuit=dead)
        return (abs(m.current) if way and alive else 0.0), feed

    def _switch(self) -> int:
        if self.fault in ("switch_stuck_open", "wire_open_switch"):
            return 1
        if self.fault == "switch_stuck_closed":
            return 0
        if self.ajar:
            return int(self.claw > 0.78)
        return int(self.claw > 0.84)

    def _move_hand(self) -> None:
        if self.hand is None:
            return
        self.hand_t += STEP_S
        if self.hand == "close":
            self.claw = max(self.claw, min(self.hand_t / 0.4, 1.0))
            if self.fault == "striker_misaligned" and self.hand_t > 0.55:
                self.claw = 0.5
        elif self.hand == "open" and self.hand_t > 0.2 and self.motor.angle < 0.5 * self.motor.stroke_rad:
            self.claw = max(self.claw - STEP_S / 0.05, 0.0)
        if self.hand_t > (2.6 if self.hand == "wiggle" else 0.7):
            self.hand = None


def healthy() -> OtherLock:
    """A good lock of the other make."""
    return OtherLock()


def weak_motor() -> OtherLock:
    """Its motor with half the magnet."""
    return OtherLock(fault="motor_weak")


def welded_switch() -> OtherLock:
    """Its door switch welded: always open."""
    return OtherLock(fault="switch_stuck_closed")


def raises() -> OtherLock:
    """A world whose maker fails."""
    raise RuntimeError("no such lock on the shelf")
