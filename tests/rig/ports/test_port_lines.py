"""The watched lines: volts at the line, whatever divider stands before the converter."""

import pytest
from port_bench import FarSide, PortBench

from bench.model.observations import LineVoltage

pytestmark = pytest.mark.port


def test_a_line_reads_its_own_voltage(bench: PortBench, far: FarSide) -> None:
    if "ajar" not in bench.wiring.lines:
        pytest.skip("nothing watches the ajar line here")
    far.line("ajar", 0.1)
    for volts in (12.4, 5.0):
        far.line("ajar", volts)
        seen = []
        for _ in range(20):
            far.settle()
            seen += [line.v for line in bench.watch(10) if isinstance(line, LineVoltage) and line.role == "ajar"]
        assert seen[-1] == pytest.approx(volts, abs=0.05)
