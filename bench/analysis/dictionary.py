"""The fault dictionary: one row a fault, one or more modes in which it shows, each the ways in which it differs from healthy.

A number moves by a Shift (at severity 0.85, in proportion elsewhere); a word gets its odds at severity 0.85 and blends
into the healthy odds below it. What a row does not name reads as in a good lock: rows are compared over the same columns.
Numbers are from the signature table of facts/actuator.md section 2 ([SIM]: a lumped model), odds are estimates (E).
"""

from dataclasses import dataclass, field
from typing import Final

from bench.analysis.likelihood import Odds, Shift
from bench.model.names import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which a fault shows. Weights of a row's modes (of one kind of lock) are relative."""

    weight: float
    moves: dict[str, Shift | Odds] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = KINDS


def _x(factor: float, width: float = 0.15, dof: float = 12.0) -> Shift:
    return Shift(factor=factor, width=width, dof=dof)


def _all(value: float, width: float, dof: float = 12.0) -> Shift:
    return Shift(to=value, width=width, dof=dof, whole=True)


def _to(value: float, width: float, dof: float = 12.0) -> Shift:
    return Shift(to=value, width=width, dof=dof)


NO_FOLLOW: Final[dict[str, Shift | Odds]] = {
    "lock_follows": {"none": 0.9, "some": 0.08},
    "knob_follows": {"none": 0.88, "some": 0.09},
}
NO_RELEASE: Final[dict[str, Shift | Odds]] = {
    "opens": {"none": 0.85, "some": 0.12},
    "opened": {"none": 0.85, "some": 0.12},
    "line_open_share": _all(0.95, 0.1),
}
DOOR: Final[tuple[Kind, ...]] = ("rear_door",)
GATE: Final[tuple[Kind, ...]] = ("tailgate",)
_DEAD: dict[str, Shift | Odds] = {"current_flows": {"none": 0.93, "some": 0.05}, **NO_FOLLOW, **NO_RELEASE}
_DEAD_DOOR: dict[str, Shift | Odds] = {"current_flows": {"none": 0.93, "some": 0.05}, **NO_FOLLOW}
_NOTCHED: dict[str, Shift | Odds] = {
    "gaps_still": {"many": 0.7, "few": 0.18}, "gaps_flexed": {"many": 0.55, "few": 0.25}, "current_flows": {"all": 0.6, "some": 0.4},
    "lock_follows": {"all": 0.4, "some": 0.4, "none": 0.2}, "knob_follows": {"all": 0.4, "some": 0.4, "none": 0.2},
    "stroke": {"full": 0.45, "mixed": 0.35}, "lambda_vs": _x(1.0, 0.2), "running_share": _x(0.85, 0.3),
}  # fmt: skip
_SAG = _to(9.5, 2.5)  # a short pulls the feed down with it
_SHUT: dict[str, Shift | Odds] = {"opens": {"none": 0.93, "some": 0.06}, "line_open_share": _all(0.98, 0.06)}
_OPEN: dict[str, Shift | Odds] = {"closes": {"never": 0.93, "mixed": 0.05}, "line_closed_share": _all(0.03, 0.05)}

