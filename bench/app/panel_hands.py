"""The engine's side of the panel: a person's hands, a clock that keeps pace with the wall, and a source that stops the run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bench.app.paced_clock import PacedClock
from bench.app.panel_desk import Desk
from bench.app.panel_state import StateBoard
from bench.model.names import Hand
from bench.model.observations import Observation, Output
from bench.ports.rig import Operator, Rig, Source
from bench.procedure.step import Step

COUNTDOWN_S: Final = 2
"""Between "hands clear" and the first drive of a group (DESIGN 6, ring 1)."""


class DeskSource:
    """Sees nothing itself: each turn it looks whether a stop has come."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def drain(self) -> Iterable[Observation]:
        """Raise Stopped where the run has to end."""
        self._desk.check()
        return ()


class TappedSource:
    """Another source, whose observations are shown too."""

    def __init__(self, inner: Source, show: Callable[[Observation], None]) -> None:
        self._inner, self._show = inner, show

    def drain(self) -> Iterable[Observation]:
        """Hand over what came, and show it."""
        seen = list(self._inner.drain())
        for line in seen:
            self._show(line)
        return seen


class PanelOperator:
    """A person at the panel. A simulated hand moves by itself; what it sees is shown beside the questions as its answer."""

    def __init__(self, hands: Operator, desk: Desk, board: StateBoard) -> None:
        self._hands, self._desk, self._board = hands, desk, board
        self._step: str | None = None

    def begin(self, step: str, hand: Hand) -> None:
        """Ask for a movement."""
        self._hands.begin(step, hand)
        self._step = step if hand != "wiggle" else None
        self._board.show(phase="wiggle" if hand == "wiggle" else "hand", step=step, hand=hand)

    def is_moving(self) -> bool:
        """Until the person says that it is done, and the hand of a simulated world is."""
        moving = self._hands.is_moving()
        return moving or (self._step is not None and not self._desk.is_done(self._step))

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None]:
        """Ask what was seen; wait for the answer."""
        seen = {q: v for q, v in (self._hands.answer(step, questions) or {}).items() if v is not None}
        self._board.show(phase="ask", step=step, questions=questions, seen=seen)
        given = self._desk.wait_answer(step)
        self._board.show(phase="watch", step=step)
        return {q: given.get(q) for q in questions}


class PanelRun:
    """Puts a rig and its steps under the panel's orders."""

    def __init__(self, desk: Desk, board: StateBoard, *, speed: float, step_over: Callable[[str], None]) -> None:
        self._desk, self._board, self._speed, self._step_over = desk, board, speed, step_over

    def rig(self, rig: Rig) -> Rig:
        """Return the rig with a person at it, in real time, and with a source that stops."""
        clock = rig.clock if rig.realtime else PacedClock(rig.clock, self._speed)
        sources: tuple[Source, ...] = (DeskSource(self._desk), *(TappedSource(s, self._board.see) for s in rig.sources))
        return replace(rig, clock=clock, realtime=True, sources=sources, operator=PanelOperator(rig.operator, self._desk, self._board))

    def steps(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Hand over one step after the other; before each driven group hands must be clear, before each drive the screen there."""
        before: Step | None = None
        for step in steps:
            if before is not None:
                self._step_over(before.key)
            if step.drive is not None:
                if before is None or before.drive is None or step.hand is not None:
                    self.release(step)
                if self._desk.beat_is_lost:
                    self._board.show(phase="paused", step=step.key)
                    self._desk.wait_beat()
            self._board.show(phase="drive" if step.drive else "watch", step=step.key, hand=step.hand)
            yield step
            before = step
        if before is not None:
            self._step_over(before.key)
        self._board.show(phase="proof", step=None)

    def release(self, step: Step | None) -> None:
        """Wait for hands clear, then count down."""
        key, hand = (step.key, step.hand) if step is not None else (None, None)
        if step is not None:  # an armed test waits already
            self._desk.await_clear(step.key)
            self._board.show(phase="clear", step=key, hand=hand)
        self._desk.wait_clear()
        for left in range(COUNTDOWN_S, 0, -1):
            self._board.show(phase="countdown", step=key, hand=hand, left=left)
            self._desk.wait(1 / self._speed)

    def see(self, line: Observation) -> None:
        """Know whether a drive is energised."""
        if isinstance(line, Output) and line.role != "enable":
            self._desk.is_driving = line.energised
