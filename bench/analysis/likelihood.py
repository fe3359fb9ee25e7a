"""The two shapes that a likelihood takes: a spread around a number, and the odds of a few words. With severity."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bench.model.names import Kind

SEVERITIES: Final = (0.35, 0.6, 0.85, 1.0)
"""The grid over which severity is marginalised; 0.85 is where the signatures of facts/actuator.md stand."""
SEVERITY_WEIGHTS: Final = (0.2, 0.26, 0.3, 0.24)
"""How often each severity is met: people come when it hurts (estimate)."""
SIGNATURE: Final = 0.85
GROWS: Final = 0.6
"""Power of severity with which most faults' numbers move: early but real is where the lock fails now and then, which takes more than
half of the signature's effect; a third of it nobody would come with (E)."""
USUAL_SHARE: Final[dict[Kind, float]] = {"rear_door": 0.22, "tailgate": 0.34}
"""Running over stall current of a good lock (facts/actuator.md 2: 0.7 A of 3.2 A; a release winds up a spring too, E)."""
USUAL_LOAD: Final = 0.3
"""Friction and spring over stall current of a good tailgate lock (E)."""

Scale = Literal["log", "linear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A Student t around `centre`; on a log scale `width` is relative (0.1 = 10 %), else in the feature's unit."""

    centre: float
    width: float
    scale: Scale = "log"
    dof: float = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How a fault moves a number at the signature severity: times `factor`, or to `to`, with extra width.

    At another extent the move is proportional (in the logarithm where the scale is logarithmic); nothing moves at 0.
    `dof` widens the tails where a fault's effect is known only roughly. `whole`: the move is all or nothing, and goes with
    the fault's words: a line is pulled down or it is not.
    """

    factor: float | None = None
    to: float | None = None
    width: float = 0.0
    dof: float = 12.0
    whole: bool = False

    def of(self, healthy: Spread, extent: float) -> Spread:
        """Return the spread at an extent of the fault: 0 nothing, 1 its signature."""
        share = 1.0 if self.whole else extent
        width = math.hypot(healthy.width, self.width * min(share, 1.0))
        target = self.to if self.to is not None else healthy.centre * (self.factor or 1.0)
        if healthy.scale == "log":
            centre = healthy.centre * (target / healthy.centre) ** share
        else:
            centre = healthy.centre + (target - healthy.centre) * min(share, 1.05)
        return Spread(centre=centre, width=width, scale=healthy.scale, dof=min(self.dof, healthy.dof))


def as_share(shift: Shift, healthy: Spread, extent: float, usual: float) -> Spread:
    """Return a shifted share of the stall current: it nears 1 and never passes it, so that in the cold a factor counts for less.

    The factor moves share / (1 - share), by as much as it moves the `usual` share.
    """
    moved = min(usual * (shift.factor or 1.0), 0.9)
    ratio = moved / (1 - moved) * (1 - usual) / usual
    at_least = min(healthy.centre, 0.9)
    odds = at_least / (1 - at_least) * ratio ** (1.0 if shift.whole else extent)
    width = math.hypot(healthy.width, shift.width * min(extent, 1.0))
    return Spread(centre=odds / (1 + odds), width=width, scale=healthy.scale, dof=min(shift.dof, healthy.dof))


Odds = Mapping[str, float]
"""Probability of each word; what is left over is shared by the words that are not named."""


SHOWS: Final = (0.95, 0.99, 0.998, 0.998)
"""How often a fault shows in its words at all, by severity: a torn lever that still holds on the day is not seen (estimate).

Words go together: a fault that shows, shows in all of its words; one that does not, in none.
"""


def completed(odds: Odds, words: tuple[str, ...]) -> dict[str, float]:
    """Return odds over all words: floors of 0.04 % keep a word that nobody foresaw from being proof; sums to one."""
    unknown = set(odds) - set(words)
    if unknown:
        raise ValueError(f"odds name {sorted(unknown)}, the words are {words}")
    missing = [w for w in words if w not in odds]
    left = max(1.0 - sum(odds.values()), 0.0)
    full = {w: max(odds.get(w, left / max(len(missing), 1)), 0.0004) for w in words}
    total = sum(full.values())
    return {w: p / total for w, p in full.items()}
