"""World C: another make behind an INA219-like monitor that clips at 3.2 A; no lock switch, no CAN, no thermometer, 5 V pull-up.

Its drive is drawn from wide ranges: 2.2..5 ohm, a stroke of 60..200 ms, volt-seconds within 30 % of 0.72. All numbers are
estimates (E).
"""

import random

from .foreign_build import Build, Kind, Latch
from .foreign_drive import CELLS, Train
from .foreign_faults import inject
from .foreign_line import Feed, Line, Monitor
from .foreign_lock import ForeignLock


def _train(kind: Kind, unit: random.Random, ambient_c: float) -> Train:
    """A worm: much of the friction is its own, and rises along the stroke; what remains is a detent near the end."""
    warmer = ambient_c - 25.0
    ohm = unit.uniform(2.2, 5.0) * (1 + 0.00393 * warmer)
    lambda_vs = 0.72 * unit.uniform(0.72, 1.28) * (1 - 0.002 * warmer)
    ke = unit.uniform(0.006, 0.015)
    running_a = unit.uniform(0.12, 0.2) * 12.2 / ohm
    start_s = unit.uniform(0.008, 0.035)  # J R / Ke^2: with the volt-seconds it spans strokes of 60..200 ms
    nm = ke * running_a * (0.8 + 0.2 * 2 ** (-warmer / 20)) * (1.0 if kind == "rear_door" else 0.7)
    rub = [nm * (0.45 + 0.2 * k / CELLS + (0.5 if 0.6 < k / CELLS < 0.7 else 0.0)) for k in range(CELLS)]
    push = [0.0] * CELLS if kind == "rear_door" else [ke * 12.2 / ohm * (0.15 + 0.15 * k / CELLS) for k in range(CELLS)]
    return Train(
        ohm=ohm,
        ke=ke,
        inductance_h=ohm * unit.uniform(0.0003, 0.0007),
        inertia=start_s * ke * ke / ohm,
        lambda_vs=lambda_vs,
        own_nm=nm * 0.35 if kind == "rear_door" else nm * 0.2,
        push_nm=push,
        returns=kind == "tailgate",
        rub_nm=rub,
        drag=ke * ke / ohm * 0.02,
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
    """Return a lock of this world; the same arguments give the same run. The cold is there, but nothing shows it."""
    unit, rng = random.Random(f"c-unit/{kind}/{seed}"), random.Random(f"c-run/{kind}/{fault}/{severity}/{seed}")
    volts = unit.uniform(11.5, 14.4)
    warm = -2.0 - 16.0 * severity if fault == "frozen" and severity > 0 else unit.uniform(15.0, 30.0)
    build = Build(
        kind=kind,
        train=_train(kind, unit, warm if ambient_c is None else ambient_c),
        rng=rng,
        emf_v=volts if supply_v is None else supply_v,
        latch=Latch(
            ajar_at=unit.uniform(0.7, 0.8),
            ajar_hysteresis=0.1,
            lifts_at=unit.uniform(0.70, 0.76),
            fall_s=unit.uniform(0.02, 0.04),
            wait_s=(0.1, 0.4),
            turn_s=(0.12, 0.35),
            dwell_s=(0.04, 0.12),
            handle_at=0.55,
            catch_at=0.92,
        ),
        feed=Feed(delay_s=unit.uniform(0.003, 0.010)),
        source_ohm=unit.uniform(0.06, 0.18),
        pull_v=5.0,
        ajar=Line(role="ajar", rng=rng, reads_low_below=0.3, pull_ohm=4700.0, bounces=(0, 2), bounce_s=(0.0003, 0.0018)),
        monitor=Monitor(rng=rng, max_a=3.2, step_a=0.001, step_v=0.004, noise_a=0.004, every_s=0.0012, pause_every_s=1.1),
        current_max_a=3.2,
        roles=("ajar", "estop"),
    )
    inject(build, fault, severity, unit)
    if fault == "supply_low" and severity > 0:  # a flat battery rather than a corroded lead
        build.emf_v -= 2.0 * severity
        build.source_ohm -= 2.6 * severity
    if fault == "wire_intermittent":
        build.torn = ("motor",)
    if fault == "bench_fault":  # this rig's bad part is its shunt, not a relay
        build.feed.dead = frozenset()
        build.monitor.gain = 1 - 0.62 * severity**0.25
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
