"""Whatever dies, in whatever phase: the feed is dead in time as the world outside sees it, the folder is readable, never PASS.

Each test runs a handful of cells side by side. What is timed is a safety bound and nothing else; a cell that misses one is run
once more by itself, and both tries are told. `make bench-rig` prints the figures.
"""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from stop_bench import Bench, bench_in_memory, may_mount
from stop_cells import run_cells
from stop_memory import Phase, Slot
from stop_rows import STOPS, WHOLE, WITHIN_MS, Cell
from stop_writer import PROFILE, order_for

from bench.app.bench_session import BenchSession, Ended, SessionNews
from bench.app.panel_orders import AnswerOrder, BeatOrder, ClearOrder, DoneOrder, StartOrder
from bench.model.ceilings import MS
from bench.model.observations import Output, Stop
from bench.model.pin_news import Where

ALWAYS = (
    ("pin TERM", "pin KILL"), ("pin STOP", "pin exception"), ("writer TERM", "writer KILL"), ("writer STOP", "writer exception"),
    ("closed terminal", "welded relay"), ("disk stalled 3 s", "frozen sensor"), ("e-stop", "hold released"), ("full disk",),
)  # fmt: skip
MORE = tuple(stop for stop in STOPS if not any(stop in group for group in ALWAYS) and stop != "pin dawdles 60 ms")


def check(cells: list[Cell], out: Path) -> None:
    if any(cell.stop == "full disk" for cell in cells) and not may_mount():
        pytest.skip("a full disk is a file system of its own that is filled: only root may mount one")
    seen = run_cells(cells, out)
    wrong = [f"{s.cell}: {'; '.join(s.wrongs)}" for s in seen if s.wrongs]
    assert not wrong, "\n".join(wrong)
    assert not [s.cell for s in seen if s.verdict == "PASS"]


@pytest.mark.parametrize("stops", ALWAYS, ids=" and ".join)
def test_the_feed_dies_in_time_in_every_phase(stops: tuple[str, ...], tmp_path: Path) -> None:
    check([Cell(stop, phase) for stop in stops for phase in WHOLE], tmp_path)


def test_one_bound_holds_for_every_row_and_what_must_first_be_missed_names_its_source() -> None:
    """No row has a limit of its own; the longest that anything may take to notice is a screen's second without a beat."""
    assert WITHIN_MS == 100
    missed = {name: row.notice_ms for name, row in STOPS.items() if row.notice_ms}
    assert missed == {"writer STOP": 200, "dead UI": 1000, "disk stalled 3 s": 200, "frozen sensor": 50, "welded relay": 100}
    assert all(STOPS[name].says for name in missed)
    assert len(STOPS) * len(WHOLE) >= 14 * 5


def test_the_other_signals_a_dead_screen_and_what_is_no_reason_to_stop(tmp_path: Path) -> None:
    """In mid-stroke; their other phases are among the slow tests. A lost adapter and a dip are on record and stop nothing."""
    check([Cell(stop, Phase.MID_STROKE) for stop in MORE], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("stop", MORE)
def test_the_rest_of_the_matrix(stop: str, tmp_path: Path) -> None:
    check([Cell(stop, phase) for phase in WHOLE if phase != Phase.MID_STROKE], tmp_path)


class Attended:
    """Somebody at a rig without a hold button, whose safety relay holds itself and needs RESET."""

    def __init__(self, bench: Bench, out: Path) -> None:
        self.bench = bench
        self.session = BenchSession(order_for(bench.path, out, bench.memory, who="person"))
        self.places: list[Where] = []
        self.resets = 0
        self._over = threading.Event()
        self.session.listen(self._show)

    def play(self) -> Ended:
        self.session.start(StartOrder(profile=PROFILE))
        beats = threading.Thread(target=self._beat, daemon=True)
        beats.start()
        ended = self.session.ended(60)
        self._over.set()
        beats.join()
        assert ended is not None
        return ended

    def _beat(self) -> None:
        while not self._over.wait(0.1):
            self.session.give(BeatOrder())

    def _show(self, news: SessionNews) -> None:
        if not isinstance(news, Where):
            return
        self.places.append(news)
        step = news.step or ""
        match news.phase:
            case "reset":
                self.resets += 1
                self.bench.memory[Slot.RESET] = 1
                time.sleep(0.05)
                self.bench.memory[Slot.RESET] = 0
                self.session.give(ClearOrder(step=step))
            case "clear":
                self.session.give(ClearOrder(step=step))
            case "hand":
                self.session.give(DoneOrder(step=step))
            case "ask":
                self.session.give(AnswerOrder(step=step, answers=dict(news.seen)))
            case _:
                pass


@pytest.fixture
def attended(tmp_path: Path) -> Iterator[Attended]:
    with bench_in_memory(tmp_path) as bench:
        bench.memory[Slot.SELF_HOLDING] = 1
        at = Attended(bench, tmp_path / "runs")
        yield at
        at.session.close()


def test_a_whole_run_costs_one_reset_and_proves_the_heartbeat_at_its_end(attended: Attended) -> None:
    """And hands were clear for two seconds before each group; after the run the safety relay is down."""
    ended = attended.play()
    assert ended.kept is not None, ended.error
    assert not [line for line in ended.kept.record.observations if isinstance(line, Stop)]
    assert attended.resets == 1
    phases = [(p.phase, p.step) for p in attended.places]
    assert phases.index(("reset", "proof")) < phases.index(("clear", "lock#1"))
    coils = [line for line in ended.kept.record.observations if isinstance(line, Output)]
    assert coils[-1].role == "enable"
    last_drive_ns = max(line.t for line in coils if line.role == "drive_unlock")
    withheld_ns = max(line.t for line in coils if line.role == "enable" and line.energised)
    assert withheld_ns > last_drive_ns, "the feed was closed once more, with the heartbeat withheld"
    assert attended.bench.memory[Slot.FEED] == 0


def test_a_safety_relay_that_is_welded_shows_before_anybody_is_asked_for_reset(attended: Attended) -> None:
    """The feed lives although no heartbeat was ever given: nothing is driven, the verdict is ERROR."""
    attended.bench.memory[Slot.STUCK] = 1
    ended = attended.play()
    assert ended.kept is not None, ended.error
    assert ended.kept.judgement.document.verdict == "ERROR"
    assert "no heartbeat since the rig was opened" in next(o.detail for o in ended.kept.record.observations if isinstance(o, Stop))
    assert attended.resets == 0


def test_a_turn_that_hangs_for_60_ms_is_a_watchdog_stop(tmp_path: Path) -> None:
    """The heartbeat is not fed after it, the feed is dead before 100 ms are over."""
    seen = run_cells([Cell("pin dawdles 60 ms", phase) for phase in (Phase.INRUSH, Phase.STALL)], tmp_path)
    assert [s.wrongs for s in seen] == [[], []]
    assert all(s.why.startswith("watchdog: a turn came") for s in seen), [s.why for s in seen]


def test_the_world_keeps_its_own_time(tmp_path: Path) -> None:
    """A thousand looks a second, or the cells prove nothing; where real-time priority is refused, that is said."""
    with bench_in_memory(tmp_path) as bench:
        before, began = bench.memory[Slot.TICKS], time.monotonic_ns()
        time.sleep(0.5)
        looks = bench.memory[Slot.TICKS] - before
        elapsed_ms = (time.monotonic_ns() - began) / MS
    sys.stderr.write(f"world: {looks} looks in {elapsed_ms:.0f} ms\n")
    assert looks > elapsed_ms / 20
