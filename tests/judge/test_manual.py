"""Outcomes of manual tests separate what the rig alone cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.manual import best_next, manual_odds, outcome
from bench.analysis.manual_next import ASKS
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.app.given_answers import parse_answer
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.errors import UsageError
from bench.model.faults import FAULT_TEXTS
from bench.model.manual_tests import MANUAL_TESTS
from bench.model.names import FAULTS, HYPOTHESES, KINDS, Scope
from bench.model.observations import Answer, time_of
from bench.model.record import RunRecord
from tests.population import Case, recorded

DOOR = load_profile("qashqai-j11-rear-door")


@pytest.fixture(scope="module")
def dead_motor() -> RunRecord:
    """A rear door whose motor is dead: to the rig the same as a torn wire."""
    return recorded(Case(kind="rear_door", fault="motor_open", severity=0.85, seed=4), None)


def with_answer(record: RunRecord, question: str, value: str) -> RunRecord:
    lines = (*record.observations, Answer(t=time_of(record.observations[-1]), question=question, value=value))
    return RunRecord(run_id=record.run_id, header=record.header, observations=lines, steps=record.steps)


@pytest.mark.parametrize(("word", "fault"), [("full", "motor_open"), ("dead", "wire_open_motor")])
def test_a_probe_at_the_plug_tells_a_dead_motor_from_a_torn_wire(dead_motor: RunRecord, word: str, fault: str) -> None:
    before = judge_record(dead_motor, DOOR).document
    assert {"motor_open", "wire_open_motor"} <= set(before.diagnoses[0].group)
    after = judge_record(with_answer(dead_motor, "probe_at_plug", word), DOOR).document
    assert after.diagnoses[0].fault == fault
    assert after.diagnoses[0].probability > 0.85
    assert "probe_at_plug" in {e.feature for e in after.diagnoses[0].evidence} or fault == "motor_open"


def test_the_next_test_separates_the_group_and_is_not_asked_twice(dead_motor: RunRecord) -> None:
    first = judge_record(dead_motor, DOOR).document
    assert first.probabilities is not None
    chosen = best_next(first.probabilities, "rear_door", frozenset())
    assert chosen is not None
    assert manual_odds(chosen.id, "motor_open") != manual_odds(chosen.id, "wire_open_motor")
    second = best_next(first.probabilities, "rear_door", frozenset((chosen.id,)))
    assert second is not None
    assert second.id != chosen.id


def test_every_row_names_known_faults_and_words() -> None:
    assert set(MANUAL_ODDS) == set(MANUAL_TESTS)
    for test, rows in MANUAL_ODDS.items():
        assert set(rows) - {"healthy"} <= set(FAULTS), test
        for hypothesis in HYPOTHESES:
            odds = manual_odds(test, hypothesis)
            assert set(odds) == set(MANUAL_TESTS[test].outcomes)
            assert sum(odds.values()) == pytest.approx(1)


@given(weights=st.lists(st.floats(0, 1), min_size=len(HYPOTHESES), max_size=len(HYPOTHESES)).filter(any), kind=st.sampled_from(KINDS))
def test_a_next_test_can_be_chosen_whatever_is_believed(weights: list[float], kind: str) -> None:
    total = sum(weights)
    found = best_next(
        {h: w / total for h, w in zip(HYPOTHESES, weights, strict=True)}, "tailgate" if kind == "tailgate" else "rear_door", frozenset()
    )
    assert found is None or found.id in MANUAL_TESTS


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("probe_at_plug=12.4V", "full"), ("probe_at_plug=0.2 V", "dead"), ("motor_ohm=3.9ohm", "good"), ("motor_ohm=1e9", "open"),
     ("fuse_swap=cured", "cured")],
)  # fmt: skip
def test_an_outcome_is_read_as_people_write_it(text: str, parsed: str) -> None:
    assert parse_answer(text) == ("", text.split("=")[0], parsed)


def test_an_answer_to_a_step_is_read() -> None:
    assert parse_answer("close#1.held=no") == ("close#1", "held", False)
    assert parse_answer("close#1.held=unknown") == ("close#1", "held", None)


@pytest.mark.parametrize("text", ["held=no", "nonsense", "=3", "fuse_swap=perhaps", "direct_12v=3", "probe_at_plug=nan"])
def test_an_answer_to_nothing_is_refused_with_the_words_that_exist(text: str) -> None:
    with pytest.raises(UsageError):
        parse_answer(text)


def test_a_wild_number_is_refused() -> None:
    with pytest.raises(UsageError, match="number in V"):
        outcome(MANUAL_TESTS["probe_at_plug"], float("inf"))


@pytest.mark.parametrize(
    ("fault", "scope", "fewest"),
    [("motor_open", "door", 2), ("motor_open", "lock", 0), ("switch_stuck_closed", "door", 1), ("gear_stiff", "lock", 1),
     ("wire_high_r", "door", 0), ("striker_misaligned", "door", 2), ("fuse_blown", "door", 0), ("bcm_stuck", "door", 0)],
)  # fmt: skip
def test_what_was_answered_is_never_proposed_again_under_any_name(fault: str, scope: Scope, fewest: int) -> None:
    """Do what is proposed, enter what this fault would show, until nothing is left: no test comes twice, nor a fault's own words for it."""
    record = recorded(Case(kind="rear_door", fault=fault, severity=0.85, seed=4, scope=scope), None)
    done: set[str] = set()
    for _ in range(len(MANUAL_TESTS) + 1):
        document = judge_record(record, DOOR).document
        assert document.next_test is not None
        told = {document.next_test, *(d.next_test for d in document.diagnoses)}
        assert not told & {MANUAL_TESTS[test].text for test in done}
        assert not told & {FAULT_TEXTS[f].next_test for f, tests in ASKS.items() if set(tests) <= done}
        proposed = next((test for test in MANUAL_TESTS.values() if test.text == document.next_test), None)
        if proposed is None:
            break
        odds = manual_odds(proposed.id, fault)
        record = with_answer(record, proposed.id, max(odds, key=lambda word: odds[word]))
        done.add(proposed.id)
    assert proposed is None, "it goes on for ever"
    assert len(done) >= fewest


def test_a_faults_own_words_for_a_test_name_tests_that_exist() -> None:
    assert set(ASKS) <= set(HYPOTHESES)
    assert {test for tests in ASKS.values() for test in tests} <= set(MANUAL_TESTS)
    assert set(FAULTS) - set(ASKS) <= {"rod_bent", "gear_stripped", "lever_broken", "supply_low", "reopens", "bench_fault"}
