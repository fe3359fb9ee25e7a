"""A step: stimulus, questions and the states that must then be seen. Data only."""

from dataclasses import dataclass
from typing import Literal

from bench.model.ceilings import SETTLE_MIN_MS
from bench.model.expected import Expected
from bench.model.names import Hand, Question, StepName

DriveRole = Literal["drive_lock", "drive_unlock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stimulus and what must follow it.

    `n` counts the steps of that name from 1. `on_ms`: feed time of each of `pulses` pulses, `gap_ms` between two of them.
    `settle_ms` counts from the last moment of the stimulus. A hand that wiggles the harness may be joined by a drive; a
    hand at the latch never is. `supply_v`: the supply is set to it before the step begins (None: where it stands at the start).
    """

    name: StepName
    n: int
    drive: DriveRole | None = None
    on_ms: int = 0
    pulses: int = 1
    gap_ms: int = 0
    hand: Hand | None = None
    questions: tuple[Question, ...] = ()
    settle_ms: int = SETTLE_MIN_MS
    supply_v: float | None = None
    expect: tuple[Expected, ...] = ()

    @property
    def key(self) -> str:
        """The step's name in documents: `lock#1`."""
        return f"{self.name}#{self.n}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question before anything moves. Where nobody can answer, its answer stays None.

    `wanted`: the answer that lets the test mean what it should; None where any answer does.
    """

    id: str
    text: str
    wanted: bool | None = None
