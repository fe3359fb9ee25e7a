"""`analyze` end to end: files, folders, globs, real recordings, a DBC by hand; a bad file does not stop the rest."""

import gzip
import os
from pathlib import Path

import msgspec
import pytest
from analyze_samples import drive, frame, opened, p1, write_candump

from bench.app.analyze import analysis_text, analyze, exit_code
from bench.config import shipped
from bench.errors import DbcError
from bench.model.analysis_document import FileAnalysis

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
RECORDINGS = {
    "env200_2015-startup-doors.crtd": 55_489,
    "env200_2015-startup-doors.carcan.candump.log": 42_385,
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_real_recording_shows_what_was_counted_by_hand(name: str) -> None:
    if not (SHARED / name).exists():
        pytest.skip(f"the recording {name} is not beside the checkout (shared/data)")
    document = analyze([SHARED / name])
    (one,) = document.files
    assert (one.frames, one.skipped_lines, one.family) == (RECORDINGS[name], 0, "60D")
    assert [(round(t.t_s, 2), t.to) for t in one.doors["front_right"].transitions] == [(7.15, "open"), (26.63, "closed")]
    assert all(not one.doors[door].transitions for door in one.doors if door != "front_right")
    assert set(one.doors) == {"front_left", "front_right", "rear_left", "rear_right", "tailgate"}
    assert [s.to for s in one.ignition] == ["off", "acc", "on", "start", "on"]
    assert one.lock == ()
    assert one.findings == (), "recorder gaps are not findings"
    assert exit_code(document) == 0


def test_both_real_recordings_agree() -> None:
    if not all((SHARED / name).exists() for name in RECORDINGS):
        pytest.skip("the recordings are not beside the checkout (shared/data)")
    first, second = analyze([SHARED]).files
    assert first.doors == second.doors
    assert first.ignition == second.ignition
    assert first.bus_load == second.bus_load


def test_the_document_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    path = write_candump(tmp_path / "a.log", drive(12, opened((2, 5), (5.3, 9))))
    document = msgspec.json.decode(msgspec.json.encode(analyze([path, tmp_path / "gone.log"])))
    assert list(document) == ["schema", "files", "errors"]
    assert document["schema"] == "lockbench.analysis/1"
    (one,) = document["files"]
    keys = ["path", "frames", "skipped_lines", "span_s", "family", "bus_load", "doors", "lock", "ignition", "findings"]
    assert list(one) == keys, "nothing noted, so no notes"
    assert one["doors"]["rear_left"]["transitions"][0] == {"t_s": pytest.approx(2.003), "to": "open"}
    assert list(one["doors"]["rear_left"]) == ["first", "last", "transitions", "open_s"]
    assert list(one["findings"][0]) == ["id", "door", "t_s", "faults", "probability", "text", "evidence", "next_test"]
    assert list(document["errors"][0]) == ["path", "error"]


def test_a_folder_a_pattern_and_a_gzip_are_read(tmp_path: Path) -> None:
    inner = tmp_path / "day" / "drive"
    inner.mkdir(parents=True)
    path = write_candump(inner / "a.log", drive(2, lambda _: p1()))
    (inner / "b.log.gz").write_bytes(gzip.compress(path.read_bytes()))
    (inner / "notes.txt").write_text("no recording")
    names = [Path(f.path).name for f in analyze([tmp_path]).files]
    assert names == ["a.log", "b.log.gz"]
    assert [Path(f.path).name for f in analyze([tmp_path / "**" / "*.log*"]).files] == names
    one, two = analyze([tmp_path]).files
    assert msgspec.structs.replace(one, path="") == msgspec.structs.replace(two, path="")


def test_a_bad_file_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = write_candump(tmp_path / "good.log", drive(2, lambda _: p1()))
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "bin.log").write_bytes(bytes(5000))
    (tmp_path / "x.blf").write_bytes(b"nonsense" * 40)
    (tmp_path / "bare").mkdir()
    given = [
        tmp_path / "empty.log",
        tmp_path / "bin.log",
        tmp_path / "x.blf",
        tmp_path / "gone.log",
        tmp_path / "*.crtd",
        tmp_path / "bare",
        good,
    ]
    document = analyze(given)
    assert [Path(f.path).name for f in document.files] == ["good.log"]
    assert len(document.errors) == 6
    assert all(error.path in error.error and "\n" not in error.error for error in document.errors)
    assert exit_code(document) == 2


