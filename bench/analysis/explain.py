"""Evidence as a sentence that a mechanic reads beside a number that an engineer checks."""

import math
from collections.abc import Mapping
from typing import Final

from bench.analysis.classify import Scores
from bench.analysis.evidence import Value
from bench.analysis.features import Features
from bench.analysis.healthy import HEALTHY_WORDS
from bench.analysis.likelihood import Spread
from bench.analysis.readings import SOURCE_OF
from bench.model.diagnosis import Evidence

WORTH_SAYING: Final = 0.3
"""Natural log: evidence that moves the odds by less than a third is not shown."""
MOST: Final = 8

SENTENCES: Final[dict[str, str]] = {
    "supply": "The supply before the relays reads {value}",
    "feed_live": "The feed carries voltage when switched on: {value}",
    "current_flows": "A motor current flows when driven: {value}",
    "leg_driven": "The driven motor leg carries the feed's voltage: {value}",
    "trip": "Over-current trips: {value}",
    "stroke": "Shape of the stroke where the lock should travel: {value}",
    "gaps_still": "Losses of motor current with the harness at rest: {value}",
    "gaps_flexed": "Losses of motor current while the harness is flexed: {value}",
    "lock_follows": "The lock switch follows the motor: {value}",
    "knob_follows": "The knob follows the motor, as seen: {value}",
    "closes": "The door switch after closing: {value}",
    "opens": "The door switch shows open after opening: {value}",
    "held": "The latch held the door, as seen: {value}",
    "half": "The latch stood half-latched, as seen: {value}",
    "opened": "The latch opened, as seen: {value}",
    "edges_flexed": "Switch edges while only the harness moved: {value}",
    "edges_still": "Switch edges while nothing moved: {value}",
    "door_bit": "The door bit on CAN beside the switch line: {value}",
    "cold": "The air is {value}",
    "resistance_ohm": "Winding and lead resistance is {value} ohm",
    "lambda_vs": "The stroke is {value} V s long",
    "running_share": "Running current is {value} of the stall current (at 12.6 V)",
    "source_ohm": "The supply sags by {value} V per ampere",
    "loaded_v": "The feed stands at {value} V under load",
    "edge_fraction": "The lock switch changes at {value} of the stroke",
    "release_fraction": "The door switch opens at {value} of the release stroke",
    "trend": "Travel time changes by {value} from cycle to cycle (natural log)",
    "lambda_ways": "The two directions differ in length by {value} (natural log)",
    "lambda_spread": "Strokes of one direction differ in length by {value} (natural log)",
    "lambda_later": "Later strokes are longer than the first by {value} (natural log)",
    "line_open_share": "The switch line of an open door stands at {value} of its pull-up",
    "line_closed_share": "The switch line of a closed door stands at {value} of its pull-up",
    "rest_a": "With everything off {value} A flow",
    "edges": "One movement gave {value} switch edges",
    "chatter_ms": "The switch chattered for {value} ms",
}
"""What each column says; a test holds this list against the dictionary's columns."""


def evidence_of(
    fault: str, scores: Scores, features: Features, readings: Mapping[str, Value], spreads: Mapping[str, Spread]
) -> tuple[Evidence, ...]:
    """Return what moved the odds of a fault against healthy most, for and against, strongest first."""
    ratios = sorted(scores.ratios(fault).items(), key=lambda item: -abs(item[1]))
    return tuple(_evidence(name, ratio, features, readings[name], spreads) for name, ratio in ratios[:MOST] if abs(ratio) >= WORTH_SAYING)


def _evidence(name: str, ratio: float, features: Features, value: Value, spreads: Mapping[str, Spread]) -> Evidence:
    feature = features[SOURCE_OF.get(name, name)]
    expected: Value
    if isinstance(value, str):
        odds = HEALTHY_WORDS[name]
        expected = "any" if max(odds.values()) < 0.5 else max(odds, key=lambda w: odds[w])
    else:
        value, expected = float(f"{value:.4g}"), float(f"{spreads[name].centre:.3g}")
    sentence = SENTENCES[name].format(value=value)
    side = "for" if ratio > 0 else "against"
    odds_text = f"{math.exp(min(abs(ratio), 20)):.3g} to 1 {side} this fault"
    return Evidence(
        feature=name, step=feature.step or None, value=value, expected=expected, t_ns=feature.t_ns,
        log_likelihood_ratio=ratio, text=f"{sentence}; a good lock reads {expected}. {odds_text}.",
    )  # fmt: skip
