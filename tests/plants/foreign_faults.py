"""What each fault of DESIGN 4 does to a built foreign lock, by severity; a world may then overrule single effects.

0.85 is the signature of facts/actuator.md section 2; every effect grows with the severity, and 0 is a healthy lock. 0.35 is
an early but real fault, as in bench/sim/faults.py and for the same reasons: less than that brings no customer.
"""

import random

from .foreign_build import Build


def rising_ohm(severity: float, decades: float, ohm: float = 0.05) -> float:
    """Return a resistance that grows by decades, 0 at severity 0."""
    return float(ohm * (10 ** (decades * severity) - 1))


def scale(table: list[float], by: float) -> None:
    """Scale a load table in place."""
    table[:] = [value * by for value in table]


def inject(b: Build, fault: str | None, s: float, rng: random.Random) -> None:
    """Put the fault into the build. Raises ValueError where the fault is not one of DESIGN 4."""
    if fault is None or s <= 0:
        return
    if not (_of_drive(b, fault, s, rng) or _of_latch(b, fault, s) or _of_electric(b, fault, s, rng)):
        raise ValueError(f"fault {fault!r} is not in the catalogue")


def _of_drive(b: Build, fault: str, s: float, rng: random.Random) -> bool:
    t = b.train
    stall_nm = t.ke * 12.2 / t.ohm
    match fault:
        case "motor_short":
            t.ohm *= 1 - 0.387 * s**0.5
            t.lambda_vs *= 1 - 0.406 * s**0.5
            t.ke *= 1 - 0.406 * s**0.5
            t.own_nm += 0.03 * stall_nm * s
            b.ripple, b.ripple_per_rev = b.ripple + 0.2 * s, 2
        case "motor_weak":
            t.ohm += 0.24 * s
            t.own_nm *= 1 + 0.9 * s
            t.lambda_vs *= 1 - 0.48 * s**0.5
            t.ke *= 1 - 0.48 * s**0.5
        case "gear_jam":
            t.top = max(1 - 1.15 * s, 0.004)
        case "rod_bent":
            t.top = 1 - 0.57 * s**0.5 * rng.uniform(0.9, 1.1)
            scale(t.rub_nm, 1 + 0.2 * s)
        case "gear_stripped":
            t.slip_nm = 0.94 * stall_nm * (1 - s) ** 2 + 1e-5
            t.own_nm += 0.08 * stall_nm * s  # worn bushings rub
        case "gear_stiff":
            scale(t.rub_nm, 1 + (3.05 if b.kind == "rear_door" else 1.2) * s**0.55)
            if b.kind == "tailgate":  # old grease drags: the return spring still creeps home
                t.drag += 0.00028 * stall_nm * s**0.55
        case "frozen":
            scale(t.rub_nm, 1 + (0.5 if b.kind == "rear_door" else 0.0) * s)
            t.ice_nm, t.ice_thaw, t.ice_stick_s = 0.355 * stall_nm * s**0.75, 0.22 * rng.uniform(0.8, 1.2), 0.06 * s
        case "lever_broken":
            b.knob_follows = s < 0.3
            scale(t.rub_nm, 1 - 0.35 * s)
            if s >= 0.3:
                scale(t.push_nm, 0.15 if b.kind == "rear_door" else 0.8)
        case "cable_stretched":
            t.lag = 0.26 * s**0.6 * rng.uniform(0.88, 1.12)
            b.latch.handle_at += 0.38 * s
        case _:
            return False
    return True


def _of_latch(b: Build, fault: str, s: float) -> bool:
    a, latch = b.ajar, b.latch
    match fault:
        case "switch_stuck_open":
            a.never_closes = min(1.0, 2.0 * s)
        case "switch_stuck_closed":
            a.never_opens = min(1.0, 2.0 * s)
        case "switch_high_r":
            a.contact_ohm += a.pull_ohm * 1.22 * s**1.4
        case "switch_bounce":
            a.bounces, a.bounce_s = (round(6 * s), round(13 * s) + 1), (0.010 * s, 0.030 * s)
        case "striker_misaligned":
            latch.catch_at += 0.155 * s**0.3
            if b.kind == "tailgate":
                scale(b.train.rub_nm, 1 + 0.3 * s)
        case "spring_weak":
            latch.pawl_s += 0.36 * s**0.8
            latch.fall_s *= 1 + 4 * s
            if b.kind == "tailgate":
                t, middle = b.train, len(b.train.push_nm) // 2
                rests = (t.own_nm + t.rub_nm[middle]) / t.push_nm[middle]  # share of its force at which it stops half-way
                scale(t.push_nm, max(1 - (s / 0.85) ** 0.4 * (1 - rests), 0.05))
        case "reopens":
            latch.reopens = min(1.0, 2.0 * s)
        case _:
            return False
    return True


def _of_electric(b: Build, fault: str, s: float, rng: random.Random) -> bool:
    match fault:
        case "motor_open" | "wire_open_motor":
            b.leg_ohm += rising_ohm(s, 5.0, 0.5)
        case "wire_high_r":
            b.leg_ohm += 6.1 * s
        case "wire_short_motor":
            b.short_ohm = 0.4 * 10 ** (0.9 * (1 - s))
            if b.kind == "rear_door":
                b.short_on = rng.choice((("drive_lock",), ("drive_unlock",), ("drive_lock", "drive_unlock")))
        case "wire_open_switch":
            b.ajar.wire_ohm += rising_ohm(s, 5.0, 200.0)
        case "wire_short_switch":
            b.ajar.leak_ohm = b.ajar.pull_ohm * 0.01 * 10 ** (1.9 * (1 - s))
        case "wire_intermittent":
            b.tears = s
        case "supply_low":
            b.emf_v -= 2.1 * s
            b.source_ohm += 3.1 * s
        case "fuse_blown":
            b.fuse_ohm = 1e9 if s >= 0.3 else 2 * s
        case "bcm_stuck":
            if b.bcm is not None:
                b.bcm.stuck = s >= 0.3
                b.bcm.debounce_s *= 1 + 4 * s
        case "bench_fault":
            b.feed.dead |= {rng.choice(("drive_lock", "enable"))} if s >= 0.3 else set()
            b.monitor.gain *= 1 - 0.1 * s
        case _:
            return False
    return True
