"""What good locks of one part read becomes that part's windows: a tolerance interval, and which lock does not fit the others.

With n units a number's window is where 99.73 % of good parts are expected (six standard deviations, as in every profile):

    mean of the units' logarithms +- t(nu) * s * sqrt(1 + 1/n),   nu = 6 + n - 1,   s^2 = (6 s0^2 + sum of squares) / nu

s0 is the estimated spread from unit to unit (bench.analysis.reference.TOLERANCE); it counts like six units, so that two locks that
happen to agree do not make a narrow window, and Student's t keeps the tails heavy while the units are few.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean
from typing import Final

import msgspec

from bench.analysis.reference import TOLERANCE, stall_of
from bench.model.limits import Limit
from bench.model.profile import Profile

PRIOR_UNITS: Final = 6
"""How many units the estimated spread counts for (estimate)."""
COVERED: Final = 0.9973
"""Share of good parts in a window: three standard deviations each way, as in the shipped profiles."""
STALL: Final = ("plateau_a", "inrush_a")
"""Windows that follow from the resistance."""
FEWEST: Final = 3
"""With fewer units nobody can say which one does not fit."""
SHOWN_BY: Final = 0.75
"""A number is learnt where at least this share of the units shows it (estimate). Who shows it is no accident: a monitor that clips below
the stall current reads the resistance of weak units only, and a window around those would shut the others out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReadings:
    """One good lock: what to call it, its runs, and the middle of what they read, at 12.6 V and 25 degrees C."""

    label: str
    runs: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A unit outside the window of all the others: its value and that window."""

    label: str
    name: str
    value: float
    low: float
    high: float


def learnt_windows(profile: Profile, units: Sequence[UnitReadings], learnt_on: str) -> Profile:
    """Return the profile with the windows of what the units read; what none of them read, or too few of them, stays as it is.

    `learnt_on`: the day, for the windows' source.
    """
    limits = dict(profile.limits)
    for name, limit in profile.limits.items():
        seen = _seen(units, name)
        if seen and len(seen) >= SHOWN_BY * len(units):
            limits[name] = _window(limit, name, seen, units, learnt_on)
    return msgspec.structs.replace(profile, limits=limits)


def shown_by_too_few(profile: Profile, units: Sequence[UnitReadings]) -> dict[str, int]:
    """Return the numbers that were left as they were because too few units show them, and how many do."""
    counts = {name: len(_seen(units, name)) for name in profile.limits}
    return {name: n for name, n in counts.items() if 0 < n < SHOWN_BY * len(units)}


def outliers(profile: Profile, units: Sequence[UnitReadings]) -> tuple[Outlier, ...]:
    """Return each unit's numbers that lie outside the window of the other units; none with fewer than three units."""
    found = []
    for name in sorted(profile.limits):
        seen = [(u.label, v) for u in units if (v := _value(u, name)) is not None]
        if name in STALL or len(seen) < FEWEST:
            continue  # the stall currents say what the resistance says
        for label, value in seen:
            low, high, _, _ = interval([v for other, v in seen if other != label], TOLERANCE[name])
            if not low <= value <= high:
                found.append(Outlier(label=label, name=name, value=value, low=low, high=high))
    return tuple(found)


def interval(values: Sequence[float], usual: float) -> tuple[float, float, float, int]:
    """Return low, high, the pooled relative spread, and the degrees of freedom. `usual`: the estimated spread, relative."""
    logs = [math.log(v) for v in values]
    middle, n = fmean(logs), len(logs)
    freedom = PRIOR_UNITS + n - 1
    spread = math.sqrt((PRIOR_UNITS * usual**2 + sum((x - middle) ** 2 for x in logs)) / freedom)
    half = student_t(freedom) * spread * math.sqrt(1 + 1 / n)
    return math.exp(middle - half), math.exp(middle + half), spread, freedom


@lru_cache(maxsize=256)
def student_t(freedom: int, covered: float = COVERED) -> float:
    """Return t so that a Student t of so many degrees of freedom (1 or more) lies within +-t with this probability, by bisection."""
    low, high = 0.0, 1e6
    for _ in range(200):
        t = (low + high) / 2
        low, high = (t, high) if _within(t, freedom) < covered else (low, t)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """Return P(|T| < t) by the finite series for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    if freedom % 2 == 0:
        term = total = 1.0
        for k in range(2, freedom, 2):
            term *= (k - 1) / k * cosine**2
            total += term
        return sine * total
    term = total = cosine if freedom > 1 else 0.0
    for k in range(3, freedom, 2):
        term *= (k - 1) / k * cosine**2
        total += term
    return 2 / math.pi * (angle + sine * total)


def _seen(units: Sequence[UnitReadings], name: str) -> list[float]:
    return [v for unit in units if (v := _value(unit, name)) is not None]


def _value(unit: UnitReadings, name: str) -> float | None:
    if name in STALL:
        ohm = unit.values.get("resistance_ohm")
        return None if ohm is None else stall_of(ohm)
    return unit.values.get(name) if name in TOLERANCE else None


def _no_wider(low: float, high: float, old: Limit) -> tuple[float, float]:
    """Return the window no wider than the one it replaces, which holds every make of this class of part: few units may only move it."""
    if old.low <= 0 or high / low <= old.high / old.low:
        return low, high
    middle, half = math.sqrt(low * high), math.sqrt(old.high / old.low)
    return middle / half, middle * half


def _window(limit: Limit, name: str, values: Sequence[float], units: Sequence[UnitReadings], learnt_on: str) -> Limit:
    usual = TOLERANCE.get(name, 0.1)
    low, high, spread, freedom = interval(values, usual)
    low, high = _no_wider(low, high, limit)
    runs = [run for unit in units for run in unit.runs]
    shown = ", ".join(runs[:8]) + (f" and {len(runs) - 8} more" if len(runs) > 8 else "")
    return Limit(
        low=float(f"{low:.4g}"), high=float(f"{high:.4g}"), unit=limit.unit, confidence="C",
        source=f"learnt from {len(values)} units on {learnt_on}: {COVERED:.2%} of good parts (Student t, {freedom} degrees of freedom, "
               f"spread {spread:.1%}; the estimate of {usual:.1%} counts for {PRIOR_UNITS} of them); runs {shown}",
    )  # fmt: skip
