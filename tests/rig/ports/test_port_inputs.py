"""The input port: the level at the start, then every edge with its own time, bounce included."""

import itertools

import pytest
from port_bench import MS, FarSide, PortBench

from bench.model.names import InputRole
from bench.model.observations import Gap, Input

pytestmark = pytest.mark.port


def inputs(bench: PortBench, role: InputRole, ms: int = 60) -> list[Input]:
    return [line for line in bench.watch(ms) if isinstance(line, Input) and line.role == role]


def test_each_fitted_input_tells_its_level_once_at_the_start(bench: PortBench) -> None:
    seen = [line for line in bench.watch(50) if isinstance(line, Input)]
    assert {line.role for line in seen} == set(bench.rig.fitted)
    assert len({line.role for line in seen}) == len(seen) or bench.far is None


@pytest.mark.parametrize("role", ["ajar", "estop"])
def test_an_edge_has_the_vehicle_side_level_and_a_time_inside_its_moment(bench: PortBench, far: FarSide, role: InputRole) -> None:
    inputs(bench, role)
    before = bench.rig.clock.now_ns()
    far.drive(role, 0)
    far.settle()
    after = bench.rig.clock.now_ns()
    (edge,) = inputs(bench, role)
    assert (edge.role, edge.level) == (role, 0)
    assert before - MS <= edge.t <= after + MS, f"{(edge.t - before) / MS:.3f} ms after the order"


def test_every_bounce_is_seen_in_order_and_none_is_smoothed_away(bench: PortBench, far: FarSide) -> None:
    inputs(bench, "ajar")
    levels = [0, 1, 0, 1, 0]
    for level in levels:
        far.drive("ajar", level)
        far.settle()
    seen = inputs(bench, "ajar")
    assert [edge.level for edge in seen] == levels
    assert all(a.t < b.t for a, b in itertools.pairwise(seen))
    assert not [line for line in bench.drain() if isinstance(line, Gap)]
