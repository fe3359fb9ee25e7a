"""Run folders for the tests of the history: made by hand, so that every figure is known."""

import os
from datetime import UTC, datetime
from pathlib import Path

from bench.model.diagnosis import Diagnosis, Measurement, StepResult, VerdictDocument
from bench.model.observations import End, Run
from bench.store.folder import RunFolder

VIN = "SJNFAAJ11U1234567"


def measured(name: str, value: float, *, low: float | None = 60.0, high: float | None = 190.0, unit: str = "ms") -> Measurement:
    return Measurement(name=name, value=value, unit=unit, low=low, high=high, source="test", outcome="pass")


def verdict_of(run: str, *, verdict: str = "PASS", fault: str | None = None, steps: tuple[StepResult, ...] = ()) -> VerdictDocument:
    """A verdict document with just what the index looks at."""
    found = (
        Diagnosis(fault=fault, probability=0.9, group=(fault, "wire_open_motor"), title="t", remedy="r", next_test="n", evidence=()),
    ) if fault else ()  # fmt: skip
    return VerdictDocument(
        run=run, profile="qashqai-j11-rear-door", verdict=verdict, diagnoses=found, probabilities=None, steps=steps, abstained=False,
        next_test=None, not_tested=(), drive="yes", scope="door", reason="", versions={"lockbench": "0"},
    )  # fmt: skip


def run_folder(
    root: Path, day: int, *, vin: str | None = None, job: str | None = None, verdict: str | None = "PASS", fault: str | None = None,
    travel_ms: float | None = None,
) -> Path:  # fmt: skip
    """Make a run folder of that day of November 2026; `verdict` None: the run was cut before it had one."""
    when = datetime(2026, 11, day, 10, 0, tzinfo=UTC)
    folder = RunFolder.create(root, utc=when, suffix=f"d{day:02d}")
    utc = when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    header = Run(schema=1, utc=utc, profile="qashqai-j11-rear-door", profile_sha256="0" * 64, rig="sim", vin=vin, job=job)
    folder.sink()(header)
    folder.sink()(End(t=1))
    steps = (StepResult(name="lock#1", verdict="PASS", measurements=(measured("travel_ms", travel_ms),)),) if travel_ms else ()
    folder.sink().close()
    if verdict is not None:
        folder.write_verdict(verdict_of(folder.run_id, verdict=verdict, fault=fault, steps=steps))
        folder.write_text("report.html", f"<p>VIN {vin}</p>")
    return folder.path


def judged_again(folder: Path, *, verdict: str, fault: str | None = None, seconds_later: float = 60) -> None:
    """Another judgement of the same run, made later."""
    written = RunFolder(folder).write_verdict(verdict_of(folder.name, verdict=verdict, fault=fault))
    later = written.stat().st_mtime + seconds_later
    os.utime(written, (later, later))


def bytes_of(root: Path) -> bytes:
    """Everything that lies below a folder, databases included."""
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())
