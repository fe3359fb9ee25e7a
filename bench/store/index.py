"""The index over run folders: always made from them, searched by VIN, job, fault and date (DESIGN 3.3)."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, and_, delete, func, insert, or_, select, text, update

from bench.errors import RecordError
from bench.model.history import FoundRun, IndexedMeasurement, IndexedRun, IndexedVerdict, IndexEntry, RunFilter
from bench.store.index_database import speaking_to, sqlite_at
from bench.store.index_entry import entry_of, stamp_of
from bench.store.index_tables import FOLDERS, MEASUREMENTS, OWN, RUNS, SENT, SHARED, TABLES, VERDICTS
from bench.store.reading import run_folders
from bench.store.vin_key import without

INDEX_NAME: Final = ".history.sqlite"
"""Beside the run folders, hidden, so that `runs/*` names runs only."""


class HistoryIndex:
    """One database with the tables of the index. Every method raises PortError where the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def beside(cls, root: Path) -> "HistoryIndex":
        """Open the index of a folder of runs, making it where there is none; raises RecordError for a missing folder."""
        run_folders(root)
        index = cls(sqlite_at(root / INDEX_NAME))
        index.create()
        return index

    def create(self) -> None:
        """Make the tables that are not there."""
        with speaking_to(self.engine, "make the tables"), self.engine.begin() as connection:
            TABLES.create_all(connection)
            if self.engine.dialect.name == "sqlite":
                OWN.create_all(connection)

    def allow_inserting(self, role: str) -> None:
        """Give a PostgreSQL role INSERT on the shared tables and take every other right on them from it."""
        quoted = self.engine.dialect.identifier_preparer.quote(role)
        with speaking_to(self.engine, f"give rights to {role}"), self.engine.begin() as connection:
            for table in SHARED:
                connection.execute(text(f"REVOKE ALL ON {table.name} FROM {quoted}"))
                connection.execute(text(f"GRANT INSERT ON {table.name} TO {quoted}"))

    def close(self) -> None:
        """Let go of the database; for SQLite the write-ahead log is folded in."""
        self.engine.dispose()

    def refresh(self, root: Path, station: str, *, anew: bool = False) -> list[str]:
        """Bring the index in step with the folders; return a sentence for each one that cannot be read.

        `anew`: forget all that was known and read every folder again.
        """
        folders = run_folders(root)
        with speaking_to(self.engine, "bring the index up to date"), self.engine.begin() as connection:
            if anew:
                for table in (MEASUREMENTS, VERDICTS, RUNS, FOLDERS):
                    connection.execute(delete(table))
            known = {row.path: row for row in connection.execute(select(FOLDERS))}
            here = {str(folder.resolve()): folder for folder in folders}
            self._drop(connection, [known[path] for path in known.keys() - here.keys()])
            for path, folder in here.items():
                if (row := known.get(path)) is None or row.stamp != stamp_of(folder):
                    self._read(connection, path, folder, station)
            return list(connection.scalars(select(FOLDERS.c.problem).where(FOLDERS.c.problem.is_not(None)).order_by(FOLDERS.c.path)))

    def _read(self, connection: Connection, path: str, folder: Path, station: str) -> None:
        stamp = stamp_of(folder)
        connection.execute(delete(FOLDERS).where(FOLDERS.c.path == path))
        try:
            entry = entry_of(folder, station)
        except (RecordError, OSError) as exc:
            connection.execute(insert(FOLDERS).values(path=path, key="", stamp=stamp, problem=str(exc)))
            return
        connection.execute(insert(FOLDERS).values(path=path, key=entry.run.key, stamp=stamp, problem=None))
        # the run line itself changes only when a VIN is forgotten
        connection.execute(update(RUNS).where(RUNS.c.key == entry.run.key).values(vin=entry.run.vin, job=entry.run.job))
        add(connection, [entry])

    def _drop(self, connection: Connection, gone: Sequence[Any]) -> None:
        """Folders that are no longer there are no longer in the index: the folder is the truth."""
        for row in gone:
            connection.execute(delete(FOLDERS).where(FOLDERS.c.path == row.path))
            connection.execute(delete(RUNS).where(RUNS.c.key == row.key))

    def search(self, wanted: RunFilter) -> list[FoundRun]:
        """Return the runs that fit, newest first, each with its latest judgement."""
        latest = _latest().subquery()
        query = (
            select(RUNS, *(VERDICTS.c[name].label(f"v_{name}") for name in VERDICTS.c.keys()))  # noqa: SIM118 -- not a dict
            .join(latest, latest.c.key == RUNS.c.key)
            .join(VERDICTS, and_(VERDICTS.c.key == RUNS.c.key, VERDICTS.c.digest == latest.c.digest))
            .order_by(RUNS.c.utc.desc(), RUNS.c.run.desc())
        )
        for condition in _conditions(wanted):
            query = query.where(condition)
        if wanted.limit is not None:
            query = query.limit(wanted.limit)
        with speaking_to(self.engine, "search"), self.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            paths = self._paths(connection)
        return [_found(row, paths) for row in rows]

    def _paths(self, connection: Connection) -> dict[str, str]:
        if self.engine.dialect.name != "sqlite":
            return {}
        return {row.key: row.path for row in connection.execute(select(FOLDERS.c.key, FOLDERS.c.path))}

    def measurements(self, runs: Iterable[FoundRun]) -> list[IndexedMeasurement]:
        """Return the numbers of the latest judgement of these runs."""
        wanted = {(found.run.key, found.verdict.digest) for found in runs}
        query = select(MEASUREMENTS).order_by(MEASUREMENTS.c.key, MEASUREMENTS.c.place)
        with speaking_to(self.engine, "read the measurements"), self.engine.connect() as connection:
            rows = connection.execute(query).mappings()
            return [IndexedMeasurement(**row) for row in rows if (row["key"], row["digest"]) in wanted]

    def forget(self, *, vin: str | None, vin_hash: str | None) -> int:
        """Remove a VIN and its hash from every run, from its job text too; return in how many it stood."""
        conditions = [column == value for column, value in ((RUNS.c.vin, vin), (RUNS.c.vin_hash, vin_hash)) if value]
        with (
            speaking_to(self.engine, "forget a VIN (a rig may only insert: ask whoever keeps the database)"),
            self.engine.begin() as connection,
        ):
            named = select(RUNS.c.key).where(or_(*conditions))
            keys = set(connection.scalars(named)) | (_told_in_job(connection, vin) if vin else set())
            connection.execute(update(RUNS).where(or_(*conditions)).values(vin=None, vin_hash=None))
            return len(keys)

    def entries(self) -> list[IndexEntry]:
        """Return all runs with all their judgements, oldest first, for sending."""
        with speaking_to(self.engine, "read the runs"), self.engine.connect() as connection:
            runs = {row["key"]: _run(row) for row in connection.execute(select(RUNS).order_by(RUNS.c.utc)).mappings()}
            numbers: dict[tuple[str, str], list[IndexedMeasurement]] = {}
            for row in connection.execute(select(MEASUREMENTS).order_by(MEASUREMENTS.c.place)).mappings():
                numbers.setdefault((row["key"], row["digest"]), []).append(IndexedMeasurement(**row))
            verdicts = [_verdict(row) for row in connection.execute(select(VERDICTS).order_by(VERDICTS.c.judged_utc)).mappings()]
        return [IndexEntry(run=runs[v.key], verdict=v, measurements=tuple(numbers.get((v.key, v.digest), ()))) for v in verdicts]

    def sent(self, target: str) -> set[tuple[str, str]]:
        """Return what that database has confirmed, as (key, digest)."""
        with speaking_to(self.engine, "read what was sent"), self.engine.connect() as connection:
            return {(row.key, row.digest) for row in connection.execute(select(SENT).where(SENT.c.target == target))}

    def mark_sent(self, target: str, entries: Sequence[IndexEntry]) -> None:
        """Keep that these were confirmed."""
        rows = [{"target": target, "key": e.run.key, "digest": e.verdict.digest} for e in entries]
        with speaking_to(self.engine, "keep what was sent"), self.engine.begin() as connection:
            connection.execute(_unless_there(connection, SENT), rows)

    def insert(self, entries: Sequence[IndexEntry]) -> None:
        """Add runs in one transaction; what is there already stays as it is. Needs no right but INSERT."""
        with speaking_to(self.engine, "add runs"), self.engine.begin() as connection:
            add(connection, entries)


