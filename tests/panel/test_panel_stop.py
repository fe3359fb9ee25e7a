"""How quickly a stop that has reached the rig's process lets go, on the rig's own clock."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from bench.analysis.session import Session
from bench.app.panel_desk import Desk
from bench.app.panel_hands import DeskSource
from bench.app.rigs import parse_rig
from bench.app.testing import TestRequest, run_test
from bench.model.observations import Current, Observation, Output, Stop
from bench.ports.rig import Rig
from bench.procedure.step import Step

MS = 1_000_000
DEAD_MS = 100
"""Issue 6, point 2: the feed is dead that long after the stop's arrival."""


class StopsInMidDrive:
    """Gives the stop 60 ms after a drive closed, and keeps what the record then says."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.lines: list[Observation] = []
        self.due_ns: int | None = None
        self.stopped_ns: int | None = None
        self._clock_ns: Callable[[], int] = lambda: 0

    def rig(self, rig: Rig) -> Rig:
        """Put the desk's source before the others."""
        self._clock_ns = rig.clock.now_ns
        return replace(rig, sources=(self, DeskSource(self.desk), *rig.sources))

    def drain(self) -> Iterable[Observation]:
        """Stop when it is time."""
        if self.due_ns is not None and self.stopped_ns is None and self._clock_ns() >= self.due_ns:
            self.stopped_ns = self._clock_ns()
            self.desk.stop("operator", "STOP on the panel")
        return ()

    def steps(self, steps: Iterable[Step]) -> Iterable[Step]:
        """All of them."""
        return steps

    def begins(self, run_id: str, session: Session) -> None:
        """Nothing to do."""

    def see(self, line: Observation) -> None:
        """Keep it."""
        self.lines.append(line)
        if isinstance(line, Output) and line.role == "drive_lock" and line.energised and self.due_ns is None:
            self.due_ns = line.t + 60 * MS


def test_the_feed_is_dead_well_within_a_tenth_of_a_second(out: Path) -> None:
    """Every output is let go within one turn of the loop, and no current flows 100 ms later."""
    beside = StopsInMidDrive()
    outcome = run_test(TestRequest(rig=parse_rig("sim"), profile="qashqai-j11-rear-door", out=out), lambda _: None, beside)
    assert outcome.judgement.document.verdict == "ABORTED"
    assert beside.stopped_ns is not None
    offs = {line.role: line.t for line in beside.lines if isinstance(line, Output) and not line.energised and line.t >= beside.stopped_ns}
    assert {"enable", "drive_lock"} <= set(offs)
    assert all(t - beside.stopped_ns <= 40 * MS for t in offs.values())
    stop = next(line for line in beside.lines if isinstance(line, Stop))
    assert (stop.reason, stop.detail.startswith("STOP on the panel")) == ("operator", True)
    late = [a for line in beside.lines if isinstance(line, Current) for dt, a in zip(line.dt, line.a, strict=True)
            if line.t0 + dt > beside.stopped_ns + DEAD_MS * MS]  # fmt: skip
    assert not [a for a in late if a is not None and a > 0.05]
