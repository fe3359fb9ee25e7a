"""The person at a rig as the pin process sees one: orders that came over the socket, and what is told to the screen."""

import math
import time
from collections.abc import Callable, Iterable, Mapping

from bench.app.panel_orders import AnswerOrder, BeatOrder, ClearOrder, DoneOrder, FinishOrder, StopOrder
from bench.app.pin_pipe import PipeSink
from bench.app.private_socket import OrderInbox
from bench.engine.stopped import Stopped
from bench.model.ceilings import BEAT_LOST_MS
from bench.model.names import Hand
from bench.model.observations import Observation
from bench.model.pin_news import Ack, Judged, PinNews, Where
from bench.ports.rig import Operator, Request
from bench.procedure.step import Step


class OrderSource:
    """The first source that a turn asks: takes orders, watches the writer; sees nothing of the world. Raises Stopped.

    `driving_beat_ms`: how long nobody may beat while a drive relay is energised.
    """

    def __init__(self, inbox: OrderInbox, sink: PipeSink, *, driving_beat_ms: int = BEAT_LOST_MS) -> None:
        self._inbox, self._sink, self._driving_beat_ms = inbox, sink, driving_beat_ms
        self.now_ns: Callable[[], int] = lambda: 0  # the rig's clock, once there is one
        self._beat_s = time.monotonic()
        self._answers: dict[str, Mapping[str, bool | None]] = {}
        self._judged: dict[str, bool] = {}
        self._done: str | None = None
        self._clear_of: str | None = None
        self._said_clear = False
        self.is_finished = False  # a watch: said to be over

    def drain(self) -> Iterable[Observation]:
        """Take what came; raise Stopped where the run must end."""
        for order in self._inbox.take():
            match order:
                case Ack():
                    self._sink.acked(order)
                case StopOrder():
                    raise Stopped(order.reason, order.detail)
                case BeatOrder():
                    self._beat_s = time.monotonic()
                case ClearOrder():
                    self._said_clear = self._said_clear or order.step == self._clear_of
                case FinishOrder():
                    self.is_finished = True
                case DoneOrder():
                    self._done = order.step
                case AnswerOrder():
                    self._answers[order.step] = order.answers
                case Judged():
                    self._judged[order.step] = order.firm
                case _:  # a run is under way: another start does nothing
                    pass
        if self._inbox.has_ended:
            raise Stopped("error", "the writer is gone")
        if self._sink.is_driving and self._silent_ms > self._driving_beat_ms:
            raise Stopped("operator", f"the operating screen was lost while driving: no beat for {self._driving_beat_ms} ms")
        self._sink.turn(self.now_ns())
        return ()

    @property
    def beat_is_lost(self) -> bool:
        """Did no beat come for too long?"""
        return self._silent_ms > BEAT_LOST_MS

    @property
    def _silent_ms(self) -> float:
        return (time.monotonic() - self._beat_s) * 1000

    def await_clear(self, step: str) -> None:
        """From now on `ClearOrder` of this step counts; one of another, or one that came before, does not."""
        self._clear_of, self._said_clear = step, False

    @property
    def said_clear(self) -> bool:
        """Was it said since `await_clear`?"""
        return self._said_clear

    def is_done(self, step: str) -> bool:
        """Has the hand of this step said that it is done?"""
        return self._done == step

    def judged(self, step: str) -> bool | None:
        """Return whether the answer was beyond doubt after this step; None where nobody has said yet."""
        return self._judged.get(step)

    def answers(self, step: str) -> Mapping[str, bool | None] | None:
        """Return what was seen in this step, once it was said."""
        return self._answers.pop(step, None)


class Person:
    """bench.ports.rig.Operator and Attendant over orders. `hands`: a simulated hand, which moves by itself when asked.

    `by_itself`: the simulated hand says by itself that it is done; only its questions are asked.
    """

    def __init__(self, orders: OrderSource, tell: Callable[[PinNews], None], hands: Operator | None, *, by_itself: bool = False) -> None:
        self._orders, self._tell, self._hands, self._by_itself = orders, tell, hands, by_itself
        self._moves: str | None = None
        self._asked: str | None = None
        self._left = -1

    def begin(self, step: str, hand: Hand) -> None:
        """Ask for a movement; a wiggle goes on until the drives are over."""
        if self._hands is not None:
            self._hands.begin(step, hand)
        self._moves = None if hand == "wiggle" or self._by_itself else step
        self._tell(Where(phase="wiggle" if hand == "wiggle" else "hand", step=step, hand=hand))

    def is_moving(self) -> bool:
        """Until the person says that it is done, and a simulated hand is."""
        if self._hands is not None and self._hands.is_moving():
            return True
        return self._moves is not None and not self._orders.is_done(self._moves)

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None] | None:
        """Ask once; None until it was answered."""
        if self._asked != step:
            self._asked = step
            view = self._hands.answer(step, questions) if self._hands is not None else None
            seen = {q: v for q, v in (view or {}).items() if v is not None}
            self._tell(Where(phase="ask", step=step, questions=questions, seen=seen))
        given = self._orders.answers(step)
        if given is None:
            return None
        self._asked = None
        return {q: given.get(q) for q in questions}

    def ask(self, what: Request, step: str, *, hand: Hand | None = None) -> None:
        """Begin to wait for hands clear, RESET or the hold button."""
        self._orders.await_clear(step)
        self._left = -1
        self._tell(Where(phase=what, step=step, hand=hand))

    def has_said_so(self) -> bool:
        """Was it said since?"""
        return self._orders.said_clear

    def is_here(self) -> bool:
        """Is the operating screen there?"""
        return not self._orders.beat_is_lost

    def counts(self, step: str, left_ms: int) -> None:
        """Tell each whole second of the countdown."""
        left = math.ceil(left_ms / 1000)
        if left != self._left:
            self._left = left
            self._tell(Where(phase="countdown" if left else "drive", step=step, left=left))


def told_steps(steps: Iterable[Step | None], tell: Callable[[PinNews], None]) -> Iterable[Step | None]:
    """Hand over the steps, and tell where the run stands."""
    for step in steps:
        if step is None:
            yield None
            continue
        tell(Where(phase="drive" if step.drive else "watch", step=step.key, hand=step.hand))
        yield step
    tell(Where(phase="proof"))