DICTIONARY: Final[dict[str, tuple[Mode, ...]]] = {
    "healthy": (Mode(1.0),),
    "motor_open": (
        Mode(0.75, _DEAD_DOOR, DOOR), Mode(0.75, _DEAD, GATE),
        Mode(0.25, _NOTCHED),  # one commutator segment open: notches each revolution, retries differ
    ),
    "motor_short": (
        Mode(1.0, {
            "resistance_ohm": _x(2.5 / 3.8, 0.1), "lambda_vs": _x(0.45 / 0.72, 0.1), "running_share": _x(0.33 / 0.22, 0.15),
            "trip": {"none": 0.7, "plateau": 0.24, "at_once": 0.04},
        }),
    ),
    "motor_weak": (
        Mode(1.0, {
            "lambda_vs": _x(0.40 / 0.72), "running_share": _x(0.61 / 0.22, 0.25), "stroke": {"full": 0.88, "endless": 0.06, "mixed": 0.04},
            "lock_follows": {"all": 0.85, "some": 0.09, "none": 0.06}, "knob_follows": {"all": 0.83, "some": 0.1, "none": 0.07},
            "margin_v": _x(1.33),  # E: the built-in model stalls at 7-8 V where its good lock stalls at 5-6 V
        }),
    ),
    "gear_jam": (
        Mode(0.6, {"stroke": {"flat": 0.88, "mixed": 0.1}, "lambda_vs": _x(0.3, 0.8, 2), **NO_FOLLOW}, DOOR),
        Mode(0.6, {"stroke": {"flat": 0.88, "mixed": 0.1}, "lambda_vs": _x(0.3, 0.8, 2), **NO_RELEASE}, GATE),
        Mode(0.4, {"lambda_vs": _x(0.4, 0.45), "stroke": {"full": 0.75, "mixed": 0.17}, "lambda_spread": _to(0.3, 0.25),
                   "lambda_later": _to(0.0, 0.3),
                   "running_share": _x(1.4, 0.4), "trend": _to(0.0, 0.2),
                   "lambda_ways": _to(0.15, 0.2), **NO_FOLLOW}, DOOR),
        Mode(0.4, {"lambda_vs": _x(0.4, 0.45), "stroke": {"full": 0.75, "mixed": 0.17}, "lambda_spread": _to(0.3, 0.25),
                   "lambda_later": _to(0.0, 0.3),
                   "running_share": _x(1.4, 0.4), "trend": _to(0.0, 0.2),
                   **NO_RELEASE}, GATE),
    ),
    "rod_bent": (
        # a short run is mostly start: it shows more current than a whole one
        Mode(1.0, {"lambda_vs": _x(0.5, 0.3), "lambda_ways": _to(0.12, 0.2), "running_share": _x(1.4, 0.35),
                   "stroke": {"full": 0.75, "mixed": 0.22}, **NO_FOLLOW}, DOOR),
        Mode(1.0, {"lambda_vs": _x(0.5, 0.3), **NO_RELEASE}, GATE),
    ),
    "gear_stripped": (
        Mode(1.0, {"stroke": {"endless": 0.92, "mixed": 0.06}, **NO_FOLLOW}, DOOR),
        Mode(1.0, {"stroke": {"endless": 0.92, "mixed": 0.06}, **NO_RELEASE}, GATE),
    ),
    "gear_stiff": (
        Mode(1.0, {"margin_v": _x(1.3),
                   "running_share": _x(0.47 / 0.22, 0.15), "trend": _to(0.0, 0.02), "lambda_spread": _to(0.03, 0.03)}, DOOR),
        # the return spring's share of the load does not grow with the dirt
        Mode(1.0, {"margin_v": _x(1.2, 0.2),
                   "running_share": _x(1.55, 0.15), "trend": _to(0.0, 0.02), "lambda_spread": _to(0.03, 0.03)}, GATE),
    ),
    "frozen": (
        Mode(1.0, {
            "margin_v": _x(1.5, 0.3),
            "running_share": _x(0.61 / 0.22, 0.3), "trend": _to(-0.2, 0.09), "cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01},
            "stroke": {"full": 0.72, "mixed": 0.2, "flat": 0.06}, "lambda_spread": _to(0.05, 0.08),
            "lock_follows": {"all": 0.75, "some": 0.18, "none": 0.07}, "knob_follows": {"all": 0.73, "some": 0.2, "none": 0.07},
        }),
    ),
    "lever_broken": (
        Mode(0.55, {"running_share": _x(0.82, 0.12), "edge_fraction": _to(0.8, 0.06), **NO_FOLLOW}, DOOR),
        Mode(0.3, NO_RELEASE, DOOR),
        Mode(0.15, {"running_share": _x(0.82, 0.12), "edge_fraction": _to(0.8, 0.06), **NO_FOLLOW, **NO_RELEASE}, DOOR),
        Mode(1.0, {"running_share": _x(0.82, 0.12), **NO_RELEASE}, GATE),
    ),
    "cable_stretched": (
        Mode(0.5, {"edge_fraction": _to(0.95, 0.04), "lock_follows": {"all": 0.8, "some": 0.15}}, DOOR),
        Mode(0.22, {"running_share": _x(0.92, 0.1), **NO_FOLLOW}, DOOR),
        Mode(0.18, NO_RELEASE, DOOR),
        Mode(0.1, {"edge_fraction": _to(0.95, 0.04), "lock_follows": {"all": 0.8, "some": 0.15}, **NO_RELEASE}, DOOR),
        Mode(0.6, {"release_fraction": _to(0.95, 0.04), "opens": {"all": 0.75, "some": 0.2}}, GATE),
        Mode(0.4, {"running_share": _x(0.92, 0.1), **NO_RELEASE}, GATE),
    ),
    "switch_stuck_open": (Mode(1.0, _SHUT),),
    "wire_open_switch": (Mode(0.9, _SHUT), Mode(0.1, {**_SHUT, "edges_flexed": {"zero": 0.6, "few": 0.2, "many": 0.15}})),
    "switch_stuck_closed": (Mode(1.0, _OPEN),),
    "wire_short_switch": (Mode(0.9, _OPEN), Mode(0.1, {**_OPEN, "edges_flexed": {"zero": 0.6, "few": 0.2, "many": 0.15}})),
    "switch_high_r": (
        Mode(0.6, {"line_open_share": _to(0.37, 0.18), "opens": {"all": 0.6, "some": 0.25, "none": 0.15}}),
        Mode(0.4, {"line_open_share": _to(0.55, 0.18), "opens": {"none": 0.8, "some": 0.15},
                   "door_bit": {"follows": 0.6, "stuck_closed": 0.1, "partly": 0.12, "alone": 0.18}}),
    ),
    "switch_bounce": (
        Mode(1.0, {"edges": _x(6.0, 0.5), "chatter_ms": _x(12.0, 0.7), "closes": {"closed": 0.85, "mixed": 0.08, "reopened": 0.04}}),
    ),
    "wire_open_motor": (
        Mode(0.85, _DEAD_DOOR, DOOR), Mode(0.85, _DEAD, GATE),
        Mode(0.15, {"current_flows": {"some": 0.7, "none": 0.2}, "gaps_flexed": {"few": 0.4, "many": 0.4}, "lock_follows": {"some": 0.7}}),
    ),
    "wire_short_motor": (
        Mode(0.6, {"trip": {"at_once": 0.95, "at_once_one_way": 0.03}, "loaded_v": _SAG, **NO_FOLLOW}, DOOR),
        Mode(0.4, {"trip": {"at_once_one_way": 0.95, "at_once": 0.03}, "loaded_v": _SAG, "lock_follows": {"all": 0.45, "some": 0.3},
                   "knob_follows": {"all": 0.45, "some": 0.3}}, DOOR),
        Mode(1.0, {"trip": {"at_once": 0.96}, "current_flows": {"all": 0.8, "none": 0.1}, "loaded_v": _SAG, **NO_RELEASE}, GATE),
    ),
    "wire_high_r": (
        Mode(0.7, {"margin_v": _x(1.6, 0.2),
                   "resistance_ohm": _x(9 / 3.8, 0.2), "running_share": _x(0.46 / 0.22, 0.2), "lambda_vs": _x(0.97, 0.08),
                   "stroke": {"full": 0.9, "flat": 0.05, "mixed": 0.04}, "lock_follows": {"all": 0.88, "some": 0.07, "none": 0.05}}),
        # too little torque is left to finish the stroke
        Mode(0.3, {"resistance_ohm": _x(10 / 3.8, 0.25), "running_share": _x(0.6 / 0.22, 0.25), "lambda_vs": _x(0.6, 0.3),
                   "stroke": {"full": 0.75, "flat": 0.12, "mixed": 0.12}, **NO_FOLLOW}, DOOR),
        Mode(0.3, {"resistance_ohm": _x(10 / 3.8, 0.25), "running_share": _x(0.75 / 0.34, 0.25), "lambda_vs": _x(0.6, 0.3),
                   "release_fraction": _to(0.95, 0.15), "stroke": {"full": 0.75, "flat": 0.12, "mixed": 0.12}, **NO_RELEASE}, GATE),
    ),
    "wire_intermittent": (
        Mode(0.6, {"gaps_flexed": {"many": 0.62, "few": 0.25, "one": 0.08}, "gaps_still": {"zero": 0.72, "one": 0.12, "few": 0.1}}),
        Mode(0.2, {"edges_flexed": {"many": 0.62, "few": 0.25, "one": 0.08}}),
        Mode(0.2, {"gaps_flexed": {"many": 0.6, "few": 0.25, "one": 0.1}, "edges_flexed": {"many": 0.6, "few": 0.25, "one": 0.1},
                   "gaps_still": {"zero": 0.75, "one": 0.12, "few": 0.08}}),
    ),
    "supply_low": (
        Mode(0.5, {"loaded_v": _to(7.2, 1.4), "supply": {"low": 0.75, "ok": 0.25}, "lock_follows": {"all": 0.8, "some": 0.12}}),
        Mode(0.5, {"source_ohm": _x(9.0, 0.7), "loaded_v": _to(8.6, 1.6), "supply": {"low": 0.15, "ok": 0.85},
                   "lock_follows": {"all": 0.8, "some": 0.12}}),
    ),
    "fuse_blown": (
        Mode(1.0, {"supply": {"dead": 0.985}, "feed_live": {"none": 0.985}, "current_flows": {"none": 0.95}, **NO_FOLLOW}, DOOR),
        Mode(1.0, {"supply": {"dead": 0.985}, "feed_live": {"none": 0.985}, "current_flows": {"none": 0.95}, **NO_RELEASE}, GATE),
    ),
    "striker_misaligned": (
        Mode(1.0, {"closes": {"never": 0.5, "reopened": 0.3, "mixed": 0.1}, "held": {"none": 0.82, "some": 0.13},
                   "half": {"all": 0.7, "some": 0.15}, "line_closed_share": _all(0.05, 0.2, 2)}, DOOR),
        Mode(1.0, {"closes": {"never": 0.5, "reopened": 0.3, "mixed": 0.1}, "held": {"none": 0.82, "some": 0.13},
                   "half": {"all": 0.7, "some": 0.15}, "line_closed_share": _all(0.05, 0.2, 2), "running_share": _x(1.25, 0.2)}, GATE),
    ),
    "spring_weak": (
        Mode(1.0, {"closes": {"reopened": 0.62, "never": 0.13, "mixed": 0.13, "closed": 0.12}, "held": {"none": 0.72, "some": 0.2},
                   "half": {"none": 0.7, "all": 0.2}, "line_closed_share": _all(0.1, 0.25, 2)}, DOOR),
        # the claw is not thrown all the way: the second stroke starts part-way, the latch may or may not hold
        Mode(0.5, {"lambda_later": _to(-0.35, 0.18), "trend": _to(-0.15, 0.12), "lambda_spread": _to(0.35, 0.2), "lambda_vs": _x(0.8, 0.2),
                   "running_share": _x(0.75, 0.2), "release_fraction": _to(0.9, 0.15), "opens": {"all": 0.8, "some": 0.15}}, GATE),
        Mode(0.5, {"closes": {"reopened": 0.45, "never": 0.1, "mixed": 0.42}, "held": {"none": 0.5, "some": 0.4},
                   "half": {"none": 0.7, "all": 0.2}, "lambda_later": _to(-0.25, 0.2), "lambda_spread": _to(0.25, 0.2),
                   "trend": _to(-0.12, 0.12),
                   "lambda_vs": _x(0.8, 0.2), "running_share": _x(0.75, 0.2), "release_fraction": _to(0.9, 0.15),
                   "line_closed_share": _all(0.3, 0.5, 2)}, GATE),
    ),
    "reopens": (
        Mode(1.0, {"closes": {"reopened": 0.85, "mixed": 0.12}, "held": {"none": 0.8, "some": 0.12}, "half": {"none": 0.8, "some": 0.1},
                   "line_closed_share": _all(0.05, 0.2, 2)}),
    ),
    "bcm_stuck": (Mode(1.0, {"door_bit": {"stuck_open": 0.85, "stuck_closed": 0.08, "partly": 0.06}}),),
    "bench_fault": (
        # one drive relay dead: one direction without current, its motor leg without voltage
        Mode(0.35, {"current_flows": {"one_way": 0.9, "none": 0.06}, "leg_driven": {"some": 0.9, "none": 0.08},
                    "lock_follows": {"some": 0.7, "none": 0.25}, "knob_follows": {"some": 0.7, "none": 0.25}}, DOOR),
        Mode(0.35, {"current_flows": {"none": 0.95}, "leg_driven": {"none": 0.95}, **NO_RELEASE}, GATE),
        # both dead, or their common feed on the board
        Mode(0.1, {"current_flows": {"none": 0.95}, "leg_driven": {"none": 0.95}, **NO_FOLLOW}, DOOR),
        # the enable relay dead: supply there, feed dead
        Mode(0.2, {"feed_live": {"none": 0.97}, "current_flows": {"none": 0.95}, **NO_FOLLOW}, DOOR),
        Mode(0.2, {"feed_live": {"none": 0.97}, "current_flows": {"none": 0.95}, **NO_RELEASE}, GATE),
        # the current monitor reads with a wrong gain: R and current wrong together, Lambda right
        Mode(0.12, {"resistance_ohm": _x(2.0, 0.25), }),
        Mode(0.12, {"resistance_ohm": _x(0.5, 0.25), }),
        # it reads nothing although the lock moves
        Mode(0.12, {"current_flows": {"none": 0.95}}),
        # it reads a current with everything off
        Mode(0.05, {"rest_a": _to(0.3, 0.3)}),
        # the switch input of the rig is dead while the BCM sees the door move
        Mode(0.08, {"door_bit": {"alone": 0.95}, "opens": {"none": 0.9}}),
        Mode(0.08, {"door_bit": {"alone": 0.95}, "closes": {"never": 0.9}}),
    ),
}  # fmt: skip
"""Fault id -> the modes in which it shows."""
