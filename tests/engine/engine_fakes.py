"""Fakes with a memory for the engine's tests: a tiny lock, a scope on the outputs, a sink."""

from collections.abc import Mapping
from dataclasses import replace

from bench.model.limits import Limit
from bench.model.names import Kind
from bench.model.observations import Observation, Run
from bench.model.profile import Drive, LockSwitch, Profile
from bench.ports.plant import World
from bench.ports.rig import OutputPort, Rig
from bench.sim.virtual import virtual_rig

MS = 1_000_000


def profile(kind: Kind = "rear_door", drive: Drive | None = None) -> Profile:
    return Profile(
        schema=1, id=f"test-{kind}", title="A lock of the tests", kind=kind, drive=drive or Drive(),
        roles=("ajar", "lock", "estop") if kind == "rear_door" else ("ajar", "estop"),
        lock=LockSwitch() if kind == "rear_door" else None,
        limits={"supply_v": Limit(low=11, high=15, unit="V", source="test")},
    )  # fmt: skip


class TinyLock:
    """A lock of a few lines: 3.2 A at the stops, 0.7 A for 100 ms on the way, hands that take half a second.

    `faults`: what goes wrong, by name; `at_s`: from when on. `log` keeps (time s, outputs) of every call.
    """

    current_max_a = 8.19

    def __init__(self, **faults: object) -> None:
        self.faults = faults
        self.t = 0.0
        self.levels = {"ajar": 0, "lock": 0, "estop": 1}
        if "held" in faults:
            self.levels["hold"] = 0
        self.way = 0.0
        self.beat_s = -1.0
        self.beat = False
        self.hand: tuple[float, str] | None = None
        self.requests: list[str] = []
        self.calls = 0
        self.supply = 12.6

    def fault(self, name: str) -> bool:
        at = self.faults.get(name)
        return isinstance(at, (int, float)) and self.t >= at

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        self.t += dt_s
        self.calls += 1
        if self.fault("raises"):
            raise RuntimeError("the world ended")
        if self.fault("interrupt"):
            self.faults.pop("interrupt")
            raise KeyboardInterrupt
        if outputs["heartbeat"] != self.beat:
            self.beat, self.beat_s = outputs["heartbeat"], self.t
        fed = (outputs["enable"] and self.t - self.beat_s <= 0.1) or self.fault("welded_enable")
        if self.fault("deaf_monostable") and outputs["enable"]:
            fed = True
        edges: list[tuple[float, str, int]] = []
        a = self._motor(dt_s, outputs, edges) if fed else 0.0
        self._move_hand(dt_s, edges)
        if self.fault("estop") and self.levels["estop"]:
            edges.append((dt_s / 2, "estop", 0))
        if "hold" in self.levels and self.levels["hold"] != (held := int(self.fault("held") and not self.fault("let_go"))):
            edges.append((dt_s / 2, "hold", held))
        for _, role, level in edges:
            self.levels = {**self.levels, role: level}
        v = self.supply - 0.1 * a if fed and not self.fault("fuse_blown") else 0.0
        if self.fault("short") and a > 0:
            a = 8.19
        if self.fault("leak"):
            a += 0.2
        if self.fault("nan"):
            a = float("nan")
        silent = self.fault("deaf")
        i = None if silent or self.fault("no_current") else a
        return World(
            self.levels, edges, i, None if silent else v, {"ajar": 12.0 * self.levels["ajar"]}, self._frames(dt_s),
            21.5, 0.0 if self.fault("fuse_blown") else self.supply, self.hand is not None,
        )  # fmt: skip

    def _frames(self, dt_s: float) -> list[tuple[float, int, bytes]]:
        tick = int(self.t * 10)
        return [(dt_s, 0x60D, bytes([0 if self.levels["ajar"] else 0x20, 6, 0]))] if tick != int((self.t - dt_s) * 10) else []

    def _motor(self, dt_s: float, outputs: Mapping[str, bool], edges: list[tuple[float, str, int]]) -> float:
        sign = outputs["drive_lock"] - outputs["drive_unlock"]
        if sign == 0 or self.fault("fuse_blown"):
            return 0.0
        before = self.way
        self.way = min(1.0, max(0.0, before + sign * dt_s / 0.1))
        if (before < 0.75) != (self.way < 0.75) and "lock" in self.levels:
            edges.append((dt_s / 2, "lock", int(self.way >= 0.75)))
        return 3.2 if self.way == before else 0.7

    def _move_hand(self, dt_s: float, edges: list[tuple[float, str, int]]) -> None:
        if self.hand is None:
            return
        since, request = self.hand
        if self.t - since >= 0.5:
            self.hand = None
            if request != "wiggle":
                edges.append((dt_s / 2, "ajar", int(request == "close")))

    def operator(self, request: str) -> Mapping[str, bool]:
        self.requests.append(request)
        if request != "look":
            self.hand = (self.t, request)
        closed = bool(self.levels["ajar"])
        return {"held": closed, "half": False, "opened": not closed, "knob_moved": True}


class Scope:
    """A probe on an output: passes on what is set and keeps every change as (ns, level). `fails`: setting raises."""

    def __init__(self, port: OutputPort, now_ns: object) -> None:
        self._port, self._now = port, now_ns
        self.history: list[tuple[int, bool]] = []
        self.level = False
        self.fails = False

    def set(self, energised: bool) -> None:
        if self.fails:
            raise OSError("relay board does not answer")
        self._port.set(energised)
        if energised != self.level:
            self.level = energised
            assert callable(self._now)
            self.history.append((self._now(), energised))

    def pulses(self) -> list[tuple[int, int]]:
        """Return (on, off) times of each pulse, ns."""
        edges = [t for t, _ in self.history]
        return list(zip(edges[::2], edges[1::2], strict=True))


def scoped(plant: TinyLock, kind: Kind = "rear_door") -> tuple[Rig, dict[str, Scope]]:
    """Return a virtual rig around the plant with a probe on each output."""
    rig = virtual_rig(plant, name="tiny", default_roles=frozenset({*profile(kind).roles, "hold"}), kind=kind)
    scopes = {role: Scope(port, rig.clock.now_ns) for role, port in rig.outputs.items()}
    return replace(rig, outputs=scopes), scopes


HEADER = Run(schema=1, profile="test-rear_door")


class Sink:
    """Keeps lines; raises from line number `full_at` on."""

    def __init__(self, full_at: int | None = None, *, stalls: bool = False) -> None:
        self.stalls = stalls
        self.lines: list[Observation] = []
        self.ends = 0
        self.full_at = full_at

    def __call__(self, line: Observation) -> None:
        if self.full_at is not None and len(self.lines) >= self.full_at:
            raise OSError(28, "No space left on device")
        self.lines.append(line)

    def step_end(self) -> None:
        self.ends += 1
        if self.stalls:
            raise OSError(5, "Input/output error")
