"""Recordings that are not what their name says, or were written by a hand in a hurry: read where that is safe, else one clear sentence."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from canlog_samples import EPOCH_NS, candump_line, write_with_python_can

from bench.canlog import open_log
from bench.errors import LogError
from bench.model.can_frame import CanFrame

FRAMES = [CanFrame(EPOCH_NS + n * 10**7, 0x60D, bytes([n, 6, 0, 0, 0, 0, 0, 0]), "can0") for n in range(20)]
TEXT = "".join(map(candump_line, FRAMES)).encode()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.log", TEXT)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("A.LOG.GZ", gzip.compress(TEXT)),
        ("packed-without-saying-so.log", gzip.compress(TEXT)),
        ("not-packed.log.gz", TEXT),
        ("in two parts.log.gz", gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:])),
        ("from an editor.log", b"\xef\xbb\xbf" + TEXT),
    ],
)
def test_what_a_file_is_counts_more_than_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    log = open_log(tmp_path / name)
    assert list(log) == FRAMES
    assert (log.skipped_lines, log.trouble) == (0, None)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.log.gz", zipped(), "is a zip archive: unpack it first"),
        ("a.log", zipped(), "is a zip archive: unpack it first"),
        ("a.log", TEXT.decode().encode("utf-16"), "is UTF-16 text: save it as UTF-8 first"),
        ("a.asc", TEXT.decode().encode("utf-16"), "is UTF-16 text: save it as UTF-8 first"),
        ("a.log", b"  can0  60D   [8]  00 06 00 00 00 00 00 00\n" * 9, "its lines carry no time stamps: record with candump -L"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LogError, match=sentence) as caught:
        list(open_log(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_absolute_dates_of_candump_are_times_too(tmp_path: Path) -> None:
    """As `candump -t A` shows them, by the clock of the machine: only differences count, so they are read as UTC."""
    line = " (2021-09-24 18:44:19.541604)  can0  60D   [2]  20 06\n"
    (tmp_path / "a.log").write_text(line + line.replace("44:19.5", "45:20.5") + line.replace("-24", "-31"))
    log = open_log(tmp_path / "a.log")
    assert [(f.t_ns, f.id, f.data) for f in log] == [
        (1_632_509_059_541_604_000, 0x60D, b"\x20\x06"),
        (1_632_509_120_541_604_000, 0x60D, b"\x20\x06"),
    ]
    assert log.skipped_lines == 1, "September has no 31st"


@pytest.mark.parametrize("packed", [False, True])
def test_a_blf_that_was_cut_off_says_so(tmp_path: Path, packed: bool) -> None:
    whole = write_with_python_can(tmp_path / "whole.blf", FRAMES * 400).read_bytes()
    path = tmp_path / ("a.blf.gz" if packed else "a.blf")
    for content, is_cut in ((whole, False), (whole[:-37], True), (whole[: len(whole) // 2], True)):
        path.write_bytes(gzip.compress(content) if packed else content)
        count, trouble = counted(path)
        assert (count < 8000, trouble is not None) == (is_cut, is_cut)


def counted(path: Path) -> tuple[int, str | None]:
    """Frames, and why there are no more."""
    log = open_log(path)
    try:
        return sum(1 for _ in log), log.trouble
    except LogError as exc:
        return 0, str(exc)
