"""Current curves against facts/actuator.md section 2: means over some units, for unit-to-unit tolerance is wide."""

from itertools import pairwise

import pytest
from sim_bench import Curve, bench, mean

SEEDS = range(5)


def curves(fault: str | None, severity: float = 0.85, kind: str = "rear_door") -> list[Curve]:
    if kind == "tailgate":
        return [bench("tailgate", fault, severity, seed).pulse() for seed in SEEDS]
    return [bench("rear_door", fault, severity, seed).pulse() for seed in SEEDS]


SIGNATURES = [
    # fault, peak, run, plateau A, stop s, ohm, volt-seconds; facts/actuator.md section 2, severity 0.85
    (None, 3.1, 0.7, 3.2, 0.11, 3.8, 0.72),
    ("motor_short", 5.0, 1.65, 5.0, 0.09, 2.5, 0.45),
    ("gear_stiff", 3.1, 1.5, 3.2, 0.18, 3.8, 0.72),
    ("frozen", 3.4, 2.2, 3.6, 0.32, 3.3, 0.74),
    ("motor_weak", 3.1, 1.9, 3.1, 0.15, 4.0, 0.40),
    ("wire_high_r", 1.4, 0.65, 1.4, 0.19, 9.0, 0.70),
    ("supply_low", 1.9, 0.65, 1.95, 0.17, 3.8, 0.72),
]


@pytest.mark.parametrize(("fault", "peak", "run", "plateau", "stop", "ohm", "volt_s"), SIGNATURES)
def test_a_fault_at_085_has_the_signature_of_the_facts(
    fault: str | None, peak: float, run: float, plateau: float, stop: float, ohm: float, volt_s: float
) -> None:
    seen = curves(fault)
    assert mean([c.peak_a for c in seen]) == pytest.approx(peak, rel=0.10)
    assert mean([c.run_a for c in seen]) == pytest.approx(run, rel=0.20)
    assert mean([c.plateau[0] for c in seen]) == pytest.approx(plateau, rel=0.08)
    assert mean([c.stop_s for c in seen]) == pytest.approx(stop, rel=0.20)
    assert mean([c.ohm for c in seen]) == pytest.approx(ohm, rel=0.08)
    assert mean([c.volt_seconds for c in seen]) == pytest.approx(volt_s, rel=0.07)


@pytest.mark.parametrize("fault", ["motor_open", "wire_open_motor"])
@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_an_open_motor_or_wire_draws_nothing_with_voltage_at_the_feed(fault: str, kind: str) -> None:
    for curve in curves(fault, kind=kind):
        assert max(a for _, a, _ in curve.samples) < 0.05
        assert curve.plateau[1] > 12.0


def test_a_blown_fuse_leaves_neither_current_nor_voltage() -> None:
    for seed in SEEDS:
        b = bench(fault="fuse_blown", seed=seed)
        curve = b.pulse()
        assert all(v < 1.0 and a < 0.05 for _, a, v in curve.samples)
        assert (b.worlds[-1].supply_v or 0.0) < 1.0


def test_a_seized_gear_stalls_flat_from_the_start_or_stops_in_mid_stroke() -> None:
    kinds = set()
    for seed in range(12):
        curve = bench(fault="gear_jam", seed=seed).pulse()
        assert curve.edge_s("lock") is None
        assert curve.plateau[0] > 2.7
        flat = curve.run_a > 0.9 * curve.plateau[0]
        assert flat or curve.volt_seconds < 0.66
        kinds.add(flat)
    assert kinds == {True, False}


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_a_bent_rod_starts_normally_and_stops_at_a_fraction(kind: str) -> None:
    for curve in curves("rod_bent", kind=kind):
        assert curve.run_a < 0.6 * curve.plateau[0]
        assert 0.2 < curve.volt_seconds < 0.5
        assert curve.edge_s("lock") is None
        assert curve.edge_s("ajar") is None


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_stripped_teeth_never_reach_an_end_stop(kind: str) -> None:
    for curve in curves("gear_stripped", kind=kind):
        assert curve.peak_a > 2.2
        assert max(a for t, a, _ in curve.samples if t > 0.2) < 0.75


