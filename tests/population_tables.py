"""What a population's verdicts say, counted: accuracy with its bounds, false alarms, calibration, confusions."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from bench.model.names import KINDS
from tests.population_bounds import percent_text, share_text, wilson
from tests.population_cases import OUTSIDE
from tests.population_results import Result

SURE = 0.9
GRAVE = 0.85
MEDIUM = 0.6
EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.01)
"""Bins of the reliability diagram."""


def table(results: list[Result]) -> Iterator[str]:
    """Yield the lines of the report on one world."""
    inside = [r for r in results if not r.case.outside]
    yield from _healthy([r for r in inside if r.case.fault is None])
    yield from _accuracy([r for r in inside if r.case.fault is not None])
    yield from _outside([r for r in results if r.case.outside])
    yield from _calibration([r for r in inside if not r.untestable])
    yield from _confusions(inside)


def _healthy(results: list[Result]) -> Iterator[str]:
    for kind in (*KINDS, "both"):
        part = [r for r in results if kind in (r.case.kind, "both")]
        accused = sum(r.verdict in ("FAIL", "ERROR") for r in part)
        passed = sum(r.verdict == "PASS" for r in part)
        if part:
            left = len(part) - accused - passed
            yield f"{kind}: healthy called faulty {percent_text(accused, len(part))}, PASS {passed}, abstained {left}"


def _accuracy(faulty: list[Result]) -> Iterator[str]:
    yield (
        f"{'kind':<10} {'severity':>8} {'cases':>6} {'right':>6} {'accuracy [95 % Wilson]':>22} {'group':>6} {'abstained':>9} "
        f"{'wrong':>6} {'PASS':>5} {'not testable':>12}"
    )
    for kind, severity in [(k, s) for k in (*KINDS, "both") for s in sorted({r.case.severity for r in faulty})]:
        here = [r for r in faulty if kind in (r.case.kind, "both") and r.case.severity == severity]
        part = [r for r in here if not r.untestable]
        if not part:
            continue
        right = sum(r.is_right for r in part)
        sizes = [len(r.group) for r in part if r.verdict == "FAIL"]
        abstained, passed = sum(r.verdict == "INCONCLUSIVE" for r in part), sum(r.verdict == "PASS" for r in part)
        yield (
            f"{kind:<10} {severity:>8g} {len(part):>6} {right:>6} {share_text(right, len(part)):>22} "
            f"{sum(sizes) / max(len(sizes), 1):>6.2f} {abstained / len(part):>9.3f} {len(part) - right - abstained - passed:>6} "
            f"{passed:>5} {len(here) - len(part):>12}"
        )
    grave = [r for r in faulty if r.case.severity >= GRAVE and not r.untestable]
    yield f"faults of severity 0.85 and more called PASS: {percent_text(sum(r.verdict == 'PASS' for r in grave), len(grave))}"
    two = [r for r in faulty if r.two >= 0.7 and r.verdict == "INCONCLUSIVE"]
    yield f"single faults told as two at once: {percent_text(len(two), len(faulty))}"


def _outside(results: list[Result]) -> Iterator[str]:
    for situation in OUTSIDE:
        part = [r for r in results if r.case.outside == situation]
        if part:
            right = sum(r.is_right for r in part)
            words = Counter(r.verdict for r in part)
            yield f"outside the list: {situation:<12} {right} of {len(part)} abstained from, ERROR, or told as not tested ({dict(words)})"
    if results:
        right = sum(r.is_right for r in results)
        yield f"outside the list: together {right} of {len(results)}: {share_text(right, len(results))}"


def calibration_error(results: list[Result]) -> float:
    """Return the expected calibration error over EDGES."""
    error = 0.0
    for low, high in pairwise(EDGES):
        part = [r for r in results if low <= r.mass < high]
        if part:
            claimed, true = sum(r.mass for r in part) / len(part), sum(r.is_true for r in part) / len(part)
            error += abs(claimed - true) * len(part) / len(results)
    return error


def sure_text(results: list[Result]) -> str:
    """Return how often a claim above SURE was true, and of how many."""
    sure = [r for r in results if r.mass > SURE]
    wrong = sum(not r.is_true for r in sure)
    return f"right {1 - wrong / max(len(sure), 1):.2%} of {len(sure)} (wrong {wrong}, 95 % below {wilson(wrong, len(sure))[1]:.2%})"


def _calibration(results: list[Result]) -> Iterator[str]:
    yield "reliability: claimed probability -> how often it was true"
    for low, high in pairwise(EDGES):
        part = [r for r in results if low <= r.mass < high]
        if part:
            claimed, true = sum(r.mass for r in part) / len(part), sum(r.is_true for r in part) / len(part)
            least, most = wilson(sum(r.is_true for r in part), len(part))
            bar = "".join("#" if n < 40 * true else "|" if round(40 * claimed) == n else " " for n in range(41))
            yield f"  {low:>5g}..{min(high, 1):<5g} {len(part):>6} claimed {claimed:.3f} true {true:.3f} [{least:.3f} {most:.3f}] {bar}"
    grave = [r for r in results if r.case.severity >= MEDIUM or r.case.fault is None]
    yield f"expected calibration error {calibration_error(results):.4f}"
    yield (
        f"above {SURE}: {sure_text(results)}; "
        f"that is {sum(r.mass > SURE for r in grave) / max(len(grave), 1):.1%} of the healthy and the faults of 0.6 and more, "
        f"{sum(r.mass > SURE for r in grave if r.case.fault) / max(sum(1 for r in grave if r.case.fault), 1):.1%} of those faults"
    )


def _confusions(results: list[Result]) -> Iterator[str]:
    yield "worst confusions (injected -> answer; brackets: abstained, best guess):"
    confused = Counter((r.case.kind, r.case.fault or "healthy", r.named) for r in results if not r.is_right and not r.untestable)
    total_of = Counter((r.case.kind, r.case.fault or "healthy") for r in results)
    for (kind, fault, named), count in confused.most_common(24):
        yield f"  {kind:<10} {fault:<20} -> {named:<22} {count:>4} of {total_of[kind, fault]}"


def by_fault(results: list[Result]) -> Iterator[str]:
    """Yield the accuracy of each fault by severity."""
    severities = sorted({r.case.severity for r in results if r.case.fault})
    yield f"{'fault':<32}" + "".join(f"{s:>8g}" for s in severities)
    for kind, fault in sorted({(r.case.kind, r.case.fault) for r in results if r.case.fault and not r.case.outside}):
        row = ""
        for severity in severities:
            part = [r for r in results if (r.case.kind, r.case.fault, r.case.severity) == (kind, fault, severity) and not r.untestable]
            row += f"{sum(r.is_right for r in part) / len(part):>8.2f}" if part else f"{'-':>8}"
        yield f"{kind:<11}{fault:<21}{row}"
