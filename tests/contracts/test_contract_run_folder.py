"""DESIGN 3.3: the run folder, and that a run which was cut stays readable to its last whole line."""

import json
import re
import shutil
from pathlib import Path

import pytest

from bench.store.reading import list_runs
from tests.command_runs import DOOR, ROOT, RunShelf, lockbench


@pytest.fixture
def whole(shelf: RunShelf) -> bytes:
    """The lines of a healthy run."""
    return shelf.get("sim", "--seed", "1").observations.read_bytes()


def test_the_folder_has_its_name_and_its_four_parts(shelf: RunShelf) -> None:
    folder = shelf.get("sim", "--seed", "1").folder
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[A-Za-z0-9_-]+", folder.name)
    assert {p.name for p in folder.iterdir()} == {"observations.jsonl", "verdict.json", "config", "report.html"}


def test_the_folder_keeps_profile_and_databases_as_they_were_used(shelf: RunShelf) -> None:
    config = shelf.get("sim", "--seed", "1").folder / "config"
    kept = {p.name: p.read_bytes() for p in config.iterdir()}
    assert kept[f"{DOOR}.toml"] == (ROOT / "dbc" / f"{DOOR}.toml").read_bytes()
    assert kept["nissan-60d.dbc"] == (ROOT / "dbc" / "nissan-60d.dbc").read_bytes()


def test_the_report_stands_alone(shelf: RunShelf) -> None:
    """It loads nothing from anywhere, and it says the verdict."""
    page = (shelf.get("sim:switch_stuck_closed", "--seed", "1").folder / "report.html").read_text(encoding="utf-8")
    assert "FAIL" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", page)


def test_a_run_torn_at_every_byte_of_its_last_line_is_still_judged_and_aborted(whole: bytes, tmp_path: Path) -> None:
    """At its last byte, which is only the newline, nothing is lost."""
    start = whole.rstrip(b"\n").rindex(b"\n") + 1
    paths = []
    for cut in range(start, len(whole)):
        path = tmp_path / f"cut{cut}.jsonl"
        path.write_bytes(whole[:cut])
        paths.append(path)
    said = lockbench("judge", "--json", *paths)
    documents = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    assert [d["verdict"] for d in documents[:-1]] == ["ABORTED"] * (len(paths) - 1)
    assert documents[-1]["verdict"] == "PASS"
    assert all("torn" in " ".join(d["warnings"]) for d in documents[1:-1])


@pytest.mark.parametrize("nuls", [1, 511, 4096, 2_000_000])
def test_a_tail_of_nul_bytes_is_dropped_with_a_warning(whole: bytes, nuls: int, tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"
    path.write_bytes(whole[: len(whole) // 2] + bytes(nuls))
    said = lockbench("judge", "--json", path)
    assert said.code == 4
    assert said.document["verdict"] == "ABORTED"
    assert "warning" in said.err


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_a_run_cut_anywhere_is_listed_and_judged_as_aborted(whole: bytes, share: float, shelf: RunShelf, tmp_path: Path) -> None:
    folder = tmp_path / shelf.get("sim", "--seed", "1").folder.name
    folder.mkdir()
    (folder / "observations.jsonl").write_bytes(whole[: int(len(whole) * share)])
    said = lockbench("judge", "--json", folder)
    assert said.code == 4
    assert said.document["verdict"] == "ABORTED"
    assert said.document["run"] == folder.name
    assert [(r.run_id, r.verdict) for r in list_runs(tmp_path)] == [(folder.name, "ABORTED")]


def test_a_cut_run_gets_a_report_too(whole: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "2026-11-23T10-15-02Z-a1b2"
    folder.mkdir()
    (folder / "observations.jsonl").write_bytes(whole[: len(whole) // 3])
    assert lockbench("report", folder).code == 0
    assert "ABORTED" in (folder / "report.html").read_text(encoding="utf-8")


def test_the_folder_is_the_truth_and_may_be_moved(shelf: RunShelf, tmp_path: Path) -> None:
    run = shelf.get("sim:switch_stuck_closed", "--seed", "1")
    moved = tmp_path / "elsewhere" / run.folder.name
    shutil.copytree(run.folder, moved)
    assert lockbench("judge", "--json", moved).document == run.document


def test_judging_and_reporting_elsewhere_leave_the_folder_as_it_was(shelf: RunShelf, tmp_path: Path) -> None:
    folder = shelf.get("sim:switch_stuck_closed", "--seed", "1").folder
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.rglob("*")}
    assert lockbench("judge", folder, "--json").code == 1
    for ending in ("html", "json", "xml"):
        assert lockbench("report", folder, "-o", tmp_path / f"report.{ending}").code == 0
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.rglob("*")} == before


def test_two_runs_never_share_a_folder(out: Path) -> None:
    for _ in range(2):
        lockbench("test", "--rig", "plant:odd_plants:dead_sensor", "--out", out, "--json")
    assert len(list(out.iterdir())) == 2
    assert all((folder / "verdict.json").stat().st_size > 0 for folder in out.iterdir())
    assert not list(out.rglob("*.tmp"))
