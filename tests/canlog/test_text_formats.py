"""ASC, python-can's CSV and TRC: what python-can writes and reads is read the same, and no line is lost in silence."""

import re
from pathlib import Path

import pytest
from canlog_samples import frames, write_with_python_can
from hypothesis import given
from hypothesis import strategies as st
from test_plain import IN_A_FOLDER

from bench.canlog import open_log
from bench.canlog.foreign import frames_of
from bench.errors import LogError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame

ASC_HEAD = "date Mon Nov 25 10:00:00.000 2026\nbase hex  timestamps absolute\ninternal events logged\n"
TRC_HEADS = {
    "1.0": ";   no version\n",
    "1.1": ";$FILEVERSION=1.1\n;$STARTTIME=46351.5\n", "1.3": ";$FILEVERSION=1.3\n;$STARTTIME=46351.5\n",
    "2.0": ";$FILEVERSION=2.0\n;$STARTTIME=46351.5\n;$COLUMNS=N,O,T,I,d,l,D\n",
    "2.1": ";$FILEVERSION=2.1\n;$STARTTIME=46351.5\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n",
}  # fmt: skip
CSV_HEAD = "timestamp,arbitration_id,extended,remote,error,dlc,data\n"
DATA = bytes.fromhex("0006200000000000")

SHAPES = {
    "asc data": (".asc", ASC_HEAD, "   0.015991 1  60D             Rx   d 8 00 06 20 00 00 00 00 00\n",
        CanFrame(15_991_000, 0x60D, DATA, "0")),
    "asc counted": (".asc", ASC_HEAD, "   1.5 2  60D Tx d 2 00 06  Length = 245925 BitCount = 124 ID = 1549\n",
        CanFrame(15 * 10**8, 0x60D, DATA[:2], "1", SENT)),
    "asc nothing": (".asc", ASC_HEAD, "   1.5 1  60D             Rx   d 0\n",
        CanFrame(15 * 10**8, 0x60D, b"", "0")),
    "asc long id": (".asc", ASC_HEAD, "   1.5 1  18DAD0F1x       Rx   d 1 FF\n",
        CanFrame(15 * 10**8, 0x18DAD0F1, b"\xff", "0", EXTENDED)),
    "asc remote": (".asc", ASC_HEAD, "   1.5 1  60D             Rx   r 8\n",
        CanFrame(15 * 10**8, 0x60D, b"", "0", REMOTE)),
    "asc error": (".asc", ASC_HEAD, "   1.5 1  ErrorFrame\n",
        CanFrame(15 * 10**8, 0, b"", "0", ERROR)),
    "trc 1.0": (
        ".trc", TRC_HEADS["1.0"], "     1)    1000     060D 8 00 06 20 00 00 00 00 00\n",
        CanFrame(10**9, 0x60D, DATA, "1"),
    ),
    "trc 1.1": (".trc", TRC_HEADS["1.1"], "     1)      1000.0  Rx         060D  8  00 06 20 00 00 00 00 00\n",
        CanFrame(1000, 0x60D, DATA, "1")),
    "trc 1.3": (".trc", TRC_HEADS["1.3"], "     1)      1000.0 2  Tx         060D -  2  00 06\n",
        CanFrame(1000, 0x60D, DATA[:2], "2", SENT)),
    "trc 2.0": (".trc", TRC_HEADS["2.0"], "      1      1000.000 DT     060D Rx 8  00 06 20 00 00 00 00 00\n",
        CanFrame(1000, 0x60D, DATA, "1")),
    "trc 2.1": (".trc", TRC_HEADS["2.1"], "      1      1000.000 DT 1  18DAD0F1 Rx -  1    FF\n",
        CanFrame(1000, 0x18DAD0F1, b"\xff", "1", EXTENDED)),
    "trc remote": (".trc", TRC_HEADS["2.1"], "      1      1000.000 RR 1      060D Rx -  8\n",
        CanFrame(1000, 0x60D, b"", "1", REMOTE)),
    "trc fast": (".trc", TRC_HEADS["2.1"], "      1      1000.000 FB 1      060D Rx -  9    " + "11 " * 12 + "\n",
        CanFrame(1000, 0x60D, b"\x11" * 12, "1", FD | FAST)),
    "csv data": (".csv", CSV_HEAD, "1.5,0x60d,0,0,0,8,AAYgAAAAAAA=\n",
        CanFrame(15 * 10**8, 0x60D, DATA, "")),
    "csv remote": (".csv", CSV_HEAD, "1.5,0x60d,0,1,0,8,\n",
        CanFrame(15 * 10**8, 0x60D, b"", "", REMOTE)),
    "csv long id": (".csv", CSV_HEAD, "1.5,0x18dad0f1,1,0,0,1,/w==\n",
        CanFrame(15 * 10**8, 0x18DAD0F1, b"\xff", "", EXTENDED)),
}  # fmt: skip
"""Suffix, header, line, frame; times of TRC in ns after its second, the date aside."""


