"""Hands are clear for the prompt that it was said to, and for no other: a second tap, or one that comes late, lets nothing go."""

from collections.abc import Callable

import msgspec
import pytest

from bench.app.panel_desk import Desk
from bench.app.panel_orders import ClearOrder, Order, prompt_of
from bench.app.pin_person import OrderSource, Person
from bench.app.private_socket import WireOrder
from bench.model.pin_news import PinNews


class Orders:
    """An inbox that holds what it is given until it is asked."""

    def __init__(self) -> None:
        self.waiting: list[WireOrder] = []
        self.has_ended = False

    def take(self) -> list[WireOrder]:
        taken, self.waiting = self.waiting, []
        return taken


class Pipe:
    """A pipe to the writer that is never behind."""

    is_driving = False

    def turn(self, now_ns: int) -> None:
        self.now_ns = now_ns


def at_the_panel() -> tuple[Callable[[str], None], Callable[[str], None], Callable[[], bool]]:
    """The rig in the panel's own process: ask, say, was it said."""
    desk = Desk()
    return desk.await_clear, desk.hands_clear, lambda: desk.is_clear


def at_the_pins() -> tuple[Callable[[str], None], Callable[[str], None], Callable[[], bool]]:
    """The rig in the pin process: the same three."""
    inbox, told = Orders(), list[PinNews]()
    orders = OrderSource(inbox, Pipe())  # type: ignore[arg-type]  # both keep to what the source asks of them
    person = Person(orders, told.append, None)

    def say(step: str) -> None:
        inbox.waiting.append(ClearOrder(step=step))
        orders.drain()

    return lambda step: person.ask("clear", step), say, person.has_said_so


@pytest.mark.parametrize("at", [at_the_panel, at_the_pins])
def test_only_the_prompt_that_stands_there_is_answered(
    at: Callable[[], tuple[Callable[[str], None], Callable[[str], None], Callable[[], bool]]],
) -> None:
    ask, say, was_said = at()
    say("lock#1")
    ask("lock#1")
    assert not was_said(), "said before it was asked"
    say("armed")
    assert not was_said(), "said to the prompt before"
    say("lock#1")
    assert was_said()
    ask("wiggle#1")
    say("lock#1")
    assert not was_said(), "the second of two taps released the next drive"
    say("wiggle#1")
    say("lock#1")
    assert was_said(), "a late one takes nothing back"


def test_what_names_no_prompt_is_no_order() -> None:
    with pytest.raises(msgspec.ValidationError, match="step"):
        msgspec.json.decode(b'{"order":"clear"}', type=Order)


def test_a_prompt_without_a_step_is_called_by_its_phase() -> None:
    assert [prompt_of("lock#1", "clear"), prompt_of(None, "armed"), prompt_of(None, "look")] == ["lock#1", "armed", "look"]
