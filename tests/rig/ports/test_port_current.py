"""The current port: one stamped sample a conversion, its value, its end of range, and silence when the chip is silent."""

import itertools

import pytest
from port_bench import MS, FarSide, PortBench

from bench.model.observations import Current

pytestmark = pytest.mark.port


def samples(bench: PortBench, ms: int) -> list[tuple[int, float | None, float | None]]:
    lines = [line for line in bench.watch(ms) if isinstance(line, Current)]
    return [(line.t0 + dt, a, v) for line in lines for dt, a, v in zip(line.dt, line.a, line.v, strict=True)]


def test_samples_are_stamped_in_order_and_never_in_the_future(bench: PortBench) -> None:
    if bench.far is not None:
        bench.far.convert(1.0, 12.0)
    seen = samples(bench, 100)
    assert seen, "no sample in 100 ms"
    assert all(a[0] <= b[0] for a, b in itertools.pairwise(seen))
    assert seen[-1][0] <= bench.rig.clock.now_ns()


def test_current_and_voltage_are_what_flows(bench: PortBench, far: FarSide) -> None:
    for a, v in ((0.0, 0.0), (0.7, 12.4), (3.2, 11.6)):
        far.convert(a, v)
        far.settle()
        _, amperes, volts = samples(bench, 30)[-1]
        assert amperes == pytest.approx(a, abs=0.005)
        assert volts == pytest.approx(v, abs=0.005)


def test_a_current_beyond_the_range_reads_as_the_end_of_the_range(bench: PortBench, far: FarSide) -> None:
    far.convert(60.0, 12.0)
    far.settle()
    assert samples(bench, 30)[-1][1] == pytest.approx(bench.rig.current_max_a, rel=0.005)


def test_a_chip_that_converts_no_more_gives_no_sample_however_its_registers_stand(bench: PortBench, far: FarSide) -> None:
    far.convert(0.7, 12.4)
    far.settle()
    samples(bench, 30)
    far.freeze()
    assert samples(bench, 60) == []


def test_with_the_outputs_off_nothing_flows_on_a_rig_where_nobody_pretends(bench: PortBench) -> None:
    if bench.far is not None:
        pytest.skip("somebody stands on the far side")
    assert all(abs(a) < 0.05 for _, a, _ in samples(bench, 200) if a is not None)


def test_the_clock_of_the_rig_goes_forward_by_what_was_waited(bench: PortBench) -> None:
    clock = bench.rig.clock
    first = clock.now_ns()
    clock.sleep_until(first + 3 * MS)
    assert clock.now_ns() >= first + 3 * MS
