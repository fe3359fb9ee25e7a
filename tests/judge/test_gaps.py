"""A verdict is never better than the evidence: what was not seen is no PASS, and a bus that was away accuses no BCM."""

from dataclasses import replace
from functools import cache

import pytest

from bench.analysis.gaps import without_doubt
from bench.analysis.judge import judge
from bench.analysis.session import Session
from bench.app.rigs import World, open_rig, parse_rig
from bench.config import load_families, load_profile
from bench.engine.run import run_procedure
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import Can, Gap, Observation, Run, time_of
from bench.model.record import RunRecord
from bench.procedure import procedure_for

DOOR = load_profile("qashqai-j11-rear-door")


class Kept(list[Observation]):
    """A sink that keeps everything."""

    def __call__(self, line: Observation) -> None:
        self.append(line)

    def step_end(self) -> None:
        """Nothing to make durable."""


@cache
def healthy() -> RunRecord:
    rig = open_rig(parse_rig("sim"), DOOR, "door", World())
    kept = Kept()
    run_procedure(procedure_for(DOOR, scope="door"), rig, header=Run(schema=1, profile=DOOR.id), profile=DOOR, sink=kept)
    session = Session("test")
    for line in kept:
        session.feed(line)
    return session.record()


def judged(*more: Observation, but: type | None = None) -> VerdictDocument:
    kept = tuple(o for o in healthy().observations if but is None or not isinstance(o, but))
    return judge(replace(healthy(), observations=(*kept, *more)), DOOR, load_families(DOOR), version="test").document


def gap_in(step: str, source: str) -> Gap:
    span = next(s for s in healthy().steps if s.key == step)
    return Gap(t=span.start_ns + 1, until=span.start_ns + 40_000_000, source=source, lost=3, reason="an edge is missing")


def test_a_whole_record_of_a_good_lock_passes() -> None:
    assert judged().verdict == "PASS"


@pytest.mark.parametrize("source", ["ajar", "lock", "current"])
def test_a_good_lock_that_was_not_seen_whole_is_no_pass_and_the_step_is_named(source: str) -> None:
    document = judged(gap_in("lock#2", source))
    assert document.verdict == "INCONCLUSIVE"
    assert "lock#2" in (document.reason or "")
    assert any(source in warning and "at least 3 lost" in warning for warning in document.warnings)


def test_a_bus_that_was_away_is_a_warning_and_keeps_the_verdict() -> None:
    document = judged(gap_in("lock#2", "can0"))
    assert document.verdict == "PASS"
    assert any(warning.startswith("can0:") for warning in document.warnings)


def test_an_adapter_that_was_away_all_the_time_accuses_no_bcm() -> None:
    away = Gap(t=0, until=time_of(healthy().observations[-1]), source="can0", reason="No such device")
    document = judged(away, but=Can)
    assert document.verdict != "FAIL"
    assert document.probabilities is not None
    assert document.probabilities["bcm_stuck"] < 0.05


def test_a_door_bit_that_followed_stays_evidence_and_one_that_did_not_is_none_where_frames_are_missing() -> None:
    long, short = Gap(t=0, until=2_000_000_000, source="can0"), Gap(t=0, until=100_000_000, source="can0")
    assert without_doubt({"door_bit": "stuck_open"}, (long,)) == {}
    assert without_doubt({"door_bit": "stuck_open"}, (short,)) == {"door_bit": "stuck_open"}
    assert without_doubt({"door_bit": "follows"}, (long,)) == {"door_bit": "follows"}
