"""`lockbench analyze` as typed: the page, the table, several DBCs and workers; one document on stdout, all else on stderr."""

import json
import sys
from pathlib import Path

import pytest
from analyze_samples import drive, opened, p1, write_candump

from bench.cli.main import run
from bench.config import shipped


def recordings(folder: Path) -> list[str]:
    return [
        str(write_candump(folder / "a.log", drive(12, opened((2, 5), (5.3, 9))))),
        str(write_candump(folder / "b.log", drive(3, lambda _: p1()))),
        str(folder / "gone.log"),
    ]


def test_the_table_has_one_line_a_file_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = recordings(tmp_path)
    assert run(["analyze", "--json", "--jobs", "2", "--table", str(tmp_path / "t.jsonl"), *given]) == 2
    rows = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    document = json.loads(capsys.readouterr().out)
    assert [row["path"] for row in rows] == given
    assert rows[:2] == document["files"]
    assert rows[2:] == document["errors"]


def test_the_page_and_the_document_are_written_beside_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = recordings(tmp_path)[:1]
    assert run(["analyze", "-o", str(tmp_path / "t.html"), *given]) == 1
    said = capsys.readouterr()
    assert "next: Close the door slowly" in said.out
    assert said.err == f"wrote {tmp_path / 't.html'}\n"
    assert (tmp_path / "t.html").read_text().startswith("<!DOCTYPE html>")
    assert run(["analyze", "-o", str(tmp_path / "t.json"), *given]) == 1
    assert json.loads((tmp_path / "t.json").read_text())["schema"] == "lockbench.analysis/1"


def test_two_dbcs_are_taken_and_what_was_overlooked_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = shipped("dbc/nissan-60d.dbc").read_text()
    (tmp_path / "odd.dbc").write_text(sound + 'CM_ SG_ 1549 "nobody\'s";\n')
    words = ["analyze", "--json", "--dbc", str(shipped("dbc/nissan-454.dbc")), "--dbc", str(tmp_path / "odd.dbc")]
    assert run([*words, recordings(tmp_path)[1]]) == 0
    (one,) = json.loads(capsys.readouterr().out)["files"]
    assert one["family"] == "odd"
    assert any("without a signal, left out" in note for note in one["notes"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--jobs", "0"], "--jobs 0: at least 1"),
        (["-o", "t.pdf"], "-o t.pdf: .html or .json"),
        (["--table", "gone/t.jsonl"], "--table gone/t.jsonl: No such file or directory"),
        (["--dbc", "gone.dbc"], "gone.dbc"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(
    words: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["analyze", *words, recordings(tmp_path)[1]]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert expected in said.err


def test_the_doors_alone_are_told_without_a_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest of the document is the same."""
    given = recordings(tmp_path)[:2]
    assert run(["analyze", "--json", *given]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert run(["analyze", "--json", "--doors-only", *given]) == 1
    quick = json.loads(capsys.readouterr().out)
    assert [f["bus_load"] for f in quick["files"]] == [None, None]
    assert [{**f, "bus_load": None} for f in whole["files"]] == quick["files"]


def test_signals_are_told_for_people_and_in_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = recordings(tmp_path)[:1]
    dbc = str(shipped("dbc/nissan-60d.dbc"))
    assert run(["analyze", "--dbc", dbc, "--signals", *given]) == 1
    assert "signal BODY_STATUS.IGNITION: 3 in all 120 frames" in capsys.readouterr().out
    assert run(["analyze", "--json", "--dbc", dbc, "--signals", *given]) == 1
    (one,) = json.loads(capsys.readouterr().out)["files"]
    assert {s["name"]: s["changes"] for s in one["signals"]}["DOOR_OPEN_RL"] == 4
    assert run(["analyze", "--signals", *given]) == 2
    assert "--signals tells of the signals of --dbc FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("absent", "words"), [("distributed", ["--scheduler", "tcp://127.0.0.1:9"]), ("pyarrow.parquet", ["--table", "t.parquet"])]
)
def test_an_extra_that_is_not_installed_is_one_sentence(
    absent: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    monkeypatch.chdir(tmp_path)
    assert run(["analyze", *words, *recordings(tmp_path)[:1]]) == 2
    assert "needs the extra 'fleet': pip install 'lockbench[fleet]'" in capsys.readouterr().err
