"""The world on the far side of the guest's pins, bus and registers: the simulated lock, as a program of its own, in real time.

    python -m tests.kernel.far_side --socket PATH [--fault F] [--severity S] [--seed N] [--kind rear_door]

It reads the four output lines from outside of lockbench, lets the plant go on in steps of 1 ms, and shows what follows: input lines
are pulled, conversions appear in the INA226's and ADS1115's registers, the body control module's frames go out on vcan0. The enable
relay lives behind the plant's heartbeat monostable. Orders come as JSON over a Unix socket (`Hand` below is the calling end).
"""

import argparse
import contextlib
import json
import os
import select
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import can

from bench.config import load_wiring
from bench.model.wiring import Wiring
from bench.ports.plant import Plant, World
from bench.sim.plant import build_plant
from tests.kernel.chip_registers import ChipRegisters
from tests.kernel.sim_lines import SimLine

STEP_NS: Final = 1_000_000
ARMED_NS: Final = 2_000_000
STILL_NS: Final = 5_000_000
"""How often the lines are read and the registers written, with the enable relay on and without: a system call costs up to 0.1 ms here."""
MOST_STEPS: Final = 50
"""Steps made up for in one turn; a longer stall of the whole guest is left out of the world's time and counted."""
LIVE_V: Final = 1.0
"""A feed above this is live."""
PRIORITY: Final = 40
"""SCHED_FIFO: the world does not wait for lockbench."""


class FarSide:
    """The plant, and all that is between it and the kernel. Time is the guest's monotonic clock."""

    def __init__(self, wiring: Wiring, plant: Plant) -> None:
        self._outputs = {role: (SimLine(wired.pin), wired.active_high) for role, wired in wiring.output_pins.items()}
        self._inputs = {str(role): (SimLine(wired.pin), wired.inverted) for role, wired in wiring.gpio.inputs.items()}
        self._plant, self._registers = plant, ChipRegisters(wiring)
        self._bus = can.Bus(interface="socketcan", channel=wiring.can.channel, ignore_config=True) if wiring.can else None
        self.forced: dict[str, int] = {}
        self.is_silent = False
        self.feed: list[tuple[int, bool]] = []
        self.levels = dict.fromkeys(("enable", "drive_lock", "drive_unlock", "heartbeat"), False)
        self.left_out_ns = 0
        self._t_ns = time.monotonic_ns()
        self.hand_moving = False
        first = plant.advance(0.0, self.levels)
        self._tell(first)
        self._pull_all(first)
        self._show_registers(first, 0.0)

    def catch_up(self) -> int:
        """Bring the world to now, with the outputs as they stand; return when the next step is due, ns."""
        now = time.monotonic_ns()
        late = (now - self._t_ns) // STEP_NS
        if late > MOST_STEPS:
            self.left_out_ns += (late - MOST_STEPS) * STEP_NS
            self._t_ns += (late - MOST_STEPS) * STEP_NS
        turn_ns = ARMED_NS if self.levels["enable"] or self.hand_moving else STILL_NS
        if self._t_ns + turn_ns > now:
            return self._t_ns + turn_ns
        self.levels.update({role: (line.level() == 1) is high for role, (line, high) in self._outputs.items()})
        from_ns = self._t_ns
        while self._t_ns + STEP_NS <= now:
            world = self._plant.advance(STEP_NS / 1e9, self.levels)
            self._t_ns += STEP_NS
            self._tell(world)
        self._pull_all(world)
        self._show_registers(world, (self._t_ns - from_ns) / 1e9)
        return self._t_ns + turn_ns

    def obey(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one order from outside and answer it."""
        match order.get("do"):
            case "hand":
                return dict(self._plant.operator(str(order["request"])))
            case "moving":
                return {"moving": self.hand_moving}
            case "force":
                self.forced.update(order["inputs"])
            case "free":
                self.forced.clear()
            case "freeze":
                self._registers.is_frozen = True
            case "silence":
                self.is_silent = True
            case "story":
                return {
                    "feed": self.feed,
                    "levels": self.levels,
                    "left_out_ms": self.left_out_ns / 1e6,
                    "conversions": self._registers.conversions,
                }
            case other:
                return {"error": f"no such order: {other!r}"}
        return {}

    def _tell(self, world: World) -> None:
        self.hand_moving = world.hand_moving
        if world.bus_v is not None and (live := world.bus_v > LIVE_V) != (bool(self.feed) and self.feed[-1][1]):
            self.feed.append((self._t_ns, live))
        if self._bus is not None and not self.is_silent:
            for _, number, payload in world.frames:
                self._bus.send(can.Message(arbitration_id=number, data=payload, is_extended_id=number > 0x7FF))

    def _pull_all(self, world: World) -> None:
        """Show the levels at the end of a turn: of two edges in one tick of the guest, its simulated interrupts would lose one."""
        for role, level in ({"hold": 1} | dict(world.inputs)).items():  # the plant has no hold button: somebody keeps it pressed
            self._pull(role, level)

    def _show_registers(self, world: World, dt_s: float) -> None:
        registers = self._registers
        if world.current_a is not None and world.bus_v is not None:
            registers.convert(world.current_a, world.bus_v)
        for role, volts in world.line_v.items():
            registers.set_volts(role, volts)
        if world.supply_v is not None:
            registers.set_volts("supply", world.supply_v)
        registers.advance(dt_s)
        if world.ambient_c is not None:
            registers.set_celsius(world.ambient_c)

    def _pull(self, role: str, level: int) -> None:
        if role in self._inputs:
            line, inverted = self._inputs[role]
            shown = self.forced.get(role, level)
            line.pull(1 - shown if inverted else shown)


class Hand:
    """Somebody outside who moves the lock and asks the world what happened; the calling end of the far side's socket."""

    def __init__(self, path: Path) -> None:
        self._link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._link.settimeout(20)
        self._link.connect(str(path))

    def ask(self, **order: object) -> dict[str, Any]:
        """Give one order and return the answer."""
        self._link.send(json.dumps(order).encode())
        answer: dict[str, Any] = json.loads(self._link.recv(1 << 20))
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def close(self) -> None:
        """Hang up."""
        self._link.close()


def serve(world: FarSide, path: Path) -> None:
    """Turn until SIGTERM; whoever calls is answered between two steps."""
    poll = select.poll()
    links: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.bind(str(path))
        server.listen(4)
        poll.register(server, select.POLLIN)
        print("ready", flush=True)
        while True:
            due_ns = world.catch_up()
            wait_ms = max(0.0, (due_ns - time.monotonic_ns()) / 1e6)
            for fd, _ in poll.poll(wait_ms):
                if fd == server.fileno():
                    link, _ = server.accept()
                    links[link.fileno()] = link
                    poll.register(link, select.POLLIN)
                else:
                    _answer(world, links, poll, fd)


def _answer(world: FarSide, links: dict[int, socket.socket], poll: "select.poll", fd: int) -> None:
    packet = links[fd].recv(1 << 16)
    if packet:
        links[fd].send(json.dumps(world.obey(json.loads(packet))).encode())
    else:
        poll.unregister(fd)
        links.pop(fd).close()


def main() -> None:
    """Build the plant, take real-time priority where allowed, serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--wiring", default="wiring/kernel.toml")
    parser.add_argument("--kind", default="rear_door")
    parser.add_argument("--fault")
    parser.add_argument("--severity", type=float, default=0.85)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    plant = build_plant(kind=given.kind, fault=given.fault, severity=given.severity, seed=given.seed)
    world = FarSide(load_wiring(given.wiring), plant)
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    sys.stdin.close()
    serve(world, given.socket)


if __name__ == "__main__":
    main()
