"""Two faults at once: is there a pair that explains what no single fault does?

A pair's likelihood comes from the rows of its two faults: a column that one of them moves reads as under that one, or the other
one hides it and it reads as in a good lock; a column that neither moves reads as in a good lock; where both move it, either may
prevail with even chances. A pair counts only where the
run itself shows the second fault: a blown fuse hides a weak motor, and then the fuse alone is the honest answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from bench.analysis.classify import TEMPER, Scores, cells_of
from bench.analysis.groups import CLOSE, TWINS
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.analysis.trace import Array
from bench.model.names import FAULTS, Kind

SHARE: Final = 0.25
"""How often a lock that comes with a fault has a second one (estimate, on the high side: to overlook a second fault is worse than
to ask for one more test)."""
HIDDEN: Final = 0.1
"""How often the other fault hides what one fault does to a column: a welded switch shows no latch that fails to open (estimate)."""
SHOWN: Final = 3.0
"""Natural log: a pair must explain the run twenty times better than either of its faults alone, else the second one is not shown."""
ALONE: Final = frozenset(("bench_fault",))
"""A broken bench says nothing of the lock: it has no place in a pair."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """`gain`: log L(pair) - log L(its likelier fault alone); `log_weight`: log of prior times likelihood; -inf where not shown."""

    names: tuple[str, ...]
    gain: Array
    log_weight: Array

    def mass(self) -> float:
        """Return the logarithm of the weight of all pairs together, on the scale of prior times likelihood."""
        return float(np.logaddexp.reduce(self.log_weight, axis=None))

    def best(self) -> tuple[str, str] | None:
        """Return the likeliest pair; None where none is shown."""
        if not np.isfinite(self.log_weight).any():
            return None
        i, j = np.unravel_index(int(np.argmax(self.log_weight)), self.log_weight.shape)
        return self.names[int(i)], self.names[int(j)]

    def alternatives(self, fault: str, beside: str) -> tuple[str, ...]:
        """Return the faults that could stand in a fault's place beside another one, itself first."""
        i, j = self.names.index(fault), self.names.index(beside)
        row = np.maximum(self.log_weight[j], self.log_weight[:, j])
        near = [self.names[k] for k in np.argsort(-row) if k not in (i, j) and row[k] >= row[i] - CLOSE]
        twins = [t for twin in TWINS if fault in twin for t in sorted(twin) if t not in (fault, beside, *near) and t in self.names]
        return (fault, *near, *twins)


def pairs_of(scores: Scores, likelihoods: Mapping[str, float], priors: Mapping[str, float]) -> Pairs:
    """Return every pair of faults that may be there, weighed."""
    faults = tuple(f for f in FAULTS if f not in ALONE and priors[f] > 0)
    frame = _frame(scores.kind, scores.scope)
    index = [n for n, name in enumerate(frame.names) if name in faults]
    starts = [n for n, k in enumerate(index) if n == 0 or frame.names[k] != frame.names[index[n - 1]]]
    names = tuple(frame.names[index[n]] for n in starts)
    joint = _joint(scores, frame, np.array(index, dtype=int), None)
    likelihood = np.logaddexp.reduceat(np.logaddexp.reduceat(joint, starts, axis=0), starts, axis=1) if starts else np.zeros((0, 0))
    single = np.array([likelihoods[f] for f in names])
    gain = likelihood - np.maximum(single[:, None], single[None, :])
    prior = np.array([priors[f] for f in names])
    both = np.triu(np.outer(prior, prior), 1)
    total = both.sum()
    weight = np.full_like(gain, -np.inf)
    shown = (gain > SHOWN) & (both > 0)
    weight[shown] = (likelihood + np.log(np.where(both > 0, both, 1.0) * SHARE * prior.sum() / (total or 1.0)))[shown]
    return Pairs(names, gain, weight)


def told_by(scores: Scores, fault: str, beside: str) -> dict[str, float]:
    """Return what each column contributes to log L(fault and the other) - log L(the other alone): the loss without it."""
    frame = _frame(scores.kind, scores.scope)
    index = np.array([n for n, name in enumerate(frame.names) if name in (fault, beside)], dtype=int)
    whole = _gain(scores, frame, index, fault, None, beside)
    return {name: whole - _gain(scores, frame, index, fault, name, beside) for name in scores.columns}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Cells in which a fault shows: their place among all cells, names, log weights; and where healthy stands."""

    at: Array
    names: tuple[str, ...]
    log_weight: Array
    healthy: int


@lru_cache(maxsize=32)
def _frame(kind: Kind, scope: str) -> _Frame:
    cells = cells_of(kind, scope)
    at = [n for n, c in enumerate(cells) if c.shows and c.hypothesis not in ("healthy", "other")]
    return _Frame(
        np.array(at, dtype=int), tuple(cells[n].hypothesis for n in at), np.array([cells[n].log_weight for n in at]),
        next(n for n, c in enumerate(cells) if c.hypothesis == "healthy"),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _moved(kind: Kind, scope: str, column: str) -> Array:
    """Return which of the frame's cells move a column."""
    cells = cells_of(kind, scope)
    name = "running_share" if column == "running_a" else column
    manual = MANUAL_ODDS.get(name)
    found = [cells[n].hypothesis in manual if manual is not None else name in cells[n].mode.moves for n in _frame(kind, scope).at]
    return np.array(found, dtype=bool)


def _joint(scores: Scores, frame: _Frame, index: Array, without: str | None) -> Array:
    """Return the log likelihood of each pair of cells, their weights in it."""
    base = frame.log_weight[index].astype(float)
    joint = np.zeros((len(index), len(index)))
    healthy = 0.0
    for name, column in scores.columns.items():
        if name == without:
            continue
        good = TEMPER * float(column[frame.healthy])
        healthy += good
        moved = _moved(scores.kind, scores.scope, name)[index]
        told = np.where(moved, TEMPER * column[frame.at[index]] - good, 0.0)
        base = base + np.where(moved, np.logaddexp(told + np.log1p(-HIDDEN), np.log(HIDDEN)), 0.0)
        rows = np.flatnonzero(moved)
        if len(rows):
            part, alone = told[rows], np.logaddexp(told[rows] + np.log1p(-HIDDEN), np.log(HIDDEN))
            either = np.logaddexp(part[:, None], part[None, :]) - np.log(2.0)
            joint[np.ix_(rows, rows)] += either - alone[:, None] - alone[None, :]
    result: Array = joint + base[:, None] + base[None, :] + healthy
    return result


def _gain(scores: Scores, frame: _Frame, index: Array, fault: str, without: str | None, beside: str) -> float:
    rows, others = ([k for k, n in enumerate(index) if frame.names[n] == name] for name in (fault, beside))
    joint = _joint(scores, frame, index, without)[rows][:, others]
    return float(np.logaddexp.reduce(joint, axis=None)) - scores.log_likelihoods(without)[beside]
