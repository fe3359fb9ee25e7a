"""A guard on a bench of coils with a memory and a clock that the test owns."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine_fakes import MS, profile

from bench.engine.guard import Guard, Train
from bench.engine.ledger import MemoryLedger
from bench.model.names import Hand, InputRole, Kind
from bench.model.observations import Current, Input, Observation, Trip
from bench.model.profile import Drive
from bench.ports.ledger import ActuationLedger
from bench.ports.rig import Attendant, Request, Rig


class Clock:
    """Time that moves only when the test says so."""

    def __init__(self) -> None:
        self.t = 0

    def now_ns(self) -> int:
        return self.t

    def sleep_until(self, t_ns: int) -> None:
        self.t = t_ns


class Coil:
    """An output that keeps its history: (ns, level) of each change. `told` notes every writing, `deaf` raises."""

    def __init__(self, clock: Clock, role: str) -> None:
        self._clock, self._role = clock, role
        self.told: list[str] = []
        self.deaf = False
        self.history: list[tuple[int, bool]] = [(0, False)]

    @property
    def is_on(self) -> bool:
        return self.history[-1][1]

    def set(self, energised: bool) -> None:
        if self.deaf:
            raise OSError(f"{self._role} does not answer")
        self.told.append(self._role)
        if energised != self.is_on:
            self.history.append((self._clock.t, energised))

    def pulses_ms(self) -> list[tuple[float, float]]:
        """Return (on, off) in ms of each pulse; the last one may still be on (its off is now)."""
        edges = [t / MS for t, _ in self.history[1:]]
        if len(edges) % 2:
            edges.append(self._clock.t / MS)
        return list(zip(edges[::2], edges[1::2], strict=True))


class Nobody:
    """No one is at the lock."""

    def begin(self, step: str, hand: str) -> None: ...
    def is_moving(self) -> bool:
        return False

    def answer(self, step: str, questions: tuple[str, ...]) -> dict[str, bool | None]:
        return {}


class Somebody:
    """A person beside the rig who is asked and says nothing by itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.said = False

    def ask(self, what: Request, step: str, *, hand: Hand | None = None) -> None:
        self.asked.append(what)

    def has_said_so(self) -> bool:
        return self.said

    def is_here(self) -> bool:
        return True

    def counts(self, step: str, left_ms: int) -> None:
        self.asked.append(f"{left_ms}")


@dataclass
class Bench:
    """A guard and what it switches. `current` gives the reading at a time; None: the sensor is silent."""

    kind: Kind = "rear_door"
    fitted: frozenset[InputRole] = frozenset({"ajar", "estop"})
    realtime: bool = False
    drive: Drive = field(default_factory=Drive)
    ceiling_a: float = 7.5
    current_max_a: float = 8.19
    ledger: ActuationLedger = field(default_factory=MemoryLedger)
    current: Callable[[float], float | None] = lambda _: 0.0
    step_ms: int = 1
    attendant: Attendant | None = None
    feed_v: float | None = None  # None: it follows the enable relay

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.coils = {role: Coil(self.clock, role) for role in ("enable", "drive_lock", "drive_unlock", "heartbeat")}
        self.lines: list[Observation] = []
        self.rig = Rig(
            name="bench", outputs=self.coils, sources=(), clock=self.clock, operator=Nobody(), fitted=self.fitted,
            current_max_a=self.current_max_a, ceiling_a=self.ceiling_a, realtime=self.realtime, attendant=self.attendant,
        )  # fmt: skip
        part = profile(self.kind, self.drive)
        self.guard = Guard(self.rig, profile=part, ledger=self.ledger, record=self.lines.append)

    def ready(self) -> "Bench":
        """Arm it, with its e-stop loop and its hold button seen closed."""
        self.level("estop", 1)
        self.level("hold", 1)
        self.guard.arm()
        return self

    def level(self, role: InputRole, level: int) -> None:
        """An input is seen."""
        self.guard.see(Input(t=self.clock.t, role=role, level=1 if level else 0))

    def sample(self) -> None:
        """One reading now."""
        a = self.current(self.clock.t / MS)
        if a is not None:
            v = self.feed_v if self.feed_v is not None else 12.0 if self.coils["enable"].is_on else 0.0
            self.guard.see(Current(t0=self.clock.t, dt=[0], a=[a], v=[v]))

    def go(self, ms: float) -> None:
        """Let time pass: a reading and a tick each `step_ms`, and where the guard has something to switch."""
        until = self.clock.t + round(ms * MS)
        while self.clock.t < until:
            due = self.guard.next_ns or until
            self.clock.t = max(self.clock.t, min(until, self.clock.t + self.step_ms * MS, due))
            self.sample()
            self.guard.tick(self.clock.t)

    def pulse(self, role: str = "drive_lock", on_ms: int = 500, pulses: int = 1, gap_ms: int = 0) -> None:
        """Begin a train."""
        assert role in ("drive_lock", "drive_unlock")
        self.guard.drive(Train(role="drive_lock" if role == "drive_lock" else "drive_unlock", on_ms=on_ms, pulses=pulses, gap_ms=gap_ms))

    def stroke(self, role: str = "drive_lock", on_ms: int = 500) -> None:
        """One whole pulse and the dead time after it."""
        self.pulse(role, on_ms)
        self.go(on_ms + 140)

    def on(self) -> set[str]:
        """Return the relays that are energised now."""
        return {role for role, coil in self.coils.items() if coil.is_on and role != "heartbeat"}

    @property
    def trips(self) -> list[Trip]:
        """Over-currents on record."""
        return [line for line in self.lines if isinstance(line, Trip)]

    def feeds_ms(self) -> list[float]:
        """How long the feed lived, each time, ms."""
        return [off - on for on, off in self.coils["enable"].pulses_ms()]
