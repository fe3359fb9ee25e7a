"""What this rig cannot tell is not told: clipped monitors bound, another make is abstained from, the bench accuses itself."""

from pathlib import Path

import pytest

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.evidence import Value
from bench.analysis.healthy import healthy_spreads
from bench.analysis.ruling import ruled
from bench.analysis.testable import doubt_of, is_blind
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.diagnosis import VerdictDocument
from bench.model.names import HYPOTHESES
from bench.model.verdict import Verdict
from tests.command_runs import lockbench, written
from tests.population_cases import PROFILES, Case, recorded

DOOR = load_profile("qashqai-j11-rear-door")


def judged(case: Case) -> VerdictDocument:
    return judge_record(recorded(case, None), load_profile(PROFILES[case.kind])).document


def believed(seen: dict[str, Value], ambient_c: float | None = 25.0) -> dict[str, float]:
    return posterior(scores_of(seen, DOOR, scope="door", ambient_c=ambient_c).log_likelihoods(), priors_of(None, frozenset()))


def test_a_clipped_reading_speaks_against_what_lies_beyond_its_bound_only() -> None:
    """At most 3.7 ohm contradicts a corroded wire and leaves a shorted winding open; at least 0.85 Vs contradicts a weak magnet."""
    before, bounded = believed({}), believed({"resistance_below": 3.7})
    assert bounded["wire_high_r"] < 0.6 * before["wire_high_r"]
    assert bounded["motor_short"] > before["motor_short"]
    assert believed({"lambda_above": 0.85})["motor_weak"] < 0.5 * before["motor_weak"]


def test_resistance_that_differs_by_direction_accuses_the_bench() -> None:
    """Motor and wires are the same both ways; only the rig's two relays are not."""
    seen: dict[str, Value] = {"resistance_ways": 0.55, "resistance_ohm": 5.5, "current_flows": "all"}
    found = believed(seen)
    assert max(HYPOTHESES, key=lambda h: found[h]) == "bench_fault"


def test_a_monitor_that_clips_before_any_stroke_ends_never_gives_pass() -> None:
    assert is_blind({"current_flows": "all", "opens": "all"})
    assert not is_blind({"current_flows": "all", "stroke": "full"})
    assert not is_blind({"current_flows": "none"}), "no current at all is a finding of its own"
    certain = dict.fromkeys(HYPOTHESES, 0.0) | {"healthy": 1.0}
    assert ruled(certain, ("motor_open",), (), doubt="no stroke could be followed")[0] is Verdict.INCONCLUSIVE
    assert ruled(certain, ("motor_open",), ())[0] is Verdict.PASS


def test_in_the_cold_a_heavy_stroke_is_no_pass() -> None:
    """Cold grease explains it, and so does dirt: only a test in the warm tells."""
    high = DOOR.limit("running_share").high
    assert doubt_of({"current_flows": "all", "running_share": high + 0.05}, DOOR, -15.0) is not None
    assert doubt_of({"current_flows": "all", "running_share": high - 0.05}, DOOR, -15.0) is not None, "one good lock in 20 in the warm"
    assert doubt_of({"current_flows": "all", "running_share": high - 0.1}, DOOR, -15.0) is None
    assert doubt_of({"current_flows": "all", "running_share": high + 0.05}, DOOR, 25.0) is None, "there the posterior speaks"


@pytest.mark.parametrize("seed", [9101, 9102])
def test_a_lock_of_another_make_is_abstained_from(seed: int) -> None:
    found = judged(Case(kind="rear_door", fault=None, severity=0.0, seed=seed, outside="other_make"))
    assert found.verdict in ("INCONCLUSIVE", "ERROR"), found.reason


def test_a_monitor_of_the_wrong_gain_accuses_no_lock() -> None:
    found = judged(Case(kind="rear_door", fault=None, severity=0.0, seed=9103, outside="gain_wrong"))
    assert found.verdict in ("INCONCLUSIVE", "ERROR"), found.reason


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
@pytest.mark.parametrize(("ambient_c", "supply_v"), [(-22.0, 11.0), (50.0, 14.3)])
def test_a_good_lock_is_accused_in_no_weather_and_on_no_supply(kind: str, ambient_c: float, supply_v: float) -> None:
    found = judged(
        Case(
            kind="rear_door" if kind == "rear_door" else "tailgate",
            fault=None,
            severity=0.0,
            seed=9104,
            ambient_c=ambient_c,
            supply_v=supply_v,
        )
    )
    assert found.verdict in ("PASS", "INCONCLUSIVE"), found.reason


def test_the_cold_moves_what_is_expected_of_a_good_lock() -> None:
    warm, cold = healthy_spreads(DOOR, 25.0)["running_share"], healthy_spreads(DOOR, -20.0)["running_share"]
    assert cold.centre > 1.15 * warm.centre
    assert cold.width > warm.width


def test_a_run_that_saw_nothing_of_the_drive_is_no_pass(tmp_path: Path) -> None:
    """Faults that were not tested have no weight against a good lock: without a rule of its own such a run would pass."""
    lines = [{"kind": "run", "schema": 1, "profile": "qashqai-j11-rear-door"}, {"kind": "end", "t": 5_000_000_000}]
    said = lockbench("judge", "--json", written(tmp_path / "bare.jsonl", lines)).document
    assert said["verdict"] == "INCONCLUSIVE"
    assert "nothing of the drive was tested" in said["reason"]


@pytest.mark.parametrize(("fault", "seed"), [("lever_broken", 1), ("lever_broken", 5), ("cable_stretched", 5)])
def test_a_latch_that_never_opens_names_lever_and_cable_until_a_hand_tells_them_apart(out: Path, fault: str, seed: int) -> None:
    """DESIGN 4: a cable that has come off is no other to the rig's signals than a broken lever; pulling the cable tells."""
    said = lockbench("test", "--rig", f"sim:{fault}@1", "--seed", str(seed), "--out", out, "--json").document
    named = said["diagnoses"][0]
    opened = [m["value"] for step in said["steps"] for m in step["measurements"] if m["name"] == "opened"]
    assert set(opened) == {"no"}
    assert {"lever_broken", "cable_stretched"} <= {*named["group"]}
