"""Gauge R&R: how much of what a measurement varies is the rig and its operators, and how much the locks themselves.

Crossed study, random effects, by analysis of variance: every operator tests every part the same number of times. The scheme and
its bounds (10 % and 30 % of the total variation, 5 distinct categories, 1.41) are those of the AIAG manual "Measurement Systems
Analysis", 4th edition (from memory of its published summaries). Unlike there, the interaction is never pooled into the error;
a negative estimate of a variance counts as 0.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bench.errors import UsageError
from bench.model.language import text
from bench.model.statistics import GaugeStudy

GOOD_SHARE: Final = 0.10
USABLE_SHARE: Final = 0.30
FEWEST_PARTS: Final = 2
FEWEST_TRIALS: Final = 2
_CATEGORIES: Final = 1.41

Cells = Mapping[tuple[str, str], Sequence[float]]
"""Values by (part, operator)."""


def gauge_study(name: str, unit: str, cells: Cells, *, low: float | None, high: float | None) -> GaugeStudy:
    """Analyse one measurement; raises UsageError that says what the study lacks."""
    parts, operators, trials = _shape(name, cells)
    repeat, reproduce, between = _variances(cells, parts, operators, trials)
    grr, total = math.sqrt(repeat + reproduce), math.sqrt(repeat + reproduce + between)
    share = grr / total if total > 0 else None
    return GaugeStudy(
        name=name, unit=unit, parts=len(parts), operators=len(operators), trials=trials, repeatability=math.sqrt(repeat),
        reproducibility=math.sqrt(reproduce), grr=grr, part_to_part=math.sqrt(between), total=total, share=share,
        of_tolerance=6 * grr / (high - low) if low is not None and high is not None else None,
        categories=int(_CATEGORIES * math.sqrt(between) / grr) if grr > 0 else None, word=_word(share),
        cells=tuple((part, operator, tuple(cells[part, operator])) for part in parts for operator in operators),
    )  # fmt: skip


def _word(share: float | None) -> str:
    if share is None:
        return text("no variation at all: nothing can be said")
    if share < GOOD_SHARE:
        return text("good")
    return text("usable, with care") if share <= USABLE_SHARE else text("not usable: the rig varies too much beside the locks")


def _shape(name: str, cells: Cells) -> tuple[list[str], list[str], int]:
    """Return the parts, the operators and the trials per cell; the study must be crossed and balanced."""
    parts, operators = sorted({part for part, _ in cells}), sorted({operator for _, operator in cells})
    if len(parts) < FEWEST_PARTS:
        raise UsageError(f"{name}: {len(parts)} part in the study, at least {FEWEST_PARTS} (10 are usual)")
    counts = {(part, operator): len(cells.get((part, operator), ())) for part in parts for operator in operators}
    trials = max(counts.values())
    lacking = [f"part {part}, operator {operator}: {n}" for (part, operator), n in counts.items() if n != trials]
    if lacking:
        raise UsageError(f"{name}: every operator must test every part equally often ({trials} times here); {'; '.join(lacking[:4])}")
    if trials < FEWEST_TRIALS:
        raise UsageError(f"{name}: one test of each part tells nothing about repeatability; at least {FEWEST_TRIALS} (3 are usual)")
    return parts, operators, trials


def _variances(cells: Cells, parts: list[str], operators: list[str], r: int) -> tuple[float, float, float]:
    """Return the variances of repeatability, of reproducibility (operator and interaction) and between parts."""
    p, o = len(parts), len(operators)
    mean = {key: math.fsum(values) / r for key, values in cells.items()}
    grand = math.fsum(mean.values()) / (p * o)
    of_part = {a: math.fsum(mean[a, b] for b in operators) / o for a in parts}
    of_operator = {b: math.fsum(mean[a, b] for a in parts) / p for b in operators}
    ms_error = math.fsum((x - mean[key]) ** 2 for key, values in cells.items() for x in values) / (p * o * (r - 1))
    ms_part = o * r * math.fsum((m - grand) ** 2 for m in of_part.values()) / (p - 1)
    if o == 1:
        return ms_error, 0.0, max(0.0, (ms_part - ms_error) / r)
    ms_operator = p * r * math.fsum((m - grand) ** 2 for m in of_operator.values()) / (o - 1)
    off = math.fsum((mean[a, b] - of_part[a] - of_operator[b] + grand) ** 2 for a in parts for b in operators)
    ms_both = r * off / ((p - 1) * (o - 1))
    interaction = max(0.0, (ms_both - ms_error) / r)
    operator = max(0.0, (ms_operator - ms_both) / (p * r))
    return ms_error, interaction + operator, max(0.0, (ms_part - ms_both) / (o * r))


def cells_of(trials: Iterable[tuple[str, str, float]]) -> dict[tuple[str, str], list[float]]:
    """Group (part, operator, value) by cell, in order."""
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    for part, operator, value in trials:
        cells[part, operator].append(value)
    return dict(cells)
