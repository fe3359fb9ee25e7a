"""What was once mistaken for something else, one class of error a test: by physics, in worlds that no number was fitted to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.compound import pairs_of
from bench.analysis.evidence import Value
from bench.analysis.features_drive import drive_features
from bench.analysis.features_feed import feed_features
from bench.analysis.groups import DOES_NOT_HOLD, ONE_CAUSE, RIVAL, group_of, twins_of
from bench.analysis.ruling import FAULT_FIRM
from bench.analysis.run_up import MOST_F, inertia_of
from bench.analysis.strokes import Stroke, stroke_of
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.testable import not_tested
from bench.analysis.trace import Samples, Trace
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.diagnosis import VerdictDocument
from bench.model.names import FAULTS, Kind
from bench.model.observations import Run
from bench.model.record import RunRecord
from tests.population_cases import PROFILES, Case, recorded

DOOR = load_profile("qashqai-j11-rear-door")
MS = 1_000_000


def believed(seen: dict[str, Value]) -> dict[str, float]:
    return posterior(scores_of(seen, DOOR, scope="door", ambient_c=25.0).log_likelihoods(), priors_of(None, frozenset()))


def judged(world: str, kind: Kind, fault: str | None, severity: float, seed: int) -> VerdictDocument:
    return judge_record(
        recorded(Case(kind=kind, fault=fault, severity=severity, seed=seed, world=world), None), load_profile(PROFILES[kind])
    ).document


@given(
    farad=st.floats(0.003, 0.03), ohm=st.floats(2.0, 10.0), load_a=st.floats(0.1, 0.8), step_ms=st.sampled_from([0.5, 1.0, 2.2, 5.0]),
)  # fmt: skip
def test_inertia_is_read_whatever_friction_and_resistance(farad: float, ohm: float, load_a: float, step_ms: float) -> None:
    """A motor runs up as a capacitor charges: emf = E (1 - exp(-t / RC)); neither load nor a resistance in series moves C."""
    final_v = 12.2 - ohm * load_a
    t = np.arange(0.0, max(4 * ohm * farad, 12 * step_ms / 1000), step_ms / 1000)
    emf = final_v * (1 - np.exp(-t / (ohm * farad)))
    found = inertia_of(t, (12.2 - emf) / ohm, emf)
    if final_v < 4.0:
        assert found is None or found > 0
    else:
        assert found is not None
        assert found == pytest.approx(farad, rel=0.05 + 2 * (step_ms / 1000 / (ohm * farad)) ** 2)


def test_a_run_up_that_is_too_short_or_slow_says_nothing() -> None:
    t = np.arange(0.0, 0.2, 0.001)
    assert inertia_of(t[:5], t[:5] + 1, t[:5] * 100) is None
    assert inertia_of(t, t + 1, t * 5) is None, "an electromotive force of 1 V: it barely turned"
    assert inertia_of(t, 3.0 - t, 8.0 - 20 * t) is None, "it slows down"


def test_a_weak_magnet_of_a_long_stroke_is_not_called_a_stiff_gear_alone() -> None:
    """Both run heavily, and Lambda is usual; only the weak one is slow to come up to speed: it is named then, and not where it is quick."""
    seen: dict[str, Value] = {"lambda_vs": 0.62, "running_share": 0.45, "resistance_ohm": 3.9, "stroke": "full", "current_flows": "all"}
    weak, stiff = believed(seen | {"inertia_f": 0.02}), believed(seen | {"inertia_f": 0.006})
    assert weak["motor_weak"] > RIVAL * weak["gear_stiff"]
    assert stiff["motor_weak"] < RIVAL * stiff["gear_stiff"]


def test_a_motor_that_runs_on_has_stripped_teeth_and_no_bent_rod() -> None:
    found = believed({"stroke": "runs_on", "lock_follows": "some", "lambda_vs": 0.7, "resistance_ohm": 3.8, "current_flows": "all"})
    assert found["gear_stripped"] > 0.8
    assert found["rod_bent"] < 0.01


def test_teeth_that_hold_all_but_are_told_by_a_plateau_below_the_inrush() -> None:
    """The motor creeps on under nearly its stall current; one that stands still draws as much as at the inrush, or a little more."""
    seen: dict[str, Value] = {"stroke": "full", "lock_follows": "all", "lambda_vs": 0.7, "resistance_ohm": 4.2, "current_flows": "all"}
    assert believed(seen | {"plateau_over_peak": 0.86})["gear_stripped"] > 0.7
    assert believed(seen | {"plateau_over_peak": 0.99})["gear_stripped"] < 0.02
    assert believed(seen | {"plateau_over_peak": 1.03})["gear_stripped"] < 0.02
    assert believed(seen | {"plateau_over_peak": 1.2})["healthy"] == pytest.approx(believed(seen | {"plateau_over_peak": 1.06})["healthy"])


@pytest.mark.parametrize(("fault", "severity"), [("gear_stripped", 0.6), ("gear_stripped", 1.0), ("motor_open", 0.35)])
def test_without_a_lock_switch_a_lever_that_never_moved_is_no_second_fault(fault: str, severity: float) -> None:
    """World C has none: whether its door stands locked is unknown, and that a handle does not open it says nothing."""
    found = judged("c", "rear_door", fault, severity, 70_000)
    assert found.verdict == "FAIL", found.reason
    assert fault in found.diagnoses[0].group


@pytest.mark.parametrize("severity", [0.35, 0.85])
def test_a_trip_in_one_direction_speaks_on_a_monitor_that_clips(severity: float) -> None:
    """It clips at 3.2 A, which a good lock may reach; but this one stays far below it the other way."""
    found = judged("c", "rear_door", "wire_short_motor", severity, 70_000)
    assert found.verdict == "FAIL", found.reason
    assert "wire_short_motor" in found.diagnoses[0].group


def test_a_short_in_one_direction_is_firm_although_the_other_feed_stands_well() -> None:
    seen: dict[str, Value] = {"trip": "at_once_one_way", "current_flows": "all", "loaded_v": 12.1, "resistance_ohm": 3.6, "lambda_vs": 0.73,
                              "running_share": 0.2, "supply": "ok", "feed_live": "all"}  # fmt: skip
    assert believed(seen)["wire_short_motor"] > 0.85


def test_tooth_and_rod_that_stop_at_one_place_are_named_together() -> None:
    """DESIGN 4: not separable where it stops in mid-stroke; a jam that wanders is no rod."""
    chances = dict.fromkeys(FAULTS, 0.0) | {"rod_bent": 0.9, "gear_jam": 0.02}
    likely = dict.fromkeys(FAULTS, -50.0) | {"rod_bent": 0.0, "gear_jam": -4.0}
    same, wanders = twins_of({"stroke": "full", "lambda_spread": 0.03}), twins_of({"stroke": "full", "lambda_spread": 0.4})
    assert set(group_of("rod_bent", likely, chances, None, same)) == {"rod_bent", "gear_jam"}
    assert group_of("rod_bent", likely, chances, None, wanders) == ("rod_bent",)


def test_slack_that_nothing_shows_is_not_tested() -> None:
    """Without a switch's edge nothing says when the lever arrived: a cable is then cleared by nobody."""
    record = recorded(Case(kind="rear_door", fault=None, severity=0.0, seed=70_000, world="c"), None)
    arrived: dict[str, Value] = {"knob_follows": "all", "opens": "all", "opened": "all", "closes": "closed"}
    assert "cable_stretched" in not_tested(record, arrived, DOOR)
    assert "cable_stretched" not in not_tested(record, arrived | {"edge_fraction": 0.78}, DOOR)
    assert "cable_stretched" not in not_tested(record, arrived | {"knob_follows": "none"}, DOOR)


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_a_good_lock_of_a_world_nobody_tuned_on_is_not_accused(kind: Kind) -> None:
    for seed in (1, 2, 3):
        found = judged("g", kind, None, 0.0, seed)
        assert found.verdict in ("PASS", "INCONCLUSIVE"), found.reason


