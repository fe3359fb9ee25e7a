"""DESIGN 3.6: the analysis document, always one, whatever the number of files."""

from pathlib import Path

import pytest

from tests.command_runs import lockbench

FILE_KEYS = {"path", "frames", "skipped_lines", "span_s", "family", "bus_load", "doors", "lock", "ignition", "findings"}
DOORS = {"front_left", "front_right", "rear_left", "rear_right", "tailgate"}
SHUT, OPEN = "0006000000000000", "2006000000000000"


def recording(path: Path, states: list[tuple[float, str]]) -> Path:
    """Write a candump log of 0x60D frames."""
    path.write_text("".join(f"({1700000000 + t:.6f}) can0 60D#{data}\n" for t, data in states))
    return path


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """A rear left door that opens at 2 s and shuts at 5 s, seen every 100 ms."""
    return recording(tmp_path / "drive.log", [(n / 10, OPEN if 20 <= n < 50 else SHUT) for n in range(80)])


def test_one_file_gives_one_document_with_the_keys_of_the_contract(drive: Path) -> None:
    said = lockbench("analyze", "--json", drive)
    document = said.document
    assert said.code == 0
    assert document["schema"] == "lockbench.analysis/1"
    assert document.keys() == {"schema", "files", "errors"}
    one = document["files"][0]
    assert one.keys() >= FILE_KEYS
    assert one["path"] == str(drive)
    assert (one["frames"], one["skipped_lines"], one["family"]) == (80, 0, "60D")
    assert set(one["doors"]) <= DOORS
    assert one["doors"]["rear_left"] == {
        "first": "closed", "last": "closed", "transitions": [{"t_s": 2.0, "to": "open"}, {"t_s": 5.0, "to": "closed"}], "open_s": 3.0,
    }  # fmt: skip


def test_several_files_and_a_bad_one_give_one_document_and_exit_2(drive: Path, tmp_path: Path) -> None:
    said = lockbench("analyze", "--json", drive, tmp_path / "missing.log", drive)
    assert said.code == 2
    assert len(said.document["files"]) == 2
    assert [e["path"] for e in said.document["errors"]] == [str(tmp_path / "missing.log")]
    assert said.document["errors"][0]["error"]
    assert "missing.log" in said.err


def test_findings_exit_1_and_name_faults_with_evidence(tmp_path: Path) -> None:
    """A door that chatters while it is shut."""
    chatter = [(n / 20, OPEN if n in {40, 41, 44, 46, 47, 50} else SHUT) for n in range(200)]
    said = lockbench("analyze", "--json", recording(tmp_path / "chatter.log", chatter))
    findings = said.document["files"][0]["findings"]
    assert said.code == 1
    assert findings
    for finding in findings:
        assert finding.keys() >= {"id", "door", "t_s", "faults", "probability", "text", "evidence"}
        assert 0 < finding["probability"] <= 1


def test_no_door_frame_means_no_family_and_no_door(tmp_path: Path) -> None:
    path = tmp_path / "other.log"
    path.write_text("(1700000000.0) can0 123#00\n(1700000001.0) can0 123#01\n")
    one = lockbench("analyze", "--json", path).document["files"][0]
    assert one["family"] is None
    assert one["doors"] == {}


def test_for_people_it_is_text_and_nothing_on_stderr(drive: Path) -> None:
    said = lockbench("analyze", drive)
    assert said.code == 0
    assert "rear left" in said.out
    assert said.err == ""
