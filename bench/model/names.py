"""The closed sets of names that contracts use: roles, steps, questions, reasons, scopes, symptoms."""

from typing import Final, Literal, get_args

Kind = Literal["rear_door", "tailgate"]
Scope = Literal["lock", "door", "car"]
OutputRole = Literal["enable", "drive_lock", "drive_unlock"]
InputRole = Literal["ajar", "lock", "estop", "hold"]
LineRole = Literal["ajar", "motor_lock", "motor_unlock"]
StepName = Literal["close", "open", "lock", "unlock", "release", "wiggle", "rest", "margin"]
Hand = Literal["close", "open", "wiggle"]
Question = Literal["held", "half", "opened", "knob_moved"]
StopReason = Literal["estop", "signal", "sensor", "supply", "watchdog", "operator", "error"]
BusState = Literal["active", "warning", "passive", "bus_off", "silent"]
Door = Literal["front_left", "front_right", "rear_left", "rear_right", "tailgate"]
Drive = Literal["no", "care", "yes"]
Symptom = Literal[
    "no_close", "no_click", "click_no_lock", "reopens", "ajar_lamp", "no_remote", "no_outside_button", "jammed_open",
    "jammed_winter", "random", "central_blocked", "opens_driving", "after_battery", "after_reflash_or_module", "after_impact",
]  # fmt: skip

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
STEP_NAMES: Final[tuple[StepName, ...]] = get_args(StepName)
DOORS: Final[tuple[Door, ...]] = get_args(Door)
SYMPTOMS: Final[tuple[Symptom, ...]] = get_args(Symptom)
QUESTIONS_OF: Final[dict[str, tuple[Question, ...]]] = {
    "close": ("held", "half"), "open": ("opened",), "release": ("opened",), "lock": ("knob_moved",), "unlock": ("knob_moved",),
}  # fmt: skip
"""What a person is asked at the end of a step, where it applies (DESIGN 3.4)."""

FAULTS: Final = (
    "motor_open", "motor_short", "motor_weak", "gear_jam", "rod_bent", "gear_stripped", "gear_stiff", "lever_broken",
    "cable_stretched", "switch_stuck_open", "switch_stuck_closed", "switch_high_r", "switch_bounce", "wire_open_motor",
    "wire_open_switch", "wire_short_motor", "wire_short_switch", "wire_high_r", "wire_intermittent", "frozen", "supply_low",
    "fuse_blown", "striker_misaligned", "spring_weak", "reopens", "bcm_stuck", "bench_fault",
)  # fmt: skip
"""The ids of the fault catalogue (DESIGN 4), in its order."""

HYPOTHESES: Final = ("healthy", *FAULTS, "other")
"""Every key of `probabilities` in a verdict document."""
