"""World G: written after the classifier, and never tuned on: rubber stops, friction that sticks, grease that rules the cold.

What a severity means differs from the other worlds too; 0.85 is near the signature of facts/actuator.md section 2, 0 is a good
lock. All numbers are estimates (E) inside facts/actuator.md.
"""

import random

from .hall_lock import HallLock, Ills, Kind
from .rubber_drive import RubberDrive


def _drive(kind: Kind, unit: random.Random, ambient_c: float) -> RubberDrive:
    ke = unit.uniform(0.0078, 0.0108) * (1 - 0.0018 * (ambient_c - 25.0))
    ohm = unit.uniform(3.0, 4.3) * (1 + 0.0039 * (ambient_c - 25.0)) + unit.uniform(0.2, 0.4)
    stall_nm = ke * 12.2 / ohm
    grease = unit.uniform(0.8, 1.25) * 2 ** ((25.0 - ambient_c) / 20.0)
    rear = kind == "rear_door"
    return RubberDrive(
        ohm=ohm, ke=ke, inertia=unit.uniform(0.7e-6, 1.2e-6), stroke_rad=unit.uniform(0.6, 0.84) / ke,
        dry_nm=stall_nm * (0.095 if rear else 0.06) * unit.uniform(0.85, 1.2),
        wet=stall_nm * (0.05 if rear else 0.03) * grease / 1000.0,
        hump_nm=stall_nm * unit.uniform(0.07, 0.12),
        spring_nm=0.0 if rear else stall_nm * unit.uniform(0.11, 0.15), spring_rise_nm=0.0 if rear else stall_nm * 0.1,
    )  # fmt: skip


def make(
    kind: Kind = "rear_door",
    fault: str | None = None,
    severity: float = 0.85,
    seed: int = 1,
    *,
    ambient_c: float | None = None,
    supply_v: float | None = None,
) -> HallLock:
    """Return a lock of this world; the same arguments give the same run. Raises ValueError for a fault that it does not know."""
    unit, rng = random.Random(f"g-unit/{kind}/{seed}"), random.Random(f"g-run/{kind}/{fault}/{severity}/{seed}")
    warm, volts = unit.uniform(-12.0, 38.0), unit.uniform(11.4, 14.2)
    ambient = ambient_c if ambient_c is not None else -3.0 - 12.0 * unit.random() if fault == "frozen" else warm
    lock = HallLock(
        kind=kind, drive=_drive(kind, unit, ambient), ills=Ills(), rng=rng, ambient_c=ambient,
        emf_v=volts if supply_v is None else supply_v, source_ohm=unit.uniform(0.06, 0.18), ajar_at=unit.uniform(0.82, 0.92),
        lock_at=unit.uniform(0.72, 0.78),
    )  # fmt: skip
    if fault is not None and severity > 0 and not any(spoil(lock, fault, severity, unit) for spoil in (_drive_ill, _latch_ill, _wire_ill)):
        raise ValueError(f"fault {fault!r} is not in the catalogue")
    return lock


def _drive_ill(lock: HallLock, fault: str, s: float, unit: random.Random) -> bool:
    d, ill, rear = lock.drive, lock.ills, lock.kind == "rear_door"
    stall_nm = d.ke * 12.2 / d.ohm
    match fault:
        case "motor_short":
            d.ohm, d.ke = d.ohm * (1 - 0.42 * s**0.6), d.ke * (1 - 0.42 * s**0.6)
        case "motor_weak":
            d.ke *= 1 - 0.47 * s**0.6
            d.extra_ohm += 0.2 * s
        case "gear_jam" if s < 0.7 or unit.random() < 0.3:
            d.stroke_rad *= unit.uniform(0.25, 0.6)
            ill.arrives = False
        case "gear_jam":
            d.dry_nm = 3 * stall_nm
        case "rod_bent":
            d.stroke_rad *= 1 - 0.55 * s**0.5
            ill.arrives = False
        case "gear_stripped":
            d.free, d.slips = s >= 0.6, ("lock",) if s < 0.6 else ()
            ill.arrives = ill.arrives and s < 0.6
        case "gear_stiff":
            d.dry_nm += (0.27 if rear else 0.12) * stall_nm * s**0.6
            d.wet *= 1 + s
        case "frozen":
            d.ice_nm, d.bond_s = (0.38 if rear else 0.3) * stall_nm * s**0.8, 0.05 * s
        case "lever_broken":
            which = "drive" if not rear or unit.random() < 0.7 else "handle"
            ill.arrives, ill.handle_at = which != "drive", 2.0 if which == "handle" else ill.handle_at
            d.hump_nm *= 0.2 if which == "drive" else 1.0
        case "cable_stretched":
            ill.lag += 0.24 * s**0.7
            ill.handle_at += 0.4 * s
            ill.arrives = s < 0.95  # jumped off
        case _:
            return False
    return True


def _latch_ill(lock: HallLock, fault: str, s: float, _unit: random.Random) -> bool:
    ill, often = lock.ills, min(1.0, 2.2 * s)
    match fault:
        case "switch_stuck_open":
            ill.never_low_p = often
        case "switch_stuck_closed":
            ill.never_high_p = often
        case "switch_high_r":
            ill.contact_share = 0.62 * s**0.9
        case "switch_bounce":
            ill.chatter, ill.chatter_s = 2 + round(9 * s), 0.006 + 0.03 * s
        case "striker_misaligned":
            ill.half_p = often
        case "spring_weak":
            ill.slips_p = often
            if lock.kind == "tailgate":
                lock.drive.spring_nm *= 1 - 0.75 * s**0.5
                lock.drive.spring_rise_nm *= 1 - 0.75 * s**0.5
        case "reopens":
            ill.reopens_p = often
        case _:
            return False
    return True


def _wire_ill(lock: HallLock, fault: str, s: float, unit: random.Random) -> bool:
    d, ill = lock.drive, lock.ills
    match fault:
        case "motor_open" | "wire_open_motor":
            d.extra_ohm += 0.6 * (10 ** (4.6 * s) - 1)
        case "wire_high_r":
            d.extra_ohm += 5.8 * s
        case "wire_short_motor":
            legs = (("drive_lock",), ("drive_unlock",), ("drive_lock", "drive_unlock"))
            ill.short_ohm, ill.short_on = 0.3 * 5 ** (1 - s), legs[0] if lock.kind == "tailgate" else unit.choice(legs)
        case "wire_open_switch":
            ill.wire_cut = True
        case "wire_short_switch":
            ill.leak = True
        case "wire_intermittent":
            ill.gaps_hz = 11 * s
        case "supply_low":
            flat = unit.random() < 0.5
            lock.emf_v -= 4.0 * s**0.6 if flat else 0.0
            lock.source_ohm += 0.0 if flat else 2.9 * s**0.8
        case "fuse_blown":
            ill.fuse = False
        case "bcm_stuck":
            ill.stuck_bit = True
        case "bench_fault":
            ill.dead = "drive_lock" if lock.kind == "tailgate" else unit.choice(("drive_lock", "drive_unlock"))
        case _:
            return False
    return True


def healthy_rear_door() -> HallLock:
    """A good side door lock."""
    return make("rear_door")


def slipping_rear_door() -> HallLock:
    """One whose teeth slip at one end stop: the motor runs on in one direction and not in the other."""
    return make("rear_door", "gear_stripped", 0.4)


def healthy_tailgate() -> HallLock:
    """A good tailgate lock."""
    return make("tailgate")
