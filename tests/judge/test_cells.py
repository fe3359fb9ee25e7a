"""Cells of the dictionary that are reckoned once for many: each reads as the one that stands for it, and no weight is lost."""

import itertools

import numpy as np
import pytest

from bench.analysis.cells import Cell, cells_of, graded, log_norm, moved_by, spreads_of, ways_of, weights_of
from bench.analysis.classify import BOUNDS, TEMPER, Scores, scores_of
from bench.analysis.compound_joint import ADDED, HIDDEN, MASKED, frame_of, joint_log_likelihoods
from bench.analysis.compound_masking import masks
from bench.analysis.evidence import Value
from bench.analysis.healthy import HEALTHY_WORDS, healthy_spreads
from bench.analysis.likelihood import SEVERITIES, Shift
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.config import load_profile
from bench.model.manual_tests import MANUAL_TESTS
from bench.model.names import KINDS, Kind
from tests.population_cases import PROFILES

SCOPES = ("lock", "door")
PLACES = [(kind, scope) for kind in KINDS for scope in SCOPES]


def every_reading(kind: Kind) -> dict[str, Value]:
    """Return a reading of every column that there is, each a little off."""
    spreads = healthy_spreads(load_profile(PROFILES[kind]), -12.0)
    numbers = {name: 1.3 * s.centre + 0.01 for name, s in spreads.items() if name != "load_share"}
    words = {name: min(odds) for name, odds in HEALTHY_WORDS.items()}
    manual = {name: max(MANUAL_TESTS[name].outcomes) for name in MANUAL_ODDS}
    return {**numbers, **words, **manual}


@pytest.mark.parametrize(("kind", "scope"), PLACES)
def test_cells_of_one_way_are_moved_by_the_same_row_and_as_far(kind: Kind, scope: str) -> None:
    """The way was told by what moves the column; here it is told again, from the cell itself."""
    cells = cells_of(kind, scope)
    columns = every_reading(kind).keys() - MANUAL_ODDS.keys() | {"load_share"}
    for column in columns:
        ways = ways_of(column, kind, scope)
        for cell, n in zip(cells, ways.place, strict=True):
            assert _moves(cell, column) == _moves(cells[ways.first[n]], column), f"{column} under {cell}"
        assert cells[ways.first[ways.still]].hypothesis == "healthy"


def _moves(cell: Cell, column: str) -> object:
    moved, odd = moved_by(cell.mode, column), column in cell.odd
    if isinstance(moved, Shift):
        extent = cell.mode.extent(cell.severity)
        gone = moved.whole and not cell.shows
        return odd, None if gone else (moved, extent if not moved.whole or column in ("running_share", "load_share") else None)
    return odd, moved if moved is not None and cell.shows else None


@pytest.mark.parametrize(("kind", "scope"), PLACES)
def test_a_cell_that_stands_for_others_reads_as_they_do_in_every_column(kind: Kind, scope: str) -> None:
    cells, frame = cells_of(kind, scope), frame_of(kind, scope)
    scores = scores_of(every_reading(kind), load_profile(PROFILES[kind]), scope=scope, ambient_c=-12.0)
    stand_ins = {(cells[n].hypothesis, id(cells[n].mode), cells[n].severity): n for n in frame.at.tolist()}
    merged = 0
    for n, cell in enumerate(cells):
        if not cell.shows or cell.hypothesis in ("healthy", "other"):
            continue
        own = stand_ins.get((cell.hypothesis, id(cell.mode), cell.severity))
        if own is not None:
            continue
        other = next(m for s in SEVERITIES if (m := stand_ins.get((cell.hypothesis, id(cell.mode), s))) is not None)
        merged += 1
        for name, column in scores.columns.items():
            assert column[n] == column[other], f"{name} under {cell}"
    assert merged > 50


