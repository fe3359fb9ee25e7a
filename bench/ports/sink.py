"""Where observations go."""

from typing import Protocol

from bench.model.observations import Observation


class Sink(Protocol):
    """Takes each observation once, in the order in which it was completed."""

    def __call__(self, line: Observation) -> None: ...
    def step_end(self) -> None:
        """A step is over: make what was written durable."""
