"""What the verdict document says of two faults at once, and what they leave of every single answer."""

import math
from collections.abc import Mapping

from bench.analysis.classify import Scores
from bench.analysis.compound import Pairs, told_by
from bench.analysis.evidence import Value
from bench.analysis.explain import evidence_from
from bench.analysis.features import Features
from bench.analysis.likelihood import Spread
from bench.model.diagnosis import Compound, CompoundPart
from bench.model.faults import FAULT_TEXTS

LISTED = 0.05
"""A pair is named from this probability on."""
SUREST = 0.9
"""How much two faults at once hold at most: of 4,465 single faults by other hands 22 read as two with more than that, for they showed in
ways that nobody had written down; where one fault in ten is two, and half of those read so, nine such readings of ten are (estimate)."""


def beside_pairs(
    probabilities: Mapping[str, float], likelihoods: Mapping[str, float], priors: Mapping[str, float], pairs: Pairs
) -> tuple[dict[str, float], float]:
    """Return the probabilities with what the pairs take put under `other`, and how much that is: at most SUREST."""
    mass = pairs.mass()
    if mass == -math.inf:
        return dict(probabilities), 0.0
    logs = [likelihoods[h] + math.log(p) for h, p in priors.items() if p > 0]
    top = max(*logs, mass)
    taken = min(math.exp(mass - top) / (math.exp(mass - top) + sum(math.exp(x - top) for x in logs)), SUREST)
    found = {h: p * (1 - taken) for h, p in probabilities.items()}
    found["other"] += taken
    return found, taken


def compound_of(
    pairs: Pairs, probability: float, scores: Scores, features: Features, readings: Mapping[str, Value], spreads: Mapping[str, Spread]
) -> Compound | None:
    """Return the likeliest two faults with what speaks for each beyond the other; None where a pair is not worth naming."""
    best = pairs.best()
    if best is None or probability < LISTED:
        return None
    parts = []
    for fault, beside in (best, best[::-1]):
        text = FAULT_TEXTS[fault]
        parts.append(
            CompoundPart(
                fault=fault, group=pairs.alternatives(fault, beside), title=text.title, remedy=text.remedy,
                evidence=evidence_from(told_by(scores, fault, beside), features, readings, spreads, text.title),
            )
        )  # fmt: skip
    return Compound(probability=probability, faults=best, parts=tuple(parts))