@pytest.mark.parametrize(("kind", "scope"), PLACES)
def test_the_frame_of_pairs_keeps_the_weight_of_every_cell_that_shows(kind: Kind, scope: str) -> None:
    cells, frame = cells_of(kind, scope), frame_of(kind, scope)
    for fault in dict.fromkeys(frame.names):
        whole = sum(np.exp(c.log_weight) for c in cells if c.shows and c.hypothesis == fault)
        kept = np.exp(frame.log_weight[[n for n, name in enumerate(frame.names) if name == fault]]).sum()
        assert kept == pytest.approx(whole, rel=1e-12)
    assert np.exp(weights_of(kind, scope)[0]).sum() == pytest.approx(len(weights_of(kind, scope)[2]), rel=1e-9)


def test_severity_tells_of_a_share_even_where_it_moves_whole() -> None:
    """A share of the stall current gets its extra width by severity (likelihood.as_share)."""
    moved = Shift(factor=3.0, width=0.5, whole=True)
    assert graded(moved, "load_share")
    assert not graded(moved, "resistance_ohm")
    assert not graded({"none": 0.9}, "opens")


@pytest.mark.parametrize(("kind", "scope"), PLACES)
def test_pairs_are_weighed_as_a_plain_sum_over_columns_says(kind: Kind, scope: str) -> None:
    """The same by hand, cell by cell and column by column, for cells of every part of the lock."""
    frame = frame_of(kind, scope)
    index = np.array(range(0, len(frame.names), 11), dtype=np.intp)
    scores = scores_of(every_reading(kind), load_profile(PROFILES[kind]), scope=scope, ambient_c=-12.0)
    found = joint_log_likelihoods(scores, index)
    for i, j in itertools.product(range(len(index)), repeat=2):
        assert found[i, j] == pytest.approx(_by_hand(scores, int(index[i]), int(index[j])), rel=1e-9, abs=1e-9)


def _by_hand(scores: Scores, i: int, j: int) -> float:
    frame = frame_of(scores.kind, scores.scope)
    first, second = int(frame.at[i]), int(frame.at[j])
    total = float(frame.log_weight[i] + frame.log_weight[j])
    for name, column in scores.columns.items():
        base = BOUNDS[name][0] if name in BOUNDS else "running_share" if name == "running_a" else name
        ways = ways_of(base, scores.kind, scores.scope)
        good = TEMPER * float(column[frame.healthy])
        a, b = TEMPER * float(column[first]) - good, TEMPER * float(column[second]) - good
        hides_a, hides_b = masks(frame.names[j], name), masks(frame.names[i], name)
        moves_a, moves_b = ways.place[first] != ways.still, ways.place[second] != ways.still
        total += good
        if moves_a and moves_b and hides_a != hides_b:
            over, under = (b, a) if hides_a else (a, b)
            total += np.logaddexp(over + np.log(MASKED), under + np.log(1 - MASKED))
        elif moves_a and moves_b:
            told = np.logaddexp(a, b) - np.log(2)
            if name in scores.numbers:
                added = TEMPER * _sum_of_moves(scores, name, first, second) - good
                told = np.logaddexp(told + np.log(1 - ADDED), added + np.log(ADDED))
            total += told
        elif moves_a or moves_b:
            told, hidden = (a, hides_a) if moves_a else (b, hides_b)
            share = MASKED if hidden else HIDDEN
            total += np.logaddexp(told + np.log(1 - share), np.log(share))
    return total


def _sum_of_moves(scores: Scores, name: str, first: int, second: int) -> float:
    """Return the log density of a number where two cells' moves of it add: a Student t of the fewer degrees of freedom."""
    number = scores.numbers[name]
    place = ways_of(number.column, scores.kind, scores.scope).place
    s, healthy = spreads_of(number.column, number.healthy, scores.kind, scores.scope), number.healthy
    one, two = int(place[first]), int(place[second])
    middle = np.log(healthy.centre) if healthy.scale == "log" else healthy.centre
    width = np.sqrt(max(s.width[one] ** 2 + s.width[two] ** 2 - healthy.width**2, healthy.width**2))
    dof = float(min(s.dof[one], s.dof[two]))
    z = (number.x - (s.centre[one] + s.centre[two] - middle)) / width
    return float(log_norm(dof) - np.log(width) - (dof + 1) / 2 * np.log1p(z * z / dof))
