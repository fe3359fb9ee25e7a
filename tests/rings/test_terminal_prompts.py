"""What a person at a rig is told on a terminal: every moment in which hands are to do something has a sentence."""

from collections.abc import Callable
from typing import cast

import pytest

from bench.app.bench_session import BenchSession, Ended, Given, SessionNews
from bench.cli.bench_dialogue import PROMPTS, Terminal
from bench.model.names import Hand
from bench.model.pin_news import Where


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