def test_nothing_named_like_a_recording_is_passed_over_in_a_folder(tmp_path: Path) -> None:
    """Loops end; a broken link and a pipe are errors, for a folder that hides a recording would look whole."""
    write_candump(tmp_path / "a.log", drive(3, lambda _: p1()))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "loop").symlink_to("..")
    (tmp_path / "gone.log").symlink_to("nowhere")
    (tmp_path / "self.log").symlink_to("self.log")
    (tmp_path / "notes.txt").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.log")
    document = analyze([tmp_path])
    assert [Path(f.path).name for f in document.files] == ["a.log"]
    assert [(Path(e.path).name, e.error.rsplit(": ", 1)[1]) for e in document.errors] == [
        ("gone.log", "no such file"), ("pipe.log", "is not a plain file"), ("self.log", "no such file")]  # fmt: skip


def test_a_folder_below_that_may_not_be_looked_into_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may be root, to whom nothing is closed: the system's answer is given for it."""
    write_candump(tmp_path / "a.log", drive(3, lambda _: p1()))
    (tmp_path / "closed").mkdir()
    whole = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(os, "scandir", scandir)
    document = analyze([tmp_path])
    assert [Path(f.path).name for f in document.files] == ["a.log"]
    assert "closed: Permission denied: what lies in there was not read" in document.errors[0].error


def test_exit_codes_are_0_nothing_1_findings_2_unreadable(tmp_path: Path) -> None:
    clean = write_candump(tmp_path / "clean.log", drive(3, lambda _: p1()))
    shaky = write_candump(tmp_path / "shaky.log", drive(12, opened((5, 5.2))))
    assert exit_code(analyze([clean])) == 0
    assert exit_code(analyze([clean, shaky])) == 1
    assert exit_code(analyze([clean, shaky, tmp_path / "gone.log"])) == 2


def test_a_dbc_by_hand_names_the_family_and_reads_the_same_doors(tmp_path: Path) -> None:
    path = write_candump(tmp_path / "a.log", drive(9, opened((2, 5))))
    (given,) = analyze([path], dbc=shipped("dbc/nissan-60d.dbc")).files
    (detected,) = analyze([path]).files
    assert (given.family, detected.family) == ("nissan-60d", "60D")
    assert given.doors == detected.doors
    assert given.ignition == detected.ignition


def test_a_dbc_without_its_frame_in_the_recording_finds_no_family(tmp_path: Path) -> None:
    path = write_candump(tmp_path / "a.log", drive(2, lambda _: p1()))
    (one,) = analyze([path], dbc=shipped("dbc/nissan-454.dbc")).files
    assert one.family is None
    assert one.doors == {}
    (tmp_path / "bad.dbc").write_text("nonsense")
    with pytest.raises(DbcError):
        analyze([path], dbc=tmp_path / "bad.dbc")


def test_front_sides_can_be_exchanged(tmp_path: Path) -> None:
    path = write_candump(tmp_path / "a.log", [frame(0, 0x60D, p1(doors=0x10)), frame(1, 0x60D, p1(doors=0x10))])
    assert analyze([path]).files[0].doors["front_right"].first == "open"
    assert analyze([path], is_front_swapped=True).files[0].doors["front_left"].first == "open"


def test_skipped_lines_and_an_early_end_are_noted(tmp_path: Path) -> None:
    path = write_candump(tmp_path / "a.log", drive(2, lambda _: p1()))
    path.write_text("what is this\n" + path.read_text())
    (one,) = analyze([path]).files
    assert one.skipped_lines == 1
    assert any("1 lines skipped, first: line 1: 'what is this'" in note for note in one.notes)


def test_people_are_told_doors_findings_and_failures(tmp_path: Path) -> None:
    path = write_candump(tmp_path / "a.log", drive(12, opened((2, 5), (5.3, 9))))
    text = analysis_text(analyze([path, tmp_path / "gone.log"]))
    for expected in (
        "door frames: 60D",
        "rear left    closed, then open 2.00 s",
        "FOUND at 5.00 s",
        "could be: reopens",
        "gone.log: no such file",
    ):
        assert expected in text
    assert analysis_text(analyze([])) == "nothing to analyze\n"


def test_one_frame_has_no_span_and_no_load(tmp_path: Path) -> None:
    (one,) = analyze([write_candump(tmp_path / "a.log", [frame(0, 0x60D, p1())])]).files
    assert isinstance(one, FileAnalysis)
    assert (one.frames, one.span_s, one.bus_load) == (1, 0.0, None)
