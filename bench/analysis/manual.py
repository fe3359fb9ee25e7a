"""What the outcome of a manual test says of each fault, and which test to make next."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.evidence import Feature
from bench.analysis.likelihood import completed
from bench.analysis.manual_odds import MANUAL_ODDS, OTHER_ODDS
from bench.errors import UsageError
from bench.model.manual_tests import MANUAL_TESTS, ManualTest, Risk
from bench.model.names import HYPOTHESES, Kind, Scope
from bench.model.observations import Answer
from bench.model.record import RunRecord

SET_UP_MINUTES: Final = 2.0
"""What any test costs beside its own minutes (estimate)."""
TOOL_MINUTES: Final = 0.5
"""What each tool costs to fetch (estimate)."""
RISK_MINUTES: Final[dict[Risk, float]] = {"none": 0.0, "low": 2.0, "care": 5.0}
"""What a risk is worth in minutes of care (estimate)."""
WORTH_ASKING: Final = 0.05
"""Nats: a test that tells less is not worth its minutes (estimate)."""


@lru_cache(maxsize=1024)
def manual_odds(test: str, hypothesis: str) -> dict[str, float]:
    """Return the odds of a test's outcomes under a hypothesis."""
    rows, words = MANUAL_ODDS[test], tuple(MANUAL_TESTS[test].outcomes)
    healthy = completed(rows["healthy"], words)
    if hypothesis == "other" and test in OTHER_ODDS:
        return completed(OTHER_ODDS[test], words)
    if hypothesis == "other":
        return {word: 0.6 * p + 0.4 / len(words) for word, p in healthy.items()}
    return completed(rows[hypothesis], words) if hypothesis in rows else healthy


def manual_features(record: RunRecord) -> Iterable[Feature]:
    """Yield the outcome of each manual test that was entered; the last entry of a test counts."""
    for line in record.observations:
        if isinstance(line, Answer) and line.question in MANUAL_TESTS and line.value is not None:
            yield Feature(name=line.question, value=outcome(MANUAL_TESTS[line.question], line.value), t_ns=line.t)


def made(record: RunRecord) -> frozenset[str]:
    """Return the manual tests that were answered, those that nobody could make (unknown) included: they are not asked for again."""
    return frozenset(o.question for o in record.observations if isinstance(o, Answer) and o.question in MANUAL_TESTS)


def outcome(test: ManualTest, value: bool | float | str) -> str:
    """Return the word of an outcome; raise UsageError that lists the words where it is none of them."""
    if isinstance(value, float | int) and not isinstance(value, bool) and test.bands and math.isfinite(value):
        return next(band.word for band in test.bands if abs(value) < band.below)
    if str(value) in test.outcomes:
        return str(value)
    numbers = f" or a number in {test.unit}" if test.bands else ""
    raise UsageError(f"{test.id}={value}: the outcome is one of {', '.join(test.outcomes)}{numbers}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A manual test, what it is expected to tell (nats of entropy that go), and what it costs (minutes, all counted)."""

    test: ManualTest
    told: float
    cost_min: float

    @property
    def worth(self) -> float:
        """Nats a minute."""
        return self.told / self.cost_min


def cost_of(test: ManualTest) -> float:
    """Return what a test costs in minutes: its own, setting up, fetching tools, and its risk's worth of care."""
    return test.minutes + SET_UP_MINUTES + TOOL_MINUTES * len(test.tools) + RISK_MINUTES[test.risk]


def proposals(probabilities: Mapping[str, float], kind: Kind, scope: Scope, made: frozenset[str]) -> tuple[Proposal, ...]:
    """Return the tests that are possible here and worth asking for, the best per minute first."""
    before = entropy(probabilities)
    found = [
        Proposal(test=test, told=before - expected_entropy(probabilities, test.id), cost_min=cost_of(test))
        for test in MANUAL_TESTS.values()
        if not test.in_check_list and test.id not in made and kind in test.kinds and scope in test.scopes
    ]
    return tuple(sorted((p for p in found if p.told > WORTH_ASKING), key=lambda p: -p.worth))


def best_next(probabilities: Mapping[str, float], kind: Kind, made: frozenset[str], scope: Scope = "door") -> ManualTest | None:
    """Return the test that is expected to tell most per minute; None where none would tell anything."""
    found = proposals(probabilities, kind, scope, made)
    return found[0].test if found else None


def expected_entropy(probabilities: Mapping[str, float], test: str) -> float:
    """Return the entropy that is left on average after a test, nats: that of test and cause together, less that of its outcome."""
    joint = _odds_table(test) * np.array([probabilities[h] for h in HYPOTHESES])
    return _entropy(joint) - _entropy(joint.sum(axis=1))


@lru_cache(maxsize=256)
def _odds_table(test: str) -> NDArray[np.float64]:
    """Return the odds of each outcome (first axis) under each hypothesis."""
    return np.array([[manual_odds(test, h)[word] for h in HYPOTHESES] for word in MANUAL_TESTS[test].outcomes])


def entropy(probabilities: Mapping[str, float]) -> float:
    """Return how undecided a set of probabilities is, nats."""
    return _entropy(np.array(list(probabilities.values())))


def _entropy(p: NDArray[np.float64]) -> float:
    some = p[p > 0]
    return float(-(some * np.log(some)).sum())
