"""What is fitted from a stroke is what was put into it."""

import numpy as np
import pytest
from strokes_made import MS, stroke

from bench.analysis.strokes import Stroke, stroke_of
from bench.analysis.trace import Samples


def fitted(samples: Samples, *, max_a: float = 8.19) -> Stroke:
    return stroke_of(samples, role="drive_lock", step="lock#1", start_ns=0, end_ns=500 * MS, max_a=max_a, tripped=False)


@pytest.mark.parametrize("supply_v", [10.5, 12.6, 14.4])
@pytest.mark.parametrize("running_a", [0.4, 0.7, 1.5])
def test_lambda_and_resistance_do_not_follow_supply_or_friction(supply_v: float, running_a: float) -> None:
    found = fitted(stroke(supply_v=supply_v, running_a=running_a))
    assert found.resistance_ohm == pytest.approx(3.8, rel=0.02)
    assert found.lambda_vs == pytest.approx(0.72, rel=0.04)
    assert found.running_a == pytest.approx(running_a, rel=0.06)


@pytest.mark.parametrize("step_ms", [0.5, 1.0, 2.0, 5.0])
def test_the_fit_holds_at_every_sampling_rate(step_ms: float) -> None:
    found = fitted(stroke(step_ms=step_ms))
    assert found.resistance_ohm == pytest.approx(3.8, rel=0.03)
    assert found.lambda_vs == pytest.approx(0.72, rel=0.08)
    assert found.moved
    assert found.stalls


def test_the_fit_survives_sampling_gaps_of_20_ms_and_noise() -> None:
    whole = stroke(noise_a=0.02, seed=3)
    keep = np.ones(len(whole.t_ns), dtype=bool)
    for start in (40, 90, 260, 410):
        keep[start : start + 20] = False
    found = fitted(Samples(whole.t_ns[keep], whole.a[keep], whole.v[keep]))
    assert found.resistance_ohm == pytest.approx(3.8, rel=0.03)
    assert found.lambda_vs == pytest.approx(0.72, rel=0.08)
    assert found.gaps == 0, "a gap of the sampler is not a gap of the wire"


def test_the_end_stop_is_where_the_current_rises() -> None:
    short, long = fitted(stroke(lambda_vs=0.4)), fitted(stroke(lambda_vs=0.8))
    assert short.travel_ms is not None
    assert long.travel_ms is not None
    assert long.travel_ms - short.travel_ms == pytest.approx(0.4 / (12.6 - 0.35 - 0.7 * 3.95) * 1000, abs=4)


def test_a_motor_that_never_turns_did_not_move_and_stalls() -> None:
    found = fitted(stroke(lambda_vs=0.0))
    assert found.moved is False
    assert found.stalls is True
    assert found.resistance_ohm == pytest.approx(3.8, rel=0.02)
    assert found.travel_ms is None


def test_a_motor_that_never_stops_has_no_resistance_and_no_length() -> None:
    found = fitted(stroke(lambda_vs=99.0))
    assert found.stalls is False
    assert found.resistance_ohm is None
    assert found.lambda_vs is None


def test_no_current_is_told_from_no_samples() -> None:
    dead = Samples(np.arange(0, 500 * MS, MS, dtype=np.int64), np.zeros(500), np.full(500, 12.4))
    assert fitted(dead).flows is False
    nothing = Samples(np.array([], dtype=np.int64), np.array([]), np.array([]))
    assert fitted(nothing).flows is None


def test_a_noisy_monitor_draws_no_current() -> None:
    """Two odd samples in a row of 500 are no motor, and no motor that lost its current a dozen times."""
    t = np.arange(0, 500, dtype=np.int64) * MS
    amps = np.where((t // MS) % 120 < 2, 0.16, np.abs(np.random.default_rng(1).normal(0, 0.04, 500)).clip(0, 0.1))
    assert fitted(Samples(t, amps, np.full(500, 12.3))).flows is False
    assert fitted(Samples(t, np.where(t > 5 * MS, 0.2, 0.0), np.full(500, 12.3))).flows is True


def test_losses_of_current_are_counted_and_do_not_hide_the_stroke() -> None:
    torn = stroke()
    for start in (60, 200, 350):
        torn.a[start : start + 8] = 0.0
    found = fitted(torn)
    assert found.gaps == 3
    assert found.resistance_ohm == pytest.approx(3.8, rel=0.02)


def test_a_clipping_monitor_is_noticed() -> None:
    whole = stroke()
    clipped = fitted(Samples(whole.t_ns, np.minimum(whole.a, 2.9), whole.v), max_a=2.9)
    assert clipped.clipped
    assert not fitted(whole).clipped


def test_without_a_voltage_the_shape_is_read_and_the_numbers_stay_out() -> None:
    whole = stroke()
    found = fitted(Samples(whole.t_ns, whole.a, np.full(len(whole.v), np.nan)))
    assert found.moved
    assert found.stalls
    assert found.resistance_ohm is None
    assert found.lambda_vs is None


def test_the_position_in_the_stroke_is_counted_in_volt_seconds() -> None:
    found = fitted(stroke())
    assert found.stop_ns is not None
    assert found.onset_ns is not None
    assert found.flux_at(found.onset_ns) == pytest.approx(0.0, abs=0.02)
    assert found.flux_at(found.stop_ns) == pytest.approx(1.0, abs=0.02)
    middle = found.flux_at((found.onset_ns + found.stop_ns) // 2)
    assert middle is not None
    assert 0.3 < middle < 0.6
