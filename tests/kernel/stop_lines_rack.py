"""Where the cells of tests/stop are run over the guest's lines: its world, its pin process, its terminal program, its small disk.

python -m tests.kernel.stop_lines_rack MEMORY OUT PIDS     the program at the terminal
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parent.parent / "stop"))
from stop_cells import Bench, Rack, wait_for
from stop_memory import Memory, Slot
from stop_writer import FatefulSink, main

from bench.app.bench_session import BenchOrder
from bench.store.folder import RunFolder
from bench.store.ledger import ledger_path, read_boot_id
from tests.command_runs import ROOT, environment
from tests.kernel.kernel_rig import RIG, WITHOUT_DOCTOR

DISK: Final = "size=3m"
"""Of the file system that a cell's run lies on: three times what a run writes, and filled within a millisecond or two."""


@contextmanager
def bench_on_lines(folder: Path) -> Iterator[Bench]:
    """A world process behind the kernel, a disk of its own for the run, and a motor that was not driven for long."""
    ledger_path("kernel").write_text(json.dumps({"boot": read_boot_id(), "count": 0, "last_ns": 0}))
    path = Path("/dev/shm") / f"lockbench-stop-{time.monotonic_ns()}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "cell", str(folder)], check=True)
    memory = Memory(path, create=True)
    memory[Slot.ESTOP] = memory[Slot.HOLD] = 1
    world = subprocess.Popen(
        [sys.executable, "-m", "tests.kernel.stop_lines_world", str(path), str(folder)], cwd=ROOT, env=environment()
    )  # fmt: skip
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
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def order_on_lines(memory_path: Path, out: Path, memory: Memory) -> BenchOrder:
    """Return the order of a session whose pin process works on the guest's lines."""
    return BenchOrder(
        rig=RIG, out=out, hands="person", without_doctor=WITHOUT_DOCTOR,
        command=(sys.executable, "-m", "tests.kernel.stop_lines_pins", str(memory_path)),
        sink=lambda folder: FatefulSink(memory, RunFolder.sink(folder), has_disk=True),
    )  # fmt: skip


LINES: Final = Rack(
    bench=bench_on_lines,
    order=order_on_lines,
    program=lambda memory, out, pids: [sys.executable, "-m", "tests.kernel.stop_lines_rack", str(memory), str(out), str(pids)],
)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], order_on_lines))
