"""The voltage margin: a measurement with a limit, in the record, that moves the posterior and nothing else."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bench.analysis.judge import judge
from bench.analysis.margin import margin_of, without_margin
from bench.analysis.session import Session
from bench.app.judging import load_run
from bench.app.margin import with_margin
from bench.app.rigs import World, open_rig, parse_rig
from bench.app.testing import TestRequest, run_test
from bench.config import load_families, load_profile
from bench.engine.run import run_procedure
from bench.errors import ProcedureRefused, UsageError
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import Gap, Observation, Run, Supply
from bench.model.record import RunRecord
from bench.procedure import procedure_for
from bench.procedure.checks import check
from bench.procedure.margin import RUNGS_V, floor_of, margin_steps

DOOR = load_profile("qashqai-j11-rear-door")
GATE = load_profile("qashqai-j11-tailgate")


class Kept(list[Observation]):
    """A sink that keeps everything."""

    def __call__(self, line: Observation) -> None:
        self.append(line)

    def step_end(self) -> None:
        """Nothing to make durable."""


@cache
def tried(fault: str, seed: int = 0, *, margin: bool = True) -> RunRecord:
    """A whole run, with its margin, on a simulated rear door."""
    rig = open_rig(parse_rig(fault), DOOR, "door", World(seed=seed))
    steps = procedure_for(DOOR, scope="door")
    kept = Kept()
    steps = with_margin(steps, DOOR, rig) if margin else steps
    run_procedure(steps, rig, header=Run(schema=1, profile=DOOR.id), profile=DOOR, sink=kept)
    session = Session("test")
    for line in kept:
        session.feed(line)
    return session.record()


def judged(record: RunRecord) -> VerdictDocument:
    return judge(record, DOOR, load_families(DOOR), version="test").document


@pytest.mark.parametrize("seed", range(2))
def test_a_good_lock_completes_far_below_a_weak_one(seed: int) -> None:
    good, weak = margin_of(tried("sim", seed), DOOR), margin_of(tried("sim:motor_weak", seed), DOOR)
    assert good is not None
    assert weak is not None
    assert good.volts is not None
    assert weak.volts is not None
    assert good.volts <= 6.0 < weak.volts <= 8.0


def test_the_margin_speaks_for_a_weak_drive_and_is_named_in_its_evidence() -> None:
    record = tried("sim:motor_weak")
    with_it, without = judged(record), judged(without_margin(record))
    assert with_it.probabilities is not None
    assert without.probabilities is not None
    assert with_it.probabilities["healthy"] < without.probabilities["healthy"]
    assert "margin_v" in [e.feature for d in with_it.diagnoses for e in d.evidence]


def test_the_limit_of_the_profile_judges_the_number() -> None:
    for fault, outcome in (("sim", "pass"), ("sim:motor_weak", "fail")):
        last = [s for s in judged(tried(fault)).steps if s.name.startswith("margin#")][-1]
        (found,) = [m for m in last.measurements if m.name == "margin_v"]
        assert (found.outcome, found.high, found.unit) == (outcome, 7.0, "V"), fault
        assert "estimate" in found.source
    assert judged(tried("sim")).verdict == "PASS"


def test_all_else_is_judged_as_if_no_margin_had_been_tried() -> None:
    """Strokes at 5 V are slow: they must not make a good lock's ordinary strokes look so."""
    plain, beside = judged(tried("sim", margin=False)), judged(tried("sim"))
    assert plain.steps == beside.steps[: len(plain.steps)]
    assert all(s.name.startswith("margin#") for s in beside.steps[len(plain.steps) :])
    assert not [o for o in without_margin(tried("sim")).observations if isinstance(o, Supply) and o.v < 11.0]


def test_a_gap_in_the_lever_s_switch_makes_no_number_of_what_was_not_seen() -> None:
    record = tried("sim:motor_weak")
    span = next(s for s in record.steps if s.name == "margin")
    gap = Gap(t=span.start_ns, until=span.end_ns or span.start_ns, source="lock")
    found = margin_of(replace(record, observations=(*record.observations, gap)), DOOR)
    assert found is not None
    assert found.feature is None


def test_a_run_and_its_record_give_the_same_verdict_to_the_bit(tmp_path: Path) -> None:
    request = TestRequest(rig=parse_rig("sim:motor_weak"), profile=DOOR.id, margin=True, out=tmp_path)
    outcome = run_test(request, progress=lambda _: None)
    record, profile = load_run(outcome.folder)
    again = judge(record, profile, load_families(profile), version="test")
    assert again.document.probabilities == outcome.judgement.document.probabilities
    assert again.document.steps == outcome.judgement.document.steps


def test_the_supply_stands_where_it_stood_when_the_run_is_over() -> None:
    supplies = [o.v for o in tried("sim").observations if isinstance(o, Supply)]
    assert min(supplies) < 5.2
    assert supplies[-1] == pytest.approx(12.6, abs=0.2)


def test_a_rig_whose_supply_nobody_can_set_is_refused_before_anything_moves(tmp_path: Path) -> None:
    request = TestRequest(rig=parse_rig("plant:tests.plants.other_lock:healthy"), profile=DOOR.id, margin=True, out=tmp_path)
    with pytest.raises(UsageError, match="--margin: nobody can set the supply of plant"):
        run_test(request, progress=lambda _: None)


def test_no_rung_lies_below_what_the_rig_itself_needs() -> None:
    assert floor_of((0.0, 15.0), logic_min_v=6.5, feeds_logic=True) == 7.0
    assert floor_of((3.0, 15.0), logic_min_v=6.5, feeds_logic=False) == 3.0
    assert {s.supply_v for s in margin_steps(DOOR, floor_v=7.0)} == {v for v in RUNGS_V if v >= 7.0}
    with pytest.raises(ProcedureRefused, match=r"floor is 11 V"):
        margin_steps(DOOR, floor_v=11.0)


@pytest.mark.parametrize("profile", [DOOR, GATE])
def test_the_rungs_pass_the_check_and_every_voltage_is_lower_than_the_one_before(profile: object) -> None:
    part = DOOR if profile is DOOR else GATE
    before = procedure_for(part, scope="door")
    steps = margin_steps(part, floor_v=5.0, before=before)
    check((*before, *steps), part)
    volts = [s.supply_v for s in steps if s.supply_v is not None]
    assert volts == sorted(volts, reverse=True)
    keys = [s.key for s in (*before, *steps)]
    assert len(keys) == len(set(keys))
