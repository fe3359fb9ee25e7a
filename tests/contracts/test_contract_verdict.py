"""DESIGN 3.2: the verdict document, and that judging again gives it to the bit."""

import json
import math

import pytest

from bench.model.names import FAULTS, HYPOTHESES
from tests.command_runs import DOOR, GATE, RunShelf, lockbench

EXITS = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3, "ABORTED": 4, "ERROR": 5}
KEYS = {
    "schema", "run", "profile", "verdict", "diagnoses", "probabilities", "steps", "abstained", "next_test", "not_tested", "drive",
    "versions",
}  # fmt: skip
DIAGNOSIS_KEYS = {"fault", "probability", "group", "title", "remedy", "next_test", "evidence"}
EVIDENCE_KEYS = {"feature", "step", "value", "expected", "t_ns", "log_likelihood_ratio"}
MEASUREMENT_KEYS = {"name", "value", "unit", "low", "high", "source", "outcome"}
RUNS = [
    ("sim", DOOR), ("sim:switch_stuck_closed", DOOR), ("sim:motor_open", DOOR), ("sim:wire_intermittent", DOOR), ("sim:reopens", DOOR),
    ("sim:bench_fault", DOOR), ("sim:fuse_blown", DOOR), ("sim", GATE), ("sim:cable_stretched", GATE), ("sim:motor_short", GATE),
    ("plant:odd_plants:emergency_stop", DOOR), ("plant:odd_plants:dead_sensor", DOOR),
]  # fmt: skip
EACH = pytest.mark.parametrize(("rig", "profile"), RUNS)


def seeded(rig: str, profile: str) -> tuple[str, ...]:
    """Return the arguments of the run that every test of this file shares."""
    return (rig, *(() if profile == DOOR else ("--profile", profile)), "--seed", "1")


@EACH
def test_the_document_has_the_keys_of_the_contract(shelf: RunShelf, rig: str, profile: str) -> None:
    run = shelf.get(*seeded(rig, profile))
    document = run.document
    assert document.keys() >= KEYS
    assert document["schema"] == "lockbench.verdict/1"
    assert document["run"] == run.folder.name
    assert document["profile"] == profile
    assert EXITS[document["verdict"]] == run.said.code
    assert document["versions"]["lockbench"]
    for diagnosis in document["diagnoses"]:
        assert diagnosis.keys() >= DIAGNOSIS_KEYS
        for evidence in diagnosis["evidence"]:
            assert evidence.keys() >= EVIDENCE_KEYS
            assert math.isfinite(evidence["log_likelihood_ratio"])
    for step in document["steps"]:
        assert step.keys() >= {"name", "verdict", "measurements"}
        for measurement in step["measurements"]:
            assert measurement.keys() >= MEASUREMENT_KEYS
            assert measurement["outcome"] in {"pass", "fail", "not_seen"}
            if measurement["value"] is None:  # never 0 for what was not seen, and never judged
                assert measurement["outcome"] == "not_seen"


@EACH
def test_probabilities_cover_every_hypothesis_and_sum_to_one(shelf: RunShelf, rig: str, profile: str) -> None:
    document = shelf.get(*seeded(rig, profile)).document
    probabilities = document["probabilities"]
    if probabilities is None:
        assert document["verdict"] in {"ABORTED", "ERROR"}
        return
    assert set(probabilities) == set(HYPOTHESES)
    assert abs(sum(probabilities.values()) - 1) < 1e-9
    assert all(0 <= p <= 1 for p in probabilities.values())


@EACH
def test_what_the_verdict_says_agrees_with_itself(shelf: RunShelf, rig: str, profile: str) -> None:
    """Abstained is INCONCLUSIVE and only that; PASS names nothing; FAIL names a fault, why, and what to do about it."""
    document = shelf.get(*seeded(rig, profile)).document
    verdict, diagnoses, probabilities = document["verdict"], document["diagnoses"], document["probabilities"]
    assert document["abstained"] == (verdict == "INCONCLUSIVE")
    assert document["drive"] in {"no", "care", "yes", None}
    assert set(document["not_tested"]) <= set(FAULTS)
    if verdict == "PASS":
        assert diagnoses == []
        assert probabilities["healthy"] >= 0.9
        assert all(step["verdict"] != "FAIL" for step in document["steps"])
    if verdict == "INCONCLUSIVE":
        assert document["next_test"]
    if verdict == "FAIL":
        assert diagnoses
        assert probabilities["bench_fault"] < 0.1
        assert sum(probabilities[fault] for fault in diagnoses[0]["group"]) >= 0.7
    for diagnosis in diagnoses:
        assert diagnosis["fault"] in diagnosis["group"]
        assert set(diagnosis["group"]) <= set(FAULTS)
        assert diagnosis["probability"] == probabilities[diagnosis["fault"]]
        assert diagnosis["title"]
        assert diagnosis["remedy"]
        assert not set(diagnosis["group"]) & set(document["not_tested"])
        if verdict == "FAIL":
            assert diagnosis["evidence"]


@EACH
def test_the_folders_document_is_the_one_on_stdout(shelf: RunShelf, rig: str, profile: str) -> None:
    run = shelf.get(*seeded(rig, profile))
    assert json.loads((run.folder / "verdict.json").read_bytes()) == run.document


@EACH
def test_judging_again_gives_the_live_document_bit_for_bit(shelf: RunShelf, rig: str, profile: str) -> None:
    """Every number of it, probabilities compared exactly; and the same exit code."""
    run = shelf.get(*seeded(rig, profile))
    again = lockbench("judge", "--json", run.folder)
    live, judged = run.document, again.document
    assert judged["probabilities"] == live["probabilities"]
    # A run that was stopped has no end line: the stored record says so in a warning, and differs in nothing else.
    assert {k: v for k, v in judged.items() if k != "warnings"} == {k: v for k, v in live.items() if k != "warnings"}
    assert again.code == run.said.code


@EACH
def test_no_record_names_the_fault_that_was_injected(shelf: RunShelf, rig: str, profile: str) -> None:
    """The judge could not cheat if it wanted to."""
    run = shelf.get(*seeded(rig, profile))
    fault = rig.partition(":")[2]
    text = run.observations.read_text(encoding="utf-8")
    assert rig.startswith("plant") or not fault or fault not in text
