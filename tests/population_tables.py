"""What a population's verdicts say, counted: accuracy with its bounds, false alarms, calibration, confusions."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bench.model.names import KINDS
from tests.population_cases import OUTSIDE, Case

SURE = 0.9
GRAVE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the verdict said of a case. `claim`: the hypotheses that its likeliest answer holds, `mass` their probability."""

    case: Case
    verdict: str
    named: str
    group: tuple[str, ...]
    claim: frozenset[str]
    mass: float
    untestable: bool
    seconds: float

    @property
    def is_right(self) -> bool:
        """Does the answer hold the injected fault? Abstaining is not being right."""
        if self.case.outside:
            return self.verdict in ("INCONCLUSIVE", "ERROR") or (
                self.case.outside == "can_silent" and self.verdict == "PASS" and self.untestable
            )
        if self.case.fault is None:
            return self.verdict == "PASS"
        if self.verdict == "ERROR":
            return self.case.fault == "bench_fault"
        return self.verdict == "FAIL" and self.case.fault in self.group

    @property
    def is_true(self) -> bool:
        """Is what it claims, with whatever probability, what was there?"""
        return (self.case.fault or "healthy") in self.claim


def bound(k: int, n: int) -> float:
    """Return the one-sided 95 % Clopper-Pearson upper bound of k in n."""
    return 1.0 if n == 0 or k >= n else _bound(k, n)


@lru_cache(maxsize=4096)
def _bound(k: int, n: int) -> float:
    low, high = k / n, 1.0
    for _ in range(40):
        p = (low + high) / 2
        tail = sum(math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p))
                   for i in range(k + 1))  # fmt: skip
        low, high = (p, high) if tail > 0.05 else (low, p)
    return high


def table(results: list[Result]) -> Iterator[str]:
    """Yield the lines of the report."""
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
            yield (
                f"{kind}: {len(part)} healthy: called faulty {accused} ({accused / len(part):.2%}, 95 % upper bound "
                f"{bound(accused, len(part)):.2%}), PASS {passed}, abstained {len(part) - accused - passed}"
            )


def _accuracy(faulty: list[Result]) -> Iterator[str]:
    yield (
        f"{'kind':<10} {'severity':>8} {'cases':>6} {'right':>6} {'accuracy':>9} {'95 % from':>9} {'group':>6} {'abstained':>9} "
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
            f"{kind:<10} {severity:>8g} {len(part):>6} {right:>6} {right / len(part):>9.3f} "
            f"{1 - bound(len(part) - right, len(part)):>9.3f} "
            f"{sum(sizes) / max(len(sizes), 1):>6.2f} {abstained / len(part):>9.3f} {len(part) - right - abstained - passed:>6} "
            f"{passed:>5} {len(here) - len(part):>12}"
        )
    grave = [r for r in faulty if r.case.severity >= GRAVE and not r.untestable]
    passed = sum(r.verdict == "PASS" for r in grave)
    yield f"faults of severity 0.85 and more called PASS: {passed} of {len(grave)} (95 % upper bound {bound(passed, len(grave)):.2%})"


def _outside(results: list[Result]) -> Iterator[str]:
    for situation in OUTSIDE:
        part = [r for r in results if r.case.outside == situation]
        if part:
            right = sum(r.is_right for r in part)
            words = Counter(r.verdict for r in part)
            yield f"outside the list: {situation:<12} {right} of {len(part)} abstained from, ERROR, or told as not tested ({dict(words)})"
    if results:
        right = sum(r.is_right for r in results)
        yield f"outside the list: together {right} of {len(results)} ({right / len(results):.1%})"


def _calibration(results: list[Result]) -> Iterator[str]:
    error, total = 0.0, len(results)
    yield "reliability: claimed probability -> how often it was true"
    edges = [0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.01]
    for low, high in pairwise(edges):
        part = [r for r in results if low <= r.mass < high]
        if part:
            claimed, true = sum(r.mass for r in part) / len(part), sum(r.is_true for r in part) / len(part)
            error += abs(claimed - true) * len(part) / max(total, 1)
            yield f"  {low:>5g}..{min(high, 1):<5g} {len(part):>6} claimed {claimed:.3f} true {true:.3f} {'#' * round(40 * true)}"
    sure = [r for r in results if r.mass > SURE]
    wrong = sum(not r.is_true for r in sure)
    grave = [r for r in results if r.case.severity >= 0.6 or r.case.fault is None]
    yield f"expected calibration error {error:.4f}"
    yield (
        f"above {SURE}: right {1 - wrong / max(len(sure), 1):.2%} of {len(sure)} (wrong {wrong}, "
        f"95 % upper bound {bound(wrong, len(sure)):.2%}); "
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
