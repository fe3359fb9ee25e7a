"""Two faults at once are noticed: no confident single answer where the run shows both; and one fault stays one fault."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.compound import SHOWN, pairs_of, told_by
from bench.analysis.compound_said import SUREST, beside_pairs
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.diagnosis import VerdictDocument
from bench.model.names import FAULTS, HYPOTHESES, Kind
from bench.sim.knobs import Knobs, both
from tests.command_runs import lockbench
from tests.pairs import answer_of
from tests.population_cases import PROFILES, Case, recorded

DOOR, GATE = (load_profile(PROFILES[kind]) for kind in ("rear_door", "tailgate"))
SEEN: dict[str, float | str] = {"current_flows": "none", "opens": "none", "opened": "all", "line_open_share": 0.98, "closes": "closed"}
"""What a dead motor and a switch that always reads shut show together."""


def verdict_on(kind: Kind, fault: str, seed: int = 9000) -> VerdictDocument:
    return judge_record(
        recorded(Case(kind=kind, fault=fault, severity=0.85, seed=seed), None), DOOR if kind == "rear_door" else GATE
    ).document


@pytest.mark.parametrize(
    ("kind", "pair"),
    [
        ("rear_door", ("motor_open", "switch_stuck_open")),
        ("rear_door", ("wire_high_r", "switch_bounce")),
        ("rear_door", ("motor_short", "wire_intermittent")),
        ("rear_door", ("gear_stripped", "switch_stuck_closed")),
        ("tailgate", ("wire_high_r", "wire_intermittent")),
        ("tailgate", ("motor_short", "switch_bounce")),
    ],
)
def test_two_faults_that_both_show_are_both_named_and_neither_is_claimed_alone(kind: Kind, pair: tuple[str, str]) -> None:
    document = verdict_on(kind, "+".join(pair))
    assert document.verdict == "INCONCLUSIVE"
    assert document.abstained
    assert answer_of(document, pair)[0] == "both"
    assert document.compound is not None
    assert document.compound.probability > 0.7
    assert all(d.probability < 0.3 for d in document.diagnoses)
    for part in document.compound.parts:
        assert part.evidence[0].log_likelihood_ratio > 2.3, f"nothing strong speaks for {part.fault}"
        assert part.remedy


@pytest.mark.parametrize("fault", ["motor_open", "gear_stiff", "switch_bounce", "wire_high_r", "rod_bent", "reopens", "spring_weak"])
def test_one_fault_stays_one_fault(fault: str) -> None:
    for seed in (11, 12):
        compound = verdict_on("rear_door", fault, seed).compound
        assert compound is None or compound.probability < 0.3


def test_a_blown_fuse_hides_a_weak_motor_and_is_the_honest_answer() -> None:
    """Nothing of the motor was seen: to claim a second fault would be invention."""
    document = verdict_on("rear_door", "fuse_blown+motor_weak")
    assert document.verdict == "FAIL"
    assert document.diagnoses[0].fault == "fuse_blown"
    assert document.compound is None


def test_a_healthy_lock_has_no_two_faults() -> None:
    judged = judge_record(recorded(Case(kind="rear_door", fault=None, severity=0.0, seed=7), None), DOOR).document
    assert judged.verdict == "PASS"
    assert judged.compound is None


def weighed(seen: dict[str, float | str], without: frozenset[str] = frozenset()) -> tuple[dict[str, float], float, tuple[str, str] | None]:
    scores = scores_of(seen, DOOR, scope="door", ambient_c=None)
    likelihoods, priors = scores.log_likelihoods(), priors_of(None, without)
    pairs = pairs_of(scores, likelihoods, priors)
    found, two = beside_pairs(posterior(likelihoods, priors), likelihoods, priors, pairs)
    return found, two, pairs.best()


@given(excluded=st.sets(st.sampled_from(FAULTS), max_size=20))
def test_probabilities_still_sum_to_one_and_what_cannot_be_tested_is_in_no_pair(excluded: set[str]) -> None:
    found, two, best = weighed(SEEN, frozenset(excluded))
    assert math.isclose(sum(found.values()), 1, abs_tol=1e-9)
    assert set(found) == set(HYPOTHESES)
    assert found["other"] >= two - 1e-12
    assert two <= SUREST, "single faults show in unforeseen ways more often than two at once are certain"
    assert best is None or not set(best) & excluded


@settings(max_examples=30)
@given(column=st.sampled_from(sorted(SEEN)))
def test_evidence_of_a_part_left_out_moves_the_odds_of_the_pair_by_what_it_claims(column: str) -> None:
    """Take a reading away, judge again: the odds of both faults against the other alone fall by exactly the stated ratio."""

    def gain(seen: dict[str, float | str]) -> float:
        scores = scores_of(seen, DOOR, scope="door", ambient_c=None)
        likelihoods = scores.log_likelihoods()
        pairs = pairs_of(scores, likelihoods, priors_of(None, frozenset()))
        a, b = pairs.names.index("motor_open"), pairs.names.index("switch_stuck_open")
        joint = float(pairs.gain[min(a, b), max(a, b)]) + max(likelihoods["motor_open"], likelihoods["switch_stuck_open"])
        return joint - likelihoods["switch_stuck_open"]

    claimed = told_by(scores_of(SEEN, DOOR, scope="door", ambient_c=None), "motor_open", "switch_stuck_open")[column]
    rest = {name: value for name, value in SEEN.items() if name != column}
    assert gain(SEEN) - gain(rest) == pytest.approx(claimed, abs=1e-6)


def test_a_pair_counts_only_where_the_run_shows_the_second_fault() -> None:
    scores = scores_of({"current_flows": "none"}, DOOR, scope="door", ambient_c=None)
    pairs = pairs_of(scores, scores.log_likelihoods(), priors_of(None, frozenset()))
    assert pairs.best() is None
    assert pairs.gain.max() < SHOWN


def test_knobs_of_two_faults_join_as_physics_does() -> None:
    joined = both(Knobs(lead_ohm=2.0, ke_factor=0.8, reopen_p=0.5, stop_fraction=0.6), Knobs(lead_ohm=3.0, ke_factor=0.5, reopen_p=0.5))
    assert (joined.lead_ohm, joined.ke_factor, joined.reopen_p, joined.stop_fraction) == (5.0, 0.4, 0.75, 0.6)
    assert both(Knobs(), Knobs(dead_relay="drive_lock")) == Knobs(dead_relay="drive_lock")


def test_the_terminal_names_both_faults_and_the_rig_takes_two(out: object) -> None:
    said = lockbench("test", "--rig", "sim:motor_short+switch_bounce", "--profile", DOOR.id, "--out", str(out))
    assert said.code == 3
    assert "Two faults at once" in said.out
    assert "microswitch" in said.out.lower() or "switch" in said.out.lower()
    assert "then run this test again" in " ".join(said.out.split())
    lockbench("test", "--rig", "sim:motor_short+motor_short", "--plan").refused("two different faults")
    lockbench("test", "--rig", "sim:motor_short+nonsense", "--plan").refused("nonsense")
