"""An adaptive test: the same steps, ordered so that everything is seen once before anything is repeated, until the answer is firm."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bench.model.names import Kind
from bench.procedure.step import Step

ORDER: Final[dict[Kind, tuple[str, ...]]] = {
    "rear_door": (
        "rest#1", "close#1", "lock#1", "unlock#1", "open#1", "close#2", "wiggle#1", "lock#2", "unlock#2", "lock#3", "unlock#3",
    ),
    "tailgate": ("rest#1", "close#1", "release#1", "open#1", "wiggle#1"),
}  # fmt: skip
"""One stroke each way, one opening, one bending of the harness, and only then the cycles that show a trend."""
FIRST_LOOK: Final[dict[Kind, str]] = {"rear_door": "unlock#1", "tailgate": "release#1"}
"""Before this step is over nothing is decided: the motor must have been driven every way that it goes."""


def in_order(steps: Iterable[Step], kind: Kind) -> tuple[Step, ...]:
    """Return the steps of a procedure in the adaptive order; what ORDER does not name follows in its own order."""
    by_key = {step.key: step for step in steps}
    first = [by_key.pop(key) for key in ORDER[kind] if key in by_key]
    return (*first, *by_key.values())


def until_firm(steps: Iterable[Step], kind: Kind, is_firm: Callable[[], bool]) -> Iterator[Step]:
    """Yield steps one by one; stop where `is_firm` says after a step that nothing more is needed."""
    return (step for step in until_judged(steps, kind, lambda _: is_firm()) if step is not None)


def until_judged(steps: Iterable[Step], kind: Kind, firm_after: Callable[[str], bool | None]) -> Iterator[Step | None]:
    """Yield the same where somebody else judges: `firm_after` is asked by the step that ended.

    While it says None (no word yet) None is yielded, and it is asked again. Nothing is ever added to the steps.
    """
    last: str | None = None
    for step in steps:
        if last is not None:
            while (firm := firm_after(last)) is None:
                yield None
            if firm:
                return
        yield step
        if last is not None or step.key == FIRST_LOOK[kind]:
            last = step.key
