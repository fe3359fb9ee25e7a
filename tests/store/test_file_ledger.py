"""The actuation count: ten, then sixty seconds of rest, whatever happens to the process or to the file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import PortError
from bench.ports.ledger import ActuationLedger
from bench.store.ledger import REST_NS, FileLedger, boottime_ns, ledger_path, read_boot_id

S = 1_000_000_000


class World:
    """A boot with a clock that the test owns."""

    def __init__(self, path: Path) -> None:
        self.path, self.now, self.boot = path, 1000 * S, "boot-1"

    def open(self) -> FileLedger:
        return FileLedger(self.path, now=lambda: self.now, boot_id=lambda: self.boot)

    def rested(self) -> FileLedger:
        ledger = self.open()
        self.now += REST_NS
        return ledger


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "state" / "rig.json")


def needed(ledger: ActuationLedger) -> int:
    return ledger.rest_needed_ns(0)


def test_ten_actuations_are_free_and_the_eleventh_waits(world: World) -> None:
    """After the tenth, rest until 60 s after it began; at 60 s sharp it is over."""
    ledger = world.rested()
    for n in range(10):
        assert needed(ledger) == 0, n
        ledger.record(0)
        world.now += S
    assert needed(ledger) == REST_NS - S
    world.now += REST_NS - S - 1
    assert needed(ledger) == 1
    world.now += 1
    assert needed(ledger) == 0
    ledger.close()


def test_a_pause_of_sixty_seconds_begins_the_count_anew_and_a_shorter_one_does_not(world: World) -> None:
    """59.9 s of pause after nine actuations leave one, 60 s leave ten."""
    ledger = world.rested()
    for _ in range(9):
        ledger.record(0)
    world.now += REST_NS - 1
    ledger.record(0)
    assert needed(ledger) == REST_NS
    world.now += REST_NS
    for _ in range(10):
        assert needed(ledger) == 0
        ledger.record(0)
    assert needed(ledger) == REST_NS
    ledger.close()


def test_the_count_outlives_the_process(world: World) -> None:
    """A new ledger over the same file goes on where the other stopped, even if that one never closed its count."""
    with world.rested() as ledger:
        for _ in range(10):
            ledger.record(0)
    world.now += 10 * S
    with world.open() as again:
        assert needed(again) == 50 * S


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"boot":"boot-1","count":-1,"last_ns":0}', b"x" * 10_000,
                                     b'{"boot":"boot-0","count":0,"last_ns":0}',
                                     b'{"boot":"boot-1","count":0,"last_ns":99000000000000}'])  # fmt: skip
def test_a_file_that_cannot_be_believed_asks_for_the_full_rest(world: World, content: bytes) -> None:
    """Torn, foreign, of another boot or from the future: rest first, and once only."""
    world.path.parent.mkdir()
    world.path.write_bytes(content)
    with world.open() as ledger:
        assert needed(ledger) == REST_NS
        world.now += REST_NS
        assert needed(ledger) == 0
    with world.open() as again:
        assert needed(again) == 0


def test_a_missing_file_asks_for_the_full_rest(world: World) -> None:
    """Removing the file does not shorten a rest."""
    with world.open() as ledger:
        assert needed(ledger) == REST_NS
    world.path.unlink()
    with world.open() as again:
        assert needed(again) == REST_NS


def test_one_program_a_rig(world: World) -> None:
    """A second ledger is refused with the file and the other's process id; after close it may have the rig."""
    with world.open(), pytest.raises(PortError, match=rf"rig\.json\.lock: .* in use by process {os.getpid()}"):
        world.open()
    world.open().close()


def test_a_killed_program_lets_go_of_the_rig_and_leaves_its_count(tmp_path: Path) -> None:
    """KILL frees the lock, and the ten actuations that it recorded still ask for rest."""
    script = (
        "import sys,time; from pathlib import Path; from bench.store.ledger import FileLedger\n"
        "ledger = FileLedger(Path(sys.argv[1]))\n"
        "[ledger.record(0) for _ in range(10)]\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    path = tmp_path / "rig.json"
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        with pytest.raises(PortError, match=f"process {child.pid}"):
            FileLedger(path)
        child.send_signal(signal.SIGKILL)
        child.wait()
    with FileLedger(path) as ledger:
        assert 0 < needed(ledger) <= REST_NS


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    """The error names the path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(PortError, match=r"cannot use .*rig\.json"):
        FileLedger(tmp_path / "file" / "rig.json")


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """In a folder that everybody may write, a planted link is refused."""
    (tmp_path / "rig.json.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(PortError, match="cannot lock"):
        FileLedger(tmp_path / "rig.json")
    assert not (tmp_path / "victim").exists()


def test_the_real_boot_and_clock_are_readable_and_a_rig_name_is_one_file() -> None:
    """What the defaults read exists; a hostile rig name stays one plain file name."""
    assert len(read_boot_id()) == 36
    assert boottime_ns() > 0
    assert ledger_path("../../etc/x y").name == "lockbench-______etc_x_y.json"


def clear(path: Path) -> Iterator[Path]:
    yield from path.glob("rig.json*")


@given(pauses=st.lists(st.sampled_from([0, S, 30 * S, REST_NS - 1, REST_NS, 2 * REST_NS]), max_size=60), reopen=st.booleans())
def test_never_an_eleventh_actuation_without_a_rest(pauses: list[int], reopen: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    """However the pauses fall: who obeys the ledger never makes 11 actuations without 60 s between two of them."""
    folder = tmp_path_factory.getbasetemp() / "ledger"
    folder.mkdir(exist_ok=True)
    for old in clear(folder):
        old.unlink()
    world = World(folder / "rig.json")
    ledger = world.open()
    at: list[int] = []
    for pause in pauses:
        world.now += pause
        if needed(ledger) == 0:
            ledger.record(0)
            at.append(world.now)
        if reopen:
            ledger.close()
            ledger = world.open()
    ledger.close()
    for first in range(len(at) - 10):
        window = at[first : first + 11]
        assert max(b - a for a, b in pairwise(window)) >= REST_NS
