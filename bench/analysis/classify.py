"""Bayes in log space over the fault dictionary, severity marginalised; and what each observation contributed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np

from bench.analysis.cells import Cell, cells_of, spreads_of, ways_of, weights_of
from bench.analysis.evidence import Value
from bench.analysis.healthy import HEALTHY_WORDS, healthy_spreads
from bench.analysis.likelihood import Shift, Spread, completed
from bench.analysis.manual import manual_odds
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.analysis.priors import PRIORS, SYMPTOM_FACTORS
from bench.analysis.trace import Array
from bench.model.names import HYPOTHESES, Kind
from bench.model.profile import Profile

FLOORS: Final = {
    "source_ohm": 0.02,
    "leg_ohm": 0.03,
    "chatter_ms": 0.3,
    "edges": 1.0,
    "lambda_vs": 0.01,
    "running_share": 0.01,
    "load_share": 0.03,
    "edge_early": 0.02,
    "running_a": 0.02,
    "resistance_ohm": 0.05,
    "inertia_f": 0.0005,
    "ripple": 0.004,
}
"""Numbers on a log scale are not read below these: noise around zero is not infinitely far from healthy."""
HIGH_ONLY: Final = frozenset(
    ("edge_fraction", "edge_early", "release_fraction", "hump_fraction", "running_share", "running_a", "load_share", "margin_v",
     "inertia_f", "ripple")
)  # fmt: skip
"""How early in its stroke a good lock switches or lets go, how light it runs or starts, is a matter of its make; only more is wear."""
LOW_ONLY: Final = frozenset(("plateau_over_peak",))
"""How far above the inrush peak the plateau stands is a matter of how closely it was sampled; only a lower one is wear."""
BOUNDS: Final = {"resistance_below": ("resistance_ohm", -1.0), "lambda_above": ("lambda_vs", 1.0)}
"""Readings that only bound a number, from below (1) or above (-1): what a clipped monitor leaves."""
RUNNING: Final = frozenset(("running_share", "running_a"))
"""What loads a motor moves these and `load_share` alike: only one of them ever speaks, the cleanest that there is."""
TEMPER: Final = 1.25
"""Rows are written wider than locks are, for makes that nobody has seen; evidence counts this much of its face value: set on tuning seeds,
where less made claims that were truer than they said, and more made plants by other hands surer than they were right (estimate)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A reading that is a number: where it lies (its logarithm on a log scale) and how a good lock reads."""

    column: str
    x: float
    healthy: Spread


@dataclass(frozen=True, slots=True)
class Scores:
    """Log likelihood of each cell (last axis) by column of evidence, before priors; and the columns that are numbers."""

    kind: Kind
    scope: str
    columns: dict[str, Array]
    numbers: Mapping[str, Number] = field(default_factory=dict)

    def log_likelihoods(self, without: str | None = None) -> dict[str, float]:
        """Return the log likelihood of each hypothesis, as if one column had not been seen."""
        weights, starts, names = weights_of(self.kind, self.scope)
        total = weights.copy()
        for name, column in self.columns.items():
            if name != without:
                total += TEMPER * column
        sums = np.logaddexp.reduceat(total, starts)
        return dict(zip(names, sums.tolist(), strict=True))

    def by_hand(self) -> dict[str, float]:
        """Return the log likelihood of each hypothesis under the outcomes of manual tests alone."""
        manual = {name: column for name, column in self.columns.items() if name in MANUAL_ODDS}
        return Scores(self.kind, self.scope, manual).log_likelihoods()

    def ratios(self, hypothesis: str, against: str = "healthy") -> dict[str, float]:
        """Return what each column contributes to log L(hypothesis) - log L(against): the loss when it is left out."""
        weights, starts, names = weights_of(self.kind, self.scope)
        if not self.columns:
            return {}
        told = TEMPER * np.stack(list(self.columns.values()))
        total = weights + told.sum(axis=0)
        ratio = np.zeros(len(told))
        for name, sign in ((hypothesis, 1), (against, -1)):
            n = names.index(name)
            own = slice(starts[n], starts[n + 1] if n + 1 < len(starts) else None)
            rest = np.logaddexp.reduce(total[own] - told[:, own], axis=1)
            ratio += sign * (np.logaddexp.reduce(total[own]) - rest)
        return dict(zip(self.columns, ratio.tolist(), strict=True))


def scores_of(readings: Mapping[str, Value], profile: Profile, *, scope: str, ambient_c: float | None) -> Scores:
    """Return how likely each reading is under every cell. Readings without a column are passed over."""
    spreads = healthy_spreads(profile, ambient_c)
    columns, numbers = {}, {}
    for name, value in readings.items():
        if name in RUNNING and "load_share" in readings:
            continue
        if isinstance(value, str) and (name in MANUAL_ODDS or name in HEALTHY_WORDS):
            columns[name] = _word_column(name, value, profile.kind, scope)
        elif not isinstance(value, str) and name in BOUNDS and BOUNDS[name][0] in spreads:
            columns[name] = _bound_column(name, value, spreads[BOUNDS[name][0]], profile.kind, scope)
        elif not isinstance(value, str) and name in spreads:
            numbers[name] = _placed(name, value, spreads[name])
            columns[name] = _number_column(numbers[name], profile.kind, scope)
    return Scores(profile.kind, scope, columns, numbers)


def posterior(likelihoods: Mapping[str, float], priors: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each hypothesis; they sum to one. A prior of zero stays zero."""
    logs = {h: likelihoods[h] + math.log(priors[h]) for h in HYPOTHESES if priors[h] > 0}
    top = max(logs.values())
    weights = {h: math.exp(value - top) for h, value in logs.items()}
    total = sum(weights.values())
    return {h: weights.get(h, 0.0) / total for h in HYPOTHESES}


