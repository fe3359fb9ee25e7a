"""One good lock as the measure of another: its readings take the place of the profile's windows.

Nobody has published a J11 lock's current, so the windows of a shipped profile are priors. A good lock from the other door of
the same car is of the same make and age: what is left between the two is the tolerance from unit to unit.
"""

import math
from typing import Final

import msgspec

from bench.analysis.features import features_of
from bench.analysis.features_drive import NOMINAL_V
from bench.analysis.healthy import drag_at
from bench.analysis.strokes import BRUSH_V
from bench.analysis.strokes_of_run import occasions
from bench.analysis.trace import trace_of
from bench.model.family import Family
from bench.model.limits import Limit
from bench.model.profile import Profile
from bench.model.record import RunRecord

TOLERANCE: Final = {
    "resistance_ohm": 0.08, "lambda_vs": 0.075, "running_share": 0.16, "running_a": 0.17, "load_share": 0.15, "travel_ms": 0.14,
    "edge_fraction": 0.032,
    "release_fraction": 0.04, "hump_fraction": 0.05,
}  # fmt: skip
"""Relative standard deviation between two good locks of one make: winding +-8 %, magnet and stroke +-6 %, friction 15-20 %
(facts/actuator.md 1 leaves them open: estimates, E)."""
SIGMAS: Final = 3.0
"""Half of a window, as in the profiles: about 99.7 % of good parts."""


def measured_against(profile: Profile, reference: RunRecord, families: tuple[Family, ...]) -> Profile:
    """Return the profile with its windows laid around what a good lock's run read, at 12.6 V and 25 degrees C.

    Windows that the run says nothing of stay as they are.
    """
    read = nominal_readings(reference, profile, families)
    limits = dict(profile.limits)
    for name, value in read.items():
        if name in limits and value > 0:
            limits[name] = _around(limits[name], value, TOLERANCE[name], reference.run_id)
    if "resistance_ohm" in read:
        stall_a = stall_of(read["resistance_ohm"])
        for name in ("plateau_a", "inrush_a"):
            if name in limits:
                limits[name] = _around(limits[name], stall_a, 0.1, reference.run_id)
    return msgspec.structs.replace(profile, limits=limits)


def stall_of(resistance_ohm: float) -> float:
    """Return the stall current of a motor with its leads at the nominal voltage, A."""
    return (NOMINAL_V - BRUSH_V) / resistance_ohm


def nominal_readings(record: RunRecord, profile: Profile, families: tuple[Family, ...]) -> dict[str, float]:
    """Return what a run read of each number in TOLERANCE, carried to 12.6 V and 25 degrees C; what was not seen is absent."""
    trace = trace_of(record)
    features = features_of(record, trace, occasions(record, trace, profile), profile, families)
    read = {name: float(f.value) for name, f in features.items() if name in TOLERANCE and not isinstance(f.value, str)}
    ambient = features.get("ambient_c")
    ambient_c = float(ambient.value) if ambient is not None else None
    loaded = features.get("loaded_v")
    volts = float(loaded.value) / NOMINAL_V if loaded is not None else 1.0
    if "running_a" in read:
        read["running_a"] /= drag_at(ambient_c)
    if "travel_ms" in read:
        read["travel_ms"] *= volts / drag_at(ambient_c) ** 0.5
    return read


def _around(limit: Limit, value: float, tolerance: float, run_id: str) -> Limit:
    spread = math.exp(SIGMAS * tolerance)
    return Limit(
        low=value / spread, high=value * spread, unit=limit.unit, source=f"the good lock of run {run_id}, unit to unit {tolerance:.0%}",
        confidence="C",
    )  # fmt: skip
