"""Severity, determinism, tolerance, temperature and supply."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sim_bench import Bench, bench, mean

from bench.errors import UsageError
from bench.model.names import FAULTS
from bench.sim.faults import TABLE, knobs_for
from bench.sim.knobs import Knobs
from bench.sim.plant import build_plant
from bench.sim.streams import Stream

LADDER = [0.0, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0]


def test_the_table_covers_the_catalogue_in_its_order() -> None:
    assert tuple(TABLE) == FAULTS
    assert all(entry.meaning.strip() for entry in TABLE.values())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_every_knob_moves_one_way_with_severity(fault: str, kind: str) -> None:
    for seed in range(3):
        ladder = [knobs_for(fault, s, "rear_door" if kind == "rear_door" else "tailgate", Stream(f"{seed}")) for s in LADDER]
        assert ladder[0] == Knobs()
        for name in Knobs.__slots__:
            values = [getattr(k, name) for k in ladder[1:]]
            if isinstance(values[0], str):
                assert len(set(values)) == 1
            else:
                assert values in (sorted(values), sorted(values, reverse=True))


@pytest.mark.parametrize(
    ("fault", "rising"),
    [("wire_high_r", True), ("motor_open", True), ("motor_short", False), ("motor_weak", True)],
)
def test_resistance_moves_one_way_with_severity(fault: str, rising: bool) -> None:
    values = [bench(fault=fault, severity=s).pulse().ohm for s in LADDER]
    pairs = list(pairwise(values))
    assert all((b > a - 0.02) if rising else (b < a + 0.02) for a, b in pairs)


@pytest.mark.parametrize("fault", ["gear_stiff", "supply_low", "wire_high_r", "frozen"])
def test_slowness_grows_with_severity(fault: str) -> None:
    stops = [bench(fault=fault, severity=s, ambient_c=-12.0).pulse().stop_s for s in LADDER]
    assert all(b > a - 0.003 for a, b in pairwise(stops))
    assert stops[-2] > 1.25 * stops[0]


@pytest.mark.parametrize("fault", FAULTS)
def test_severity_zero_is_a_good_lock_to_the_byte(fault: str) -> None:
    good = bench(ambient_c=-12.0).pulse()
    assert bench(fault=fault, severity=0.0, ambient_c=-12.0).pulse() == good


def whole(seed: int, fault: str | None, kind: str) -> list[object]:
    b = bench("rear_door" if kind == "rear_door" else "tailgate", fault, 0.85, seed)
    for request, role in (("close", "drive_lock"), ("open", "drive_lock"), ("wiggle", "drive_lock")):
        b.plant.operator(request)
        b.pulse(role)
    return [*b.worlds, dict(b.plant.operator("look"))]


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
@pytest.mark.parametrize("fault", [None, "wire_intermittent", "switch_bounce", "reopens", "gear_jam"])
def test_the_same_seed_and_calls_give_the_same_world_to_the_byte(kind: str, fault: str | None) -> None:
    assert repr(whole(3, fault, kind)) == repr(whole(3, fault, kind))
    assert repr(whole(3, fault, kind)) != repr(whole(4, fault, kind))


def test_what_was_handed_out_is_never_changed_later() -> None:
    b = bench(fault="wire_intermittent")
    b.plant.operator("wiggle")
    b.wait(0.2)
    kept = [repr(w) for w in b.worlds]
    b.hand("close")
    b.pulse()
    assert [repr(w) for w in b.worlds[: len(kept)]] == kept


def test_good_locks_differ_from_unit_to_unit_within_wide_bounds() -> None:
    seen = [bench(seed=seed).pulse() for seed in range(24)]
    ohms, stops, volt_s = [c.ohm for c in seen], [c.stop_s for c in seen], [c.volt_seconds for c in seen]
    assert min(ohms) > 3.3
    assert max(ohms) < 4.3
    assert max(ohms) - min(ohms) > 0.2
    assert min(stops) > 0.085
    assert max(stops) < 0.15
    assert mean(volt_s) == pytest.approx(0.72, rel=0.04)
    assert max(volt_s) - min(volt_s) > 0.04


def test_the_volt_second_integral_stays_where_the_stroke_time_moves() -> None:
    """Supply 10.5-14.4 V and one more ohm: the integral moves a few per cent, the time far more."""
    good = bench(seed=2).pulse()
    others = [bench(seed=2, supply_v=v).pulse() for v in (10.5, 14.4)] + [bench(fault="gear_stiff", seed=2).pulse()]
    for other in others:
        assert other.volt_seconds == pytest.approx(good.volt_seconds, rel=0.04)
        assert abs(other.stop_s / good.stop_s - 1.0) > 0.10


def test_cold_lowers_copper_and_slows_the_stroke() -> None:
    warm, cold = bench(seed=1).pulse(), bench(seed=1, ambient_c=-20.0).pulse()
    assert 0.80 < cold.ohm / warm.ohm < 0.90
    assert cold.plateau[0] > 1.08 * warm.plateau[0]
    assert cold.stop_s > 1.03 * warm.stop_s
    assert cold.run_a > 1.2 * warm.run_a
    assert cold.volt_seconds == pytest.approx(warm.volt_seconds * 1.09, rel=0.05)


def test_a_long_stall_trips_the_motors_ptc() -> None:
    b = bench()
    b.outputs["drive_lock"] = b.outputs["enable"] = True
    b.wait(1.0)
    at_start = b.samples[-1][1]
    b.wait(75.0, step_s=0.02)
    assert at_start > 2.7
    assert b.samples[-1][1] < 0.5


@pytest.mark.parametrize("severity", [-0.01, 1.01, float("nan")])
def test_a_severity_outside_0_to_1_is_refused_with_the_fault_ids(severity: float) -> None:
    with pytest.raises(UsageError, match=r"0\.\.1.*motor_open.*bench_fault"):
        build_plant(kind="rear_door", fault="motor_open", severity=severity)


def test_an_unknown_fault_is_refused_with_the_fault_ids() -> None:
    with pytest.raises(UsageError, match=r"'gremlin'.*motor_open.*bench_fault"):
        build_plant(kind="rear_door", fault="gremlin")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([None, *FAULTS]),
    st.floats(0.0, 1.0),
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.0003, 0.001, 0.005, 0.02]), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
            st.sampled_from(["", "", "", "close", "open", "wiggle"]),
        ),
        max_size=40,
    ),
)  # fmt: skip
def test_whatever_is_commanded_the_world_stays_a_world(
    fault: str | None, severity: float, turns: list[tuple[float, bool, bool, bool, bool, str]]
) -> None:
    """Finite readings, levels 0 or 1, times inside the step, and never current without a live feed."""
    b = Bench(build_plant(kind="rear_door", fault=fault, severity=severity))
    for dt, enable, lock, unlock, beat, request in turns:
        if request:
            b.plant.operator(request)
        w = b.plant.advance(dt, {"enable": enable, "drive_lock": lock, "drive_unlock": unlock, "heartbeat": beat})
        assert set(w.inputs) == {"ajar", "lock", "estop"}
        assert set(w.inputs.values()) <= {0, 1}
        assert w.current_a is None or -0.1 < w.current_a <= 8.19
        assert w.bus_v is None or 0.0 <= w.bus_v < 16.0
        assert all(0.0 <= at <= dt for at, _, _ in w.edges)
        assert all(0.0 <= at <= dt for at, _, _ in w.frames)
        assert all(0.0 <= v < 16.0 for v in w.line_v.values())
