"""One run folder, read into what the index keeps of it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from bench.errors import RecordError
from bench.model.diagnosis import VerdictDocument
from bench.model.history import IndexedMeasurement, IndexedRun, IndexedVerdict, IndexEntry, run_key
from bench.store.folder import OBSERVATIONS, VERDICT
from bench.store.reading import listed, open_regular, read_verdict


def stamp_of(folder: Path) -> str:
    """Return a word that changes when the folder's record or verdict does: times and sizes."""
    parts = []
    for name in (OBSERVATIONS, VERDICT):
        try:
            stat = (folder / name).stat()
            parts.append(f"{stat.st_mtime_ns}.{stat.st_size}")
        except OSError:
            parts.append("-")
    return " ".join(parts)


def entry_of(folder: Path, station: str) -> IndexEntry:
    """Read a run folder; raises RecordError where its first line or its verdict is unreadable."""
    found = listed(folder)
    if found.header is None:
        raise RecordError(found.problem or f"{folder}: unreadable")
    header = found.header
    key = run_key(found.run_id, header.utc, header.rig, header.profile_sha256)
    run = IndexedRun(
        key=key, run=found.run_id, station=station, utc=header.utc, profile=header.profile, rig=header.rig, scope=header.scope,
        symptom=header.symptom, job=header.job, vin=header.vin,
    )  # fmt: skip
    document = read_verdict(folder)
    if document is None:
        return IndexEntry(run=run, verdict=_unjudged(key, header.utc), measurements=())
    with open_regular(folder / VERDICT) as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    judged = datetime.fromtimestamp((folder / VERDICT).stat().st_mtime, UTC).isoformat(timespec="milliseconds")
    return IndexEntry(run=run, verdict=_verdict(document, key, digest, judged), measurements=tuple(_measurements(document, key, digest)))


def _unjudged(key: str, utc: str | None) -> IndexedVerdict:
    """A run that the power or a killed process cut: no verdict was reached (DESIGN 3.3)."""
    return IndexedVerdict(
        key=key, digest="", judged_utc=utc or "", verdict="ABORTED", fault=None, group=(), probability=None, drive=None, abstained=False,
        version="",
    )  # fmt: skip


def _verdict(document: VerdictDocument, key: str, digest: str, judged: str) -> IndexedVerdict:
    best = document.diagnoses[0] if document.diagnoses else None
    return IndexedVerdict(
        key=key, digest=digest, judged_utc=judged, verdict=document.verdict, fault=best.fault if best else None,
        group=best.group if best else (), probability=best.probability if best else None, drive=document.drive,
        abstained=document.abstained, version=document.versions.get("lockbench", ""),
    )  # fmt: skip


def _measurements(document: VerdictDocument, key: str, digest: str) -> list[IndexedMeasurement]:
    """Return the numbers that were seen; words and yes/no answers have no mean and no spread."""
    numbers = [
        (step.name, m) for step in document.steps for m in step.measurements
        if isinstance(m.value, int | float) and not isinstance(m.value, bool)
    ]  # fmt: skip
    return [
        IndexedMeasurement(
            key=key, digest=digest, place=place, step=step, name=m.name, value=float(m.value or 0.0), unit=m.unit, low=m.low, high=m.high,
            outcome=m.outcome,
        )
        for place, (step, m) in enumerate(numbers)
    ]  # fmt: skip
