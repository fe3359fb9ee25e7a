"""Who keeps the record in a cell, and how the cell is played to where it can be measured: this very process, or a program at a terminal."""

import contextlib
import os
import pty
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from stop_bench import CELL_S, Bench, Rack, wait_for
from stop_memory import Memory, Slot
from stop_rows import WHEN, WITHIN_MS, Cell
from stop_writer import PROFILE

from bench.app.bench_session import BenchSession
from bench.app.panel_orders import BeatOrder, StartOrder
from bench.model.ceilings import MS
from bench.store.folder import OBSERVATIONS

BACK_MS = 150
"""So long after the bound a feed that came back would show."""


def _aim(cell: Cell, m: Memory, pid: int) -> None:
    if cell.row.signal:
        m[Slot.ACT_ON], m[Slot.ACT_WITH], m[Slot.ACT] = pid, cell.row.signal, 1


def _settle(cell: Cell, m: Memory, pin_pid: int, is_over: Callable[[], bool]) -> None:
    """Wait for the act and for what must follow; then as much longer as a feed would need to come back. `is_over`: the run has ended."""
    stop = cell.row
    wait_for(lambda: m[Slot.ACTED_NS] != 0 or is_over(), f"{cell}: that phase never came")
    assert m[Slot.ACTED_NS], f"{cell}: that phase never came"
    if not stop.halts or cell.waits:
        if stop.slot == Slot.DIP:
            time.sleep(0.05)
            m[Slot.DIP] = 0
        time.sleep(1.2)
        os.kill(pin_pid, signal.SIGTERM)
    since = stop.since_in(cell.phase)
    if since != "beat":  # the last one may have been before the act
        wait_for(lambda: m[WHEN[since]] >= m[Slot.ACTED_NS], f"{cell}: {WHEN[since].name} never came")
    over_ns = (stop.zero_ms + WITHIN_MS + BACK_MS) * MS
    wait_for(lambda: time.monotonic_ns() > m[WHEN[since]] + over_ns, "time stands still")


def by_session(cell: Cell, bench: Bench, out: Path, rack: Rack) -> tuple[str, Callable[[], None]]:
    """The writer is this very process."""
    session = BenchSession(rack.order(bench.path, out, bench.memory))
    over = threading.Event()
    run = session.start(StartOrder(profile=PROFILE))
    pid = session.pin_pid or 0
    _aim(cell, bench.memory, pid)

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
        _settle(cell, bench.memory, pid, lambda: not session.is_running)
    except BaseException:
        over.set()
        session.close()
        raise
    return run, end


def by_terminal(cell: Cell, bench: Bench, out: Path, rack: Rack) -> tuple[str, Callable[[], None]]:
    """The writer is a program at a terminal of its own."""
    pids = out / "pids"
    ours, theirs = pty.openpty()
    program = subprocess.Popen(rack.program(bench.path, out, pids), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    closing = threading.Event()
    shown = bytearray()
    drain = threading.Thread(target=_drain, args=(ours, closing, shown, bench.memory), daemon=True)
    drain.start()

    def hang_up() -> None:
        closing.set()
        drain.join()

    try:
        wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2, f"{cell}: the program did not begin")
        pin, run = pids.read_text().split()
        _aim(cell, bench.memory, program.pid)
        if cell.row.terminal:
            wait_for(lambda: bench.memory[Slot.ACTED_NS] != 0 or program.poll() is not None, f"{cell}: that phase never came")
            hang_up()
        _settle(cell, bench.memory, int(pin), lambda: program.poll() is not None)
    except BaseException as exc:
        program.kill()
        program.wait()
        hang_up()
        exc.add_note(shown.decode(errors="replace"))
        raise

    def end() -> None:
        if cell.row.slot == Slot.UI_DEAD:  # what hung goes on, when all is over
            wait_for(lambda: b'"kind":"stop"' in (out / run / OBSERVATIONS).read_bytes(), f"{cell}: the run went on without a screen")
            bench.memory[Slot.UI_DEAD] = 0
        if cell.row.signal == signal.SIGSTOP:
            program.send_signal(signal.SIGCONT)
        try:
            program.wait(CELL_S)
        finally:
            program.kill()
            program.wait()
            hang_up()
        wait_for(lambda: not Path(f"/proc/{pin}").exists(), f"{cell}: the pin process {pin} is still there")

    return run, end


def _drain(fd: int, closing: threading.Event, shown: bytearray, m: Memory) -> None:
    """Read what the program shows, as a terminal does, until it is to be closed."""
    with contextlib.suppress(OSError):
        while not closing.is_set():
            if select.select([fd], [], [], 0.02)[0]:
                more = os.read(fd, 4096)
                if not more:
                    break
                shown += more
    closing.wait()
    m[Slot.SHUT_NS] = time.monotonic_ns()
    os.close(fd)