def test_a_broken_drive_lever_runs_lighter_without_a_lock_edge() -> None:
    """Where the drive lever is the broken one, the load hump and the lock edge are gone; the stop stays."""
    lighter = 0
    for seed in range(8):
        good, bad = bench(seed=seed).pulse(), bench(fault="lever_broken", seed=seed).pulse()
        assert bad.volt_seconds == pytest.approx(good.volt_seconds, rel=0.06)
        if bad.edge_s("lock") is None:
            lighter += 1

            def middle(curve: Curve) -> float:
                return mean([a for t, a, _ in curve.samples if 0.03 < t < 0.075])

            assert 0.6 < middle(bad) / middle(good) < 0.95
    assert lighter >= 4


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_a_stretched_cable_moves_the_edge_late(kind: str) -> None:
    role = "lock" if kind == "rear_door" else "ajar"
    for seed in SEEDS:
        good, bad = (
            (bench("tailgate", fault, seed=seed) if kind == "tailgate" else bench(fault=fault, seed=seed)).pulse().edge_s(role)
            for fault in (None, "cable_stretched")
        )
        assert good is not None
        assert bad is None or 1.08 < bad / good < 1.45


def test_the_healthy_lock_edge_lies_at_three_quarters_of_the_stroke() -> None:
    for curve in curves(None):
        edge = curve.edge_s("lock")
        assert edge is not None
        assert 0.70 < edge / curve.stop_s < 0.88


def test_a_motor_wire_on_ground_clips_the_monitor_and_leaves_time_to_trip() -> None:
    """More than 8.19 A is seen as 8.19 A, for longer than the guard's 35 ms, and the fuse still holds then."""
    for seed in SEEDS:
        b = bench(fault="wire_short_motor", seed=seed)
        clipped = []
        for role in ("drive_lock", "drive_unlock"):
            curve = b.pulse(role, on_s=0.06)
            clipped.append(max(a for _, a, _ in curve.samples))
        assert max(clipped) == 8.19
        assert (b.worlds[-1].supply_v or 0.0) > 11.0


def test_a_fuse_melts_where_nobody_trips() -> None:
    b = bench(fault="wire_short_motor", seed=0)
    for role in ("drive_lock", "drive_unlock"):
        b.pulse(role, on_s=0.9)
    assert (b.worlds[-1].supply_v or 0.0) < 1.0


def test_three_phases_inrush_run_plateau() -> None:
    for kind in ("rear_door", "tailgate"):
        for curve in curves(None, kind=kind):
            assert curve.peak_a > 2 * curve.run_a
            assert curve.plateau[0] > 2 * curve.run_a
            assert 0.08 < curve.stop_s < 0.16


def test_frozen_stalls_first_then_thaws_from_cycle_to_cycle() -> None:
    for seed in SEEDS:
        b = bench(fault="frozen", seed=seed)
        assert b.plant.advance(0.0, b.outputs).ambient_c == -12.0
        stops = [b.pulse(role).stop_s for role in ("drive_lock", "drive_unlock", "drive_lock", "drive_unlock")]
        for earlier, later in pairwise(stops):
            assert 0.65 < later / earlier < 0.95
        assert mean([a for t, a, _ in bench(fault="frozen", seed=seed).pulse().samples if 0.01 < t < 0.05]) > 3.0


def test_a_weak_return_spring_shortens_the_second_tailgate_stroke() -> None:
    for seed in SEEDS:
        good, weak = bench("tailgate", seed=seed), bench("tailgate", "spring_weak", seed=seed)
        assert good.pulse().volt_seconds == pytest.approx(good.pulse().volt_seconds, rel=0.06)
        first, second = weak.pulse(), weak.pulse()
        assert second.volt_seconds < 0.90 * first.volt_seconds
        assert second.stop_s < first.stop_s


def test_a_misaligned_striker_raises_the_tailgates_release_load() -> None:
    """A striker makes the hump over the pawl higher, wherever this closing still latched."""
    for seed in SEEDS:
        good = bench("tailgate", seed=seed).pulse()
        bad = bench("tailgate", "striker_misaligned", 0.5, seed).pulse()
        if bad.edge_s("ajar") is not None:
            assert max(a for t, a, _ in bad.samples if 0.06 < t < 0.09) > max(a for t, a, _ in good.samples if 0.06 < t < 0.09)


def test_a_dead_drive_relay_leaves_its_leg_at_ground() -> None:
    dead = set()
    for seed in range(8):
        b = bench(fault="bench_fault", seed=seed)
        for role, line in (("drive_lock", "motor_lock"), ("drive_unlock", "motor_unlock")):
            from_here = len(b.worlds)
            curve = b.pulse(role)
            leg = max(w.line_v[line] for w in b.worlds[from_here:])
            assert (leg < 0.5) == (curve.plateau[0] < 0.05)
            if leg < 0.5:
                dead.add(role)
    assert dead == {"drive_lock", "drive_unlock"}
