"""The engine, guard and procedure over the CI rig: what a lock shows there does not depend on the machine."""

import random
from collections.abc import Mapping

import pytest
from ci_runs import PROFILE, WIRING, Kept, whole_run
from rig_fakes import FormulaPlant

from bench.app.ci_rig import open_ci_rig
from bench.model.observations import Answer, Can, Current, End, Input, Output, Stop
from bench.ports.plant import World
from bench.sim.virtual import virtual_rig


class DyingSensor(FormulaPlant):
    """Its current sensor gives nothing from the first drive on."""

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        world = super().advance(dt_s, outputs)
        return world._replace(current_a=None, bus_v=None) if outputs["drive_lock"] and outputs["enable"] else world


class StallingMachine:
    """A wall clock on a machine that now and then does something else for up to half a second."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._t_s = 0.0
        self.stalls = 0

    def now(self) -> float:
        if self._random.random() < 0.02:
            self.stalls += 1
            self._t_s += self._random.uniform(0, 0.5)
        return self._t_s

    def rest(self, seconds: float) -> None:
        self._t_s += seconds + self._random.uniform(0, 0.004)


def switches(run: Kept) -> list[tuple[str, int]]:
    seen = [(line.role, line.level) for line in run if isinstance(line, Input)]
    return sorted(seen, key=lambda level: level[0])  # in order of time within a role


def orders(run: Kept) -> list[tuple[str, bool]]:
    return [(line.role, line.energised) for line in run if isinstance(line, Output)]


def answers(run: Kept) -> list[tuple[str, object]]:
    return [(line.question, line.value) for line in run if isinstance(line, Answer)]


def payloads(run: Kept) -> list[str]:
    seen = [line.data for line in run if isinstance(line, Can)]
    return [data for i, data in enumerate(seen) if i == 0 or data != seen[i - 1]]


def test_a_whole_run_over_the_drivers_is_the_run_on_the_virtual_clock() -> None:
    near = whole_run(open_ci_rig(WIRING, PROFILE, FormulaPlant(), pace=None))
    far = whole_run(virtual_rig(FormulaPlant(), name="sim", default_roles=frozenset(PROFILE.roles), kind=PROFILE.kind))
    assert isinstance(near[-1], End)
    assert isinstance(far[-1], End)
    for view in (switches, orders, answers, payloads):
        assert view(near) == view(far)
    assert near[-1].t == far[-1].t


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_stalling_machine_delays_a_run_and_never_changes_it(seed: int) -> None:
    machine = StallingMachine(seed)
    calm = whole_run(open_ci_rig(WIRING, PROFILE, FormulaPlant(), pace=None))
    rig = open_ci_rig(WIRING, PROFILE, FormulaPlant(), pace=1.0, wall=machine.now, rest=machine.rest)
    stalled = whole_run(rig)
    assert machine.stalls > 50
    assert not [line for line in stalled if isinstance(line, Stop)]
    for view in (switches, orders, answers, payloads):
        assert view(stalled) == view(calm)


def test_a_current_sensor_that_dies_under_drive_stops_the_run() -> None:
    rig = open_ci_rig(WIRING, PROFILE, DyingSensor(), pace=None)
    run = whole_run(rig)
    stop = run[-1]
    assert isinstance(stop, Stop)
    assert stop.reason == "sensor"
    assert max(line.t0 + line.dt[-1] for line in run if isinstance(line, Current)) <= stop.t
