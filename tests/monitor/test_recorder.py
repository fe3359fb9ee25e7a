"""The recorder: every sort of frame comes back from the reader of recordings; files rotate, are never overwritten, survive a kill."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_fakes import frame

from bench.canlog import open_log
from bench.errors import PortError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, CanFrame, FrameBatch
from bench.store.recorder import Recorder, Rotation, candump_text

OFFSET_NS = 1_795_410_000_000_000_000


def recorder(path: Path, *, only_events: bool = False, **rotation: float) -> Recorder:
    wanted = Rotation(max_bytes=int(rotation.get("max_bytes", 1 << 20)), max_s=rotation.get("max_s", 3600.0))
    return Recorder(path, wanted, wall_offset_ns=lambda: OFFSET_NS, only_events=only_events)


def read_back(path: Path) -> list[CanFrame]:
    return [one for batch in open_log(path).batches() for one in batch.frames()]


@st.composite
def frames(draw: st.DrawFn) -> CanFrame:
    flags = draw(st.sampled_from([0, 0, 0, EXTENDED, REMOTE, ERROR, FD, FD | FAST, EXTENDED | REMOTE, EXTENDED | FD]))
    number = draw(st.integers(0, 0x1FFF_FFFF if flags & (EXTENDED | ERROR) else 0x7FF))
    sizes = [*range(9), 12, 64] if flags & FD else list(range(9))
    data = b"" if flags & REMOTE else draw(st.binary(min_size=(n := draw(st.sampled_from(sizes))), max_size=n))
    return CanFrame(draw(st.integers(0, 10**12)) * 1000, number, data, "can0", flags)


@given(st.lists(frames(), min_size=1, max_size=20))
@settings(max_examples=80, deadline=None)
def test_every_sort_of_frame_is_read_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, seen: list[CanFrame]) -> None:
    path = tmp_path_factory.mktemp("rec") / "x.log"
    path.write_text(candump_text(FrameBatch.of(seen), OFFSET_NS))
    assert read_back(path) == [one._replace(t_ns=one.t_ns + OFFSET_NS) for one in seen]


def test_a_channel_name_of_a_serial_port_stays_one_word() -> None:
    batch = FrameBatch.of([CanFrame(0, 0x1, b"", "/dev/serial/by-id/usb-Some Adapter#1 with a very long name indeed", 0)])
    assert " usb-Some_Adapter_1_with_a_very_l 001#" in candump_text(batch, 0)


def test_a_file_ends_by_size_and_the_next_goes_on_without_loss(tmp_path: Path) -> None:
    kept = recorder(tmp_path / "d.log", max_bytes=4096)
    for n in range(400):
        kept.write(FrameBatch.of([frame(n / 100, 0x100, bytes([n & 255]))]), n * 10_000_000)
    kept.close()
    assert len(kept.paths) >= 3
    assert [p.name for p in kept.paths[:3]] == ["d.log", "d-2.log", "d-3.log"]
    assert [f.data[0] for path in kept.paths for f in read_back(path)] == [n & 255 for n in range(400)]
    assert all(path.stat().st_size <= 4096 + 100 for path in kept.paths)


def test_a_file_ends_by_age(tmp_path: Path) -> None:
    kept = recorder(tmp_path / "d.log", max_s=10)
    for n in range(25):
        kept.write(FrameBatch.of([frame(n, 0x100, b"")]), n * 1_000_000_000)
    kept.close()
    assert len(kept.paths) == 3


def test_an_older_recording_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "d.log").write_text("precious")
    (tmp_path / "d-2.log").symlink_to(tmp_path / "nowhere")
    kept = recorder(tmp_path / "d.log")
    kept.write(FrameBatch.of([frame(0, 1, b"")]), 0)
    kept.close()
    assert (tmp_path / "d.log").read_text() == "precious"
    assert kept.paths == [tmp_path / "d-3.log"]


def test_a_ring_keeps_30_s_before_and_after_an_event_and_nothing_else(tmp_path: Path) -> None:
    kept = recorder(tmp_path / "e.log", only_events=True)
    for n in range(200):
        if n == 100:
            kept.event(n * 1_000_000_000)
        kept.write(FrameBatch.of([frame(n, 0x100, bytes([n]))]), n * 1_000_000_000)
    kept.close()
    assert [f.data[0] for f in read_back(tmp_path / "e.log")] == list(range(69, 131))


def test_without_an_event_a_ring_writes_no_file(tmp_path: Path) -> None:
    kept = recorder(tmp_path / "e.log", only_events=True)
    kept.write(FrameBatch.of([frame(0, 0x100, b"")]), 0)
    kept.close()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_a_port_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PortError, match="cannot start the recording"):
        recorder(tmp_path / "file" / "x.log")


def test_killed_in_mid_write_every_batch_that_was_handed_over_is_there(tmp_path: Path) -> None:
    """No buffer of ours: what `write` returned from is with the kernel, and a second later on the disk."""
    script = (
        "import sys, time; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path\n"
        "from bench.model.can_frame import CanFrame, FrameBatch\n"
        "from bench.store.recorder import Recorder, Rotation\n"
        "kept = Recorder(Path(sys.argv[1]), Rotation(), wall_offset_ns=lambda: 0)\n"
        "for n in range(100):\n"
        "    kept.write(FrameBatch.of([CanFrame(n * 1000, 0x100, bytes([n]), 'can0')]), n)\n"
        "print('written', flush=True); time.sleep(60)\n"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "k.log"), root], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"written\n"
        os.kill(child.pid, signal.SIGKILL)
    assert [f.data[0] for f in read_back(tmp_path / "k.log")] == list(range(100))


def test_a_file_is_synced_about_once_a_second_without_holding_up_the_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[float] = []

    def slow(_fd: int) -> None:
        synced.append(time.monotonic())
        time.sleep(0.3)

    monkeypatch.setattr("bench.store.recorder.SYNC_S", 0.05)
    monkeypatch.setattr(os, "fdatasync", slow)
    kept = recorder(tmp_path / "s.log")
    began = time.monotonic()
    for n in range(50):
        kept.write(FrameBatch.of([frame(n, 1, b"")]), n)
    took_s = time.monotonic() - began
    time.sleep(0.15)
    kept.close()
    assert synced
    assert took_s < 0.25
