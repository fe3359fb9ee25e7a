"""Ambiguity groups: the faults that this evidence cannot tell from the best one."""

from collections.abc import Mapping
from typing import Final

from bench.analysis.evidence import Value
from bench.model.names import FAULTS

CLOSE: Final = 1.9
"""Natural log: likelihoods within a factor of seven of the best are not told apart (Kass and Raftery's "substantial" begins at 3)."""
WORTH: Final = 0.1
"""A member must still hold this share of the best one's probability: what the prior rules out is not worth a name (estimate)."""
RIVAL: Final = 0.25
"""A fault that is a quarter as probable as the best one belongs to its group, whatever the prior has to do with it (estimate)."""
TWINS: Final = (
    frozenset(("motor_open", "wire_open_motor")),
    frozenset(("switch_stuck_open", "wire_open_switch")),
    frozenset(("switch_stuck_closed", "wire_short_switch")),
)
"""Never separable by the rig's own signals (DESIGN 4): only a probe at the plug tells them apart."""
NOTHING_ARRIVES: Final = frozenset(("lever_broken", "cable_stretched"))
"""A cable that has come off moves as little as a broken lever does (DESIGN 4): twins where the latch does not open at all."""

STAYS_SHUT: Final = frozenset(("switch_stuck_open", "wire_open_switch", *NOTHING_ARRIVES))
"""Where nobody said whether the door came open, a switch that goes on reading shut is a dead one, or a latch that does stay shut."""
STOPS_SHORT: Final = frozenset(("gear_jam", "rod_bent"))
"""What bars the way in mid-stroke, at the same place each time, is a tooth or a rod: only the opened lock tells (DESIGN 4)."""
DOES_NOT_HOLD: Final = frozenset(("striker_misaligned", "spring_weak", "reopens"))
"""A door that shuts and comes open again: only a look at claw, spring and striker tells why (DESIGN 4)."""
ONE_CAUSE: Final = (*TWINS, NOTHING_ARRIVES, STOPS_SHORT, DOES_NOT_HOLD)
"""What shows alike: two of one set at once explain nothing that one does not."""
SAME_PLACE: Final = 0.2
"""Natural log of the longest over the shortest stroke: what differs more is no bent rod (estimate)."""


def group_of(
    best: str, likelihoods: Mapping[str, float], probabilities: Mapping[str, float], by_hand: Mapping[str, float] | None = None,
    twins: tuple[frozenset[str], ...] = TWINS,
) -> tuple[str, ...]:  # fmt: skip
    """Return the faults that the evidence does not separate from `best`, itself first, then by probability.

    `twins`: what no signal of this run separates.
    `by_hand`: log likelihood of each hypothesis under the manual tests alone; where they separate twins, twins fall apart.
    """
    members = {
        fault
        for fault in FAULTS
        if (probabilities[fault] > WORTH * probabilities[best] and likelihoods[best] - likelihoods[fault] <= CLOSE)
        or probabilities[fault] > RIVAL * probabilities[best]
    }
    for pair in twins:
        if best in pair:
            members |= {t for t in pair if probabilities[t] > 0 and not _told_apart(best, t, by_hand)}
    members.discard(best)
    return (best, *sorted(members, key=lambda f: -probabilities[f]))


def twins_of(readings: Mapping[str, Value]) -> tuple[frozenset[str], ...]:
    """Return the twins of a run.

    Those of every run; lever and cable where the latch never opened, seen or felt, the switch too where nobody looked; what lets a
    shut door come open, where it was seen to; tooth and rod where every stroke stopped at one place.
    """
    found = [*TWINS]
    if "none" in (readings.get("opens"), readings.get("opened")):
        found.append(NOTHING_ARRIVES)
    if readings.get("opens") == "none" and "opened" not in readings and not _points_elsewhere(readings):
        found.append(STAYS_SHUT)
    if readings.get("closes") in ("reopened", "sometimes_reopened"):
        found.append(DOES_NOT_HOLD)
    if readings.get("stroke") == "full" and _at_one_place(readings):
        found.append(STOPS_SHORT)
    return tuple(found)


def _points_elsewhere(readings: Mapping[str, Value]) -> bool:
    """Does a lever that does not follow point at the latch, or a line that moves while its wire is flexed at the wire?"""
    follows = {readings.get("lock_follows", "all"), readings.get("knob_follows", "all")}
    return follows != {"all"} or readings.get("edges_flexed", "zero") != "zero"


def _at_one_place(readings: Mapping[str, Value]) -> bool:
    """Did the strokes stop at one place? What bars the way both ways leaves the first stroke, from its far end, longer than the rest."""
    spread, later = readings.get("lambda_spread"), readings.get("lambda_later")
    if not isinstance(spread, float):
        return True
    return spread < SAME_PLACE or (isinstance(later, float) and later < 0 and spread + later < SAME_PLACE)


def _told_apart(best: str, twin: str, by_hand: Mapping[str, float] | None) -> bool:
    return by_hand is not None and by_hand[best] - by_hand[twin] > CLOSE


def mass_of(group: tuple[str, ...], probabilities: Mapping[str, float]) -> float:
    """Return the probability that the group holds together."""
    return sum(probabilities[f] for f in group)
