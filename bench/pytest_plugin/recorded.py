"""Recorded runs as test cases: what today's judge says of them, beside what was said when they were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from bench.app.judging import judge_record, load_run
from bench.errors import RecordError
from bench.model.diagnosis import VerdictDocument
from bench.model.record import RunRecord
from bench.store.folder import OBSERVATIONS
from bench.store.reading import read_verdict, run_folders


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run folder read back. `stored` None: the folder holds no verdict, the run was cut."""

    path: Path
    record: RunRecord
    document: VerdictDocument
    stored: VerdictDocument | None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and judge a run folder; raises RecordError for what is no record."""
        record, profile = load_run(path)
        return cls(path=path, record=record, document=judge_record(record, profile).document, stored=read_verdict(path))


def run_folders_of(named: Sequence[str], root: Path) -> list[Path]:
    """Return the run folders: those named themselves, and those directly below the ones named, oldest first.

    Relative paths count from `root`. A name where nothing lies is a mistake of the tests' own: pytest's usage error.
    """
    found: list[Path] = []
    for name in named:
        folder = root / name
        if (folder / OBSERVATIONS).is_file():
            found.append(folder)
            continue
        try:
            below = run_folders(folder)
        except RecordError as exc:
            raise pytest.UsageError(f"lockbench_runs: {exc}") from exc
        if not below:
            raise pytest.UsageError(f"lockbench_runs: {folder}: no run folder is there")
        found += below
    return found
