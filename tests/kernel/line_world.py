"""The stop matrix's world outside (tests/stop/stop_world.py) behind the guest's real lines and registers, as a process of its own.

Before each of its turns the four outputs are read from outside of lockbench, and after it the inputs are pulled and a conversion is
put into the INA226's registers. So what that world measures, the death of the feed above all, it measures on kernel lines.

A killed owner's lines fall at once in gpio-sim; on a Pi they may keep their level. KEEPS is the worse case: from a KILL on, the
world sees the lines as they were, and the heartbeat alone must let the feed die.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "stop")]

from stop_memory import Memory, Slot  # noqa: E402
from stop_world import MS, PRIORITY, WorldOutside  # noqa: E402

from bench.config import load_wiring  # noqa: E402
from tests.kernel.chip_registers import ChipRegisters  # noqa: E402
from tests.kernel.sim_lines import SimLine  # noqa: E402
from tests.kernel.traffic import CLOSED, OPEN, RawNode  # noqa: E402

WIRING = HERE.parents[1] / "wiring" / "kernel.toml"
FEED_V, DIP_V, SUPPLY_V = 12.3, 5.0, 12.5
FRAME_NS = 100 * MS


class LineWorld:
    """The lines, registers and bus on both sides of one turn of the world."""

    def __init__(self, memory: Memory) -> None:
        wiring = load_wiring(WIRING)
        self._m = memory
        self._outputs = [(Slot[role.upper()], SimLine(pin.pin), pin.active_high) for role, pin in wiring.output_pins.items()]
        self._inputs = [(Slot[role.upper()], SimLine(pin.pin), pin.inverted) for role, pin in wiring.gpio.inputs.items()]
        self._registers, self._node = ChipRegisters(wiring), RawNode()
        self._frame_ns = self._victim = 0
        self._kills_pins = False
        self.keeps = False

    def take(self) -> None:
        """Read what lockbench's lines carry; a heartbeat that is kept stands still with the rest."""
        if self.keeps:
            return
        for slot, line, high in self._outputs:
            self._m[slot] = int((line.level() == 1) is high)

    def look_at_victim(self) -> None:
        """Before a KILL: is it the owner of the lines whom it will hit?"""
        m = self._m
        if m[Slot.ACT] == 1 and m[Slot.ACT_WITH] == signal.SIGKILL and m[Slot.ACT_ON] != self._victim:
            self._victim = m[Slot.ACT_ON]
            with contextlib.suppress(OSError):
                self._kills_pins = b"line_pins" in Path(f"/proc/{self._victim}/cmdline").read_bytes()
        if m[Slot.ACTED_NS] and self._kills_pins:
            self.keeps = True

    def show(self, now: int, dt: int) -> None:
        """Show what the world has come to."""
        m = self._m
        for slot, line, inverted in self._inputs:
            line.pull(1 - m[slot] if inverted else m[slot])
        registers = self._registers
        registers.is_frozen = m[Slot.FROZEN] != 0
        supply_v = DIP_V if m[Slot.DIP] else SUPPLY_V
        registers.set_volts("supply", supply_v)
        registers.set_volts("ajar", SUPPLY_V if m[Slot.AJAR] else 0.1)
        registers.convert(m[Slot.CURRENT_MA] / 1000, min(FEED_V, supply_v) if m[Slot.FEED] else 0.0)
        registers.advance(dt / 1e9)
        if not m[Slot.CAN_LOST] and now - self._frame_ns >= FRAME_NS:
            self._frame_ns = now
            self._node.send(0x60D, CLOSED if m[Slot.AJAR] else OPEN)


def main(path: str) -> None:
    """Run until told to end, or until nobody is left who could."""
    memory = Memory(Path(path))
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    lines = LineWorld(memory)
    lines.take()
    world = WorldOutside(memory)
    lines.show(time.monotonic_ns(), MS)
    parent, last = os.getppid(), time.monotonic_ns()
    memory[Slot.GO_ON] = 1
    while memory[Slot.GO_ON] and os.getppid() == parent:
        time.sleep(max(0.0, 0.001 - (time.monotonic_ns() - last) / 1e9))
        now = time.monotonic_ns()
        memory[Slot.LATE_NS] = max(memory[Slot.LATE_NS], now - last - MS)
        lines.take()
        lines.look_at_victim()
        world.turn(now, now - last)
        lines.look_at_victim()
        lines.show(now, now - last)
        last = now
    memory.close()


if __name__ == "__main__":
    main(sys.argv[1])
