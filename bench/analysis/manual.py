"""What the outcome of a manual test says of each fault, and which test to make next."""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from bench.analysis.evidence import Feature
from bench.analysis.likelihood import Odds, completed
from bench.errors import UsageError
from bench.model.manual_tests import MANUAL_TESTS, ManualTest
from bench.model.names import HYPOTHESES, Kind
from bench.model.observations import Answer
from bench.model.record import RunRecord

_DEAD_FEED: Final[Odds] = {"dead": 0.93, "low": 0.05}
MANUAL_ODDS: Final[dict[str, dict[str, Odds]]] = {
    "probe_at_plug": {
        "healthy": {"full": 0.96, "low": 0.03},
        "wire_open_motor": _DEAD_FEED,
        "fuse_blown": _DEAD_FEED,
        "bench_fault": {"dead": 0.8, "low": 0.1},
        "wire_high_r": {"low": 0.85, "full": 0.1},
        "supply_low": {"low": 0.7, "full": 0.28},
        "wire_short_motor": {"low": 0.5, "dead": 0.4},
        "wire_intermittent": {"full": 0.75, "dead": 0.2},
    },
    "motor_ohm": {
        "healthy": {"good": 0.95, "low": 0.02, "high": 0.02},
        "motor_open": {"open": 0.88, "high": 0.1},
        "motor_short": {"low": 0.8, "short": 0.14},
        "bench_fault": {"good": 0.95},
    },
    "direct_12v": {
        "healthy": {"works": 0.97, "weak": 0.02},
        "motor_open": {"dead": 0.95},
        "motor_weak": {"weak": 0.8, "works": 0.15},
        "motor_short": {"weak": 0.6, "works": 0.3},
        "gear_jam": {"dead": 0.75, "weak": 0.2},
        "rod_bent": {"weak": 0.6, "dead": 0.3},
        "gear_stripped": {"dead": 0.6, "weak": 0.35},
        "gear_stiff": {"weak": 0.6, "works": 0.38},
        "frozen": {"weak": 0.6, "dead": 0.25},
        "lever_broken": {"dead": 0.55, "works": 0.3},
        "cable_stretched": {"works": 0.6, "weak": 0.25},
    },
    "fuse_swap": {"healthy": {"same": 0.97}, "fuse_blown": {"cured": 0.9}, "wire_short_motor": {"same": 0.9}},
    "switch_at_plug": {
        "healthy": {"follows": 0.96, "resistive": 0.02},
        "switch_stuck_open": {"open": 0.94},
        "switch_stuck_closed": {"closed": 0.94},
        "switch_high_r": {"resistive": 0.85, "follows": 0.1},
        "switch_bounce": {"resistive": 0.6, "follows": 0.38},
    },
    "flex_at_rest": {
        "healthy": {"steady": 0.97},
        "wire_intermittent": {"breaks": 0.85},
        "wire_open_motor": {"breaks": 0.45},
        "wire_open_switch": {"breaks": 0.45},
        "wire_high_r": {"breaks": 0.3},
    },
    "thaw_repeat": {"healthy": {"same": 0.95}, "frozen": {"cured": 0.92}, "gear_stiff": {"same": 0.88}},
    "claw_by_hand": {
        "healthy": {"latches": 0.97, "half": 0.02},
        "spring_weak": {"slips": 0.7, "half": 0.15},
        "reopens": {"slips": 0.6, "latches": 0.3},
        "striker_misaligned": {"latches": 0.95},
        "gear_jam": {"latches": 0.9},
        "frozen": {"latches": 0.6, "half": 0.3},
    },
    "nudge_striker": {
        "healthy": {"same": 0.95},
        "striker_misaligned": {"cured": 0.85},
        "spring_weak": {"same": 0.9},
        "reopens": {"same": 0.9},
    },
    "pull_cable": {"healthy": {"opens": 0.97}, "lever_broken": {"nothing": 0.93}, "cable_stretched": {"opens": 0.9}},
    "knock": {
        "healthy": {"same": 0.95},
        "motor_open": {"helps": 0.3},
        "gear_jam": {"helps": 0.3},
        "frozen": {"helps": 0.3},
        "gear_stiff": {"helps": 0.2},
        "wire_intermittent": {"helps": 0.25},
    },
    "battery_off": {"healthy": {"same": 0.95}, "bcm_stuck": {"cured": 0.75}},
}
"""Test -> hypothesis -> odds of its words; a hypothesis that is not named reads as healthy. All odds are estimates (E)."""


SET_UP_MINUTES: Final = 2.0
"""What any test costs beside its own minutes (estimate)."""
WORTH_ASKING: Final = 0.05
"""Nats: a test that tells less is not worth its minutes (estimate)."""


@lru_cache(maxsize=1024)
def manual_odds(test: str, hypothesis: str) -> dict[str, float]:
    """Return the odds of a test's outcomes under a hypothesis."""
    rows, words = MANUAL_ODDS[test], tuple(MANUAL_TESTS[test].outcomes)
    healthy = completed(rows["healthy"], words)
    if hypothesis == "other":
        return {word: 0.6 * p + 0.4 / len(words) for word, p in healthy.items()}
    return completed(rows[hypothesis], words) if hypothesis in rows else healthy


def manual_features(record: RunRecord) -> Iterable[Feature]:
    """Yield the outcome of each manual test that was entered; the last entry of a test counts."""
    for line in record.observations:
        if isinstance(line, Answer) and line.question in MANUAL_TESTS and line.value is not None:
            yield Feature(name=line.question, value=outcome(MANUAL_TESTS[line.question], line.value), t_ns=line.t)


def outcome(test: ManualTest, value: bool | float | str) -> str:
    """Return the word of an outcome; raise UsageError that lists the words where it is none of them."""
    if isinstance(value, float | int) and not isinstance(value, bool) and test.bands and math.isfinite(value):
        return next(band.word for band in test.bands if abs(value) < band.below)
    if str(value) in test.outcomes:
        return str(value)
    numbers = f" or a number in {test.unit}" if test.bands else ""
    raise UsageError(f"{test.id}={value}: the outcome is one of {', '.join(test.outcomes)}{numbers}")


def best_next(probabilities: Mapping[str, float], kind: Kind, made: frozenset[str]) -> ManualTest | None:
    """Return the test that is expected to tell most per minute; None where none would tell anything."""
    before = _entropy(probabilities)
    told = {
        test.id: before - _expected(probabilities, test.id) for test in MANUAL_TESTS.values() if test.id not in made and kind in test.kinds
    }
    best = max(told, key=lambda t: told[t] / (MANUAL_TESTS[t].minutes + SET_UP_MINUTES), default=None)
    return MANUAL_TESTS[best] if best is not None and told[best] > WORTH_ASKING else None


def _expected(probabilities: Mapping[str, float], test: str) -> float:
    """Return the entropy that is left on average after a test, nats."""
    left = 0.0
    odds = {h: manual_odds(test, h) for h in HYPOTHESES if probabilities[h] > 0}
    for word in MANUAL_TESTS[test].outcomes:
        joint = {h: probabilities[h] * odds[h][word] for h in odds}
        chance = sum(joint.values())
        if chance > 0:
            left += chance * _entropy({h: p / chance for h, p in joint.items()})
    return left


def _entropy(probabilities: Mapping[str, float]) -> float:
    return -sum(p * math.log(p) for p in probabilities.values() if p > 0)
