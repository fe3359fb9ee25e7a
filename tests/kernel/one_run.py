"""One whole test on the guest's rig: the writer, and a person at it whose hands and eyes are the far side's.

    python -m tests.kernel.one_run --socket FAR --out DIR [--profile ID]

The person does what the session asks and nothing else: moves the latch, takes the hands off, says what is seen. At the end one line
of JSON goes to stdout: verdict, likeliest fault, folder, and how late the loop of the pin process was.
"""

import argparse
import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.app.bench_session import BenchOrder, BenchSession, Ended, SessionNews
from bench.app.panel_orders import AnswerOrder, BeatOrder, ClearOrder, DoneOrder, StartOrder
from bench.model.pin_news import Where
from tests.kernel.far_side import Hand

RIG: Final = "wiring/kernel.toml"
WITHOUT_DOCTOR: Final = "kernel tests: the rig is a guest's"
RUN_S: Final = 150.0
PRIORITY: Final = 5
"""SCHED_FIFO: below the pin process (20) and the world (40)."""


class Person:
    """Acts in a thread of its own: the session's listener must be quick."""

    def __init__(self, session: BenchSession, hand: Hand) -> None:
        self._session, self._hand = session, hand
        self._places: list[Where] = []
        self._came = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        session.listen(self.show)
        self._thread.start()

    def show(self, news: SessionNews) -> None:
        """Take what the session tells."""
        if isinstance(news, Where):
            with self._came:
                self._places.append(news)
                self._came.notify()

    def leave(self) -> None:
        """Go home."""
        with self._came:
            self._over = True
            self._came.notify()
        self._thread.join(10)

    def _work(self) -> None:
        while True:
            with self._came:
                self._came.wait_for(lambda: self._places or self._over)
                if self._over:
                    return
                place = self._places.pop(0)
            with contextlib.suppress(OSError):  # the world went away: the run will say so
                self._act(place)

    def _act(self, place: Where) -> None:
        step = place.step or ""
        match place.phase:
            case "clear" | "reset":
                self._session.give(ClearOrder())
            case "hand":
                self._hand.ask(do="hand", request=place.hand)
                while self._hand.ask(do="moving")["moving"]:
                    time.sleep(0.05)
                self._session.give(DoneOrder(step=step))
            case "wiggle":
                self._hand.ask(do="hand", request="wiggle")
            case "ask":
                view = self._hand.ask(do="hand", request="look")
                self._session.give(AnswerOrder(step=step, answers={q: view.get(q) for q in place.questions}))
            case _:
                pass


@contextmanager
def beating(session: BenchSession) -> Iterator[None]:
    """While entered, the screen is there."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(0.2):
            session.give(BeatOrder())

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def see_through(far: Path, out: Path, profile: str) -> Ended:
    """Run one test from start to verdict."""
    hand = Hand(far)
    session = BenchSession(BenchOrder(rig=RIG, out=out, hands="person", without_doctor=WITHOUT_DOCTOR))
    person = Person(session, hand)
    try:
        session.start(StartOrder(profile=profile))
        with beating(session):
            ended = session.ended(RUN_S)
    finally:
        person.leave()
        session.close()
        hand.close()
    if ended is None:
        raise TimeoutError(f"the run did not end within {RUN_S:g} s")
    return ended


def main() -> int:
    """Run, print, return 0 where there is a verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--profile", default="qashqai-j11-rear-door")
    given = parser.parse_args()
    with contextlib.suppress(OSError):  # one CPU for both sides: the writer goes before what is not of this run
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    ended = see_through(given.socket, given.out, given.profile)
    if ended.kept is None:
        print(json.dumps({"error": ended.error}))
        return 1
    document = ended.kept.judgement.document
    chances = document.probabilities
    likeliest = max(chances, key=lambda fault: chances[fault]) if chances else None
    print(json.dumps({"verdict": document.verdict, "likeliest": likeliest, "folder": str(ended.kept.folder)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
