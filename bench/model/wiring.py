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
    """The pins. `heartbeat` feeds the monostable that holds the enable relay.

    A drive relay that a serial board switches and a heartbeat that a modem line carries have no pin. `chip`: label of the
    GPIO chip (`pinctrl-rp1`), or its device name (`gpiochip0`); None: whichever of a Pi 4 or Pi 5 is there.
    """

    factory: Literal["lgpio", "mock"]
    enable: OutputPin
    inputs: dict[InputRole, InputPin]
    drive_lock: OutputPin | None = None
    heartbeat: OutputPin | None = None
    drive_unlock: OutputPin | None = None
    chip: str | None = None

    @property
    def on_pi_header(self) -> bool:
        """Are these the pins of a Pi's 40-pin header? The lines of any other chip (a USB bridge) have no header pins and no boot pulls."""
        return self.chip is None or self.chip.startswith(("pinctrl-", "gpiochip"))


class RelayBoard(_Part, frozen=True, kw_only=True):
    """A relay board on a serial port that switches the drive relays; the enable relay never is on it (it forgets nobody).

    `protocol`: "lcus" (A0 channel state sum) or "text" ("relay on N"). `url`: any pyserial URL or device.
    """

    protocol: Literal["lcus", "text"]
    url: str
    drive_lock: int
    drive_unlock: int | None = None
    baud: int = 9600


class HeartbeatLine(_Part, frozen=True, kw_only=True):
    """A modem line of a serial port as the heartbeat's source, where no GPIO is free for it."""

    url: str
    line: Literal["rts", "dtr"] = "rts"


class SupplyPart(_Part, frozen=True, kw_only=True):
    """What makes the 12 V: a battery, which nobody sets, or a bench supply that speaks SCPI over a serial port.

    `volts`: where a run starts and returns to; `limit_a`: its current limit. `feeds_logic` False: relays and logic have a
    supply of their own, so that the voltage margin may go below `logic_min_v`.
    """

    kind: Literal["battery", "scpi"] = "battery"
    url: str = ""
    baud: int = 9600
    volts: float = 12.6
    limit_a: float = 8.0
    volts_min: float = 0.0
    volts_max: float = 15.0
    feeds_logic: bool = True


class CurrentMonitor(_Part, frozen=True, kw_only=True):
    """The shunt monitor at the bridge feed: chip, I2C bus and address, shunt in ohm, conversion time in us.

    The INA260's 2 mohm are inside; `shunt_ohm` means nothing to it.
    """

    chip: Literal["ina226", "ina219", "ina260"]
    address: int
    bus: int = 1
    shunt_ohm: float = 0.01
    conversion_us: int = 332
    signed: bool = False


class CanPort(_Part, frozen=True, kw_only=True):
    """A python-can interface by its own names; `mode` "acknowledge" only for a spare BCM alone on the bench.

    `interface` "can.ini": interface and channel are what python-can's own configuration says.
    """

    interface: str
    channel: str = ""
    bitrate: int = 500_000
    mode: Literal["listen_only", "acknowledge"] = "listen_only"


class LineAdc(_Part, frozen=True, kw_only=True):
    """An ADC channel that watches a line through a divider: volts at the line = volts at the pin x `ratio`.

    ADS1115: `bus` and `address` are I2C's. MCP3208: `spi` and `select` are the SPI port and its chip select, and full scale
    is `reference_v`.
    """

    chip: Literal["ads1115", "mcp3208"]
    channel: int
    ratio: float
    address: int = 0x48
    bus: int = 1
    spi: int = 0
    select: int = 0
    reference_v: float = 3.3


class Thermometer(_Part, frozen=True, kw_only=True):
    """A thermometer beside the lock: an I2C one, or an analogue one (TMP36 by its numbers) on an ADC channel.

    A TMP102 or LM75 shares its address range 0x48..0x4b with the ADS1115. Degrees C = (V - `volts_at_0c`) / `volts_per_c`.
    """

    chip: Literal["tmp102", "lm75", "ads1115", "mcp3208"]
    address: int = 0x49
    bus: int = 1
    channel: int | None = None
    spi: int = 0
    select: int = 0
    reference_v: float = 3.3
    volts_at_0c: float = 0.5
    volts_per_c: float = 0.01


LeadRole = Literal["drive_lock", "drive_unlock", "ground", "ajar", "lock", "can"]
"""The wires between rig and car; the tailgate's one motor wire is `drive_lock`."""


class Lead(_Part, frozen=True, kw_only=True):
    """One wire of the rig's own lead, as whoever made it writes it down: its colour, the plug's pin, and where that is known from.

    Empty: not known. Nothing is driven by it; it is what the person with the plug in hand is shown.
    """

    colour: str = ""
    pin: str = ""
    source: str = ""


class Wiring(_Part, frozen=True, kw_only=True):
    """One rig. `simulated`: the app puts a plant on the far side of these pins, this bus and these registers.

    `rearm` "reset": behind the heartbeat a relay holds itself, and once dropped only RESET at the rig brings it back.
    `ceiling_a` is the highest current that this shunt and fuse allow; the guard's own ceiling still stands above it.
    `logic_min_v`: below this supply the rig's own logic and relays are not to be trusted. The voltage of an absent
    `supply` is nobody's to set: a battery. `circuit`: the file with its parts and cables, "" none. `leads`: colours and plug pins
    of the rig's own lead, for the panel's drawing.
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
    supply: SupplyPart = SupplyPart()
    relay_board: RelayBoard | None = None
    heartbeat_line: HeartbeatLine | None = None
    circuit: str = ""
    leads: dict[LeadRole, Lead] = {}
    notes: tuple[str, ...] = ()

    @property
    def output_pins(self) -> dict[str, OutputPin]:
        """Every output that is a pin, by role, enable first."""
        gpio = self.gpio
        pins = {"enable": gpio.enable, "drive_lock": gpio.drive_lock, "drive_unlock": gpio.drive_unlock, "heartbeat": gpio.heartbeat}
        return {role: pin for role, pin in pins.items() if pin is not None}

    @property
    def drives(self) -> tuple[str, ...]:
        """The drive relays that this rig has, pins or not."""
        board = self.relay_board
        fitted = {
            "drive_lock": self.gpio.drive_lock is not None or board is not None,
            "drive_unlock": self.gpio.drive_unlock is not None or (board is not None and board.drive_unlock is not None),
        }
        return tuple(role for role, there in fitted.items() if there)


class ListeningRig(_Part, frozen=True, kw_only=True):
    """A rig for the car: a CAN adapter that listens, and nothing that could drive. `circuit` as in Wiring."""

    schema: Literal[1]
    name: str
    scope: Literal["car"]
    can: CanPort
    circuit: str = ""
    notes: tuple[str, ...] = ()
