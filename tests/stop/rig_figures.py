"""The figures of rings 2 and 3: loop period under load, edge to record, samples and gaps, death to feed off for each cell.

    make bench-rig            all of it, about six minutes
    make bench-rig QUICK=1    one run instead of four, and the matrix in mid-stroke only: about a minute

Pin process and writer are the product's; the world is tests/stop/stop_world.py. Only a real Pi shows its GPIO, I2C and card.
"""

import contextlib
import itertools
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from stop_bench import bench_in_memory, may_mount
from stop_cells import run_cells
from stop_memory import TURNS, Memory, Phase, Slot
from stop_rows import STOPS, WHOLE, WITHIN_MS, Cell
from stop_writer import PROFILE, order_for

from bench.app.bench_session import BenchSession, LineSeen, SessionNews
from bench.app.panel_orders import BeatOrder, StartOrder
from bench.model.ceilings import MS, SENSOR_GAP_MS, TURN_LATE_MS, TURN_MS
from bench.model.observations import Current, Input, Stop
from tests.kernel.kernels import cache

RUN_S = 60.0
RUNS = 4
"""Of a whole test, for each load: enough turns and edges that one in a thousand is a dozen of them."""
FLIP_S = (0.004, 0.009)
"""From an edge that arrived to the next one, s: at random, so that they fall anywhere in a turn."""


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which that part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def row(name: str, values: Sequence[float]) -> str:
    """Return a line: p50, p99, p99.9, the worst, and how many."""
    return (
        f"{name:34} p50 {share(values, 0.5):7.2f}  p99 {share(values, 0.99):7.2f}  p99.9 {share(values, 0.999):7.2f}  "
        f"worst {max(values):7.2f} ms  (n = {len(values)})"
    )


@contextmanager
def load(programs: int) -> Iterator[None]:
    """Other programs that want the CPU for themselves."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(programs)]
    try:
        yield
    finally:
        for program in busy:
            program.kill()
            program.wait()


class Watched:
    """One whole run with the switch line of the lock flickering beside it."""

    def __init__(self, memory: Memory) -> None:
        self._m = memory
        self._flips: list[int] = []
        self.edges_ms: list[float] = []
        self.stopped: list[str] = []
        self.samples_ns: list[int] = []

    def show(self, news: SessionNews) -> None:
        """Take the time of what arrives in the record."""
        if not isinstance(news, LineSeen):
            return
        line = news.line
        if isinstance(line, Stop):
            self.stopped.append(f"{line.reason}: {line.detail}")
        if isinstance(line, Current):
            self.samples_ns += [line.t0 + dt for dt in line.dt]
        elif isinstance(line, Input) and line.role == "lock" and self._flips:
            self.edges_ms.append((time.monotonic_ns() - self._flips.pop(0)) / MS)

    def flicker(self, over: threading.Event) -> None:
        """Turn the line over now and then, never before the last edge has arrived."""
        while not over.wait(random.uniform(*FLIP_S)):
            if any(self._m[slot] for slot in (Slot.ENABLE, Slot.DRIVE_LOCK, Slot.DRIVE_UNLOCK)):
                self._flips.clear()  # the stroke itself moves that line now
            elif not self._flips:
                self._flips.append(time.monotonic_ns())
                self._m[Slot.LOCK] = 1 - self._m[Slot.LOCK]


def one_run(out: Path) -> tuple[list[float], Watched]:
    """Run a whole test; return the periods of the pin process's turns in ms, and what was seen."""
    with bench_in_memory(out) as bench:
        session = BenchSession(order_for(bench.path, out, bench.memory))
        watched = Watched(bench.memory)
        session.listen(watched.show)
        over = threading.Event()
        bystander = threading.Thread(target=watched.flicker, args=(over,), daemon=True)
        session.start(StartOrder(profile=PROFILE))
        bystander.start()
        until = time.monotonic() + RUN_S
        while session.is_running and time.monotonic() < until:
            session.give(BeatOrder())
            time.sleep(0.1)
        over.set()
        session.close()
        m = bench.memory
        count = min(m[Slot.PIN_TURNS], TURNS)
        begins = [m.turns[(m[Slot.PIN_TURNS] - count + n) % TURNS] for n in range(count)]
        return [(b - a) / MS for a, b in itertools.pairwise(begins)], watched


