"""Where the cells of the stop matrix are run: a world process over shared memory, and a small disk of its own for the full one."""

import contextlib
import functools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stop_memory import Memory, Slot
from stop_writer import FOLDER, order_for

from bench.app.bench_session import BenchOrder

CELL_S: Final = 30.0
DISK: Final = "size=3m"
"""Of the file system that a cell's run lies on: three times what a run writes, and filled within a millisecond or two."""


@dataclass(slots=True)
class Bench:
    """A world and the memory that all share."""

    memory: Memory
    path: Path
    world: subprocess.Popen[bytes]


@contextmanager
def bench_in_memory(folder: Path) -> Iterator[Bench]:
    """A world process over shared memory; `folder`: where the runs lie, which it fills where that is a small disk."""
    path = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else str(folder)) / f"lockbench-stop-{os.getpid()}-{time.monotonic_ns()}"
    with bench_of(path, [sys.executable, str(FOLDER / "stop_world.py"), str(path), str(folder)]) as bench:
        yield bench


@contextmanager
def bench_of(path: Path, world: list[str], **popen: object) -> Iterator[Bench]:
    """The memory at that path, and the process that is the world, until both are done with."""
    memory = Memory(path, create=True)
    memory[Slot.ESTOP] = memory[Slot.HOLD] = 1
    process: subprocess.Popen[bytes] = subprocess.Popen(world, **popen)  # type: ignore[call-overload]
    try:
        wait_for(lambda: memory[Slot.TICKS] > 0, "the world did not begin")
        yield Bench(memory, path, process)
    finally:
        memory[Slot.GO_ON] = 0
        try:
            process.wait(5)
        finally:
            process.kill()
            process.wait()
            memory.close()
            path.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own on that folder, small enough to be filled."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "cell", str(folder)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@functools.cache
def may_mount() -> bool:
    """May this user have a file system of his own?"""
    refused = (subprocess.CalledProcessError, FileNotFoundError)
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(*refused), small_disk(Path(folder)):
        return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rack:
    """Where cells are run.

    `bench` makes a world; `order` is what a session on it is opened with, `program` the command of a terminal program on it,
    which writes the pin process's id and the run's id to the file named last. `has_disk`: its runs lie on a small disk anyhow.
    """

    bench: Callable[[Path], AbstractContextManager[Bench]]
    order: Callable[[Path, Path, Memory], BenchOrder]
    program: Callable[[Path, Path, Path], list[str]]
    has_disk: bool = False


MEMORY: Final = Rack(
    bench=bench_in_memory,
    order=order_for,
    program=lambda memory, out, pids: [sys.executable, str(FOLDER / "stop_writer.py"), str(memory), str(out), str(pids)],
)


def wait_for(is_so: Callable[[], bool], otherwise: str, seconds: float = CELL_S) -> None:
    """Wait, or fail with a word."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise AssertionError(otherwise)
        time.sleep(0.005)
