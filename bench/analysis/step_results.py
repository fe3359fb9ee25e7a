"""Each step beside what it should have shown: numbers in their windows, states as expected."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bench.analysis.features_body import BitSpan, bit_at
from bench.analysis.features_latch import bursts
from bench.analysis.strokes import Stroke
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.trace import Levels, Trace
from bench.analysis.windows import window_of
from bench.model.diagnosis import Measurement, Outcome, StepResult
from bench.model.expected import EXPECTED, Expected
from bench.model.observations import Answer
from bench.model.profile import Profile
from bench.model.record import RunRecord, StepSpan
from bench.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Scene:
    """What the steps of a run are judged with."""

    record: RunRecord
    trace: Trace
    profile: Profile
    occasions: list[Occasion]
    bits: list[BitSpan]
    ambient_c: float | None
    answers: tuple[Answer, ...] = ()

    @property
    def closed(self) -> int:
        """The level of the ajar line that means closed."""
        return 1 - self.profile.ajar.open_level


def step_results(scene: Scene) -> tuple[StepResult, ...]:
    """Return the result of every step in order; a step of an unknown name is shown and not judged."""
    return tuple(_result(span, scene) for span in scene.record.steps)


def _result(span: StepSpan, scene: Scene) -> StepResult:
    measurements = [*_strokes(span, scene), *_states(span, scene), *_contacts(span, scene)]
    verdict = Verdict.NOT_SET
    if (scene.profile.kind, span.name) in EXPECTED:
        outcomes = {m.outcome for m in measurements}
        verdict = Verdict.FAIL if "fail" in outcomes else Verdict.PASS if "pass" in outcomes else Verdict.NOT_SET
    return StepResult(name=span.key, verdict=verdict.name, measurements=tuple(measurements))


def _strokes(span: StepSpan, scene: Scene) -> Iterable[Measurement]:
    inside = [o for o in scene.occasions if o.span is span]
    if not inside:
        return
    if span.name == "wiggle":
        flowing = [o.stroke for o in inside if o.stroke.flows]
        yield _number(scene, "dropouts", float(sum(s.gaps for s in flowing)) if flowing else None, inside[0].stroke)
        return
    occasion = inside[0]
    s = occasion.stroke
    yield _number(scene, "inrush_a", s.peak_a if s.flows is not None else None, s)
    if occasion.travels is not False:
        yield _number(scene, "running_a", s.running_a, s)
        yield _number(scene, "travel_ms", s.travel_ms, s)
        yield _number(scene, "lambda_vs", s.lambda_vs if s.moved else None, s)
    yield _number(scene, "plateau_a", s.plateau_a, s)
    yield _number(scene, "resistance_ohm", s.resistance_ohm, s)
    yield _number(scene, "dropouts", float(s.gaps) if s.flows else None, s)


def _number(scene: Scene, name: str, value: float | None, stroke: Stroke | None) -> Measurement:
    window = window_of(scene.profile, name, feed_v=stroke.feed_v if stroke else None, ambient_c=scene.ambient_c)
    shown = None if value is None else float(f"{value:.4g}")
    if window is None:
        return Measurement(name=name, value=shown, unit="", low=None, high=None, source="no window in this profile", outcome="not_seen")
    outcome: Outcome = "not_seen" if value is None else "pass" if window.admits(value) else "fail"
    return Measurement(
        name=name, value=shown, unit=window.unit, low=float(f"{window.low:.3g}"), high=float(f"{window.high:.3g}"),
        source=f"{window.source} [{window.confidence}]", outcome=outcome,
    )  # fmt: skip


def _states(span: StepSpan, scene: Scene) -> Iterable[Measurement]:
    undriven = span.name in ("lock", "unlock", "release") and not any(o.span is span for o in scene.occasions)
    for expected in EXPECTED.get((scene.profile.kind, span.name), ()):
        found = None if undriven else _state(expected, span, scene)
        if found is not None:
            seen, ok = found
            yield Measurement(
                name=expected.signal if expected.signal != "answer" else expected.state.split("=")[0], value=seen, unit="",
                low=None, high=None, source=f"expected: {expected.state}", outcome="not_seen" if ok is None else "pass" if ok else "fail",
            )  # fmt: skip


def _state(expected: Expected, span: StepSpan, scene: Scene) -> tuple[str | None, bool | None] | None:
    """Return what was seen and whether it is as expected (None: not seen); None where the signal is not fitted."""
    end_ns = span.end_ns
    match expected.signal:
        case "current":
            return _current(expected, span, scene)
        case "ajar" | "lock":
            line = scene.trace.inputs.get(expected.signal)
            if line is None or (expected.signal == "lock" and scene.profile.lock is None):
                return None
            return _level(expected, span, scene, line) if end_ns is not None else (None, None)
        case "door_bit":
            if not scene.bits or expected.state == "unchanged":
                return None
            bit = bit_at(scene.bits, end_ns) if end_ns is not None else None
            word = None if bit is None else "open" if bit else "closed"
            return word, None if word is None else word == expected.state
        case "answer":
            question, wanted = expected.state.split("=")
            given = [a.value for a in scene.answers if a.step == span.key and a.question == question]
            if not given:
                return None
            word = {True: "yes", False: "no"}.get(given[-1]) if isinstance(given[-1], bool) else None
            return word, None if word is None else word == wanted


def _current(expected: Expected, span: StepSpan, scene: Scene) -> tuple[str | None, bool | None] | None:
    inside = [o for o in scene.occasions if o.span is span and (o.stroke.flows is not None or o.stroke.tripped)]
    if expected.state == "stroke":
        if not inside:
            return None, None
        o = inside[0]
        if not o.stroke.flows or o.stroke.tripped:
            return ("over-current" if o.stroke.tripped else "none"), False
        if o.stroke.feed_lost:
            return "feed lost", False
        if o.stroke.stalls is None:
            return "flows", None
        word = "no end stop" if not o.stroke.stalls else "full stroke" if o.stroke.moved else "stall from the start"
        # Where a good lock need not travel (it stood there already, or nobody knows) there is nothing to compare.
        return (word, o.stroke.stalls and bool(o.stroke.moved)) if o.travels is True else None
    if expected.state == "none":
        part = scene.trace.samples.between(span.start_ns, span.end_ns or span.start_ns).a
        if not len(part):
            return None
        limit = scene.profile.limits.get("rest_current_a")
        read = part[~np.isnan(part)]
        if not len(read):
            return None
        flowing_a = float(np.median(read))  # a monitor's noise, which goes one way only, is no current
        return f"{flowing_a:.3f} A", None if limit is None else flowing_a <= limit.high
    flowing = [o.stroke for o in inside if o.stroke.flows]
    if not flowing:
        return None, None
    if len(flowing) < len([o for o in inside if o.stroke.flows is not None]):
        return "none", False  # a wire that parts for a whole pulse leaves no gap in it
    if any(s.feed_lost for s in flowing):
        return "feed lost", False
    gaps = sum(s.gaps for s in flowing)
    return f"{gaps} gaps", gaps == 0


def _level(expected: Expected, span: StepSpan, scene: Scene, line: Levels) -> tuple[str | None, bool | None]:
    end_ns = span.end_ns or span.start_ns
    if expected.state == "unchanged":
        edges = line.changes(span.start_ns, end_ns)
        return (f"{len(edges)} edges", False) if edges else ("unchanged", True)
    level = line.at(end_ns)
    if expected.signal == "ajar":
        word = None if level is None else "closed" if level == scene.closed else "open"
    else:
        locked = scene.profile.lock.locked_level if scene.profile.lock else 1
        word = None if level is None else "locked" if level == locked else "unlocked"
    return word, None if word is None else word == expected.state


def _contacts(span: StepSpan, scene: Scene) -> Iterable[Measurement]:
    """Yield how often and how long the door switch bounced in a step that moves it."""
    ajar = scene.trace.inputs.get("ajar")
    if ajar is None or span.name not in ("close", "open", "release") or span.end_ns is None:
        return
    found = bursts([t for t, _ in ajar.changes(span.start_ns, span.end_ns)])
    if found:
        worst = max(found, key=len)
        yield _number(scene, "edges_per_event", float(len(worst)), None)
        yield _number(scene, "bounce_ms", (worst[-1] - worst[0]) / 1e6, None)
