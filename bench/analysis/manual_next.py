"""What to do next: the test by hand that tells most per minute, else a fault's own words for one, and never one that was answered."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from bench.model.faults import FAULT_TEXTS
from bench.model.language import text
from bench.model.manual_tests import ManualTest
from bench.model.verdict import Verdict

ASKS: Final[dict[str, tuple[str, ...]]] = {
    "motor_open": ("direct_12v",), "motor_short": ("motor_ohm",), "motor_weak": ("swap_lock",), "gear_jam": ("knob_by_hand",),
    "gear_stiff": ("thaw_repeat",), "cable_stretched": ("pull_cable",), "switch_stuck_open": ("switch_at_plug",),
    "switch_stuck_closed": ("switch_at_plug",), "switch_high_r": ("switch_at_plug",), "switch_bounce": ("flex_at_rest",),
    "wire_open_motor": ("probe_at_plug",), "wire_open_switch": ("switch_at_plug",), "wire_short_motor": ("ring_feed",),
    "wire_short_switch": ("switch_at_plug",), "wire_high_r": ("probe_at_plug",), "wire_intermittent": ("flex_at_rest",),
    "frozen": ("thaw_repeat",), "fuse_blown": ("feed_volts",), "striker_misaligned": ("claw_by_hand",), "spring_weak": ("claw_by_hand",),
    "bcm_stuck": ("key_cycle", "battery_off"),
}  # fmt: skip
"""Fault -> the manual tests that its own next test (bench.model.faults) describes or answers; the others ask for something else."""
NOTHING_LEFT: Final = text("Every test by hand that could tell more was made: repair what is named, then run this test again.")


def next_of_fault(fault: str, made: AbstractSet[str]) -> str:
    """Return a fault's own words for its next test; where that was made already, that nothing is left but the repair."""
    asked = ASKS.get(fault)
    return NOTHING_LEFT if asked is not None and set(asked) <= made else FAULT_TEXTS[fault].next_test


def next_test(verdict: Verdict, group: Iterable[str], manual: ManualTest | None, made: AbstractSet[str]) -> str | None:
    """Return what to do next; None after a PASS.

    `manual`: the test that tells most per minute; `group`: the best faults, best first, or the two that are there at once.
    """
    if verdict is Verdict.PASS:
        return None
    if manual is not None and verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        return manual.text
    open_ones = [words for fault in group if (words := next_of_fault(fault, made)) != NOTHING_LEFT]
    if open_ones:
        return open_ones[0]
    return NOTHING_LEFT if verdict is Verdict.FAIL else FAULT_TEXTS["other"].next_test