def priors_of(symptom: str | None, excluded: frozenset[str]) -> dict[str, float]:
    """Return the prior of each hypothesis; a symptom moves one by at most times five, what cannot be tested has none."""
    factors = SYMPTOM_FACTORS.get(symptom or "", {})
    return {h: 0.0 if h in excluded else PRIORS[h] * min(factors.get(h, 1.0), 5.0) for h in HYPOTHESES}


@lru_cache(maxsize=4096)
def _word_column(name: str, word: str, kind: Kind, scope: str) -> Array:
    """Return the log odds of a word under each cell."""
    cells, ways = cells_of(kind, scope), ways_of(name, kind, scope)
    told: Array = np.array([math.log(_odds(name, cells[n])[word]) for n in ways.first])[ways.place]
    return told


def _odds(name: str, cell: Cell) -> Mapping[str, float]:
    if name in MANUAL_ODDS:
        return manual_odds(name, cell.hypothesis)
    words = tuple(HEALTHY_WORDS[name])
    healthy = completed(HEALTHY_WORDS[name], words)
    moved = cell.mode.moves.get(name)
    if name in cell.odd:
        return {w: 0.6 * p + 0.4 / len(healthy) for w, p in healthy.items()}
    if moved is None or isinstance(moved, Shift) or not cell.shows:
        return healthy
    return completed(moved, words)


def _placed(name: str, value: float, healthy: Spread) -> Number:
    """Return where a number is read: not below its floor, and not below a good lock's where only more is wear."""
    x = max(value, FLOORS.get(name, 1e-4)) if healthy.scale == "log" else value
    if name in HIGH_ONLY:
        x = max(x, healthy.centre * math.exp(-healthy.width) if healthy.scale == "log" else healthy.centre - healthy.width)
    if name in LOW_ONLY:
        x = min(x, healthy.centre * math.exp(healthy.width) if healthy.scale == "log" else healthy.centre + healthy.width)
    return Number("running_share" if name == "running_a" else name, math.log(x) if healthy.scale == "log" else x, healthy)


def _number_column(number: Number, kind: Kind, scope: str) -> Array:
    """Return the log density of a number under each cell; on a log scale that of its logarithm, so that rows compare."""
    s = spreads_of(number.column, number.healthy, kind, scope)
    z = (number.x - s.centre) / s.width
    density: Array = (s.norm - (s.dof + 1) / 2 * np.log1p(z * z / s.dof))[ways_of(number.column, kind, scope).place]
    return density


def _bound_column(name: str, value: float, healthy: Spread, kind: Kind, scope: str) -> Array:
    """Return the log chance that a number lies beyond what was read, under each cell; a logistic stands for the Student t's sum."""
    base, side = BOUNDS[name]
    s = spreads_of(base, healthy, kind, scope)
    z = side * (math.log(max(value, FLOORS.get(base, 1e-4))) - s.centre) / s.width
    chance: Array = -np.logaddexp(0.0, 1.7 * z)[ways_of(base, kind, scope).place]
    return chance
