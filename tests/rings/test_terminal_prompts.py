"""What a person at a rig is told on a terminal: every moment in which hands are to do something has a sentence."""

import contextlib
import os
import pty
import sys
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from bench.app.bench_session import BenchSession, Ended, Given, SessionNews
from bench.cli.bench_dialogue import PROMPTS, Terminal, ask_first
from bench.config import load_profile
from bench.errors import NobodyToAsk
from bench.model.names import Hand
from bench.model.pin_news import Where
from bench.procedure.plan import ask_first as asks_before


class ScriptedSession:
    """A session that tells what it was given to tell as soon as somebody listens, and remembers the orders."""

    def __init__(self, *news: SessionNews) -> None:
        self._news = news
        self.given: list[Given] = []

    def listen(self, listener: Callable[[SessionNews], None]) -> None:
        for news in self._news:
            listener(news)

    def give(self, order: Given) -> bool:
        self.given.append(order)
        return True


def shown(*news: SessionNews) -> list[str]:
    said: list[str] = []
    Terminal(cast("BenchSession", ScriptedSession(*news, Ended(kept=None, error="over"))), said.append, None).run()
    return said


def test_at_a_rig_with_a_hold_button_the_harness_is_flexed_when_told() -> None:
    """No "hands clear" comes before it there, so that this is the only word about it."""
    assert shown(Where(phase="wiggle", step="wiggle#1", hand="wiggle")) == [f"wiggle#1: {PROMPTS['wiggle']}"]


@pytest.mark.parametrize("hand", ["close", "open"])
def test_each_movement_of_the_latch_is_asked_for_by_name(hand: Hand) -> None:
    (line,) = shown(Where(phase="hand", step=f"{hand}#1", hand=hand))
    assert line.startswith(f"{hand}#1: {hand.capitalize()} the latch")


DOOR = load_profile("qashqai-j11-rear-door")


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The end of a terminal at which somebody types; the program's standard input is its other end."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        yield ours
    with contextlib.suppress(OSError):
        os.close(ours)


def test_what_imitates_a_broken_lever_is_asked_before_anything_moves(typing: int) -> None:
    """DESIGN 4: a child lock or a super-lock looks just like it; what a file said already is not asked again."""
    said: list[str] = []
    os.write(typing, b"n\n\n")
    told = ask_first(asks_before(DOOR), {"double_locked": False}, said.append)
    assert told == {"child_lock_off": False, "double_locked": False, "outside_lever": None}
    assert [line.endswith("[y/n, Enter: cannot say]") for line in said] == [True, False, True]
    assert said[1].startswith("note: put that right first")


def test_a_terminal_that_closes_before_the_answer_drives_nothing(typing: int) -> None:
    os.close(typing)
    with pytest.raises(NobodyToAsk, match="nothing was driven"):
        ask_first(asks_before(DOOR), {}, lambda _: None)
