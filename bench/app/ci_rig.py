"""The CI rig: the drivers of `bench.rig` as on a Pi, over mock pins, a virtual CAN bus and chips that are registers only.

World time is the rig's clock, so engine and drivers see nothing else; the wall clock only paces it. A busy machine makes
a run longer and never changes what it sees: what the wall runs ahead by more than 20 ms is dropped.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final, Protocol
from uuid import uuid4

import can
from gpiozero.pins.mock import MockFactory, MockPin

from bench.app.ci_chips import Ads1115Chip, ChipBus, ThermometerChip
from bench.app.ci_monitors import monitor_registers
from bench.app.ci_world import Board, Bridge, WorldTime, bcm_on
from bench.errors import WiringError
from bench.model.profile import Profile
from bench.model.wiring import CanPort, Wiring
from bench.ports.plant import Plant
from bench.ports.rig import Rig
from bench.rig.assemble import Ports, assemble, roles_of
from bench.rig.border import as_port_error
from bench.rig.canbus import CanSource, open_bus
from bench.sim.plant_border import PlantBorder, PlantOperator
from bench.sim.plant_supply import supply_of

TURN_NS: Final = 20_000_000
"""The plant advances at most this a turn, however late the turn is."""
GRID_NS: Final = 1_000_000
"""What the wall ran ahead is caught up in whole steps of the plant."""


class Advancing(Protocol):
    """What lets world time run: the bridge."""

    def advance(self, to_ns: int) -> None: ...


class PacedClock:
    """World time, paced by the wall: `pace` 1.0 is real time, 20.0 twenty times that, None as fast as it goes."""

    def __init__(
        self,
        bridge: Advancing,
        shown: WorldTime,
        *,
        pace: float | None,
        wall: Callable[[], float] = time.monotonic,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bridge, self._shown, self._pace, self._wall, self._rest = bridge, shown, pace, wall, rest
        self._wall_s = wall()

    def now_ns(self) -> int:
        return self._shown.t_ns

    def sleep_until(self, t_ns: int) -> None:
        while self._shown.t_ns < t_ns:
            self._turn(t_ns - self._shown.t_ns)

    def _turn(self, wanted_ns: int) -> None:
        """Let at most 20 ms of world time pass: what was asked for, or what the wall ran meanwhile if that is more."""
        span_ns = min(wanted_ns, TURN_NS)
        if self._pace is not None:
            left_s = span_ns / 1e9 / self._pace - (self._wall() - self._wall_s)
            if left_s > 0:
                self._rest(left_s)
            elapsed_ns = (self._wall() - self._wall_s) * 1e9 * self._pace
            span_ns = max(span_ns, min(int(elapsed_ns) // GRID_NS * GRID_NS, TURN_NS))
            late = elapsed_ns - span_ns > TURN_NS
            self._wall_s = self._wall() if late else self._wall_s + span_ns / 1e9 / self._pace
        self._bridge.advance(self._shown.t_ns + span_ns)


def open_ci_rig(
    wiring: Wiring,
    profile: Profile,
    plant: Plant,
    *,
    pace: float | None = 1.0,
    can_ids: Iterable[int] | None = None,
    wall: Callable[[], float] = time.monotonic,
    rest: Callable[[float], None] = time.sleep,
) -> Rig:
    """Open the drivers that a simulated wiring names, with the plant on the far side of them.

    `pace`: world seconds a wall second (None: as fast as it goes). `can_ids`: frames to listen for (None: all). Raises
    WiringError where the wiring is not one for mock pins, PlantError and PortError.
    """
    _check(wiring)
    shown = WorldTime()
    border = PlantBorder(plant, shown.now_ns)
    with ExitStack() as stack:
        factory = MockFactory(revision="a02082", pin_class=MockPin)
        stack.callback(factory.close)
        buses, board = _board(wiring)
        bridge = Bridge(border, wiring, factory, board, shown)
        clock = PacedClock(bridge, shown, pace=pace, wall=wall, rest=rest)
        car = _car(wiring.can, clock, can_ids, stack)
        ports = Ports(
            factory=factory,
            i2c=lambda number: buses[number],
            clock=clock,
            stamp=lambda _: shown.t_ns,  # mock pins tick on the wall; while an edge is told the rig's clock shows its time
            can=car.listen if car is not None else None,
            fitted=roles_of(getattr(plant, "roles", profile.roles), bridge.shown),
            watched=_watched(bridge),
        )
        opened = assemble(wiring, ports, PlantOperator(border, shown.now_ns, lambda: bridge.world.hand_moving))
        stack.callback(opened.rig.close)
        bridge.connect(poll=opened.poll, bcm=car.send if car is not None else None)
        closing = stack.pop_all()
    one_way = profile.kind == "tailgate"  # nothing is wired to the reverse drive: its coil stays off and has no port
    outputs = {role: port for role, port in opened.rig.outputs.items() if not (one_way and role == "drive_unlock")}
    max_a = _current_max_a(plant, border, opened.rig.current_max_a)
    return replace(opened.rig, outputs=outputs, current_max_a=max_a, supply=supply_of(plant), close=closing.close)


def _current_max_a(plant: Plant, border: PlantBorder, full_scale_a: float) -> float:
    """Return where readings clip, A: this shunt's full scale, or the plant's own sensor's where that is lower."""
    limit_a = border.number("current_max_a", getattr(plant, "current_max_a", full_scale_a))
    if limit_a is None or limit_a <= 0:
        border.refuse("advance", "current_max_a", limit_a, "a positive number")
    return min(full_scale_a, limit_a)


