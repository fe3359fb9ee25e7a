"""The process beside the panel that runs the test: orders come in as lines, news go out as lines. It knows no browser.

An order starts a test of the rig that this process was started with, answers, or stops; never a rig, a pin, a limit, a module.
When the panel dies its end of the pipe closes, and that is a stop.
"""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from bench.analysis.envelope import band_before
from bench.analysis.session import Session
from bench.app.asked import check_job, check_symptom, check_vin
from bench.app.judging import judge_record
from bench.app.panel_desk import Desk
from bench.app.panel_doctor import examined
from bench.app.panel_finder import watch
from bench.app.panel_hands import PanelRun
from bench.app.panel_orders import (
    AnswerOrder,
    BeatOrder,
    ClearOrder,
    DoneOrder,
    FinishOrder,
    LookOrder,
    Order,
    StartOrder,
    StopOrder,
    WatchOrder,
)
from bench.app.panel_rings import RingsRun
from bench.app.panel_state import BandNews, News, StateBoard, StepShown
from bench.app.rigs import RigChoice, World, parse_rig
from bench.app.testing import TestRequest, planned_steps, run_test
from bench.config import load_families, load_profile
from bench.engine.stopped import Stopped
from bench.errors import BenchError
from bench.model.observations import Observation, Output
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.ports.rig import Rig
from bench.procedure.step import Step

_DECODER: Final = msgspec.json.Decoder(Order)
Begin = StartOrder | WatchOrder | LookOrder
"""The orders that begin something; one at a time."""
NEWS_MAX: Final = 2000
"""A panel that reads nothing for that many news (100 s) is gone."""


class PanelProcess:
    """Waits for a start, runs the test, tells the outcome, waits again. `pins`: the command of another pin process than the usual."""

    def __init__(self, rig: str, out: Path, *, speed: float, world: World, sent: BinaryIO, pins: tuple[str, ...] = ()) -> None:
        self._choice: RigChoice = parse_rig(rig)
        self._out, self._speed, self._world = out, speed, world
        self._news: queue.Queue[bytes] = queue.Queue(NEWS_MAX)
        self._starts: queue.Queue[Begin | None] = queue.Queue(1)
        self._desk = Desk()
        self._board = StateBoard(self._tell)
        self._rings = RingsRun(rig, out, speed=speed, world=world, pins=pins) if self._choice.sort == "wiring" else None
        threading.Thread(target=self._write, args=(sent,), daemon=True).start()

    def listen(self, orders: Iterable[bytes]) -> None:
        """Take orders until they end; then stop what runs."""
        for line in orders:
            with contextlib.suppress(msgspec.MsgspecError):  # what is no order does nothing
                self._take(_DECODER.decode(line))
        self._desk.stop("operator", "the panel went away")
        if self._rings is not None:
            self._rings.give(StopOrder(detail="the panel went away"))
        self._starts.put(None)

    def run(self) -> None:
        """Run one test after the other."""
        self._board.show(phase="idle")
        while (start := self._starts.get()) is not None:
            self._one(start)
        if self._rings is not None:
            self._rings.close()
        until = time.monotonic() + 1
        while self._news.unfinished_tasks and time.monotonic() < until:  # a pipe that nobody reads must not keep it alive
            time.sleep(0.01)

    def _take(self, order: Order) -> None:
        if self._rings is not None:
            self._rings.give(order)
        match order:
            case StartOrder() | WatchOrder() | LookOrder():
                if self._board.state.phase in ("idle", "done", "failed"):
                    self._desk = Desk()
                    with contextlib.suppress(queue.Full):
                        self._starts.put_nowait(order)
            case StopOrder():
                self._desk.stop(order.reason, order.detail)
            case FinishOrder():
                self._desk.finish()
            case BeatOrder():
                self._desk.beat()
            case ClearOrder():
                self._desk.hands_clear(order.step)
            case DoneOrder():
                self._desk.done(order.step)
            case AnswerOrder():
                self._desk.answer(order.step, order.answers)

    def _one(self, start: Begin) -> None:
        try:
            match start:
                case StartOrder():
                    self._test(start)
                case WatchOrder():
                    self._watch(start)
                case LookOrder():
                    self._examine(start)
        except Stopped:  # before anything had begun: there is no run, and nothing to judge
            self._board.show(phase="idle", step=None)
        except BenchError as exc:
            self._board.show(phase="failed", error=str(exc), step=None)

    def _test(self, start: StartOrder) -> None:
        profile = load_profile(start.profile)
        request = TestRequest(
            rig=self._choice, profile=start.profile, scope=start.scope, symptom=check_symptom(start.symptom), vin=check_vin(start.vin),
            job=check_job(start.job), against=Path(start.against) if start.against else None, out=self._out, world=self._world,
            asked=start.asked, confirms=start.confirms, margin=start.margin, adaptive=start.adaptive,
        )  # fmt: skip
        plan = tuple(step.key for step in planned_steps(request, profile))
        self._board = self._board_of(profile)
        self._desk.await_clear("armed")
        self._board.show(phase="armed", plan=plan, profile=profile.id, vin=request.vin, job=request.job, confirms=start.confirms)
        self._tell(BandNews(band=band_before(profile, "lock")))
        if self._rings is not None:
            self._in_two_processes(start, profile, self._rings)
            return
        shown = _Shown(self._desk, self._board, profile, speed=self._speed)
        shown.under.release(None)
        outcome = run_test(request, progress=lambda _: None, onlooker=shown)
        self._board.show(phase="done", verdict=outcome.judgement.document.verdict, run=outcome.folder.name, step=None)

    def _watch(self, order: WatchOrder) -> None:
        """The wire finder, in which no output can be switched; a rig of the wall's clock belongs to a pin process of its own meanwhile."""
        profile = load_profile(order.profile)
        self._board = self._board_of(profile)
        self._let_rig_go()
        self._board.show(phase="finder", profile=profile.id, vin=order.vin, job=order.job, is_watch=True)
        found = watch(order, self._desk, self._board, choice=self._choice, out=self._out, world=self._world, speed=self._speed)
        self._board.show(phase="done", verdict=found.verdict, run=found.folder.name, step=None)

    def _examine(self, order: LookOrder) -> None:
        self._board = StateBoard(self._tell, seq=self._board.state.seq)
        if not order.released:
            self._desk.await_clear("look")
            self._board.show(phase="look")
            self._desk.wait_clear()
        self._board.show(phase="examine")
        self._let_rig_go()
        self._tell(examined(order.profile, self._desk, self._board, choice=self._choice, world=self._world))
        self._board.show(phase="idle", step=None)

    def _board_of(self, profile: Profile) -> StateBoard:
        return StateBoard(self._tell, load_families(profile), profile.can.door if profile.can else None, seq=self._board.state.seq)

    def _let_rig_go(self) -> None:
        """The pin process lets go of the rig; it is started anew for the next test."""
        if self._rings is not None:
            self._rings.close()

    def _in_two_processes(self, start: StartOrder, profile: Profile, rings: RingsRun) -> None:
        judged = _StepsOver(self._board, profile)
        ended = rings.run(start, self._desk, self._board, judged.step_over)
        if ended.kept is None:
            raise BenchError(ended.error or "the run left nothing")
        judged.over(ended.kept.record)
        self._board.show(phase="done", verdict=ended.kept.judgement.document.verdict, run=ended.kept.folder.name, step=None)

    def _tell(self, news: News) -> None:
        try:
            self._news.put_nowait(msgspec.json.encode(news) + b"\n")
        except queue.Full:
            self._desk.stop("operator", "the panel reads no news any more")

    def _write(self, sent: BinaryIO) -> None:
        try:
            while True:
                sent.write(self._news.get())
                self._news.task_done()
        except OSError:
            self._desk.stop("operator", "the panel went away")


