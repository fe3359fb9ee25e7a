"""Which run a confirmation test confirms, and what it takes over from it."""

from dataclasses import dataclass
from pathlib import Path

from bench.app.judging import judge_record, load_run
from bench.errors import UsageError
from bench.model.names import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRun:
    """What the confirmation test takes over: the run's id, its profile, car and job, and what it had found."""

    run_id: str
    profile: str
    scope: Scope
    vin: str | None
    job: str | None
    found: str | None


def load_failed(path: Path) -> FailedRun:
    """Read the run that a repair followed; raise UsageError where that run found nothing to repair."""
    record, profile = load_run(path)
    document = judge_record(record, profile).document
    if document.verdict not in ("FAIL", "INCONCLUSIVE"):
        raise UsageError(f"--confirms {path}: the verdict of that run is {document.verdict}, so there is no repair to confirm")
    found = document.diagnoses[0].title if document.diagnoses else None
    header = record.header
    return FailedRun(run_id=record.run_id, profile=profile.id, scope=header.scope, vin=header.vin, job=header.job, found=found)


def taken_over(failed: FailedRun, *, profile: str | None, vin: str | None, job: str | None) -> tuple[str, str | None, str | None]:
    """Return profile, VIN and job for the test; raise UsageError where what was given is of another lock or car."""
    if profile is not None and profile != failed.profile:
        raise UsageError(f"--confirms and --profile {profile} contradict: run {failed.run_id} was made with {failed.profile}")
    if vin is not None and failed.vin is not None and vin != failed.vin:
        raise UsageError(f"--confirms and --vin {vin} contradict: run {failed.run_id} is of {failed.vin}")
    return failed.profile, vin or failed.vin, job or failed.job
