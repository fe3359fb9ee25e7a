"""Real GPIO lines: how soon an edge is an observation, and two programs that want one pin."""

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "stop"))
from rig_figures import row as spread

from bench.config import load_wiring
from bench.errors import PortError
from bench.model.observations import Current, Gap, Input
from bench.ports.rig import Rig
from bench.rig.real import open_real_rig
from tests.command_runs import ROOT, environment
from tests.kernel.kernel_rig import RIG
from tests.kernel.port_far_side import KernelFarSide

EDGES = 1000
HOLDER = """
import sys, time
from bench.config import load_wiring
from bench.rig.real import open_real_rig
rig = open_real_rig(load_wiring(sys.argv[1]), None).rig
rig.outputs["drive_lock"].set(True)
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def far() -> Iterator[KernelFarSide]:
    made = KernelFarSide(load_wiring(RIG))
    yield made
    made.close()


class Nobody:
    """An operator who is not there."""

    def begin(self, step: str, hand: object) -> None:
        raise AssertionError(f"nobody can {hand} in {step}")

    def is_moving(self) -> bool:
        return False

    def answer(self, step: str, questions: tuple[str, ...]) -> dict[str, bool | None]:
        return {}


@pytest.fixture
def rig(far: KernelFarSide) -> Iterator[Rig]:
    opened = open_real_rig(load_wiring(RIG), Nobody()).rig
    yield opened
    opened.close()


def test_every_edge_becomes_an_observation_with_the_kernels_own_stamp(rig: Rig, far: KernelFarSide) -> None:
    """Edges 5 ms apart: each is seen, or a gap on record says that one may be missing; never quiet. How late they are is printed."""
    clock = rig.clock
    sources = rig.sources
    for source in sources:
        source.drain()
    late, off, gaps = [], [], 0
    for n in range(EDGES):
        level = n % 2
        before = clock.now_ns()
        far.drive("ajar", level)
        seen: list[Input] = []
        while not seen and clock.now_ns() - before < 1_000_000_000:
            clock.sleep_until(clock.now_ns() + 200_000)
            lines = [line for source in sources for line in source.drain()]
            gaps += len([line for line in lines if isinstance(line, Gap) and line.source == "ajar"])
            seen += [line for line in lines if isinstance(line, Input) and line.role == "ajar"]
        assert seen, f"edge {n} was not seen within 1 s"
        assert seen[-1].level == level or gaps, f"edge {n}"
        late.append((clock.now_ns() - before) / 1e6)
        off.append((seen[0].t - before) / 1e6)
        clock.sleep_until(before + 5_000_000)
    assert all(t > -1 for t in off), "a stamp from before its edge"
    assert gaps <= EDGES // 20, "one edge in twenty may be merged by a simulated interrupt that is late"
    print(
        f"\nNUMBER {spread('edge to observation', late)};"
        f" its stamp: median {statistics.median(off):.2f} ms, worst {max(off):.2f} ms after the pull; {gaps} gaps told in {EDGES} edges"
    )


def test_a_ready_flag_gives_one_sample_in_order_and_of_what_was_put_there(rig: Rig, far: KernelFarSide) -> None:
    """Conversions from outside, each with a value of its own. One that ends between flag and value is read once more, as on the chip."""
    sent = 0
    seen: list[float] = []
    began = time.monotonic()
    while time.monotonic() - began < 2.0:
        sent += 1
        far.convert(sent * 0.00125, 12.0)
        time.sleep(0.001)
        for source in rig.sources:
            seen += [a for line in source.drain() if isinstance(line, Current) for a in line.a if a is not None]
    took_s = time.monotonic() - began
    values = [round(a / 0.00125) for a in seen]
    assert values == sorted(values)
    assert set(values) <= set(range(1, sent + 1)), "a value that nobody put there"
    assert len(values) <= sent, "more samples than conversions"
    print(f"\nNUMBER current channel: {len(seen) / took_s:.0f} samples/s of {sent / took_s:.0f} conversions/s, {sent - len(seen)} not read")
    assert len(seen) >= 100, "rarer than every 20 ms: an absent sensor must be noticed within 50 ms"


def test_two_programs_on_one_pin_get_an_error_that_names_both_and_the_first_is_undisturbed(far: KernelFarSide) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, RIG], cwd=ROOT, env=environment(), stdout=subprocess.PIPE) as first:
        try:
            assert first.stdout is not None
            assert first.stdout.readline() == b"open\n"
            assert far.coil("drive_lock")
            with pytest.raises(PortError, match=rf"enable.*pid {first.pid}|enable.*already in use"):
                open_real_rig(load_wiring(RIG), Nobody())
            assert far.coil("drive_lock")
        finally:
            first.kill()


def test_no_line_blips_while_the_rig_is_opened_and_closed(far: KernelFarSide) -> None:
    """Watched from another thread as fast as it can: every coil is off all the time."""
    over, seen = threading.Event(), set[str]()

    def watch() -> None:
        while not over.is_set():
            seen.update(role for role in ("enable", "drive_lock", "drive_unlock", "heartbeat") if far.coil(role))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(5):
            open_real_rig(load_wiring(RIG), Nobody()).rig.close()
    finally:
        over.set()
        watcher.join()
    assert seen == set()
