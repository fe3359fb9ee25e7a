"""Bayes in log space over the fault dictionary, severity marginalised; and what each observation contributed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from bench.analysis.dictionary import DICTIONARY, Mode
from bench.analysis.evidence import Value
from bench.analysis.healthy import HEALTHY_WORDS, healthy_spreads
from bench.analysis.likelihood import SEVERITIES, SEVERITY_WEIGHTS, SHOWS, Shift, Spread, completed
from bench.analysis.manual import MANUAL_ODDS, manual_odds
from bench.analysis.priors import PRIORS, SYMPTOM_FACTORS
from bench.analysis.trace import Array
from bench.model.names import HYPOTHESES, Kind
from bench.model.profile import Profile

FLOORS: Final = {
    "source_ohm": 0.02,
    "chatter_ms": 0.3,
    "edges": 1.0,
    "lambda_vs": 0.01,
    "running_share": 0.01,
    "running_a": 0.02,
    "resistance_ohm": 0.05,
}
"""Numbers on a log scale are not read below these: noise around zero is not infinitely far from healthy."""
HIGH_ONLY: Final = frozenset(("edge_fraction", "release_fraction", "running_share"))
"""How early in its stroke a good lock switches or lets go, how light it runs, is a matter of its make; only more is wear."""
TEMPER: Final = 0.95
"""Features share causes that the rows treat as independent; evidence counts this much of its face value (estimate)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hypothesis in one mode at one severity, and the logarithm of its share of the hypothesis."""

    hypothesis: str
    mode: Mode
    severity: float
    log_weight: float
    shows: bool = True


@lru_cache(maxsize=32)
def cells_of(kind: Kind, scope: str) -> tuple[Cell, ...]:
    """Return every cell of the dictionary for a kind of lock. With only the lock connected the feed is the bench's own."""
    rows = {name: DICTIONARY[name] for name in HYPOTHESES if name != "other"}
    if scope == "lock":
        feed = tuple(Mode(0.3, m.moves, m.kinds) for name in ("supply_low", "fuse_blown") for m in rows[name])
        rows = rows | {"bench_fault": rows["bench_fault"] + feed}
    cells = []
    for name, modes in rows.items():
        fitting = [m for m in modes if kind in m.kinds]
        total = sum(m.weight for m in fitting)
        for mode in fitting:
            if not mode.moves:
                cells.append(Cell(name, mode, 0.0, math.log(mode.weight / total)))
                continue
            for severity, share, shows in zip(SEVERITIES, SEVERITY_WEIGHTS, SHOWS, strict=True):
                weight = mode.weight / total * share
                cells.append(Cell(name, mode, severity, math.log(weight * shows)))
                cells.append(Cell(name, mode, severity, math.log(weight * (1 - shows)), shows=False))
    cells.append(Cell("other", Mode(1.0), 0.0, 0.0))
    return tuple(cells)


@dataclass(frozen=True, slots=True)
class Scores:
    """Log likelihood of each cell (last axis) by column of evidence, before priors."""

    cells: tuple[Cell, ...]
    columns: dict[str, Array]

    def log_likelihoods(self, without: str | None = None) -> dict[str, float]:
        """Return the log likelihood of each hypothesis, as if one column had not been seen."""
        total = np.array([c.log_weight for c in self.cells])
        for name, column in self.columns.items():
            if name != without:
                total = total + TEMPER * column
        found: dict[str, list[float]] = {}
        for cell, value in zip(self.cells, total.tolist(), strict=True):
            found.setdefault(cell.hypothesis, []).append(value)
        return {name: _log_sum(values) for name, values in found.items()}

    def ratios(self, hypothesis: str, against: str = "healthy") -> dict[str, float]:
        """Return what each column contributes to log L(hypothesis) - log L(against): the loss when it is left out."""
        whole = self.log_likelihoods()
        ratio = whole[hypothesis] - whole[against]
        found = {}
        for name in self.columns:
            rest = self.log_likelihoods(without=name)
            found[name] = ratio - (rest[hypothesis] - rest[against])
        return found


def scores_of(readings: Mapping[str, Value], profile: Profile, *, scope: str, ambient_c: float | None) -> Scores:
    """Return how likely each reading is under every cell. Readings without a column are passed over."""
    cells = cells_of(profile.kind, scope)
    spreads = healthy_spreads(profile, ambient_c)
    columns = {}
    for name, value in readings.items():
        if isinstance(value, str) and name in MANUAL_ODDS:
            columns[name] = np.array([math.log(manual_odds(name, cell.hypothesis)[value]) for cell in cells])
        elif isinstance(value, str) and name in HEALTHY_WORDS:
            columns[name] = _word_column(name, value, cells)
        elif not isinstance(value, str) and name in spreads:
            columns[name] = _number_column(name, value, spreads[name], cells)
    return Scores(cells, columns)


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


def _word_column(name: str, word: str, cells: tuple[Cell, ...]) -> Array:
    healthy = completed(HEALTHY_WORDS[name], tuple(HEALTHY_WORDS[name]))
    column = []
    for cell in cells:
        moved = cell.mode.moves.get(name)
        if cell.hypothesis == "other":
            odds: Mapping[str, float] = {w: 0.6 * p + 0.4 / len(healthy) for w, p in healthy.items()}
        elif moved is None or isinstance(moved, Shift) or not cell.shows:
            odds = healthy
        else:
            odds = completed(moved, tuple(healthy))
        column.append(math.log(odds[word]))
    return np.array(column)


def _number_column(name: str, value: float, healthy: Spread, cells: tuple[Cell, ...]) -> Array:
    x = max(value, FLOORS.get(name, 1e-4)) if healthy.scale == "log" else value
    if name in HIGH_ONLY:
        x = max(x, healthy.centre - healthy.width)
    column = []
    # Only one of the two ever speaks; what loads a motor moves both alike.
    name = "running_share" if name == "running_a" else name
    for cell in cells:
        moved = cell.mode.moves.get(name)
        if cell.hypothesis == "other":
            spread = Spread(centre=healthy.centre, width=3.0 * healthy.width, scale=healthy.scale, dof=1.5)
        else:
            moves = isinstance(moved, Shift) and (cell.shows or not moved.whole)
            spread = moved.of(healthy, cell.severity) if isinstance(moved, Shift) and moves else healthy
        column.append(_log_density(x, spread))
    return np.array(column)


def _log_density(x: float, spread: Spread) -> float:
    """Student t density; on a log scale of the logarithm, so that it is comparable between hypotheses."""
    z = (math.log(x / spread.centre) if spread.scale == "log" else x - spread.centre) / spread.width
    return _log_norm(spread.dof) - math.log(spread.width) - (spread.dof + 1) / 2 * math.log1p(z * z / spread.dof)


@lru_cache(maxsize=16)
def _log_norm(dof: float) -> float:
    return math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2) - 0.5 * math.log(dof * math.pi)


def _log_sum(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))
