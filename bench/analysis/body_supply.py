"""The supply voltage as a body frame tells it: how often it fell too low for a lock, for how long, and while what."""

from dataclasses import dataclass, field
from typing import Final

LOW_V: Final = 9.0
"""Below it the manual of the J11 expects no lock to work: its tests ask for 9 to 16 V (facts/can.md, confidence A)."""
_SENSIBLE_V: Final = (4.0, 17.0)
_KEPT: Final = 1000


@dataclass(slots=True)
class Dip:
    """From `from_ns` on the supply was low, down to `low_v`; `to_ns` None: to the end. `ignition` as it was when it began."""

    from_ns: int
    low_v: float
    ignition: str | None
    to_ns: int | None = None


@dataclass(slots=True)
class SupplyTrace:
    """Feed it each new value. A signal that is mostly no 12 V supply (`is_sensible` False) is not judged: another car's layout."""

    values: int = 0
    strange: int = 0
    dips: list[Dip] = field(default_factory=list)

    @property
    def is_sensible(self) -> bool:
        """Did nearly every value look like a car's supply?"""
        return self.values > 0 and self.strange * 20 <= self.values

    def see(self, t_ns: int, volts: float | None, ignition: str | None) -> None:
        """Take a value, V, or None where the frame was short."""
        if volts is None:
            return
        self.values += 1
        if not _SENSIBLE_V[0] <= volts <= _SENSIBLE_V[1]:
            self.strange += 1
            return
        is_in_dip = bool(self.dips) and self.dips[-1].to_ns is None
        if volts >= LOW_V:
            if is_in_dip:
                self.dips[-1].to_ns = t_ns
        elif is_in_dip:
            self.dips[-1].low_v = min(self.dips[-1].low_v, volts)
        elif len(self.dips) < _KEPT:
            self.dips.append(Dip(t_ns, volts, ignition))

    def pause(self, t_ns: int) -> None:
        """Nobody looked from `t_ns` on: a dip is known up to there."""
        if self.dips and self.dips[-1].to_ns is None:
            self.dips[-1].to_ns = t_ns
