"""Bayes in log space over the fault dictionary, severity marginalised; and what each observation contributed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np

from bench.analysis.dictionary import DICTIONARY
from bench.analysis.evidence import Value
from bench.analysis.healthy import HEALTHY_WORDS, healthy_spreads
from bench.analysis.likelihood import SEVERITIES, SEVERITY_WEIGHTS, SHOWS, USUAL_LOAD, USUAL_SHARE, Odds, Shift, Spread, as_share, completed
from bench.analysis.manual import manual_odds
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.analysis.odd import ODD_TOGETHER, ODD_WIDTH
from bench.analysis.priors import PRIORS, SYMPTOM_FACTORS
from bench.analysis.shapes import Mode
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
    "running_a": 0.02,
    "resistance_ohm": 0.05,
    "inertia_f": 0.0005,
    "ripple": 0.004,
}
"""Numbers on a log scale are not read below these: noise around zero is not infinitely far from healthy."""
HIGH_ONLY: Final = frozenset(
    ("edge_fraction", "release_fraction", "hump_fraction", "running_share", "running_a", "load_share", "margin_v", "inertia_f", "ripple")
)
"""How early in its stroke a good lock switches or lets go, how light it runs or starts, is a matter of its make; only more is wear."""
LOW_ONLY: Final = frozenset(("plateau_over_peak",))
"""How far above the inrush peak the plateau stands is a matter of how closely it was sampled; only a lower one is wear."""
BOUNDS: Final = {"resistance_below": ("resistance_ohm", -1.0), "lambda_above": ("lambda_vs", 1.0)}
"""Readings that only bound a number, from below (1) or above (-1): what a clipped monitor leaves."""
RUNNING: Final = frozenset(("running_share", "running_a"))
"""What loads a motor moves these and `load_share` alike: only one of them ever speaks, the cleanest that there is."""
TEMPER: Final = 1.2
"""Rows are written wider than locks are, for makes that nobody has seen; evidence counts this much of its face value: set on tuning seeds,
where less made claims that were truer than they said, and more made plants by other hands surer than they were right (estimate)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hypothesis in one mode at one severity, and the logarithm of its share of the hypothesis.

    `odd`: columns of which nothing is known under it but that they are odd (hypothesis `other`).
    """

    hypothesis: str
    mode: Mode
    severity: float
    log_weight: float
    shows: bool = True
    odd: frozenset[str] = frozenset()


@lru_cache(maxsize=32)
def cells_of(kind: Kind, scope: str) -> tuple[Cell, ...]:
    """Return every cell of the dictionary for a kind of lock. With only the lock connected the feed is the bench's own."""
    rows = {name: DICTIONARY[name] for name in HYPOTHESES if name != "other"}
    if scope == "lock":
        feed = tuple(Mode(0.3, m.moves, m.kinds, m.grows) for name in ("supply_low", "fuse_blown") for m in rows[name])
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
    cells += [Cell("other", Mode(1.0), 0.0, math.log(share), odd=columns) for share, columns in ODD_TOGETHER]
    return tuple(cells)


@lru_cache(maxsize=32)
def _frame_of(kind: Kind, scope: str) -> tuple[Array, tuple[int, ...], tuple[str, ...]]:
    """Return the cells' log weights, where each hypothesis' cells begin, and the hypotheses in that order."""
    cells = cells_of(kind, scope)
    names = [cell.hypothesis for cell in cells]
    starts = tuple(n for n, name in enumerate(names) if n == 0 or names[n - 1] != name)
    return np.array([cell.log_weight for cell in cells]), starts, tuple(names[n] for n in starts)


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
        weights, starts, names = _frame_of(self.kind, self.scope)
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
        weights, starts, names = _frame_of(self.kind, self.scope)
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
    return np.array([math.log(_odds(name, cell)[word]) for cell in cells_of(kind, scope)])


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
    centre, width, dof, norm = spread_arrays(number.column, number.healthy, kind, scope)
    z = (number.x - centre) / width
    density: Array = norm - (dof + 1) / 2 * np.log1p(z * z / dof)
    return density


def _bound_column(name: str, value: float, healthy: Spread, kind: Kind, scope: str) -> Array:
    """Return the log chance that a number lies beyond what was read, under each cell; a logistic stands for the Student t's sum."""
    base, side = BOUNDS[name]
    centre, width, _, _ = spread_arrays(base, healthy, kind, scope)
    z = side * (math.log(max(value, FLOORS.get(base, 1e-4))) - centre) / width
    chance: Array = -np.logaddexp(0.0, 1.7 * z)
    return chance


@lru_cache(maxsize=2048)
def spread_arrays(name: str, healthy: Spread, kind: Kind, scope: str) -> tuple[Array, Array, Array, Array]:
    """Return centre (its logarithm on a log scale), width, degrees of freedom and log norm of each cell's Student t."""
    cells, touched = cells_of(kind, scope), _touched(name, kind, scope)
    found = np.empty((4, len(cells)))
    found[:] = np.array(_placed_spread(healthy))[:, None]
    if touched:
        found[:, touched] = np.array([_placed_spread(_spread(name, healthy, cells[n], kind)) for n in touched]).T
    centre, width, dof, norm = found
    return centre, width, dof, norm


@lru_cache(maxsize=2048)
def _touched(name: str, kind: Kind, scope: str) -> list[int]:
    """Return which cells may read a number otherwise than a good lock does: most do not, and each temperature has its own spreads."""
    return [n for n, cell in enumerate(cells_of(kind, scope)) if name in cell.odd or moved_by(cell.mode, name) is not None]


def _placed_spread(s: Spread) -> tuple[float, float, float, float]:
    return math.log(s.centre) if s.scale == "log" else s.centre, s.width, s.dof, log_norm(s.dof) - math.log(s.width)


def moved_by(mode: Mode, column: str) -> Shift | Odds | None:
    """Return what a mode does to a column; what loads the running motor loads it steadily too, where its row says no more."""
    moved = mode.moves.get(column)
    return mode.moves.get("running_share") if moved is None and column == "load_share" else moved


def _spread(name: str, healthy: Spread, cell: Cell, kind: Kind) -> Spread:
    if name in cell.odd:
        return Spread(centre=healthy.centre, width=ODD_WIDTH * healthy.width, scale=healthy.scale, dof=2.0)
    moved = moved_by(cell.mode, name)
    if not isinstance(moved, Shift) or (moved.whole and not cell.shows):
        return healthy
    usual = USUAL_LOAD if name == "load_share" else USUAL_SHARE[kind] if name == "running_share" else None
    extent = cell.mode.extent(cell.severity)
    return moved.of(healthy, extent) if usual is None else as_share(moved, healthy, extent, usual)


@lru_cache(maxsize=16)
def log_norm(dof: float) -> float:
    """Return the logarithm of a Student t's norm at width 1."""
    return math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2) - 0.5 * math.log(dof * math.pi)
