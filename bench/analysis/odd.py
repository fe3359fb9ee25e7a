"""The hypothesis `other`: what no row of the dictionary describes, odd in one part of the lock at a time. All numbers are estimates (E)."""

from typing import Final

ODD_WIDTH: Final = 4.0
"""Beside a good lock's: how far odd numbers may lie, with heavy tails (E)."""
_MAKE: Final = frozenset(("resistance_ohm", "lambda_vs", "running_share", "running_a", "load_share", "inertia_f", "ripple"))
_SHAPE: Final = frozenset((
    "stroke", "trip", "lambda_ways", "lambda_spread", "lambda_later", "trend", "edge_fraction", "edge_early", "release_fraction",
    "hump_fraction", "resistance_ways",
    "lock_follows", "knob_follows",
))  # fmt: skip
_FEED: Final = frozenset((
    "supply", "feed_live", "current_flows", "leg_driven", "leg_ohm", "loaded_v", "source_ohm", "rest_a", "gaps_still", "gaps_flexed",
))  # fmt: skip
_CLAW: Final = frozenset((
    "closes", "opens", "held", "half", "opened", "edges", "chatter_ms", "edges_flexed", "edges_still", "line_open_share",
    "line_closed_share", "door_bit",
))  # fmt: skip
ODD_TOGETHER: Final = (
    (0.3, _MAKE), (0.15, _SHAPE), (0.1, _FEED), (0.15, _CLAW), (0.1, _MAKE | _SHAPE), (0.1, _SHAPE | _CLAW),
    (0.1, _MAKE | _SHAPE | _FEED | _CLAW),
)  # fmt: skip
"""`other`: what no row describes, by the columns in which it is odd together: another make, an odd stroke, feed, claw, or several."""
