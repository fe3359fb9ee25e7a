"""Whole runs on the CI rig with the other shunt monitors: what clips at stall is said, and accuses no good lock."""

import msgspec
from ci_runs import PROFILE, WIRING, Kept

from bench.analysis.judge import judge
from bench.analysis.ruling import DOUBTED
from bench.analysis.session import Session
from bench.app.ci_rig import open_ci_rig
from bench.config import load_families
from bench.engine.run import run_procedure
from bench.model.diagnosis import VerdictDocument
from bench.model.names import FAULTS
from bench.model.observations import Run, Trip
from bench.model.wiring import CurrentMonitor
from bench.procedure import procedure_for
from bench.sim.plant import build_plant


def judged(monitor: CurrentMonitor, ceiling_a: float) -> tuple[VerdictDocument, Kept]:
    """A good lock's whole run over this monitor, as fast as it goes."""
    wiring = msgspec.structs.replace(WIRING, current=monitor, ceiling_a=ceiling_a)
    rig = open_ci_rig(wiring, PROFILE, build_plant(kind="rear_door"), pace=None)
    kept, session = Kept(), Session("test")
    try:
        run_procedure(procedure_for(PROFILE, scope="door"), rig, header=Run(schema=1, profile=PROFILE.id), profile=PROFILE, sink=kept)
    finally:
        rig.close()
    for line in kept:
        session.feed(line)
    return judge(session.record(), PROFILE, load_families(PROFILE), version="test").document, kept


def test_an_ina260_serves_as_an_ina226_does() -> None:
    document, kept = judged(CurrentMonitor(chip="ina260", address=0x40), 7.5)
    assert document.verdict == "PASS", document.reason
    assert not [line for line in kept if isinstance(line, Trip)]


def test_a_stock_ina219_board_trips_at_stall_says_so_and_accuses_nobody() -> None:
    monitor = CurrentMonitor(chip="ina219", address=0x40, shunt_ohm=0.1, conversion_us=532)
    document, _ = judged(monitor, 3.1)
    assert document.verdict == "INCONCLUSIVE", document.reason
    assert any("ends at 3.20 A" in warning and "stall was not judged" in warning for warning in document.warnings)
    assert document.probabilities is not None
    assert document.probabilities["healthy"] == DOUBTED, "all that the doubt of a stall which nobody saw leaves"
    assert document.probabilities["motor_short"] < 0.05
    assert max(document.probabilities[fault] for fault in FAULTS) < 0.2
