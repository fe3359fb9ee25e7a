"""The stop matrix: what dies or breaks, in which phase of a stroke, and what the world outside and the folder must then show.

A cell is run by `run_cell` on a `Rack`: here a pin process over shared memory with a world process beside it (MEMORY). Over real
lines somebody makes a `Rack` of the same shape, whose world process copies lines to slots, and runs the same cells.
"""

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from stop_memory import Memory, Phase, Slot
from stop_writer import FOLDER, PROFILE, order_for

from bench.app.bench_session import BenchOrder, BenchSession
from bench.app.judging_again import judge_paths
from bench.app.panel_orders import BeatOrder, StartOrder
from bench.model.observations import Stop as StopLine
from bench.store.folder import OBSERVATIONS

MS = 1_000_000
CELL_S = 30.0
STROKE = (Phase.INRUSH, Phase.MID_STROKE, Phase.STALL)
Since = Literal["act", "rise", "low", "refusal"]
WHEN: dict[Since, Slot] = {"act": Slot.ACTED_NS, "rise": Slot.ROSE_NS, "low": Slot.LOW_NS, "refusal": Slot.REFUSED_NS}
Verdicts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One row: what happens to whom; within how many ms of what the feed must be dead, and which verdict the folder gives.

    `since`: the act itself; `rise`, where the feed next came alive (a sensor is missed only under drive); `low`, when the enable
    line went low (a welded contact shows only then); `refusal`, when the disk first refused a line (a file goes on to the end of its
    last page). `tears`: the last line may be a part of one. `lowered`: is somebody left to lower the lines? `halts` False: no stop at
    all, the cell is ended by a signal of ours.
    """

    whom: Literal["pin", "writer", "world"]
    signal: int = 0
    slot: Slot | None = None
    value: int = 1
    within_ms: int = 100
    since: Since = "act"
    verdicts: Verdicts = ("ABORTED",)
    lowered: bool = True
    halts: bool = True
    terminal: bool = False
    tears: bool = False


STOPS: dict[str, Stop] = {
    "pin INT": Stop(whom="pin", signal=signal.SIGINT),
    "pin TERM": Stop(whom="pin", signal=signal.SIGTERM),
    "pin HUP": Stop(whom="pin", signal=signal.SIGHUP),
    "pin KILL": Stop(whom="pin", signal=signal.SIGKILL, lowered=False),
    "pin STOP": Stop(whom="pin", signal=signal.SIGSTOP, verdicts=("ERROR",), lowered=False),
    "pin exception": Stop(whom="pin", slot=Slot.PIN_RAISES, verdicts=("ERROR",)),
    "pin dawdles 60 ms": Stop(whom="pin", slot=Slot.PIN_DAWDLES, value=60, verdicts=("ERROR",)),
    "writer INT": Stop(whom="writer", signal=signal.SIGINT),
    "writer TERM": Stop(whom="writer", signal=signal.SIGTERM),
    "writer HUP": Stop(whom="writer", signal=signal.SIGHUP),
    "writer KILL": Stop(whom="writer", signal=signal.SIGKILL),
    "writer STOP": Stop(whom="writer", signal=signal.SIGSTOP, within_ms=300, verdicts=("ERROR",)),
    "writer exception": Stop(whom="writer", slot=Slot.WRITER_RAISES),
    "closed terminal": Stop(whom="writer", slot=Slot.HANG_UP, terminal=True),
    "dead UI": Stop(whom="writer", slot=Slot.UI_DEAD, within_ms=1100),
    "full disk": Stop(whom="writer", slot=Slot.DISK_FULL, since="refusal", tears=True),
    "disk stalled 3 s": Stop(whom="writer", slot=Slot.DISK_STALLS, value=3000, within_ms=300, verdicts=("ERROR",)),
    "frozen sensor": Stop(whom="world", slot=Slot.FROZEN, verdicts=("ERROR",)),
    "e-stop": Stop(whom="world", slot=Slot.ESTOP, value=0),
    "hold released": Stop(whom="world", slot=Slot.HOLD, value=0),
    "welded relay": Stop(whom="world", slot=Slot.WELDED, within_ms=200, since="low", verdicts=("ERROR",)),
    "CAN lost": Stop(whom="world", slot=Slot.CAN_LOST, halts=False),
    "supply dip": Stop(whom="world", slot=Slot.DIP, halts=False),
}
"""300 ms: a writer may lag 200 ms. 1100 ms: a beat may be missing for 1 s. 200 ms: 100 ms to see that the feed is still there."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix."""

    stop: str
    phase: Phase

    def __str__(self) -> str:
        return f"{self.stop} in {self.phase.name.lower().replace('_', ' ')}"


@dataclass(slots=True)
class Seen:
    """What a cell showed. `off_ms`: from `since` to the feed's death as the world saw it (0: it was dead before)."""

    cell: Cell
    off_ms: float = 0.0
    verdict: str = ""
    why: str = ""
    lines_on: tuple[str, ...] = ()
    world_late_ms: float = 0.0
    wrongs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Bench:
    """A world and the memory that all share."""

    memory: Memory
    path: Path
    world: subprocess.Popen[bytes]


