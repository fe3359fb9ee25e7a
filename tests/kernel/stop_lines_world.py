"""The world of tests/stop outside of the guest's kernel: lines, registers and bus on one side, the shared slots on the other.

    python -m tests.kernel.stop_lines_world MEMORY DISK

Five hundred times a second it copies what the output lines carry to the slots, lets the world of tests/stop go on (monostable,
relays, motor, latch, fate), and shows what follows: input lines are pulled, conversions appear, the door's frame goes out.
A full disk is a real one: it fills DISK, a small file system, to the last byte.

A chip may keep the last level of a line whose owner was killed; gpio-sim drops it. So from the moment at which the pin process is
killed, the world goes by the levels of that moment for ever: only the heartbeat that has ended can make the feed die.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parent.parent / "stop"))
from stop_memory import Memory, Slot
from stop_world import MS, WorldOutside

from bench.config import load_wiring
from bench.model.wiring import Wiring
from tests.kernel.chip_registers import ChipRegisters
from tests.kernel.kernel_rig import RIG
from tests.kernel.sim_lines import SimLine
from tests.kernel.traffic import CLOSED, OPEN, RawNode

TURN_NS: Final = 2 * MS
STILL_NS: Final = 10 * MS
"""A turn while no heartbeat has been heard for STILL_AFTER_NS: the feed is dead, and nobody is up yet."""
STILL_AFTER_NS: Final = 500 * MS
CONVERSION_NS: Final = 4 * MS
FRAME_NS: Final = 100 * MS
PRIORITY: Final = 40
"""SCHED_FIFO, above the pin process's 20: the world does not wait for lockbench."""
STANDS_V, DIPPED_V, LINE_V, FEED_V = 12.5, 5.0, 12.0, 12.3


class LinesWorld:
    """One turn after the other."""

    def __init__(self, memory: Memory, wiring: Wiring, disk: Path) -> None:
        self._m = memory
        self._world = WorldOutside(memory, disk)
        self._outputs = [(Slot[role.upper()], SimLine(pin.pin), pin.active_high) for role, pin in wiring.output_pins.items()]
        self._inputs = [(Slot[str(role).upper()], SimLine(pin.pin), pin.inverted) for role, pin in wiring.gpio.inputs.items()]
        self._registers, self._node = ChipRegisters(wiring), RawNode()
        self._converted_ns = self._sent_ns = 0
        self._beat = self._beat_ns = 0
        self._registers.set_celsius(21.0)

    def turn(self, now: int, dt: int) -> None:
        """Look, let so much time pass, show."""
        m = self._m
        if not self._is_kept:
            for slot, line, high in self._outputs:
                m[slot] = int((line.level() == 1) is high)
        if m[Slot.HEARTBEAT] != self._beat:
            self._beat, self._beat_ns = m[Slot.HEARTBEAT], now
        self._world.turn(now, dt)
        for slot, line, inverted in self._inputs:
            line.pull(int((m[slot] == 1) is not inverted))
        if now - self._converted_ns >= CONVERSION_NS:
            self._convert((now - self._converted_ns) / 1e9)
            self._converted_ns = now
        if now - self._sent_ns >= FRAME_NS and not m[Slot.CAN_LOST]:
            self._sent_ns = now
            self._node.send(0x60D, CLOSED if m[Slot.AJAR] else OPEN)

    def turn_ns(self, now: int) -> int:
        """How long the next turn is, ns."""
        return STILL_NS if now - self._beat_ns > STILL_AFTER_NS and not self._m[Slot.FEED] else TURN_NS

    @property
    def _is_kept(self) -> bool:
        """Was the owner of the lines killed?"""
        m = self._m
        return bool(m[Slot.ACTED_NS]) and (m[Slot.ACT], m[Slot.ACT_WITH], m[Slot.ACT_ON]) == (1, signal.SIGKILL, m[Slot.PIN_PID])

    def _convert(self, dt_s: float) -> None:
        m, registers = self._m, self._registers
        registers.is_frozen = bool(m[Slot.FROZEN])
        registers.convert(m[Slot.CURRENT_MA] / 1000, FEED_V if m[Slot.FEED] else 0.0)
        registers.set_volts("supply", DIPPED_V if m[Slot.DIP] else STANDS_V)
        registers.set_volts("ajar", LINE_V if m[Slot.AJAR] else 0.0)
        registers.advance(dt_s)


def main(path: str, disk: str) -> None:
    """Run until told to end, or until nobody is left who could."""
    memory = Memory(Path(path))
    world = LinesWorld(memory, load_wiring(RIG), Path(disk))
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    parent = os.getppid()
    last = time.monotonic_ns()
    memory[Slot.GO_ON] = 1
    while memory[Slot.GO_ON] and os.getppid() == parent:
        turn_ns = world.turn_ns(last)
        time.sleep(max(0.0, (last + turn_ns - time.monotonic_ns()) / 1e9))
        now = time.monotonic_ns()
        memory[Slot.LATE_NS] = max(memory[Slot.LATE_NS], now - last - turn_ns)
        world.turn(now, now - last)
        last = now
    memory.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
