"""The panel's test on a rig in real time: the pin process drives, this process keeps the record and shows where the run stands."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from bench.app.bench_session import BenchOrder, BenchSession, Ended, LineSeen, SessionNews
from bench.app.panel_desk import Desk
from bench.app.panel_orders import AnswerOrder, BeatOrder, ClearOrder, DoneOrder, Order, StartOrder, StopOrder
from bench.app.panel_state import StateBoard
from bench.app.pin_rigs import is_real
from bench.app.rigs import World, parse_rig
from bench.config import load_profile
from bench.errors import BenchError
from bench.model.observations import StepMark
from bench.model.pin_news import Where


class RingsRun:
    """A session of one rig for the panel. `step_over` is called in the session's own thread when a step has ended.

    `pins`: the command of the pin process, where it is not the usual one.
    """

    def __init__(self, rig: str, out: Path, *, speed: float, world: World, pins: tuple[str, ...] = ()) -> None:
        speed = 1.0 if is_real(parse_rig(rig)) else speed
        self._order = BenchOrder(rig=rig, out=out, hands="person", world=world, speed=speed, command=pins)
        self._profiles: tuple[str, ...] = ()
        self._session = self._opened(())
        self._board: StateBoard | None = None
        self._step_over: Callable[[str], None] = lambda _: None

    def give(self, order: Order) -> None:
        """Hand on what a person ordered; a start is none of these."""
        if isinstance(order, StopOrder | BeatOrder | ClearOrder | DoneOrder | AnswerOrder):
            self._session.give(order)

    def run(self, start: StartOrder, desk: Desk, board: StateBoard, step_over: Callable[[str], None]) -> Ended:
        """Wait until it is released at the rig, run it, and return how it ended; raises BenchError, or Stopped before it began."""
        desk.wait_clear()
        start = self._fitted(start)
        self._board, self._step_over = board, step_over
        run = self._session.start(start)
        board.show(phase="proof", run=run)
        ended = self._session.ended()
        self._board = None
        if ended is None:
            raise BenchError("the run has no end")
        return ended

    def _opened(self, profiles: tuple[str, ...]) -> BenchSession:
        session = BenchSession(replace(self._order, profiles=profiles))
        session.listen(self._show)
        return session

    def _fitted(self, start: StartOrder) -> StartOrder:
        """Name the profile by its id, as a run is started; of limits that the workshop edited, a file, the pin process is told first."""
        own = (start.profile,) if start.profile.endswith(".toml") else ()
        if own != self._profiles:
            self._session.close()
            self._session, self._profiles = self._opened(own), own
        return msgspec.structs.replace(start, profile=load_profile(start.profile).id)

    def close(self) -> None:
        """Stop what runs and let the pin process go."""
        self._session.close()

    def _show(self, news: SessionNews) -> None:
        board = self._board
        if board is None:
            return
        if isinstance(news, LineSeen):
            board.see(news.line)
            if isinstance(news.line, StepMark) and news.line.phase == "end":
                self._step_over(f"{news.line.name}#{news.line.n}")
        elif isinstance(news, Where):
            board.show(
                phase=news.phase, step=news.step, hand=news.hand, questions=news.questions, seen=dict(news.seen), left=news.left,
            )  # fmt: skip
