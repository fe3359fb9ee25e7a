"""Features in the words and numbers of the dictionary's columns."""

from typing import Final

from bench.analysis.evidence import Value
from bench.analysis.features import Features

COLD_C: Final = 4.0
COOL_C: Final = 12.0
"""Below the first a latch can freeze; above the second it cannot (water freezes at 0, parts lag the air; estimate)."""
SUPPLY_DEAD_V: Final = 2.0
SUPPLY_LOW_V: Final = 10.0
"""Supply words; the lock itself must work from 9 V on (J11 DLK-85), a bench supply stands at 10.5 V or more."""


def readings_of(features: Features, *, stalls_out_of_range: bool = False) -> dict[str, Value]:
    """Return each column's value; columns that were not seen are absent.

    The running current speaks only where it could not be set beside the stall current. `stalls_out_of_range`: the rig's
    monitor clips below what a good lock may draw at its end stop, so that a trip there says nothing: unless the feed gave way to
    it as to a short, or the other direction of the same motor stays well below it.
    """
    found: dict[str, Value] = {name: f.value for name, f in features.items()}
    if isinstance(v := found.pop("supply_v", None), float):
        found["supply"] = "dead" if v < SUPPLY_DEAD_V else "low" if v < SUPPLY_LOW_V else "ok"
    if isinstance(c := found.pop("ambient_c", None), float):
        found["cold"] = "cold" if c < COLD_C else "cool" if c < COOL_C else "warm"
    if "running_share" in found:
        found.pop("running_a", None)
    if found.pop("trip_speaks", None) is None and stalls_out_of_range:
        found.pop("trip", None)
    if found.get("door_bit") == "agrees":
        # The switch line never moved and the bit agreed with it: the module reads what the line shows.
        found["door_bit"] = "follows"
    return found


SOURCE_OF: Final = {"supply": "supply_v", "cold": "ambient_c"}
"""The feature behind a derived column."""