@contextmanager
def bench_in_memory(folder: Path) -> Iterator[Bench]:
    """A world process over shared memory."""
    path = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else str(folder)) / f"lockbench-stop-{os.getpid()}-{time.monotonic_ns()}"
    memory = Memory(path, create=True)
    memory[Slot.ESTOP] = memory[Slot.HOLD] = 1
    world = subprocess.Popen([sys.executable, str(FOLDER / "stop_world.py"), str(path)])
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rack:
    """Where cells are run.

    `bench` makes a world; `order` is what a session on it is opened with, `program` the command of a terminal program on it,
    which writes the pin process's id and the run's id to the file named last.
    """

    bench: Callable[[Path], AbstractContextManager[Bench]]
    order: Callable[[Path, Path, Memory], BenchOrder]
    program: Callable[[Path, Path, Path], list[str]]


MEMORY = Rack(
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


def run_cell(cell: Cell, out: Path, rack: Rack = MEMORY) -> Seen:
    """Run one cell and return what it showed, wrongs included."""
    stop = STOPS[cell.stop]
    out.mkdir(parents=True, exist_ok=True)
    with rack.bench(out) as bench:
        m = bench.memory
        m[Slot.PHASE] = cell.phase
        if stop.slot is not None:
            value = 2 if stop.slot == Slot.WELDED and cell.phase not in STROKE else stop.value
            m[Slot.ACT_ON], m[Slot.ACT_WITH], m[Slot.ACT] = stop.slot, value, 2
        by = _by_terminal if stop.whom == "writer" else _by_session
        try:
            run, tell_end = by(stop, cell, bench, out, rack)
        except AssertionError as exc:
            exc.add_note(_why_it_ended(out))
            raise
        seen = Seen(cell, world_late_ms=m[Slot.LATE_NS] / MS)
        _measure(stop, cell, m, seen)
        tell_end()
        _read(stop, out / run, seen)
        return seen


def _aim(stop: Stop, m: Memory, pid: int) -> None:
    if stop.signal:
        m[Slot.ACT_ON], m[Slot.ACT_WITH], m[Slot.ACT] = pid, stop.signal, 1


def _settle(stop: Stop, cell: Cell, m: Memory, pin_pid: int) -> None:
    """Wait for the act and for what must follow; then as much longer as a feed would need to come back."""
    wait_for(lambda: m[Slot.ACTED_NS] != 0, f"{cell}: that phase never came")
    waits = stop.slot == Slot.HOLD and cell.phase not in STROKE  # nothing is driven: the run waits for the button
    if not stop.halts or waits:
        if stop.slot == Slot.DIP:
            time.sleep(0.05)
            m[Slot.DIP] = 0
        time.sleep(1.2)
        os.kill(pin_pid, signal.SIGTERM)
    follows = WHEN[_since(stop, cell)]
    wait_for(lambda: m[follows] >= m[Slot.ACTED_NS], f"{cell}: {follows.name} never came")
    until = m[follows] + (stop.within_ms + 150) * MS
    wait_for(lambda: time.monotonic_ns() > until, "time stands still")


def _since(stop: Stop, cell: Cell) -> Since:
    if stop.slot == Slot.FROZEN and cell.phase not in STROKE:
        return "rise"
    if stop.slot == Slot.WELDED and cell.phase not in STROKE:
        return "act"
    return stop.since


def _by_session(stop: Stop, cell: Cell, bench: Bench, out: Path, rack: Rack) -> tuple[str, Callable[[], None]]:
    """The writer is this very process."""
    session = BenchSession(rack.order(bench.path, out, bench.memory))
    over = threading.Event()
    run = session.start(StartOrder(profile=PROFILE))
    pid = session.pin_pid or 0
    _aim(stop, bench.memory, pid)

    def beat() -> None:
        while not over.wait(0.1):
            session.give(BeatOrder())

    beats = threading.Thread(target=beat, daemon=True)
    beats.start()

    def end() -> None:
        try:
            assert session.ended(CELL_S) is not None, f"{cell}: the run did not end"
        finally:
            over.set()
            beats.join()
            session.close()

    try:
        _settle(stop, cell, bench.memory, pid)
    except BaseException:
        over.set()
        session.close()
        raise
    return run, end


def _by_terminal(stop: Stop, cell: Cell, bench: Bench, out: Path, rack: Rack) -> tuple[str, Callable[[], None]]:
    """The writer is a program at a terminal of its own."""
    pids = out / "pids"
    ours, theirs = pty.openpty()
    program = subprocess.Popen(rack.program(bench.path, out, pids), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    closing = threading.Event()
    shown = bytearray()
    drain = threading.Thread(target=_drain, args=(ours, closing, shown), daemon=True)
    drain.start()

    def hang_up() -> None:
        closing.set()
        drain.join()

    try:
        wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2, f"{cell}: the program did not begin")
        pin, run = pids.read_text().split()
        _aim(stop, bench.memory, program.pid)
        if stop.terminal:
            wait_for(lambda: bench.memory[Slot.ACTED_NS] != 0, f"{cell}: that phase never came")
            hang_up()
        _settle(stop, cell, bench.memory, int(pin))
    except BaseException as exc:
        program.kill()
        program.wait()
        hang_up()
        exc.add_note(shown.decode(errors="replace"))
        raise

    def end() -> None:
        if stop.slot == Slot.UI_DEAD:  # what hung goes on, when all is over
            wait_for(lambda: b'"kind":"stop"' in (out / run / OBSERVATIONS).read_bytes(), f"{cell}: the run went on without a screen")
            bench.memory[Slot.UI_DEAD] = 0
        if stop.signal == signal.SIGSTOP:
            program.send_signal(signal.SIGCONT)
        try:
            program.wait(CELL_S)
        finally:
            program.kill()
            program.wait()
            hang_up()
        wait_for(lambda: not Path(f"/proc/{pin}").exists(), f"{cell}: the pin process {pin} is still there")

    return run, end


def _drain(fd: int, closing: threading.Event, shown: bytearray) -> None:
    """Read what the program shows, as a terminal does, until it is to be closed."""
    with contextlib.suppress(OSError):
        while not closing.is_set():
            if select.select([fd], [], [], 0.02)[0]:
                more = os.read(fd, 4096)
                if not more:
                    break
                shown += more
    closing.wait()
    os.close(fd)


def _measure(stop: Stop, cell: Cell, m: Memory, seen: Seen) -> None:
    since = _since(stop, cell)
    if not stop.halts:
        return
    from_ns = m[WHEN[since]]
    seen.off_ms = max(0.0, (m[Slot.ALIVE_NS] - from_ns) / MS)
    if m[Slot.FEED] or seen.off_ms > stop.within_ms:
        seen.wrongs.append(f"the feed died {seen.off_ms:.1f} ms after the {since}, limit {stop.within_ms} ms")
    coils = (Slot.ENABLE, Slot.DRIVE_LOCK, Slot.DRIVE_UNLOCK)
    seen.lines_on = tuple(slot.name.lower() for slot in coils if m[slot])
    if stop.lowered and seen.lines_on:
        seen.wrongs.append(f"still high: {', '.join(seen.lines_on)}")


def _why_it_ended(out: Path) -> str:
    """Return what the run itself said of its end, where it has one."""
    found = [judged.record for judged in judge_paths([path.parent for path in out.glob(f"*/{OBSERVATIONS}")]) if judged.record]
    stops = [line for record in found for line in record.observations if isinstance(line, StopLine)]
    return f"the run ended by itself: {stops[-1].reason}: {stops[-1].detail}" if stops else "no run ended"


def _read(stop: Stop, folder: Path, seen: Seen) -> None:
    judged = next(judge_paths([folder]))
    if judged.judgement is None or judged.record is None:
        seen.wrongs.append(f"the folder is not readable: {judged.error}")
        return
    seen.verdict = judged.judgement.document.verdict
    last = next((line for line in reversed(judged.record.observations) if isinstance(line, StopLine)), None)
    seen.why = f"{last.reason}: {last.detail}" if last else "no end of the run"
    if seen.verdict not in stop.verdicts:
        seen.wrongs.append(f"verdict {seen.verdict}, must be {' or '.join(stop.verdicts)} ({seen.why})")
    if not stop.halts and (last is None or "SIGTERM" not in last.detail):
        seen.wrongs.append(f"stopped by itself: {seen.why}")
    if not stop.tears and not (folder / OBSERVATIONS).read_bytes().endswith(b"\n"):
        seen.wrongs.append("the last line is torn")


def run_cells(cells: Sequence[Cell], out: Path, rack: Rack = MEMORY, *, at_once: int = 6) -> list[Seen]:
    """Run cells side by side; one that went wrong is run once more by itself, and both tries are told."""
    with ThreadPoolExecutor(at_once) as pool:
        first = list(pool.map(lambda cell: _tried(cell, out / f"{cells.index(cell)}", rack), cells))
    for n, seen in enumerate(first):
        if seen.wrongs:
            sys.stderr.write(f"{seen.cell}: {'; '.join(seen.wrongs)} (world {seen.world_late_ms:.1f} ms late); once more\n")
            again = _tried(seen.cell, out / f"{n}-again", rack)
            again.wrongs = [f"{w} (and before: {'; '.join(seen.wrongs)})" for w in again.wrongs]
            first[n] = again
    return first


def _tried(cell: Cell, out: Path, rack: Rack) -> Seen:
    try:
        return run_cell(cell, out, rack)
    except AssertionError as exc:
        return Seen(cell, wrongs=["; ".join((str(exc), *getattr(exc, "__notes__", ())))])
