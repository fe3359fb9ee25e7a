"""A rear-door latch or a tailgate latch in its car, with the bench's relays around it, on world time (DESIGN 3.5)."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from bench.errors import UsageError
from bench.model.names import InputRole, Kind
from bench.ports.plant import World
from bench.sim.bcm import BodyModule
from bench.sim.circuit import Circuit
from bench.sim.hand import Hand
from bench.sim.knobs import Knobs
from bench.sim.latch import Latch
from bench.sim.mechanism import Mechanism
from bench.sim.monitor import FULL_SCALE_A, Monitor
from bench.sim.motor import Motor
from bench.sim.streams import Stream
from bench.sim.switch import Switch
from bench.sim.tolerance import Unit

_CHUNK_S: Final = 0.001
_SLOW_S: Final = 0.010
_STILL_TURNS: Final = 3
_NO_EDGES: Final[Sequence[tuple[float, str, int]]] = ()
_NO_FRAMES: Final[Sequence[tuple[float, int, bytes]]] = ()
_NO_KNOBS: Final = Knobs()


def _edge_time(edge: tuple[float, str, int]) -> float:
    return edge[0]


class LockPlant:
    """One lock with its fault, on world time from 0. The same seed and the same calls give the same answers to the byte."""

    current_max_a = FULL_SCALE_A

    def __init__(self, unit: Unit, knobs: Knobs, *, kind: Kind, seed: int, ambient_c: float, supply_v: float, family: str) -> None:
        def stream(name: str) -> Stream:
            return Stream(f"{seed}:{name}")

        self.roles: frozenset[InputRole] = frozenset(
            ("ajar", "lock", "estop") if kind == "rear_door" else ("ajar", "estop")
        )  # fmt: skip
        self._rear = kind == "rear_door"
        self.supply_v = supply_v
        self._handle_lift = unit.handle_lift + knobs.handle_gap
        motor = self._motor = Motor(unit, knobs, ambient_c)
        self._circuit = Circuit(unit, knobs, supply_v, motor, stream("relays"), stream("harness"))
        self._relays, self._harness = self._circuit.relays, self._circuit.harness
        self._mechanism = Mechanism(unit, knobs, stream("mechanism"), kind, motor, ambient_c)
        self._latch = Latch(unit, knobs, stream("latch"))
        pull_v = self._circuit.supply.emf_v
        self._ajar = Switch(unit, knobs, stream("ajar"), pull_v, contact=True)
        self._lock = Switch(unit, _NO_KNOBS, stream("lock"), pull_v, contact=True) if self._rear else None
        self._hand = Hand(stream("hand"))
        self._monitor = Monitor(unit, stream("monitor"))
        self._adc = stream("adc")
        self._body = (
            None if family == "none" else BodyModule(unit, knobs, stream("body"), kind, family, self._ajar.line_v)
        )  # fmt: skip
        self._ambient_c = ambient_c
        self._t = 0.0
        self._still = 0
        self._slow_due_s = self._warmed_s = 0.0
        self._inputs: dict[str, int] = {}
        self._lines: dict[str, float] = {}
        self._supply_v = 0.0
        self._edges: list[tuple[float, str, int]] = []
        self._frames: list[tuple[float, int, bytes]] = []
        self._read_levels()
        self._read_slow()

    def set_supply(self, volts: float) -> None:
        """Set the bench supply, V, as a settable one is set; contacts keep the pull-up that they hang on."""
        self.supply_v = volts
        self._circuit.supply.set_volts(volts)
        self._circuit.rewire()
        self._still = 0
        self._slow_due_s = 0.0

    # -- the port ---------------------------------------------------------------------------------------------------

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        """Let `dt_s` (>= 0) of world time pass with these outputs held; return what the world shows then."""
        t0 = self._t
        t1 = t0 + dt_s
        relays = self._relays
        relays.command(t0, outputs)
        if dt_s <= 0.0:
            return self._world(0.0, None)
        if self._still >= _STILL_TURNS and relays.next_s > t1 and self._harness.next_s > t1:
            self._t = t1
        else:
            self._advance_moving(t0, t1)
        body = self._body
        if body is not None and body.next_s <= t1:
            body.run_to(t0, t1, self._ajar.line_v, self._frames)
        circuit, motor = self._circuit, self._motor
        amps = circuit.feed_a
        ripple = 0.03 * amps if motor.w > 60.0 or motor.w < -60.0 else 0.0
        seen = self._monitor.take(t1, amps, circuit.feed_v, ripple)
        return self._world(dt_s, seen)

    def operator(self, request: str) -> Mapping[str, bool]:
        """Start a hand (close, open, wiggle) or only look; return what the person sees now, before the move."""
        if request not in ("close", "open", "wiggle", "look"):
            raise UsageError(f"operator request {request!r} is not one of close, open, wiggle, look")
        latch = self._latch
        seen = {"held": latch.held, "half": latch.hold == 1, "opened": latch.claw < 0.3}
        if self._rear:
            seen["knob_moved"] = self._mechanism.knob_moved
        if request != "look":
            self._hand.begin(self._t, request)
            self._still = 0
            if request == "close":
                latch.begin_close()
            self._harness.flex(self._t, flexed=request == "wiggle")
        return seen

    # -- time -------------------------------------------------------------------------------------------------------

    def _advance_moving(self, t0: float, t1: float) -> None:
        n = math.ceil((t1 - t0) / _CHUNK_S - 1e-6)
        if n <= 1:
            self._chunk(t0, t0, t1)
        else:
            step = (t1 - t0) / n
            for k in range(n):
                self._chunk(t0, t0 + k * step, t0 + (k + 1) * step)
        self._t = t1
        if t1 >= self._slow_due_s:
            self._circuit.motor.warm(t1 - self._warmed_s)
            self._warmed_s = t1
            self._circuit.rewire()
            self._read_slow()
            self._slow_due_s = t1 + _SLOW_S

    def _chunk(self, start: float, t0: float, t1: float) -> None:
        """Move everything from `t0` to `t1`, 1 ms at most; edges are counted from `start`, where the step began."""
        circuit, motor, latch, hand, ajar = self._circuit, self._motor, self._latch, self._hand, self._ajar
        if self._relays.next_s <= t0 and self._relays.run_to(t0):
            self._rewired(t0)
        if self._harness.next_s <= t0 and self._harness.run_to(t0, flexed=hand.request == "wiggle"):
            self._wires_changed(t0 - start)
        x = motor.x
        circuit.run(t1 - t0)
        mechanism = self._mechanism
        at = mechanism.step(t0, t1 - t0, x) if motor.w or x != motor.x or circuit.direction else None
        if at is not None and self._lock is not None:
            self._lock.actuate(at, closes=mechanism.side == 0)
        if hand.request or latch.moving or mechanism.pawl_lifted:
            self._move_latch(t0, t1 - t0)
        if ajar.next_s <= t1:
            ajar.run_to(start, t1, "ajar", self._edges)
            self._slow_due_s = 0.0
        if self._lock is not None and self._lock.next_s <= t1:
            self._lock.run_to(start, t1, "lock", self._edges)
        self._note_stillness()

    def _note_stillness(self) -> None:
        motor = self._motor
        busy = (
            motor.w != 0.0 or self._circuit.direction or motor.i > 0.004 or motor.i < -0.004 or self._hand.request or self._latch.moving
            or self._relays.pending or self._ajar.next_s < 1e17 or (self._lock is not None and self._lock.next_s < 1e17)
        )  # fmt: skip
        self._still = 0 if busy else self._still + 1

    def _move_latch(self, t0: float, dt: float) -> None:
        hand, latch, mechanism = self._hand, self._latch, self._mechanism
        t1 = t0 + dt
        push, lifted = 0.0, mechanism.pawl_lifted
        if hand.request == "close":
            push = hand.push(t1)
        elif hand.request == "open" and self._rear:
            # A locked rear door's handle is disconnected from the pawl.
            lifted = mechanism.side == 0 and hand.reach(t1) >= self._handle_lift
        before = latch.hold
        at = latch.step(t0, dt, push, lifted=lifted)
        if at is not None:
            self._ajar.actuate(at, closes=latch.is_open)
        if before != latch.hold:
            mechanism.pawl_loaded(loaded=latch.hold > 0)
        if hand.request and t1 >= hand.end_s:
            flexed = hand.request == "wiggle"
            hand.request = ""
            if flexed:
                self._harness.flex(t1, flexed=False)

    # -- what changed -----------------------------------------------------------------------------------------------

    def _rewired(self, t_s: float) -> None:
        circuit = self._circuit
        before = circuit.direction
        circuit.rewire()
        way = circuit.direction
        if before and not way:
            self._mechanism.let_go()
        if way and way != before:
            self._mechanism.begin(t_s, way)
            if self._body is not None and self._rear:
                self._body.command(t_s, locked=way > 0)
        self._slow_due_s = 0.0
        self._still = 0

    def _wires_changed(self, dt_s: float) -> None:
        harness, ajar = self._harness, self._ajar
        self._circuit.rewire()
        ajar.broken, ajar.touching = harness.ajar == "broken", harness.ajar == "touching"
        ajar.note(dt_s, "ajar", self._edges)
        if self._lock is not None:
            self._lock.broken = harness.lock_broken
            self._lock.note(dt_s, "lock", self._edges)
        self._slow_due_s = 0.0
        self._still = 0

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _read_levels(self) -> None:
        inputs = {"ajar": self._ajar.level, "estop": 1}
        if self._lock is not None:
            inputs["lock"] = self._lock.level
        self._inputs = inputs

    def _read_slow(self) -> None:
        """Read the slow converters: line voltages and the supply, every 10 ms while something moves."""
        circuit, adc = self._circuit, self._adc
        lines = {"ajar": self._ajar.line_v, "motor_lock": circuit.leg_v(1)}
        if self._rear:
            lines["motor_unlock"] = circuit.leg_v(-1)
        self._lines = {role: round(max(0.0, v + adc.uniform(-0.015, 0.015)), 3) for role, v in lines.items()}
        self._supply_v = round(circuit.supply.reading_v(circuit.feed_a) + adc.uniform(-0.01, 0.01), 3)

    def _world(self, dt_s: float, seen_a: float | None) -> World:
        edges: Sequence[tuple[float, str, int]] = _NO_EDGES
        if self._edges:
            # Floats may carry a time a hair over the end of the step; an edge is inside it.
            edges, self._edges = sorted(((min(at, dt_s), role, level) for at, role, level in self._edges), key=_edge_time), []
            self._read_levels()
        frames: Sequence[tuple[float, int, bytes]] = _NO_FRAMES
        if self._frames:
            frames, self._frames = [(min(at, dt_s), number, payload) for at, number, payload in self._frames], []
        return World(
            self._inputs, edges, seen_a, None if seen_a is None else self._monitor.v, self._lines, frames, self._ambient_c,
            self._supply_v, bool(self._hand.request) or self._latch.moving,
        )  # fmt: skip
