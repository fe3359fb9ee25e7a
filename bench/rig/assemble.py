"""One rig out of one wiring file and the ports that were handed in: pin factory, I2C bus, SPI, serial ports, CAN."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from bench.errors import WiringError
from bench.model.names import InputRole
from bench.model.wiring import LineAdc, Wiring
from bench.ports.rig import Clock, Operator, OutputPort, Rig, Source
from bench.rig.ads1115 import Ads1115
from bench.rig.feed_follow import FeedFollow, WatchedCoil
from bench.rig.gpio import InputSource, PinFactory, Pins, Stamp
from bench.rig.i2c import I2cBus
from bench.rig.mcp3208 import Mcp3208, SpiDevice
from bench.rig.pin_claim import PinClaims
from bench.rig.relay_board import BoardRelay, LineHeartbeat, relay_board
from bench.rig.serial_port import SerialPort
from bench.rig.shunt_monitor import ShuntMonitor, current_monitor
from bench.rig.tmp102 import Tmp102
from bench.rig.watched_lines import Watched


class ClosingSource(Source, Protocol):
    """A source that is let go of."""

    def close(self) -> None:
        """Let go of what it reads; a second call does nothing."""


OpenCan = Callable[[], ClosingSource]
Poller = ShuntMonitor | Ads1115 | Mcp3208 | Tmp102


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a rig is opened on.

    `i2c` returns the bus of a number, `spi` the device of (port, select), `serial` the port of a URL and a baud rate; `can`
    None: no CAN here. `claims`, `holder_of`: see bench.rig.gpio.Pins. `fitted`, `watched`: what of the wiring is there (None:
    all of it). `foreign`: what the pin library may raise besides.
    """

    factory: PinFactory
    i2c: Callable[[int], I2cBus]
    clock: Clock
    stamp: Stamp
    can: OpenCan | None = None
    fitted: frozenset[InputRole] | None = None
    watched: frozenset[str] | None = None
    foreign: tuple[type[Exception], ...] = ()
    spi: Callable[[int, int], SpiDevice] | None = None
    serial: Callable[[str, int], SerialPort] | None = None
    claims: PinClaims | None = None
    holder_of: Callable[[int], str | None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRig:
    """An open rig and what must be called about once a millisecond for its samples; `monitor` counts them."""

    rig: Rig
    poll: Callable[[], None] = field(repr=False)
    monitor: ShuntMonitor = field(repr=False)


def assemble(wiring: Wiring, ports: Ports, operator: Operator) -> OpenedRig:
    """Open everything that the wiring names, outputs first and off; whatever fails, all is let go of again.

    Raises PortError (a device is taken or does not answer) and WiringError (a chip that this version cannot drive).
    """
    with ExitStack() as stack:
        pins = Pins(
            ports.factory, owner=f"rig {wiring.name!r}", foreign=ports.foreign, claims=ports.claims, holder_of=ports.holder_of
        )  # fmt: skip
        stack.callback(pins.close)
        outputs = _outputs(wiring, pins, ports, stack)
        fitted = frozenset(role for role in wiring.gpio.inputs if ports.fitted is None or role in ports.fitted)
        inputs = InputSource([pins.input(role, wiring.gpio.inputs[role], clock=ports.clock, stamp=ports.stamp) for role in sorted(fitted)])
        stack.callback(inputs.close)
        monitor = current_monitor(ports.i2c(wiring.current.bus), wiring.current, ports.clock)
        slow = _slow_chips(wiring, ports)
        watched = {role: WatchedCoil(port, ports.clock) for role, port in outputs.items()}
        outputs |= watched
        drives = [coil for role, coil in watched.items() if role.startswith("drive_")]
        chips = FeedFollow([*slow, monitor], ports.clock, enable=watched["enable"], heartbeat=watched["heartbeat"], drives=drives)
        sources: list[Source] = [inputs, chips]
        if ports.can is not None:
            bus = ports.can()
            stack.callback(bus.close)
            sources.append(bus)
        stack.callback(_let_go, outputs)  # registered last, so whatever else closes, the coils drop first
        pollers: tuple[Poller, ...] = (monitor, *slow)
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
    return OpenedRig(rig=rig, poll=poll, monitor=monitor)


def _outputs(wiring: Wiring, pins: Pins, ports: Ports, stack: ExitStack) -> dict[str, OutputPort]:
    """Open every output with its relay off: pins first, enable before all, then what hangs on serial ports."""
    outputs: dict[str, OutputPort] = {}
    for role, pin in wiring.output_pins.items():
        coil = pins.output(role, pin)
        stack.callback(coil.close)
        outputs[role] = coil
    for role, relay in _serial_outputs(wiring, ports, stack).items():
        stack.callback(relay.close)
        outputs[role] = relay
    return outputs


def _serial_outputs(wiring: Wiring, ports: Ports, stack: ExitStack) -> Mapping[str, BoardRelay | LineHeartbeat]:
    board, beat = wiring.relay_board, wiring.heartbeat_line
    if board is None and beat is None:
        return {}
    if ports.serial is None:
        raise WiringError(f"wiring {wiring.name}: relay_board and heartbeat_line need serial ports, which a simulated rig has not")
    found: dict[str, BoardRelay | LineHeartbeat] = {}
    if beat is not None:
        found["heartbeat"] = LineHeartbeat(ports.serial(beat.url, 9600), beat)
    if board is not None:
        port = ports.serial(board.url, board.baud)
        stack.callback(port.close)
        found |= relay_board(port, board)
    return found


def _let_go(outputs: dict[str, OutputPort]) -> None:
    """Switch every output off, each tried whatever became of the one before; the enable relay, first in the map, is first."""
    with ExitStack() as each:
        for output in reversed(outputs.values()):
            each.callback(output.set, energised=False)


def _slow_chips(wiring: Wiring, ports: Ports) -> list[Poller]:
    """Open the converters and the thermometer, one driver a chip."""
    watched: dict[Watched, LineAdc] = dict(wiring.lines.items())
    if wiring.supply_line is not None:
        watched["supply"] = wiring.supply_line
    ambient = wiring.ambient
    if ambient is not None and ambient.channel is not None and (ambient.chip == "ads1115" or ambient.chip == "mcp3208"):
        watched["ambient"] = LineAdc(
            chip=ambient.chip, channel=ambient.channel, ratio=1.0, address=ambient.address, bus=ambient.bus,
            spi=ambient.spi, select=ambient.select, reference_v=ambient.reference_v,
        )  # fmt: skip
    by_chip: dict[tuple[str, int, int], dict[Watched, LineAdc]] = {}
    for role, wired in watched.items():
        if ports.watched is None or role in ports.watched:
            where = (wired.bus, wired.address) if wired.chip == "ads1115" else (wired.spi, wired.select)
            by_chip.setdefault((wired.chip, *where), {})[role] = wired
    chips: list[Poller] = []
    for (chip, bus, at), lines in by_chip.items():
        if chip == "ads1115":
            chips.append(Ads1115(ports.i2c(bus), lines, ports.clock, thermometer=ambient))
        elif ports.spi is None:
            raise WiringError(f"wiring {wiring.name}: an mcp3208 needs SPI, which a simulated rig has not")
        else:
            chips.append(Mcp3208(ports.spi(bus, at), lines, ports.clock, thermometer=ambient, foreign=ports.foreign))
    if ambient is not None and ambient.channel is None and (ports.watched is None or "ambient" in ports.watched):
        chips.append(Tmp102(ports.i2c(ambient.bus), ambient, ports.clock))
    return chips


def roles_of(names: Iterable[str], fitted: Iterable[InputRole]) -> frozenset[InputRole]:
    """Return those of the fitted roles that are among the names."""
    wanted = frozenset(names)
    return frozenset(role for role in fitted if role in wanted)
