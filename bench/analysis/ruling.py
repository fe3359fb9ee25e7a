"""The one rule from posterior, steps and stops to a verdict (DESIGN 2)."""

from collections.abc import Mapping
from typing import Final

from bench.analysis.groups import mass_of
from bench.analysis.testable import Doubt
from bench.model.record import RunRecord
from bench.model.verdict import Verdict

HEALTHY_FIRM: Final = 0.9
FAULT_FIRM: Final = 0.7
BENCH_DOUBT: Final = 0.1
"""Thresholds of the rule in DESIGN 2."""
DOUBTED: Final = 0.75
"""How often a lock is good in which nothing was found but a failed step or a doubt: of plants by other hands 15 of 36 were,
of built-in ones 5 of 7 (estimate)."""
UNLISTED: Final = 0.75
"""How much `other` holds at most: of 24 locks by other hands that no row of the dictionary described, with more than nine in ten for
`other`, each had a listed fault, which showed in a way that nobody had written down (estimate)."""
PERSONS: Final = frozenset(("estop", "signal", "operator"))


def stop_verdict(record: RunRecord) -> tuple[Verdict, str] | None:
    """Return the verdict that a stop or a missing end forces, and why; None where the run is whole."""
    stop = record.stop
    if stop is not None:
        verdict = Verdict.ABORTED if stop.reason in PERSONS else Verdict.ERROR
        return verdict, f"stopped by {stop.reason}" + (f": {stop.detail}" if stop.detail else "")
    if not record.is_complete:
        return Verdict.ABORTED, "the record ends before the run did"
    return None


def doubted(probabilities: Mapping[str, float], failed: tuple[str, ...], doubt: Doubt | None) -> dict[str, float]:
    """Return the probabilities where a step failed or a doubt is left: `healthy` holds no more than DOUBTED.

    Columns may have counted some of that already; it is held against a good lock once more, on purpose. What it loses goes to `other`
    where a step failed, else to the hypotheses that the doubt is of, as they are likely.
    """
    over = probabilities["healthy"] - DOUBTED
    if over <= 0 or (doubt is None and not failed):
        return dict(probabilities)
    instead = ("other",) if failed or doubt is None else doubt.instead
    whole = sum(probabilities[h] for h in instead)
    shares = {h: probabilities[h] / whole if whole > 0 else 1 / len(instead) for h in instead}
    return dict(probabilities) | {"healthy": DOUBTED} | {h: probabilities[h] + over * share for h, share in shares.items()}


def listed(probabilities: Mapping[str, float], two: float) -> dict[str, float]:
    """Return the probabilities where `other` holds no more than UNLISTED; what it loses goes to all else, as that is likely.

    `two`: what it holds for two listed faults at once, which it keeps.
    """
    most, all_else = max(UNLISTED, two), sum(p for h, p in probabilities.items() if h != "other")
    if probabilities["other"] <= most or all_else <= 0.0:
        return dict(probabilities)
    return {h: most if h == "other" else p / all_else * (1 - most) for h, p in probabilities.items()}


def ruled(
    probabilities: Mapping[str, float],
    group: tuple[str, ...],
    failed: tuple[str, ...],
    two: tuple[str, str] | None = None,
    undone: tuple[str, ...] = (),
    doubt: str | None = None,
) -> tuple[Verdict, str]:
    """Return the verdict of a whole run and why. `failed`: keys of the steps that failed. `two`: faults that are firm only together.

    `undone`: steps of the whole test that were not made; a lock passes on the whole test only. `doubt`: why else it cannot pass.
    """
    if probabilities["bench_fault"] >= FAULT_FIRM:
        return Verdict.ERROR, f"the bench itself is at fault (probability {probabilities['bench_fault']:.2f})"
    looks_healthy = probabilities["healthy"] >= (DOUBTED if failed or doubt is not None else HEALTHY_FIRM)
    if looks_healthy and undone and not failed:
        return Verdict.INCONCLUSIVE, f"nothing wrong so far, but {len(undone)} steps of the whole test were not made"
    if looks_healthy:
        if doubt is not None:
            return Verdict.INCONCLUSIVE, doubt
        if not failed:
            return Verdict.PASS, f"healthy with probability {probabilities['healthy']:.2f}, every step as expected"
        return Verdict.INCONCLUSIVE, f"looks healthy, but {', '.join(failed)} failed"
    if two is not None:
        return Verdict.INCONCLUSIVE, f"no single fault explains this run, two at once do: {two[0]} and {two[1]}"
    mass = mass_of(group, probabilities) if group else 0.0
    if mass >= FAULT_FIRM and probabilities["bench_fault"] < BENCH_DOUBT:
        return Verdict.FAIL, f"{' or '.join(group)} with probability {mass:.2f}"
    if mass >= FAULT_FIRM:
        return Verdict.INCONCLUSIVE, f"the bench is under suspicion too (probability {probabilities['bench_fault']:.2f})"
    return Verdict.INCONCLUSIVE, f"the evidence does not decide: {_best(probabilities)}"


def _best(probabilities: Mapping[str, float]) -> str:
    best = max(probabilities, key=lambda h: probabilities[h])
    needed = HEALTHY_FIRM if best == "healthy" else FAULT_FIRM
    return f"the likeliest is {best} with {probabilities[best]:.2f}, a firm answer needs {needed}"
