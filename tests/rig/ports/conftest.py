"""The rig that a port suite works on; after each test, its outputs are looked at: none may be left on (STYLE habit 5)."""

from collections.abc import Iterator

import pytest
from port_bench import FarSide, PortBench, open_bench


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[PortBench]:
    """An open rig. A device that the wiring names and that is not there is a failure, never a skip."""
    opened = open_bench(request.config.getoption("--rig"), request.config.getoption("--far-side"))
    try:
        yield opened
    finally:
        opened.close()
    if opened.far is not None:
        assert not any(opened.far.coil(role) for role in opened.wiring.output_pins), "a coil was left on"


@pytest.fixture
def far(bench: PortBench) -> FarSide:
    """Whoever stands on the far side."""
    if bench.far is None:
        pytest.skip("nobody stands on the far side of this rig: give --far-side MODULE:CALLABLE")
    return bench.far
