"""The drives of the foreign worlds against the signature table of facts/actuator.md section 2, and their other signatures."""

import pytest
from foreign_rounds import Bench, Pulse, edges_of, made

from bench.ports.plant import World


def pulse(fault: str | None, severity: float = 0.85, world: str = "d", seed: int = 1, **kwargs: float) -> Pulse:
    """Return the lock stroke of a closed side door; world D stands in the middle of its tolerances."""
    if world == "d":
        kwargs.setdefault("spread", 0.0)
    bench = Bench(made(world, "rear_door", fault, severity, seed, **kwargs))
    bench.hand("close")
    return bench.pulse("drive_lock")


TABLE = [  # fault, peak A, run A, stall A, stop s, ohm, volt-seconds: facts/actuator.md section 2
    (None, 3.1, 0.7, 3.2, 0.11, 3.8, 0.72),
    ("motor_short", 5.0, 1.65, 5.0, 0.09, 2.5, 0.45),
    ("gear_stiff", 3.1, 1.5, 3.2, 0.18, 3.8, 0.72),
    ("motor_weak", 3.1, 1.9, 3.1, 0.15, 4.0, 0.40),
    ("wire_high_r", 1.4, 0.65, 1.4, 0.18, 9.0, 0.70),
    ("supply_low", 1.6, 0.6, 1.6, 0.17, 3.9, 0.72),
]


@pytest.mark.parametrize(("fault", "peak", "run", "stall", "stop", "ohm", "lam"), TABLE)
def test_world_d_reproduces_the_signature_table(
    fault: str | None, peak: float, run: float, stall: float, stop: float, ohm: float, lam: float
) -> None:
    for seed in range(2):
        seen = pulse(fault, seed=seed)
        assert seen.peak_a == pytest.approx(peak, rel=0.12)
        assert seen.run_a == pytest.approx(run, rel=0.15)
        assert seen.stall_a == pytest.approx(stall, rel=0.06)
        assert seen.stop_s == pytest.approx(stop, rel=0.22)
        assert seen.ohm == pytest.approx(ohm, rel=0.05)
        assert seen.lambda_vs == pytest.approx(lam, rel=0.08)


def test_a_dead_circuit_draws_nothing() -> None:
    for fault in ("motor_open", "wire_open_motor", "fuse_blown"):
        assert max(pulse(fault).amps) < 0.06


def test_a_seized_gear_stalls_from_the_start_and_a_milder_one_in_mid_stroke() -> None:
    assert pulse("gear_jam").run_a > 3.0
    assert pulse("gear_jam").edges("lock") == []
    assert 0.3 < pulse("gear_jam", 0.5).lambda_vs / 0.72 < 0.6


def test_a_stripped_gear_decays_and_never_rises() -> None:
    for world in "bd":
        seen = pulse("gear_stripped", world=world)
        assert seen.peak_a > 2.3
        assert seen.stall_a < 0.7
        assert seen.edges("lock") == []


def test_a_bent_rod_stops_at_a_fraction_without_a_lock_edge() -> None:
    for world in "bd":
        for seed in range(2):
            seen = pulse("rod_bent", world=world, seed=seed)
            assert seen.stop_s is not None
            assert 0.2 < seen.lambda_vs < 0.6
            assert seen.edges("lock") == []


def test_a_healthy_lock_edge_comes_at_075_to_080_of_the_stop_time() -> None:
    seen = pulse(None)
    assert seen.stop_s is not None
    on = next(k for k, a in enumerate(seen.amps) if a > 0.05) * 0.001
    assert (seen.edges("lock")[0][0] - on) / seen.stop_s == pytest.approx(0.775, abs=0.035)


def test_a_stretched_cable_is_late_and_a_broken_lever_never_follows() -> None:
    late = pulse("cable_stretched").edges("lock")
    assert 1.1 < late[0][0] / pulse(None).edges("lock")[0][0] < 1.4
    assert pulse("lever_broken", world="b").edges("lock") == []
    assert pulse("lever_broken", world="b").run_a < pulse(None, world="b").run_a


def test_a_frozen_lock_is_cold_slow_and_gets_faster_from_cycle_to_cycle() -> None:
    for world in "bd":
        bench = Bench(made(world, "rear_door", "frozen"))
        bench.hand("close")
        times = []
        for _ in range(3):
            stroke = bench.pulse("drive_lock")
            assert stroke.stop_s is not None
            times.append(stroke.stop_s)
            bench.pulse("drive_unlock")
        assert (bench.seen[-1].ambient_c or 0) < -10
        assert 0.18 < times[0] < 0.5
        assert 0.6 < times[1] / times[0] < 0.9
        assert times[2] < times[1]


@pytest.mark.parametrize("fault", ["motor_weak", "wire_high_r", "gear_stiff"])
@pytest.mark.parametrize("world", "bd")
def test_more_severity_is_never_quicker(world: str, fault: str) -> None:
    stops = [pulse(fault, severity, world=world).stop_s or 9.0 for severity in (0.0, 0.45, 0.9)]
    assert stops == sorted(stops)
    assert stops[-1] > 1.15 * stops[0]