class _StepsOver:
    """Shows each step of a run in two processes once it is over; how it went is judged when the run is."""

    def __init__(self, board: StateBoard, profile: Profile) -> None:
        self._board, self._profile = board, profile

    def step_over(self, key: str) -> None:
        """A step has ended: the writer must not be held up by a judge, so it is only named."""
        self._board.show(over=(*self._board.state.over, StepShown(step=key, verdict="")))

    def over(self, record: RunRecord) -> None:
        """The run has ended: all of it, judged."""
        self._board.show(over=_shown_of(record, self._profile))


class _Shown:
    """Stands beside one test: puts it under the panel's orders and tells how each step went."""

    def __init__(self, desk: Desk, board: StateBoard, profile: Profile, *, speed: float) -> None:
        self._board, self._profile = board, profile
        self._families = load_families(profile)
        self._session: Session | None = None
        self.under = PanelRun(desk, board, speed=speed, step_over=self._step_over)

    def begins(self, run_id: str, session: Session) -> None:
        """Know the run."""
        self._session = session
        self._board.show(phase="proof", run=run_id)

    def rig(self, rig: Rig) -> Rig:
        """Return the rig under the panel's orders."""
        return self.under.rig(rig)

    def steps(self, steps: Iterable[Step]) -> Iterable[Step]:
        """Return the steps as they are let through."""
        yield from self.under.steps(steps)

    def see(self, line: Observation) -> None:
        """See a line of the record."""
        self.under.see(line)
        if isinstance(line, Output):
            self._board.see(line)

    def _step_over(self, _key: str) -> None:
        """Judge what is there so far; a step that cannot be judged yet is shown without a word."""
        if self._session is None:
            return
        self._board.show(over=_shown_of(self._session.record(), self._profile))


def _shown_of(record: RunRecord, profile: Profile) -> tuple[StepShown, ...]:
    """Return the steps that were carried out, judged; an adaptive test's verdict names those that were left out too."""
    carried_out = {span.key for span in record.steps}
    steps = judge_record(record, profile).document.steps
    return tuple(StepShown(step=s.name, verdict=s.verdict, measurements=s.measurements) for s in steps if s.name in carried_out)


def main(argv: list[str], *, pins: tuple[str, ...] = ()) -> None:
    """Run as `python -m bench.app.panel_process RIG OUT SPEED SEED`; the panel starts it and holds both ends."""
    rig, out, speed, seed = argv
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the panel, whose going away stops this process in its own order
    sent = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what an outside plant prints is no news
    process = PanelProcess(rig, Path(out), speed=float(speed), world=World(seed=int(seed)), sent=sent, pins=pins)
    threading.Thread(target=process.listen, args=(sys.stdin.buffer,), daemon=True).start()
    process.run()


if __name__ == "__main__":
    main(sys.argv[1:])
