"""The world of a foreign lock: hands, claw, pawl, relays and a drive put together (DESIGN 3.5). Each world_*.py fills it in."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.ports.plant import World

from .foreign_build import Build, Hand
from .foreign_drive import Drive
from .foreign_line import Edge


@dataclass(slots=True)
class ForeignLock:
    """A world from the facts alone. Deterministic: the seed is inside its build."""

    build: Build
    t: float = 0.0
    claw: float = 0.0
    hand: Hand | None = None
    current_max_a: float = 8.19
    roles: tuple[str, ...] = ()
    signed: bool = False
    _drive: Drive = field(init=False)
    _latched_t: float | None = None
    _past_catch_t: float | None = None
    _lets_go_t: float | None = None
    _lifted: bool = False
    _falls_to: float | None = None
    _knob_before: bool = False
    _wanted: bool = False
    _gap_until: float = -1.0
    _gap_next: float = 1e9

    def __post_init__(self) -> None:
        self._drive = Drive(self.build.train)
        self.current_max_a, self.roles = self.build.current_max_a, self.build.roles
        self._switches(0.0, {})
        for line in (self.build.ajar, self.build.lock):
            if line is not None:
                line.turn(0.0, 0.0, self._pull_v())

    @property
    def stroke(self) -> float:
        """Where the drive stands, 0 to 1."""
        return self._drive.x

    def operator(self, request: str) -> Mapping[str, bool]:
        """Start a hand (close, open, wiggle), or only look; return what is seen now."""
        b = self.build
        half = 0.3 < self.claw < 0.8
        seen = {"held": self._latched_t is not None and self.claw > 0.9, "half": half, "opened": self.claw < 0.4}
        if b.kind == "rear_door":
            seen["knob_moved"] = self._knob() != self._knob_before
        if request == "look":
            return seen
        u, latch = b.rng.uniform, b.latch
        starts = self.t + u(*latch.wait_s)
        if request == "wiggle":
            ends = off = self.t + 2.7
            self._gap_next = self.t + 0.05
        else:
            ends = starts + u(*latch.turn_s)
            off = ends + u(*latch.dwell_s)
        self.hand = Hand(request, starts, ends, off, self.claw, u(*latch.reach))
        return seen

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        """Let `dt_s` pass with these outputs held."""
        b, t = self.build, self.t
        b.feed.turn(t, outputs)
        driven = bool(outputs.get("drive_lock", False) or outputs.get("drive_unlock", False))
        if driven and not self._wanted:
            self._knob_before = self._knob()
        self._wanted = driven
        self._flex(t)
        alive = b.feed.alive(t + dt_s) and b.fuse_ohm < 1e3
        amps, bus_v = self._electric(dt_s, alive=alive)
        if self.hand is not None or self._falls_to is not None or self._lets_go_t is not None or not self._drive.at_rest or self._lifted:
            self._latch(t + dt_s, dt_s)
        edges, frames = self._switches(dt_s, outputs)
        self.t = t + dt_s
        shown = b.monitor.read(self.t, amps, bus_v) if dt_s > 0 else (None, None)
        inputs = {"ajar": b.ajar.level, "estop": 1}
        if b.lock is not None:
            inputs["lock"] = b.lock.level
        supply_v = 0.0 if b.fuse_ohm >= 1e3 else b.emf_v - (b.source_ohm + b.fuse_ohm) * amps
        return World(
            inputs=inputs, edges=edges, current_a=shown[0], bus_v=shown[1], line_v=self._line_v(bus_v, alive=alive), frames=frames,
            ambient_c=b.ambient_c, supply_v=round(supply_v, 3) if b.reads_supply else None,
            hand_moving=self.hand is not None or self._falls_to is not None,
        )  # fmt: skip

    def _electric(self, dt_s: float, *, alive: bool) -> tuple[float, float]:
        """Return the bridge feed's current and voltage after `dt_s`."""
        b, drive = self.build, self._drive
        lock, unlock = b.feed.is_closed("drive_lock"), b.feed.is_closed("drive_unlock")
        way = int(lock) - int(unlock)
        source = b.source_ohm + b.fuse_ohm
        emf = b.emf_v if alive else 0.0
        shorted = alive and any(b.feed.is_closed(role) for role in b.short_on) and b.short_ohm < 1e8
        share = b.short_ohm / (b.short_ohm + source) if shorted else 1.0
        cut = (way != 0 and not alive) or ("motor" in b.torn and self._torn)
        if dt_s > 0 and (way or not drive.at_rest or (b.train.returns and drive.x > 0)):
            drive.run(dt_s, way * emf * share, (source * share if way else 0.0) + b.leg_ohm, cut=cut)
        if not alive:
            return 0.0, 0.0
        motor = abs(drive.amps) if way else 0.0
        if drive.speed and motor:
            motor *= 1 + b.ripple * math.sin(b.ripple_per_rev * drive.angle)
        bus = emf * share - source * share * motor
        return ((emf - bus) / source if shorted else motor), bus

    @property
    def _torn(self) -> bool:
        return self._gap_until > self.t

    def _flex(self, t: float) -> None:
        """Broken strands part while the harness is flexed: gaps of 2..80 ms (facts/actuator.md 2)."""
        b = self.build
        if not b.tears or self.hand is None or self.hand.request != "wiggle":
            b.ajar.torn = False
            return
        if t >= self._gap_next:
            self._gap_until = t + 0.002 * 40.0 ** b.rng.random() * min(1.0, b.tears + 0.15)
            self._gap_next = self._gap_until + b.rng.expovariate(14.0 * b.tears)
        b.ajar.torn = "switch" in b.torn and t < self._gap_until

    def _knob(self) -> bool:
        return self.build.knob_follows and self._drive.knob > 0.5

    def _latch(self, now: float, dt_s: float) -> None:
        b, latch = self.build, self.build.latch
        self._lifted = b.kind == "tailgate" and b.knob_follows and self._drive.knob >= latch.lifts_at
        if self.hand is not None:
            self._by_hand(now, self.hand)
        if self._lets_go_t is not None and now >= self._lets_go_t and self.hand is None:
            self._lets_go_t, self._lifted = None, True
        if self._lifted and self.claw > latch.springs_to and self._falls_to is None:
            self._latched_t = self._past_catch_t = None
            self._falls_to = latch.springs_to if b.kind == "tailgate" else 0.0
        if self._falls_to is not None and (self.hand is None or self.hand.request != "close"):
            self.claw = max(self.claw - dt_s / latch.fall_s, self._falls_to)
            if self.claw <= self._falls_to:
                self._falls_to = None
        if b.kind == "rear_door":
            self._lifted = False

    def _by_hand(self, now: float, hand: Hand) -> None:
        b, latch = self.build, self.build.latch
        done = min(max((now - hand.starts) / (hand.ends - hand.starts), 0.0), 1.0) if hand.request != "wiggle" else 0.0
        if hand.request == "close" and done > 0 and not self._lifted:
            self._falls_to = None
            self.claw = max(self.claw, hand.start_claw + (hand.reach - hand.start_claw) * done * done * (3 - 2 * done))
            if self.claw >= latch.catch_at and self._past_catch_t is None:
                self._past_catch_t = now
            if self._past_catch_t is not None and self._latched_t is None and now - self._past_catch_t >= latch.pawl_s:
                self._caught(now)
        elif hand.request == "open":
            if b.kind == "rear_door":
                blocked = b.knob_follows and self._drive.knob > 0.5
                self._lifted = self._lifted or (done >= latch.handle_at and not blocked)
            elif self._latched_t is None and 0.0 < self.claw <= latch.springs_to and done > 0.3:
                self._falls_to = 0.0
        if now >= hand.off:
            self.hand = None
            if hand.request == "close":
                self._hand_leaves()

    def _caught(self, now: float) -> None:
        latch, rng = self.build.latch, self.build.rng
        self._latched_t = now
        if rng.random() < latch.reopens:
            self._lets_go_t = now + rng.uniform(*latch.reopens_s)

    def _hand_leaves(self) -> None:
        """The seal pushes back: a caught claw rests at 1, else it falls to the half notch or open."""
        self._past_catch_t = None
        if self._latched_t is not None:
            self.claw = min(self.claw, 1.0)
        elif self.claw > 0.5:
            self._falls_to = 0.5
        else:
            self._falls_to = 0.0

    def _pull_v(self) -> float:
        return self.build.emf_v if self.build.pull_v is None else self.build.pull_v

    def _switches(self, dt_s: float, _outputs: Mapping[str, bool]) -> tuple[list[Edge], list[tuple[float, int, bytes]]]:
        b, t = self.build, self.t
        pull_v = self._pull_v()
        is_open = self.claw < b.latch.ajar_at - (b.latch.ajar_hysteresis if b.ajar.wanted is False else 0.0)
        b.ajar.want(is_open, t + dt_s * 0.3)
        edges = b.ajar.turn(t, dt_s, pull_v)
        if b.lock is not None:
            locks_at = b.locks_at if b.lock.wanted is not False else 1 - b.locks_at
            b.lock.want(not (b.knob_follows and self._drive.knob > locks_at), t + dt_s * 0.6)
            edges += b.lock.turn(t, dt_s, pull_v)
            edges.sort()
        frames = b.bcm.turn(t, dt_s, b.ajar.volts(pull_v), pull_v) if b.bcm is not None else []
        return edges, frames

    def _line_v(self, bus_v: float, *, alive: bool) -> dict[str, float]:
        b = self.build
        lines: dict[str, float] = {}
        for role in b.adc:
            if role == "ajar":
                lines[role] = round(b.ajar.volts(self._pull_v()), 3)
            else:
                drive = "drive_lock" if role == "motor_lock" else "drive_unlock"
                lines[role] = round(bus_v, 3) if alive and b.feed.is_closed(drive) else 0.0
        return lines
