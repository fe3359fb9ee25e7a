"""Stored runs as the panel lists and opens them. Read in place; anything odd in a folder leaves it out, never breaks the page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from bench.errors import BenchError
from bench.model.diagnosis import VerdictDocument
from bench.model.faults import title_of
from bench.model.observations import Run
from bench.store.folder import OBSERVATIONS, VERDICT
from bench.store.reading import open_regular, read_verdict

RUN_ID: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[A-Za-z0-9][A-Za-z0-9_-]{0,70}")
"""What a run may be called; nothing else reaches a path."""
LISTED: Final = 100
LINE_MAX: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """One row of the list."""

    id: str
    when: str
    verdict: str
    word: str
    title: str
    profile: str
    job: str | None
    vin: str | None


class Records:
    """The run folders under one root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[tuple[str, int], ListedRun] = {}

    def folder(self, run: str) -> Path | None:
        """Return a run's folder; None for what is no run id or not there."""
        path = self._root / run
        return path if RUN_ID.fullmatch(run) and path.is_dir() and not path.is_symlink() else None

    def document(self, run: str) -> VerdictDocument | None:
        """Return a run's verdict; None where there is none that can be read."""
        folder = self.folder(run)
        try:
            return read_verdict(folder) if folder else None
        except BenchError:
            return None

    def header(self, run: str) -> Run | None:
        """Return a run's first line."""
        folder = self.folder(run)
        try:
            if folder is None:
                return None
            with open_regular(folder / OBSERVATIONS) as lines:
                return msgspec.json.decode(lines.readline(LINE_MAX), type=Run)
        except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
            return None

    def newest(self) -> list[ListedRun]:
        """Return the newest runs that have a verdict, the newest first."""
        try:
            names = sorted((p.name for p in self._root.iterdir() if RUN_ID.fullmatch(p.name)), reverse=True)[:LISTED]
        except OSError:
            return []
        return [row for row in map(self._row, names) if row is not None]

    def good(self, profiles: Iterable[str]) -> list[ListedRun]:
        """Return runs that another lock may be compared with: of one of these profiles, and not found faulty."""
        wanted = set(profiles)
        return [row for row in self.newest() if row.profile in wanted and row.verdict in ("PASS", "INCONCLUSIVE")]

    def _row(self, run: str) -> ListedRun | None:
        try:
            key = (run, (self._root / run / VERDICT).stat().st_mtime_ns)
        except OSError:
            return None
        if key not in self._known:
            document, header = self.document(run), self.header(run)
            if document is None:
                return None
            if len(self._known) > 2 * LISTED:
                self._known.clear()
            title = title_of(document.diagnoses[0].fault) if document.diagnoses and document.verdict == "FAIL" else ""
            self._known[key] = ListedRun(
                id=run, when=f"{run[:10]} {run[11:16].replace('-', ':')} UTC", verdict=document.verdict, word=document.verdict, title=title,
                profile=document.profile, job=header.job if header else None, vin=header.vin if header else None,
            )  # fmt: skip
        return self._known[key]
