"""The catalogue of manual tests: complete, priced, proposed only where possible, and worth what it claims to be worth."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.classify import TEMPER, posterior, scores_of
from bench.analysis.manual import best_next, cost_of, entropy, expected_entropy, manual_odds, proposals
from bench.config import load_profile
from bench.model.manual_tests import MANUAL_TESTS
from bench.model.names import HYPOTHESES, KINDS, SCOPES, Kind, Scope
from tests.command_runs import DOOR, RunShelf, lockbench

PROFILE = load_profile(DOOR)
TESTS = sorted(MANUAL_TESTS)
ARTICLE = {"ring_feed", "direct_12v", "door_unit_fuse", "knock", "nudge_latch", "dash_lamp", "self_diagnosis", "outside_button"}
"""What the article tells its reader to try by hand."""

beliefs = st.lists(st.floats(1e-4, 1), min_size=len(HYPOTHESES), max_size=len(HYPOTHESES)).map(
    lambda weights: {h: w / sum(weights) for h, w in zip(HYPOTHESES, weights, strict=True)}
)


def test_every_test_of_the_article_is_in_the_catalogue_and_says_so() -> None:
    assert {t.id for t in MANUAL_TESTS.values() if t.in_article} >= ARTICLE


def test_every_test_has_a_price_outcomes_and_a_place() -> None:
    for test in MANUAL_TESTS.values():
        assert cost_of(test) > test.minutes > 0
        assert len(test.outcomes) >= 2
        assert test.kinds
        assert test.scopes
        assert f"{test.id}" in test.text, f"{test.id}: the text does not say how its outcome is entered"
        assert not test.bands or (test.unit and math.isinf(test.bands[-1].below))
        assert {band.word for band in test.bands} <= set(test.outcomes)


def test_self_diagnosis_says_little_and_says_that_it_does() -> None:
    assert "says little" in MANUAL_TESTS["self_diagnosis"].note
    for hypothesis in HYPOTHESES:
        for word in MANUAL_TESTS["self_diagnosis"].outcomes:
            ratio = manual_odds("self_diagnosis", hypothesis)[word] / manual_odds("self_diagnosis", "healthy")[word]
            assert 1 / 4 < ratio < 4


@given(before=beliefs, test=st.sampled_from(TESTS), pick=st.integers(0, 9), a=st.sampled_from(HYPOTHESES), b=st.sampled_from(HYPOTHESES))
def test_an_answer_moves_the_odds_of_any_two_causes_as_its_row_says(before: dict[str, float], test: str, pick: int, a: str, b: str) -> None:
    """Two causes' odds after the answer are those before, times the ratio of their rows (tempered): direction and size."""
    words = list(MANUAL_TESTS[test].outcomes)
    word = words[pick % len(words)]
    after = posterior(scores_of({test: word}, PROFILE, scope="door", ambient_c=None).log_likelihoods(), before)
    claimed = TEMPER * math.log(manual_odds(test, a)[word] / manual_odds(test, b)[word])
    moved = math.log(after[a] / after[b]) - math.log(before[a] / before[b])
    assert moved == pytest.approx(claimed, abs=1e-6)


@given(before=beliefs, test=st.sampled_from(TESTS))
def test_what_a_test_is_expected_to_tell_is_its_mutual_information(before: dict[str, float], test: str) -> None:
    """Counted the other way round, cause by cause and word by word: sum of p(h) p(w|h) ln(p(w|h) / p(w))."""
    words = MANUAL_TESTS[test].outcomes
    chance = {w: sum(before[h] * manual_odds(test, h)[w] for h in HYPOTHESES) for w in words}
    brute = sum(before[h] * manual_odds(test, h)[w] * math.log(manual_odds(test, h)[w] / chance[w]) for h in HYPOTHESES for w in words)
    told = entropy(before) - expected_entropy(before, test)
    assert told == pytest.approx(brute, abs=1e-9)
    assert told >= -1e-9


