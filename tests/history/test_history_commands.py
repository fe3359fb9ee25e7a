"""`history` and `stats` as a user meets them: exports for other programs, exit codes, one sentence for a mistake."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from history_samples import VIN, run_folder
from hypothesis import given
from hypothesis import strategies as st

from bench.report.exports import harmless
from tests.command_runs import lockbench


def exported(tmp_path: Path, name: str, *more: str) -> str:
    said = lockbench("history", "export", "--runs", tmp_path, "--vin-key", tmp_path / "key", "-o", tmp_path / name, *more)
    assert said.code == 0, said
    return (tmp_path / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("job", ["=cmd|'/C calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\n=2+5", 'a,b\n"c"'])
def test_no_cell_of_an_export_is_a_formula(tmp_path: Path, job: str) -> None:
    """A spreadsheet takes a cell that starts with = + - @ for a formula: a job text must not run in the office."""
    run_folder(tmp_path, 1, job=job)
    (row,) = csv.DictReader(io.StringIO(exported(tmp_path, "x.csv")))
    assert row["job"].lstrip()[:1] not in {"=", "+", "-", "@"}
    assert row["run"] == "2026-11-01T10-00-00Z-d01"


@given(st.text(max_size=30))
def test_whatever_the_text_its_cell_is_harmless(text: str) -> None:
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@"))


def test_exports_carry_a_hash_unless_told_otherwise(tmp_path: Path) -> None:
    run_folder(tmp_path, 1, vin=VIN, job=f"for {VIN}")
    for name in ("x.csv", "x.jsonl", "x.xml"):
        assert VIN not in exported(tmp_path, name)
        assert VIN in exported(tmp_path, name, "--with-vin")


def test_the_three_formats_tell_the_same(tmp_path: Path) -> None:
    run_folder(tmp_path, 1)
    run_folder(tmp_path, 2, verdict="FAIL", fault="gear_jam")
    run_folder(tmp_path, 3, verdict=None)
    table = [(row["run"], row["verdict"], row["fault"]) for row in csv.DictReader(io.StringIO(exported(tmp_path, "x.csv")))]
    lines = [json.loads(line) for line in exported(tmp_path, "x.jsonl").splitlines()]
    suites = ET.fromstring(exported(tmp_path, "x.xml"))  # noqa: S314 -- our own text
    assert [(one["run"], one["verdict"], one["fault"] or "") for one in lines] == table
    assert [case.get("name") for case in suites.iter("testcase")] == [run for run, _, _ in table]
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors"), suites.get("skipped")) == ("3", "1", "1", "0")


def test_measurements_are_exported_as_numbers(tmp_path: Path) -> None:
    run_folder(tmp_path, 1, travel_ms=112.5)
    (row,) = csv.DictReader(io.StringIO(exported(tmp_path, "m.csv", "--measurements")))
    assert (row["step"], row["name"], row["value"], row["low"], row["high"]) == ("lock#1", "travel_ms", "112.5", "60.0", "190.0")


def test_history_lists_and_searches(tmp_path: Path) -> None:
    run_folder(tmp_path, 1, vin=VIN, job="RO 4711")
    run_folder(tmp_path, 2, verdict="FAIL", fault="gear_jam")
    said = lockbench("history", "--runs", tmp_path, "--vin", VIN)
    assert said.code == 0
    assert "RO 4711" in said.out
    assert "2026-11-02" not in said.out
    document = lockbench("history", "--runs", tmp_path, "--json").document
    assert document["schema"] == "lockbench.history/1"
    assert [one["verdict"]["verdict"] for one in document["runs"]] == ["FAIL", "PASS"]
    assert lockbench("history", "reindex", "--runs", tmp_path).err.strip().endswith("2 runs indexed anew")


def test_statistics_are_written_as_one_page_that_fetches_nothing(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        run_folder(tmp_path, day, job="<script>alert(1)</script>", travel_ms=100.0 + day, verdict="FAIL", fault="gear_jam")
    assert lockbench("stats", "--runs", tmp_path, "-o", tmp_path / "s.html").code == 0
    page = (tmp_path / "s.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page
    document = lockbench("stats", "--runs", tmp_path, "--json").document
    assert document["schema"] == "lockbench.stats/1"
    assert document["first_pass_yield"]["passed"] == 0


def test_mistakes_get_one_sentence(tmp_path: Path) -> None:
    run_folder(tmp_path, 1)
    here = ("--runs", tmp_path)
    lockbench("history", "--runs", tmp_path / "none").refused("No such file")
    lockbench("history", "frobnicate").refused("frobnicate")
    lockbench("history", "export", *here).refused("-o")
    lockbench("history", "export", *here, "-o", tmp_path / "x.pdf").refused(".csv")
    lockbench("history", "export", *here, "-o", tmp_path / "no" / "x.csv").refused("cannot write")
    lockbench("history", "sync", *here).refused("URL")
    lockbench("history", "sync", "mysql://u:secret@h/d", *here).refused("postgresql://")
    lockbench("history", "sync", "no url", *here).refused("database URL")
    lockbench("history", "forget", *here).refused("VIN")
    lockbench("history", "forget", "SHORT", *here).refused("17")
    lockbench("stats", "grr", *here).refused("part=")
    lockbench("stats", "grr", *here, "--study", tmp_path / "none.csv").refused("none.csv")
    lockbench("stats", *here, "-o", tmp_path / "x.doc").refused(".html")
