"""Where the cells of the stop matrix (tests/stop/stop_cells.py) are run in a guest: real lines, the real pin process."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from stop_cells import Bench, Rack, wait_for
from stop_memory import Memory, Slot
from stop_writer import FatefulSink

from bench.app.bench_session import BenchOrder
from bench.store.folder import RunFolder

HERE = Path(__file__).parent


@contextmanager
def bench_on_lines(folder: Path) -> Iterator[Bench]:
    """A world process on the far side of the guest's lines."""
    path = Path("/dev/shm") / f"lockbench-lines-{time.monotonic_ns()}"
    memory = Memory(path, create=True)
    memory[Slot.ESTOP] = memory[Slot.HOLD] = 1
    world = Popen([sys.executable, "-m", "tests.kernel.line_world", str(path)], cwd=HERE.parents[1])
    try:
        wait_for(lambda: memory[Slot.TICKS] > 0, "the world did not begin")
        yield Bench(memory, path, world)
    finally:
        memory[Slot.GO_ON] = 0
        try:
            world.wait(5)
        finally:
            world.kill()
            world.wait()
            memory.close()
            path.unlink()


def order_on_lines(memory_path: Path, out: Path, memory: Memory) -> BenchOrder:
    """Return the order of a session whose pin process works on the guest's lines."""
    return BenchOrder(
        rig="sim", out=out, hands="plant", command=(sys.executable, "-m", "tests.kernel.line_pins", str(memory_path)),
        sink=lambda folder: FatefulSink(memory, RunFolder.sink(folder)),
    )  # fmt: skip


LINES = Rack(
    bench=bench_on_lines,
    order=order_on_lines,
    program=lambda memory, out, pids: [sys.executable, "-m", "tests.kernel.line_writer", str(memory), str(out), str(pids)],
)