def _told_in_job(connection: Connection, vin: str) -> set[str]:
    """Take a VIN out of the job texts; return the keys of those runs."""
    holds = func.lower(RUNS.c.job).contains(vin.lower(), autoescape=True)
    rows = connection.execute(select(RUNS.c.key, RUNS.c.job).where(holds)).all()
    for row in rows:
        connection.execute(update(RUNS).where(RUNS.c.key == row.key).values(job=without(row.job, vin)))
    return {row.key for row in rows}


def add(connection: Connection, entries: Sequence[IndexEntry]) -> None:
    """Insert the rows of these runs unless they are there."""
    runs = [_row(e.run) for e in entries]
    verdicts = [{**_row(e.verdict), "group": json.dumps(e.verdict.group)} for e in entries]
    numbers = [_row(m) for e in entries for m in e.measurements]
    for table, rows in ((RUNS, runs), (VERDICTS, verdicts), (MEASUREMENTS, numbers)):
        if rows:
            connection.execute(_unless_there(connection, table), rows)


def _unless_there(connection: Connection, table: Any) -> Any:
    """ON CONFLICT DO NOTHING without a target: PostgreSQL then asks for no right to read."""
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _row(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__struct_fields__}


def _latest() -> Select[Any]:
    """One digest a run: of the judgement made last; of equals the greater, so that the answer is one."""
    newest = select(VERDICTS.c.key, func.max(VERDICTS.c.judged_utc).label("judged_utc")).group_by(VERDICTS.c.key).subquery()
    return (
        select(VERDICTS.c.key, func.max(VERDICTS.c.digest).label("digest"))
        .join(newest, and_(newest.c.key == VERDICTS.c.key, newest.c.judged_utc == VERDICTS.c.judged_utc))
        .group_by(VERDICTS.c.key)
    )


