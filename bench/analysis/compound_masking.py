"""Fault masking: what one fault keeps the evidence from showing of another. Physics, in data.

Where no current flows nothing is seen of the motor, the gearbox or the levers; where the switch line never moves nothing is seen
of contacts and chatter. A masked fault is not denied: the honest answer is the one that masks, and to test again after its repair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.analysis.evidence import Value
from bench.model.language import text


@dataclass(frozen=True, slots=True)
class Mask:
    """The columns of evidence that a fault takes from the others, and what that means in words for a mechanic.

    `where`: it is said of a run that reads one of these words; a wire that breaks now and then lets the rest be seen in between.
    """

    columns: frozenset[str]
    said: str
    where: Mapping[str, frozenset[str]]


_NUMBERS: Final = frozenset((
    "resistance_ohm", "resistance_below", "resistance_ways", "lambda_vs", "lambda_above", "lambda_ways", "lambda_spread", "lambda_later",
    "trend", "plateau_over_peak", "edge_fraction", "edge_early", "release_fraction", "hump_fraction", "margin_v",
))  # fmt: skip
"""What is read off a stroke that runs to its end stop."""
_DRIVE: Final = _NUMBERS | {
    "running_share", "running_a", "load_share", "stroke", "trip", "gaps_still", "gaps_flexed", "lock_follows", "knob_follows", "leg_ohm",
    "source_ohm",
    "loaded_v",
}  # fmt: skip
"""What is read off a motor that draws current at all."""
_LINE: Final = frozenset((
    "closes", "opens", "edges", "chatter_ms", "edges_still", "edges_flexed", "line_open_share", "line_closed_share", "release_fraction",
    "door_bit",
))  # fmt: skip
"""What is read off the door switch's line; the body module reads the same line."""

_NO_CURRENT: Final = Mask(
    _DRIVE, text("No current flows: nothing was seen of motor, gearbox, rod and levers, or of the supply under load."),
    {"current_flows": frozenset(("none",)), "feed_live": frozenset(("none",))},
)  # fmt: skip
_TRIPS: Final = Mask(
    _DRIVE, text("The drive trips at once: nothing was seen of motor, gearbox, rod and levers."),
    {"trip": frozenset(("at_once", "at_once_one_way"))},
)  # fmt: skip
_DEAD_LINE: Final = Mask(
    _LINE, text("The switch line never moves: nothing was seen of contacts and chatter, or of the latch by its switch."),
    {"closes": frozenset(("never",)), "opens": frozenset(("none",))},
)  # fmt: skip
_RUNS_ON: Final = Mask(
    _NUMBERS, text("The motor runs on without load: nothing was seen of its winding, or of rod, levers and cable behind it."),
    {"stroke": frozenset(("endless",))},
)  # fmt: skip
_STOPS_SHORT: Final = Mask(
    frozenset(("edge_fraction", "edge_early", "release_fraction", "hump_fraction")),
    text("The stroke does not arrive: nothing was seen of levers and cable beyond that point."),
    dict.fromkeys(("lock_follows", "knob_follows", "opened", "opens"), frozenset(("none",))),
)  # fmt: skip
_NEVER_SHUT: Final = Mask(
    frozenset(("door_bit",)), text("The door never stays shut: nothing was seen of how the body module reads a shut door."),
    {"closes": frozenset(("never", "reopened"))},
)  # fmt: skip

MASKS: Final[dict[str, Mask]] = {
    "motor_open": _NO_CURRENT, "wire_open_motor": _NO_CURRENT, "fuse_blown": _NO_CURRENT, "wire_short_motor": _TRIPS,
    "switch_stuck_open": _DEAD_LINE, "wire_open_switch": _DEAD_LINE, "switch_stuck_closed": _DEAD_LINE, "wire_short_switch": _DEAD_LINE,
    "gear_stripped": _RUNS_ON, "gear_jam": _STOPS_SHORT, "rod_bent": _STOPS_SHORT, "lever_broken": _STOPS_SHORT,
    "striker_misaligned": _NEVER_SHUT, "reopens": _NEVER_SHUT, "spring_weak": _NEVER_SHUT,
}  # fmt: skip
"""Fault -> what it masks. A fault that is not named masks nothing."""


def masks(fault: str, column: str) -> bool:
    """Does a fault keep a column from showing anything of another one?"""
    mask = MASKS.get(fault)
    return mask is not None and column in mask.columns


def masked_by(fault: str, readings: Mapping[str, Value]) -> str:
    """Return in words what a fault hid in this run; empty where it hid nothing."""
    mask = MASKS.get(fault)
    if mask is None or not any(readings.get(name) in words for name, words in mask.where.items()):
        return ""
    return mask.said
