"""What is asked before anything moves keeps a good lock from being called broken."""

import pytest

from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.observations import Answer
from bench.model.record import RunRecord
from tests.population import Case, recorded

DOOR = load_profile("qashqai-j11-rear-door")


@pytest.fixture(scope="module")
def barred() -> RunRecord:
    """A door that locks well and whose handle opens nothing: a broken lever, or a child lock."""
    return recorded(Case(kind="rear_door", fault="lever_broken", severity=0.85, seed=1), None)


def with_answer(record: RunRecord, question: str, *, value: bool) -> RunRecord:
    lines = (*record.observations, Answer(t=0, question=question, value=value))
    return RunRecord(run_id=record.run_id, header=record.header, observations=lines, steps=record.steps)


def test_a_handle_that_opens_nothing_is_a_fault_of_lever_or_cable(barred: RunRecord) -> None:
    document = judge_record(barred, DOOR).document
    assert document.verdict == "FAIL"
    assert {"lever_broken", "cable_stretched"} <= set(document.diagnoses[0].group)


@pytest.mark.parametrize(("question", "value"), [("child_lock_off", False), ("double_locked", True)])
def test_a_lock_that_is_barred_on_purpose_is_not_called_broken(barred: RunRecord, question: str, value: bool) -> None:
    document = judge_record(with_answer(barred, question, value=value), DOOR).document
    assert document.verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(("question", "value"), [("child_lock_off", True), ("double_locked", False), ("outside_lever", True)])
def test_the_other_answers_change_nothing(barred: RunRecord, question: str, value: bool) -> None:
    document = judge_record(with_answer(barred, question, value=value), DOOR).document
    assert document.probabilities == judge_record(barred, DOOR).document.probabilities
