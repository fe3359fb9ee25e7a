"""Faults at their beginning that show in a number or two: teeth that give a little, a gear that is all but seized."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.evidence import Value
from bench.analysis.features import features_of
from bench.analysis.groups import group_of
from bench.analysis.healthy import healthy_spreads
from bench.analysis.manual import best_next
from bench.analysis.ruling import HEALTHY_FIRM, UNLISTED, listed
from bench.analysis.strokes_of_run import occasions
from bench.analysis.trace import trace_of
from bench.app.judging import judge_record
from bench.config import load_families, load_profile
from bench.model.names import HYPOTHESES
from bench.model.profile import Profile
from tests.population_cases import Case, recorded

DOOR, GATE = load_profile("qashqai-j11-rear-door"), load_profile("qashqai-j11-tailgate")
GOOD: dict[str, Value] = {
    "lambda_vs": 0.72, "resistance_ohm": 3.8, "running_share": 0.22, "edge_fraction": 0.745, "edge_early": 0.255, "stroke": "full",
    "plateau_over_peak": 1.03, "lambda_spread": 0.01, "lambda_later": 0.0, "lambda_ways": 0.01, "trend": 0.0, "resistance_ways": 0.0,
    "lock_follows": "all", "knob_follows": "all", "opens": "all", "opened": "all", "closes": "closed", "held": "all", "half": "none",
    "current_flows": "all", "trip": "none", "gaps_still": "zero", "gaps_flexed": "zero", "edges": 3.0, "chatter_ms": 1.0,
    "edges_still": "zero", "edges_flexed": "zero", "feed_live": "all", "supply": "ok", "loaded_v": 12.0, "source_ohm": 0.1,
    "door_bit": "follows", "line_open_share": 0.01, "line_closed_share": 0.98,
}  # fmt: skip
AS_GATE: dict[str, Value] = {k: v for k, v in GOOD.items() if not k.startswith(("edge_", "lock_", "knob_"))} | {
    "running_share": 0.34,
    "load_share": 0.3,
    "release_fraction": 0.74,
    "hump_fraction": 0.58,
}


def weighed(seen: dict[str, Value], profile: Profile) -> tuple[dict[str, float], tuple[str, ...]]:
    likelihoods = scores_of(seen, profile, scope="door", ambient_c=25.0).log_likelihoods()
    found = posterior(likelihoods, priors_of(None, frozenset()))
    best = max((h for h in HYPOTHESES if h not in ("healthy", "other")), key=lambda h: found[h])
    return found, group_of(best, likelihoods, found)


def test_a_long_stroke_whose_lock_switch_comes_early_does_not_pass() -> None:
    """Teeth that give at the end stop: what lies before the switch is as it was, and the stroke goes on behind it."""
    found, group = weighed(GOOD | {"lambda_vs": 0.93, "edge_fraction": 0.6, "edge_early": 0.4}, DOOR)
    assert found["healthy"] < HEALTHY_FIRM
    assert group[0] == "gear_stripped"


@pytest.mark.parametrize(
    "make", [{"lambda_vs": 0.93}, {"edge_fraction": 0.66, "edge_early": 0.34}, {"edge_fraction": 0.8, "edge_early": 0.2}]
)
def test_a_make_whose_stroke_is_long_or_whose_switch_is_early_passes(make: dict[str, Value]) -> None:
    """Each by itself is a matter of the make: good locks of other models have either."""
    assert weighed(GOOD | make, DOOR)[0]["healthy"] > HEALTHY_FIRM


def test_what_is_left_of_the_stroke_is_the_rest_of_where_its_switch_stands() -> None:
    record = recorded(Case(kind="rear_door", fault=None, severity=0.0, seed=4), None)
    trace = trace_of(record)
    read = features_of(record, trace, occasions(record, trace, DOOR), DOOR, load_families(DOOR))
    edge, rest = read["edge_fraction"].value, read["edge_early"].value
    assert isinstance(edge, float)
    assert rest == pytest.approx(1.0 - edge)


@given(st.floats(0.5, 1.1), st.floats(0.005, 0.05))
def test_a_learned_window_of_the_switch_is_one_of_what_is_left_behind_it(centre: float, sigma: float) -> None:
    """Whoever narrows the one narrows the other: by `--against` and `learn` alike."""
    window = DOOR.limit("edge_fraction")
    narrowed = {**DOOR.limits, "edge_fraction": type(window)(low=centre - 3 * sigma, high=centre + 3 * sigma, unit="", source="test")}
    left = healthy_spreads(Profile(**{n: getattr(DOOR, n) for n in DOOR.__struct_fields__} | {"limits": narrowed}), None)["edge_early"]
    assert left.centre == pytest.approx(max(1 - centre, 0.02)), "a window may lie at the end stop, or past it"
    assert left.width == pytest.approx(1.4 * sigma / left.centre)


@pytest.mark.parametrize(("seen", "profile"), [(GOOD | {"running_share": 0.72}, DOOR), (AS_GATE | {"load_share": 0.7}, GATE)])
def test_a_gear_that_drags_near_the_stall_current_is_seizing_for_all_that_is_known(seen: dict[str, Value], profile: Profile) -> None:
    """It gets home on a strong battery only: more than dirt asks for, so that a stiff gear alone would be too sure."""
    assert "gear_jam" in weighed(seen, profile)[1]
    stiff: dict[str, Value] = {"running_share": 0.47} if profile is DOOR else {"load_share": 0.48}
    assert weighed(seen | stiff, profile)[1] == ("gear_stiff",)


@pytest.mark.parametrize(
    "shown",
    [
        {"lambda_vs": 0.01, "running_share": 0.92, "plateau_over_peak": 0.82, "resistance_ohm": 4.6},
        {"lambda_vs": 0.85, "load_share": 0.35, "plateau_over_peak": 1.0, "resistance_ohm": 4.1, "stroke": "mixed"},
    ],
)
def test_teeth_that_slip_at_the_stop_and_leave_the_lever_there_keep_the_pawl_lifted(shown: dict[str, Value]) -> None:
    """A tailgate that no longer holds each time, with a drive whose strokes are unlike: the teeth are in the answer."""
    seen = {k: v for k, v in AS_GATE.items() if k not in ("load_share", "hump_fraction", "trend", "lambda_spread", "lambda_later")}
    seen |= {"closes": "sometimes_reopened", "held": "some", "line_closed_share": 0.0, "release_fraction": 0.57}
    assert "gear_stripped" in weighed(seen | shown, GATE)[1]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_no_row_describes_is_never_all_but_certain(other: float, healthy: float, two: float) -> None:
    """It sums to one, keeps the order of all else, and what two faults at once hold; below the bound nothing changes."""
    rest = 1.0 - other
    before = dict.fromkeys(HYPOTHESES, 0.0) | {"other": other, "healthy": healthy * rest, "gear_jam": (1 - healthy) * rest}
    two = min(two, other)
    after = listed(before, two)
    assert sum(after.values()) == pytest.approx(1.0)
    assert after["other"] == (min(other, max(UNLISTED, two)) if rest > 0 else other)
    if other <= UNLISTED:
        assert after == before
    if rest > 1e-6:  # nearer to one the difference itself is lost
        assert after["healthy"] == pytest.approx(healthy * (1 - after["other"]), abs=1e-9)


def test_a_test_by_hand_is_proposed_for_what_it_can_move_and_not_for_what_was_bounded() -> None:
    """An answer multiplies what was there before `other` was bounded; a proposal from the bounded numbers could never come true."""
    before = dict.fromkeys(HYPOTHESES, 0.0) | {"other": 0.9999, "motor_short": 0.0001}
    assert best_next(before, "rear_door", frozenset(), "door") is None
    assert best_next(listed(before, 0.0), "rear_door", frozenset(), "door") is not None
    record = recorded(Case(kind="rear_door", fault=None, severity=0.0, seed=1, outside="other_make"), None)
    document = judge_record(record, DOOR).document
    assert document.verdict == "INCONCLUSIVE"
    assert document.probabilities is not None
    assert document.probabilities["other"] == pytest.approx(UNLISTED)
