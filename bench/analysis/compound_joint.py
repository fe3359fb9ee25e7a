"""The likelihood of two cells of the dictionary at once, column by column.

A column that neither moves reads as in a good lock. One that a single one moves reads as under that one, or the other hides it:
seldom, except where it masks that column (bench.analysis.compound_masking). Where both move a number their moves add (on its scale:
resistances and frictions multiply up); where both move a word either may prevail, the one that masks the other nearly always.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.classify import BOUNDS, TEMPER, Number, Scores, cells_of, log_norm, moved_by, spread_arrays
from bench.analysis.compound_masking import masks
from bench.analysis.likelihood import Spread
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.analysis.trace import Array
from bench.model.names import Kind

Bools = NDArray[np.bool_]
HIDDEN: Final = 0.1
"""How often a fault hides what another one does to a column that it does not mask (estimate)."""
MASKED: Final = 0.9
"""How often it does where it masks the column: a switch that fails seven times in ten lets something through (estimate)."""
ADDED: Final = 0.6
"""How often the moves of two faults add where both move a number; else either prevails, with even chances (estimate)."""
MASK_MARK: Final = 1e6
"""Keeps the log odds of cells that mask a column apart from the same odds of those that do not."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Cells in which a fault shows: their place among all cells, names, log weights; and where healthy stands."""

    at: Array
    names: tuple[str, ...]
    log_weight: Array
    healthy: int


@lru_cache(maxsize=32)
def frame_of(kind: Kind, scope: str) -> Frame:
    """Return the cells that may be one half of a pair."""
    cells = cells_of(kind, scope)
    at = [n for n, c in enumerate(cells) if c.shows and c.hypothesis not in ("healthy", "other")]
    return Frame(
        np.array(at, dtype=int), tuple(cells[n].hypothesis for n in at), np.array([cells[n].log_weight for n in at]),
        next(n for n, c in enumerate(cells) if c.hypothesis == "healthy"),
    )  # fmt: skip


def joint_log_likelihoods(scores: Scores, index: Array, without: str | None = None) -> Array:
    """Return the log likelihood of each pair of the frame's cells (`index`: which), their weights in it."""
    frame, kind, scope = frame_of(scores.kind, scores.scope), scores.kind, scores.scope
    base = frame.log_weight[index].astype(float)
    joint = np.zeros((len(index), len(index)))
    healthy = 0.0
    for name, column in scores.columns.items():
        if name == without:
            continue
        good = TEMPER * float(column[frame.healthy])
        healthy += good
        rows = np.flatnonzero(_moved(kind, scope, name)[index])
        if not len(rows):
            continue
        told = TEMPER * column[frame.at[index[rows]]] - good
        usual = _seen_through(told, HIDDEN)
        base[rows] += usual
        masking = _masking(kind, scope, name)[index]
        if masking.any():
            lost = np.where(masking[None, :], (_seen_through(told, MASKED) - usual)[:, None], 0.0)
            lost[:, rows] = 0.0
            joint[rows] += lost
            joint[:, rows] += lost.T
        number = scores.numbers.get(name)
        added = None if number is None else TEMPER * _added(number, kind, scope, index[rows]) - good
        both = _both_said(told, masking[rows]) if added is None else _both_moved(told, masking[rows], added)
        joint[np.ix_(rows, rows)] += both - usual[:, None] - usual[None, :]
    result: Array = joint + base[:, None] + base[None, :] + healthy
    return result


@lru_cache(maxsize=4096)
def _moved(kind: Kind, scope: str, column: str) -> Bools:
    """Return which of the frame's cells move a column."""
    cells = cells_of(kind, scope)
    name = BOUNDS[column][0] if column in BOUNDS else "running_share" if column == "running_a" else column
    manual = MANUAL_ODDS.get(name)
    found = [
        cells[n].hypothesis in manual if manual is not None else moved_by(cells[n].mode, name) is not None for n in frame_of(kind, scope).at
    ]
    return np.array(found, dtype=bool)


@lru_cache(maxsize=4096)
def _masking(kind: Kind, scope: str, column: str) -> Bools:
    """Return which of the frame's cells keep a column from showing another fault."""
    return np.array([masks(name, column) for name in frame_of(kind, scope).names], dtype=bool)


def _seen_through(told: Array, hidden: float) -> Array:
    """Return the log odds of a column where with a chance of `hidden` nothing of a fault is seen in it."""
    seen: Array = np.logaddexp(told + np.log1p(-hidden), np.log(hidden))
    return seen


def _both_said(told: Array, masking: Bools) -> Array:
    """Return what _both_moved does for a column of words, whose odds differ between modes, but not between severities: like odds once."""
    _, first, place = np.unique(np.where(masking, told + MASK_MARK, told), return_index=True, return_inverse=True)
    found: Array = _both_moved(told[first], masking[first], None)[np.ix_(place, place)]
    return found


def _both_moved(told: Array, masking: Bools, added: Array | None) -> Array:
    """Return the log odds of a column that both cells move, for each pair of its cells. `added`: where a number would lie under both."""
    either = np.logaddexp(told[:, None], told[None, :]) - np.log(2.0)
    found: Array = either if added is None else np.logaddexp(either + np.log1p(-ADDED), added + np.log(ADDED))
    alone = masking[None, :] & ~masking[:, None]
    if alone.any():
        under = np.logaddexp(told[None, :] + np.log(MASKED), told[:, None] + np.log1p(-MASKED))
        found = np.where(alone, under, np.where(alone.T, under.T, found))
    return found


def _added(number: Number, kind: Kind, scope: str, index: Array) -> Array:
    """Return the log density of a number under each two of the cells whose moves of it add, relative to nothing."""
    shifts, place = _sums(number.column, number.healthy, kind, scope)
    z = (number.x - shifts.centre) / shifts.width
    density = shifts.norm - (shifts.dof + 1) / 2 * np.log1p(z * z / shifts.dof)
    at = place[index]
    found: Array = density[np.ix_(at, at)]
    return found


@dataclass(frozen=True, slots=True)
class _Sums:
    """Centre, width, degrees of freedom and log norm of a number under each two different ways in which a fault moves it."""

    centre: Array
    width: Array
    dof: Array
    norm: Array


@lru_cache(maxsize=256)
def _sums(column: str, healthy: Spread, kind: Kind, scope: str) -> tuple[_Sums, NDArray[np.intp]]:
    """Return the sums of each two different moves, and which move each of the frame's cells makes."""
    frame = frame_of(kind, scope)
    centre, width, dof, _ = (a[frame.at] for a in spread_arrays(column, healthy, kind, scope))
    different, place = np.unique(np.stack((centre, width, dof)), axis=1, return_inverse=True)
    centre, width, dof = different
    middle = np.log(healthy.centre) if healthy.scale == "log" else healthy.centre
    both = np.sqrt(np.maximum(width[:, None] ** 2 + width[None, :] ** 2 - healthy.width**2, healthy.width**2))
    fewer = np.minimum(dof[:, None], dof[None, :])
    norms = {value: log_norm(value) for value in set(dof.tolist())}
    norm = np.vectorize(norms.__getitem__)(fewer) - np.log(both)
    return _Sums(centre[:, None] + centre[None, :] - middle, both, fewer, norm), place.reshape(-1)
