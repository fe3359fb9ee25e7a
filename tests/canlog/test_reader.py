"""Every line of a text recording is a frame or is counted; every bad file is one sentence, quickly, in little memory."""

import gzip
import time
import tracemalloc
from pathlib import Path

import pytest
from canlog_samples import EPOCH_NS, candump_line, frames, write_with_python_can
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.canlog import LogReader, open_log
from bench.errors import LogError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame

IN_A_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
LINE = "(1632509059.541604) can1 174#000000AA0F000000\n"
FRAME = CanFrame(1_632_509_059_541_604_000, 0x174, bytes.fromhex("000000AA0F000000"), "can1")


def read(path: Path, content: str | bytes) -> tuple[list[CanFrame], LogReader]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    log = open_log(path)
    return list(log), log


CANDUMP = {
    "plain": (LINE, FRAME),
    "received": (LINE.replace("\n", " R\n"), FRAME),
    "sent": (LINE.replace("\n", " T\n"), FRAME._replace(flags=SENT)),
    "windows": (LINE.replace("\n", "\r\n"), FRAME),
    "small letters": (LINE.replace("AA0F", "aa0f"), FRAME),
    "no data": ("(1.000000) can0 7FF#\n", CanFrame(10**9, 0x7FF, b"", "can0")),
    "extended": ("(1.000000) can0 18DAF110#01\n", CanFrame(10**9, 0x18DAF110, b"\x01", "can0", EXTENDED)),
    "extended small": ("(1.000000) can0 0000060D#01\n", CanFrame(10**9, 0x60D, b"\x01", "can0", EXTENDED)),
    "remote": ("(1.000000) can0 123#R\n", CanFrame(10**9, 0x123, b"", "can0", REMOTE)),
    "remote with length": ("(1.000000) can0 123#R8 T\n", CanFrame(10**9, 0x123, b"", "can0", REMOTE | SENT)),
    "fd": ("(1.000000) can0 123##3112233445566778899AABBCC\n",
           CanFrame(10**9, 0x123, bytes.fromhex("112233445566778899AABBCC"), "can0", FD | FAST)),
    "error": ("(1.000000) can0 20000080#0000000000000000\n", CanFrame(10**9, 0x80, bytes(8), "can0", ERROR)),
    "nanoseconds": ("(1.000000001) can0 123#01\n", CanFrame(10**9 + 1, 0x123, b"\x01", "can0")),
    "dots": ("(1.000000) can0 123#01.02\n", CanFrame(10**9, 0x123, b"\x01\x02", "can0")),
    "raw length": ("(1.000000) can0 123#1122334455667788_F\n", CanFrame(10**9, 0x123, bytes.fromhex("1122334455667788"), "can0")),
    "screen": (" (1.000000)  can0  123   [2]  11 22\n", CanFrame(10**9, 0x123, b"\x11\x22", "can0")),
    "screen with text": (" (1.000000)  can0  123   [2]  41 42   'AB'\n", CanFrame(10**9, 0x123, b"AB", "can0")),
    "screen with direction": (" (1.000000)  can0  RX - -  123   [0]\n", CanFrame(10**9, 0x123, b"", "can0")),
    "screen remote": (" (1.000000)  can0  123   [0]  remote request\n", CanFrame(10**9, 0x123, b"", "can0", REMOTE)),
    "screen fd": (" (1.000000)  can0  123  [01]  11\n", CanFrame(10**9, 0x123, b"\x11", "can0", FD)),
}  # fmt: skip


@pytest.mark.parametrize("name", CANDUMP)
def test_each_shape_of_a_candump_line_is_its_frame(name: str, tmp_path: Path) -> None:
    line, frame = CANDUMP[name]
    seen, log = read(tmp_path / "a.log", LINE + line + LINE)
    assert seen == [FRAME, frame, FRAME]
    assert (log.frames, log.skipped_lines, log.remarks) == (3, 0, 0)


