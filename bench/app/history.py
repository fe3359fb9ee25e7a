"""The history of a workshop: find runs again, send them to the chain's database, export them, forget a VIN."""

import hashlib
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from bench.app.asked import check_vin
from bench.errors import PortError, UsageError
from bench.model.history import FoundRun, IndexEntry, RunFilter
from bench.model.language import text
from bench.model.names import FAULTS
from bench.store.forgetting import forget_in_file, forget_in_folder
from bench.store.reading import run_folders
from bench.store.vin_key import default_key_path, load_key, vin_hash, without_vin

try:
    from bench.store.index import HistoryIndex
    from bench.store.index_database import database_at, shown
except ModuleNotFoundError as exc:
    raise UsageError(f"history and stats need the extra 'fleet': pip install 'lockbench[fleet]' ({exc.name} is missing)") from exc

BATCH: Final = 200
"""Runs sent in one transaction: a line that breaks loses at most this much work, and none of the runs."""
NOT_TOUCHED: Final = text("Files exported or printed earlier, and a chain's database, are not touched: forget it there too (--db URL).")
VERDICTS: Final = ("PASS", "INCONCLUSIVE", "FAIL", "ABORTED", "ERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlace:
    """Where the history is looked for: a folder of runs on this machine, or a database by URL."""

    runs: Path = Path("runs")
    url: str | None = None
    vin_key: Path = field(default_factory=default_key_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An open history. `problems`: folders that could not be read, a sentence each."""

    index: HistoryIndex
    place: HistoryPlace
    problems: tuple[str, ...] = ()

    def search(self, wanted: RunFilter) -> list[FoundRun]:
        """Return what fits, newest first; in a chain's database a VIN is looked for by its keyed hash too."""
        if wanted.vin is not None and self.place.url is not None:
            wanted = msgspec.structs.replace(wanted, vin_hash=vin_hash(wanted.vin, load_key(self.place.vin_key)))
        return self.index.search(wanted)


@contextmanager
def open_history(place: HistoryPlace, *, anew: bool = False) -> Iterator[History]:
    """Open the history; the index of a folder is brought in step with it first. Raises RecordError, UsageError or PortError."""
    index = HistoryIndex(database_at(place.url)) if place.url is not None else HistoryIndex.beside(place.runs)
    try:
        problems = index.refresh(place.runs, socket.gethostname(), anew=anew) if place.url is None else []
        yield History(index=index, place=place, problems=tuple(problems))
    finally:
        index.close()


def make_filter(
    *, vin: str | None = None, job: str | None = None, fault: str | None = None, verdict: str | None = None, profile: str | None = None,
    since: str | None = None, until: str | None = None, limit: int | None = None,
) -> RunFilter:  # fmt: skip
    """Return a checked filter; `until` names the last day that counts. Raises UsageError, one sentence, for what cannot be meant."""
    if fault is not None and fault not in FAULTS:
        raise UsageError(f"--fault {fault}: not one of {', '.join(FAULTS)}")
    if verdict is not None and verdict.upper() not in VERDICTS:
        raise UsageError(f"--verdict {verdict}: not one of {', '.join(VERDICTS)}")
    if limit is not None and limit < 1:
        raise UsageError(f"--limit {limit}: at least 1")
    last = _day("--until", until)
    return RunFilter(
        vin=check_vin(vin), job=job, fault=fault, verdict=verdict.upper() if verdict else None, profile=profile,
        since=str(first) if (first := _day("--since", since)) else None, until=str(last + timedelta(days=1)) if last else None, limit=limit,
    )  # fmt: skip


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text}: write a day as 2026-11-23") from None


def make_central(url: str, rig_role: str | None) -> list[str]:
    """Make the tables in a chain's database and give the rigs' role the right to insert, and no other; return what was done.

    Raises UsageError for a role that is no plain name, PortError where the database refuses.
    """
    index = HistoryIndex(database_at(url))
    if rig_role is not None and not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", rig_role):
        raise UsageError(f"--rig-role {rig_role}: a name of small letters, digits and '_'")
    try:
        index.create()
        done = [f"{shown(index.engine)}: tables are there"]
        if rig_role is not None:
            index.allow_inserting(rig_role)
            done.append(f"{rig_role} may insert, and nothing else")
        return done
    finally:
        index.close()


def sync(place: HistoryPlace, url: str, *, with_vin: bool, progress: Callable[[int, int], None]) -> tuple[int, tuple[str, ...]]:
    """Send every run that the database has not confirmed yet; return how many, and the folders that cannot be read.

    Any number of days may have passed, and a line that breaks in between loses nothing: what was confirmed is kept after each
    batch, and a batch that is sent twice changes nothing. VINs leave as a keyed hash unless `with_vin`. `progress` gets
    (sent, to send). Raises PortError where the database does not answer.
    """
    with open_history(HistoryPlace(runs=place.runs, vin_key=place.vin_key)) as own:
        central = HistoryIndex(database_at(url))
        try:
            target = _target(central)
            there = own.index.sent(target)
            waiting = [entry for entry in own.index.entries() if (entry.run.key, entry.verdict.digest) not in there]
            key = load_key(place.vin_key) if not with_vin and any(entry.run.vin for entry in waiting) else b""
            for start in range(0, len(waiting), BATCH):
                batch = waiting[start : start + BATCH]
                _insert(
                    central,
                    [entry if with_vin else msgspec.structs.replace(entry, run=without_vin(entry.run, key)) for entry in batch],
                    left=len(waiting) - start,
                )
                own.index.mark_sent(target, batch)
                progress(start + len(batch), len(waiting))
            return len(waiting), own.problems
        finally:
            central.close()


def _insert(central: HistoryIndex, batch: Sequence[IndexEntry], *, left: int) -> None:
    try:
        central.insert(batch)
    except PortError as exc:
        raise PortError(f"{exc}; {left} runs wait and go with the next sync") from None


def _target(central: HistoryIndex) -> str:
    """Name a database in the rig's own notes without its user and password."""
    url = central.engine.url
    return hashlib.sha256(f"{url.get_backend_name()}://{url.host}:{url.port}/{url.database}".encode()).hexdigest()


def forget(place: HistoryPlace, vin: str) -> list[str]:
    """Take a VIN out of the run folders and the index, or out of a chain's database; return what was done, a line each."""
    plain = check_vin(vin) or ""
    if place.url is not None:
        index = HistoryIndex(database_at(place.url))
        try:
            hashed = vin_hash(plain, load_key(place.vin_key))
            return [f"{shown(index.engine)}: taken out of {index.forget(vin=plain, vin_hash=hashed)} runs"]
        finally:
            index.close()
    done, count = [f"{path}: VIN taken out" for path in sorted(place.runs.glob("*")) if forget_in_file(path, plain)], 0
    with open_history(place) as history:
        # Every folder is looked into: a VIN may stand in a job text, or in the kept copy of another car's run.
        for folder in run_folders(place.runs):
            taken = forget_in_folder(folder, plain)
            done, count = done + taken, count + bool(taken)
        history.index.forget(vin=plain, vin_hash=None)
    with open_history(place):  # the folders have changed: the index follows them
        pass
    return [*done, NOT_TOUCHED, f"{place.runs}: taken out of {count} {'run' if count == 1 else 'runs'}"]
