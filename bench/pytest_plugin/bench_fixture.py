"""What the fixture `lockbench` hands to a test: whole tests of a lock on a simulated rig, or on the real one that was named."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.app.pin_rigs import is_real
from bench.app.rigs import World, default_scope, parse_rig
from bench.app.testing import TestRequest, profile_for, run_test
from bench.config import load_wiring
from bench.model.diagnosis import Diagnosis, Measurement, VerdictDocument
from bench.model.names import Kind, Scope
from bench.model.record import RunRecord
from bench.pytest_plugin.real_rig import run_at_the_rig
from bench.pytest_plugin.recorded import RecordedRun

Property = Callable[[str, object], None]
"""pytest's `record_property`: a name and a value for the JUnit file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRun:
    """One test of a lock: its document, its record and the folder that it left."""

    document: VerdictDocument
    record: RunRecord
    folder: Path

    @property
    def verdict(self) -> str:
        """PASS, INCONCLUSIVE, FAIL, ABORTED or ERROR."""
        return self.document.verdict

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The likeliest fault with its group and evidence, None where nothing was diagnosed."""
        return self.document.diagnoses[0] if self.document.diagnoses else None

    @property
    def group(self) -> tuple[str, ...]:
        """The faults that the evidence cannot tell apart, the likeliest included; () where nothing was diagnosed."""
        return self.diagnosis.group if self.diagnosis else ()

    def measurements(self, name: str) -> list[Measurement]:
        """Return a measurement of every step that has it, in order."""
        return [m for step in self.document.steps for m in step.measurements if m.name == name]


class LockBench:
    """Runs tests of locks; each test's measurements go into the JUnit file as properties."""

    def __init__(self, rig: str, out: Path, record_property: Property, config: pytest.Config) -> None:
        self.rig, self._out, self._record, self._config = rig, out, record_property, config

    @property
    def is_simulated(self) -> bool:
        """Can a fault be put into the lock? False on a real rig and on a plant of somebody's own."""
        choice = parse_rig(self.rig)
        return choice.sort == "sim" or (choice.path is not None and load_wiring(choice.path).simulated)

    def test(
        self, fault: str | None = None, severity: float = 0.85, *, kind: Kind | None = None, profile: str | None = None,
        scope: Scope | None = None, seed: int = 0, temp_c: float | None = None, supply_v: float | None = None, job: str | None = None,
    ) -> LockRun:  # fmt: skip
        """Test a lock and return what came of it. Skips the test where a fault is asked for and the rig is a real one.

        `fault`, `severity` (0..1), `seed`, `temp_c` (degrees Celsius) and `supply_v` are of simulated rigs. Raises BenchError
        where the test cannot start; a run that was stopped is a result (ABORTED or ERROR).
        """
        if fault is not None and not self.is_simulated:
            pytest.skip(f"the rig {self.rig} is real: it tests the lock that is on it, not {fault}")
        choice = parse_rig(f"{self.rig}:{fault}@{severity:g}" if fault is not None else self.rig)
        request = TestRequest(
            rig=choice, profile=profile_for(profile, kind), scope=scope or default_scope(choice), job=job, out=self._out,
            world=World(seed=seed, temp_c=temp_c, supply_v=supply_v),
        )  # fmt: skip
        run = self._at_the_rig(request) if is_real(choice) else _simulated(request)
        self._keep(run)
        return run

    def _at_the_rig(self, request: TestRequest) -> LockRun:
        made = RecordedRun.load(run_at_the_rig(request, self.rig, self._config))
        return LockRun(document=made.stored or made.document, record=made.record, folder=made.path)

    def _keep(self, run: LockRun) -> None:
        self._record("lockbench.run", run.document.run)
        self._record("lockbench.verdict", run.verdict)
        if run.diagnosis is not None:
            self._record("lockbench.fault", run.diagnosis.fault)
        for step in run.document.steps:
            for m in step.measurements:
                low, high = ("" if limit is None else f"{limit:g}" for limit in (m.low, m.high))
                value = "not seen" if m.value is None else f"{m.value:g}" if isinstance(m.value, float) else str(m.value)
                limits = f" [{low}; {high}]" if low or high else ""
                self._record(f"{step.name}.{m.name}", f"{value} {m.unit}".strip() + limits + f" {m.outcome}")


def _simulated(request: TestRequest) -> LockRun:
    outcome = run_test(request, progress=lambda _step: None)
    return LockRun(document=outcome.judgement.document, record=outcome.record, folder=outcome.folder)
