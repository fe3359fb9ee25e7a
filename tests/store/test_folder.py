"""The run folder: written once, line by line, never over an older run."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bench.errors import PortError, UsageError
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import End, Input, Observation, Run
from bench.ports.sink import Sink
from bench.store.folder import LineSink, RunFolder, write_atomically
from bench.store.reading import open_record, read_verdict

UTC_NOON = datetime(2026, 11, 23, 10, 15, 2, 999_999, tzinfo=UTC)
RUN = Run(schema=1, profile="p")


def document(run: str) -> VerdictDocument:
    return VerdictDocument(
        run=run, profile="p", verdict="PASS", diagnoses=(), probabilities=None, steps=(), abstained=False, next_test=None,
        not_tested=(), drive="yes", scope="door", reason="", versions={"lockbench": "0"},
    )  # fmt: skip


def test_a_folder_is_named_by_utc_and_id(tmp_path: Path) -> None:
    """`2026-11-23T10-15-02Z-a1b2`, in UTC whatever the zone of the time given, with config/ ready."""
    folder = RunFolder.create(tmp_path / "runs", utc=UTC_NOON.astimezone(timezone(timedelta(hours=9))), suffix="a1b2")
    assert folder.run_id == "2026-11-23T10-15-02Z-a1b2"
    assert (folder.path / "config").is_dir()


def test_two_runs_of_one_second_and_id_get_two_folders(tmp_path: Path) -> None:
    """An older run is never written over."""
    names = [RunFolder.create(tmp_path, utc=UTC_NOON, suffix="x").run_id for _ in range(3)]
    assert names == ["2026-11-23T10-15-02Z-x", "2026-11-23T10-15-02Z-x-2", "2026-11-23T10-15-02Z-x-3"]


@pytest.mark.parametrize("suffix", ["", "../x", "a/b", "-x", "a b", "a\n", "x" * 65])
def test_an_id_that_is_no_word_is_refused(tmp_path: Path, suffix: str) -> None:
    """No id leads out of the root."""
    with pytest.raises(UsageError, match="run id"):
        RunFolder.create(tmp_path, utc=UTC_NOON, suffix=suffix)


def test_each_line_is_readable_as_soon_as_it_was_given(tmp_path: Path) -> None:
    """Flushed per line: a reader in another process sees it before step_end or close."""
    folder = RunFolder.create(tmp_path, utc=UTC_NOON, suffix="x")
    sink: Sink = folder.sink()
    lines: list[Observation] = [RUN, Input(t=5, role="ajar", level=1), End(t=9)]
    for n, line in enumerate(lines, start=1):
        sink(line)
        assert len(open_record(folder.path).lines) == n
    sink.step_end()
    folder.sink().close()


def test_one_folder_has_one_sink_and_an_old_file_is_never_opened(tmp_path: Path) -> None:
    """sink() gives the same sink again; another RunFolder over the same path refuses."""
    folder = RunFolder.create(tmp_path, utc=UTC_NOON, suffix="x")
    assert folder.sink() is folder.sink()
    with pytest.raises(PortError, match=r"cannot start .*observations\.jsonl: File exists"):
        RunFolder(folder.path).sink()
    folder.sink().close()


def test_lines_are_durable_at_step_end_and_before_the_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An fsync of the lines comes at step_end, and again before verdict.json gets its name."""
    folder = RunFolder.create(tmp_path, utc=UTC_NOON, suffix="x")
    sink = folder.sink()
    log: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(fd: int) -> None:
        log.append("sync " + Path(f"/proc/self/fd/{fd}").readlink().name)
        real_fsync(fd)

    def replace(self: Path, target: Path) -> Path:
        log.append("name " + target.name)
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    sink(RUN)
    assert log == []
    sink.step_end()
    assert log == ["sync observations.jsonl"]
    folder.write_verdict(document(folder.run_id))
    assert log[1] == "sync observations.jsonl"
    assert log[2].startswith("sync .verdict.json")
    assert log[3] == "name verdict.json"


def test_a_verdict_comes_back_as_it_went(tmp_path: Path) -> None:
    """verdict.json is the document; without it there is None."""
    folder = RunFolder.create(tmp_path, utc=UTC_NOON, suffix="x")
    assert read_verdict(folder.path) is None
    folder.write_verdict(document("r"))
    assert read_verdict(folder.path) == document("r")
    assert sorted(p.name for p in folder.path.iterdir()) == ["config", "verdict.json"]


def test_config_and_text_are_kept_byte_for_byte(tmp_path: Path) -> None:
    """What was used is what is kept; a lone surrogate does not lose a report."""
    folder = RunFolder.create(tmp_path, utc=UTC_NOON, suffix="x")
    assert folder.keep_config("profile.toml", b"\xff\x00a").read_bytes() == b"\xff\x00a"
    assert folder.write_text("report.html", "é\udc80").read_text() == "é?"


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "x" * 101])
def test_no_file_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """A name is a plain word, for config and for text."""
    folder = RunFolder.create(tmp_path, utc=UTC_NOON, suffix="x")
    with pytest.raises(UsageError, match="file name"):
        folder.keep_config(name, b"")
    with pytest.raises(UsageError, match="file name"):
        folder.write_text(name, "")


def test_a_root_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    """Disk errors become PortError with the path and the reason."""
    (tmp_path / "runs").write_text("")
    with pytest.raises(PortError, match=r"cannot make a run folder in .*runs: File exists"):
        RunFolder.create(tmp_path / "runs", utc=UTC_NOON, suffix="x")


def test_a_full_disk_is_one_clear_error() -> None:
    """Where the device has no room, the sink says which file and why."""
    full = Path("/dev/full")
    sink = LineSink.__new__(LineSink)
    sink._path, sink._file = full, full.open("wb")
    with pytest.raises(PortError, match="cannot write to /dev/full: No space left"):
        sink(RUN)
    with pytest.raises(PortError, match="/dev/full: No space left"):
        sink.close()
    sink.close()


def test_a_failed_replacement_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or not at all, and no temporary file stays behind."""
    path = tmp_path / "a"
    write_atomically(path, b"old")

    def fails(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
