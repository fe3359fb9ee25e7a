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
from smbus2 import SMBus

from bench.app.ci_chips import Ads1115Chip, Ina226Chip, ThermometerChip
from bench.config import load_wiring
from bench.model.wiring import Wiring
from bench.ports.plant import Plant, World
from bench.rig.i2c import swapped
from bench.sim.plant import build_plant
from tests.kernel.sim_lines import SimLine

STEP_NS: Final = 1_000_000
MOST_STEPS: Final = 50
"""Steps made up for in one turn; a longer stall of the whole guest is left out of the world's time and counted."""
LIVE_V: Final = 1.0
"""A feed above this is live."""
PRIORITY: Final = 40
"""SCHED_FIFO: the world does not wait for lockbench."""
_ADS_BUSY_BYTE: Final = 0x80  # bit 15 of the configuration is bit 7 of the byte that comes first


class Registers:
    """The chips' registers in the kernel's stub, written from outside through a file of their own on /dev/i2c-N."""

    def __init__(self, wiring: Wiring) -> None:
        self._bus = SMBus(wiring.current.bus)
        self._monitor_at = wiring.current.address
        self._monitor = Ina226Chip(wiring.current.shunt_ohm)
        self._adc = Ads1115Chip()
        watched = {**wiring.lines, **({"supply": wiring.supply_line} if wiring.supply_line else {})}
        self._channels = {role: (wired.channel, wired.ratio) for role, wired in watched.items()}
        self._adc_at = next(iter(watched.values())).address if watched else None
        self._adc_runs = False
        self._ambient_at = wiring.ambient.address if wiring.ambient else None
        self._ambient_c: float | None = None
        for register in (0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xFE, 0xFF):
            self._word(self._monitor_at, register, self._monitor.read(register))
        if self._adc_at is not None:
            self._word(self._adc_at, 0x00, 0)
            self._bus.write_word_data(self._adc_at, 0x01, swapped(0x8583 & 0x7FFF))
            self._bus.write_byte_data(self._adc_at, 0x01, 0x85)
        self.is_frozen = False
        self.conversions = 0

    def show(self, world: World, dt_s: float) -> None:
        """Show one step of the world."""
        if world.current_a is not None and world.bus_v is not None and not self.is_frozen:
            self._monitor.convert(world.current_a, world.bus_v)
            for register in (0x01, 0x02, 0x06):  # the ready flag last
                self._word(self._monitor_at, register, self._monitor.read(register) if register != 0x06 else 0x0008)
            self.conversions += 1
        if self._adc_at is not None:
            self._show_lines(self._adc_at, world, dt_s)
        if self._ambient_at is not None and world.ambient_c is not None and world.ambient_c != self._ambient_c:
            self._ambient_c = world.ambient_c
            chip = ThermometerChip(12)
            chip.set_celsius(world.ambient_c)
            self._word(self._ambient_at, 0x00, chip.read(0x00))

    def _show_lines(self, at: int, world: World, dt_s: float) -> None:
        """Carry a started conversion to its end; the kernel's stub holds the busy bit from the start that lockbench writes."""
        if not self._adc_runs:
            first = self._bus.read_byte_data(at, 0x01)
            if first & _ADS_BUSY_BYTE:
                return
            self._adc.write(0x01, 0x8000 | first << 8 | 0x00E3)
            self._adc_runs = True
        volts = {**world.line_v, **({} if world.supply_v is None else {"supply": world.supply_v})}
        for role, (channel, ratio) in self._channels.items():
            self._adc.set_volts(channel, volts.get(role, 0.0) / ratio)
        self._adc.advance(dt_s)
        done = self._adc.read(0x01)
        if done & 0x8000:
            self._word(at, 0x00, self._adc.read(0x00))
            self._bus.write_byte_data(at, 0x01, done >> 8)
            self._adc_runs = False

    def _word(self, at: int, register: int, value: int) -> None:
        self._bus.write_word_data(at, register, swapped(value))


class FarSide:
    """The plant, and all that is between it and the kernel. Time is the guest's monotonic clock."""

    def __init__(self, wiring: Wiring, plant: Plant) -> None:
        gpio = wiring.gpio
        outputs = {"enable": gpio.enable, "drive_lock": gpio.drive_lock, "heartbeat": gpio.heartbeat, "drive_unlock": gpio.drive_unlock}
        self._outputs = {role: (SimLine(wired.pin), wired.active_high) for role, wired in outputs.items() if wired is not None}
        self._inputs = {str(role): (SimLine(wired.pin), wired.inverted) for role, wired in gpio.inputs.items()}
        self._plant, self._registers = plant, Registers(wiring)
        self._bus = can.Bus(interface="socketcan", channel=wiring.can.channel, ignore_config=True) if wiring.can else None
        self.forced: dict[str, int] = {}
        self.is_silent = False
        self.feed: list[tuple[int, bool]] = []
        self.levels = dict.fromkeys(("enable", "drive_lock", "drive_unlock", "heartbeat"), False)
        self.left_out_ns = 0
        self._t_ns = time.monotonic_ns()
        self._show(plant.advance(0.0, self.levels), 0.0)

    def catch_up(self) -> int:
        """Bring the world to now, with the outputs as they stand; return when the next step is due, ns."""
        now = time.monotonic_ns()
        late = (now - self._t_ns) // STEP_NS
        if late > MOST_STEPS:
            self.left_out_ns += (late - MOST_STEPS) * STEP_NS
            self._t_ns += (late - MOST_STEPS) * STEP_NS
        while self._t_ns + STEP_NS <= now:
            self.levels.update({role: (line.level() == 1) is high for role, (line, high) in self._outputs.items()})
            world = self._plant.advance(STEP_NS / 1e9, self.levels)
            self._t_ns += STEP_NS
            self._show(world, STEP_NS / 1e9)
        return self._t_ns + STEP_NS

    def obey(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one order from outside and answer it."""
        match order.get("do"):
            case "hand":
                return dict(self._plant.operator(str(order["request"])))
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

    def _show(self, world: World, dt_s: float) -> None:
        for _, role, level in sorted(world.edges, key=lambda edge: edge[0]):
            self._pull(role, level)
        for role, level in world.inputs.items():
            self._pull(role, level)
        self._registers.show(world, dt_s)
        if world.bus_v is not None and (live := world.bus_v > LIVE_V) != (bool(self.feed) and self.feed[-1][1]):
            self.feed.append((self._t_ns, live))
        if self._bus is not None and not self.is_silent:
            for _, number, payload in world.frames:
                self._bus.send(can.Message(arbitration_id=number, data=payload, is_extended_id=number > 0x7FF))

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
