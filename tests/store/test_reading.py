"""Stored runs read back: whatever was cut, torn or never a record gives lines or one clear sentence."""

import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import RecordError
from bench.model.codec import encode
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import Current, End, Input, Observation, Run, StepMark
from bench.store.folder import RunFolder
from bench.store.reading import MAX_LINE_BYTES, list_runs, open_record, read_verdict

LINES: tuple[Observation, ...] = (
    Run(schema=1, profile="p", job="Ünï"),
    StepMark(t=0, name="rest", n=1, phase="start"),
    Current(t0=5, dt=[0, 1], a=[0.0, None], v=[12.5, 12.4]),
    Input(t=7, role="ajar", level=1),
    End(t=9),
)
TEXT = b"".join(encode(line) for line in LINES)


def judged_as_pass(run: str) -> VerdictDocument:
    return VerdictDocument(
        run=run, profile="p", verdict="PASS", diagnoses=(), probabilities=None, steps=(), abstained=False, next_test=None,
        not_tested=(), drive="yes", scope="door", reason="", versions={"lockbench": "0"},
    )  # fmt: skip


def written(folder: Path, content: bytes, name: str = "observations.jsonl") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def test_a_folder_a_file_inside_it_and_a_bare_file_are_the_same_run(tmp_path: Path) -> None:
    """The id is the folder's name, or the stem of a bare file."""
    path = written(tmp_path / "run-1", TEXT)
    bare = written(tmp_path, TEXT, "x.jsonl")
    assert [open_record(p).run_id for p in (path.parent, path, bare)] == ["run-1", "run-1", "x"]
    assert open_record(path).lines == open_record(bare).lines == LINES
    assert open_record(path).warnings == ()


def test_a_run_torn_at_any_byte_stays_readable_to_its_last_whole_line(tmp_path: Path) -> None:
    """Every cut inside the last line gives the lines before it and says that the run was cut short."""
    last = len(TEXT) - len(encode(LINES[-1]))
    for cut in range(last, len(TEXT) - 1):
        stored = open_record(written(tmp_path / "run", TEXT[:cut]))
        assert stored.lines == LINES[: 5 if TEXT[:cut].endswith(b"}") else 4]
        assert any("cut short" in w for w in stored.warnings)


@pytest.mark.parametrize("nuls", [1, 4096, 3 << 20])
def test_a_tail_of_nul_bytes_is_dropped_with_a_warning(tmp_path: Path, nuls: int) -> None:
    """What a file system leaves after a power cut, however long, costs nothing that was written."""
    stored = open_record(written(tmp_path / "run", TEXT + b"\x00" * nuls))
    assert stored.lines == LINES
    assert any("NUL" in w for w in stored.warnings)


def test_windows_newlines_and_chunk_borders_change_nothing(tmp_path: Path) -> None:
    """Many lines, cut by the reader's chunks anywhere, come back in order."""
    many = [LINES[0], *(Input(t=n, role="ajar", level=1) for n in range(20_000)), End(t=1)]
    text = b"".join(encode(line) for line in many)
    assert list(open_record(written(tmp_path / "a", text)).lines) == many
    assert list(open_record(written(tmp_path / "b", text.replace(b"\n", b"\r\n"))).lines) == many


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no observation"),
        (b"\n\n", "holds no observation"),
        (b"\x00" * 10, "holds no observation"),
        (b"\x1f\x8b\x08\x00binary", "is no record of observations"),
        (b"hello\n", "is no record of observations"),
        (b'{"kind":"end","t":1}\n', "no line of kind 'run'"),
        (b'{"kind":"run","schema":2,"profile":"p"}\n', "schema 2, this version reads 1"),
        (encode(LINES[0]) + b"{nonsense}\n" + encode(LINES[-1]), ":2: "),
        (encode(LINES[0]) + b'{"kind":"end","t":"x"}\n', "key 't'"),
        (encode(LINES[0]) + b"\xff\xfe\n", ":2: "),
    ],
)
def test_what_is_no_record_is_one_sentence_that_names_the_file(tmp_path: Path, content: bytes, said: str) -> None:
    """Each kind of bad file gives a RecordError with path and reason."""
    path = written(tmp_path / "run", content)
    with pytest.raises(RecordError) as caught:
        open_record(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_path_a_folder_without_lines_and_a_pipe_are_refused(tmp_path: Path) -> None:
    """Nothing that is not a file or a run folder is opened, least of all something that would block."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").mkdir()
    for name, said in [("gone", "no such file"), ("empty", "a folder without"), ("pipe", "neither"), ("a\x00b", "no such file")]:
        with pytest.raises(RecordError, match=said):
            open_record(tmp_path / name)


def test_a_giant_line_is_refused_at_once_without_being_read(tmp_path: Path) -> None:
    """A 4 GB file of one line costs at most a few MB and names line and limit."""
    path = written(tmp_path / "run", TEXT + b'{"kind":"')
    with path.open("r+b") as file:
        file.seek(2 << 20)
        file.write(b"x" * (2 << 20))
        file.truncate(4 << 30)
    tracemalloc.start()
    with pytest.raises(RecordError, match=rf":6: a line longer than {MAX_LINE_BYTES} bytes"):
        open_record(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20


@given(content=st.binary(max_size=200), keep=st.integers(0, len(TEXT)))
def test_no_bytes_whatever_escape_as_anything_but_a_record_error(
    content: bytes, keep: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Lines or RecordError: never another exception."""
    path = written(tmp_path_factory.getbasetemp() / "fuzz", TEXT[:keep] + content)
    refused = ""
    try:
        lines = open_record(path).lines
    except RecordError as exc:
        refused, lines = str(exc), ()
    assert str(path) in refused or any(isinstance(line, Run) for line in lines)


def test_runs_are_listed_oldest_first_with_what_is_known_of_each(tmp_path: Path) -> None:
    """A judged run shows its verdict, a cut one ABORTED, an unreadable one its problem; other folders are left alone."""
    for hour, judged in [(12, True), (10, False)]:
        folder = RunFolder.create(tmp_path, utc=datetime(2026, 1, 1, hour, tzinfo=UTC), suffix="x")
        folder.sink()(LINES[0])
        folder.sink().close()
        if judged:
            folder.write_verdict(judged_as_pass(folder.run_id))
    written(tmp_path / "2026-01-01T13-00-00Z-x", b"junk")
    (tmp_path / "notes").mkdir()
    listed = list_runs(tmp_path)
    assert [(r.run_id[11:13], r.verdict) for r in listed] == [("10", "ABORTED"), ("12", "PASS"), ("13", None)]
    assert listed[0].header == LINES[0]
    assert "is no record" in str(listed[2].problem)
    with pytest.raises(RecordError, match="No such file"):
        list_runs(tmp_path / "gone")


def test_a_verdict_that_is_no_document_is_named(tmp_path: Path) -> None:
    """A damaged verdict.json is a RecordError with its path."""
    written(tmp_path, b'{"schema": 3}', "verdict.json")
    with pytest.raises(RecordError, match=r"verdict\.json: "):
        read_verdict(tmp_path)
