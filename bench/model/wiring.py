"""A wiring file: which pin, bus and address plays which role on one rig. Data only; no pin is touched here."""

from typing import Literal

import msgspec

from bench.model.names import InputRole, LineRole, Scope


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base: an unknown key is an error that names it."""


class OutputPin(_Part, frozen=True, kw_only=True):
    """A relay driver's GPIO (BCM number). `active_high` False only behind the enable relay (facts/actuator.md)."""

    pin: int
    active_high: bool = True


class InputPin(_Part, frozen=True, kw_only=True):
    """An input's GPIO. `inverted`: an opto or transistor in between turns the vehicle-side level over."""

    pin: int
    inverted: bool = False
    pull: Literal["up", "down", "off"] = "off"


class Gpio(_Part, frozen=True, kw_only=True):
    """The pins. `heartbeat` feeds the monostable that holds the enable relay."""

    factory: Literal["lgpio", "mock"]
    enable: OutputPin
    drive_lock: OutputPin
    heartbeat: OutputPin
    inputs: dict[InputRole, InputPin]
    drive_unlock: OutputPin | None = None
    chip: str | None = None


class CurrentMonitor(_Part, frozen=True, kw_only=True):
    """The shunt monitor at the bridge feed: chip, I2C bus and address, shunt in ohm, conversion time in us."""

    chip: Literal["ina226", "ina219", "ina260"]
    address: int
    bus: int = 1
    shunt_ohm: float = 0.01
    conversion_us: int = 332
    signed: bool = False


class CanPort(_Part, frozen=True, kw_only=True):
    """A python-can interface by its own names; `mode` "acknowledge" only for a spare BCM alone on the bench."""

    interface: str
    channel: str
    bitrate: int = 500_000
    mode: Literal["listen_only", "acknowledge"] = "listen_only"


class LineAdc(_Part, frozen=True, kw_only=True):
    """An ADC channel that watches a line through a divider: volts at the line = volts at the pin x `ratio`."""

    chip: Literal["ads1115", "mcp3208"]
    channel: int
    ratio: float
    address: int = 0x48
    bus: int = 1


class Thermometer(_Part, frozen=True, kw_only=True):
    """An I2C thermometer beside the lock. A TMP102 or LM75 shares its address range 0x48..0x4b with the ADS1115."""

    chip: Literal["tmp102", "lm75"]
    address: int = 0x49
    bus: int = 1


class Wiring(_Part, frozen=True, kw_only=True):
    """One rig. `simulated`: the app puts a plant on the far side of these pins, this bus and these registers.

    `rearm` "reset": behind the heartbeat a relay holds itself, and once dropped only RESET at the rig brings it back.
    `ceiling_a` is the highest current that this shunt and fuse allow; the guard's own ceiling still stands above it.
    `logic_min_v`: below this supply the rig's own logic and relays are not to be trusted.
    """

    schema: Literal[1]
    name: str
    gpio: Gpio
    current: CurrentMonitor
    scope: Scope = "door"
    simulated: bool = False
    ceiling_a: float = 7.5
    logic_min_v: float = 4.5
    rearm: Literal["self", "reset"] = "self"
    can: CanPort | None = None
    lines: dict[LineRole, LineAdc] = {}
    supply_line: LineAdc | None = None
    ambient: Thermometer | None = None
    notes: tuple[str, ...] = ()
