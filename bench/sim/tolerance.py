"""Unit-to-unit tolerance: one lock of a kind, drawn from a seed. All numbers are estimates (confidence E) around facts/actuator.md."""

import math
from dataclasses import dataclass
from random import Random

from bench.model.names import Kind

AMBIENT_REFERENCE_C = 25.0
"""The temperature at which the unit's numbers hold, degrees Celsius."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One lock, its harness, its car and its bench; torques in Nm at the motor shaft, angles in rad of the motor."""

    winding_ohm: float
    brush_ohm: float
    brush_v: float
    ptc_ohm: float
    ptc_trip_s: float
    inductance_h: float
    ke: float
    inertia: float
    coulomb_nm: float
    viscous: float
    travel_rad: float
    hump_nm: float
    spring_nm: float
    spring_rise_nm: float
    over_centre: float
    lever_gap: float
    pawl_lift: float
    handle_lift: float
    ajar_at: float
    ajar_hysteresis: float
    lead_ohm: float
    source_ohm: float
    fuse_ohm: float
    pull_up_ohm: float
    gpio_v: float
    body_v: float
    bounce_ms: float
    monitor_gain: float
    monitor_offset_a: float
    conversion_s: float
    relay_on_s: tuple[float, float, float]
    relay_off_s: tuple[float, float, float]
    monostable_s: float


def _spread(rng: Random, nominal: float, part: float) -> float:
    """Return a Gaussian draw, `part` being two sigma, cut at three sigma."""
    return nominal * (1.0 + part * 0.5 * max(-3.0, min(3.0, rng.gauss(0.0, 1.0))))


def draw_unit(rng: Random, kind: Kind, *, on_own_lead: bool) -> Unit:
    """Return one unit; a removed lock hangs on the rig's own short lead (`on_own_lead`) instead of the door's harness."""
    rear = kind == "rear_door"
    friction = math.exp(rng.gauss(0.0, 0.16))
    grease = math.exp(rng.gauss(0.0, 0.17))
    return Unit(
        winding_ohm=_spread(rng, 3.08, 0.08),
        brush_ohm=rng.uniform(0.15, 0.35),
        brush_v=rng.uniform(0.28, 0.42),
        ptc_ohm=rng.uniform(0.02, 0.09),
        ptc_trip_s=rng.uniform(12.0, 20.0),
        inductance_h=rng.uniform(1.2e-3, 1.9e-3),
        ke=_spread(rng, 0.0100, 0.06),
        inertia=_spread(rng, 1.0e-6, 0.12),
        coulomb_nm=(0.0037 if rear else 0.0019) * friction,
        viscous=(2.0e-6 if rear else 1.6e-6) * grease,
        travel_rad=_spread(rng, 71.0, 0.04),
        hump_nm=_spread(rng, 0.0055 if rear else 0.0045, 0.20),
        spring_nm=0.0 if rear else _spread(rng, 0.0037, 0.12),
        spring_rise_nm=0.0 if rear else _spread(rng, 0.0058, 0.12),
        over_centre=_spread(rng, 0.715, 0.03),
        lever_gap=rng.uniform(0.005, 0.025),
        pawl_lift=_spread(rng, 0.715, 0.04),
        handle_lift=rng.uniform(0.50, 0.62),
        ajar_at=rng.uniform(0.84, 0.90),
        ajar_hysteresis=rng.uniform(0.03, 0.06),
        lead_ohm=rng.uniform(0.06, 0.12) if on_own_lead else rng.uniform(0.18, 0.36),
        source_ohm=rng.uniform(0.06, 0.14),
        fuse_ohm=rng.uniform(0.008, 0.014),
        pull_up_ohm=_spread(rng, 2200.0, 0.05),
        gpio_v=rng.uniform(4.4, 5.2),
        body_v=rng.uniform(3.3, 4.3),
        bounce_ms=math.exp(rng.gauss(0.0, 0.5)) * 0.9,
        monitor_gain=_spread(rng, 1.0, 0.010),
        monitor_offset_a=rng.uniform(-0.003, 0.003),
        conversion_s=_spread(rng, 0.000_74, 0.10),
        relay_on_s=(rng.uniform(0.005, 0.008), rng.uniform(0.005, 0.009), rng.uniform(0.005, 0.009)),
        relay_off_s=(rng.uniform(0.003, 0.006), rng.uniform(0.003, 0.007), rng.uniform(0.003, 0.007)),
        monostable_s=rng.uniform(0.078, 0.088),
    )
