"""One session for bench, car and CI: feed what was seen, take the record. No port, no file, no clock."""

from collections.abc import Iterable

from bench.model.codec import header_of, in_order
from bench.model.observations import End, Observation, StepMark, Stop, time_of
from bench.model.record import RunRecord, StepSpan


class Session:
    """Collects one run's observations, live or from a file; the only difference is who calls `feed`."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._lines: list[Observation] = []

    def feed(self, line: Observation) -> None:
        """Take one observation, in whatever order it was completed."""
        self._lines.append(line)

    def record(self, warnings: Iterable[str] = ()) -> RunRecord:
        """Return the run as seen so far; raise RecordError where no run line was among it."""
        header = header_of(self._lines, self._run_id)
        ordered = tuple(in_order(self._lines))
        return RunRecord(run_id=self._run_id, header=header, observations=ordered, steps=_spans(ordered), warnings=tuple(warnings))


def record_of(run_id: str, lines: Iterable[Observation], warnings: Iterable[str] = ()) -> RunRecord:
    """Return the record of a whole run; raise RecordError where it has no run line."""
    session = Session(run_id)
    for line in lines:
        session.feed(line)
    return session.record(warnings)


def _spans(ordered: tuple[Observation, ...]) -> tuple[StepSpan, ...]:
    """Pair start and end marks. A step without an end ends with the run where that ended, else stays open."""
    last_ns = next((time_of(o) for o in reversed(ordered) if isinstance(o, Stop | End)), None)
    spans: list[StepSpan] = []
    open_marks: dict[tuple[str, int], int] = {}
    for line in ordered:
        if not isinstance(line, StepMark):
            continue
        key = (line.name, line.n)
        if line.phase == "start":
            open_marks[key] = line.t
        elif key in open_marks:
            spans.append(StepSpan(name=line.name, n=line.n, start_ns=open_marks.pop(key), end_ns=line.t))
    spans += [StepSpan(name=name, n=n, start_ns=t, end_ns=last_ns) for (name, n), t in open_marks.items()]
    return tuple(sorted(spans, key=lambda s: s.start_ns))