def _conditions(wanted: RunFilter) -> list[Any]:
    conditions: list[Any] = []
    named = [column == value for column, value in ((RUNS.c.vin, wanted.vin), (RUNS.c.vin_hash, wanted.vin_hash)) if value is not None]
    if named:
        conditions.append(or_(*named))
    if wanted.job is not None:
        conditions.append(func.lower(RUNS.c.job).contains(wanted.job.lower(), autoescape=True))
    if wanted.fault is not None:
        conditions.append(or_(VERDICTS.c.fault == wanted.fault, VERDICTS.c.group.contains(json.dumps(wanted.fault), autoescape=True)))
    for column, value in ((VERDICTS.c.verdict, wanted.verdict), (RUNS.c.profile, wanted.profile)):
        if value is not None:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(RUNS.c.utc >= wanted.since)
    if wanted.until is not None:
        conditions.append(RUNS.c.utc < wanted.until)
    return conditions


def _run(row: Any) -> IndexedRun:
    return IndexedRun(**{name: row[name] for name in IndexedRun.__struct_fields__})


def _verdict(mapping: Any, prefix: str = "") -> IndexedVerdict:
    fields = {name: mapping[f"{prefix}{name}"] for name in IndexedVerdict.__struct_fields__}
    return IndexedVerdict(**{**fields, "group": tuple(json.loads(fields["group"]))})


def _found(row: Any, paths: dict[str, str]) -> FoundRun:
    return FoundRun(run=_run(row), verdict=_verdict(row, "v_"), path=paths.get(row["key"]))
