"""What a port suite works on: one open rig, and whoever stands on the far side of its pins, registers and bus.

On `wiring/ci.toml` the far side is mock pins, chips that are registers, and a virtual bus. On a real rig nobody stands there
unless `--far-side MODULE:CALLABLE` names somebody: a callable that takes the Wiring and returns a FarSide.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast
from uuid import uuid4

import can
from gpiozero.pins.mock import MockFactory, MockPin

from bench.app.ci_chips import Ads1115Chip, ChipBus, ThermometerChip
from bench.app.ci_monitors import monitor_registers
from bench.config import load_wiring
from bench.model.observations import Observation
from bench.model.wiring import Wiring
from bench.ports.rig import Clock, Rig
from bench.rig.assemble import Ports, assemble
from bench.rig.canbus import open_bus
from bench.rig.clock import MonotonicClock
from bench.rig.real import open_real_rig

MS = 1_000_000


class FarSide(Protocol):
    """The world on the other end. Times are the wall's: `settle` waits until the near side must have seen what was done."""

    def coil(self, role: str) -> bool:
        """Is this coil energised, read from outside the rig's own program?"""
        ...

    def drive(self, role: str, level: int) -> None:
        """Put a vehicle-side level on an input."""

    def convert(self, a: float, v: float) -> None:
        """Let the shunt monitor finish a conversion of this current (A) and voltage (V)."""

    def freeze(self) -> None:
        """From now on the monitor finishes none, its registers stay as they are."""

    def line(self, role: str, volts: float) -> None:
        """Put a voltage on a watched line, V at the line."""

    def send(self, arbitration_id: int, payload: bytes) -> None:
        """Send a frame as the car's BCM would."""

    def settle(self) -> None:
        """Wait until the near side must have seen it."""

    def close(self) -> None:
        """Let go."""


class Nobody:
    """An operator who is not there."""

    def begin(self, step: str, hand: object) -> None:
        raise AssertionError(f"nobody can {hand} in {step}")

    def is_moving(self) -> bool:
        return False

    def answer(self, step: str, questions: tuple[str, ...]) -> dict[str, bool | None]:
        return {}


@dataclass(slots=True)
class PortBench:
    """An open rig on its own, without the engine, and its far side (None: nobody is there)."""

    wiring: Wiring
    rig: Rig
    far: FarSide | None
    poll: Callable[[], None]
    close: Callable[[], None]

    def drain(self) -> list[Observation]:
        """Everything that came since the last call, in order of time of the sources."""
        self.poll()
        return [line for source in self.rig.sources for line in source.drain()]

    def watch(self, ms: int) -> list[Observation]:
        """Drain every 5 ms for so long."""
        seen = self.drain()
        until = self.rig.clock.now_ns() + ms * MS
        while self.rig.clock.now_ns() < until:
            self.rig.clock.sleep_until(min(self.rig.clock.now_ns() + 5 * MS, until))
            seen += self.drain()
        return seen


class CiFarSide:
    """Mock pins, chips as registers, a virtual bus: all in this process."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self.factory = MockFactory(revision="a02082", pin_class=MockPin)
        self.i2c = ChipBus()
        self.monitor, self.adc = monitor_registers(wiring.current), Ads1115Chip()
        self.i2c.fit(wiring.current.address, self.monitor)
        self.i2c.fit(next(iter(wiring.lines.values())).address, self.adc)
        if wiring.ambient is not None:
            self.i2c.fit(wiring.ambient.address, ThermometerChip(bits=12))
        self.channel = uuid4().hex
        self._bcm = can.Bus(channel=self.channel, interface="virtual", preserve_timestamps=True, ignore_config=True)
        self._frozen = False
        for role in wiring.gpio.inputs:
            self.drive(role, 1)

    def coil(self, role: str) -> bool:
        wired = self._wiring.output_pins[role]
        pin = self.factory.pin(wired.pin)
        return pin.function == "output" and bool(pin.state) is wired.active_high

    def drive(self, role: str, level: int) -> None:
        wired = {str(name): pin for name, pin in self._wiring.gpio.inputs.items()}[role]
        pin = self.factory.pin(wired.pin)
        pin.drive_high() if bool(level) is not wired.inverted else pin.drive_low()

    def convert(self, a: float, v: float) -> None:
        if not self._frozen:
            self.monitor.convert(a, v)

    def freeze(self) -> None:
        self._frozen = True

    def line(self, role: str, volts: float) -> None:
        wired = {str(name): adc for name, adc in self._wiring.lines.items()}[role]
        self.adc.set_volts(wired.channel, volts / wired.ratio)

    def send(self, arbitration_id: int, payload: bytes) -> None:
        self._bcm.send(
            can.Message(timestamp=time.time_ns() / 1e9, arbitration_id=arbitration_id, data=payload, is_extended_id=arbitration_id > 0x7FF)
        )

    def settle(self) -> None:
        self.adc.advance(0.01)

    def close(self) -> None:
        self._bcm.shutdown()


def open_bench(path: str, far_side: str) -> PortBench:
    """Open the rig of a wiring file for a port suite."""
    wiring = load_wiring(path if Path(path).exists() else Path(__file__).parents[3] / path)
    if wiring.simulated:
        return _open_ci(wiring)
    far: FarSide | None = None
    if far_side:
        module, _, name = far_side.partition(":")
        far = cast("FarSide", getattr(import_module(module), name)(wiring))
    opened = open_real_rig(wiring, Nobody())

    def close() -> None:
        opened.rig.close()
        if far is not None:
            far.close()

    return PortBench(wiring, opened.rig, far, lambda: None, close)


def _open_ci(wiring: Wiring) -> PortBench:
    far = CiFarSide(wiring)
    clock: Clock = MonotonicClock()
    port = wiring.can
    assert port is not None
    ports = Ports(
        factory=far.factory, i2c=lambda _: far.i2c, clock=clock, stamp=lambda _: clock.now_ns(),
        can=lambda: open_bus(port, clock=clock, channel=far.channel),
    )  # fmt: skip
    opened = assemble(wiring, ports, Nobody())

    def close() -> None:
        opened.rig.close()
        far.close()

    return PortBench(wiring, opened.rig, far, opened.poll, close)
