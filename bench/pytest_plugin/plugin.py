"""The pytest plugin: `lockbench`, `lock_plant`, `virtual_bcm` and `recorded_run`. Nothing heavy is imported before it is used.

    def test_my_lock(lockbench):
        assert lockbench.test().verdict == "PASS"

`--lockbench-rig RIG` runs the same tests on another rig (default `sim`), a real one included; `--lockbench-runs DIR`, the ini
option `lockbench_runs` and the mark `@pytest.mark.lockbench_runs("DIR", ...)` name the folders of recorded runs.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bench.app.virtual_bcm import VirtualBcm
    from bench.model.names import Kind
    from bench.ports.plant import Plant
    from bench.pytest_plugin.bench_fixture import LockBench
    from bench.pytest_plugin.recorded import RecordedRun


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("lockbench", "lockbench: tests of car-door locks")
    group.addoption("--lockbench-rig", default="sim", metavar="RIG", help="sim, plant:MODULE:CALLABLE or a wiring file (default: sim)")
    group.addoption("--lockbench-runs", action="append", default=[], metavar="DIR", help="recorded runs for the fixture recorded_run")
    parser.addini("lockbench_runs", "folders of recorded runs for the fixture recorded_run", type="linelist", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "lockbench_runs(*folders): recorded runs that this test is given, one after the other")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `recorded_run` one case a run folder."""
    if "recorded_run" not in metafunc.fixturenames:
        return
    from bench.pytest_plugin.recorded import run_folders_of

    mark = metafunc.definition.get_closest_marker("lockbench_runs")
    named = [str(folder) for folder in mark.args] if mark else []
    config = metafunc.config
    folders = run_folders_of(named or config.getoption("lockbench_runs") or config.getini("lockbench_runs"), config.rootpath)
    metafunc.parametrize("recorded_run", folders, ids=[folder.name for folder in folders], indirect=True)


@pytest.fixture
def lockbench(request: pytest.FixtureRequest, tmp_path: Path, record_property: Callable[[str, object], None]) -> "LockBench":
    """A bench that tests locks: `lockbench.test("motor_weak", 0.6)`. Runs go to the test's own folder."""
    from bench.pytest_plugin.bench_fixture import LockBench

    return LockBench(request.config.getoption("lockbench_rig"), tmp_path / "runs", record_property, request.config)


@pytest.fixture
def lock_plant() -> "Callable[..., Plant]":
    """A maker of simulated locks: `lock_plant("motor_weak", severity=0.6, kind="tailgate", seed=3)` is a plant (DESIGN 3.5)."""
    from bench.sim.plant import build_plant

    def make(fault: str | None = None, *, severity: float = 0.85, kind: "Kind" = "rear_door", seed: int = 0, **world: Any) -> "Plant":
        return build_plant(kind=kind, fault=fault, severity=severity, seed=seed, **world)

    return make


@pytest.fixture
def virtual_bcm(request: pytest.FixtureRequest) -> "Iterator[VirtualBcm]":
    """A body control module on python-can's `virtual` interface; its channel is the test's name.

    `virtual_bcm.bus.channel_info` names it; open the same channel with `can.Bus(interface="virtual", channel=...)`.
    """
    import can

    from bench.app.virtual_bcm import VirtualBcm

    with can.Bus(interface="virtual", channel=request.node.nodeid) as bus:
        bcm = VirtualBcm(bus)
        try:
            yield bcm
        finally:
            bcm.stop()


@pytest.fixture
def recorded_run(request: pytest.FixtureRequest) -> "RecordedRun":
    """One recorded run, judged anew: `.document` beside `.stored`, the verdict that lies in its folder."""
    from bench.pytest_plugin.recorded import RecordedRun

    return RecordedRun.load(request.param)