def loops(out: Path, *, quick: bool) -> None:
    """Print the loop's periods, idle and loaded, edges and samples."""
    for programs in (0, 2 * (os.cpu_count() or 1)):
        with load(programs):
            runs = [one_run(out / f"{programs}-{n}") for n in range(1 if quick else RUNS)]
        print(f"\n{programs} programs beside it that want the whole CPU, {len(runs)} whole tests")
        periods = [period for each, _ in runs for period in each]
        for why in (why for _, watched in runs for why in watched.stopped):
            print(f"{'a test ended by itself':34} {why}")
        print(row("loop period", periods))
        late = sum(p > TURN_MS + TURN_LATE_MS for p in periods)
        print(f"{'missed deadlines':34} {late} of {len(periods)} turns came more than {TURN_LATE_MS} ms late")
        print(row("edge to the line on the record", [ms for _, watched in runs for ms in watched.edges_ms]))
        samples = [watched.samples_ns for _, watched in runs]
        gaps = [(b - a) / MS for each in samples for a, b in itertools.pairwise(each)]
        rate = len(gaps) * 1000 / sum(gaps)
        over = sum(g > SENSOR_GAP_MS for g in gaps)
        print(
            f"{'current samples':34} {rate:.0f} a second, longest gap {max(gaps):.1f} ms, {over} over {SENSOR_GAP_MS} ms (n = {len(gaps)})"
        )


def guests() -> None:
    """Print what the guests of `make test-kernel` measured last on this machine: real lines, registers, and a bus that is flooded."""
    told = [
        (log, line) for log in sorted(cache().glob("last-*.log")) for line in log.read_text().splitlines() if line.startswith("NUMBER ")
    ]
    print("\non a real kernel's lines, registers and bus, in its guests" + (":" if told else ": run make test-kernel first"))
    for log, line in told:
        print(f"{log.stem.removeprefix('last-'):>8} {line.removeprefix('NUMBER ')}")


def matrix(out: Path, *, quick: bool) -> None:
    """Print death to feed off for each cell, ms, and how soon it was noticed."""
    phases = (Phase.MID_STROKE,) if quick else WHOLE
    stops = [stop for stop in STOPS if stop != "full disk" or may_mount()]
    cells = [Cell(stop, phase) for stop in stops for phase in phases]
    seen = {str(s.cell): s for s in run_cells(cells, out)}
    print(f"\nfrom moment zero to the feed dead as the world outside sees it, ms (0: it was dead already); one limit for all: {WITHIN_MS}")
    print(f"{'':20}" + "".join(f"{p.name.lower().replace('_', ' '):>12}" for p in phases) + "   noticed   verdict")
    for stop in stops:
        row_of = [seen[str(Cell(stop, phase))] for phase in phases]
        figures = "".join(f"{s.off_ms:>11.1f}{'!' if s.wrongs else ' '}" for s in row_of)
        late = max((s.noticed_ms for s in row_of if s.noticed_ms is not None), default=None)
        noticed = "   -   " if late is None else f"{late:7.1f}"
        print(f"{stop:20}{figures}   {noticed}   {'/'.join(sorted({s.verdict for s in row_of}))}")
    for stop in stops:
        if STOPS[stop].says:
            row_, when = STOPS[stop], "inside the 100 ms" if STOPS[stop].inside else "then moment zero"
            print(f"  {stop}: {row_.notice_ms} ms after the {row_.since}, {when}: {row_.says}")
    if len(stops) < len(STOPS):
        print("SKIPPED: full disk: only root may mount a disk of its own")
    wrong = [f"{s.cell}: {w}" for s in seen.values() for w in s.wrongs]
    print(f"{len(cells)} cells, {len(wrong)} wrong" + "".join(f"\n  {w}" for w in wrong))


def main(argv: list[str]) -> int:
    """Print all of it."""
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        loops(Path(folder) / "loops", quick="--quick" in argv)
        matrix(Path(folder) / "cells", quick="--quick" in argv)
        guests()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
