"""How often each outcome of a manual test comes out under each fault: one table, all of it estimates (E).

A hypothesis that is not named reads as healthy; what a row leaves over is shared by the words that it does not name.
"""

from typing import Final

from bench.analysis.likelihood import Odds
from bench.analysis.manual_odds_check import CHECK_ODDS

_DEAD_FEED: Final[Odds] = {"dead": 0.93, "low": 0.05}
_INSIDE: Final = (
    "motor_open", "motor_short", "motor_weak", "gear_jam", "rod_bent", "gear_stripped", "gear_stiff", "lever_broken",
    "switch_stuck_open", "switch_stuck_closed", "switch_high_r", "switch_bounce", "spring_weak",
)  # fmt: skip
"""What goes away with the old lock."""
_SAME: Final[Odds] = {"same": 0.95}

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
    "feed_volts": {
        "healthy": {"full": 0.97, "low": 0.02},
        "fuse_blown": {"dead": 0.96},
        "supply_low": {"low": 0.85, "full": 0.14},
        "wire_short_motor": {"low": 0.55, "full": 0.4},
        "bench_fault": {"full": 0.6, "dead": 0.3},
    },
    "ring_feed": {
        "healthy": {"whole": 0.96, "high": 0.02},
        "wire_open_motor": {"open": 0.85, "high": 0.08},
        "wire_high_r": {"high": 0.75, "whole": 0.2},
        "wire_short_motor": {"short": 0.88, "whole": 0.1},
        "wire_intermittent": {"whole": 0.75, "open": 0.2},
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
    "door_unit_fuse": {
        "healthy": {"good": 0.985},
        "fuse_blown": {"blown": 0.85},
        "wire_short_motor": {"good": 0.65, "blown": 0.35},
        "supply_low": {"good": 0.95},
    },
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
    "outside_button": {
        "healthy": {"ok": 0.95, "open": 0.03},
        "wire_open_motor": {"ok": 0.84, "open": 0.14},
        "wire_intermittent": {"ok": 0.84, "open": 0.14},
    },
    "swap_lock": {
        # A good lock on good wires works: it "cures" whatever sat in the old one, and nothing else.
        "healthy": {"same": 0.95},
        **{fault: {"cured": 0.93} for fault in _INSIDE},
        "cable_stretched": {"cured": 0.6},
        "frozen": {"cured": 0.9},
        "reopens": {"cured": 0.75},
    },
    "look_at_claw": {
        "healthy": {"clean": 0.72, "dirty": 0.17, "worn": 0.05, "marks": 0.05, "ice": 0.01},
        "gear_stiff": {"dirty": 0.6, "clean": 0.28, "worn": 0.07, "marks": 0.04},
        "frozen": {"ice": 0.7, "clean": 0.15, "dirty": 0.13},
        "lever_broken": {"worn": 0.3, "clean": 0.47, "dirty": 0.17, "marks": 0.05},
        "spring_weak": {"worn": 0.35, "clean": 0.4, "dirty": 0.18, "marks": 0.06},
        "striker_misaligned": {"marks": 0.6, "clean": 0.22, "dirty": 0.12, "worn": 0.05},
        "reopens": {"worn": 0.3, "clean": 0.43, "dirty": 0.18, "marks": 0.08},
    },
    "claw_by_hand": {
        "healthy": {"latches": 0.97, "half": 0.02},
        "spring_weak": {"slips": 0.7, "half": 0.15},
        "reopens": {"slips": 0.6, "latches": 0.3},
        "striker_misaligned": {"latches": 0.95},
        "gear_jam": {"latches": 0.9},
        "frozen": {"latches": 0.6, "half": 0.3},
    },
    "knob_by_hand": {
        "healthy": {"moves": 0.95, "heavy": 0.03},
        "gear_stiff": {"heavy": 0.65, "moves": 0.32},
        "frozen": {"heavy": 0.5, "stuck": 0.38},
        "gear_jam": {"stuck": 0.55, "heavy": 0.25, "moves": 0.19},
        "rod_bent": {"heavy": 0.35, "stuck": 0.35, "moves": 0.25},
        "lever_broken": {"loose": 0.6, "moves": 0.37},
        "cable_stretched": {"loose": 0.3, "moves": 0.66},
    },
    "pull_cable": {"healthy": {"opens": 0.97}, "lever_broken": {"nothing": 0.93}, "cable_stretched": {"opens": 0.9}},
    "knock": {
        "healthy": _SAME,
        "motor_open": {"helps": 0.3},
        "gear_jam": {"helps": 0.3},
        "frozen": {"helps": 0.3},
        "gear_stiff": {"helps": 0.2},
        "wire_intermittent": {"helps": 0.25},
    },
    "nudge_latch": {
        "healthy": _SAME,
        "striker_misaligned": {"helps": 0.5},
        "spring_weak": {"helps": 0.45},
        "frozen": {"helps": 0.35},
        "gear_stiff": {"helps": 0.15},
    },
    "nudge_striker": {
        "healthy": _SAME,
        "striker_misaligned": {"cured": 0.85},
        "spring_weak": {"same": 0.9},
        "reopens": {"same": 0.9},
    },
    "thaw_repeat": {"healthy": _SAME, "frozen": {"cured": 0.92}, "gear_stiff": {"same": 0.88}},
    "clean_repeat": {
        "healthy": _SAME,
        "gear_stiff": {"cured": 0.65},
        "frozen": {"cured": 0.45},
        "switch_high_r": {"cured": 0.15},
        "gear_jam": {"cured": 0.1},
    },
    "dash_lamp": {
        "healthy": {"follows": 0.965, "stays_on": 0.012, "stays_off": 0.012},
        "switch_stuck_closed": {"stays_on": 0.94},
        "wire_short_switch": {"stays_on": 0.94},
        "bcm_stuck": {"stays_on": 0.85, "stays_off": 0.1},
        "switch_stuck_open": {"stays_off": 0.94},
        "wire_open_switch": {"stays_off": 0.94},
        "switch_high_r": {"stays_off": 0.55, "follows": 0.3, "flickers": 0.12},
        "switch_bounce": {"follows": 0.55, "flickers": 0.42},
        "wire_intermittent": {"follows": 0.75, "flickers": 0.2},
        "striker_misaligned": {"follows": 0.78, "stays_on": 0.18},
        "spring_weak": {"follows": 0.78, "stays_on": 0.18},
    },
    "key_cycle": {"healthy": _SAME, "bcm_stuck": {"cured": 0.35}},
    "battery_off": {"healthy": _SAME, "bcm_stuck": {"cured": 0.75}},
    "self_diagnosis": {
        "healthy": {"none": 0.9},
        "bcm_stuck": {"none": 0.75},
        "fuse_blown": {"none": 0.8},
        "supply_low": {"none": 0.75},
    },
    **CHECK_ODDS,
}  # fmt: skip
"""Test -> hypothesis -> odds of its words."""

OTHER_ODDS: Final[dict[str, Odds]] = {
    "outside_button": {"ok": 0.65, "open": 0.25},
}
"""What speaks for a cause that is not in the catalogue at all: the button is no part of the lock."""
