"""What is said of two faults: every reason names its fault and is worth what it claims, answers too; and what one fault hides is said."""

from functools import lru_cache

import pytest
from answered_runs import answered

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.compound import pairs_of, told_by
from bench.analysis.compound_masking import MASKS, masked_by
from bench.analysis.evidence import Value
from bench.analysis.healthy import HEALTHY_WORDS, healthy_spreads
from bench.analysis.judge import Judgement
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.config.languages import load_language
from bench.model.faults import title_of
from bench.model.manual_tests import MANUAL_TESTS
from bench.model.names import FAULTS
from bench.report.wording import ONE_BY_ONE, THEN_AGAIN, evidence_sentence, summary_of
from tests.command_runs import DOOR
from tests.population_cases import Case, recorded

PROFILE = load_profile(DOOR)
TWO = (
    ("motor_short+switch_bounce", ()),
    ("motor_short+switch_bounce", ("switch_at_plug=resistive", "dash_lamp=flickers")),
    ("wire_high_r+switch_bounce", ("probe_at_plug=9V",)),
    ("gear_stripped+switch_stuck_closed", ("direct_12v=dead",)),
)


@lru_cache(maxsize=8)
def judged(fault: str, answers: tuple[str, ...] = ()) -> Judgement:
    record = recorded(Case(kind="rear_door", fault=fault, severity=0.85, seed=9000), None)
    return judge_record(answered(record, *answers), PROFILE)


@pytest.mark.parametrize(("fault", "answers"), TWO)
def test_each_reason_of_a_pair_is_worth_what_it_claims_and_answers_are_among_them(fault: str, answers: tuple[str, ...]) -> None:
    """Take the reading away: the odds of both faults against the other alone fall by just the stated ratio."""
    judgement = judged(fault, answers)
    compound = judgement.document.compound
    assert compound is not None

    def odds(readings: dict[str, Value], beside: str) -> float:
        scores = scores_of(readings, PROFILE, scope="door", ambient_c=25.0)
        likelihoods = scores.log_likelihoods()
        pairs = pairs_of(scores, likelihoods, priors_of(None, frozenset()))
        i, j = sorted(pairs.names.index(f) for f in compound.faults)
        first, second = pairs.names[i], pairs.names[j]
        return float(pairs.gain[i, j]) + max(likelihoods[first], likelihoods[second]) - likelihoods[beside]

    readings = dict(judgement.readings)
    told = set()
    for part, beside in zip(compound.parts, compound.faults[::-1], strict=True):
        assert part.evidence
        for e in part.evidence:
            rest = {name: value for name, value in readings.items() if name != e.feature}
            assert odds(readings, beside) - odds(rest, beside) == pytest.approx(e.log_likelihood_ratio, abs=1e-6)
            assert e.text.endswith(f'evidence {"for" if e.log_likelihood_ratio > 0 else "against"} "{part.title}".')
            told.add(e.feature)
    assert {a.split("=")[0] for a in answers} <= told


@pytest.mark.parametrize("language", [load_language("en"), load_language("ru")], ids=["en", "ru"])
def test_a_reader_of_two_faults_sees_for_which_of_them_each_reason_speaks(language: object) -> None:
    document = judged("motor_short+switch_bounce").document
    said = summary_of(document, language)  # type: ignore[arg-type]
    titles = [language.say(title_of(f)) for f in ("motor_short", "switch_bounce")]  # type: ignore[attr-defined]
    lines = [evidence_sentence(e, language) for e in said.why[:4]]  # type: ignore[arg-type]
    assert all(sum(title in line for title in titles) == 1 for line in lines)
    assert all(any(title in line for line in lines) for title in titles), "a screen with room for four names one fault only"
    assert said.next_test
    if language.code == "en":  # type: ignore[attr-defined]
        assert said.todo.startswith(ONE_BY_ONE)
    else:
        assert "evidence" not in " ".join(lines)


@pytest.mark.parametrize(
    ("fault", "hides"),
    [("motor_open", True), ("fuse_blown", True), ("switch_stuck_closed", True), ("gear_stripped", True), ("rod_bent", True),
     ("wire_high_r", False), ("switch_bounce", False), ("wire_intermittent", False)],
)  # fmt: skip
def test_behind_a_fault_that_hides_others_the_lock_is_tested_again(fault: str, hides: bool) -> None:
    document = judged(fault).document
    assert document.verdict == "FAIL"
    assert bool(document.diagnoses[0].hides) is hides
    todo = summary_of(document).todo
    assert (THEN_AGAIN in todo) is hides
    assert not hides or todo.endswith(document.diagnoses[0].hides)


def test_a_wire_that_breaks_now_and_then_hides_nothing() -> None:
    """The same fault, but some strokes were seen."""
    assert masked_by("wire_open_motor", {"current_flows": "none"})
    assert not masked_by("wire_open_motor", {"current_flows": "some"})
    assert not masked_by("gear_stiff", {"current_flows": "none"})


def test_what_masks_names_faults_columns_and_words_that_exist() -> None:
    numbers = {name for profile in (PROFILE, load_profile("qashqai-j11-tailgate")) for name in healthy_spreads(profile, None)}
    columns = {*HEALTHY_WORDS, *numbers, "resistance_below", "lambda_above", "margin_v"}
    for fault, mask in MASKS.items():
        assert fault in FAULTS
        assert mask.columns <= columns
        assert all(words <= set(HEALTHY_WORDS[name]) for name, words in mask.where.items())
        assert not mask.columns & set(MANUAL_TESTS), "two hands see past it"


def test_a_dead_switch_line_lets_a_latch_that_does_not_hold_be_seen_by_eye() -> None:
    """The line hides what the switch says of the latch, not what a person saw of it: that is the second fault's trace."""
    seen: dict[str, Value] = {"closes": "closed", "opens": "none", "line_open_share": 0.98, "line_closed_share": 0.98, "held": "none"}
    scores = scores_of(seen, PROFILE, scope="door", ambient_c=None)
    likelihoods, priors = scores.log_likelihoods(), priors_of(None, frozenset())
    pairs = pairs_of(scores, likelihoods, priors)
    best = pairs.best()
    assert best is not None
    assert set(best) & {"switch_stuck_open", "wire_open_switch"}
    assert set(best) & {"spring_weak", "reopens", "striker_misaligned"}
    assert told_by(scores, "spring_weak", "wire_open_switch")["held"] > 4.6
    assert posterior(likelihoods, priors)["spring_weak"] < 0.01


def test_shifts_of_one_number_add_where_two_faults_move_it() -> None:
    """A shorted motor behind a bent rod: half of a stroke that is half as long. Neither fault alone reaches a third of a good one."""
    seen: dict[str, Value] = {"lambda_vs": 0.23, "resistance_ohm": 2.45, "stroke": "full", "lock_follows": "none", "knob_follows": "none"}
    scores = scores_of(seen, PROFILE, scope="door", ambient_c=25.0)
    assert told_by(scores, "motor_short", "rod_bent")["resistance_ohm"] > 2.0
    assert told_by(scores, "motor_short", "rod_bent")["lambda_vs"] > 0.0
