"""A feature: one thing that a run says, where in the run it says it, and how strongly it is supported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

Value = float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A number (in the unit that its name ends with) or a word; `step` and `t_ns` say where it shows most clearly.

    A feature that was not seen does not exist: there is no zero and no NaN for it.
    """

    name: str
    value: Value
    step: str | None = None
    t_ns: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """One instance of something that a run shows several times: a number or a yes/no, and where."""

    value: float
    step: str
    t_ns: int


def typical(name: str, seen: Sequence[Seen]) -> Iterable[Feature]:
    """Return the median of what was seen, placed where it came nearest to it; nothing where nothing was seen."""
    if seen:
        middle = median(s.value for s in seen)
        at = min(seen, key=lambda s: abs(s.value - middle))
        yield Feature(name=name, value=middle, step=at.step, t_ns=at.t_ns, count=len(seen))


def share(name: str, seen: Sequence[Seen]) -> Iterable[Feature]:
    """Return all, some or none: how many of the occasions said yes; placed at the first that said no, if one did."""
    if seen:
        yes = sum(1 for s in seen if s.value)
        word = "all" if yes == len(seen) else "none" if yes == 0 else "some"
        at = next((s for s in seen if not s.value), seen[0])
        yield Feature(name=name, value=word, step=at.step, t_ns=at.t_ns, count=len(seen))


def tally(name: str, seen: Sequence[Seen], *, occasions: int) -> Iterable[Feature]:
    """Return zero, one, few (2-3) or many events over a number of occasions; nothing where there was no occasion."""
    if occasions:
        total = sum(int(s.value) for s in seen)
        word = "zero" if total == 0 else "one" if total == 1 else "few" if total < 4 else "many"
        at = next((s for s in seen if s.value), None)
        yield Feature(name=name, value=word, step=at.step if at else None, t_ns=at.t_ns if at else None, count=occasions)