def content(path: Path) -> tuple[list[CanFrame], tuple[int, int, int]]:
    log = open_log(path)
    seen = list(log)
    return seen, (log.frames, log.skipped_lines, log.remarks)


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_of_a_line_is_its_frame(name: str, tmp_path: Path) -> None:
    """Ours and python-can's reading agree, and both agree with the line."""
    suffix, head, line, expected = SHAPES[name]
    path = tmp_path / f"a{suffix}"
    path.write_text(head + line * 3)
    seen, counts = content(path)
    assert counts == (3, 0, head.count("\n"))
    assert (seen[0].id, seen[0].data, seen[0].channel, seen[0].flags) == (expected.id, expected.data, expected.channel, expected.flags)
    assert suffix == ".trc" or seen[0].t_ns == expected.t_ns
    if name != "trc 1.3":  # python-can takes no account of the reserved column that PEAK's description has
        assert seen == list(frames_of(path))


LISTS = st.lists(frames(), min_size=1, max_size=12)


@IN_A_FOLDER
@given(LISTS, st.sampled_from([".asc", ".csv", ".trc"]))
def test_what_python_can_writes_is_read_as_python_can_reads_it(tmp_path: Path, written: list[CanFrame], suffix: str) -> None:
    """Data, remote, error and FD frames, short and long ids; every line accounted for."""
    written.sort(key=lambda f: f.t_ns)
    if suffix == ".trc":
        written = [f for f in written if not f.flags & (REMOTE | ERROR | FD)] or [CanFrame(written[0].t_ns, 0x60D, DATA, "can0")]
    path = write_with_python_can(tmp_path / f"a{suffix}", written)
    seen, (count, skipped, remarks) = content(path)
    theirs = [f._replace(flags=f.flags & ~REMOTE) if f.flags & FD else f for f in frames_of(path)]  # CAN FD knows no remote frames
    assert seen == theirs
    assert skipped == 0
    assert count + remarks == path.read_bytes().count(b"\n")


PLAIN = {".asc": SHAPES["asc data"][2], ".trc": SHAPES["trc 2.1"][2], ".csv": SHAPES["csv data"][2]}
HEADS = {".asc": ASC_HEAD, ".trc": TRC_HEADS["2.1"], ".csv": CSV_HEAD}


@st.composite
def damaged(draw: st.DrawFn, line: str) -> str:
    """A line with one character changed, put in or taken out."""
    at, how = draw(st.integers(0, len(line) - 2)), draw(st.sampled_from(["change", "put", "take"]))
    character = draw(st.sampled_from("0189afGxX-=+ ,./;\t\xe4"))
    return line[:at] + ("" if how == "take" else character) + line[at + (how != "put") :]


