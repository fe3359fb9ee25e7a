"""World F: a large slow motor with a short spur gear, a stiff preloaded spring, long pulses, sampling twice a millisecond.

The rig watches every line with its ADC and reads the supply, but has neither CAN nor a thermometer. All numbers are
estimates (E).
"""

import random

from .foreign_build import Build, Kind, Latch
from .foreign_drive import CELLS, Train
from .foreign_faults import inject
from .foreign_line import Feed, Line, Monitor
from .foreign_lock import ForeignLock

PULSE_MS = 700
"""This car's module pulses longer than the J11's."""


def _train(kind: Kind, unit: random.Random, ambient_c: float) -> Train:
    warmer = ambient_c - 25.0
    ke = unit.uniform(0.0125, 0.0145) * (1 - 0.002 * warmer)
    theta = unit.uniform(54.0, 64.0)
    ohm = unit.uniform(2.7, 3.4) * (1 + 0.00393 * warmer)
    stall_nm = ke * 12.2 / ohm
    grease = unit.uniform(0.8, 1.3) * (0.75 + 0.25 * 2 ** (-warmer / 20))
    rubs, owns = (0.07, 0.06) if kind == "rear_door" else (0.03, 0.025)  # a return spring must win against both
    rub = [stall_nm * rubs * grease * (1.6 if 0.5 < k / CELLS < 0.62 else 1.0) for k in range(CELLS)]
    push = [0.0] * CELLS if kind == "rear_door" else [stall_nm * (0.14 + 0.10 * k / CELLS) for k in range(CELLS)]
    return Train(
        ohm=ohm,
        ke=ke,
        inductance_h=0.0014,
        inertia=unit.uniform(1.3e-6, 1.9e-6),
        lambda_vs=ke * theta,
        own_nm=stall_nm * owns * grease,
        push_nm=push,
        returns=kind == "tailgate",
        rub_nm=rub,
        drag=ke * ke / ohm * 0.03,
        backlash=0.03 if kind == "rear_door" else 0.0,
        rebound=0.05,
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
    unit, rng = random.Random(f"f-unit/{kind}/{seed}"), random.Random(f"f-run/{kind}/{fault}/{severity}/{seed}")
    warm, volts = unit.uniform(10.0, 30.0), unit.uniform(12.0, 14.2)
    cold = -3.0 - 14.0 * severity if fault == "frozen" and severity > 0 else warm
    build = Build(
        kind=kind,
        train=_train(kind, unit, cold if ambient_c is None else ambient_c),
        rng=rng,
        emf_v=volts if supply_v is None else supply_v,
        latch=Latch(ajar_at=unit.uniform(0.82, 0.9), lifts_at=unit.uniform(0.66, 0.74), fall_s=unit.uniform(0.03, 0.06), wait_s=(0.2, 0.8)),
        feed=Feed(delay_s=unit.uniform(0.005, 0.010)),
        source_ohm=unit.uniform(0.05, 0.15),
        locks_at=unit.uniform(0.66, 0.74),
        ajar=Line(role="ajar", rng=rng, reads_low_below=0.35, pull_ohm=2700.0),
        monitor=Monitor(rng=rng, max_a=8.19, step_a=0.00025, step_v=0.00125, noise_a=0.012, every_s=0.0005, pause_every_s=0.4),
        lock=Line(role="lock", rng=rng) if kind == "rear_door" else None,
        adc=("ajar", "motor_lock", "motor_unlock") if kind == "rear_door" else ("ajar", "motor_lock"),
        reads_supply=True,
        roles=("ajar", "lock", "estop") if kind == "rear_door" else ("ajar", "estop"),
    )
    inject(build, fault, severity, unit)
    return ForeignLock(build)
