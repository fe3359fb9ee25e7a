"""World D: the reference rig of DESIGN 6 on a lock with the numbers of facts/actuator.md section 2, but loose tolerances.

All ADC lines, a thermometer, CAN of the 0x60D family, an unsigned monitor. Units vary twice as much as one would like.
"""

import math
import random

from .foreign_build import Build, Kind, Latch
from .foreign_drive import CELLS, Train
from .foreign_faults import inject
from .foreign_line import BodyModule, Feed, Line, Monitor
from .foreign_lock import ForeignLock

WIDE = 2.0  # times the standard deviation that a maker would hold


def _about(unit: random.Random, deviation: float, spread: float) -> float:
    """Return a factor around 1, cut at 2.2 deviations."""
    return 1 + max(-2.2, min(2.2, unit.gauss(0, 1))) * deviation * WIDE * spread


def _train(kind: Kind, unit: random.Random, ambient_c: float, spread: float) -> Train:
    warmer = ambient_c - 25.0
    ke = 0.010 * _about(unit, 0.03, spread) * (1 - 0.002 * warmer)
    theta = 72.0 * _about(unit, 0.03, spread)
    ohm = 3.45 * _about(unit, 0.04, spread) * (1 + 0.00393 * warmer) + 0.33
    load = _about(unit, 0.10, spread) * (0.7 + 0.3 * 2 ** (-warmer / 20))
    rubs, owns = (0.0032, 0.0020) if kind == "rear_door" else (0.0014, 0.0009)
    rub = [
        rubs * load + (0.0012 if kind == "rear_door" else 0.0005) * load * math.exp(-(((k / CELLS - 0.6) / 0.12) ** 2))
        for k in range(CELLS)
    ]
    push = [0.0] * CELLS if kind == "rear_door" else [0.0045 + 0.0042 * k / CELLS for k in range(CELLS)]
    return Train(
        ohm=ohm,
        ke=ke,
        inductance_h=0.002,
        inertia=0.9e-6 * _about(unit, 0.05, spread),
        lambda_vs=ke * theta,
        own_nm=owns * load,
        push_nm=push,
        returns=kind == "tailgate",
        rub_nm=rub,
        rebound=0.1,
    )


def make(
    kind: Kind = "rear_door",
    fault: str | None = None,
    severity: float = 0.85,
    seed: int = 1,
    *,
    ambient_c: float | None = None,
    supply_v: float | None = None,
    spread: float = 1.0,
) -> ForeignLock:
    """Return a lock of this world; the same arguments give the same run. `spread` 0 is the middle of the tolerances."""
    unit, rng = random.Random(f"d-unit/{kind}/{seed}"), random.Random(f"d-run/{kind}/{fault}/{severity}/{seed}")
    cold = -2.0 - 18.0 * severity if fault == "frozen" and severity > 0 else 25.0 + 8.0 * spread * unit.uniform(-1, 1)
    ambient = cold if ambient_c is None else ambient_c
    rear = kind == "rear_door"
    build = Build(
        kind=kind,
        train=_train(kind, unit, ambient, spread),
        rng=rng,
        emf_v=12.6 * _about(unit, 0.015, spread) if supply_v is None else supply_v,
        latch=Latch(ajar_at=0.86 + 0.05 * spread * unit.uniform(-1, 1), lifts_at=0.70 + 0.04 * spread * unit.uniform(-1, 1)),
        feed=Feed(delay_s=0.006 * _about(unit, 0.15, spread)),
        source_ohm=0.06 * _about(unit, 0.2, spread),
        locks_at=0.70 + 0.04 * spread * unit.uniform(-1, 1),
        ajar=Line(role="ajar", rng=rng, reads_low_below=0.42, pull_ohm=2200 * _about(unit, 0.05, spread)),
        monitor=Monitor(
            rng=rng,
            max_a=8.19,
            step_a=0.00025,
            step_v=0.00125,
            noise_a=0.008,
            every_s=0.001,
            pause_every_s=0.9,
            gain=_about(unit, 0.005, spread),
            offset_a=0.004 * spread * unit.uniform(-1, 1),
        ),
        lock=Line(role="lock", rng=rng) if rear else None,
        bcm=BodyModule(family="60D", tailgate=not rear, debounce_s=unit.uniform(0.05, 0.14), phase_s=unit.uniform(0.0, 0.1)),
        adc=("ajar", "motor_lock", "motor_unlock") if rear else ("ajar", "motor_lock"),
        ambient_c=round(ambient, 2),
        reads_supply=True,
        roles=("ajar", "lock", "estop") if rear else ("ajar", "estop"),
    )
    inject(build, fault, severity, unit)
    if fault == "lever_broken" and rear and severity >= 0.3 and unit.random() < 0.4:  # here some break at the handle instead
        build.knob_follows, build.latch.handle_at = True, 2.0
    return ForeignLock(build)


def healthy_rear_door() -> ForeignLock:
    """A good side door lock."""
    return make("rear_door")


def weak_rear_door() -> ForeignLock:
    """One with a tired magnet."""
    return make("rear_door", "motor_weak")


def healthy_tailgate() -> ForeignLock:
    """A good tailgate lock."""
    return make("tailgate")
