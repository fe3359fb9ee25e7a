"""The history as files for other programs. VINs leave as a keyed hash unless the user says otherwise."""

from pathlib import Path

import msgspec

from bench.app.history import History
from bench.errors import UsageError
from bench.model.history import FoundRun, RunFilter
from bench.report.exports import measurements_csv, runs_csv, runs_json_lines, runs_junit
from bench.store.folder import write_atomically
from bench.store.vin_key import load_key, without_vin

ENDINGS = (".csv", ".jsonl", ".xml")


def export_runs(history: History, wanted: RunFilter, path: Path, *, with_vin: bool, measurements: bool) -> int:
    """Write the runs that fit, newest first, whole or not at all; return how many.

    `measurements`: a CSV of their numbers instead of the runs. Raises UsageError for an unknown ending or a path that
    cannot be written.
    """
    runs = history.search(wanted)
    shown = runs if with_vin else _hashed(runs, history)
    suffix = path.suffix.lower()
    if measurements and suffix != ".csv":
        raise UsageError(f"{path}: measurements are exported as .csv")
    if suffix == ".csv":
        text = measurements_csv(shown, history.index.measurements(runs)) if measurements else runs_csv(shown)
    elif suffix == ".jsonl":
        text = runs_json_lines(shown)
    elif suffix == ".xml":
        text = runs_junit(shown)
    else:
        raise UsageError(f"{path}: an export ends in one of {', '.join(ENDINGS)}")
    try:
        write_atomically(path, text.encode("utf-8", "replace"))
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror or exc}") from exc
    return len(runs)


def _hashed(runs: list[FoundRun], history: History) -> list[FoundRun]:
    """Return the runs without VINs, in a job text either."""
    key = load_key(history.place.vin_key) if any(found.run.vin for found in runs) else b""
    return [msgspec.structs.replace(found, run=without_vin(found.run, key)) for found in runs]
