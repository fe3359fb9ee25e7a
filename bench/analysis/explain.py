"""Evidence as a sentence that a mechanic reads beside a number that an engineer checks."""

from collections.abc import Mapping
from typing import Final

from bench.analysis.classify import BOUNDS, Scores
from bench.analysis.evidence import Value
from bench.analysis.features import Features
from bench.analysis.healthy import HEALTHY_WORDS
from bench.analysis.likelihood import Spread
from bench.analysis.manual import manual_odds
from bench.analysis.manual_odds import MANUAL_ODDS
from bench.analysis.readings import SOURCE_OF
from bench.analysis.sentences import expectation, sentence, strength
from bench.model.diagnosis import Evidence

WORTH_SAYING: Final = 0.3
"""Natural log: evidence that moves the odds by less than a third is not shown."""
MOST: Final = 8
AGAINST: Final = 2
"""Of the pieces shown, so many are kept for what speaks against a fault, where there is any: eight reasons for it hide none against."""


def evidence_of(
    fault: str, scores: Scores, features: Features, readings: Mapping[str, Value], spreads: Mapping[str, Spread]
) -> tuple[Evidence, ...]:
    """Return what moved the odds of a fault against healthy most, for and against, strongest first."""
    return evidence_from(scores.ratios(fault), features, readings, spreads)


def evidence_from(
    told: Mapping[str, float], features: Features, readings: Mapping[str, Value], spreads: Mapping[str, Spread], title: str | None = None
) -> tuple[Evidence, ...]:
    """Return the columns that told most, for and against, strongest first. `told`: column -> log of the odds that it moves.

    `title`: the fault that is spoken of, where more than one is.
    """
    ratios = [(n, r) for n, r in sorted(told.items(), key=lambda item: -abs(item[1])) if abs(r) >= WORTH_SAYING]
    against = [name for name, ratio in ratios if ratio < 0][:AGAINST]
    others = [name for name, _ in ratios if name not in against][: MOST - len(against)]
    return tuple(_evidence(n, r, features, readings[n], spreads, title) for n, r in ratios if n in against or n in others)


def _evidence(
    name: str, ratio: float, features: Features, value: Value, spreads: Mapping[str, Spread], title: str | None
) -> Evidence:  # fmt: skip
    feature = features[SOURCE_OF.get(name, name)]
    expected: Value
    if isinstance(value, str):
        odds = manual_odds(name, "healthy") if name in MANUAL_ODDS else HEALTHY_WORDS[name]
        expected = "any" if max(odds.values()) < 0.5 else max(odds, key=lambda w: odds[w])
    else:
        value, expected = float(f"{value:.4g}"), float(f"{spreads[BOUNDS[name][0] if name in BOUNDS else name].centre:.3g}")
    return Evidence(
        feature=name, step=feature.step or None, value=value, expected=expected, t_ns=feature.t_ns,
        log_likelihood_ratio=ratio, text=f"{sentence(name, value)}{expectation(name, expected)}: {strength(ratio, title)}.",
    )  # fmt: skip
