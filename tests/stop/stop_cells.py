"""One cell of the stop matrix, run and measured: how soon the feed was dead as the world outside saw it, and what the folder then says.

A cell is run by `run_cell` on a `Rack`: here a pin process over shared memory with a world process beside it (MEMORY). Over real
lines somebody makes a `Rack` of the same shape, whose world process copies lines to slots, and runs the same cells.
"""

import contextlib
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from stop_bench import MEMORY, Rack, small_disk
from stop_memory import Memory, Slot
from stop_rows import STROKE, WHEN, WITHIN_MS, Cell
from stop_runs import by_session, by_terminal

from bench.app.judging_again import judge_paths
from bench.model.ceilings import MS
from bench.model.observations import Stop as StopLine
from bench.store.folder import OBSERVATIONS

AT_ONCE = max(1, 6 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
"""So many side by side, with those of a neighbouring worker together: more would measure the machine."""
COILS = (Slot.ENABLE, Slot.DRIVE_LOCK, Slot.DRIVE_UNLOCK)


@dataclass(slots=True)
class Seen:
    """What a cell showed. `off_ms`: from its moment zero to the feed's death as the world saw it (0: it was dead before).

    `noticed_ms`: from what it counts from (`Stop.since`) to the heartbeat's last toggle; None where nobody is left to notice, or nothing
    was fed any more: a pulse that ended by itself meanwhile.
    """

    cell: Cell
    off_ms: float = 0.0
    noticed_ms: float | None = None
    verdict: str = ""
    why: str = ""
    lines_on: tuple[str, ...] = ()
    world_late_ms: float = 0.0
    wrongs: list[str] = field(default_factory=list)


def run_cell(cell: Cell, out: Path, rack: Rack = MEMORY) -> Seen:
    """Run one cell and return what it showed, wrongs included."""
    stop = cell.row
    out.mkdir(parents=True, exist_ok=True)
    fills = stop.slot == Slot.DISK_FULL and not rack.has_disk
    with small_disk(out) if fills else contextlib.nullcontext(), rack.bench(out) as bench:
        m = bench.memory
        m[Slot.PHASE] = cell.phase
        if stop.slot is not None:
            value = 2 if stop.slot == Slot.WELDED and cell.phase not in STROKE else stop.value
            m[Slot.ACT_ON], m[Slot.ACT_WITH], m[Slot.ACT] = stop.slot, value, 2
        by = by_terminal if stop.whom == "writer" else by_session
        try:
            run, tell_end = by(cell, bench, out, rack)
        except AssertionError as exc:
            exc.add_note(_why_it_ended(out))
            raise
        seen = Seen(cell, world_late_ms=m[Slot.LATE_NS] / MS)
        if stop.halts:
            _measure(cell, m, seen)
        tell_end()
        _read(cell, out / run, seen)
        return seen


def _measure(cell: Cell, m: Memory, seen: Seen) -> None:
    """Hold the cell to the one bound from its moment zero, and to the time in which it must have been noticed."""
    stop, since = cell.row, cell.row.since_in(cell.phase)
    from_ns = m[WHEN[since]]
    seen.off_ms = max(0.0, (m[Slot.ALIVE_NS] - from_ns) / MS - stop.zero_ms)
    if m[Slot.FEED] or seen.off_ms > WITHIN_MS:
        zero = f"{since} + {stop.zero_ms} ms" if stop.zero_ms else since
        seen.wrongs.append(f"the feed died {seen.off_ms:.1f} ms after moment zero ({zero}), limit {WITHIN_MS} ms")
    if stop.lowered and cell.phase in STROKE and seen.off_ms > 0:
        seen.noticed_ms = max(0.0, (m[Slot.TOGGLED_NS] - from_ns) / MS)  # 0: the turn of the act was its last
        if seen.noticed_ms > stop.noticed_ms:
            seen.wrongs.append(f"noticed {seen.noticed_ms:.1f} ms after the {since}, limit {stop.noticed_ms} ms")
    seen.lines_on = tuple(slot.name.lower() for slot in COILS if m[slot])
    if stop.lowered and seen.lines_on:
        seen.wrongs.append(f"still high: {', '.join(seen.lines_on)}")


def _why_it_ended(out: Path) -> str:
    """Return what the run itself said of its end, where it has one."""
    found = [judged.record for judged in judge_paths([path.parent for path in out.glob(f"*/{OBSERVATIONS}")]) if judged.record]
    stops = [line for record in found for line in record.observations if isinstance(line, StopLine)]
    return f"the run ended by itself: {stops[-1].reason}: {stops[-1].detail}" if stops else "no run ended"


def _read(cell: Cell, folder: Path, seen: Seen) -> None:
    stop = cell.row
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


def run_cells(cells: Sequence[Cell], out: Path, rack: Rack = MEMORY, *, at_once: int = AT_ONCE) -> list[Seen]:
    """Run cells side by side; one that went wrong is run once more when the others are over, and both tries are told."""
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
