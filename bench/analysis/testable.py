"""Which faults this rig can show at all: by what it is connected to, and by which inputs were there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.analysis.evidence import Value
from bench.model.names import FAULTS, Scope
from bench.model.profile import Profile
from bench.model.record import RunRecord

NOT_WITH_LOCK: Final = frozenset((
    "striker_misaligned", "wire_open_motor", "wire_open_switch", "wire_short_motor", "wire_short_switch", "wire_high_r",
    "wire_intermittent", "bcm_stuck", "supply_low", "fuse_blown",
))  # fmt: skip
"""With only the lock on the rig's own lead there is no striker, corrugation or BCM, and the feed is the bench's (DESIGN 2)."""
AJAR_FAULTS: Final = frozenset((
    "switch_stuck_open", "switch_stuck_closed", "switch_high_r", "switch_bounce", "wire_open_switch", "wire_short_switch",
))  # fmt: skip
SEEN_IN_CAR: Final = AJAR_FAULTS | {"reopens", "bcm_stuck", "striker_misaligned", "spring_weak", "wire_intermittent"}
"""What a listener in a car can see: the door bit and what moves it."""
AJAR_COLUMNS: Final = frozenset((
    "closes", "opens", "edges", "chatter_ms", "edges_still", "line_open_share", "line_closed_share", "door_bit", "release_fraction",
))  # fmt: skip
"""What the ajar switch says: no evidence where the switch is perhaps not connected."""
DRIVEN_FAULTS: Final = frozenset((
    "motor_open", "motor_short", "motor_weak", "gear_jam", "rod_bent", "gear_stripped", "gear_stiff", "wire_open_motor",
    "wire_short_motor", "wire_high_r", "frozen", "supply_low", "fuse_blown", "bench_fault",
))  # fmt: skip
"""What shows only while the motor is driven."""


CHILLY_C: Final = 10.0
"""Below this grease alone may explain a heavy stroke (facts/actuator.md 1: twice the drag each 20 K, E)."""
HEAVY: Final = 0.226
"""From the top of a window, six standard deviations wide, down to 1.645 above its middle: what only one good lock in 20 exceeds."""
STROKE_FAULTS: Final = frozenset((
    "motor_short", "motor_weak", "gear_jam", "rod_bent", "gear_stripped", "gear_stiff", "frozen", "wire_high_r",
))  # fmt: skip
STROKE_COLUMNS: Final = frozenset((
    "stroke", "trip", "resistance_ohm", "resistance_below", "lambda_vs", "lambda_above", "running_a", "running_share",
))  # fmt: skip
"""What a stroke that was followed to its end says, one at least, and the faults that show in nothing else."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a run that found nothing cannot say PASS, and the hypotheses that may be there `instead`."""

    reason: str
    instead: tuple[str, ...] = ("other",)


def not_tested(record: RunRecord, readings: Mapping[str, Value], profile: Profile) -> frozenset[str]:
    """Return the faults that this run could not have shown."""
    scope = record.header.scope
    out = set(out_of_scope(scope))
    if scope == "lock" and _switch_is_elsewhere(readings, profile):
        out |= AJAR_FAULTS
    if not {"closes", "opens", "edges_still", "ajar_moves"} & readings.keys():
        out |= AJAR_FAULTS
    if not {"closes", "held"} & readings.keys():
        out |= {"striker_misaligned", "reopens"}
        if not {"lambda_later", "opens"} & readings.keys():
            out.add("spring_weak")
    if "closes" not in readings and "held" not in readings and "opens" not in readings:
        out |= {"spring_weak"}
    if "door_bit" not in readings:
        out.add("bcm_stuck")
    if not {"gaps_flexed", "edges_flexed"} & readings.keys() and "gaps_still" not in readings:
        out.add("wire_intermittent")
    if not {"current_flows", "trip", "feed_live"} & readings.keys():
        out |= DRIVEN_FAULTS
    if "lambda_vs" not in readings and "trip" not in readings and readings.get("current_flows") == "all":
        out |= {"motor_weak", "motor_short"}
    if "line_open_share" not in readings and readings.get("opens") == "all" and readings.get("door_bit") not in ("alone", "partly"):
        out.add("switch_high_r")  # without an ADC only a contact that no longer pulls the line down is seen
    if is_blind(readings):
        out |= STROKE_FAULTS
    if _shows_no_slack(readings):
        out.add("cable_stretched")
    if not {"lock_follows", "knob_follows", "opens", "opened"} & readings.keys():
        out |= {"lever_broken", "cable_stretched"}
    return frozenset(out)


def out_of_scope(scope: Scope) -> frozenset[str]:
    """Return the faults that no run of this scope can show, whatever it sees (DESIGN 2)."""
    if scope == "lock":
        return NOT_WITH_LOCK
    return frozenset(FAULTS) - SEEN_IN_CAR if scope == "car" else frozenset()


def too_little_seen(untested: frozenset[str], scope: Scope) -> Doubt | None:
    """Return why a run saw too little to call a lock good; None where it saw enough.

    A fault that was not tested has no weight against `healthy`: without this a run that saw nothing would pass.
    """
    possible = frozenset(FAULTS) - out_of_scope(scope)
    if DRIVEN_FAULTS & possible and DRIVEN_FAULTS & possible <= untested:
        return Doubt("nothing of the drive was tested: no current was read while it was on")
    left = len(possible - untested)
    if 2 * left < len(possible):
        return Doubt(f"only {left} of {len(possible)} faults could be tested: too little was seen")
    return None


def is_blind(readings: Mapping[str, Value]) -> bool:
    """Did current flow without one stroke that could be followed to its end? So it is where a monitor clips below the inrush."""
    return readings.get("current_flows") == "all" and not STROKE_COLUMNS & readings.keys()


def doubt_of(readings: Mapping[str, Value], profile: Profile, ambient_c: float | None) -> Doubt | None:
    """Return why a run that found nothing cannot say PASS; None where it can.

    In the cold a good lock may run as heavily as a stiff one does in the warm: only a second test in the warm tells.
    """
    if is_blind(readings):
        return Doubt("no stroke could be followed to its end: the current monitor clips below what this lock draws")
    for name in ("load_share",) if "load_share" in readings else ("running_share", "running_a"):
        value, window = readings.get(name), profile.limits.get(name)
        if not isinstance(value, float) or window is None or (ambient_c is not None and ambient_c >= CHILLY_C):
            continue
        usual = window.high / (window.high / max(window.low, 1e-3)) ** HEAVY
        if value > usual:
            return Doubt(
                f"it runs heavily ({value:.2f}, 19 good locks of 20 in the warm: below {usual:.2f}); test it again where it is warm",
                instead=("gear_stiff", "frozen"),
            )
    return None


def _shows_no_slack(readings: Mapping[str, Value]) -> bool:
    """Did everything arrive, with nothing to say when? Slack that still lets a lever arrive shows only in a switch's edge."""
    arrived = {readings[name] for name in ("lock_follows", "knob_follows", "opens", "opened") if name in readings}
    return not {"edge_fraction", "release_fraction", "hump_fraction"} & readings.keys() and arrived == {"all"}


def _switch_is_elsewhere(readings: Mapping[str, Value], profile: Profile) -> bool:
    """Is the ajar switch perhaps not in the lock? A switch that was seen to move with the claw is in it."""
    if profile.ajar.location == "latch":
        return False
    return profile.ajar.location == "pillar" or readings.get("ajar_moves") != "moves"
