"""A real rig, opened: the chip of the wiring by its label, I2C, SPI, serial ports, CAN, one clock, one sampling thread.

Nothing here chooses a factory by default and nothing falls back: what the wiring names is there, or it is a PortError.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from bench.errors import WiringError
from bench.model.wiring import Wiring
from bench.ports.rig import Clock, Operator, Rig, Source
from bench.rig.assemble import Ports, assemble
from bench.rig.bench_supply import BenchSupply
from bench.rig.border import as_port_error
from bench.rig.canbus import open_bus
from bench.rig.clock import MonotonicClock
from bench.rig.gpio import MonotonicStamp
from bench.rig.gpio_chip import GpioChip, chip_called, consumer_of
from bench.rig.i2c import I2cBus
from bench.rig.lgpio_pins import ClosingFactory, lgpio_factory
from bench.rig.mcp3208 import SpiDevice
from bench.rig.pin_claim import PinClaims
from bench.rig.sampling import Sampler
from bench.rig.scpi_supply import ScpiSupply
from bench.rig.serial_port import open_serial
from bench.rig.shunt_monitor import ShuntMonitor


@dataclass(frozen=True, slots=True, kw_only=True)
class RealRig:
    """An open rig; `monitor` and `sampler` count samples and polls, for a benchmark."""

    rig: Rig
    monitor: ShuntMonitor = field(repr=False)
    sampler: Sampler = field(repr=False)


def open_real_rig(
    wiring: Wiring, operator: Operator, *, can_ids: Iterable[int] | None = None, can: bool = True, clock: Clock | None = None
) -> RealRig:
    """Open everything that a wiring names, outputs first and off; whatever fails, all is let go of again.

    `can_ids`: frames to listen for (None: all); `can` False: without its CAN. `clock`: one on CLOCK_MONOTONIC; None: counted
    from here. Raises PortError and WiringError.
    """
    if wiring.gpio.factory != "lgpio" or wiring.simulated:
        raise WiringError(f"wiring {wiring.name}: gpio.factory is {wiring.gpio.factory!r}; a real rig needs 'lgpio'")
    clock = clock or MonotonicClock()
    with ExitStack() as stack:
        chip = chip_called(wiring.gpio.chip)
        factory, foreign = lgpio_factory(chip)
        stack.callback(factory.close)
        claims = PinClaims(f"gpiochip{chip.number}")
        stack.callback(claims.close)
        buses = _Buses(stack)
        port = wiring.can
        ports = Ports(
            factory=factory, i2c=buses.of, clock=clock, stamp=MonotonicStamp(clock), foreign=foreign, claims=claims,
            spi=lambda number, select: _spi(factory, number, select, stack, foreign), serial=open_serial, holder_of=_holder(chip),
            can=(lambda: open_bus(port, clock=clock, ids=can_ids)) if port is not None and can else None,
        )  # fmt: skip
        opened = assemble(wiring, ports, operator)
        stack.callback(opened.rig.close)
        sampler = Sampler(opened.poll, period_s=wiring.current.conversion_us / 1e6)
        stack.callback(sampler.close)
        supply = _supply(wiring, clock)
        if supply is not None:
            stack.callback(supply.close)
        closing = stack.pop_all()
    more: tuple[Source, ...] = (sampler,) if supply is None else (sampler, supply)
    rig = replace(
        opened.rig, sources=(*more, *opened.rig.sources), supply=supply, supply_feeds_logic=wiring.supply.feeds_logic, close=closing.close
    )
    return RealRig(rig=rig, monitor=opened.monitor, sampler=sampler)


def _supply(wiring: Wiring, clock: Clock) -> BenchSupply | None:
    """Open the bench supply of a wiring; None: a battery, which nobody sets."""
    part = wiring.supply
    if part.kind == "battery":
        return None
    return BenchSupply(lambda: ScpiSupply(open_serial(part.url, part.baud), part), part, clock, tells=wiring.supply_line is None)


class _Buses:
    """Each I2C bus is opened once, however many chips are on it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: dict[int, I2cBus] = {}

    def of(self, number: int) -> I2cBus:
        """Return the bus of a number."""
        if number not in self._open:
            from smbus2 import SMBus  # late: only where a bus is

            with as_port_error(f"I2C bus {number}", OSError):
                bus: Any = SMBus(number)
            self._stack.callback(bus.close)
            self._open[number] = bus
        return self._open[number]


def _spi(factory: ClosingFactory, number: int, select: int, stack: ExitStack, foreign: tuple[type[Exception], ...]) -> SpiDevice:
    with as_port_error(f"SPI {number}.{select}", OSError, ValueError, *foreign):
        device: Any = factory.spi(port=number, device=select)
    stack.callback(device.close)
    opened: SpiDevice = device
    return opened


def _holder(chip: GpioChip) -> Callable[[int], str | None]:
    return lambda line: consumer_of(chip, line)
