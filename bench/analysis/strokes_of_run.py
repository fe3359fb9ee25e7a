"""Every stroke of a run, each with what the lock ought to have done in it."""

from dataclasses import dataclass
from statistics import median

from bench.analysis.strokes import Stroke, stroke_of
from bench.analysis.trace import Trace
from bench.model.observations import Trip
from bench.model.profile import Profile
from bench.model.record import RunRecord, StepSpan


@dataclass(frozen=True, slots=True)
class Occasion:
    """A stroke and its circumstances. `travels`: a good lock moves in it; None where its start is not known."""

    stroke: Stroke
    span: StepSpan | None
    travels: bool | None

    @property
    def is_flexed(self) -> bool:
        """Was a hand on the harness?"""
        return self.span is not None and self.span.name == "wiggle"


def occasions(record: RunRecord, trace: Trace, profile: Profile) -> list[Occasion]:
    """Return every powered span of the run in order of time, fitted."""
    trips = [o for o in record.observations if isinstance(o, Trip)]
    supplies = [v for _, v in trace.supply if v > 5.0]
    supply_v = median(supplies) if supplies else None
    found: list[Stroke] = []
    for role in ("drive_lock", "drive_unlock"):
        for start_ns, end_ns in trace.powered(role):
            span = step_at(record, start_ns)
            tripped = any(t.role == role and start_ns <= t.t <= end_ns + 50_000_000 for t in trips)
            found.append(
                stroke_of(
                    trace.samples, role=role, step=span.key if span else "", start_ns=start_ns, end_ns=end_ns,
                    max_a=record.header.current_max_a, tripped=tripped, supply_v=supply_v,
                )
            )  # fmt: skip
    found.sort(key=lambda s: s.start_ns)
    return _with_travel(record, trace, profile, found)


def step_at(record: RunRecord, t_ns: int) -> StepSpan | None:
    """Return the step that a moment lies in, or None."""
    for span in record.steps:
        if span.start_ns <= t_ns and (span.end_ns is None or t_ns <= span.end_ns):
            return span
    return None


def _with_travel(record: RunRecord, trace: Trace, profile: Profile, strokes: list[Stroke]) -> list[Occasion]:
    """Say of each stroke whether a good lock would travel in it.

    A lock that was driven the other way last stands at the far end; one that was driven this way stands here already.
    Before the first stroke only the lock switch can tell. A tailgate's release springs back by itself.
    """
    lock = trace.inputs.get("lock")
    locked_level = profile.lock.locked_level if profile.lock else 1
    last: str | None = None
    found = []
    for stroke in strokes:
        travels: bool | None
        if profile.kind == "tailgate":
            travels = True
        elif last is not None:
            travels = last != stroke.role
        else:
            level = lock.at(stroke.start_ns) if lock else None
            travels = None if level is None else (level == locked_level) != (stroke.role == "drive_lock")
        found.append(Occasion(stroke, step_at(record, stroke.start_ns), travels))
        if stroke.flows and (stroke.end_ns - stroke.start_ns > 100_000_000 or (stroke.tripped and stroke.moved)):
            last = stroke.role
    return found
