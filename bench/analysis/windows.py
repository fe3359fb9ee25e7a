"""A profile's window, carried from 12.6 V and 25 degrees C to the conditions of the run."""

from typing import Final

from bench.analysis.features_drive import COPPER_PER_K, MAGNET_PER_K, NOMINAL_V
from bench.analysis.healthy import drag_at
from bench.model.limits import Limit
from bench.model.profile import Profile

ALIVE_V: Final = 5.0
"""Below this no actuator moves: a window is not carried to a dead feed (estimate)."""
AIR: Final = 1.15
"""Widening of a window that was carried over: the corrections are themselves estimates (E)."""


def window_of(profile: Profile, name: str, *, feed_v: float | None, ambient_c: float | None) -> Limit | None:
    """Return the window of a measurement under the run's conditions; None where the profile has none.

    Currents at standstill go with the voltage and against copper's resistance, running current and travel time with the
    grease's drag, travel time against the voltage, Lambda with the magnet (facts/actuator.md 1).
    """
    limit = profile.limits.get(name)
    if limit is None:
        return None
    volts = feed_v / NOMINAL_V if feed_v is not None and feed_v > ALIVE_V else 1.0
    kelvin = 0.0 if ambient_c is None else ambient_c - 25.0
    copper, magnet, drag = 1 + COPPER_PER_K * kelvin, 1 + MAGNET_PER_K * kelvin, drag_at(ambient_c)
    low, high = {
        "inrush_a": (volts / copper, volts / copper),
        "plateau_a": (volts / copper, volts / copper),
        "resistance_ohm": (copper, copper),
        "lambda_vs": (magnet, magnet),
        "running_a": (min(drag, 1.0), max(drag, 1.0)),
        "travel_ms": (1 / volts * min(drag, 1.0) ** 0.5, 1 / volts * max(drag, 1.0)),
    }.get(name, (1.0, 1.0))
    if abs(low - 1) < 0.02 and abs(high - 1) < 0.02:
        return limit
    where = f"{volts * NOMINAL_V:.1f} V" + (f", {ambient_c:.0f} degrees C" if ambient_c is not None else "")
    return Limit(
        low=limit.low * low / AIR, high=limit.high * high * AIR, unit=limit.unit, source=f"{limit.source}; carried to {where}",
        confidence="E",
    )  # fmt: skip
