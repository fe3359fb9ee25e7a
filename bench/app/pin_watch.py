"""A watch in the pin process: the loom is bent by hand, nothing is armed, and the same step goes on until somebody says that it is over."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bench.app.pin_person import OrderSource
from bench.model.names import Hand
from bench.ports.rig import Operator
from bench.procedure.step import Step

BEND_NS: Final = 2_500_000_000
"""One step of bending, as long as in the procedure (E)."""
WATCH_S: Final = 600.0
"""The longest watch, s: one that nobody ends is ended after that."""
BEND: Final = Step(name="wiggle", n=1, hand="wiggle")


def bends(now_ns: Callable[[], int], is_over: Callable[[], bool], seconds: float = WATCH_S) -> Iterator[Step]:
    """Yield the same step, numbered, until the time is up or somebody says so. `now_ns`: the rig's clock."""
    began_ns, n = now_ns(), 1
    while now_ns() - began_ns < seconds * 1e9 and not is_over():
        yield replace(BEND, n=n)
        n += 1


class Bender:
    """Whoever bends: one movement lasts BEND_NS of the rig's own time, or until the watch is over; nobody is asked anything."""

    def __init__(self, hands: Operator, now_ns: Callable[[], int], orders: OrderSource) -> None:
        self._hands, self._now_ns, self._orders = hands, now_ns, orders
        self._until_ns = 0

    def begin(self, step: str, hand: Hand) -> None:
        """Ask for it; a simulated hand moves too."""
        self._until_ns = self._now_ns() + BEND_NS
        self._hands.begin(step, hand)

    def is_moving(self) -> bool:
        """Is it still being bent?"""
        return not self._orders.is_finished and (self._now_ns() < self._until_ns or self._hands.is_moving())

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None]:  # noqa: ARG002 asked nothing
        """Say nothing."""
        return {}
