"""A real-time test at a terminal: prompts and answers, Ctrl-C and a closed terminal, beats while the program lives."""

import contextlib
import os
import queue
import select
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bench.app.bench_session import BenchOrder, BenchSession, Ended, SessionNews
from bench.app.panel_orders import AnswerOrder, BeatOrder, ClearOrder, DoneOrder, StartOrder, StopOrder
from bench.app.session_ends import stopping
from bench.app.urgency import hurry_this_thread
from bench.errors import NobodyToAsk
from bench.model.pin_news import Ready, Said, Where
from bench.procedure.step import Ask

BEAT_S: Final = 0.1
QUESTIONS: Final[Mapping[str, str]] = {
    "held": "Does it hold when you pull at it?", "half": "Is it only half latched?", "opened": "Did it open?",
    "knob_moved": "Did the knob move?",
}  # fmt: skip
PROMPTS: Final[Mapping[str, str]] = {
    "reset": "Press RESET at the rig, then Enter.",
    "clear": "Take all hands off the lock, then press Enter: it is driven 2 s later.",
    "clear wiggle": "Take hold of the harness only, press Enter; 2 s later short pulses come: flex it all the while.",
    "hand close": "Close the latch, then press Enter.",
    "hand open": "Open the latch, then press Enter.",
    "hold": "Press the hold button and keep it pressed.",
    "wiggle": "Flex the harness now, and touch nothing else, until the next step.",
}


def ask_first(asks: Iterable[Ask], given: Mapping[str, bool | None], say: Callable[[str], None]) -> dict[str, bool | None]:
    """Ask at the terminal what is to be known before anything moves, and return the answers by id; Enter leaves one None.

    What `given` holds is not asked. Raises NobodyToAsk where the terminal closes meanwhile.
    """
    told: dict[str, bool | None] = {}
    for ask in asks:
        if ask.id in given:
            told[ask.id] = given[ask.id]
            continue
        say(f"{ask.text} [y/n, Enter: cannot say]")
        typed = _line()
        told[ask.id] = _yes(typed.strip().lower())
        if ask.wanted is not None and told[ask.id] is (not ask.wanted):
            say("note: put that right first (Ctrl-C ends it here): else it looks like a fault of the lock")
    return told


def _line() -> str:
    """Read one line past Python's own buffer, which would keep what is typed ahead from the run's own reader."""
    try:
        typed = os.read(sys.stdin.fileno(), 4096)
    except OSError:
        typed = b""
    if not typed:
        raise NobodyToAsk("the terminal was closed before the first question was answered; nothing was driven")
    return typed.decode("utf-8", "replace")


def _yes(line: str) -> bool | None:
    return None if not line else line.startswith(("y", "д"))


class Terminal:
    """Shows what a session tells and reads what somebody types. `answers`: given beforehand, by step and question."""

    def __init__(self, session: BenchSession, say: Callable[[str], None], answers: Mapping[str, bool | None] | None) -> None:
        self._session, self._say, self._answers = session, say, answers
        self._news: queue.SimpleQueue[SessionNews] = queue.SimpleQueue()
        self._place: Where | None = None
        self._left: list[str] = []
        self._seen: dict[str, bool | None] = {}
        self._reads = threading.current_thread() is threading.main_thread() and sys.stdin is not None and sys.stdin.isatty()
        session.listen(self._news.put)

    def run(self) -> Ended:
        """Go on until the run is over."""
        while True:
            self._session.give(BeatOrder())
            try:
                news = self._news.get(timeout=BEAT_S)
            except queue.Empty:
                self._look()
                continue
            if isinstance(news, Ended):
                return news
            if isinstance(news, Where):
                self._show(news)
            elif isinstance(news, Said):
                self._tell(f"  {news.text}")
            elif isinstance(news, Ready):
                for note in news.notes:
                    self._tell(f"  note: {note}")
            self._look()

    def _tell(self, text: str) -> None:
        with contextlib.suppress(OSError):  # the terminal is gone; the record is not
            self._say(text)

    def _show(self, place: Where) -> None:
        self._place = place
        if place.phase == "countdown":
            self._tell(f"  {place.left} ...")
        elif place.phase == "ask":
            self._ask(place)
        else:
            text = PROMPTS.get(f"{place.phase} {place.hand}") or PROMPTS.get(place.phase)
            if text is not None:
                self._tell(f"{place.step}: {text}")

    def _ask(self, place: Where) -> None:
        given = self._answers
        self._seen = {q: given.get(f"{place.step}.{q}") for q in place.questions} if given is not None else {}
        self._left = [q for q in place.questions if q not in self._seen]
        self._next(place)

    def _next(self, place: Where) -> None:
        if self._left:
            self._tell(f"{place.step}: {QUESTIONS.get(self._left[0], self._left[0])} [y/n, Enter: cannot say]")
            return
        self._session.give(AnswerOrder(step=place.step or "", answers=self._seen))
        self._place = None

    def _look(self) -> None:
        """Read a line where one was typed; a terminal that was closed is a stop."""
        if not self._reads or not select.select([sys.stdin], [], [], 0)[0]:
            return
        try:
            typed = os.read(sys.stdin.fileno(), 4096).decode("utf-8", "replace")
        except OSError:
            typed = ""
        if not typed:
            self._reads = False
            self._session.give(StopOrder(reason="signal", detail="the terminal was closed"))
            return
        for line in typed.splitlines():
            self._typed(line.strip().lower())

    def _typed(self, line: str) -> None:
        place = self._place
        if place is None:
            return
        if place.phase in ("clear", "reset"):
            self._session.give(ClearOrder(step=place.step or ""))
        elif place.phase == "hand":
            self._session.give(DoneOrder(step=place.step or ""))
        elif place.phase == "ask" and self._left:
            self._seen[self._left.pop(0)] = _yes(line)
            self._next(place)


def run_at_terminal(
    order: BenchOrder, start: StartOrder, *, say: Callable[[str], None], answers: Mapping[str, bool | None] | None = None
) -> Ended:
    """Run one test and return how it ended; raises BenchError where it cannot begin."""
    hurry_this_thread()  # and every thread that it starts: a writer that waits for the CPU is a writer that lags
    session = BenchSession(order)
    with contextlib.closing(session), stopping(session):
        terminal = Terminal(session, say, answers)
        session.start(start)
        return terminal.run()
