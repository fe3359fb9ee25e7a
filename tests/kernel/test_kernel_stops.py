"""Whatever dies, in whatever phase, on real lines: the feed is dead in time as the world outside sees it, the folder is readable.

Matrix and bounds are those of tests/stop; the lines, the registers, the bus and the full disk are the kernel's. Most cells run where
the clock waits for the CPU: what the programs do is then all that is measured. A few, and the slow ones, run in real time; there a
cell that misses a bound is run once more by itself, and both tries are told.
"""

import itertools
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "stop"))
from rig_figures import row as spread
from stop_cells import Seen, run_cells
from stop_memory import TURNS, Phase, Slot
from stop_rows import STOPS, WHOLE, WITHIN_MS, Cell
from stop_writer import PROFILE

from bench.app.bench_session import BenchSession, LineSeen, SessionNews
from bench.app.panel_orders import BeatOrder, StartOrder
from bench.model.ceilings import MS
from bench.model.observations import Current
from tests.kernel.stop_lines_rack import LINES

IDLE, INRUSH, MID, STALL, DEAD = WHOLE
AT_THE_PINS: dict[str, tuple[Phase, ...]] = dict.fromkeys(
    ("pin INT", "pin TERM", "pin HUP", "pin KILL", "pin STOP", "pin exception", "frozen sensor", "e-stop", "hold released", "welded relay"),
    WHOLE,
)
AT_THE_SCREEN: dict[str, tuple[Phase, ...]] = {
    **dict.fromkeys(("closed terminal", "dead UI", "full disk", "disk stalled 3 s", "writer KILL"), WHOLE),
    **dict.fromkeys(("writer TERM", "writer STOP", "writer exception"), (MID,)),
    **dict.fromkeys(("CAN lost", "supply dip"), (MID,)),
}
"""Which cells are run each time, where the clock waits: the issue's fourteen causes in all five phases, and more. Two guests share them."""
ALL = tuple(stop for stop in STOPS if stop != "pin dawdles 60 ms")
LOAD_S = 15.0
TRIES = 3
FOR_WANT_OF_CPU = ("watchdog: a turn came", "error: the writer is", "sensor: no current reading")
"""How a run says that the loop, the writer or the sampling came too late."""


def check(stop: str, phases: tuple[Phase, ...], out: Path) -> None:
    """Run one row, print its figures, and hold it to its bounds."""
    seen = run_cells([Cell(stop, phase) for phase in phases], out, LINES, at_once=1)
    print(f"\n{row(stop, seen)}")
    wrong = [f"{s.cell}: {'; '.join(s.wrongs)}" for s in seen if s.wrongs]
    assert not wrong, "\n".join(wrong)
    assert not [s.cell for s in seen if s.verdict == "PASS"]


def row(stop: str, seen: list[Seen]) -> str:
    """Return a line of the table: from death to feed off in each phase, ms."""
    figures = ", ".join(f"{s.cell.phase.name.lower().replace('_', ' ')} {s.off_ms:.1f}" for s in seen)
    verdicts = "/".join(sorted({s.verdict for s in seen}))
    late_ms = max(s.world_late_ms for s in seen)
    noticed = [s.noticed_ms for s in seen if s.noticed_ms is not None]
    soon = f"; noticed after {max(noticed):.1f}, limit {STOPS[stop].noticed_ms}" if noticed else ""
    return f"NUMBER {stop:16} feed off after (ms, limit {WITHIN_MS}): {figures}{soon}; {verdicts}; world at most {late_ms:.1f} ms late"


@pytest.mark.kernel_stops
@pytest.mark.parametrize("stop", AT_THE_PINS)
def test_what_dies_at_the_pins_the_feed_dies_in_time(stop: str, tmp_path: Path) -> None:
    check(stop, AT_THE_PINS[stop], tmp_path)


@pytest.mark.kernel_stops
@pytest.mark.parametrize("stop", AT_THE_SCREEN)
def test_what_dies_at_the_screen_the_feed_dies_in_time(stop: str, tmp_path: Path) -> None:
    check(stop, AT_THE_SCREEN[stop], tmp_path)


def test_the_matrix_of_each_time_is_whole() -> None:
    """Fourteen causes in five phases."""
    daily = {**AT_THE_PINS, **AT_THE_SCREEN}
    assert sum(phases == WHOLE for phases in daily.values()) >= 14
    assert set(daily) <= set(ALL)


@pytest.mark.parametrize(("stop", "phase"), [("pin KILL", MID), ("pin STOP", INRUSH), ("e-stop", STALL)])
def test_the_feed_dies_in_time_in_real_time_too(stop: str, phase: Phase, tmp_path: Path) -> None:
    """A run that ends by itself before that phase, for want of CPU, is begun anew; after TRIES of them there was nothing to time."""
    for n in range(TRIES):
        (seen,) = run_cells([Cell(stop, phase)], tmp_path / f"{n}", LINES, at_once=1)
        late = [wrong for wrong in seen.wrongs if "that phase never came" in wrong and any(word in wrong for word in FOR_WANT_OF_CPU)]
        if not late:
            break
        print(f"\nNUMBER {stop} in real time: try {n + 1} of {TRIES} ended by itself before {phase.name.lower()}: {late[0]}")
    else:
        pytest.skip(f"too little CPU for this guest before {phase.name.lower()}, {TRIES} times: {late[0]}")
    print(f"\n{row(stop, [seen])}")
    assert not seen.wrongs
    assert seen.verdict != "PASS"


@pytest.mark.kernel_slow
@pytest.mark.parametrize("stop", ALL)
def test_the_whole_matrix(stop: str, tmp_path: Path) -> None:
    check(stop, WHOLE, tmp_path)


def test_how_late_turns_and_samples_are_while_another_program_wants_the_cpu(tmp_path: Path) -> None:
    """Printed, not held to anything but safety: however late the loop was, no feed is left alive."""
    stamps: list[int] = []

    def show(news: SessionNews) -> None:
        if isinstance(news, LineSeen) and isinstance(news.line, Current):
            stamps.extend(news.line.t0 + dt for dt in news.line.dt)

    over = threading.Event()

    def compute() -> None:
        while not over.is_set():
            sum(range(10_000))

    with LINES.bench(tmp_path) as bench:
        session = BenchSession(LINES.order(bench.path, tmp_path, bench.memory))
        session.listen(show)
        session.start(StartOrder(profile=PROFILE))
        load = threading.Thread(target=compute)
        load.start()
        until = time.monotonic() + LOAD_S
        while session.is_running and time.monotonic() < until:
            session.give(BeatOrder())
            time.sleep(0.1)
        over.set()
        load.join()
        session.close()
        m = bench.memory
        count = min(m[Slot.PIN_TURNS], TURNS)
        begins = [m.turns[(m[Slot.PIN_TURNS] - count + n) % TURNS] for n in range(count)]
        periods = [(b - a) / MS for a, b in itertools.pairwise(begins)]
        gaps = [(b - a) / MS for a, b in itertools.pairwise(stamps)]
        print(f"\nNUMBER {spread('loop period beside a busy thread', periods)}; {sum(p > 45 for p in periods)} over 40 ms late")
        rate = len(gaps) * 1000 / sum(gaps)
        print(f"NUMBER {spread('between two current samples', gaps)}; {rate:.0f} a second, {sum(g > 50 for g in gaps)} over 50 ms")
        time.sleep(0.2)
        assert not m[Slot.FEED]
        assert not any(m[slot] for slot in (Slot.ENABLE, Slot.DRIVE_LOCK, Slot.DRIVE_UNLOCK))
