"""Long: damaged recordings of every format. No crash, no hang, and no frame lost in silence. `make test-slow`; a few in every run."""

import gzip
import time
from pathlib import Path

import pytest
from canlog_samples import EPOCH_NS, candump_line, write_with_python_can
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.canlog import open_log
from bench.errors import LogError
from bench.model.can_frame import EXTENDED, CanFrame

COUNT = 60
LONGEST_CPU_S = 20.0
"""A hang, not a slow machine: a recording of 60 frames takes milliseconds."""
WRITTEN = [
    CanFrame(
        EPOCH_NS + n * 10**6, 0x60D if n % 3 else 0x18DAF110, bytes([n, 255 - n, 0xA5] * 3)[: 8 - n % 2], "can0", 0 if n % 3 else EXTENDED
    )
    for n in range(COUNT)
]
TEXT = ("log", "asc", "csv", "trc", "crtd", "gvret")
FORMATS = (*TEXT, "blf")


def _crtd(frame: CanFrame) -> str:
    micros, bits = frame.t_ns // 1000, "29" if frame.flags & EXTENDED else "11"
    return f"{micros // 10**6}.{micros % 10**6:06d} 1R{bits} {frame.id:03X} {frame.data.hex(' ').upper()}\n"


def _gvret(frame: CanFrame) -> str:
    extended = "true" if frame.flags & EXTENDED else "false"
    return f"{frame.t_ns // 1000},{frame.id:08X},{extended},Rx,0,{len(frame.data)},{','.join(f'{b:02X}' for b in frame.data)},\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same frames in each format."""
    folder = tmp_path_factory.mktemp("whole")
    found = {kind: write_with_python_can(folder / f"a.{kind}", WRITTEN).read_bytes() for kind in ("asc", "csv", "trc", "blf")}
    found["log"] = "".join(map(candump_line, WRITTEN)).encode()
    found["crtd"] = "".join(map(_crtd, WRITTEN)).encode()
    found["gvret"] = ("Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n" + "".join(map(_gvret, WRITTEN))).encode()
    return found


def read(path: Path, content: bytes) -> tuple[list[CanFrame], tuple[int, int, int] | None]:
    """Frames and counts; None for the counts where the file was refused in one sentence."""
    path.write_bytes(content)
    began, refusal = time.process_time(), ""
    try:
        log = open_log(path)
        seen = list(log)
    except LogError as exc:
        refusal = str(exc)
    assert time.process_time() - began < LONGEST_CPU_S, "it hangs"
    if refusal:
        assert refusal.startswith(str(path))
        assert "\n" not in refusal
        return [], None
    assert log.frames == len(seen)
    assert bool(log.skipped) == bool(log.skipped_lines)
    return seen, (log.frames, log.skipped_lines, log.remarks)


def name_of(kind: str) -> str:
    return f"a.{'csv' if kind == 'gvret' else kind}"


@pytest.mark.parametrize("kind", FORMATS)
def test_the_sound_file_holds_every_frame(kind: str, whole: dict[str, bytes], tmp_path: Path) -> None:
    seen, _ = read(tmp_path / name_of(kind), whole[kind])
    assert [(f.id, f.data) for f in seen] == [(f.id, f.data) for f in WRITTEN]


def one_octet(kind: str, whole: dict[str, bytes], tmp_path: Path, at: float, octet: int) -> None:
    """A text in which one character is another one: one line at most is lost, and that one is counted and named."""
    content = bytearray(whole[kind])
    first = content.index(WRITTEN[0].data.hex(" ").upper()[:2].encode()) if kind in {"log", "crtd"} else len(content) // 3
    place = first + int(at * (len(content) - first - 1))
    if content[place] in b"\r\n":
        return
    content[place] = octet
    seen, counts = read(tmp_path / name_of(kind), bytes(content))
    assert counts is not None
    assert len(seen) >= COUNT - 1
    assert sum(counts) == bytes(content).count(b"\n")


def anything(kind: str, whole: dict[str, bytes], tmp_path: Path, cuts: list[tuple[float, bytes]], is_packed: bool) -> None:
    """Pieces put in and taken out anywhere; packed and cut, too."""
    content = whole[kind]
    for at, piece in cuts:
        place = int(at * len(content))
        content = content[:place] + piece + content[place + len(piece) // 2 :]
    path = tmp_path / (name_of(kind) + (".gz" if is_packed else ""))
    _, counts = read(path, gzip.compress(content, 1)[: -len(cuts)] if is_packed else content)
    if counts is not None and kind in TEXT and not is_packed:
        assert sum(counts) in {content.count(b"\n"), content.count(b"\n") + 1}


QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
LONG = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=4000)
OCTET = st.integers(0, 255).filter(lambda n: n not in b"\r\n\x00")
AT = st.floats(0, 1)
CUTS = st.lists(
    st.tuples(AT, st.binary(max_size=30) | st.sampled_from([b"\n", b"\x00" * 9, b"##R", b"A" * 300, b"\xff\xfe"])), min_size=1, max_size=4
)

test_one_octet = QUICK(given(kind=st.sampled_from(TEXT), at=AT, octet=OCTET)(one_octet))
test_anything = QUICK(given(kind=st.sampled_from(FORMATS), cuts=CUTS, is_packed=st.booleans())(anything))
test_one_octet_long = pytest.mark.slow(LONG(given(kind=st.sampled_from(TEXT), at=AT, octet=OCTET)(one_octet)))
test_anything_long = pytest.mark.slow(LONG(given(kind=st.sampled_from(FORMATS), cuts=CUTS, is_packed=st.booleans())(anything)))
