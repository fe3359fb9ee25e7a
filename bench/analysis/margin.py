"""The voltage margin out of the record: the lowest supply voltage at which every stroke still completed.

The rungs of the margin are driven at voltages at which a good lock is slow, so they are kept apart from all else: what a run
says of motor, gear and latch comes from the steps before them.
"""

from dataclasses import dataclass, replace

import numpy as np

from bench.analysis.evidence import Feature
from bench.analysis.strokes_of_run import Occasion, occasions
from bench.analysis.trace import Trace, trace_of
from bench.model.diagnosis import Measurement, Outcome, StepResult
from bench.model.limits import Limit
from bench.model.observations import Answer, End, Gap, Observation, Stop, Supply, time_of
from bench.model.profile import Profile
from bench.model.record import RunRecord, StepSpan
from bench.model.verdict import Verdict

NAME = "margin_v"
STEP = "margin"
WAIT_NS = 400_000_000
"""A lever or claw that has not followed so long after the pulse does not follow (estimate)."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One stroke at one voltage. `completed` None: nothing here shows whether it was."""

    key: str
    t_ns: int
    volts: float
    completed: bool | None


@dataclass(frozen=True, slots=True)
class Margin:
    """What the rungs say. `volts`: the lowest at which all strokes so far had completed, V; `at_floor`: no rung failed."""

    rungs: tuple[Rung, ...]
    volts: float | None
    at_floor: bool

    @property
    def feature(self) -> Feature | None:
        """The margin as a column; None where no rung failed: it may lie anywhere below then."""
        last = next((r for r in self.rungs if r.completed is False), None)
        if self.volts is None or self.at_floor or last is None:
            return None
        return Feature(name=NAME, value=self.volts, step=last.key, t_ns=last.t_ns, count=len(self.rungs))


def without_margin(record: RunRecord) -> RunRecord:
    """Return the run as if no margin had been tried: its steps and what was seen in them are left out, its end is not."""
    spans = [s for s in record.steps if s.name == STEP]
    if not spans:
        return record
    start_ns = _begin(record, spans[0])
    end_ns = spans[-1].end_ns
    kept = tuple(o for o in record.observations if _stays(o, start_ns, end_ns))
    return replace(record, observations=kept, steps=tuple(s for s in record.steps if s.start_ns < start_ns))


def _begin(record: RunRecord, first: StepSpan) -> int:
    """Return when the margin begins: the supply is set before its first step, and a tailgate is closed by hand before that."""
    before = [s for s in record.steps if s.start_ns < first.start_ns]
    if before and before[-1].name == "close":
        before.pop()
    ends = [s.end_ns for s in before if s.end_ns is not None]
    return ends[-1] + 1 if ends else 0


def _stays(line: Observation, start_ns: int, end_ns: int | None) -> bool:
    if isinstance(line, Stop | End):
        return True
    t_ns = time_of(line)
    if isinstance(line, Answer) and line.step is None:
        return True
    return t_ns < start_ns or (end_ns is not None and t_ns > end_ns)


def margin_of(record: RunRecord, profile: Profile) -> Margin | None:
    """Return the margin of a run; None where none was tried."""
    spans = [s for s in record.steps if s.name == STEP and s.end_ns is not None]
    if not spans:
        return None
    trace = trace_of(record)
    strokes = {o.span.key: o for o in occasions(record, trace, profile) if o.span is not None}
    lost = [o for o in record.observations if isinstance(o, Gap)]
    rungs = tuple(r for s in spans if (r := _rung(s, strokes.get(s.key), record, trace, profile, lost)) is not None)
    volts: float | None = None
    for at in sorted({r.volts for r in rungs}, reverse=True):
        there = {r.completed for r in rungs if r.volts == at}
        if there != {True}:
            return Margin(rungs, volts, at_floor=False not in there)
        volts = at
    return Margin(rungs, volts, at_floor=True)


