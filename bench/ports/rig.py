"""What the engine needs of a rig: outputs, sources, a clock and somebody at the lock."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bench.model.names import Hand, InputRole
from bench.model.observations import Observation

Request = Literal["clear", "reset", "hold", "paused"]
"""What the person is waited for: hands off, the RESET button, the hold button, the operating screen."""


class OutputPort(Protocol):
    """One relay coil, or the heartbeat line. True means energised, whatever the board's polarity."""

    def set(self, energised: bool) -> None:
        """Switch it, at once and without waiting for the contact; raises PortError where the line is gone."""


class Source(Protocol):
    """Anything that sees. Never blocks; hands over what came since the last call, stamped on the rig's clock."""

    def drain(self) -> Iterable[Observation]:
        """Return what was seen since the last call, times in ns of the rig's clock; raises PortError where the sensor is gone."""
        ...


class Clock(Protocol):
    """Nanoseconds since the run's first line; goes forward only."""

    def now_ns(self) -> int:
        """Return the time, ns since the rig was opened; never less than before."""
        ...

    def sleep_until(self, t_ns: int) -> None:
        """Wait until then, ns on this clock; a time that is past returns at once."""


class Operator(Protocol):
    """Somebody at the lock: a person at a terminal, an answers file, or a simulated hand."""

    def begin(self, step: str, hand: Hand) -> None:
        """Ask for a movement; returns at once, the movement goes on while `is_moving`."""

    def is_moving(self) -> bool:
        """Is a requested movement, or what it set off, still going on?"""
        ...

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None] | None:
        """Return what was seen at the end of the step; None or a missing key: could not say.

        None for the whole: still looking. On a real-time rig nothing may block, and the engine asks again in the next turn.
        """
        ...


class Attendant(Protocol):
    """The person beside a rig that can hurt: lets the drives go, turn by turn; no call blocks."""

    def ask(self, what: Request, step: str, *, hand: Hand | None = None) -> None:
        """Begin to wait for hands clear, for RESET or for the hold button; what was said before does not count."""

    def has_said_so(self) -> bool:
        """Was it said since `ask`?"""
        ...

    def is_here(self) -> bool:
        """Is the screen there from which the run is operated? No drive begins without it."""
        ...

    def counts(self, step: str, left_ms: int) -> None:
        """The countdown before a driven group stands here; 0: it is over, what was waited for is there."""


class SupplyPort(Protocol):
    """What makes the 12 V. No call blocks: an order is carried out by and by, and what was measured comes as observations.

    `range_v`: lowest and highest voltage that it may be set to; None: a battery, nobody sets it. `volts`: where it was set, V.
    """

    @property
    def range_v(self) -> tuple[float, float] | None:
        """Lowest and highest voltage, V; None: nobody sets it."""
        ...

    @property
    def volts(self) -> float:
        """Where it was set last, V; what it gives is an observation."""
        ...

    def set_volts(self, volts: float) -> None:
        """Order a voltage, V; raises ProcedureRefused outside of `range_v`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """A rig, opened: every time on it counts from the opening, which is the run's first line.

    `outputs` has the keys enable, drive_lock, heartbeat and, where fitted, drive_unlock. `fitted`: inputs that exist.
    `can_channel`: None where no CAN is connected. `realtime`: the clock is the world's, not a virtual one.
    `attendant`: who must say that hands are clear (None: hands are simulated). `rearm` "reset": once the heartbeat was lost
    nothing re-energises until RESET is pressed; "self": the feed comes back with the heartbeat. `supply`: None where nobody
    can set the 12 V. `supply_feeds_logic`: the rig's relays hang on it too, so it is never set below `logic_min_v`.
    """

    name: str
    outputs: Mapping[str, OutputPort]
    sources: tuple[Source, ...]
    clock: Clock
    operator: Operator
    fitted: frozenset[InputRole]
    current_max_a: float
    signed: bool = False
    realtime: bool = False
    ceiling_a: float = 7.5
    logic_min_v: float = 4.5
    can_channel: str | None = None
    attendant: Attendant | None = None
    rearm: Literal["self", "reset"] = "self"
    supply: SupplyPort | None = None
    supply_feeds_logic: bool = True
    close: Callable[[], None] = field(default=lambda: None)
