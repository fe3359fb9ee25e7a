"""The far side of the CI rig: a plant behind mock pins, a virtual CAN bus and chip registers.

The rig's drivers see none of this. Their outputs are read off the pins and handed to the plant; what the plant's world
shows is put on pins, bus and registers at the world's own times.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol

import can

from bench.app.ci_chips import Ads1115Chip, ThermometerChip
from bench.app.ci_monitors import MonitorRegisters
from bench.model.names import InputRole
from bench.model.wiring import LineAdc, Wiring
from bench.ports.plant import World
from bench.sim.plant_border import PlantBorder

STEP_NS: Final = 1_000_000
"""World time is stepped by at most this (DESIGN 3.5)."""
ALL_OFF: Final[Mapping[str, bool]] = {"enable": False, "drive_lock": False, "drive_unlock": False, "heartbeat": False}


class MockPins(Protocol):
    """What is needed of gpiozero's MockFactory: its pins, which an outsider may drive."""

    def pin(self, name: int, /) -> Any: ...


class WorldTime:
    """The rig's clock as everybody reads it; while an edge is told it shows that edge's time."""

    def __init__(self) -> None:
        self.t_ns = 0

    def now_ns(self) -> int:
        """Return ns of world time since the rig was opened."""
        return self.t_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The registers on the far side; `adcs` by (bus, address)."""

    monitor: MonitorRegisters
    adcs: Mapping[tuple[int, int], Ads1115Chip]
    thermometer: ThermometerChip | None


class Bridge:
    """Advances the plant and carries its world to the near side."""

    def __init__(self, plant: PlantBorder, wiring: Wiring, pins: MockPins, board: Board, time: WorldTime) -> None:
        self._plant, self._wiring, self._board, self._time = plant, wiring, board, time
        self._outputs = {role: (pins.pin(wired.pin), wired.active_high) for role, wired in wiring.output_pins.items()}
        self._inputs = {str(role): (pins.pin(wired.pin), wired.inverted) for role, wired in wiring.gpio.inputs.items()}
        self._watched: dict[str, LineAdc] = {str(role): wired for role, wired in wiring.lines.items()}
        self._bcm: Callable[[int, int, bytes], None] | None = None
        self._poll: Callable[[], None] = lambda: None
        self.world = self._advanced(0, ALL_OFF)
        self._show_levels()
        self._show_registers(0.0)

    @property
    def shown(self) -> tuple[InputRole, ...]:
        """The wired inputs that the world shows."""
        return tuple(role for role in self._wiring.gpio.inputs if role in self.world.inputs)

    def connect(self, *, poll: Callable[[], None], bcm: Callable[[int, int, bytes], None] | None) -> None:
        """Join what exists only now: the drivers' sampling, and who sends frames (time in ns, id, data)."""
        self._poll, self._bcm = poll, bcm

    def advance(self, to_ns: int) -> None:
        """Let world time run to `to_ns`, in steps of at most 1 ms, with the outputs as the pins stand now."""
        outputs = self.outputs()
        while self._time.t_ns < to_ns:
            begin_ns = self._time.t_ns
            end_ns = min(begin_ns + STEP_NS, to_ns)
            self.world = self._advanced(end_ns - begin_ns, outputs)
            self._show_edges(begin_ns, end_ns)
            self._time.t_ns = end_ns
            self._show_levels()
            self._show_registers((end_ns - begin_ns) / 1e9)
            self._poll()

    def outputs(self) -> dict[str, bool]:
        """Return which coils the pins energise; a pin that is no output is held off by its pull-down."""
        energised = dict(ALL_OFF)
        for role, (pin, active_high) in self._outputs.items():
            energised[role] = pin.function == "output" and bool(pin.state) is active_high
        return energised

    def _advanced(self, dt_ns: int, outputs: Mapping[str, bool]) -> World:
        world = self._plant.advance(dt_ns, outputs)
        _check_world(world, dt_ns / 1e9, self._plant.refuse)
        return world

    def _show_edges(self, begin_ns: int, end_ns: int) -> None:
        for at_s, role, level in sorted(self.world.edges, key=lambda edge: edge[0]):
            self._time.t_ns = min(begin_ns + round(at_s * 1e9), end_ns)
            self._drive(role, level)
        for at_s, arbitration_id, payload in self.world.frames:
            if self._bcm is not None:
                self._bcm(min(begin_ns + round(at_s * 1e9), end_ns), arbitration_id, payload)

    def _show_levels(self) -> None:
        for role, level in self.world.inputs.items():
            self._drive(role, level)

    def _drive(self, role: str, level: int) -> None:
        if role not in self._inputs:
            return
        pin, inverted = self._inputs[role]
        if bool(level) is not inverted:
            pin.drive_high()
        else:
            pin.drive_low()

    def _show_registers(self, dt_s: float) -> None:
        world, board = self.world, self._board
        if world.current_a is not None and world.bus_v is not None:
            board.monitor.convert(world.current_a, world.bus_v)
        for role, volts in world.line_v.items():
            self._set_volts(self._watched.get(role), volts)
        if world.supply_v is not None:
            self._set_volts(self._wiring.supply_line, world.supply_v)
        for adc in board.adcs.values():
            adc.advance(dt_s)
        if board.thermometer is not None and world.ambient_c is not None:
            board.thermometer.set_celsius(world.ambient_c)

    def _set_volts(self, wired: LineAdc | None, volts: float) -> None:
        if wired is not None:
            self._board.adcs[wired.bus, wired.address].set_volts(wired.channel, volts / wired.ratio)


def bcm_on(bus: can.BusABC, epoch_ns: int) -> Callable[[int, int, bytes], None]:
    """Return what sends a frame as the car's BCM would, stamped with the wall time that belongs to the run's time."""

    def send(t_ns: int, arbitration_id: int, payload: bytes) -> None:
        bus.send(
            can.Message(
                timestamp=(epoch_ns + t_ns) / 1e9,
                arbitration_id=arbitration_id,
                data=payload,
                is_extended_id=arbitration_id > 0x7FF,
            )
        )

    return send


def _check_world(world: World, dt_s: float, refuse: Callable[[str, str, object, str], NoReturn]) -> None:
    """Refuse what no world can be; any object with the fields of a World will do."""
    try:
        numbers = {"current_a": world.current_a, "bus_v": world.bus_v, "ambient_c": world.ambient_c, "supply_v": world.supply_v}
        for name, value in (*numbers.items(), *((f"line_v[{role}]", volts) for role, volts in world.line_v.items())):
            if value is not None and not math.isfinite(value):
                refuse("advance", name, value, "a finite number or None")
        for role, level in (*world.inputs.items(), *((role, level) for _, role, level in world.edges)):
            if level not in (0, 1):
                refuse("advance", f"level of {role}", level, "0 or 1")
        for at_s, what, _ in (*world.edges, *world.frames):
            if not -1e-9 <= at_s <= dt_s + 1e-9:
                refuse("advance", f"time of {what}", at_s, f"0..{dt_s:g} s, inside the step")
        for _, arbitration_id, payload in world.frames:
            if not 0 <= arbitration_id <= 0x1FFF_FFFF or len(bytes(payload)) > 8:
                refuse("advance", f"frame {arbitration_id}", payload, "an id of 29 bits at most and 8 bytes or fewer")
    except (AttributeError, TypeError, ValueError) as exc:
        refuse("advance", "its answer", world, f"a World: {exc}")
