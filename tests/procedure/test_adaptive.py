"""An adaptive test leaves out what cannot change a firm answer, says what it left out, and never passes a lock early."""

from pathlib import Path

import msgspec
import pytest

from bench.app.judging import judge_record, load_run
from bench.config import load_profile, profile_ids
from bench.procedure.adaptive import FIRST_LOOK, in_order, until_firm
from bench.procedure.checks import check
from bench.procedure.plan import procedure_for
from tests.command_runs import DOOR, GATE, RunShelf, lockbench


@pytest.mark.parametrize("profile_id", profile_ids())
def test_the_adaptive_order_holds_every_step_once_and_is_allowed(profile_id: str) -> None:
    profile = load_profile(profile_id)
    whole = procedure_for(profile, scope="door")
    ordered = in_order(whole, profile.kind)
    assert sorted(s.key for s in ordered) == sorted(s.key for s in whole)
    check(ordered, profile)
    names = [s.name for s in ordered]
    for step in ordered:  # steps of a name keep their order, so that a trend over cycles stays one
        assert [s.n for s in ordered if s.name == step.name] == list(range(1, names.count(step.name) + 1))


def test_nothing_is_decided_before_the_motor_was_driven_every_way() -> None:
    profile = load_profile(DOOR)
    steps = in_order(procedure_for(profile, scope="door"), "rear_door")
    done = [s.key for s in until_firm(steps, "rear_door", lambda: True)]
    assert done[-1] == FIRST_LOOK["rear_door"]
    assert [s.key for s in until_firm(steps, "rear_door", lambda: False)] == [s.key for s in steps]


@pytest.mark.parametrize(("rig", "profile"), [("sim:motor_open", DOOR), ("sim:switch_stuck_closed", DOOR), ("sim:motor_open", GATE)])
def test_a_firm_fault_ends_the_test_early_and_judging_again_says_the_same(shelf: RunShelf, rig: str, profile: str) -> None:
    run, whole = shelf.get(rig, "--profile", profile, "--adaptive"), shelf.get(rig, "--profile", profile)
    document = run.document
    assert document["verdict"] == whole.document["verdict"] == "FAIL"
    assert set(document["diagnoses"][0]["group"]) & set(whole.document["diagnoses"][0]["group"])
    assert document["undone"]["actuations_saved"] >= 2
    assert f"{document['undone']['actuations_saved']} actuations of the motor saved" in run.said.err
    left_out = {s["name"] for s in document["steps"] if s["verdict"] == "NOT_SET" and not s["measurements"]}
    assert left_out == set(document["undone"]["steps"])
    assert lockbench("judge", run.folder, "--json").document == document


def test_a_weak_return_spring_is_not_taken_for_a_long_cable_after_one_stroke(shelf: RunShelf) -> None:
    """One late release looks like a stretched cable; that the lever did not come back shows at the second."""
    for seed in ("300", "301"):
        document = shelf.get("sim:spring_weak", "--profile", GATE, "--seed", seed, "--adaptive").document
        assert document["verdict"] == "FAIL"
        assert "spring_weak" in document["diagnoses"][0]["group"]


@pytest.mark.parametrize("profile", [DOOR, GATE])
def test_a_good_lock_gets_the_whole_test(shelf: RunShelf, profile: str) -> None:
    document = shelf.get("sim", "--profile", profile, "--adaptive").document
    assert document["verdict"] == "PASS"
    assert document["undone"] is None


def test_a_run_with_steps_left_out_never_passes(shelf: RunShelf) -> None:
    """Take any planned step out of a good lock's record: what was seen is as good as ever, and it is no PASS."""
    record, profile = load_run(Path(shelf.get("sim", "--profile", DOOR, "--adaptive").folder))
    assert judge_record(record, profile).document.verdict == "PASS"
    more = msgspec.structs.replace(record.header, plan=(*(record.header.plan or ()), "lock#4"))
    cut = type(record)(run_id=record.run_id, header=more, observations=record.observations, steps=record.steps)
    document = judge_record(cut, profile).document
    assert document.verdict == "INCONCLUSIVE"
    assert document.undone is not None
    assert document.undone.steps == ("lock#4",)
    assert "not made" in document.reason


def test_a_real_rig_is_given_the_same_plan() -> None:
    """There the judge sits in the writer's process (tests/rings), and its pin process has the same catalogue."""
    plans = [
        lockbench("test", "--rig", rig, "--profile", DOOR, "--scope", "door", "--adaptive", "--plan", "--json").document["steps"]
        for rig in ("sim", "wiring/rpi-bench.toml")
    ]
    assert plans[0] == plans[1]


def test_the_plan_on_paper_is_the_one_that_is_run() -> None:
    """And --margin, which needs the whole test before it, is refused beside --adaptive."""
    plain, adaptive = (lockbench("test", "--rig", "sim", "--profile", DOOR, "--plan", "--json", *more) for more in ((), ("--adaptive",)))
    keys = [[f"{s['name']}#{s['n']}" for s in said.document["steps"]] for said in (plain, adaptive)]
    assert sorted(keys[0]) == sorted(keys[1])
    assert keys[1][:4] == ["rest#1", "close#1", "lock#1", "unlock#1"]
    assert keys[1].index("wiggle#1") < keys[1].index("lock#2") < keys[0].index("wiggle#1")
    lockbench("test", "--rig", "sim", "--profile", DOOR, "--adaptive", "--margin").refused("--adaptive", "--margin")