def test_a_heavy_but_usual_stroke_accuses_no_gear() -> None:
    """facts/actuator.md 1: 0.4 to 1.3 A of 3.2 A run in good locks of the class."""
    seen: dict[str, Value] = {"running_share": 0.34, "lambda_vs": 0.8, "resistance_ohm": 3.9, "stroke": "full", "current_flows": "all"}
    found = believed(seen)
    assert max(found, key=lambda h: found[h]) == "healthy"
    assert found["gear_stiff"] < 0.5 * FAULT_FIRM


def test_what_stalls_in_every_stroke_of_a_cold_day_may_be_ice() -> None:
    seen: dict[str, Value] = {"stroke": "flat", "lock_follows": "none", "knob_follows": "none", "current_flows": "all", "cold": "cold"}
    found = believed(seen)
    assert found["frozen"] > RIVAL * found["gear_jam"], "named beside the jam, until it was defrosted"
    warm = believed(seen | {"cold": "warm"})
    assert warm["frozen"] < 0.02


def test_gaps_only_while_the_harness_is_bent_are_a_broken_wire() -> None:
    seen: dict[str, Value] = {"gaps_flexed": "few", "gaps_still": "zero", "current_flows": "all", "stroke": "full", "lambda_vs": 0.72}
    assert believed(seen)["wire_intermittent"] > FAULT_FIRM


