"""GVRET and SavvyCAN CSV: every line a frame or counted, with and without the direction, quickly and slowly the same."""

import gzip
from pathlib import Path

import pytest
from canlog_samples import EPOCH_NS, frames
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.canlog import LogReader, gvret, open_log
from bench.model.can_frame import EXTENDED, REMOTE, SENT, CanFrame

HEAD = "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n"
LINE = "1632509059541604,0000060D,false,Rx,0,8,00,06,00,00,00,00,00,01,\n"
FRAME = CanFrame(1_632_509_059_541_604_000, 0x60D, bytes([0, 6, 0, 0, 0, 0, 0, 1]), "0")
IN_A_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)


def read(path: Path, content: str) -> tuple[list[CanFrame], LogReader]:
    path.write_text(content)
    log = open_log(path)
    return list(log), log


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        (LINE, FRAME),
        (LINE.replace("Rx", "Tx"), FRAME._replace(flags=SENT)),
        (LINE.replace("Rx,0", "1"), FRAME._replace(channel="1")),
        (LINE.replace("01,\n", "01\n"), FRAME),
        (LINE.replace("\n", "\r\n"), FRAME),
        ("5,18DAF110,true,Rx,0,2,0a,0B,,,,,,,\n", CanFrame(5000, 0x18DAF110, b"\x0a\x0b", "0", EXTENDED)),
        ("5,00000123,true,Rx,0,0,\n", CanFrame(5000, 0x123, b"", "0", EXTENDED)),
    ],
)
def test_each_shape_of_a_line_is_its_frame(line: str, frame: CanFrame, tmp_path: Path) -> None:
    seen, log = read(tmp_path / "a.csv", HEAD + LINE + line + LINE)
    assert seen == [FRAME, frame, FRAME]
    assert (log.frames, log.skipped_lines, log.remarks) == (3, 0, 1)


@pytest.mark.parametrize(
    "junk",
    [
        "hello",
        "1,800,false,Rx,0,0,",
        "1,3FFFFFFF,true,Rx,0,0,",
        "1,60D,false,Rx,0,3,00,01,",
        "1,60D,maybe,Rx,0,0,",
        "1,60D,false,Rx,0,9,",
        "x" * 99,
    ],
)
def test_a_line_that_is_no_frame_is_counted_and_named(junk: str, tmp_path: Path) -> None:
    seen, log = read(tmp_path / "a.csv", HEAD + LINE + junk + "\n" + LINE)
    assert seen == [FRAME, FRAME]
    assert log.skipped_lines == 1
    assert log.skipped[0].startswith("line 3: ")


def test_a_torn_last_line_gives_no_half_frame(tmp_path: Path) -> None:
    whole = HEAD + LINE * 3
    for cut in range(len(HEAD) + 2 * len(LINE) + 1, len(whole)):
        seen, log = read(tmp_path / "a.csv", whole[:cut])
        assert set(seen) == {FRAME}
        assert log.frames + log.skipped_lines == 3


def gvret_line(frame: CanFrame) -> str:
    data = "".join(f"{b:02X}," for b in frame.data)
    way, extended = "Tx" if frame.flags & SENT else "Rx", "true" if frame.flags & EXTENDED else "false"
    return f"{frame.t_ns // 1000},{frame.id:08X},{extended},{way},{frame.channel},{len(frame.data)},{data}\n"


@IN_A_FOLDER
@given(st.lists(frames(is_fd_allowed=False).filter(lambda f: not f.flags & REMOTE), min_size=1, max_size=30), st.booleans())
def test_what_savvycan_writes_is_read_back_equal(tmp_path: Path, written: list[CanFrame], is_packed: bool) -> None:
    written = [f._replace(channel="0") for f in written]
    text = (HEAD + "".join(map(gvret_line, written))).encode()
    path = tmp_path / ("a.csv.gz" if is_packed else "a.csv")
    path.write_bytes(gzip.compress(text) if is_packed else text)
    log = open_log(path)
    assert list(log) == written
    assert [gvret.parse(gvret_line(f)) for f in written] == written
    assert (log.skipped_lines, log.remarks) == (0, 1)
    assert written[0].t_ns >= EPOCH_NS
