"""World B: a spur gear with backlash and an over-centre lever, a springy end stop, a breakout with CAN of the 0x454 family.

Rear door and tailgate. The one ADC channel watches the ajar line. All numbers are estimates (E) inside facts/actuator.md.
"""

import math
import random

from .foreign_build import Build, Kind, Latch
from .foreign_drive import CELLS, Train
from .foreign_faults import inject
from .foreign_line import BodyModule, Feed, Line, Monitor
from .foreign_lock import ForeignLock


def _train(kind: Kind, unit: random.Random, ambient_c: float) -> Train:
    g = unit.gauss
    warmer = ambient_c - 25.0
    ke = 0.0086 * (1 + max(-2.5, min(2.5, g(0, 1))) * 0.05) * (1 - 0.002 * warmer)
    theta = 86.0 * unit.uniform(0.94, 1.06)
    ohm = 3.15 * unit.uniform(0.92, 1.08) * (1 + 0.00393 * warmer) + unit.uniform(0.15, 0.4)
    grease = unit.uniform(0.8, 1.25) * (0.75 + 0.25 * 2 ** (-warmer / 20))
    rubs, owns = (0.0030, 0.0021) if kind == "rear_door" else (0.0014, 0.0008)
    rub = [rubs * grease * (1.0 + 0.3 * math.sin(6.28 * 3 * (k / CELLS))) for k in range(CELLS)]
    if kind == "rear_door":  # an over-centre spring: holds back to the middle, then helps
        push = [0.0026 * math.sin(2 * math.pi * (k + 0.5) / CELLS) for k in range(CELLS)]
    else:
        push = [0.0045 + 0.0045 * k / CELLS + (0.0025 if 0.55 < k / CELLS < 0.72 else 0.0) for k in range(CELLS)]
    return Train(
        ohm=ohm,
        ke=ke,
        inductance_h=0.0016,
        inertia=0.85e-6 * unit.uniform(0.9, 1.1),
        lambda_vs=ke * theta,
        own_nm=owns * grease,
        push_nm=push,
        returns=kind == "tailgate",
        rub_nm=rub,
        backlash=0.045 if kind == "rear_door" else 0.0,
        rebound=0.22,
    )


def make(
    kind: Kind = "rear_door",
    fault: str | None = None,
    severity: float = 0.85,
    seed: int = 1,
    *,
    ambient_c: float | None = None,
    supply_v: float | None = None,
) -> ForeignLock:
    """Return a lock of this world; the same arguments give the same run."""
    unit, rng = random.Random(f"b-unit/{kind}/{seed}"), random.Random(f"b-run/{kind}/{fault}/{severity}/{seed}")
    warm, volts = unit.uniform(17.0, 27.0), unit.uniform(12.2, 13.0)
    cold = -3.0 - 18.0 * severity if fault == "frozen" and severity > 0 else warm
    ambient = cold if ambient_c is None else ambient_c
    build = Build(
        kind=kind,
        train=_train(kind, unit, ambient),
        rng=rng,
        emf_v=volts if supply_v is None else supply_v,
        latch=Latch(
            ajar_at=unit.uniform(0.80, 0.9),
            lifts_at=unit.uniform(0.68, 0.73),
            fall_s=unit.uniform(0.03, 0.07),
            springs_to=0.35 if kind == "tailgate" else 0.0,
            wait_s=(0.3, 0.9),
            turn_s=(0.2, 0.9),
        ),
        feed=Feed(delay_s=unit.uniform(0.004, 0.009)),
        locks_at=unit.uniform(0.66, 0.72),
        source_ohm=unit.uniform(0.05, 0.12),
        ajar=Line(role="ajar", rng=rng, reads_low_below=0.38, pull_ohm=unit.uniform(2000, 2400), contact_ohm=unit.uniform(0.05, 0.25)),
        monitor=Monitor(rng=rng, max_a=8.19, step_a=0.00025, step_v=0.00125, noise_a=0.006, every_s=0.001, pause_every_s=0.6),
        lock=Line(role="lock", rng=rng) if kind == "rear_door" else None,
        bcm=BodyModule(family="454", tailgate=kind == "tailgate", debounce_s=unit.uniform(0.06, 0.14), phase_s=unit.uniform(0.0, 0.1)),
        adc=("ajar",),
        ambient_c=round(ambient, 1),
        reads_supply=True,
        roles=("ajar", "lock", "estop") if kind == "rear_door" else ("ajar", "estop"),
    )
    inject(build, fault, severity, unit)
    if fault == "supply_low" and severity > 0 and unit.random() < 0.5:  # here half of them are flat, not corroded
        build.emf_v -= 2.2 * severity
        build.source_ohm -= 3.0 * severity
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
