"""Which faults this rig can show at all: by what it is connected to, and by which inputs were there."""

from collections.abc import Mapping
from typing import Final

from bench.analysis.evidence import Value
from bench.model.names import FAULTS
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
AJAR_COLUMNS: Final = frozenset((
    "closes", "opens", "edges", "chatter_ms", "edges_still", "line_open_share", "line_closed_share", "door_bit", "release_fraction",
))  # fmt: skip
"""What the ajar switch says: no evidence where the switch is perhaps not connected."""
DRIVEN_FAULTS: Final = frozenset((
    "motor_open", "motor_short", "motor_weak", "gear_jam", "rod_bent", "gear_stripped", "gear_stiff", "wire_open_motor",
    "wire_short_motor", "wire_high_r", "frozen", "supply_low", "fuse_blown", "bench_fault",
))  # fmt: skip
"""What shows only while the motor is driven."""


def not_tested(record: RunRecord, readings: Mapping[str, Value], profile: Profile) -> frozenset[str]:
    """Return the faults that this run could not have shown."""
    scope = record.header.scope
    out: set[str] = set()
    if scope == "lock":
        out |= NOT_WITH_LOCK
        if _switch_is_elsewhere(readings, profile):
            out |= AJAR_FAULTS
    if scope == "car":
        out |= set(FAULTS) - AJAR_FAULTS - {"reopens", "bcm_stuck", "striker_misaligned", "spring_weak", "wire_intermittent"}
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
    return frozenset(out)


def _switch_is_elsewhere(readings: Mapping[str, Value], profile: Profile) -> bool:
    """Is the ajar switch perhaps not in the lock? A switch that was seen to move with the claw is in it."""
    if profile.ajar.location == "latch":
        return False
    return profile.ajar.location == "pillar" or readings.get("ajar_moves") != "moves"
