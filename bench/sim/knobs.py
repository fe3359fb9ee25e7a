"""The knobs that a fault turns: physical quantities, each neutral by default. No judge reads these."""

from dataclasses import dataclass, fields
from typing import Any

NEVER_S = 1e9
"""A delay that outlasts every run, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What is wrong with this lock, in ohm, Nm, fractions, s and probabilities; the defaults are a good lock.

    Probabilities are per event (one closing, one opening, one stroke); `_factor` multiplies the unit's own value.
    """

    # motor and drive train
    brush_ohm: float = 0.0
    winding_factor: float = 1.0
    ke_factor: float = 1.0
    turn_ripple: float = 0.0
    drag_nm: float = 0.0
    jam_nm: float = 0.0
    jam_is_local: bool = False
    stop_fraction: float = 1.0
    slip_nm: float = 0.0
    ice_nm: float = 0.0
    ice_bond_s: float = 0.0
    return_spring_factor: float = 1.0
    # lever, cable, latch
    lever_gap: float = 0.0
    hump_factor: float = 1.0
    handle_gap: float = 0.0
    pawl_hump_factor: float = 1.0
    half_latch_p: float = 0.0
    pawl_miss_p: float = 0.0
    claw_slow_factor: float = 1.0
    reopen_p: float = 0.0
    # ajar switch and its wire
    never_makes_p: float = 0.0
    never_breaks_p: float = 0.0
    contact_ohm: float = 0.0
    bounce_ms: float = 0.0
    bounce_edges: int = 0
    switch_wire_ohm: float = 0.0
    switch_leak_s: float = 0.0
    # motor wires
    lead_ohm: float = 0.0
    short_lock_s: float = 0.0
    short_unlock_s: float = 0.0
    gap_hz: float = 0.0
    gap_rest_hz: float = 0.0
    # supply, body control module, bench
    sag_fraction: float = 0.0
    sag_in_source: float = 0.0
    fuse_ohm: float = 0.0
    body_delay_s: float = 0.0
    dead_relay: str = ""
    dead_relay_ohm: float = 0.0


def both(a: Knobs, b: Knobs) -> Knobs:
    """Return the knobs of a lock that has what both have: resistances, torques and delays add, factors multiply, chances join."""
    neutral = Knobs()
    return Knobs(**{f.name: _joined(f.name, getattr(neutral, f.name), getattr(a, f.name), getattr(b, f.name)) for f in fields(Knobs)})


def _joined(name: str, neutral: Any, a: Any, b: Any) -> Any:
    if a == neutral or b == neutral:
        return b if a == neutral else a
    if isinstance(neutral, str | bool) or name in ("slip_nm", "sag_in_source"):
        return a
    if name.endswith("_factor"):
        return a * b
    if name.endswith("_p"):
        return 1 - (1 - a) * (1 - b)
    if name == "stop_fraction":
        return min(a, b)
    return a + b