JUNK = [
    "hello", "(1.0) can0", "(1.000000) can0 12#00", "(1.000000) can0 123#0", "(1.000000) can0 123#001122334455667788",
    "(1.000000) can0 800#00", "(1.000000) can0 123#GG", "(x.000000) can0 123#00", "(1.000000) can0 123##", "(1.000000) can0 123##0"
    + "00" * 9, "(1.000000)  can0  123   [3]  11 22", "(1.000000) can0 123###00", "()", "\x00\x00\x00", "(1.000000) can0 123#00 lower",
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_a_line_that_is_no_frame_is_counted_and_named(junk: str, tmp_path: Path) -> None:
    seen, log = read(tmp_path / "a.log", LINE + junk + "\n" + LINE)
    assert seen == [FRAME, FRAME]
    assert log.skipped_lines == 1
    assert log.skipped[0].startswith("line 2: ")


def test_only_the_first_few_skipped_lines_are_named(tmp_path: Path) -> None:
    _, log = read(tmp_path / "a.log", LINE + "junk\n" * 1000)
    assert log.skipped_lines == 1000
    assert [s.split(":")[0] for s in log.skipped] == [f"line {n}" for n in range(2, 7)]


CRTD = (
    "1632509059.533816 CXX OVMS CRTD\n1632509059.533816 CVR 3.0\n1632509059.536559 1CXX Info Type:vfs\n"
    "1632509059.541604 2R11 174 00 00 00 aa 0f 00 00 00\n1632509059.551604 1T11 79B 02 21 01\n1632509059.561604 R29 18DAF110 01\n"
    "1632509064.511234 2CER Error intr=2171314\n1632509070.683420 1CEV Event vehicle.awake\n\n1632509071.000000 2R11 215\n"
)


def test_crtd_frames_go_both_ways_and_comments_are_no_frames(tmp_path: Path) -> None:
    seen, log = read(tmp_path / "a.crtd", CRTD + "1632509072.000000 2R11 800 00\nwhat\n")
    assert [(f.id, f.data.hex(), f.channel, f.flags) for f in seen] == [
        (0x174, "000000aa0f000000", "2", 0), (0x79B, "022101", "1", SENT), (0x18DAF110, "01", "", EXTENDED), (0x215, "", "2", 0),
    ]  # fmt: skip
    assert seen[0].t_ns == FRAME.t_ns
    assert (log.frames, log.skipped_lines, log.remarks) == (4, 2, 6)


@IN_A_FOLDER
@given(st.lists(frames(), min_size=1, max_size=30))
def test_what_python_can_writes_as_candump_is_read_back_equal(tmp_path: Path, written: list[CanFrame]) -> None:
    written.sort(key=lambda f: f.t_ns)  # the writer never goes back in time
    path = write_with_python_can(tmp_path / "written.log", written)
    log = open_log(path)
    assert list(log) == written
    assert log.skipped_lines == 0


PIECES = st.one_of(
    frames(is_fd_allowed=False).filter(lambda f: not f.flags & REMOTE).map(candump_line),
    st.sampled_from([LINE, *[line for line, _ in CANDUMP.values()], *[j + "\n" for j in JUNK], "\n", "  \r\n"]),
    st.text(max_size=40).map(lambda t: t.replace("\n", " ") + "\n"),
)


@IN_A_FOLDER
@given(st.lists(PIECES, max_size=25), st.sampled_from(["a.log", "a.crtd", "a.log.gz"]), st.binary(max_size=20))
def test_every_line_is_a_frame_or_is_counted(tmp_path: Path, lines: list[str], name: str, tail: bytes) -> None:
    """Whatever stands in it: nothing crashes, nothing is lost in silence; without a frame, one sentence."""
    content = "".join(lines).encode("utf-8", "surrogatepass") + tail.replace(b"\n", b"")
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    log = open_log(tmp_path / name)
    refusal = ""
    try:
        seen = list(log)
    except LogError as exc:
        seen, refusal = [], str(exc)
    else:
        assert log.frames + log.skipped_lines + log.remarks == content.count(b"\n") + (not content.endswith(b"\n"))
    assert log.frames == len(seen)
    assert bool(refusal) is not bool(seen)
    assert "\n" not in refusal


@IN_A_FOLDER
@given(st.binary(max_size=400), st.sampled_from([".log", ".crtd", ".log.gz", ".crtd.gz", ".asc", ".blf", ".csv", ".trc", ".asc.gz"]))
def test_no_bytes_crash_a_reader(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    refusal, seen = "", []
    try:
        seen = list(open_log(path))
    except LogError as exc:
        refusal = str(exc)
    assert seen or refusal.startswith(str(path))


def test_a_torn_last_line_is_counted_at_every_byte(tmp_path: Path) -> None:
    """However a recording was cut, no frame with half a payload comes out of it."""
    whole = LINE * 3
    for cut in range(len(LINE) * 2 + 1, len(whole)):
        seen, log = read(tmp_path / "a.log", whole[:cut])
        assert set(seen) == {FRAME}
        assert log.frames + log.skipped_lines == 3


def test_a_last_line_without_newline_is_a_frame_where_nothing_can_be_missing(tmp_path: Path) -> None:
    for text in (LINE + LINE.rstrip("\n"), "(1.000000) can0 123#00\n(2.000000) can0 123#01", "(1.000000) can0 123#00 R"):
        seen, log = read(tmp_path / "a.log", text)
        assert len(seen) == text.count("#")
        assert log.skipped_lines == 0


def test_chunk_borders_lose_nothing(tmp_path: Path) -> None:
    """3 MB of numbered frames with some odd lines come back whole and in order."""
    lines = [f"({n}.000000) can0 {'123' if n % 5000 else '00000123'}#{n:08X}\n" for n in range(100_000)]
    seen, log = read(tmp_path / "a.log", "".join(lines))
    assert [int.from_bytes(f.data, "big") for f in seen] == list(range(100_000))
    assert log.skipped_lines == 0


def test_a_long_line_is_counted_once_and_the_rest_is_read(tmp_path: Path) -> None:
    for length in (64 << 10, 65 << 10, 3 << 20):
        seen, log = read(tmp_path / "a.log", LINE + "x" * length + "\n" + LINE)
        assert seen == [FRAME, FRAME]
        assert log.skipped_lines == 1


@pytest.mark.parametrize("suffix", [".log", ".crtd", ".asc", ".csv", ".trc", ".blf"])
@pytest.mark.parametrize("fill", [b"\x00", b"x"])
def test_a_gigabyte_in_one_line_ends_quickly_in_one_sentence(tmp_path: Path, suffix: str, fill: bytes) -> None:
    path = tmp_path / f"huge{suffix}"
    with path.open("wb") as file:
        file.write(fill * (3 << 20))
        file.truncate(1 << 30)  # sparse
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(LogError) as caught:
        list(open_log(path))
    spent_s, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "\n" not in str(caught.value)
    assert spent_s < 3
    assert peak < 100e6


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    with path.open("w") as file:
        for _ in range(20):
            file.write(LINE * 5000)
    tracemalloc.start()
    count = sum(len(batch.t_ns) for batch in open_log(path).batches())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 25e6


BAD = {
    "empty.log": (b"", "the file is empty"), "empty.crtd": (b"", "the file is empty"), "empty.blf": (b"", "the file is empty"),
    "empty.log.gz": (gzip.compress(b""), "the file is empty"), "binary.log": (bytes(range(256)) * 20, "is binary"),
    "text.log": (b"dear diary\n" * 9, r"holds no CAN frame \(9 lines skipped, first line 1: 'dear diary'\)"),
    "comments.crtd": (b"1.000000 CXX OVMS\n", "holds no CAN frame"), "not.log.gz": (b"(1.000000) can0 1#\n", "holds no CAN frame"),
    "notes.txt": (b"x", "no known format; known are .log .crtd .asc"), "nothing": (b"x", "no known format"),
    "bad.blf": (b"not a blf at all, really not" * 9, "not readable as .blf"), "binary.asc": (b"\x00\x01" * 99, "is binary"),
    "bad.csv": (b"a,b,c\n1,2,3\n", "holds no CAN frame"), "only.asc": (b"date Mon Jan 1 00:00:00 2024\n", "holds no CAN frame"),
    "x.mf4": (b"MDF", "needs the extra 'mdf'"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_recording_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, expected = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(LogError, match=expected) as caught:
        list(open_log(path))
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    for path, expected in ((tmp_path / "gone.log", "no such file"), (tmp_path, "is a folder"), (Path("/dev/null"), "not a plain file")):
        with pytest.raises(LogError, match=expected):
            open_log(path)


def test_a_gzip_cut_short_gives_what_was_whole_and_says_so(tmp_path: Path) -> None:
    lines = "".join(candump_line(CanFrame(EPOCH_NS + n * 10**6, n % 2048, (n * 7919).to_bytes(8, "big"), "can0")) for n in range(30_000))
    packed = gzip.compress(lines.encode())
    seen, log = read(tmp_path / "a.log.gz", packed[: len(packed) * 3 // 4])
    assert 10_000 < len(seen) < 30_000
    assert log.trouble is not None
    assert "cut short" in log.trouble


@pytest.mark.parametrize("suffix", [".asc", ".blf", ".csv", ".trc"])
def test_formats_of_python_can_come_through_its_readers(suffix: str, tmp_path: Path) -> None:
    """Ids and data as written; .gz the same. Times and directions are kept as far as the format keeps them."""
    written = [CanFrame(EPOCH_NS + n * 10**8, 0x60D + n, bytes([n] * 8), "can0") for n in range(20)]
    plain = write_with_python_can(tmp_path / f"a{suffix}", written)
    packed = tmp_path / f"b{suffix}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, packed):
        seen = list(open_log(path))
        assert [(f.id, f.data) for f in seen] == [(f.id, f.data) for f in written]
        assert seen[19].t_ns - seen[0].t_ns == pytest.approx(1_900_000_000, abs=2_000_000)
