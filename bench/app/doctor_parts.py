"""The parts of an examination: a catalogue by name, so that an order names one and never a step, a pin or a duration.

pulls   stage A  nothing is opened: does every output rest off by its own resistor?
look    stage A  nothing moves, 2.5 s
press   stage A  nothing moves while a person presses the emergency stop, 30 s at most
relays  stage B  each drive for 150 ms, the motor unplugged
pulse   stage C  one drive for 200 ms
"""

from typing import Final, Literal

from bench.app.panel_orders import OrderBase
from bench.model.names import StepName
from bench.model.profile import Profile
from bench.procedure.step import DriveRole, Step
from bench.store.doctor_state import Stage

Part = Literal["pulls", "look", "press", "relays", "pulse"]
STAGE_OF: Final[dict[Part, Stage]] = {"pulls": "A", "look": "A", "press": "A", "relays": "B", "pulse": "C"}
LOOK_MS: Final = 2500
"""Stage A watches this long: a sleeping CAN speaks within two seconds of being woken, and the bus is called silent after two."""
PRESS_MS: Final = 30_000
REST_MS: Final = 500
RELAY_MS: Final = 150
PULSE_MS: Final = 200
"""One short pulse: less than a stroke at 12.6 V takes when it is slow, enough for inrush and a run (facts: 60..150 ms warm)."""


class ExamineOrder(OrderBase, frozen=True, kw_only=True, tag="examine"):
    """Carry out one part of an examination. No panel can give this order: only doctor's own program."""

    profile: str
    part: Part


def drives_of(profile: Profile) -> tuple[tuple[StepName, DriveRole], ...]:
    """Return what a lock is driven by, with the name of the step that does it."""
    if profile.kind == "tailgate":
        return (("release", "drive_lock"),)
    return (("lock", "drive_lock"), ("unlock", "drive_unlock"))


def part_steps(part: Part, profile: Profile) -> tuple[Step, ...]:
    """Return the steps of a part."""
    rest, drives = Step(name="rest", n=1, settle_ms=REST_MS), drives_of(profile)
    match part:
        case "pulls":
            return ()
        case "look":
            return (Step(name="rest", n=1, settle_ms=LOOK_MS),)
        case "press":
            return (Step(name="rest", n=1, settle_ms=PRESS_MS),)
        case "relays":
            return (rest, *(Step(name=name, n=1, drive=role, on_ms=RELAY_MS) for name, role in drives))
        case "pulse":
            return (rest, *(Step(name=name, n=1, drive=role, on_ms=PULSE_MS) for name, role in drives[:1]))