def test_world_c_clips_at_its_range_and_varies_from_unit_to_unit() -> None:
    units = [pulse(None, world="c", seed=seed) for seed in range(12)]
    assert max(max(u.amps) for u in units) == 3.2
    stops = [u.stop_s for u in units if u.stop_s]
    assert min(stops) < 0.09 < 0.11 < max(stops)
    assert all(0.05 < stop < 0.22 for stop in stops)


def test_a_short_draws_more_than_8_a_until_somebody_stops_it() -> None:
    bench = Bench(made("d", "rear_door", "wire_short_motor"))
    assert max(bench.pulse("drive_lock").peak_a, bench.pulse("drive_unlock").peak_a) == 8.19


def test_a_flexed_broken_harness_gaps_and_is_clean_at_rest() -> None:
    for world in "bcd":
        bench = Bench(made(world, "tailgate", "wire_intermittent"))
        bench.pulse("drive_lock")
        bench.lock.operator("wiggle")
        flexed = [w.current_a for w in bench.hold(900, "enable", "drive_lock")[300:] if w.current_a is not None]
        assert min(flexed) < 0.1
        assert max(flexed) > 1.0
        bench.hold(2500)
        rest = [w.current_a for w in bench.hold(500, "enable", "drive_lock")[150:] if w.current_a is not None]
        assert min(rest) > 0.3


def closing(world: str, kind: str, fault: str | None, seed: int = 1) -> tuple[list[World], dict[str, bool]]:
    return Bench(made(world, kind, fault, 0.85, seed)).hand("close")


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
@pytest.mark.parametrize("world", "bcd")
def test_the_switch_faults_show_on_the_line(world: str, kind: str) -> None:
    for fault, level in (("switch_stuck_open", 1), ("wire_open_switch", 1), ("switch_stuck_closed", 0), ("wire_short_switch", 0)):
        part, view = closing(world, kind, fault)
        assert {w.inputs["ajar"] for w in part} == {level}
        assert view["held"], "the latch itself is sound"
    part, _ = closing(world, kind, "switch_bounce")
    edges = edges_of(part, "ajar")
    assert len(edges) > 8 or edges[-1][0] - edges[0][0] > 0.008


@pytest.mark.parametrize("world", "bd")
def test_an_oxidised_contact_leaves_the_line_between_the_levels(world: str) -> None:
    part, _ = closing(world, "rear_door", "switch_high_r")
    assert 1.0 < part[0].line_v["ajar"] < 9.0
    assert part[-1].line_v["ajar"] > 11.0


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
@pytest.mark.parametrize("world", "bcd")
def test_a_latch_that_does_not_hold_is_seen(world: str, kind: str) -> None:
    part, view = closing(world, kind, "reopens")
    edges = edges_of(part, "ajar")
    assert edges[0][1] == 1
    assert edges[-1][1] == 0
    assert 0.04 < edges[-1][0] - edges[0][0] < 0.9
    assert not view["held"]
    views = [closing(world, kind, "striker_misaligned", seed)[1] for seed in range(3)]
    assert sum(v["half"] and not v["held"] for v in views) >= 2


@pytest.mark.parametrize(("kind", "mask"), [("rear_door", (0x60D, 0, 0x20)), ("tailgate", (0x60D, 0, 0x80))])
def test_the_door_bit_of_world_d_follows_within_250_ms_unless_the_bcm_is_stuck(kind: str, mask: tuple[int, int, int]) -> None:
    wanted, byte, bit = mask
    for fault in (None, "bcm_stuck"):
        part, _ = closing("d", kind, fault)
        frames = [(k * 0.001 + at, data[byte] & bit) for k, w in enumerate(part) for at, i, data in w.frames if i == wanted]
        assert frames[0][1] == bit, "open at first"
        shut = [t for t, value in frames if not value]
        if fault:
            assert shut == []
        else:
            assert 0.04 < shut[0] - edges_of(part, "ajar")[0][0] < 0.26


def test_world_b_sends_both_bits_and_never_both_the_same() -> None:
    for kind in ("rear_door", "tailgate"):
        part, _ = closing("b", kind, None)
        frames = [data for w in part for _, i, data in w.frames if i == 0x454]
        assert len(frames) > 10
        assert {(data[5] >> 3 & 1) + (data[5] >> 2 & 1) for data in frames} == {1}
        door = [data[6] >> 7 if kind == "tailgate" else data[5] >> 3 & 1 for data in frames]
        assert (door[0], door[-1]) == (1, 0)


def test_a_weak_return_spring_starts_the_second_stroke_part_way() -> None:
    shares = []
    for world in "bcd":
        bench = Bench(made(world, "tailgate", "spring_weak"))
        bench.pulse("drive_lock", 3000)
        shares.append(bench.lock.stroke)
    assert all(0.1 < share < 0.95 for share in shares)
