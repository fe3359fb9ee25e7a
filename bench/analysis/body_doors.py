"""One door over time: what it was first, when it changed, and the pauses in which nobody looked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

KEPT: Final = 10_000
"""Transitions kept a door; more only a broken wire makes, and they are counted."""


class Stretch(NamedTuple):
    """A time without a pause or a step of the clock: the state at its begin, and the changes that were seen as they happened."""

    first: bool
    from_ns: int
    to_ns: int
    changes: list[tuple[int, bool]]


@dataclass(slots=True)
class DoorTrace:
    """One door: first state, changes as (t_ns, is_open), and how long it was seen open.

    `cuts`: how many changes lay before each pause, its begin and its end; the change that showed itself at the end belongs before it.
    """

    first: bool
    state: bool
    since_ns: int
    changes: list[tuple[int, bool]] = field(default_factory=list)
    count: int = 0
    open_ns: int = 0
    cuts: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cuts.append((0, self.since_ns, self.since_ns))

    def see(self, t_ns: int, is_open: bool) -> None:
        """Take the state of one frame."""
        if is_open == self.state:
            return
        if self.state:
            self.open_ns += max(0, t_ns - self.since_ns)
        self.state, self.since_ns = is_open, t_ns
        self.count += 1
        if len(self.changes) < KEPT:
            self.changes.append((t_ns, is_open))

    def set_back(self, from_ns: int, to_ns: int) -> None:
        """The clock stepped back: what was open so far is added up, and goes on by the new time."""
        if self.state:
            self.open_ns += max(0, from_ns - self.since_ns)
            self.since_ns = to_ns

    def cut(self, from_ns: int, to_ns: int) -> None:
        """Nobody looked from `from_ns` to `to_ns`, whose frame was seen already."""
        before, since_ns, _ = self.cuts[-1]
        if before == len(self.changes):
            self.cuts[-1] = before, since_ns, to_ns
        else:
            self.cuts.append((len(self.changes), from_ns, to_ns))

    def stretches(self, end_ns: int) -> Iterator[Stretch]:
        """Yield the stretches, the last one up to `end_ns`."""
        for (at, _, from_ns), (end, to_ns, _) in pairwise([*self.cuts, (len(self.changes), end_ns, end_ns)]):
            yield Stretch(self.changes[at - 1][1] if at else self.first, from_ns, to_ns, self.changes[at:end])


@dataclass(slots=True)
class Odd:
    """Something odd over several frames: first seen when, in how many frames, the longest stretch, and a top value."""

    first_ns: int
    frames: int = 0
    stretch: int = 0
    longest: int = 0
    top: float = 0.0
