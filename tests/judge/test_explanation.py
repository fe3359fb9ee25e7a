"""Every reason given for a diagnosis, or against it, is worth what it claims: without it the odds move by just that much."""

import pytest
from answered_runs import answered
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.classify import scores_of
from bench.analysis.evidence import Feature
from bench.analysis.explain import AGAINST, MOST, WORTH_SAYING, evidence_from
from bench.analysis.healthy import HEALTHY_WORDS, healthy_spreads
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.manual_tests import MANUAL_TESTS
from tests.command_runs import DOOR
from tests.population_cases import Case, recorded

PROFILE = load_profile(DOOR)


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        ("motor_open", ("probe_at_plug=12.4V", "motor_ohm=OL")),
        ("switch_bounce", ("dash_lamp=follows",)),  # the answer speaks against the named fault
        ("switch_bounce", ("dash_lamp=flickers",)),
        ("gear_stiff", ("clean_repeat=same", "knob_by_hand=heavy")),
        ("wire_intermittent", ()),
    ],
)
def test_reasons_for_and_against_and_answers_are_worth_what_they_claim(fault: str, answers: tuple[str, ...]) -> None:
    record = answered(recorded(Case(kind="rear_door", fault=fault, severity=0.85, seed=14), None), *answers)
    judgement = judge_record(record, PROFILE)
    ambient = next((o.c for o in record.observations if hasattr(o, "c")), None)

    def odds(readings: dict[str, float | str], named: str) -> float:
        likelihoods = scores_of(readings, PROFILE, scope="door", ambient_c=ambient).log_likelihoods()
        return likelihoods[named] - likelihoods["healthy"]

    readings = dict(judgement.readings)
    told = set()
    for diagnosis in judgement.document.diagnoses:
        whole = odds(readings, diagnosis.fault)
        for e in diagnosis.evidence:
            rest = {name: value for name, value in readings.items() if name != e.feature}
            assert whole - odds(rest, diagnosis.fault) == pytest.approx(e.log_likelihood_ratio, abs=1e-6)
            assert ("for" if e.log_likelihood_ratio > 0 else "against") in e.text
            told.add(e.feature)
    assert {a.split("=")[0] for a in answers} & told or not answers


ratios = st.dictionaries(st.sampled_from(sorted({*HEALTHY_WORDS, *MANUAL_TESTS})), st.floats(-12, 12), max_size=20)


@given(told=ratios)
def test_what_speaks_against_a_fault_is_never_crowded_out(told: dict[str, float]) -> None:
    readings = {n: next(iter(MANUAL_TESTS[n].outcomes if n in MANUAL_TESTS else HEALTHY_WORDS[n])) for n in told}
    features = {n: Feature(name=n, value=v) for n, v in readings.items()} | {
        n: Feature(name=n, value=1.0) for n in ("supply_v", "ambient_c")
    }
    shown = evidence_from(told, features, readings, healthy_spreads(PROFILE, None))
    strengths = [abs(e.log_likelihood_ratio) for e in shown]
    assert strengths == sorted(strengths, reverse=True)
    assert len(shown) <= MOST
    worth = [r for r in told.values() if abs(r) >= WORTH_SAYING]
    assert sum(e.log_likelihood_ratio < 0 for e in shown) >= min(AGAINST, sum(r < 0 for r in worth))
    assert len(shown) == min(MOST, len(worth))
