"""Rows of the fault dictionary: motor, gear, lever and cable. How a row is read: bench/analysis/dictionary.py."""

from typing import Final

from bench.analysis.likelihood import Shift
from bench.analysis.shapes import (
    CREEPS,
    DEAD,
    DEAD_DOOR,
    DOOR,
    FAINT,
    GATE,
    NO_FOLLOW,
    NO_RELEASE,
    NO_RETURN,
    NOTCHED,
    NOW_AND_THEN,
    NOW_AND_THEN_GATE,
    PARTED,
    PAWL_LIFTED,
    RUNS_OUT,
    SHORT,
    SHORT_DOOR,
    SHORTED_TURNS,
    STARVED,
    UNSTEADY,
    WANDERS,
    Mode,
    times,
    to,
    whole,
)

DRIVE_ROWS: Final[dict[str, tuple[Mode, ...]]] = {
    "motor_open": (
        Mode(0.6, DEAD_DOOR, DOOR), Mode(0.6, DEAD, GATE),
        # burnt brushes let through too little to turn
        Mode(0.15, STARVED | NO_FOLLOW, DOOR), Mode(0.15, STARVED | NO_RELEASE, GATE), Mode(0.08, FAINT),
        # or touch in some strokes and not in others
        Mode(0.12, {**PARTED, **NOW_AND_THEN, "gaps_flexed": {"zero": 0.7, "one": 0.1}}, DOOR),
        Mode(0.12, {**PARTED, **NOW_AND_THEN_GATE, "gaps_flexed": {"zero": 0.7, "one": 0.1}}, GATE),
        # one commutator segment open: notches each revolution, retries differ; or it stands on that segment, and does not start
        Mode(0.25, NOTCHED, DOOR), Mode(0.15, NOTCHED, GATE), Mode(0.1, NOTCHED | NOW_AND_THEN_GATE, GATE),
    ),
    "motor_short": (
        # the shorted coil passes the brushes twice a revolution
        Mode(0.6, SHORTED_TURNS | {"ripple": times(7.0, 0.9, 4)}),
        # what flows at the stop depends on where the shorted coil comes to stand
        Mode(0.25, SHORTED_TURNS | {"ripple": times(7.0, 0.9, 4), "plateau_over_peak": to(0.93, 0.06)}),
        Mode(0.15, SHORTED_TURNS),
        # another make's coil, or more of it
        Mode(0.12, SHORTED_TURNS | {"resistance_ohm": times(2.1 / 3.8, 0.25), "lambda_vs": times(0.6, 0.2),
                                    "running_share": times(1.8, 0.3),
                                    "ripple": times(7.0, 0.9, 4), "plateau_over_peak": to(0.97, 0.08)}),
        # carbon dust across the brushes takes its share beside the motor, as a wire that leaks does
        Mode(0.05, {"resistance_ohm": Shift(factor=0.55, width=0.2, whole=True), "lambda_vs": Shift(factor=0.85, width=0.1, whole=True),
                    "running_share": Shift(factor=1.4, width=0.2, whole=True), "trip": {"none": 0.65, "plateau": 0.3},
                    "inertia_f": times(2.0, 0.5)}),
        Mode(0.15, NO_RETURN | {"resistance_ohm": times(2.5 / 3.8, 0.15), "lambda_vs": times(0.35, 0.5)}, GATE),
    ),
    "motor_weak": (
        Mode(0.88, {
            "margin_v": times(1.33),  # E: the built-in model stalls at 7-8 V where its good lock stalls at 5-6 V
            "lambda_vs": times(0.40 / 0.72), "running_share": times(0.48 / 0.22, 0.3),
            "hump_fraction": to(0.76, 0.12),  # E: near its stall it crawls over the hump, which then looks longer and later
            "plateau_over_peak": to(1.005, 0.015),
            "inertia_f": times(2.3, 0.35),  # E: (0.72 / 0.40)^2 = 3.2, less what the fit loses under friction
            "stroke": {"full": 0.94, "endless": 0.02, "mixed": 0.03},
            "lock_follows": {"all": 0.965, "some": 0.025}, "knob_follows": {"all": 0.95, "some": 0.03},
        }),
        # a magnet that is cracked or loose lets the current swing once a revolution
        Mode(0.15, {
            "lambda_vs": times(0.40 / 0.72, 0.2), "running_share": times(0.48 / 0.22, 0.3), "hump_fraction": to(0.76, 0.12),
            "plateau_over_peak": to(1.005, 0.03), "inertia_f": times(2.3, 0.35), "ripple": times(6.0, 0.9, 4),
        }),
        # too weak for the lever's dead centre: it stalls on the way
        Mode(0.06, {"lambda_vs": times(0.25, 0.6), "running_share": times(3.0, 0.4), "stroke": {"full": 0.5, "mixed": 0.25, "flat": 0.15},
                    "lock_follows": {"none": 0.75, "some": 0.2}, "knob_follows": {"none": 0.6, "some": 0.2}}, DOOR),
        # or for a spring that a release winds up
        Mode(0.3, {"lambda_vs": times(0.35, 0.5), "running_share": times(2.4, 0.25), "stroke": {"full": 0.7, "mixed": 0.15, "flat": 0.1},
                    "hump_fraction": to(0.8, 0.12),
                    "opens": {"none": 0.6, "some": 0.3}, "opened": {"none": 0.6, "some": 0.3}}, GATE),
        Mode(0.15, NO_RETURN | {"lambda_vs": times(0.3, 0.5), "running_share": times(0.48 / 0.22, 0.3)}, GATE),
    ),
    "gear_jam": (
        Mode(0.6, {"stroke": {"flat": 0.88, "mixed": 0.1}, "lambda_vs": times(0.3, 0.8, 2), **NO_FOLLOW}, DOOR),
        Mode(0.6, {"stroke": {"flat": 0.88, "mixed": 0.1}, "lambda_vs": times(0.3, 0.8, 2), **NO_RELEASE}, GATE),
        Mode(0.4, {"lambda_vs": times(0.4, 0.45), "stroke": {"full": 0.75, "mixed": 0.17}, "lambda_spread": to(0.3, 0.25),
                   "lambda_later": to(0.0, 0.3),
                   "running_share": times(1.4, 0.4), "trend": to(0.0, 0.2), "inertia_f": times(1.5, 0.6),
                   "lambda_ways": to(0.15, 0.2), **NO_FOLLOW}, DOOR),
        # where it jams the return spring may not bring it back: the next stroke starts part-way
        Mode(0.4, {"lambda_vs": times(0.4, 0.45), "stroke": {"full": 0.75, "mixed": 0.17}, "lambda_spread": to(0.4, 0.25),
                   "lambda_later": to(-0.15, 0.3),
                   "running_share": times(1.4, 0.4), "trend": to(-0.1, 0.25), "inertia_f": times(1.5, 0.6),
                   "hump_fraction": whole(0.75, 0.2), **NO_RELEASE}, GATE),
        # no later stroke comes back from where the first was barred
        Mode(0.2, {"lambda_vs": times(0.4, 0.45), "stroke": {"full": 0.8, "mixed": 0.15}, "lambda_spread": whole(0.55, 0.2),
                   "lambda_later": whole(-0.45, 0.25), "running_share": times(1.4, 0.4), "trend": whole(-0.2, 0.2),
                   "inertia_f": times(1.5, 0.6), "hump_fraction": whole(0.75, 0.2), **NO_RELEASE}, GATE),
        Mode(0.2, {"lambda_vs": times(0.4, 0.45), "stroke": {"full": 0.5, "mixed": 0.45}, "lambda_spread": whole(0.55, 0.2),
                   "lambda_later": whole(-0.4, 0.3), "lambda_ways": whole(0.15, 0.2), "running_share": times(1.4, 0.4),
                   "trend": whole(0.0, 0.2), "inertia_f": times(1.5, 0.6), **NO_FOLLOW}, DOOR),
        # some strokes find it wedged from the start, the others nothing at all
        Mode(0.2, {"stroke": {"mixed": 0.88, "flat": 0.06}} | NOW_AND_THEN | {"lambda_ways": whole(0.0, 0.1)}, DOOR),
        Mode(0.2, {"stroke": {"mixed": 0.88, "flat": 0.06}} | NOW_AND_THEN_GATE, GATE),
        # all but seized: it drags along near the stall current
        Mode(0.3, {"running_share": Shift(factor=3.0, width=0.2, whole=True), "stroke": {"full": 0.85, "mixed": 0.1},
                   "margin_v": times(2.0, 0.2)}, DOOR),
        Mode(0.3, {"running_share": Shift(factor=2.1, width=0.2, whole=True), "load_share": Shift(factor=2.2, width=0.2, whole=True),
                   "stroke": {"full": 0.85, "mixed": 0.1}, "margin_v": times(2.0, 0.2)}, GATE),
        # it wanders with the teeth, and some strokes get past it
        Mode(0.08, WANDERS | NOW_AND_THEN, DOOR), Mode(0.08, WANDERS | NOW_AND_THEN_GATE, GATE),
        # a tooth that bars the way at the same place each time looks like a bent rod
        Mode(0.35, SHORT | SHORT_DOOR, DOOR), Mode(0.35, SHORT | NO_RELEASE, GATE),
    ),
    "rod_bent": (
        Mode(1.0, SHORT | SHORT_DOOR, DOOR), Mode(1.0, SHORT | NO_RELEASE, GATE),
        # or it holds the release lever, and the claw shuts on a lifted pawl
        Mode(0.1, SHORT | PAWL_LIFTED, GATE),
        # bars the way back too: only the first stroke comes from its far end
        Mode(0.12, SHORT | SHORT_DOOR | {"lambda_later": whole(-0.4, 0.25), "lambda_spread": whole(0.4, 0.25)}, DOOR),
    ),
    "gear_stripped": (
        Mode(1.0, {"stroke": {"endless": 0.92, "runs_on": 0.06}, **NO_FOLLOW}, DOOR),
        Mode(1.0, {"stroke": {"endless": 0.92, "runs_on": 0.06}, **NO_RELEASE}, GATE),
        # the teeth slip one way, or now and then
        Mode(0.25, {"stroke": {"runs_on": 0.9, "endless": 0.06}, "lock_follows": {"none": 0.35, "some": 0.35},
                   "knob_follows": {"none": 0.35, "some": 0.35}}, DOOR),
        Mode(0.25, {"stroke": {"runs_on": 0.9, "endless": 0.06}, "opens": {"none": 0.3, "some": 0.5},
                   "opened": {"none": 0.3, "some": 0.5}, "line_open_share": whole(0.95, 0.1)}, GATE),
        # where they catch at all differs from stroke to stroke
        Mode(0.12, {"stroke": {"runs_on": 0.9, "endless": 0.05}, "lock_follows": {"some": 0.6, "none": 0.25},
                    "knob_follows": {"some": 0.6, "none": 0.25}, "lambda_vs": times(0.75, 0.4), "lambda_spread": whole(0.4, 0.3),
                    "lambda_later": whole(0.0, 0.4), "lambda_ways": whole(0.3, 0.3), "trend": whole(0.0, 0.2)}, DOOR),
        # they carry the lever and hold at the end stop, all but: the motor creeps on under nearly its stall current
        Mode(0.25, CREEPS), Mode(0.05, CREEPS | UNSTEADY, GATE), Mode(0.05, CREEPS | PAWL_LIFTED | UNSTEADY, GATE),
        Mode(0.04, CREEPS | PAWL_LIFTED, GATE),
        # the lever does not come back after the first, so that the later strokes have next to no way to go
        Mode(0.06, CREEPS | PAWL_LIFTED | {"lambda_vs": Shift(factor=0.05, width=1.2, whole=True),
                                           "running_share": Shift(factor=2.6, width=0.2, whole=True)}, GATE),
        Mode(0.06, PAWL_LIFTED | {"lambda_vs": Shift(factor=1.15, width=0.15, whole=True), "lambda_spread": whole(0.05, 0.1),
                                  "lambda_later": whole(0.0, 0.1), "plateau_over_peak": whole(0.99, 0.05)}, GATE),
        # they only give a little where they meet the end stop: the stroke is longer, and the lock switch comes early in it
        Mode(0.2, {"lambda_vs": Shift(factor=1.28, width=0.1, whole=True), "edge_early": whole(0.39, 0.12),
                   "plateau_over_peak": whole(0.99, 0.05)}, DOOR),
        # the teeth still carry the lever and slip at the end stop; one that does not come back keeps the pawl lifted
        Mode(0.35, RUNS_OUT),
        Mode(0.1, RUNS_OUT | {"closes": {"sometimes_reopened": 0.5, "reopened": 0.15, "sometimes_never": 0.2, "closed": 0.1},
                              "held": {"some": 0.6, "none": 0.2}, "line_closed_share": whole(0.1, 0.3, 2)}, GATE),
    ),
    "gear_stiff": (
        Mode(1.0, {"margin_v": times(1.3),
                   "running_share": times(0.47 / 0.22, 0.15)}, DOOR),
        # the return spring's share of the load does not grow with the dirt
        Mode(1.0, {"margin_v": times(1.2, 0.2),
                   "running_share": times(1.55, 0.15), "load_share": times(1.65, 0.15)}, GATE),
        Mode(0.2, NO_RETURN, GATE),
        # a lever that comes back late, or not, keeps the pawl lifted: the claw does not hold
        Mode(0.1, PAWL_LIFTED | {"running_share": times(1.55, 0.2)}, GATE),
        Mode(0.07, NO_RETURN | PAWL_LIFTED | {
            "lambda_later": whole(-0.55, 0.2), "lambda_spread": whole(0.55, 0.2), "trend": whole(-0.25, 0.15),
            "lambda_vs": Shift(factor=0.2, width=0.8, whole=True), "running_share": times(1.7, 0.3),
        }, GATE),
    ),
    "frozen": (
        Mode(1.3, {
            "margin_v": times(1.5, 0.3),
            "running_share": times(1.9, 0.4), "trend": to(-0.2, 0.09), "cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01},
            "stroke": {"full": 0.72, "mixed": 0.2, "flat": 0.06}, "lambda_spread": to(0.03, 0.05), "hump_fraction": to(0.62, 0.12),
            "lock_follows": {"all": 0.75, "some": 0.18, "none": 0.07}, "knob_follows": {"all": 0.73, "some": 0.2, "none": 0.07},
        }, grows=0.8),
        # it holds the claw too
        Mode(0.12, {"running_share": times(1.6, 0.4), "trend": to(-0.2, 0.12), "cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01},
                    "stroke": {"full": 0.7, "mixed": 0.2, "flat": 0.06},
                    "closes": {"sometimes_reopened": 0.45, "reopened": 0.2, "sometimes_never": 0.2, "never": 0.1},
                    "held": {"some": 0.6, "none": 0.25}, "half": {"some": 0.45, "none": 0.35, "all": 0.2},
                    "line_closed_share": whole(0.1, 0.3, 2)}, DOOR),
        # the ice holds in every stroke
        Mode(0.15, {"cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "stroke": {"flat": 0.85, "mixed": 0.12},
                    "lambda_vs": times(0.3, 0.8, 2), **NO_FOLLOW}, DOOR),
        Mode(0.15, {"cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "stroke": {"flat": 0.85, "mixed": 0.12},
                    "lambda_vs": times(0.3, 0.8, 2), **NO_RELEASE}, GATE),
        Mode(0.12, {
            "cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "stroke": {"mixed": 0.55, "runs_on": 0.25, "full": 0.14},
            "lambda_later": to(0.4, 0.3), "lambda_spread": to(0.4, 0.3), "lambda_vs": times(0.6, 0.5), "trend": to(0.1, 0.3),
            "running_share": times(2.2, 0.4), **NOW_AND_THEN_GATE,
        }, GATE),
        # it holds the claw, which only some strokes free
        Mode(0.2, {"cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "running_share": times(1.8, 0.4), "trend": to(-0.18, 0.12),
                   "stroke": {"full": 0.7, "mixed": 0.24}, "lambda_vs": times(0.85, 0.3), "release_fraction": whole(0.75, 0.15),
                   "opens": {"some": 0.7, "none": 0.25}, "opened": {"some": 0.7, "none": 0.25}, "line_open_share": whole(0.95, 0.1)}),
        # it holds the claw, which comes late, or comes free with a jerk
        Mode(0.15, {"cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "running_share": times(1.8, 0.4), "trend": to(-0.12, 0.12),
                    "release_fraction": whole(0.85, 0.22), "stroke": {"full": 0.8, "runs_on": 0.08, "mixed": 0.1}}, GATE),
        # it holds the return spring, so that later strokes start part-way
        Mode(0.25, NO_RETURN | {"cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}}, GATE),
        Mode(0.2, PAWL_LIFTED | {"cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "running_share": times(1.8, 0.35)}, GATE),
        Mode(0.1, NO_RETURN | PAWL_LIFTED | {"cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "running_share": times(1.8, 0.35)}, GATE),
        # the first strokes break the ice and get nowhere
        Mode(0.25, {
            "cold": {"cold": 0.94, "cool": 0.05, "warm": 0.01}, "stroke": {"mixed": 0.68, "full": 0.15, "flat": 0.06, "runs_on": 0.09},
            "lambda_later": to(0.4, 0.3), "lambda_spread": to(0.4, 0.3), "lambda_vs": times(0.6, 0.5), "trend": to(0.1, 0.3),
            "resistance_ways": to(0.1, 0.1), "running_share": times(2.4, 0.4), "lock_follows": {"all": 0.2, "some": 0.5, "none": 0.3},
            "knob_follows": {"all": 0.2, "some": 0.5, "none": 0.3}, "opens": {"all": 0.4, "some": 0.4}, "opened": {"all": 0.4, "some": 0.4},
        }),
    ),
    "lever_broken": (
        Mode(0.55, {"running_share": times(0.82, 0.12), "edge_fraction": to(0.8, 0.06), **NO_FOLLOW}, DOOR),
        # a cracked one still carries, now and then
        Mode(0.15, {"edge_fraction": to(0.78, 0.05), "lock_follows": {"some": 0.8, "all": 0.1, "none": 0.1},
                    "knob_follows": {"some": 0.75, "all": 0.15, "none": 0.1}}, DOOR),
        Mode(0.3, NO_RELEASE, DOOR),
        Mode(0.15, {"running_share": times(0.82, 0.12), "edge_fraction": to(0.8, 0.06), **NO_FOLLOW, **NO_RELEASE}, DOOR),
        Mode(1.0, {"running_share": times(0.82, 0.12), "hump_fraction": to(0.75, 0.15), **NO_RELEASE}, GATE),
    ),
    "cable_stretched": (
        Mode(0.5, {"edge_fraction": to(0.95, 0.04), "lock_follows": {"all": 0.8, "some": 0.15}}, DOOR),
        Mode(0.22, {"running_share": times(0.92, 0.1), **NO_FOLLOW}, DOOR),
        Mode(0.18, NO_RELEASE, DOOR),
        Mode(0.1, {"edge_fraction": to(0.95, 0.04), "lock_follows": {"all": 0.8, "some": 0.15}, **NO_RELEASE}, DOOR),
        Mode(0.55, {"release_fraction": to(0.95, 0.06), "hump_fraction": to(0.78, 0.06), "opens": {"all": 0.75, "some": 0.2}}, GATE),
        # a claw that is quick to its switch shows open as early as others do
        Mode(0.12, {"hump_fraction": to(0.78, 0.06), "opens": {"all": 0.75, "some": 0.2}}, GATE),
        # the hump that shows is another part's, which the slack does not move
        Mode(0.15, {"release_fraction": to(0.95, 0.06), "opens": {"all": 0.75, "some": 0.2}}, GATE),
        Mode(0.2, {"running_share": times(0.92, 0.1), "hump_fraction": to(0.88, 0.08), **NO_RELEASE}, GATE),
        Mode(0.1, {"running_share": times(0.92, 0.1), **NO_RELEASE}, GATE),
    ),
}  # fmt: skip
"""Fault id -> the modes in which it shows."""