def _rung(
    span: StepSpan, occasion: Occasion | None, record: RunRecord, trace: Trace, profile: Profile, lost: list[Gap]
) -> Rung | None:  # fmt: skip
    """Judge one stroke; None where it was not driven or its voltage is not known."""
    if occasion is None:
        return None
    stroke = occasion.stroke
    before = [o.v for o in record.observations if isinstance(o, Supply) and o.t <= stroke.start_ns]
    idle_v = before[-1] if before else _idle_v(trace, stroke.start_ns)
    if idle_v is None:
        return None
    role = "lock" if profile.kind == "rear_door" else "ajar"
    blind = any(g.source == role and g.t < (span.end_ns or g.t) and g.until > span.start_ns for g in lost)
    completed = None if blind else _completed(occasion, trace, profile)
    return Rung(span.key, stroke.start_ns, round(2 * idle_v) / 2, completed)


def _idle_v(trace: Trace, start_ns: int) -> float | None:
    """The feed just after enable closed, before the motor loads it, where nothing reads the supply."""
    seen = trace.samples.between(start_ns, start_ns + 5_000_000).v
    seen = seen[~np.isnan(seen)]
    return float(seen.max()) if len(seen) else None


def _completed(occasion: Occasion, trace: Trace, profile: Profile) -> bool | None:
    """Did the lever, or the claw, follow; where neither is seen, did the motor come to its end stop?"""
    stroke = occasion.stroke
    end_ns = stroke.end_ns + WAIT_NS
    if profile.kind == "tailgate":
        ajar = trace.inputs.get("ajar")
        if ajar is None or ajar.at(stroke.start_ns) == profile.ajar.open_level:
            return None  # it was not shut: nothing can come open
        return any(level == profile.ajar.open_level for _, level in ajar.changes(stroke.start_ns, end_ns))
    lock = trace.inputs.get("lock")
    if lock is None or profile.lock is None:
        return None if stroke.flows is None else bool(stroke.is_done and stroke.moved)
    wanted = profile.lock.locked_level if stroke.role == "drive_lock" else 1 - profile.lock.locked_level
    return lock.at(end_ns) == wanted


def margin_results(margin: Margin | None, record: RunRecord, profile: Profile) -> tuple[StepResult, ...]:
    """Return one result a rung, and the margin beside its limit with the last one."""
    if margin is None:
        return ()
    rungs = {r.key: r for r in margin.rungs}
    spans = [s for s in record.steps if s.name == STEP]
    results = [StepResult(name=s.key, verdict=Verdict.NOT_SET.name, measurements=_shown(rungs.get(s.key))) for s in spans]
    limit = profile.limits.get(NAME)
    found = _measured(margin, limit)
    verdict = {"pass": Verdict.PASS, "fail": Verdict.FAIL, "not_seen": Verdict.NOT_SET}[found.outcome]
    last = results[-1]
    results[-1] = StepResult(name=last.name, verdict=verdict.name, measurements=(*last.measurements, found))
    return tuple(results)


def _shown(rung: Rung | None) -> tuple[Measurement, ...]:
    if rung is None:
        return ()
    word = None if rung.completed is None else "completed" if rung.completed else "not completed"
    return (
        Measurement(name="supply_v", value=rung.volts, unit="V", low=None, high=None, source="set for this stroke", outcome="not_seen"),
        Measurement(name="stroke", value=word, unit="", low=None, high=None, source="lever or claw followed", outcome="not_seen"),
    )


def _measured(margin: Margin, limit: Limit | None) -> Measurement:
    """The margin beside its limit. Where even the first rung failed there is no margin at all: failed, without a number."""
    first_failed = margin.volts is None and any(r.completed is False for r in margin.rungs)
    if limit is None:
        return Measurement(
            name=NAME, value=margin.volts, unit="V", low=None, high=None, source="no window in this profile", outcome="not_seen"
        )
    outcome: Outcome = "fail" if first_failed else "not_seen" if margin.volts is None else "pass" if margin.volts <= limit.high else "fail"
    note = "; no rung failed, it may be lower" if margin.at_floor and margin.volts is not None else ""
    return Measurement(
        name=NAME, value=margin.volts, unit=limit.unit, low=limit.low, high=limit.high,
        source=f"{limit.source}{note} [{limit.confidence}]", outcome=outcome,
    )  # fmt: skip
