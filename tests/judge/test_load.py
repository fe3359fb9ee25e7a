"""What a release asks of its motor is read off the motor alone: how heavy it runs, and where in the stroke it meets the pawl."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.evidence import Value
from bench.analysis.load import Load, load_of
from bench.analysis.ruling import FAULT_FIRM, HEALTHY_FIRM
from bench.analysis.strokes import BRUSH_V, Stroke
from bench.config import load_profile

OHM, FARAD, LAMBDA_VS, FINE_S = 3.8, 0.009, 0.72, 0.0002
GATE = load_profile("qashqai-j11-tailgate")
USUAL: dict[str, Value] = {
    "lambda_vs": 0.72, "load_share": 0.31, "resistance_ohm": 3.8, "stroke": "full", "opens": "all", "opened": "all", "closes": "closed",
    "current_flows": "all", "trip": "none", "gaps_still": "zero", "gaps_flexed": "zero", "edges_still": "zero", "edges_flexed": "zero",
    "edges": 3.0, "chatter_ms": 1.0, "held": "all", "half": "none", "line_open_share": 0.01, "line_closed_share": 0.98, "feed_live": "all",
    "loaded_v": 12.0, "source_ohm": 0.1, "door_bit": "follows", "lambda_spread": 0.01, "lambda_later": 0.0, "trend": 0.0, "supply": "ok",
}  # fmt: skip


def loaded(
    steady: float,
    height: float = 0.2,
    centre: float = 0.58,
    *,
    width: float = 0.18,
    slope: float = 0.06,
    supply_v: float = 12.6,
    step_ms: float = 1.0,
    noise_a: float = 0.005,
    seed: int = 0,
) -> Stroke:
    """Return a stroke of a motor that friction and spring load with `steady` at x = 0.35, and a hump of `height`, in stall currents."""
    stall_a = (supply_v - BRUSH_V) / OHM
    emf_v = flux_vs = 0.0
    fluxes: list[float] = []
    amps: list[float] = []
    while flux_vs < LAMBDA_VS and len(amps) < 5000:
        x = flux_vs / LAMBDA_VS
        hump = height * (1 + np.cos(np.pi * min(max((x - centre) / width, -1), 1))) / 2
        amps.append(stall_a - emf_v / OHM)
        fluxes.append(flux_vs)
        emf_v = max(emf_v + (amps[-1] - stall_a * (steady + slope * (x - 0.35) + hump)) * FINE_S / FARAD, 0.0)
        flux_vs += emf_v * FINE_S
    rng = np.random.default_rng(seed)
    at = np.arange(rng.uniform(0, step_ms / 1000), len(amps) * FINE_S, step_ms / 1000)
    fine = np.arange(len(amps)) * FINE_S
    return Stroke(
        role="drive_lock", step="release#1", start_ns=0, end_ns=500_000_000, n=len(at), flows=True, moved=True, plateau_a=stall_a,
        lambda_vs=LAMBDA_VS, touch_vs=LAMBDA_VS, seconds=at, fluxes=np.interp(at, fine, fluxes),
        amps=np.interp(at, fine, amps) + rng.normal(0, noise_a, len(at)),
    )  # fmt: skip


@given(
    steady=st.floats(0.2, 0.55), height=st.floats(0.1, 0.3), centre=st.floats(0.45, 0.85), supply_v=st.floats(10.5, 14.5),
    seed=st.integers(0, 99),
)  # fmt: skip
@settings(max_examples=60)
def test_load_and_hump_are_read_where_they_are(steady: float, height: float, centre: float, supply_v: float, seed: int) -> None:
    height = min(height, 0.75 - steady)
    found = load_of([loaded(steady, height, centre, supply_v=supply_v, seed=seed + n) for n in range(3)])
    assert found.steady == pytest.approx(steady, abs=0.04)
    assert found.hump is None or found.hump == pytest.approx(centre, abs=0.05)
    assert found.hump is not None or centre > 0.78, "only near the end stop is a hump not told from it"


@given(noise_a=st.floats(0.002, 0.03), slope=st.floats(0.0, 0.15), steady=st.floats(0.2, 0.5), seed=st.integers(0, 999))
@settings(max_examples=60)
def test_where_no_pawl_is_lifted_no_hump_is_seen(noise_a: float, slope: float, steady: float, seed: int) -> None:
    found = load_of([loaded(steady, 0.0, slope=slope, noise_a=noise_a, seed=seed + n) for n in range(3)])
    assert found.hump is None
    assert found.steady is None or found.steady == pytest.approx(steady, abs=0.05)


def test_a_stroke_that_started_part_way_is_not_mixed_in() -> None:
    """Its hump stands elsewhere: a spring that does not come back is no stretched cable."""
    whole = [loaded(0.3, centre=0.58, seed=n) for n in range(2)]
    part_way = replace(loaded(0.3, centre=0.2), lambda_vs=0.4)
    assert load_of([*whole, part_way]) == load_of(whole)


def test_what_was_sampled_too_slowly_or_not_whole_says_nothing() -> None:
    assert load_of([]) == Load()
    assert load_of([loaded(0.3, step_ms=12.0)]) == Load(), "ten samples a stroke"
    for broken in ({"clipped": True}, {"gaps": 1}, {"moved": False}, {"touch_vs": None}, {"plateau_a": None}, {"lambda_vs": 0.05}):
        assert load_of([replace(loaded(0.3), **broken)]) == Load(), broken
    noisy = load_of([loaded(0.3, 0.05, noise_a=0.25)])
    assert noisy.hump is None, "a hump lower than the noise"


def believed(more: dict[str, Value], ambient_c: float = 25.0) -> dict[str, float]:
    return posterior(scores_of(USUAL | more, GATE, scope="door", ambient_c=ambient_c).log_likelihoods(), priors_of(None, frozenset()))


def test_a_late_hump_tells_a_stretched_cable_from_a_slow_claw() -> None:
    """A claw that is slow to its switch releases late too, but the motor meets the pawl where it always did."""
    late: dict[str, Value] = {"release_fraction": 0.92}
    assert believed(late | {"hump_fraction": 0.82})["cable_stretched"] > FAULT_FIRM
    assert believed(late | {"hump_fraction": 0.58})["cable_stretched"] < believed(late)["cable_stretched"] < FAULT_FIRM
    assert believed({"release_fraction": 0.74, "hump_fraction": 0.56})["healthy"] > HEALTHY_FIRM


@pytest.mark.parametrize("hump", [0.46, 0.5, 0.6, 0.68])
def test_where_the_pawl_stands_is_a_matter_of_make(hump: float) -> None:
    assert believed({"release_fraction": 0.74, "hump_fraction": hump})["healthy"] > HEALTHY_FIRM


def test_a_stiff_gear_is_told_by_its_steady_load_and_not_by_the_pawls() -> None:
    """The running share has the pawl's load and the rotor's in it: only where there is no better it speaks."""
    assert believed({"load_share": 0.55, "running_share": 0.4})["gear_stiff"] > FAULT_FIRM
    assert believed({"load_share": 0.31, "running_share": 0.5})["healthy"] > HEALTHY_FIRM
    assert believed({"load_share": 0.42}, ambient_c=-20.0)["gear_stiff"] < FAULT_FIRM, "in the cold a good lock runs as heavily"
