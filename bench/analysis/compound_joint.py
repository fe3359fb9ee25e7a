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

from bench.analysis.cells import Spreads, Ways, cells_of, graded, spreads_of, ways_of
from bench.analysis.classify import BOUNDS, TEMPER, Number, Scores
from bench.analysis.compound_masking import masks
from bench.analysis.likelihood import Spread
from bench.analysis.trace import Array
from bench.model.names import Kind

Bools = NDArray[np.bool_]
HIDDEN: Final = 0.1
"""How often a fault hides what another one does to a column that it does not mask (estimate)."""
MASKED: Final = 0.9
"""How often it does where it masks the column: a switch that fails seven times in ten lets something through (estimate)."""
ADDED: Final = 0.6
"""How often the moves of two faults add where both move a number; else either prevails, with even chances (estimate)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Cells in which a fault shows: their place among all cells, names, log weights; and where healthy stands.

    Where a mode moves every column all or nothing its severities read alike, and one of them stands for all with their weight.
    """

    at: NDArray[np.intp]
    names: tuple[str, ...]
    log_weight: Array
    healthy: int


@lru_cache(maxsize=32)
def frame_of(kind: Kind, scope: str) -> Frame:
    """Return the cells that may be one half of a pair."""
    cells = cells_of(kind, scope)
    alike: dict[tuple[str, int, float | None], list[int]] = {}
    for n, cell in enumerate(cells):
        if cell.shows and cell.hypothesis not in ("healthy", "other"):
            tells = any(graded(moved, column) for column, moved in cell.mode.moves.items())
            alike.setdefault((cell.hypothesis, id(cell.mode), cell.severity if tells else None), []).append(n)
    weights = [np.logaddexp.reduce([cells[n].log_weight for n in some]) for some in alike.values()]
    return Frame(
        np.array([some[0] for some in alike.values()], dtype=np.intp), tuple(name for name, _, _ in alike), np.array(weights),
        next(n for n, c in enumerate(cells) if c.hypothesis == "healthy"),
    )  # fmt: skip


def joint_log_likelihoods(scores: Scores, index: NDArray[np.intp], without: str | None = None) -> Array:
    """Return the log likelihood of each pair of the frame's cells (`index`: which), their weights in it."""
    frame, kind, scope = frame_of(scores.kind, scores.scope), scores.kind, scores.scope
    base = frame.log_weight[index].astype(float)
    half = np.zeros((len(index), len(index)))  # its transpose is added at the end
    healthy = 0.0
    for name, column in scores.columns.items():
        if name == without:
            continue
        good = TEMPER * float(column[frame.healthy])
        healthy += good
        ways = _ways_of(kind, scope, name)
        way = ways.place[frame.at[index]]
        rows = np.flatnonzero(way != ways.still)
        if not len(rows):
            continue
        told = TEMPER * column[frame.at[index[rows]]] - good
        usual = _seen_through(told, HIDDEN)
        base[rows] += usual
        masking = _masking(kind, scope, name)[index]
        hiding = np.flatnonzero(masking & (way == ways.still))
        if len(hiding):
            half[np.ix_(rows, hiding)] += (_seen_through(told, MASKED) - usual)[:, None]
        _, first, place = np.unique(2 * way[rows] + masking[rows], return_index=True, return_inverse=True)
        number = scores.numbers.get(name)
        added = None if number is None else TEMPER * _added(number, kind, scope, way[rows[first]]) - good
        both = _both_moved(told[first], masking[rows[first]], added) / 2 - usual[first, None]
        half[np.ix_(rows, rows)] += both[np.ix_(place, place)]
    half += base[:, None] + healthy / 2
    result: Array = half + half.T
    return result


def _ways_of(kind: Kind, scope: str, column: str) -> Ways:
    """Return the ways of a column, those of the number that it bounds or that it is a stand-in for."""
    return ways_of(BOUNDS[column][0] if column in BOUNDS else "running_share" if column == "running_a" else column, kind, scope)


@lru_cache(maxsize=4096)
def _masking(kind: Kind, scope: str, column: str) -> Bools:
    """Return which of the frame's cells keep a column from showing another fault."""
    return np.array([masks(name, column) for name in frame_of(kind, scope).names], dtype=bool)


def _seen_through(told: Array, hidden: float) -> Array:
    """Return the log odds of a column where with a chance of `hidden` nothing of a fault is seen in it."""
    seen: Array = np.logaddexp(told + np.log1p(-hidden), np.log(hidden))
    return seen


def _both_moved(told: Array, masking: Bools, added: Array | None) -> Array:
    """Return the log odds of a column that both cells move, for each two of its ways. `added`: where a number would lie under both."""
    either = np.logaddexp(told[:, None], told[None, :]) - np.log(2.0)
    found: Array = either if added is None else np.logaddexp(either + np.log1p(-ADDED), added + np.log(ADDED))
    alone = masking[None, :] & ~masking[:, None]
    if alone.any():
        under = np.logaddexp(told[None, :] + np.log(MASKED), told[:, None] + np.log1p(-MASKED))
        found = np.where(alone, under, np.where(alone.T, under.T, found))
    return found


def _added(number: Number, kind: Kind, scope: str, ways: NDArray[np.intp]) -> Array:
    """Return the log density of a number under each two of its ways whose moves of it add, relative to nothing."""
    s = _sums(number.column, number.healthy, kind, scope)
    z = (number.x - s.centre) / s.width
    density: Array = s.norm - (s.dof + 1) / 2 * np.log1p(z * z / s.dof)
    found: Array = density[np.ix_(ways, ways)]
    return found


@lru_cache(maxsize=256)
def _sums(column: str, healthy: Spread, kind: Kind, scope: str) -> Spreads:
    """Return how a number spreads where two of its ways add, for each two of them."""
    s = spreads_of(column, healthy, kind, scope)
    middle = np.log(healthy.centre) if healthy.scale == "log" else healthy.centre
    width = np.sqrt(np.maximum(s.width[:, None] ** 2 + s.width[None, :] ** 2 - healthy.width**2, healthy.width**2))
    fewer = s.dof[:, None] <= s.dof[None, :]
    norm = s.norm + np.log(s.width)
    return Spreads(
        s.centre[:, None] + s.centre[None, :] - middle, width,
        np.where(fewer, s.dof[:, None], s.dof[None, :]), np.where(fewer, norm[:, None], norm[None, :]) - np.log(width),
    )  # fmt: skip
