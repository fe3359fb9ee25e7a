"""The cells of the fault dictionary: a hypothesis in one mode at one severity; and the ways in which they move a column of evidence.

Most cells move a column in the same way as many others do, or not at all: what it reads under each way is reckoned once.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bench.analysis.dictionary import DICTIONARY
from bench.analysis.likelihood import SEVERITIES, SEVERITY_WEIGHTS, SHOWS, USUAL_LOAD, USUAL_SHARE, Odds, Shift, Spread, as_share
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.analysis.odd import ODD_TOGETHER, ODD_WIDTH
from bench.analysis.shapes import Mode
from bench.analysis.trace import Array
from bench.model.names import HYPOTHESES, Kind

SHARES = frozenset(("running_share", "load_share"))
"""Shares of the stall current: they near 1 and never pass it."""


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
def weights_of(kind: Kind, scope: str) -> tuple[Array, tuple[int, ...], tuple[str, ...]]:
    """Return the cells' log weights, where each hypothesis' cells begin, and the hypotheses in that order."""
    cells = cells_of(kind, scope)
    names = [cell.hypothesis for cell in cells]
    starts = tuple(n for n, name in enumerate(names) if n == 0 or names[n - 1] != name)
    return np.array([cell.log_weight for cell in cells]), starts, tuple(names[n] for n in starts)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in which cells move a column: the first cell of each, and each cell's way. `still`: the way that moves nothing."""

    first: tuple[int, ...]
    place: NDArray[np.intp]
    still: int


@lru_cache(maxsize=2048)
def ways_of(column: str, kind: Kind, scope: str) -> Ways:
    """Return how a column is moved by each cell."""
    cells = cells_of(kind, scope)
    first: dict[Hashable, int] = {}
    place = []
    for n, cell in enumerate(cells):
        way = _way(column, cell)
        first.setdefault(way, n)
        place.append(way)
    order = {way: n for n, way in enumerate(first)}
    return Ways(tuple(first.values()), np.array([order[way] for way in place], dtype=np.intp), order[None])


def _way(column: str, cell: Cell) -> Hashable:
    """Return what tells how a cell moves a column from how others do; None where it reads as in a good lock."""
    if column in MANUAL_ODDS:
        named = cell.hypothesis == "other" or (cell.hypothesis in MANUAL_ODDS[column] and cell.hypothesis != "healthy")
        return cell.hypothesis if named else None
    if column in cell.odd:
        return "odd"
    moved = moved_by(cell.mode, column)
    if moved is None or not (cell.shows or (isinstance(moved, Shift) and not moved.whole)):
        return None
    if not isinstance(moved, Shift):
        return tuple(sorted(moved.items()))
    return moved, cell.mode.extent(cell.severity) if graded(moved, column) else 0.0


def graded(moved: Shift | Odds, column: str) -> bool:
    """Return whether severity tells in a column that is moved so."""
    return isinstance(moved, Shift) and (not moved.whole or column in SHARES)


def moved_by(mode: Mode, column: str) -> Shift | Odds | None:
    """Return what a mode does to a column; what loads the running motor loads it steadily too, where its row says no more."""
    moved = mode.moves.get(column)
    return mode.moves.get("running_share") if moved is None and column == "load_share" else moved


@dataclass(frozen=True, slots=True)
class Spreads:
    """Centre (its logarithm on a log scale), width, degrees of freedom and log norm of a number's Student t under each way."""

    centre: Array
    width: Array
    dof: Array
    norm: Array


@lru_cache(maxsize=2048)
def spreads_of(column: str, healthy: Spread, kind: Kind, scope: str) -> Spreads:
    """Return how a number spreads under each of its ways."""
    cells = cells_of(kind, scope)
    return Spreads(*np.array([_placed_spread(_spread(column, healthy, cells[n], kind)) for n in ways_of(column, kind, scope).first]).T)


def _placed_spread(s: Spread) -> tuple[float, float, float, float]:
    return math.log(s.centre) if s.scale == "log" else s.centre, s.width, s.dof, log_norm(s.dof) - math.log(s.width)


def _spread(column: str, healthy: Spread, cell: Cell, kind: Kind) -> Spread:
    if column in cell.odd:
        return Spread(centre=healthy.centre, width=ODD_WIDTH * healthy.width, scale=healthy.scale, dof=2.0)
    moved = moved_by(cell.mode, column)
    if not isinstance(moved, Shift) or (moved.whole and not cell.shows):
        return healthy
    usual = USUAL_LOAD if column == "load_share" else USUAL_SHARE[kind] if column == "running_share" else None
    extent = cell.mode.extent(cell.severity)
    return moved.of(healthy, extent) if usual is None else as_share(moved, healthy, extent, usual)


@lru_cache(maxsize=16)
def log_norm(dof: float) -> float:
    """Return the logarithm of a Student t's norm at width 1."""
    return math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2) - 0.5 * math.log(dof * math.pi)