def trace_around(samples: Samples, supply_v: float) -> Trace:
    return Trace(samples=samples, inputs={}, outputs={}, lines={}, supply=[(0, supply_v)], ambient=[])


def test_a_short_behind_a_slow_relay_pulls_the_feed_down_all_the_same() -> None:
    """The trip cut the pulse at 20 ms, the relay took 11 of them: the feed stood well for half of the span, then it sagged."""
    t = np.arange(0, 20, dtype=np.int64) * MS
    amps = np.where(t < 11 * MS, 0.0, 8.19)
    samples = Samples(t, amps, np.where(t < 11 * MS, 13.4, 10.4))
    short = stroke_of(samples, role="drive_lock", step="release#1", start_ns=0, end_ns=20 * MS, max_a=8.19, tripped=True)
    found = {f.name: f.value for f in feed_features(trace_around(samples, 13.4), [Occasion(short, None, True)])}
    assert found["trip"] == "at_once"
    assert found["trip_speaks"] == "yes"


def stroke_like(n: int, *, stalls: bool, moved: bool) -> Occasion:
    start_ns = n * 1000 * MS
    role = "drive_lock" if n % 2 else "drive_unlock"
    found = Stroke(role=role, step=f"s#{n}", start_ns=start_ns, end_ns=start_ns + 500 * MS, n=500, flows=True, stalls=stalls, moved=moved)
    return Occasion(found, None, True)


@pytest.mark.parametrize(("ends", "word"), [("full", "mixed"), ("endless", "runs_on")])
def test_a_lever_left_standing_by_slipped_teeth_is_no_ice(ends: str, word: str) -> None:
    """The stroke after one that slipped finds the lever where it stood, and stays flat: only teeth let a motor run on."""
    run = [
        stroke_like(1, stalls=True, moved=True),
        stroke_like(2, stalls=ends == "full", moved=True),
        stroke_like(3, stalls=True, moved=False),
    ]
    empty = np.array([], dtype=np.float64)
    trace = trace_around(Samples(empty.astype(np.int64), empty, empty), 12.6)
    record = RunRecord(run_id="r", header=Run(profile=DOOR.id, schema=1), observations=(), steps=())
    found = {f.name: f.value for f in drive_features(record, trace, run, DOOR)}
    assert found["stroke"] == word


def test_a_rod_that_bars_both_ways_is_named_beside_the_tooth() -> None:
    """From its far end the first stroke is longer than the rest, which all stop at one place."""
    both_ways = twins_of({"stroke": "full", "lambda_spread": 0.4, "lambda_later": -0.38})
    assert any("rod_bent" in twins for twins in both_ways)


def test_what_shows_alike_is_no_pair() -> None:
    """Two causes of one sign at once explain nothing that one does not."""
    seen: dict[str, Value] = {"closes": "reopened", "held": "none", "half": "some", "lambda_vs": 0.12, "running_share": 0.55,
                              "stroke": "full", "lambda_spread": 0.6, "lambda_later": -0.6, "lock_follows": "none"}  # fmt: skip
    scores = scores_of(seen, DOOR, scope="door", ambient_c=25.0)
    pairs = pairs_of(scores, scores.log_likelihoods(), priors_of(None, frozenset()))
    for alike in ONE_CAUSE:
        at = [pairs.names.index(fault) for fault in alike]
        assert not np.isfinite(pairs.log_weight[np.ix_(at, at)]).any()
    assert DOES_NOT_HOLD in twins_of(seen)


def test_a_run_up_that_fits_no_motor_says_nothing() -> None:
    """A monitor that smooths, or a load that grows along the stroke: ten times the class is no inertia."""
    t = np.arange(0.0, 0.3, 0.001)
    emf = 11.0 * (1 - np.exp(-t / (3.8 * 2 * MOST_F)))
    assert inertia_of(t, (12.2 - emf) / 3.8, emf) is None
