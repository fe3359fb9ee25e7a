"""World E: a small quick motor behind a long worm gear, a strong over-centre spring, short pulses, an INA260 that reads each 2.2 ms.

Its lever passes the dead centre late, its switch has 10 mA of wetting current and bounces little. All numbers are estimates (E).
"""

import math
import random

from .foreign_build import Build, Kind, Latch
from .foreign_drive import CELLS, Train
from .foreign_faults import inject
from .foreign_line import BodyModule, Feed, Line, Monitor
from .foreign_lock import ForeignLock

PULSE_MS = 350
"""This car's module pulses shorter than the J11's."""


def _train(kind: Kind, unit: random.Random, ambient_c: float) -> Train:
    warmer = ambient_c - 25.0
    ke = unit.uniform(0.0052, 0.0062) * (1 - 0.002 * warmer)
    theta = unit.uniform(118.0, 142.0)
    ohm = unit.uniform(4.0, 4.9) * (1 + 0.00393 * warmer)
    stall_nm = ke * 12.2 / ohm
    grease = unit.uniform(0.8, 1.25) * (0.7 + 0.3 * 2 ** (-warmer / 20))
    rubs, owns = (0.10, 0.07) if kind == "rear_door" else (0.04, 0.03)  # a return spring must win against both
    rub = [stall_nm * rubs * grease * (1.0 + 0.15 * math.cos(6.28 * 2 * k / CELLS)) for k in range(CELLS)]
    if kind == "rear_door":
        push = [
            stall_nm * 0.13 * math.sin(math.pi * min((k + 0.5) / CELLS / 0.74, 1.0)) * (1 if k / CELLS < 0.74 else 0) for k in range(CELLS)
        ]
    else:
        push = [stall_nm * (0.16 + 0.12 * k / CELLS) for k in range(CELLS)]
    return Train(
        ohm=ohm,
        ke=ke,
        inductance_h=0.0021,
        inertia=unit.uniform(0.32e-6, 0.42e-6),
        lambda_vs=ke * theta,
        own_nm=stall_nm * owns * grease,
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
) -> ForeignLock:
    """Return a lock of this world; the same arguments give the same run."""
    unit, rng = random.Random(f"e-unit/{kind}/{seed}"), random.Random(f"e-run/{kind}/{fault}/{severity}/{seed}")
    warm, volts = unit.uniform(5.0, 35.0), unit.uniform(11.6, 13.9)
    cold = -4.0 - 15.0 * severity if fault == "frozen" and severity > 0 else warm
    ambient = cold if ambient_c is None else ambient_c
    build = Build(
        kind=kind,
        train=_train(kind, unit, ambient),
        rng=rng,
        emf_v=volts if supply_v is None else supply_v,
        latch=Latch(ajar_at=unit.uniform(0.78, 0.88), lifts_at=unit.uniform(0.70, 0.78), fall_s=unit.uniform(0.02, 0.05)),
        feed=Feed(delay_s=unit.uniform(0.003, 0.007)),
        source_ohm=unit.uniform(0.08, 0.2),
        locks_at=unit.uniform(0.72, 0.79),
        ajar=Line(role="ajar", rng=rng, reads_low_below=0.4, pull_ohm=1200.0, bounces=(0, 2), bounce_s=(0.0002, 0.002)),
        monitor=Monitor(rng=rng, max_a=15.0, step_a=0.00125, step_v=0.00125, noise_a=0.003, every_s=0.0022, pause_every_s=1.5),
        lock=Line(role="lock", rng=rng) if kind == "rear_door" else None,
        bcm=BodyModule(family="60D", tailgate=kind == "tailgate", debounce_s=unit.uniform(0.03, 0.1), phase_s=unit.uniform(0.0, 0.1)),
        ambient_c=round(ambient, 1),
        reads_supply=True,
        current_max_a=15.0,
        roles=("ajar", "lock", "estop") if kind == "rear_door" else ("ajar", "estop"),
    )
    inject(build, fault, severity, unit)
    return ForeignLock(build)
