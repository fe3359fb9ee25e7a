"""Where the cells of tests/stop are run over the guest's lines: its world, its pin process, its terminal program, its small disk.

python -m tests.kernel.stop_lines_rack MEMORY OUT PIDS     the program at the terminal
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parent.parent / "stop"))
from stop_bench import Bench, Rack, bench_of, small_disk
from stop_memory import Memory
from stop_writer import FatefulSink, main

from bench.app.bench_session import BenchOrder
from bench.store.folder import RunFolder
from bench.store.ledger import ledger_path, read_boot_id
from tests.command_runs import ROOT, environment
from tests.kernel.kernel_rig import RIG, WITHOUT_DOCTOR


@contextmanager
def bench_on_lines(folder: Path) -> Iterator[Bench]:
    """A world process behind the kernel, a disk of its own for the run, and a motor that was not driven for long."""
    ledger_path("kernel").write_text(json.dumps({"boot": read_boot_id(), "count": 0, "last_ns": 0}))
    path = Path("/dev/shm") / f"lockbench-stop-{time.monotonic_ns()}"
    world = [sys.executable, "-m", "tests.kernel.stop_lines_world", str(path), str(folder)]
    with small_disk(folder), bench_of(path, world, cwd=ROOT, env=environment()) as bench:
        yield bench


def order_on_lines(memory_path: Path, out: Path, memory: Memory) -> BenchOrder:
    """Return the order of a session whose pin process works on the guest's lines."""
    return BenchOrder(
        rig=RIG, out=out, hands="person", without_doctor=WITHOUT_DOCTOR,
        command=(sys.executable, "-m", "tests.kernel.stop_lines_pins", str(memory_path)),
        sink=lambda folder: FatefulSink(memory, RunFolder.sink(folder)),
    )  # fmt: skip


LINES: Final = Rack(
    bench=bench_on_lines,
    order=order_on_lines,
    program=lambda memory, out, pids: [sys.executable, "-m", "tests.kernel.stop_lines_rack", str(memory), str(out), str(pids)],
    has_disk=True,
)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], order_on_lines))
