"""Statistics over many runs: first-pass yield, the commonest faults, and how well a measurement keeps to its limits.

Pure: rows in, numbers out. Nothing here judges a lock.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from bench.model.history import FoundRun, IndexedMeasurement
from bench.model.statistics import Capability, FaultCount, Yield

TESTED: Final = frozenset({"PASS", "FAIL", "INCONCLUSIVE"})
"""Verdicts that say something about a lock; ABORTED and ERROR are the bench's or the operator's."""
FEWEST_FOR_CPK: Final = 2
FIRM_FROM: Final = 30
"""Below this many values a Cpk is shown as provisional: its 95 % interval is then wider than about +-25 % (Bissell 1990)."""
_Z95: Final = 1.959964


def first_pass_yield(runs: Iterable[FoundRun]) -> Yield:
    """Count each lock once, by its first test that said something.

    A lock is known by VIN (or its hash) and profile, else by job and profile; a run with neither is a lock of its own.
    """
    first: dict[tuple[str, ...], FoundRun] = {}
    not_counted = 0
    for found in sorted(runs, key=lambda f: (f.run.utc or "", f.run.run)):
        if found.verdict.verdict not in TESTED:
            not_counted += 1
            continue
        first.setdefault(_unit(found), found)
    passed = sum(found.verdict.verdict == "PASS" for found in first.values())
    low, high = wilson(passed, len(first)) if first else (None, None)
    share = passed / len(first) if first else None
    return Yield(units=len(first), passed=passed, share=share, low=low, high=high, not_counted=not_counted)


def _unit(found: FoundRun) -> tuple[str, ...]:
    run = found.run
    known = run.vin or run.vin_hash or run.job
    return (run.profile, known) if known else (run.profile, "", run.key)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927); n > 0."""
    share, z2 = hits / n, _Z95 * _Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def pareto(runs: Iterable[FoundRun]) -> tuple[FaultCount, ...]:
    """Count the faults of the runs that ended FAIL, commonest first; equals by name."""
    counts = Counter(found.verdict.fault for found in runs if found.verdict.verdict == "FAIL" and found.verdict.fault is not None)
    total, so_far, rows = sum(counts.values()), 0, []
    for fault, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        so_far += count
        rows.append(FaultCount(fault=fault, count=count, share=count / total, cumulative=so_far / total))
    return tuple(rows)


def capabilities(runs: Sequence[FoundRun], measurements: Iterable[IndexedMeasurement]) -> tuple[Capability, ...]:
    """Return Cpk for every measurement with a limit, of the runs that said something about a lock.

    Steps of one name are taken together (lock#1, lock#2: `lock`). Where the limits move from run to run (with temperature and
    supply), each value counts by its place in its own window. A lower limit of 0 is where such a quantity ends, not a demand.
    """
    profiles = {found.run.key: found.run.profile for found in runs if found.verdict.verdict in TESTED}
    seen: dict[tuple[str, str, str, str], list[IndexedMeasurement]] = defaultdict(list)
    for m in measurements:
        if m.key in profiles and (m.low is not None or m.high is not None):
            seen[profiles[m.key], m.step.partition("#")[0], m.name, m.unit].append(m)
    return tuple(_capability(*key, seen[key]) for key in sorted(seen))


def _capability(profile: str, step: str, name: str, unit: str, seen: Sequence[IndexedMeasurement]) -> Capability:
    n, values = len(seen), [m.value for m in seen]
    mean, sd = _moments(values)
    cpk, vary = _cpk(seen)
    half = _Z95 * math.sqrt(1 / (9 * n) + cpk * cpk / (2 * (n - 1))) if cpk is not None else None
    return Capability(
        profile=profile, step=step, name=name, unit=unit, n=n, mean=mean, sd=sd, low=seen[-1].low, high=seen[-1].high, limits_vary=vary,
        cpk=cpk, cpk_low=cpk - half if cpk is not None and half is not None else None,
        cpk_high=cpk + half if cpk is not None and half is not None else None, provisional=n < FIRM_FROM,
        outside=sum((m.low is not None and m.value < m.low) or (m.high is not None and m.value > m.high) for m in seen),
    )  # fmt: skip


def _moments(values: Sequence[float]) -> tuple[float, float | None]:
    """Return mean and sample standard deviation; None for fewer than two values."""
    mean = math.fsum(values) / len(values)
    if len(values) < FEWEST_FOR_CPK:
        return mean, None
    return mean, math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (len(values) - 1))


def _cpk(seen: Sequence[IndexedMeasurement]) -> tuple[float | None, bool]:
    """Return the Cpk, and whether the limits move from run to run."""
    demands = {(m.low or None, m.high) for m in seen}
    if len(demands) == 1:
        low, high = next(iter(demands))
        return cpk_of(*_moments([m.value for m in seen]), low, high), False
    places = [(m.value - m.low) / (m.high - m.low) for m in seen if m.low is not None and m.high is not None and m.high > m.low]
    if len(places) != len(seen):
        return None, True
    return cpk_of(*_moments(places), 0.0, 1.0), True


def cpk_of(mean: float, sd: float | None, low: float | None, high: float | None) -> float | None:
    """Return min(high - mean, mean - low) / (3 sd); a limit that is not there does not count. None without spread or limits."""
    rooms = [room for room in (high - mean if high is not None else None, mean - low if low is not None else None) if room is not None]
    if not sd or not rooms:
        return None
    return min(rooms) / (3 * sd)
