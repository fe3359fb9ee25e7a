"""Many runs as a table for other programs: CSV, JSON Lines, and JUnit XML with one test case a run."""

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from bench.model.faults import title_of
from bench.model.history import FoundRun, IndexedMeasurement
from bench.report.machine import outcome_element
from bench.report.wording import clean

COLUMNS: Final = (
    "run", "utc", "station", "rig", "profile", "scope", "symptom", "job", "vin", "verdict", "fault", "fault_title", "group", "probability",
    "drive", "abstained", "judged_utc", "version",
)  # fmt: skip
MEASUREMENT_COLUMNS: Final = ("run", "step", "name", "value", "unit", "low", "high", "outcome")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> str:
    """Return the cell as text that no spreadsheet takes for a formula: such a beginning gets an apostrophe (OWASP, CSV injection).

    Numbers stay numbers: a minus before a number starts no formula.
    """
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return str(cell)
    shown = clean(str(cell))
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown  # a tab or a line's end is a space by now


def runs_csv(runs: Iterable[FoundRun]) -> str:
    """Return one line a run (RFC 4180)."""
    return _csv(COLUMNS, ([row[column] for column in COLUMNS] for row in map(_row, runs)))


def measurements_csv(runs: Sequence[FoundRun], measurements: Iterable[IndexedMeasurement]) -> str:
    """Return one line a measurement (RFC 4180)."""
    names = {found.run.key: found.run.run for found in runs}
    rows = ([names.get(m.key, m.key), m.step, m.name, m.value, m.unit, m.low, m.high, m.outcome] for m in measurements)
    return _csv(MEASUREMENT_COLUMNS, rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def runs_json_lines(runs: Iterable[FoundRun]) -> str:
    """Return one JSON object a line, with the columns of the CSV."""
    return "".join(msgspec.json.encode(_row(found)).decode() + "\n" for found in runs)


def runs_junit(runs: Sequence[FoundRun]) -> str:
    """Return JUnit XML: a test case a run, its columns as properties; outcomes as in the report of one run."""
    totals = {"name": "lockbench history", "tests": str(len(runs))}
    suites = ET.Element("testsuites", totals)
    suite = ET.SubElement(suites, "testsuite", totals)
    for found in runs:
        case = ET.SubElement(suite, "testcase", {"classname": f"lockbench.{clean(found.run.profile)}", "name": clean(found.run.run)})
        holder = ET.SubElement(case, "properties")
        for name, value in _row(found).items():
            if value is not None:
                ET.SubElement(holder, "property", {"name": name, "value": clean(str(value))})
        outcome_element(case, found.verdict.verdict, title_of(found.verdict.fault) if found.verdict.fault else found.verdict.verdict, "")
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        count = str(sum(case.find(tag) is not None for case in suite))
        suites.set(name, count)
        suite.set(name, count)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _row(found: FoundRun) -> dict[str, object]:
    run, verdict = found.run, found.verdict
    return {
        "run": run.run, "utc": run.utc, "station": run.station, "rig": run.rig, "profile": run.profile, "scope": run.scope,
        "symptom": run.symptom, "job": run.job, "vin": run.vin or run.vin_hash, "verdict": verdict.verdict, "fault": verdict.fault,
        "fault_title": title_of(verdict.fault) if verdict.fault else None, "group": " ".join(verdict.group) or None,
        "probability": verdict.probability, "drive": verdict.drive, "abstained": verdict.abstained, "judged_utc": verdict.judged_utc,
        "version": verdict.version or None,
    }  # fmt: skip
