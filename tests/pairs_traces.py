"""Did the second of two faults leave a trace at all, that evidence of any kind could show?

`masked`: this very lock reads, column by column, as with the named fault alone. `inside`: it reads otherwise, but every reading
is one that other locks with the named fault alone have too: without this lock's own history nobody can tell. Else it was `seen`.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Final

from bench.analysis.compound_masking import MASKS
from bench.analysis.evidence import Value
from bench.analysis.healthy import healthy_spreads
from bench.analysis.likelihood import Spread
from bench.analysis.session import record_of
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.names import Kind
from tests.population_cases import PROFILES, Case, observed

TRACE: Final = 2.0
"""A number that moved by more than this many widths of a good lock's spread is a trace; a word that changed is one."""
OTHER_LOCKS: Final = range(9100, 9108)
"""Seeds of the locks with one fault alone, at each of these severities."""
SEVERITIES: Final = (0.35, 0.6, 0.85, 1.0)

Readings = Mapping[str, Value]


def readings_of(case: Case, folder: Path) -> Readings:
    """Return what a case reads, column by column; the weather is no trace."""
    judgement = judge_record(record_of("run", observed(case, folder)), load_profile(PROFILES[case.kind]))
    return {name: value for name, value in judgement.readings.items() if name != "cold"}


def trace_of_second(kind: Kind, both: Readings, alone: Readings, named: str, folder: Path) -> str:
    """Return masked, inside or seen: readings with both faults, and of the same lock with the named one alone."""
    spreads = healthy_spreads(load_profile(PROFILES[kind]), None)
    if both.keys() == alone.keys() and not any(_differs(both[n], alone[n], spreads.get(n)) for n in both):
        return "masked"
    others = _others(kind, named, folder)
    return "inside" if all(_occurs(n, both.get(n), others) for n in {*both, *(n for o in others for n in o)}) else "seen"


def why(named: str) -> str:
    """Return the reason for which a second fault cannot be seen behind the named one."""
    mask = MASKS.get(named)
    return mask.said if mask is not None else "Both faults move the same readings, and one alone moves them as far."


def _differs(a: Value, b: Value, spread: Spread | None) -> bool:
    if isinstance(a, str) or isinstance(b, str) or spread is None:
        return a != b
    apart = abs(math.log(max(a, 1e-3) / max(b, 1e-3))) if spread.scale == "log" else abs(a - b)
    return apart > TRACE * spread.width


@lru_cache(maxsize=64)
def _others(kind: Kind, named: str, folder: Path) -> tuple[Readings, ...]:
    return tuple(
        readings_of(Case(kind=kind, fault=named, severity=severity, seed=seed), folder)
        for severity, seed in product(SEVERITIES, OTHER_LOCKS)
    )


def _occurs(name: str, value: Value | None, others: tuple[Readings, ...]) -> bool:
    """Does any of the other locks read this, or, of a number, do they read less and more?"""
    seen = [o.get(name) for o in others]
    if value is None or isinstance(value, str):
        return value in seen
    numbers = [x for x in seen if isinstance(x, float)]
    return bool(numbers) and min(numbers) <= value <= max(numbers)
