"""A swing with the rotor's turning is found in cycles a stroke, whatever the speed, the noise and the supply."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.evidence import Value
from bench.analysis.ripple import ripple_of
from bench.analysis.strokes import Stroke
from bench.config import load_profile


def swinging(share: float, cycles: float, *, step_ms: float = 1.0, seed: int = 0, noise_a: float = 0.01, supply_v: float = 12.6) -> Stroke:
    """Return the run of a motor of 3.8 ohm, 0.72 V s and a time constant of 30 ms, whose current swings so many times over the angle."""
    t = np.arange(0.0, 0.2, step_ms / 1000) + np.random.default_rng(seed).uniform(0, step_ms / 1000)
    emf_v = (supply_v - 2.9) * (1 - np.exp(-t / 0.03))
    fluxes = np.concatenate(([0.0], np.cumsum((emf_v[1:] + emf_v[:-1]) / 2 * np.diff(t))))
    stop = int(np.searchsorted(fluxes, 0.72)) + 1
    stall_a = (supply_v - 0.35) / 3.8
    angle = fluxes[:stop] / fluxes[stop - 1]
    noise = np.random.default_rng(seed).normal(0, noise_a, stop)
    amps = stall_a - emf_v[:stop] / 3.8 + noise + share * stall_a * np.sin(2 * np.pi * cycles * angle + seed)
    return Stroke(
        role="drive_lock", step="lock#1", start_ns=0, end_ns=500_000_000, n=stop, flows=True, moved=True, plateau_a=stall_a,
        lambda_vs=float(fluxes[stop - 1]), seconds=t[:stop], fluxes=fluxes[:stop], amps=amps,
    )  # fmt: skip


@given(share=st.floats(0.02, 0.1), cycles=st.floats(15, 24), supply_v=st.floats(10.5, 14.5), seed=st.integers(0, 99))
def test_a_swing_is_read_to_its_size(share: float, cycles: float, supply_v: float, seed: int) -> None:
    found = ripple_of([swinging(share, cycles, supply_v=supply_v, seed=seed + n) for n in range(4)])
    assert found == pytest.approx(share, rel=0.2, abs=0.003)


@given(noise_a=st.floats(0.002, 0.03), seed=st.integers(0, 999))
def test_noise_alone_hardly_swings(noise_a: float, seed: int) -> None:
    """Noise of 30 mA, as a monitor with brushes has it: a hundred samples a stroke leave a tenth of it at any one number of cycles."""
    found = ripple_of([swinging(0.0, 20, noise_a=noise_a, seed=seed + n) for n in range(4)])
    assert found is not None
    assert found < 0.001 + 0.4 * noise_a


def test_three_poles_are_not_taken_for_shorted_turns() -> None:
    """Six swings a revolution, 66 a stroke: sampled each millisecond they fold down, but not onto one number of cycles over the angle."""
    poles = ripple_of([swinging(0.05, 66, seed=n) for n in range(6)])
    assert poles is not None
    assert poles < 0.02


def test_what_was_sampled_too_slowly_or_not_whole_says_nothing() -> None:
    assert ripple_of([]) is None
    assert ripple_of([swinging(0.05, 22, step_ms=5.0)]) is None, "20 samples a stroke"
    assert ripple_of([replace(swinging(0.05, 22), clipped=True)]) is None
    assert ripple_of([replace(swinging(0.05, 22), gaps=2)]) is None, "a restart after a gap is no swing"
    assert ripple_of([replace(swinging(0.05, 22), lambda_vs=0.0)]) is None


def test_a_swing_tells_shorted_turns_from_a_motor_that_was_made_so() -> None:
    """R and Lambda a little low may be another make as well as an early short: the swing decides, and its absence speaks against."""
    seen: dict[str, Value] = {
        "resistance_ohm": 3.0, "lambda_vs": 0.56, "running_share": 0.28, "stroke": "full", "current_flows": "all", "trip": "none",
    }  # fmt: skip
    profile = load_profile("qashqai-j11-rear-door")

    def short(more: dict[str, Value]) -> float:
        return posterior(scores_of(seen | more, profile, scope="door", ambient_c=25.0).log_likelihoods(), priors_of(None, frozenset()))[
            "motor_short"
        ]

    assert short({"ripple": 0.004}) < short({}) < 0.3
    assert short({"ripple": 0.03}) > 5 * short({})
    assert short({"ripple": 0.06}) > 0.7
