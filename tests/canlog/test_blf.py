"""BLF by columns gives what python-can's reader gives, and hands over to it where the file holds more than plain data frames."""

import gzip
from pathlib import Path

import can
import pytest
from canlog_samples import EPOCH_NS, frames, message_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.analysis.plain_frames import PlainFrames
from bench.canlog import open_log
from bench.canlog.foreign import frames_of
from bench.errors import LogError
from bench.model.can_frame import EXTENDED, SENT, CanFrame

IN_A_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def write(path: Path, written: list[CanFrame], container: int = 1 << 10) -> Path:
    """Write by python-can, in small containers so that objects reach across them."""
    with can.BLFWriter(path, max_container_size=container) as writer:
        for frame in written:
            writer(message_of(frame._replace(channel="")) if not frame.channel.isdigit() else message_of(frame))
    return path


def without_time(seen: list[CanFrame]) -> list[tuple[int, bytes, str, int]]:
    return [(f.id, f.data, f.channel, f.flags) for f in seen]


@IN_A_FOLDER
@given(st.lists(st.one_of(frames(is_fd_allowed=False), frames()), min_size=1, max_size=60), st.booleans(), st.integers(0, 400))
def test_quick_and_slow_read_the_same(tmp_path: Path, written: list[CanFrame], is_packed: bool, cut: int) -> None:
    """Also where frames of other kinds lie among them, or the file was cut."""
    written = [f._replace(channel="", t_ns=EPOCH_NS + n * 10**6) for n, f in enumerate(written)]
    path = write(tmp_path / "a.blf", written)
    content = path.read_bytes()[: -cut or None]
    path = tmp_path / ("b.blf.gz" if is_packed else "b.blf")
    path.write_bytes(gzip.compress(content) if is_packed else content)
    seen: list[CanFrame] = []
    slow: list[CanFrame] = []
    refusals = 0
    try:
        seen = list(open_log(path))
    except LogError:
        refusals += 1
    try:
        slow += frames_of(path)
    except LogError:
        refusals += 2 * bool(not slow)
    assert refusals in {0, 3} or not slow
    assert without_time(seen) == without_time(slow)
    assert [f.t_ns for f in seen] == pytest.approx([f.t_ns for f in slow], abs=1000)


def test_a_plain_file_takes_the_quick_way_on_all_channels(tmp_path: Path) -> None:
    written = [
        CanFrame(EPOCH_NS + n * 1_001_000, 0x100 + n % 40, bytes([n % 256] * (n % 9)), str(n % 3), SENT * (n % 2) | EXTENDED * (n % 5 == 0))
        for n in range(9000)
    ]
    path = tmp_path / "a.blf"
    with can.BLFWriter(path, max_container_size=10_000) as writer:
        for frame in written:
            message = message_of(frame)
            message.channel = int(frame.channel)
            writer(message)
    pieces = list(open_log(path).pieces())
    assert all(isinstance(p, PlainFrames) for p in pieces)
    seen = list(open_log(path))
    assert without_time(seen) == without_time(written)
    assert [f.t_ns - seen[0].t_ns for f in seen] == pytest.approx([f.t_ns - EPOCH_NS for f in written], abs=1000)
