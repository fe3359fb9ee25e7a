"""Who stands on the far side of the guest's lines, registers and bus for the port suites.

pytest tests/rig/ports --rig wiring/kernel.toml --far-side tests.kernel.port_far_side:far_side
"""

import time
from typing import Final

from bench.model.wiring import Wiring
from tests.kernel.chip_registers import ChipRegisters
from tests.kernel.sim_lines import SimLine
from tests.kernel.traffic import RawNode

SETTLE_S: Final = 0.03
"""A deferred interrupt of a simulated line runs on the kernel's tick, 1 ms; lockbench samples every ms."""


class KernelFarSide:
    """The world of tests/rig/ports/port_bench.FarSide, through the kernel's own files."""

    def __init__(self, wiring: Wiring) -> None:
        self._coils = {role: (SimLine(pin.pin), pin.active_high) for role, pin in wiring.output_pins.items()}
        self._inputs = {str(role): (SimLine(pin.pin), pin.inverted) for role, pin in wiring.gpio.inputs.items()}
        self._registers = ChipRegisters(wiring)
        self._node = RawNode(wiring.can.channel) if wiring.can is not None else None
        for role in self._inputs:
            self.drive(role, 1)

    def coil(self, role: str) -> bool:
        line, high = self._coils[role]
        return (line.level() == 1) is high

    def drive(self, role: str, level: int) -> None:
        line, inverted = self._inputs[role]
        line.pull(1 - level if inverted else level)

    def convert(self, a: float, v: float) -> None:
        self._registers.convert(a, v)

    def freeze(self) -> None:
        self._registers.is_frozen = True

    def line(self, role: str, volts: float) -> None:
        self._registers.set_volts(role, volts)

    def send(self, arbitration_id: int, payload: bytes) -> None:
        assert self._node is not None, "this rig has no CAN"
        self._node.send(arbitration_id, payload)

    def settle(self) -> None:
        until = time.monotonic() + SETTLE_S
        while time.monotonic() < until:
            self._registers.advance(0.001)
            time.sleep(0.001)

    def close(self) -> None:
        for line, _ in (*self._coils.values(), *self._inputs.values()):
            line.close()
        self._registers.close()
        if self._node is not None:
            self._node.close()


def far_side(wiring: Wiring) -> KernelFarSide:
    """Take the far side of a wiring's rig."""
    return KernelFarSide(wiring)
