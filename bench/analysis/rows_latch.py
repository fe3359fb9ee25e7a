"""Rows of the fault dictionary: switches, wires, feed, claw, body module and bench. How a row is read: bench/analysis/dictionary.py."""

from typing import Final

from bench.analysis.likelihood import Shift
from bench.analysis.shapes import (
    DEAD,
    DEAD_DOOR,
    DOOR,
    FAINT,
    GATE,
    LOOSE,
    NO_FOLLOW,
    NO_RELEASE,
    NOW_AND_THEN,
    NOW_AND_THEN_GATE,
    OPEN,
    PARTED,
    PAWL_LIFTED,
    SAG,
    SHUT,
    STARVED,
    Mode,
    times,
    to,
    whole,
)

LATCH_ROWS: Final[dict[str, tuple[Mode, ...]]] = {
    "switch_stuck_open": (Mode(1.0, SHUT),),
    "wire_open_switch": (Mode(0.9, SHUT), Mode(0.1, {**SHUT, "edges_flexed": {"zero": 0.6, "few": 0.2, "many": 0.15}})),
    "switch_stuck_closed": (Mode(1.0, OPEN),),
    "wire_short_switch": (Mode(0.9, OPEN), Mode(0.1, {**OPEN, "edges_flexed": {"zero": 0.6, "few": 0.2, "many": 0.15}})),
    "switch_high_r": (
        Mode(0.6, {"line_open_share": to(0.37, 0.18), "opens": {"all": 0.6, "some": 0.25, "none": 0.15}}),
        Mode(0.4, {"line_open_share": to(0.55, 0.18), "opens": {"none": 0.8, "some": 0.15},
                   "door_bit": {"follows": 0.6, "stuck_closed": 0.1, "partly": 0.12, "alone": 0.18}}),
        # oxidised through and through it is an open contact
        Mode(0.25, SHUT),
    ),
    "switch_bounce": (
        Mode(1.0, {"edges": times(6.0, 0.5), "chatter_ms": times(12.0, 0.7),
                   "closes": {"closed": 0.85, "sometimes_reopened": 0.05, "sometimes_never": 0.03, "reopened": 0.04}}),
        # worn contacts chatter when the door is shaken by its harness too
        Mode(0.2, {"edges": times(6.0, 0.5), "chatter_ms": times(12.0, 0.7), "edges_flexed": {"many": 0.55, "few": 0.3, "one": 0.1},
                   "edges_still": {"zero": 0.7, "one": 0.12, "few": 0.12},
                   "closes": {"closed": 0.85, "sometimes_reopened": 0.05, "sometimes_never": 0.03, "reopened": 0.04}}),
    ),
    "wire_open_motor": (
        Mode(0.7, DEAD_DOOR, DOOR), Mode(0.7, DEAD, GATE),
        # a last strand lets through too little to turn
        Mode(0.15, STARVED | NO_FOLLOW, DOOR), Mode(0.15, STARVED | NO_RELEASE, GATE),
        Mode(0.15, {"current_flows": {"some": 0.7, "none": 0.2}, "gaps_flexed": {"few": 0.4, "many": 0.4}, "lock_follows": {"some": 0.7}}),
        Mode(0.12, LOOSE), Mode(0.08, FAINT),
        Mode(0.12, PARTED | NOW_AND_THEN, DOOR), Mode(0.12, PARTED | NOW_AND_THEN_GATE, GATE),
    ),
    "wire_short_motor": (
        # a dead short pulls the feed down to nothing
        Mode(0.6, {"trip": {"at_once": 0.95, "at_once_one_way": 0.03}, "feed_live": {"all": 0.88, "none": 0.08, "some": 0.04},
                   "current_flows": {"all": 0.93, "none": 0.05}, "loaded_v": SAG, **NO_FOLLOW}, DOOR),
        # the other direction runs as in a good lock, its feed too
        Mode(0.4, {"trip": {"at_once_one_way": 0.95, "at_once": 0.03}, "feed_live": {"all": 0.88, "some": 0.11},
                   "current_flows": {"all": 0.94, "one_way": 0.03, "some": 0.03}, "lock_follows": {"all": 0.45, "some": 0.3},
                   "knob_follows": {"all": 0.45, "some": 0.3}}, DOOR),
        Mode(1.0, {"trip": {"at_once": 0.96}, "feed_live": {"all": 0.88, "none": 0.08, "some": 0.04},
                   "current_flows": {"all": 0.85, "none": 0.1}, "loaded_v": SAG, **NO_RELEASE}, GATE),
        # a chafed wire touches now and then: that stroke trips, the others run as in a good lock
        Mode(0.15, {"trip": {"at_once": 0.5, "at_once_one_way": 0.45}, "lock_follows": {"some": 0.7, "all": 0.2},
                    "knob_follows": {"some": 0.7, "all": 0.2}}, DOOR),
        Mode(0.25, {"trip": {"at_once": 0.96}, "opens": {"all": 0.5, "some": 0.4}, "opened": {"all": 0.5, "some": 0.4}}, GATE),
        # a chafed wire that only leaks lies beside the motor: what it takes looks like shorted turns that do not turn
        Mode(0.2, {"resistance_ohm": Shift(factor=0.55, width=0.3, whole=True), "lambda_vs": Shift(factor=0.6, width=0.2, whole=True),
                   "running_share": Shift(factor=1.8, width=0.3, whole=True), "trip": {"none": 0.65, "plateau": 0.3},
                   "inertia_f": times(1.5, 0.5)}, GATE),
        Mode(0.12, {"resistance_ohm": Shift(factor=0.75, width=0.3, whole=True), "lambda_vs": Shift(factor=0.8, width=0.25, whole=True),
                    "resistance_ways": whole(0.45, 0.3), "lambda_ways": whole(0.4, 0.25), "trip": {"none": 0.65, "plateau": 0.3},
                    "running_share": Shift(factor=1.5, width=0.3, whole=True)}, DOOR),
    ),
    # ohms add up: early is in proportion
    "wire_high_r": (
        Mode(0.7, {"margin_v": times(1.6, 0.2),
                   "resistance_ohm": times(9 / 3.8, 0.2), "running_share": times(0.46 / 0.22, 0.2), "lambda_vs": times(0.97, 0.08),
                   "plateau_over_peak": to(1.015, 0.02),
                   "hump_fraction": to(0.72, 0.13), "stroke": {"full": 0.9, "flat": 0.05, "mixed": 0.04},
                   "lock_follows": {"all": 0.88, "some": 0.07, "none": 0.05}}, grows=1.0),
        # it starves the motor on the last of a stroke that winds up a spring, and yet the claw may come free
        Mode(0.2, {"resistance_ohm": times(10 / 3.8, 0.2), "running_share": times(0.75 / 0.34, 0.15), "lambda_vs": times(0.75, 0.2),
                   "lambda_spread": to(0.06, 0.06), "lambda_later": to(0.0, 0.07), "release_fraction": to(0.95, 0.15),
                   "hump_fraction": to(0.76, 0.12)}, GATE, 1.0),
        # or it stands on the way, and the next stroke starts from there
        Mode(0.1, {"resistance_ohm": times(10 / 3.8, 0.2), "running_share": times(0.75 / 0.34, 0.15), "lambda_vs": times(0.7, 0.25),
                   "lambda_spread": whole(0.35, 0.25), "lambda_later": whole(-0.25, 0.25), "trend": whole(-0.1, 0.2),
                   "release_fraction": to(0.9, 0.2),
                   "hump_fraction": to(0.76, 0.15), "opens": {"all": 0.6, "some": 0.3}, "opened": {"all": 0.6, "some": 0.3}}, GATE, 1.0),
        Mode(0.1, {"resistance_ohm": times(10 / 3.8, 0.25), "running_share": times(0.75 / 0.34, 0.2), "lambda_vs": times(0.5, 0.4),
                   "lambda_spread": whole(0.45, 0.25), "lambda_later": whole(-0.15, 0.4),
                   "trend": whole(-0.1, 0.25), **NO_RELEASE}, GATE, 1.0),
        # it stands before the claw is free in one stroke, and gets past it in the next
        Mode(0.1, {"resistance_ohm": times(10 / 3.8, 0.25), "running_share": times(0.75 / 0.34, 0.2), "lambda_vs": times(0.55, 0.4),
                   "lambda_spread": whole(0.45, 0.25), "lambda_later": whole(-0.15, 0.4), "trend": whole(0.0, 0.25),
                   "release_fraction": whole(0.97, 0.15), "hump_fraction": to(0.82, 0.12), **NOW_AND_THEN_GATE}, GATE, 1.0),
        # in the cold some strokes get past the dead centre and some stand before it
        Mode(0.1, {"resistance_ohm": times(10 / 3.8, 0.2), "running_share": times(0.6 / 0.22, 0.25), "lambda_vs": times(0.8, 0.35),
                   "lambda_spread": whole(0.4, 0.3), "lambda_later": whole(0.1, 0.45), "lambda_ways": whole(0.25, 0.3),
                   "trend": whole(0.0, 0.2), "lock_follows": {"some": 0.5, "all": 0.3, "none": 0.2},
                   "knob_follows": {"some": 0.5, "all": 0.3, "none": 0.2}}, DOOR, 1.0),
        # it creeps home, or would with more time than a pulse has
        Mode(0.08, {"resistance_ohm": times(12 / 3.8, 0.3), "running_share": times(0.7 / 0.22, 0.25), "lambda_vs": times(0.2, 1.5),
                    "stroke": {"runs_on": 0.5, "full": 0.25, "mixed": 0.1, "endless": 0.1}, "plateau_over_peak": to(0.85, 0.08),
                    "lambda_spread": whole(0.3, 0.3), "lambda_later": whole(0.0, 0.4), "lambda_ways": whole(0.2, 0.3),
                    "trend": whole(0.0, 0.2), "ripple": times(4.0, 1.0, 4), "inertia_f": times(2.0, 0.8),
                    "edge_fraction": whole(0.8, 0.12), "lock_follows": {"all": 0.7, "some": 0.2, "none": 0.1}}, DOOR, 1.0),
        Mode(0.12, {"resistance_ohm": times(10.5 / 3.8, 0.2), "running_share": times(0.78 / 0.34, 0.2), "lambda_vs": times(0.33, 0.35),
                    "plateau_over_peak": to(0.9, 0.05), "lambda_spread": whole(0.3, 0.2), "lambda_later": whole(-0.15, 0.25),
                    "trend": whole(0.0, 0.15), "release_fraction": whole(0.97, 0.15), "hump_fraction": to(0.84, 0.12),
                    "opens": {"all": 0.75, "some": 0.2}}, GATE, 1.0),
        # too little torque is left to finish the stroke
        Mode(0.3, {"resistance_ohm": times(10 / 3.8, 0.25), "running_share": times(0.6 / 0.22, 0.25), "lambda_vs": times(0.6, 0.3),
                   "stroke": {"full": 0.75, "flat": 0.12, "mixed": 0.12}, **NO_FOLLOW}, DOOR, 1.0),
        Mode(0.3, {"resistance_ohm": times(10 / 3.8, 0.25), "running_share": times(0.75 / 0.34, 0.25), "lambda_vs": times(0.6, 0.3),
                   "release_fraction": to(0.95, 0.15),
                   "hump_fraction": to(0.76, 0.12), "stroke": {"full": 0.75, "flat": 0.12, "mixed": 0.12}, **NO_RELEASE}, GATE, 1.0),
    ),
    "wire_intermittent": (
        Mode(0.6, {"gaps_flexed": {"many": 0.6, "few": 0.29, "one": 0.08}, "gaps_still": {"zero": 0.72, "one": 0.12, "few": 0.1}}),
        Mode(0.25, {"edges_flexed": {"many": 0.62, "few": 0.25, "one": 0.08}}),
        Mode(0.2, {"gaps_flexed": {"many": 0.6, "few": 0.25, "one": 0.1}, "edges_flexed": {"many": 0.6, "few": 0.25, "one": 0.1},
                   "gaps_still": {"zero": 0.75, "one": 0.12, "few": 0.08}}),
        # it parts at rest too, now and then: that stroke is unlike the others
        Mode(0.2, LOOSE | {"gaps_still": {"one": 0.45, "few": 0.3, "many": 0.2}, "current_flows": {"all": 0.7, "some": 0.3}}),
        # or parts by itself as it warms, and mends again
        Mode(0.12, {"gaps_still": {"many": 0.6, "few": 0.25, "one": 0.1}, "gaps_flexed": {"many": 0.6, "few": 0.2, "one": 0.08},
                    "trend": whole(0.0, 0.25), "lambda_spread": whole(0.05, 0.1)}),
        # a switch wire that parts while the door swings chatters as a worn contact does
        Mode(0.15, {"edges_flexed": {"many": 0.6, "few": 0.25, "one": 0.1}, "chatter_ms": times(25.0, 1.0, 4), "edges": times(2.5, 0.8)}),
        Mode(0.2, {"chatter_ms": times(25.0, 1.0, 4), "edges": times(2.5, 0.8)}),
        Mode(0.12, {"gaps_flexed": {"many": 0.6, "few": 0.25, "one": 0.1}, "edges_flexed": {"many": 0.5, "few": 0.2, "zero": 0.25},
                    "chatter_ms": times(25.0, 1.0, 4), "edges": times(2.5, 0.8)}),
        Mode(0.06, PARTED | {"lock_follows": {"some": 0.85, "none": 0.1}, "knob_follows": {"some": 0.8, "none": 0.12}}, DOOR),
        Mode(0.06, PARTED | NOW_AND_THEN_GATE, GATE),
    ),
    "supply_low": (
        Mode(0.5, {"loaded_v": to(7.2, 1.4), "running_share": times(1.2, 0.2),
                   "hump_fraction": to(0.68, 0.1), "supply": {"low": 0.75, "ok": 0.25},
                   "lock_follows": {"all": 0.8, "some": 0.12}}),
        Mode(0.5, {"source_ohm": times(14.0, 0.8), "loaded_v": to(8.6, 1.6), "running_share": times(1.2, 0.2),
                   "hump_fraction": to(0.68, 0.1),
                   "supply": {"low": 0.15, "ok": 0.85},
                   "lock_follows": {"all": 0.8, "some": 0.12}}),
        # too little to wind up a tailgate's spring: it creeps, and stands before the claw is free
        Mode(0.25, {"loaded_v": to(8.0, 1.4), "supply": {"low": 0.6, "ok": 0.4}, "lambda_vs": times(0.45, 0.6),
                    "running_share": times(2.0, 0.35), "hump_fraction": to(0.76, 0.15),
                    "stroke": {"full": 0.7, "mixed": 0.15, "flat": 0.12}, **NO_RELEASE}, GATE),
    ),
    "fuse_blown": (
        Mode(1.0, {"supply": {"dead": 0.985}, "feed_live": {"none": 0.985}, "current_flows": {"none": 0.95}, **NO_FOLLOW}, DOOR),
        Mode(1.0, {"supply": {"dead": 0.985}, "feed_live": {"none": 0.985}, "current_flows": {"none": 0.95}, **NO_RELEASE}, GATE),
        # it goes in the middle of a stroke
        Mode(0.15, {"supply": {"ok": 0.85, "dead": 0.1}, "feed_live": {"some": 0.6, "none": 0.35},
                    "current_flows": {"all": 0.4, "some": 0.5}, **NO_FOLLOW}, DOOR),
        Mode(0.15, {"supply": {"ok": 0.85, "dead": 0.1}, "feed_live": {"some": 0.6, "none": 0.35},
                    "current_flows": {"all": 0.4, "some": 0.5}, **NO_RELEASE}, GATE),
        # a damp holder lets a voltage through, and no current
        Mode(0.15, {"supply": {"low": 0.85, "dead": 0.1}, "feed_live": {"none": 0.95}, "current_flows": {"none": 0.95}, **NO_FOLLOW}, DOOR),
        Mode(0.15, {"supply": {"low": 0.85, "dead": 0.1}, "feed_live": {"none": 0.95}, "current_flows": {"none": 0.95},
                    **NO_RELEASE}, GATE),
        # a cracked one carries in some pulses
        Mode(0.15, {"supply": {"ok": 0.7, "dead": 0.2}, "feed_live": {"some": 0.97}, "current_flows": {"all": 0.5, "some": 0.5},
                    **NOW_AND_THEN}, DOOR),
        Mode(0.15, {"supply": {"ok": 0.7, "dead": 0.2}, "feed_live": {"some": 0.97}, "current_flows": {"all": 0.5, "some": 0.5},
                    **NOW_AND_THEN_GATE}, GATE),
    ),
    "striker_misaligned": (
        Mode(1.0, {"closes": {"never": 0.42, "reopened": 0.22, "sometimes_never": 0.16, "sometimes_reopened": 0.16},
                   "held": {"none": 0.7, "some": 0.25}, "half": {"all": 0.55, "some": 0.3},
                   "line_closed_share": whole(0.05, 0.2, 2)}, DOOR),
        # the claw misses it altogether
        Mode(0.3, {"closes": {"never": 0.8, "sometimes_never": 0.14}, "held": {"none": 0.85, "some": 0.13},
                   "half": {"none": 0.85, "some": 0.1}, "line_closed_share": whole(0.05, 0.2, 2)}),
        Mode(1.0, {"closes": {"never": 0.42, "reopened": 0.22, "sometimes_never": 0.16, "sometimes_reopened": 0.16},
                   "held": {"none": 0.7, "some": 0.25}, "half": {"all": 0.55, "some": 0.3}, "line_closed_share": whole(0.05, 0.2, 2),
                   "running_share": times(1.25, 0.2)}, GATE),
    ),
    "spring_weak": (
        Mode(1.0, {"closes": {"reopened": 0.5, "never": 0.1, "sometimes_reopened": 0.2, "sometimes_never": 0.1, "closed": 0.1},
                   "held": {"none": 0.62, "some": 0.28}, "half": {"none": 0.7, "all": 0.2},
                   "line_closed_share": whole(0.1, 0.25, 2)}, DOOR),
        Mode(0.3, {"closes": {"never": 0.7, "sometimes_never": 0.2}, "held": {"none": 0.7, "some": 0.25},
                   "half": {"none": 0.5, "some": 0.25, "all": 0.25}, "line_closed_share": whole(0.05, 0.2, 2)}, DOOR),
        # the claw is not thrown all the way: the second stroke starts part-way, the latch may or may not hold
        Mode(0.5, {"lambda_later": to(-0.45, 0.25), "lambda_spread": to(0.45, 0.25), "lambda_vs": times(0.5, 0.6), "trend": to(-0.25, 0.2),
                   "running_share": times(0.9, 0.35), "release_fraction": to(0.9, 0.15), "opens": {"all": 0.8, "some": 0.15}}, GATE),
        Mode(0.5, {"closes": {"reopened": 0.35, "never": 0.08, "sometimes_reopened": 0.35, "sometimes_never": 0.16},
                   "held": {"none": 0.45, "some": 0.45},
                   "half": {"none": 0.6, "all": 0.2, "some": 0.2}, "lambda_later": to(-0.4, 0.25), "lambda_spread": to(0.4, 0.25),
                   "trend": to(-0.25, 0.2),
                   "lambda_vs": times(0.5, 0.6), "running_share": times(0.9, 0.35), "release_fraction": to(0.9, 0.15),
                   "line_closed_share": whole(0.3, 0.5, 2)}, GATE),
        # all but spent: every later stroke starts where the first one ended
        Mode(0.4, {"closes": {"reopened": 0.42, "never": 0.1, "sometimes_reopened": 0.34, "closed": 0.07, "sometimes_never": 0.07},
                   "held": {"none": 0.55, "some": 0.37}, "half": {"none": 0.7, "all": 0.15, "some": 0.15},
                   "lambda_later": whole(-0.6, 0.12), "lambda_spread": whole(0.6, 0.12), "trend": whole(-0.28, 0.12),
                   "lambda_vs": Shift(factor=0.28, width=0.5, whole=True), "running_share": times(1.1, 0.35), "inertia_f": times(1.3, 0.5),
                   "line_closed_share": whole(0.1, 0.3, 2), "opens": {"all": 0.8, "some": 0.15}}, GATE),
        # the lever does not come back to let the pawl fall
        Mode(0.2, PAWL_LIFTED | {"running_share": times(0.9, 0.2), "load_share": times(0.7, 0.2)}, GATE),
        # the lever still comes back, the claw does not
        Mode(0.8, {"closes": {"reopened": 0.45, "sometimes_reopened": 0.33, "never": 0.06, "sometimes_never": 0.1, "closed": 0.06},
                   "held": {"none": 0.5, "some": 0.4}, "half": {"none": 0.75, "all": 0.1}, "running_share": times(0.85, 0.15),
                   "release_fraction": to(0.92, 0.1), "line_closed_share": whole(0.1, 0.25, 2)}, GATE),
    ),
    "reopens": (
        Mode(1.0, {"closes": {"reopened": 0.72, "sometimes_reopened": 0.24},
                   "held": {"none": 0.68, "some": 0.26}, "half": {"none": 0.8, "some": 0.1},
                   "line_closed_share": whole(0.05, 0.2, 2)}),
    ),
    "bcm_stuck": (Mode(1.0, {"door_bit": {"stuck_open": 0.85, "stuck_closed": 0.08, "partly": 0.06}}),),
    "bench_fault": (
        # one drive relay dead: one direction without current, its motor leg without voltage
        Mode(0.35, {"current_flows": {"one_way": 0.9, "none": 0.06}, "leg_driven": {"some": 0.9, "none": 0.08},
                    "lock_follows": {"some": 0.45, "none": 0.5}, "knob_follows": {"some": 0.45, "none": 0.5}}, DOOR),
        Mode(0.28, {"current_flows": {"none": 0.95}, "leg_driven": {"none": 0.95}, **NO_RELEASE}, GATE),
        # a burnt relay contact: the same motor and wires, and yet more resistance one way
        Mode(0.2, {"resistance_ways": to(0.5, 0.35), "resistance_ohm": times(1.4, 0.35), "leg_ohm": times(60.0, 1.2),
                   "running_share": times(1.3, 0.3)}, DOOR),
        Mode(0.14, {"leg_ohm": times(60.0, 1.2), "resistance_ohm": times(2.0, 0.35),
                   "running_share": times(1.6, 0.4), "hump_fraction": to(0.7, 0.1)}, GATE),
        # both dead, or their common feed on the board
        Mode(0.1, {"current_flows": {"none": 0.95}, "leg_driven": {"none": 0.95}, **NO_FOLLOW}, DOOR),
        # the enable relay dead: supply there, feed dead
        Mode(0.2, {"feed_live": {"none": 0.97}, "current_flows": {"none": 0.95}, **NO_FOLLOW}, DOOR),
        Mode(0.16, {"feed_live": {"none": 0.97}, "current_flows": {"none": 0.95}, **NO_RELEASE}, GATE),
        # the current monitor reads with a wrong gain: R and current wrong together, Lambda right
        # (a board's R100 taken for R010 or the jumper missed is what happens to benches: facts/actuator.md 3)
        Mode(0.12, {"resistance_ohm": Shift(factor=3.0, width=0.6, whole=True), "source_ohm": Shift(factor=3.0, width=0.6, whole=True)}),
        Mode(0.12, {"resistance_ohm": Shift(factor=0.33, width=0.6, whole=True), "source_ohm": Shift(factor=0.33, width=0.6, whole=True),
                    "trip": {"none": 0.45, "plateau": 0.5}}),
        # a tenth of the current is read: the running current falls below what counts as one
        Mode(0.1, {"resistance_ohm": Shift(factor=10.0, width=0.3, whole=True), "source_ohm": Shift(factor=10.0, width=0.6, whole=True),
                   "leg_ohm": times(10.0, 1.2), "gaps_still": {"many": 0.55, "zero": 0.35}, "gaps_flexed": {"many": 0.4, "zero": 0.5},
                   "lambda_vs": Shift(factor=0.3, width=0.9, whole=True), "running_share": Shift(factor=1.8, width=0.4, whole=True),
                   "inertia_f": Shift(factor=0.15, width=1.0, whole=True), "edge_fraction": whole(0.93, 0.15),
                   "release_fraction": whole(0.75, 0.2), "lambda_spread": whole(0.1, 0.12), "lambda_later": whole(0.0, 0.15),
                   "trend": whole(0.0, 0.1)}),
        # or reads an over-current that the feed does not feel
        Mode(0.08, {"trip": {"at_once_unloaded": 0.9}}),
        # it reads nothing although the lock moves
        Mode(0.12, {"current_flows": {"none": 0.95}}),
        # it reads a current with everything off
        Mode(0.05, {"rest_a": to(0.3, 0.3)}),
        # the switch input of the rig is dead while the BCM sees the door move
        Mode(0.05, {"door_bit": {"alone": 0.95}, "opens": {"none": 0.9}}),
        Mode(0.05, {"door_bit": {"alone": 0.95}, "closes": {"never": 0.9}}),
    ),
}  # fmt: skip
"""Fault id -> the modes in which it shows."""
