"""A good lock beside the suspected one: what the windows of a profile cannot say, the ratio can."""

from functools import cache

import pytest

from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.diagnosis import VerdictDocument
from bench.model.record import RunRecord
from tests.plants import world_b
from tests.population import Case, recorded

DOOR = load_profile("qashqai-j11-rear-door")


@cache
def run_of(fault: str | None, seed: int) -> RunRecord:
    """A rear door of another make: it runs more lightly than the profile's windows expect."""
    return recorded(Case(kind="rear_door", fault=fault, severity=0.85 if fault else 0.0, seed=seed, world="b"), None)


def judged(fault: str | None, seed: int, *, against: bool) -> VerdictDocument:
    reference = run_of(None, 5000) if against else None
    return judge_record(run_of(fault, seed), DOOR, reference).document


def test_the_foreign_world_is_the_one_meant() -> None:
    assert world_b.healthy_rear_door().roles


@pytest.mark.parametrize("fault", ["motor_short", "cable_stretched"])
def test_a_good_lock_of_the_same_make_sharpens_the_answer(fault: str) -> None:
    alone, beside = judged(fault, 1001, against=False), judged(fault, 1001, against=True)
    assert alone.probabilities is not None
    assert beside.probabilities is not None
    assert beside.probabilities[fault] > alone.probabilities[fault]
    assert beside.verdict == "FAIL"
    assert fault in beside.diagnoses[0].group


def test_another_good_lock_still_passes_beside_a_good_one() -> None:
    assert judged(None, 5003, against=True).verdict == "PASS"


def test_the_window_names_the_run_that_it_comes_from() -> None:
    steps = judged(None, 5003, against=True).steps
    sources = {m.source for s in steps for m in s.measurements if m.name == "lambda_vs"}
    assert sources
    assert all("the good lock of run" in source for source in sources)