@IN_A_FOLDER
@given(st.data(), st.sampled_from([".asc", ".csv", ".trc"]))
def test_every_line_is_a_frame_or_is_counted(tmp_path: Path, data: st.DataObject, suffix: str) -> None:
    """However one is damaged, the others are read, and the sum is the file's."""
    lines = data.draw(
        st.lists(
            st.just(PLAIN[suffix]) | damaged(PLAIN[suffix]) | st.text(max_size=20).map(lambda t: re.sub(r"\s", " ", t) + "\n"), max_size=9
        )
    )
    text = HEADS[suffix] + PLAIN[suffix] + "".join(lines)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    seen, counts = content(path)
    assert sum(counts) == path.read_bytes().count(b"\n")
    assert len(seen) == counts[0] >= 1 + lines.count(PLAIN[suffix])


@pytest.mark.parametrize(
    ("suffix", "line"),
    [(".asc", "   0.015991 1  60D             Rx   d 8 00 06\n"), (".asc", "   0.015991 1  860D            Rx   d 1 00\n"),
     (".csv", "1.5,0x60d,0,0,0,8,AAYg\n"), (".csv", "1.5,0x60d,0,0,0,3,AAY=g\n"),
     (".trc", "      1      1000.000 DT 1      060D Rx -  8    00\n"),
     (".trc", "      1      1000.000 DT 1      0F0D Rx -  1    00\n"), (".trc", "      1      1000.000 DT 1      060D Rx -  1    0\n")],
)  # fmt: skip
def test_a_line_that_contradicts_itself_is_counted_and_named(suffix: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text(HEADS[suffix] + PLAIN[suffix] * 5 + line + PLAIN[suffix] * 5)
    log = open_log(path)
    assert len(list(log)) == 10
    assert log.skipped_lines == 1
    assert log.skipped[0].startswith(f"line {HEADS[suffix].count(chr(10)) + 6}: ")


def test_numbers_to_the_base_of_ten_are_read_as_such(tmp_path: Path) -> None:
    """As python-can reads them, and what is none is counted."""
    path = tmp_path / "a.asc"
    lines = "   1.5 1  1549 Rx d 2 0 255\n   1.6 1  416993521x Tx d 10 0 1 2 3 4 5 6 7\n   1.7 1  1549 Rx r\n"
    path.write_text("base dec timestamps absolute\ninternal events logged\n" + lines)
    assert content(path) == (list(frames_of(path)), (3, 0, 2))
    path.write_text(
        "base dec timestamps absolute\ninternal events logged\n" + lines + "   1.8 1  1549 Rx d 1 256\n   1.8 1  15F Rx d 1 25\n"
    )
    assert content(path)[1] == (3, 2, 2)


@pytest.mark.parametrize(
    ("suffix", "line"),
    [(".asc", "   {0}.0 1  60D Rx d 1 00\n"), (".asc", "   1.0 {0}  60D Rx d 1 00\n"), (".asc", "   1.0 1  {0} Rx d 1 00\n"),
     (".asc", "   1.0 CANFD {0} Rx 60D 0 0 1 1 00\n"), (".trc", "      1      {0}.000 DT 1      060D Rx -  1    00\n"),
     (".trc", "      1      1e999 DT 1      060D Rx -  1    00\n"), (".trc", "      1      nan DT 1      060D Rx -  1    00\n"),
     (".trc", "      1      1.000 DT {0}      060D Rx -  1    00\n"), (".trc", "      1      1.000 DT 1      060D Rx -  -1    00\n"),
     (".csv", "{0},0x60d,0,0,0,1,AA==\n"), (".csv", "1.5,0x{0},0,0,0,1,AA==\n")],
)  # fmt: skip
def test_numbers_beyond_reason_are_counted(suffix: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text(HEADS[suffix] + PLAIN[suffix] + line.format("9" * 5000))
    log = open_log(path)
    assert (len(list(log)), log.skipped_lines) == (1, 1)


def test_a_file_that_holds_a_header_alone_is_one_sentence(tmp_path: Path) -> None:
    for suffix, head in HEADS.items():
        path = tmp_path / f"a{suffix}"
        path.write_text(head)
        with pytest.raises(LogError, match="holds no CAN frame"):
            list(open_log(path))
