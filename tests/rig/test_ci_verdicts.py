"""What the CI rig is for: the verdict over the real drivers is the verdict over the simulated rig."""

import time

import pytest
from ci_runs import PROFILE, WIRING, Kept, whole_run

from bench.analysis.session import record_of
from bench.app.ci_rig import open_ci_rig
from bench.app.judging import judge_record
from bench.engine.run import run_procedure
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import Current, End, Run
from bench.procedure import procedure_for
from bench.sim.plant import LockPlant, build_plant
from bench.sim.virtual import virtual_rig


def plant_with(fault: str | None) -> LockPlant:
    return build_plant(kind=PROFILE.kind, fault=fault, severity=0.85, seed=5)


def document_of(run: Kept) -> VerdictDocument:
    return judge_record(record_of("run", run), PROFILE).document


def likeliest(document: VerdictDocument) -> str | None:
    chances = document.probabilities
    return max(chances, key=lambda fault: chances[fault]) if chances else None


@pytest.mark.parametrize("fault", [None, "motor_open", "gear_jam", "switch_stuck_closed", "wire_intermittent", "supply_low", "bcm_stuck"])
def test_the_verdict_over_the_drivers_is_that_of_the_simulated_rig(fault: str | None) -> None:
    near = document_of(whole_run(open_ci_rig(WIRING, PROFILE, plant_with(fault), pace=None)))
    far = document_of(whole_run(virtual_rig(plant_with(fault), name="sim", default_roles=frozenset(PROFILE.roles), kind=PROFILE.kind)))
    assert near.verdict == far.verdict
    assert likeliest(near) == likeliest(far)


def test_a_short_procedure_in_real_time() -> None:
    """A rest and one stroke at pace 1.0: complete, sampled about once a millisecond, and as long as its own clock says."""
    steps = [step for step in procedure_for(PROFILE, scope="door", hands=True) if step.name in ("rest", "lock")][:2]
    rig = open_ci_rig(WIRING, PROFILE, plant_with(None))
    begun_s, run = time.monotonic(), Kept()
    try:
        run_procedure(steps, rig, header=Run(schema=1, profile=PROFILE.id), profile=PROFILE, sink=run)
    finally:
        rig.close()
    took_s = time.monotonic() - begun_s
    assert isinstance(run[-1], End)
    assert took_s >= run[-1].t / 1e9 - 0.05
    samples = sum(len(line.a) for line in run if isinstance(line, Current))
    assert samples >= run[-1].t / 1e6 * 0.95
