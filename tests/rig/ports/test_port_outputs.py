"""The output port: relays off before anybody asks, each on its own coil, off whatever ends the program."""

import pytest
from port_bench import FarSide, PortBench, open_bench

from bench.errors import PortError

pytestmark = pytest.mark.port
ROLES = ("enable", "drive_lock", "drive_unlock", "heartbeat")


def test_every_coil_is_off_when_the_rig_is_open(bench: PortBench, far: FarSide) -> None:
    assert [role for role in bench.wiring.output_pins if far.coil(role)] == []


@pytest.mark.parametrize("role", ROLES)
def test_an_order_reaches_its_own_coil_and_no_other(bench: PortBench, far: FarSide, role: str) -> None:
    if role not in bench.rig.outputs:
        pytest.skip(f"this rig has no {role}")
    bench.rig.outputs[role].set(True)
    far.settle()
    assert [r for r in bench.wiring.output_pins if far.coil(r)] == [role]
    bench.rig.outputs[role].set(False)
    far.settle()
    assert not far.coil(role)


def test_closing_the_rig_lets_go_of_every_coil(bench: PortBench, far: FarSide) -> None:
    for output in bench.rig.outputs.values():
        output.set(True)
    bench.rig.close()
    far.settle()
    assert [role for role in bench.wiring.output_pins if far.coil(role)] == []


def test_a_second_program_on_the_same_pins_is_refused_and_both_roles_are_named(bench: PortBench, request: pytest.FixtureRequest) -> None:
    if bench.wiring.simulated:
        pytest.skip("mock pins are new with each rig; tests/rig/test_gpio.py has two rigs on one factory")
    with pytest.raises(PortError, match=r"'enable'.*already in use as 'enable' by rig"):
        open_bench(request.config.getoption("--rig"), "")