def _check(wiring: Wiring) -> None:
    where = f"wiring {wiring.name}"
    if not wiring.simulated or wiring.gpio.factory != "mock":
        raise WiringError(f"{where}: simulated is {wiring.simulated}, gpio.factory {wiring.gpio.factory!r}; the CI rig needs mock")
    if wiring.can is not None and wiring.can.interface != "virtual":
        raise WiringError(f"{where}: can.interface is {wiring.can.interface!r}; the CI rig's bus is 'virtual'")
    if any(adc.chip != "ads1115" for adc in [*wiring.lines.values(), *([wiring.supply_line] if wiring.supply_line else [])]):
        raise WiringError(f"{where}: an mcp3208 is on SPI, which the CI rig has not; use an ads1115")
    if wiring.ambient is not None and wiring.ambient.channel is not None:
        raise WiringError(f"{where}: ambient.chip is {wiring.ambient.chip!r}; the CI rig knows tmp102 and lm75")
    if wiring.relay_board is not None or wiring.heartbeat_line is not None:
        raise WiringError(f"{where}: relay_board and heartbeat_line are on serial ports, which the CI rig has not")
    for role, wired in wiring.gpio.inputs.items():
        if wired.pull != "off":
            raise WiringError(f"{where}: gpio.inputs.{role}.pull is {wired.pull!r}; what drives a mock pin knows 'off' only")


def _board(wiring: Wiring) -> tuple[dict[int, ChipBus], Board]:
    """Solder the chips of a wiring to their buses."""
    buses: dict[int, ChipBus] = {wiring.current.bus: ChipBus()}
    monitor = monitor_registers(wiring.current)
    buses[wiring.current.bus].fit(wiring.current.address, monitor)
    adcs: dict[tuple[int, int], Ads1115Chip] = {}
    watched = [*wiring.lines.values(), *([wiring.supply_line] if wiring.supply_line is not None else [])]
    for wired in watched:
        if (wired.bus, wired.address) not in adcs:
            adcs[wired.bus, wired.address] = Ads1115Chip()
            buses.setdefault(wired.bus, ChipBus()).fit(wired.address, adcs[wired.bus, wired.address])
    thermometer = None
    if wiring.ambient is not None:
        thermometer = ThermometerChip(bits=12 if wiring.ambient.chip == "tmp102" else 9)
        buses.setdefault(wiring.ambient.bus, ChipBus()).fit(wiring.ambient.address, thermometer)
    return buses, Board(monitor=monitor, adcs=adcs, thermometer=thermometer)


def _watched(bridge: Bridge) -> frozenset[str]:
    """Return what of the slow channels the plant shows at all: a role that is not fitted has no line."""
    world = bridge.world
    slow = {"supply": world.supply_v, "ambient": world.ambient_c}
    return frozenset(world.line_v) | {name for name, value in slow.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Car:
    """The virtual bus: the car's BCM on one end, which sends, and how the rig gets its listening end."""

    send: Callable[[int, int, bytes], None]
    listen: Callable[[], CanSource]


def _car(port: CanPort | None, clock: PacedClock, ids: Iterable[int] | None, stack: ExitStack) -> _Car | None:
    """Make a bus that this rig has for itself, whatever else in this process uses the wiring's channel name."""
    if port is None:
        return None
    device = f"{port.channel}-{uuid4().hex}"
    with as_port_error(f"CAN channel {device} on virtual", can.CanError, OSError):
        bus = can.Bus(channel=device, interface="virtual", preserve_timestamps=True, ignore_config=True)
    stack.callback(bus.shutdown)
    epoch_ns = time.time_ns()
    wanted = None if ids is None else frozenset(ids)

    def realtime_ns() -> int:
        """The far side's wall clock: it starts at the real time of opening and goes as the world goes."""
        return epoch_ns + clock.now_ns()

    return _Car(bcm_on(bus, epoch_ns), lambda: open_bus(port, clock=clock, realtime_ns=realtime_ns, ids=wanted, channel=device))
