"""A person at a session: answers every prompt as the simulated hand saw it, beats, and keeps what was told."""

import threading
from collections.abc import Callable
from pathlib import Path

from bench.app.bench_session import BenchOrder, BenchSession, Ended, LineSeen, SessionNews
from bench.app.panel_orders import AnswerOrder, BeatOrder, ClearOrder, DoneOrder, StartOrder
from bench.model.observations import Observation
from bench.model.pin_news import Where

PROFILE = "qashqai-j11-rear-door"
LIMIT_S = 90


class Worker:
    """One session with somebody at it. `act` may take over a prompt by returning True."""

    def __init__(self, order: BenchOrder, act: Callable[[Where], bool] = lambda _: False) -> None:
        self.session = BenchSession(order)
        self.act = act
        self.places: list[Where] = []
        self.lines: list[Observation] = []
        self.beats = True
        self._over = threading.Event()
        self.session.listen(self._show)

    def play(self, **start: object) -> Ended:
        """Start a run and see it through."""
        self.session.start(StartOrder(**{"profile": PROFILE, **start}))  # type: ignore[arg-type]  # a test may try nonsense
        beat = threading.Thread(target=self._beat, daemon=True)
        beat.start()
        try:
            ended = self.session.ended(LIMIT_S)
        finally:
            self._over.set()
            beat.join()
            self._over.clear()
        assert ended is not None, "the run did not end"
        return ended

    def _beat(self) -> None:
        while not self._over.wait(0.2):
            if self.beats:
                self.session.give(BeatOrder())

    def _show(self, news: SessionNews) -> None:
        if isinstance(news, LineSeen):
            self.lines.append(news.line)
        if not isinstance(news, Where):
            return
        self.places.append(news)
        if self.act(news):
            return
        step = news.step or ""
        match news.phase:
            case "clear" | "reset":
                self.session.give(ClearOrder(step=step))
            case "hand":
                self.session.give(DoneOrder(step=step))
            case "ask":
                self.session.give(AnswerOrder(step=step, answers=dict(news.seen)))
            case _:
                pass


def order(out: Path, rig: str = "sim", **more: object) -> BenchOrder:
    """Return a session's order at ten times the speed of the wall."""
    return BenchOrder(**{"rig": rig, "out": out, "speed": 10.0, **more})  # type: ignore[arg-type]
