"""A switch edge that comes late: a stretched cable, a claw that is slow to its switch, or an end stop that gives way?"""

from functools import cache

import numpy as np
import pytest
from strokes_made import BRUSH_V, MS, stroke

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.evidence import Value
from bench.analysis.features_latch import latch_features
from bench.analysis.ruling import FAULT_FIRM, HEALTHY_FIRM
from bench.analysis.strokes import Stroke, stroke_of
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.trace import Levels, Samples, Trace
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import Run
from bench.model.record import RunRecord, StepSpan
from tests.population_cases import PROFILES, Case, recorded

DOOR, GATE = load_profile("qashqai-j11-rear-door"), load_profile("qashqai-j11-tailgate")
USUAL: dict[str, Value] = {"lambda_vs": 0.72, "running_share": 0.35, "resistance_ohm": 3.8, "stroke": "full", "opens": "all",
                           "opened": "all", "closes": "closed"}  # fmt: skip


def believed(seen: dict[str, Value]) -> dict[str, float]:
    return posterior(scores_of(seen, GATE, scope="door", ambient_c=25.0).log_likelihoods(), priors_of(None, frozenset()))


@pytest.mark.parametrize("fraction", [0.85, 0.9, 0.93])
def test_a_claw_that_is_slow_to_its_switch_is_no_stretched_cable_for_sure(fraction: float) -> None:
    """At the end of a stroke of 120 ms the claw's own flight of 3 to 25 ms is a fifth of it: it is no PASS then, and no accusation."""
    found = believed(USUAL | {"release_fraction": fraction})
    assert found["cable_stretched"] < FAULT_FIRM
    assert found["healthy"] < HEALTHY_FIRM


@pytest.mark.parametrize("fraction", [0.98, 1.02, 1.05])
def test_a_release_after_the_end_stop_is_more_than_a_claw_takes(fraction: float) -> None:
    assert believed(USUAL | {"release_fraction": fraction})["cable_stretched"] > FAULT_FIRM


def fitted(samples: Samples, n: int = 0) -> Stroke:
    start_ns = n * 1000 * MS
    later = Samples(samples.t_ns + start_ns, samples.a, samples.v)
    return stroke_of(
        later, role="drive_lock", step=f"release#{n}", start_ns=start_ns, end_ns=start_ns + 500 * MS, max_a=8.19, tripped=False
    )


def test_how_late_after_the_end_stop_is_a_share_of_the_stroke_too() -> None:
    found = fitted(stroke())
    assert found.stop_ns is not None
    ten_later = found.flux_at(found.stop_ns + 10 * MS)
    assert ten_later is not None
    # 11 V of electromotive force for 10 ms beside 0.72 V s
    assert ten_later == pytest.approx(1 + 0.11 / 0.72, abs=0.05)


def released(late_ms: tuple[int, ...]) -> float:
    """Return the release position where the switch changed so long after each stroke's end stop."""
    strokes = [fitted(stroke(), n) for n in range(len(late_ms))]
    spans = [StepSpan(name="release", n=n, start_ns=s.start_ns, end_ns=s.end_ns + 400 * MS) for n, s in enumerate(strokes)]
    edges = [(0, 1)]
    for s, late in zip(strokes, late_ms, strict=True):
        assert s.stop_ns is not None
        edges += [(s.stop_ns + late * MS, 0), (s.end_ns + 450 * MS, 1)]
    empty = np.array([], dtype=np.float64)
    trace = Trace(samples=Samples(empty.astype(np.int64), empty, empty), inputs={"ajar": Levels(edges)}, outputs={}, lines={}, supply=[],
                  ambient=[])  # fmt: skip
    record = RunRecord(run_id="r", header=Run(profile=GATE.id, schema=1), observations=(), steps=tuple(spans))
    occasions = [Occasion(s, span, True) for s, span in zip(strokes, spans, strict=True)]
    found = {f.name: f.value for f in latch_features(record, trace, occasions, GATE)}["release_fraction"]
    assert isinstance(found, float)
    return found


def test_what_differs_from_stroke_to_stroke_is_the_claws_own() -> None:
    """A stretched cable is as long in every stroke; of a claw that is now slow and now quick the quickest says most of the pawl."""
    assert released((2, -18, 3)) == pytest.approx(released((-18, -18, -18)), abs=0.01)
    assert released((3, 3, 3)) > 0.95


def on_rubber(yields_ms: float) -> Samples:
    """Return a stroke whose end stop is touched at 0.6 V s and gives way for a while."""
    t_ms, ohm, done, touched = np.arange(0.0, 500.0), 3.8, 0.0, -1.0
    amps = np.zeros(len(t_ms))
    for n, t in enumerate(t_ms):
        emf = 9.8 * (1 - np.exp(-t / 12.0))
        if touched < 0 and done >= 0.6:
            touched = t
        if touched >= 0:
            emf *= max(0.0, 1 - (t - touched) / yields_ms)
        done += emf / 1000
        amps[n] = (12.6 - BRUSH_V - emf) / ohm
    return Samples((t_ms * MS).astype(np.int64), amps, np.full(len(t_ms), 12.6))


def test_an_end_stop_that_gives_way_hides_no_late_edge() -> None:
    """A lever that passes its switch just before the stop is touched is as late as one that passes it at a hard stop."""
    hard, soft = fitted(on_rubber(0.5)), fitted(on_rubber(24.0))
    assert hard.touch_vs == pytest.approx(0.6, rel=0.06)
    assert soft.touch_vs == pytest.approx(0.6, rel=0.06)
    assert soft.onset_ns is not None
    before = int(np.interp(0.57, soft.fluxes if soft.fluxes is not None else [], soft.seconds if soft.seconds is not None else []) * 1e9)
    plain, late = soft.flux_at(soft.onset_ns + before), soft.touch_at(soft.onset_ns + before)
    assert plain is not None
    assert late is not None
    assert late > plain + 0.02
    assert late == pytest.approx(0.57 / 0.6, abs=0.07)


@cache
def tailgate(fault: str | None, seed: int) -> RunRecord:
    return recorded(Case(kind="tailgate", fault=fault, severity=0.85 if fault else 0.0, seed=seed, world="b"), None)


def judged(fault: str | None, seed: int, *, against: bool) -> VerdictDocument:
    return judge_record(tailgate(fault, seed), load_profile(PROFILES["tailgate"]), tailgate(None, 5000) if against else None).document


def test_beside_a_good_lock_of_its_make_a_late_claw_is_a_stretched_cable() -> None:
    alone, beside = judged("cable_stretched", 1001, against=False), judged("cable_stretched", 1001, against=True)
    assert alone.verdict != "PASS"
    assert beside.verdict == "FAIL"
    assert "cable_stretched" in beside.diagnoses[0].group
    assert judged(None, 5003, against=True).verdict == "PASS"


LOOSE: dict[str, Value] = {"lambda_vs": 0.66, "running_share": 0.386, "resistance_ohm": 5.0, "stroke": "full", "lambda_spread": 0.4,
                           "lambda_later": -0.2, "trend": 0.2, "gaps_flexed": "many", "opens": "all", "opened": "all"}  # fmt: skip


@pytest.mark.parametrize("still", ["one", "few", "many"])
def test_a_wire_that_carried_current_is_no_open_motor(still: str) -> None:
    """One gap at rest beside many while it was flexed: a torn wire that parts by itself too, now and then."""
    found = believed(LOOSE | {"gaps_still": still, "current_flows": "some" if still == "few" else "all"})
    assert found["wire_intermittent"] > found["motor_open"] + 0.2
    if still == "one":
        assert found["wire_intermittent"] > FAULT_FIRM
