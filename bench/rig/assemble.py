"""One rig out of one wiring file and the ports that were handed in: pin factory, I2C bus, CAN."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.errors import WiringError
from bench.model.names import InputRole
from bench.model.wiring import LineAdc, Wiring
from bench.ports.rig import Clock, Operator, OutputPort, Rig, Source
from bench.rig.ads1115 import Ads1115, Watched
from bench.rig.canbus import CanSource
from bench.rig.gpio import InputSource, PinFactory, Pins, Stamp
from bench.rig.i2c import I2cBus
from bench.rig.ina226 import Ina226
from bench.rig.tmp102 import Tmp102

OpenCan = Callable[[], CanSource]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a rig is opened on. `i2c` returns the bus of a number; `can` None: no CAN here.

    `fitted`, `watched`: what of the wiring is there (None: all of it); `foreign`: what the pin library may raise besides.
    """

    factory: PinFactory
    i2c: Callable[[int], I2cBus]
    clock: Clock
    stamp: Stamp
    can: OpenCan | None = None
    fitted: frozenset[InputRole] | None = None
    watched: frozenset[str] | None = None
    foreign: tuple[type[Exception], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRig:
    """An open rig and what must be called about once a millisecond for its samples."""

    rig: Rig
    poll: Callable[[], None] = field(repr=False)


def assemble(wiring: Wiring, ports: Ports, operator: Operator) -> OpenedRig:
    """Open everything that the wiring names, outputs first and off; whatever fails, all is let go of again.

    Raises PortError (a device is taken or does not answer) and WiringError (a chip that this version cannot drive).
    """
    with ExitStack() as stack:
        pins = Pins(ports.factory, owner=f"rig {wiring.name!r}", foreign=ports.foreign)
        stack.callback(pins.close)
        outputs = _outputs(wiring, pins, stack)
        fitted = frozenset(role for role in wiring.gpio.inputs if ports.fitted is None or role in ports.fitted)
        inputs = InputSource([pins.input(role, wiring.gpio.inputs[role], clock=ports.clock, stamp=ports.stamp) for role in sorted(fitted)])
        stack.callback(inputs.close)
        monitor = _monitor(wiring, ports)
        slow = _slow_chips(wiring, ports)
        sources: list[Source] = [inputs, monitor, *slow]
        if ports.can is not None:
            bus = ports.can()
            stack.callback(bus.close)
            sources.append(bus)
        stack.callback(_let_go, outputs)  # registered last, so whatever else closes, the coils drop first
        pollers = (monitor, *slow)
        closing = stack.pop_all()

    def poll() -> None:
        for chip in pollers:
            chip.poll()

    rig = Rig(
        name=wiring.name, outputs=outputs, sources=tuple(sources), clock=ports.clock, operator=operator, fitted=fitted,
        current_max_a=monitor.full_scale_a, signed=wiring.current.signed, realtime=True, ceiling_a=wiring.ceiling_a,
        logic_min_v=wiring.logic_min_v, can_channel=wiring.can.channel if wiring.can and ports.can else None,
        close=closing.close,
    )  # fmt: skip
    return OpenedRig(rig=rig, poll=poll)


def _outputs(wiring: Wiring, pins: Pins, stack: ExitStack) -> dict[str, OutputPort]:
    gpio = wiring.gpio
    wired = {"enable": gpio.enable, "drive_lock": gpio.drive_lock, "heartbeat": gpio.heartbeat}
    if gpio.drive_unlock is not None:
        wired["drive_unlock"] = gpio.drive_unlock
    outputs: dict[str, OutputPort] = {}
    for role, pin in wired.items():
        coil = pins.output(role, pin)
        stack.callback(coil.close)
        outputs[role] = coil
    return outputs


def _let_go(outputs: dict[str, OutputPort]) -> None:
    """Switch every output off, each tried whatever became of the one before; the enable relay, first in the map, is first."""
    with ExitStack() as each:
        for output in reversed(outputs.values()):
            each.callback(output.set, energised=False)


def _monitor(wiring: Wiring, ports: Ports) -> Ina226:
    if wiring.current.chip != "ina226":
        raise WiringError(f"wiring {wiring.name}: current.chip {wiring.current.chip!r} has no driver yet, only 'ina226' has")
    return Ina226(ports.i2c(wiring.current.bus), wiring.current, ports.clock)


def _slow_chips(wiring: Wiring, ports: Ports) -> list[Ads1115 | Tmp102]:
    chips: list[Ads1115 | Tmp102] = []
    watched: dict[Watched, LineAdc] = dict(wiring.lines.items())
    if wiring.supply_line is not None:
        watched["supply"] = wiring.supply_line
    by_chip: dict[tuple[int, int], dict[Watched, LineAdc]] = {}
    for role, wired in watched.items():
        if ports.watched is not None and role not in ports.watched:
            continue
        if wired.chip != "ads1115":
            raise WiringError(f"wiring {wiring.name}: chip {wired.chip!r} of line {role!r} has no driver yet, only 'ads1115' has")
        by_chip.setdefault((wired.bus, wired.address), {})[role] = wired
    chips.extend(Ads1115(ports.i2c(bus), lines, ports.clock) for (bus, _), lines in by_chip.items())
    if wiring.ambient is not None and (ports.watched is None or "ambient" in ports.watched):
        chips.append(Tmp102(ports.i2c(wiring.ambient.bus), wiring.ambient, ports.clock))
    return chips


def roles_of(names: Iterable[str], fitted: Iterable[InputRole]) -> frozenset[InputRole]:
    """Return those of the fitted roles that are among the names."""
    wanted = frozenset(names)
    return frozenset(role for role in fitted if role in wanted)