@given(before=beliefs, kind=st.sampled_from(KINDS), scope=st.sampled_from(SCOPES), done=st.sets(st.sampled_from(TESTS)))
def test_only_what_is_possible_is_proposed_and_the_best_per_minute_first(
    before: dict[str, float], kind: Kind, scope: Scope, done: set[str]
) -> None:
    found = proposals(before, kind, scope, frozenset(done))
    assert [p.worth for p in found] == sorted((p.worth for p in found), reverse=True)
    for p in found:
        assert p.test.id not in done
        assert kind in p.test.kinds
        assert scope in p.test.scopes
    assert best_next(before, kind, frozenset(done), scope) is (found[0].test if found else None)


def test_with_only_the_lock_on_the_bench_nothing_of_the_car_is_asked_for() -> None:
    before = dict.fromkeys(HYPOTHESES, 1 / len(HYPOTHESES))
    asked = {p.test.id for p in proposals(before, "rear_door", "lock", frozenset())}
    assert not asked & {"ring_feed", "flex_at_rest", "nudge_striker", "dash_lamp", "battery_off", "door_unit_fuse"}
    assert {"motor_ohm", "switch_at_plug"} <= asked


def test_a_probe_separates_twins_from_their_group(shelf: RunShelf) -> None:
    """To the rig a dead motor and a torn wire are one group; a meter at the plug takes them apart."""
    run = shelf.get("sim:motor_open", "--profile", DOOR)
    assert set(run.document["diagnoses"][0]["group"]) >= {"motor_open", "wire_open_motor"}
    after = lockbench("judge", run.folder, "--json", "--answer", "motor_ohm=OL", "--answer", "probe_at_plug=12,4 V").document
    assert after["diagnoses"][0]["group"] == ["motor_open"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("close#1.held=perhaps", ["yes, no or unknown"]),
        ("close#9.held=no", ["no step close#9", "close#1"]),
        ("clsoe#1.held=no", ["no step that is asked about"]),
        ("close#1.opened=no", ["held and half"]),
        ("probe_at_plug=12ohm", ["a number in V is asked for, not in ohm"]),
        ("probe_at_plug=fine", ["dead, low, full", "number in V"]),
        ("lid_propped=yes", ["not asked of a rear_door", "child_lock_off"]),
        ("colour=red", ["lockbench tests"]),
    ],
)
def test_an_answer_that_means_nothing_is_refused_with_what_would(shelf: RunShelf, answer: str, words: list[str]) -> None:
    run = shelf.get("sim:motor_open", "--profile", DOOR)
    lockbench("judge", run.folder, "--answer", answer).refused(*words)


def test_the_listing_shows_every_test_and_one_in_full() -> None:
    listed = lockbench("tests")
    assert listed.code == 0
    assert all(test in listed.out for test in TESTS)
    assert all(len(line) < 80 for line in listed.out.splitlines())
    assert len(lockbench("tests", "--json").document["tests"]) == len(MANUAL_TESTS)
    one = lockbench("tests", "motor_ohm")
    assert "50 ohm and above: open" in one.out
    lockbench("tests", "nonsense").refused("nonsense", "motor_ohm")


def test_a_test_that_nobody_could_make_is_not_asked_for_again(shelf: RunShelf) -> None:
    run = shelf.get("sim:motor_open", "--profile", DOOR)
    first = run.document["next_test"]
    wanted = next(t for t in MANUAL_TESTS.values() if t.text == first)
    again = lockbench("judge", run.folder, "--json", "--answer", f"{wanted.id}=unknown").document
    assert again["next_test"] != first
    assert again["probabilities"] == run.document["probabilities"]


def test_the_page_of_the_run_is_untouched_by_an_answer(shelf: RunShelf) -> None:
    """Answers given to `judge` are not written into the folder: the record is what was seen."""
    run = shelf.get("sim:motor_open", "--profile", DOOR)
    before = Path(run.observations).read_bytes()
    lockbench("judge", run.folder, "--answer", "motor_ohm=OL")
    assert Path(run.observations).read_bytes() == before
