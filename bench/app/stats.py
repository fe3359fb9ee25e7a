"""Statistics over the history: yield, faults, capability, and the gauge R&R study of a rig."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.analysis.gauge import cells_of, gauge_study
from bench.analysis.statistics import capabilities, first_pass_yield, pareto
from bench.app.history import History
from bench.errors import UsageError
from bench.model.history import FoundRun, IndexedMeasurement, RunFilter
from bench.model.statistics import GRR_SCHEMA, STATS_SCHEMA, Capability, FaultCount, GaugeStudy, Yield

_IN_JOB: Final = re.compile(r"\b(part|operator)=(\S+)")
_MOST_STUDY_BYTES: Final = 10 << 20


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """The statistics of the runs that a filter found (schema lockbench.stats/1)."""

    schema: str = STATS_SCHEMA
    runs: int
    first_pass_yield: Yield
    faults: tuple[FaultCount, ...]
    capabilities: tuple[Capability, ...]


class GaugeStudies(msgspec.Struct, frozen=True, kw_only=True):
    """A gauge R&R study (schema lockbench.grr/1)."""

    schema: str = GRR_SCHEMA
    runs: int
    studies: tuple[GaugeStudy, ...]


def stats_of(history: History, wanted: RunFilter) -> Stats:
    """Return the statistics of the runs that fit."""
    runs = history.search(wanted)
    return Stats(
        runs=len(runs), first_pass_yield=first_pass_yield(runs), faults=pareto(runs),
        capabilities=capabilities(runs, history.index.measurements(runs)),
    )  # fmt: skip


def gauge_of(history: History, wanted: RunFilter, *, study: Path | None, measurement: str | None) -> GaugeStudies:
    """Return the study of every measurement, or of one.

    Which run tested which lock in whose hands is in `study` (CSV with the columns run, part, operator) or in the job texts
    (`--job "part=3 operator=anna"`). Each run is one trial: the mean of its steps of one name. Raises UsageError where
    no run takes part or the study is not crossed and balanced.
    """
    runs = history.search(wanted)
    taking_part = _from_file(study, runs) if study is not None else _from_jobs(runs)
    if not taking_part:
        where = str(study) if study is not None else 'the job texts (write --job "part=3 operator=anna")'
        raise UsageError(f"no run of a gauge study: {where} names none of the {len(runs)} runs found")
    trials, limits = _trials([found for found in runs if found.run.key in taking_part], history, taking_part)
    names = [name for name in trials if measurement is None or measurement in (name, name.partition(": ")[2])]
    if not names:
        raise UsageError(f"--measurement {measurement}: not in these runs; there are {', '.join(sorted(trials)[:12])}")
    studies = [
        gauge_study(name, limits[name][0], cells_of(trials[name]), low=limits[name][1], high=limits[name][2]) for name in sorted(names)
    ]
    return GaugeStudies(runs=len(taking_part), studies=tuple(studies))


def _from_jobs(runs: Sequence[FoundRun]) -> dict[str, tuple[str, str]]:
    said = {found.run.key: dict(_IN_JOB.findall(found.run.job or "")) for found in runs}
    return {key: (words["part"], words.get("operator", "")) for key, words in said.items() if "part" in words}


def _from_file(path: Path, runs: Sequence[FoundRun]) -> dict[str, tuple[str, str]]:
    keys = {found.run.run: found.run.key for found in runs}
    try:
        if path.stat().st_size > _MOST_STUDY_BYTES:
            raise UsageError(f"{path}: longer than {_MOST_STUDY_BYTES} bytes")
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            if not {"run", "part"} <= set(table.fieldnames or ()):
                raise UsageError(f"{path}: the first line must name the columns run, part and operator")
            rows = [(row["run"] or "", row["part"] or "", row.get("operator") or "") for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise UsageError(f"{path}: {exc}") from exc
    missing = [run for run, _, _ in rows if run not in keys]
    if missing:
        raise UsageError(f"{path}: run {missing[0]} is not in the history ({len(missing)} of {len(rows)} are not)")
    return {keys[run]: (part, operator) for run, part, operator in rows}


def _trials(
    runs: Sequence[FoundRun], history: History, taking_part: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, list[tuple[str, str, float]]], dict[str, tuple[str, float | None, float | None]]]:
    """Return (part, operator, value) by measurement, and of each its unit and limits."""
    limits: dict[str, tuple[str, float | None, float | None]] = {}
    values: dict[str, dict[str, list[float]]] = {}
    for m in history.index.measurements(runs):
        name = _name(m)
        limits[name] = (m.unit, m.low, m.high)
        values.setdefault(name, {}).setdefault(m.key, []).append(m.value)
    trials = {
        name: [(*taking_part[key], sum(seen) / len(seen)) for key, seen in by_run.items()]
        for name, by_run in values.items() if len(by_run) == len(runs)
    }  # fmt: skip
    return trials, limits


def _name(m: IndexedMeasurement) -> str:
    return f"{m.step.partition('#')[0]}: {m.name}"
