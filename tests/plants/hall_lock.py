"""The lock and the rig of world G: a Hall sensor for a door switch, key frames for a claw, a monitor that averages.

The claw moves along key frames that a hand sets, not by equations; the monitor averages over its conversion; the hand is slow;
the body module sends the 0x60D frame at each change and every 0.2 s. All numbers are estimates (E) inside facts/actuator.md.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bench.ports.plant import World

from .rubber_drive import RubberDrive

Kind = Literal["rear_door", "tailgate"]
Keys = list[tuple[float, float]]


@dataclass(kw_only=True)
class Ills:
    """What is wrong with the lock, its wires or its rig; the defaults are a sound one."""

    lag: float = 0.01  # slack between drive and lever, of the stroke
    arrives: bool = True
    handle_at: float = 0.6
    never_low_p: float = 0.0
    never_high_p: float = 0.0
    contact_share: float = 0.0  # of the pull-up's voltage that an open door leaves
    leak: bool = False
    wire_cut: bool = False
    chatter: int = 0
    chatter_s: float = 0.0
    half_p: float = 0.0
    slips_p: float = 0.0
    reopens_p: float = 0.0
    gaps_hz: float = 0.0
    short_ohm: float = 0.0
    short_on: tuple[str, ...] = ()
    fuse: bool = True
    stuck_bit: bool = False
    dead: str = ""


@dataclass
class HallLock:
    """One lock on one rig. Deterministic by its generator."""

    kind: Kind
    drive: RubberDrive
    ills: Ills
    rng: random.Random
    ambient_c: float
    emf_v: float
    source_ohm: float
    ajar_at: float
    lock_at: float
    roles: tuple[str, ...] = ()
    current_max_a: float = 10.0
    t: float = 0.0
    claw: Keys = field(default_factory=lambda: [(0.0, 0.0)])
    hand_until: float = -1.0
    gap_until: float = -1.0
    gap_next: float = 1e9
    lever: float = 0.0
    knob_was: bool = False
    locked: bool = False
    driven: bool = False
    lift_s: float = 0.025
    sum_a: float = 0.0
    sum_n: int = 0
    due_s: float = 0.0
    levels: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[float, str, int]] = field(default_factory=list)
    contact: bool = True
    asked: bool = True
    bit: bool = True
    bit_due: float = -1.0
    frame_s: float = 0.05
    beat: bool = False
    beat_s: float = -1.0
    closed: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roles = ("ajar", "lock", "estop") if self.kind == "rear_door" else ("ajar", "estop")

    def claw_at(self, t: float) -> float:
        """Return where the claw is between its key frames, 0 open to 1 latched."""
        before = (0.0, 0.0)
        for key in self.claw:
            if key[0] > t:
                share = (t - before[0]) / max(key[0] - before[0], 1e-9)
                return before[1] + (key[1] - before[1]) * share
            before = key
        return before[1]

    def _goes(self, *keys: tuple[float, float]) -> None:
        """Let the claw go from where it is along these key frames (seconds from now, place)."""
        self.claw = [(self.t, self.claw_at(self.t)), *((self.t + s, x) for s, x in keys)]

    def operator(self, request: str) -> Mapping[str, bool]:
        """Start a hand, or only look."""
        x, locked = self.claw_at(self.t), self.locked
        seen = {"held": x > 0.93, "half": 0.3 < x < 0.8, "opened": x < 0.3}
        if self.kind == "rear_door":
            seen["knob_moved"] = locked != self.knob_was
        wait, u = self.rng.uniform(0.5, 1.1), self.rng.uniform
        if request == "wiggle":
            self.hand_until, self.gap_next = self.t + 2.8, self.t + 0.1
        elif request == "close":
            self._close(wait, wait + u(0.25, 0.5))
        elif request == "open":
            self.hand_until = self.t + wait + u(0.5, 0.9)
            lifts = self.kind == "tailgate" or (self.ills.handle_at <= 1.0 and not locked)
            if lifts and (self.kind == "rear_door" or x < 0.5):
                self._goes((wait + 0.3, x), (wait + 0.36, 0.0))
        return seen

    def _close(self, start: float, end: float) -> None:
        ill, rng, x = self.ills, self.rng, self.claw_at(self.t)
        leaves = end + rng.uniform(0.1, 0.3)
        self.hand_until = self.t + leaves
        if rng.random() < ill.half_p:
            self._goes((start, x), (end, 1.04), (leaves, 1.04), (leaves + 0.05, 0.5))
        elif rng.random() < ill.slips_p:
            self._goes((start, x), (end, 1.04), (leaves, 1.04), (leaves + 0.2, 0.0))
        elif rng.random() < ill.reopens_p:
            away = leaves + rng.uniform(0.05, 0.45)
            self._goes((start, x), (end, 1.04), (leaves, 1.0), (away, 1.0), (away + 0.05, 0.0))
        else:
            self._goes((start, x), (end, 1.04), (leaves, 1.0))

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        """Let `dt_s` pass with these outputs held."""
        before, self.t = self.t, self.t + dt_s
        way, alive = self._relays(outputs)
        if bool(way) and not self.driven:
            self.knob_was = self.locked
        self.driven = bool(way)
        amps, bus_v = self._power(dt_s, way, alive=alive)
        x = self.drive.place
        self.lever = min(max(self.lever, x - self.ills.lag), x + self.ills.lag)
        turns_at = 1 - self.lock_at if self.locked else self.lock_at
        self.locked = self.ills.arrives and self.lever > turns_at
        if (
            self.kind == "tailgate"
            and self.ills.arrives
            and self.lever > self.lock_at
            and self.claw_at(self.t) > 0.9
            and self.hand_until < self.t
        ):
            self._goes((self.lift_s, 0.2), (self.lift_s + 0.03, 0.2))
        edges = self._edges(before, dt_s)
        shown = self._read(dt_s, amps, bus_v)
        line = self._line()
        supply_v = round(self.emf_v - self.source_ohm * amps, 2) if self.ills.fuse else 0.0
        return World(
            inputs=dict(self.levels) | {"estop": 1}, edges=edges, current_a=shown[0], bus_v=shown[1],
            line_v={"ajar": round(line, 2)}, frames=self._frames(before, line), ambient_c=round(self.ambient_c, 1), supply_v=supply_v,
            hand_moving=self.t < self.hand_until or self.claw[-1][0] > self.t,
        )  # fmt: skip

    def _relays(self, outputs: Mapping[str, bool]) -> tuple[int, bool]:
        beat = bool(outputs.get("heartbeat", False))
        if beat != self.beat:
            self.beat, self.beat_s = beat, self.t
        for role in ("enable", "drive_lock", "drive_unlock"):
            if not outputs.get(role, False):
                self.closed.pop(role, None)
            else:
                self.closed.setdefault(role, self.t + 0.007)
        on = {role for role, since in self.closed.items() if since <= self.t and role != self.ills.dead}
        alive = "enable" in on and self.t - self.beat_s <= 0.09 and self.ills.fuse
        return int("drive_lock" in on) - int("drive_unlock" in on), alive

    def _power(self, dt_s: float, way: int, *, alive: bool) -> tuple[float, float]:
        if self.t >= self.gap_next and self.t < self.hand_until and self.ills.gaps_hz:
            self.gap_until = self.t + self.rng.uniform(0.004, 0.07)
            self.gap_next = self.gap_until + self.rng.expovariate(self.ills.gaps_hz)
        torn = self.t < self.gap_until
        leg = "drive_lock" if way > 0 else "drive_unlock"
        shorted = alive and way != 0 and leg in self.ills.short_on
        share = self.ills.short_ohm / (self.ills.short_ohm + self.source_ohm) if shorted else 1.0
        volts = self.emf_v * share * way if alive else 0.0
        if dt_s > 0 and (volts or not self.drive.rests):
            self.drive.run(dt_s, volts, self.source_ohm * share if way else 0.0, cut=torn or (way != 0 and not alive))
        if not alive:
            return 0.0, 0.0
        motor = abs(self.drive.amps) if way else 0.0
        bus = self.emf_v * share - self.source_ohm * share * motor
        return ((self.emf_v - bus) / self.source_ohm if shorted else motor), bus

    def _read(self, dt_s: float, amps: float, bus_v: float) -> tuple[float | None, float | None]:
        """A conversion averages over 1.6 ms, and now and then its reader sleeps for 12 ms."""
        self.sum_a, self.sum_n, self.due_s = self.sum_a + amps, self.sum_n + 1, self.due_s - dt_s
        if self.due_s > 0 or dt_s <= 0:
            return None, None
        mean = self.sum_a / self.sum_n + self.rng.gauss(0.006, 0.012)
        self.sum_a, self.sum_n, self.due_s = 0.0, 0, 0.012 if self.rng.random() < 0.002 else 0.0016
        return min(max(round(mean / 0.005) * 0.005, 0.0), self.current_max_a), max(round(bus_v + self.rng.gauss(0, 0.01), 2), 0.0)

    def _line(self) -> float:
        ill = self.ills
        if ill.leak:
            return 0.02 * self.emf_v
        if not self.contact or ill.wire_cut or (self.t < self.gap_until and ill.gaps_hz > 0):
            return self.emf_v
        return self.emf_v * max(ill.contact_share, 0.01)

    def _edges(self, before: float, dt_s: float) -> list[tuple[float, str, int]]:
        """The Hall sensor switches clean; only a worn one chatters."""
        is_open = self.claw_at(self.t) < self.ajar_at - (0.0 if self.asked else 0.08)
        if is_open != self.asked:
            self.asked = is_open
            fails = self.rng.random() < (self.ills.never_low_p if is_open else self.ills.never_high_p)
            self.contact = self.contact if fails else is_open
            spread = sorted(self.rng.uniform(0.0003, self.ills.chatter_s) for _ in range(2 * self.ills.chatter)) if not fails else []
            self.pending += [(self.t + s, "ajar", k % 2) for k, s in enumerate(spread, start=int(not is_open))]
        found: list[tuple[float, str, int]] = []
        quiet = not self.pending
        while self.pending and self.pending[0][0] <= self.t:
            at, role, level = self.pending.pop(0)
            self._note(found, max(at - before, 0.0), role, level)
        if quiet or not self.pending:
            self._note(found, dt_s, "ajar", int(self._line() > 0.4 * self.emf_v))
        if self.kind == "rear_door":
            self._note(found, dt_s, "lock", int(self.locked))
        return found

    def _note(self, found: list[tuple[float, str, int]], at: float, role: str, level: int) -> None:
        if self.levels.setdefault(role, level) != level:
            self.levels[role] = level
            found.append((at, role, level))

    def _frames(self, before: float, line: float) -> list[tuple[float, int, bytes]]:
        seen = line < 0.5 * self.emf_v
        self.bit_due = -1.0 if seen == self.bit or self.ills.stuck_bit else self.bit_due if self.bit_due > 0 else self.t + 0.08
        changed = 0 < self.bit_due <= self.t
        if changed:
            self.bit, self.bit_due = seen, -1.0
        if not changed and self.t < self.frame_s:
            return []
        at, self.frame_s = (min(max(self.frame_s - before, 0.0), self.t - before) if not changed else self.t - before), self.t + 0.2
        return [(at, 0x60D, bytes([(0x80 if self.kind == "tailgate" else 0x20) * self.bit, 0, 0, 0, 0, 0, 0, 0]))]
