"""One answer of the population: made, judged, counted as right or not, and kept, so that a run that was cut off goes on where it was."""

import dataclasses
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from bench.analysis.bus import BusSession
from bench.analysis.findings import findings_of
from bench.analysis.session import record_of
from bench.app.judging import judge_record
from bench.config import load_families, load_profile
from bench.model.can_frame import CanFrame, FrameBatch
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import Can, Observation
from tests.ablation import ABLATIONS
from tests.population_cases import PROFILES, Case, key_of, observed

FIRM: Final = 0.5
"""A listener's findings count as an accusation from this probability on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A case, and what is taken away from its stored run before it is judged (names of ABLATIONS)."""

    case: Case
    folder: Path
    without: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What an answer is kept under."""
        return f"{key_of(self.case)}/{'+'.join(self.without)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the verdict said of a case. `claim`: the hypotheses that its likeliest answer holds, `mass` their probability.

    `seconds`: CPU time of judging, and of reading the run where it was stored; `run_seconds`: of the run itself, 0 where it was stored.
    `two`: probability of two faults at once.
    """

    case: Case
    verdict: str
    named: str
    group: tuple[str, ...]
    claim: frozenset[str]
    mass: float
    untestable: bool
    seconds: float
    run_seconds: float = 0.0
    without: tuple[str, ...] = ()
    two: float = 0.0

    @property
    def is_right(self) -> bool:
        """Does the answer hold the injected fault? Abstaining is not being right."""
        if self.case.outside:
            return self.verdict in ("INCONCLUSIVE", "ERROR") or (
                self.case.outside == "can_silent" and self.verdict == "PASS" and self.untestable
            )
        if self.case.fault is None:
            return self.verdict == "PASS"
        if self.verdict == "ERROR":
            return self.case.fault == "bench_fault"
        return self.verdict == "FAIL" and self.case.fault in self.group

    @property
    def is_true(self) -> bool:
        """Is what it claims, with whatever probability, what was there?"""
        return (self.case.fault or "healthy") in self.claim


def judged(job: Job) -> Result:
    """Run, or read, take away what a poorer rig would not see, and judge one case."""
    begun = time.process_time()
    stored = (job.folder / key_of(job.case)).exists()
    lines = observed(job.case, job.folder)
    run_s = 0.0 if stored else time.process_time() - begun
    begun += run_s
    for name in job.without:
        lines = ABLATIONS[name](lines)
    found = listened(job.case, lines) if job.case.scope == "car" else answer_of(job.case, lines)
    return dataclasses.replace(found, seconds=time.process_time() - begun, run_seconds=run_s, without=job.without)


def answer_of(case: Case, lines: Iterable[Observation]) -> Result:
    """Return what the judge says of a run."""
    document: VerdictDocument = judge_record(record_of("run", lines), load_profile(PROFILES[case.kind])).document
    best = document.diagnoses[0] if document.diagnoses else None
    p = document.probabilities or {}
    claims = [frozenset({"healthy"}), frozenset({"bench_fault"}), frozenset({"other"}), frozenset(best.group if best else ())]
    claim = max(claims, key=lambda names: sum(p.get(name, 0.0) for name in names))
    named = best.fault if best else "healthy" if document.verdict == "PASS" else "bench_fault" if document.verdict == "ERROR" else "-"
    return Result(
        case=case, verdict=document.verdict, named=named if document.verdict != "INCONCLUSIVE" else f"({named})",
        group=best.group if best else (), claim=claim, mass=sum(p.get(name, 0.0) for name in claim), seconds=0.0,
        untestable=case.fault in document.not_tested, two=document.compound.probability if document.compound is not None else 0.0,
    )  # fmt: skip


def listened(case: Case, lines: Iterable[Observation]) -> Result:
    """Return what the findings in a recording of the car's frames say: a finding accuses its faults, none accuses nobody."""
    profile = load_profile(PROFILES[case.kind])
    session = BusSession(load_families(profile))
    session.feed(FrameBatch.of(sorted(f for line in lines if isinstance(line, Can) for f in _frames(line))))
    door = profile.can.door if profile.can is not None else None
    found = [f for f in findings_of(session.story(), 0) if f.door in (door, None) and f.faults and f.probability >= FIRM]
    group = tuple(dict.fromkeys(name for finding in found for name in finding.faults))
    mass = max((f.probability for f in found), default=1.0)
    return Result(
        case=case, verdict="FAIL" if found else "PASS", named=found[0].id if found else "nothing", group=group,
        claim=frozenset(group or ("healthy",)), mass=mass, untestable=False, seconds=0.0,
    )  # fmt: skip


def _frames(line: Can) -> Iterator[CanFrame]:
    """Yield the frames that one line stands for, spread evenly from its first to its last."""
    apart = (line.last - line.t) // max(line.count - 1, 1)
    for n in range(line.count):
        yield CanFrame(t_ns=line.t + n * apart, id=line.id, data=bytes.fromhex(line.data), channel=line.channel)


class Answers:
    """Answers kept beside the runs, one line each: several processes, and several machines' folders, may write files of their own."""

    def __init__(self, folder: Path, judge: str) -> None:
        self._known: dict[str, Result] = {}
        for path in sorted(folder.glob(f"answers-{judge}.*.jsonl")):
            for line in path.read_bytes().splitlines():
                try:
                    kept = _DECODER.decode(line)
                except msgspec.DecodeError:
                    continue  # the last line of a process that was cut off
                self._known[kept.key] = kept.result
        self._file = folder / f"answers-{judge}.{os.getpid()}.jsonl"

    def get(self, job: Job) -> Result | None:
        """Return the answer to a job, where it is known."""
        return self._known.get(job.key)

    def keep(self, job: Job, result: Result) -> None:
        """Remember an answer, on disk at once."""
        self._known[job.key] = result
        with self._file.open("ab") as file:
            file.write(msgspec.json.encode(_Kept(key=job.key, result=result)) + b"\n")


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    result: Result


_DECODER: Final = msgspec.json.Decoder(_Kept)
