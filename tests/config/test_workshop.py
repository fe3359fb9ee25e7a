"""The workshop's own table: parts and prices with their sources, and never a number that nobody entered."""

import json
from pathlib import Path

import pytest

from bench.config.workshops import load_workshop
from bench.errors import ConfigError
from tests.command_runs import DOOR, lockbench

VIN = "SJNFAAJ11U1234567"
TABLE = """
schema = 1
name = "Garage on the corner"

[[part]]
number = "TEST-0001"
what = "rear door lock, left"
kind = "rear_door"
platform = "J11"
source = "catalogue of the dealer"
date = "2026-11-20"

[[part]]
number = "TEST-0002"
what = "rear door lock, left"
kind = "rear_door"
platform = "J12"
source = "catalogue of the dealer"
date = "2026-11-20"

[[cost]]
what = "new original rear door lock"
low = 123
high = 234
unit = "euro"
source = "our supplier"
date = "2026-11-20"
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "workshop.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_only_parts_that_fit_the_car_are_named(table: Path) -> None:
    said = lockbench("parts", "--vin", VIN, "--workshop", table)
    assert said.code == 0
    assert "TEST-0001" in said.out
    assert "catalogue of the dealer, 2026-11-20" in said.out
    assert "TEST-0002" not in said.out
    document = json.loads(lockbench("parts", "--vin", VIN, "--workshop", table, "--json").out)
    assert [part["number"] for part in document["parts"]] == ["TEST-0001"]


def test_without_a_table_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCKBENCH_WORKSHOP", raising=False)
    document = json.loads(lockbench("parts", "--vin", VIN, "--json").out)
    assert document["parts"] == []
    assert "no parts table" in lockbench("parts", "--vin", VIN).out


def test_the_table_may_be_named_by_the_environment(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKBENCH_WORKSHOP", str(table))
    assert "TEST-0001" in lockbench("parts").out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('source = "catalogue of the dealer"\n', "", "source"),
        ('date = "2026-11-20"\n', "", "date"),
        ('date = "2026-11-20"', 'date = "yesterday"', "date"),
        ('platform = "J11"', 'platform = "J10"', "platform"),
        ("low = 123", "low = 999", "low 999 is above high 234"),
        ("schema = 1", "schema = 2", "schema"),
        ('name = "Garage', 'nmae = "Garage', "nmae"),
    ],
)
def test_a_number_without_source_and_date_is_refused(table: Path, old: str, new: str, words: str) -> None:
    table.write_text(TABLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_workshop(table)


def test_the_workshops_prices_and_parts_stand_in_its_reports(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    lockbench("test", "--rig", "sim:motor_weak", "--profile", DOOR, "--vin", VIN, "--out", out, "--json")
    run = next(out.iterdir())
    page = tmp_path / "report.html"
    assert lockbench("report", run, "-o", page, "--workshop", table).code == 0
    text = page.read_text(encoding="utf-8")
    assert "123 to 234 euro" in text
    assert "roubles" not in text
    assert "TEST-0001" in text
    assert "TEST-0002" not in text
    assert "Garage on the corner" in text
    pdf = tmp_path / "report.pdf"
    assert lockbench("report", run, "-o", pdf, "--workshop", table).code == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
