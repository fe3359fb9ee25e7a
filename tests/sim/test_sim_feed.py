"""The bench's own relays: a dead feed without heartbeat, no current with both drives on, dry legs at rest."""

import pytest
from sim_bench import bench


@pytest.mark.parametrize("seed", range(6))
def test_the_feed_is_dead_within_100_ms_of_the_last_toggle(seed: int) -> None:
    b = bench(seed=seed)
    b.outputs["enable"] = True
    b.wait(0.2)
    assert b.samples[-1][2] > 12.0
    b.outputs["heartbeat"] = not b.outputs["heartbeat"]
    b.wait(0.001)
    b.beats = False
    b.wait(0.049)
    assert b.samples[-1][2] > 12.0
    b.wait(0.050)
    assert b.samples[-1][2] < 0.5
    b.beats = True
    b.wait(0.05)
    assert b.samples[-1][2] > 12.0


def test_a_heartbeat_stuck_at_either_level_never_enables() -> None:
    for level in (False, True):
        b = bench()
        b.beats = False
        b.outputs.update(enable=True, drive_lock=True, heartbeat=level)
        b.wait(0.4)
        assert all(v < 0.5 and abs(a) < 0.05 for _, a, v in b.samples)


def test_without_enable_nothing_flows() -> None:
    b = bench()
    b.outputs["drive_lock"] = True
    b.wait(0.4)
    assert all(v < 0.5 and abs(a) < 0.05 for _, a, v in b.samples)


def test_both_drives_put_both_legs_at_12_v_and_draw_nothing() -> None:
    b = bench()
    b.outputs.update(enable=True, drive_lock=True, drive_unlock=True)
    b.wait(0.05)
    here = len(b.samples)
    b.wait(0.3)
    assert all(abs(a) < 0.05 and v > 12.0 for _, a, v in b.samples[here:])
    assert b.line_v("motor_lock") > 11.5
    assert b.line_v("motor_unlock") > 11.5


def test_enabled_without_drives_the_feed_is_live_and_draws_under_50_ma() -> None:
    b = bench()
    b.outputs["enable"] = True
    b.wait(0.1)
    here = len(b.samples)
    b.wait(0.3)
    assert all(abs(a) < 0.05 and v > 12.0 for _, a, v in b.samples[here:])


def test_a_relay_takes_at_most_10_ms_either_way() -> None:
    """Seen through a meter that reads once a ms and may stall now and then: the median of seven units, and no unit too early."""
    ups, downs = [], []
    for seed in range(7):
        b = bench(seed=seed)
        b.wait(0.02)
        b.outputs["enable"] = True
        start = b.now_s
        b.wait(0.05)
        ups.append(next(t for t, _, v in b.samples if t > start and v > 10.0) - start)
        b.outputs["enable"] = False
        start = b.now_s
        b.wait(0.05)
        downs.append(next(t for t, _, v in b.samples if t > start and v < 0.5) - start)
    assert min(ups) > 0.004
    assert sorted(ups)[3] <= 0.012
    assert min(downs) > 0.002
    assert sorted(downs)[3] <= 0.012


def test_a_good_monitor_gives_about_one_sample_a_ms_and_one_for_each_longer_step() -> None:
    b = bench()
    b.wait(1.0)
    assert 930 <= len(b.samples) <= 1000
    b.samples.clear()
    b.wait(2.0, step_s=0.02)
    assert len(b.samples) >= 96
    b.wait(20.0)
    assert any(w.current_a is None for w in b.worlds)


def test_driving_against_the_end_stop_stalls_at_once() -> None:
    """A wiggle's pulses go to the end where the lock already stands: flat stall current, no edge."""
    b = bench()
    curve = b.pulse("drive_unlock", on_s=0.16)
    assert curve.edge_s("lock") is None
    assert min(a for t, a, _ in curve.samples if 0.012 < t < 0.14) > 2.3


def test_supply_sags_by_the_source_and_a_series_resistance_does_not_show_at_the_feed() -> None:
    low, series = bench(fault="supply_low"), bench(fault="wire_high_r")
    assert low.pulse().plateau[1] < 9.0
    assert series.pulse().plateau[1] > 12.2


def test_a_loaded_low_supply_still_keeps_the_rigs_logic_alive() -> None:
    """Even at severity 1 the loaded supply stays above 6.5 V: a low supply is the car's fault, to be judged, not a stop."""
    for seed in range(12):
        b = bench(fault="supply_low", severity=1.0, seed=seed)
        assert b.pulse().plateau[1] > 6.7
        assert sum((w.supply_v or 0.0) < 6.5 for w in b.worlds) < 30
