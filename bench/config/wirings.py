"""Wiring files: which pin, bus and address plays which role. What contradicts itself is refused, both parties named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.config.source_file import read_toml
from bench.config.typed import typed
from bench.errors import WiringError
from bench.model.profile import Profile
from bench.model.wiring import CurrentMonitor, LineAdc, OutputPin, Thermometer, Wiring

CEILING_A: Final = 7.5
"""Highest current that any wiring may allow: the largest fuse of DESIGN ring 1."""

STALL_A: Final = 4.0
"""A monitor must see at least this: good drives block at up to 3.3 A (BMW), windows of good parts reach 4.2 A."""

_FULL_SCALE_V: Final = {"ina226": 0.08192, "ina219": 0.32}  # data sheets; INA219 at PGA/8
_INA260_A: Final = 15.0  # 2 mohm inside
_I2C_ADDRESSES: Final = {"ina226": (0x40, 0x4F), "ina219": (0x40, 0x4F), "ina260": (0x40, 0x4F), "ads1115": (0x48, 0x4B),
                         "tmp102": (0x48, 0x4B), "lm75": (0x48, 0x4F)}  # fmt: skip
_CONVERSIONS_US: Final = (140, 204, 332, 588, 1100, 2116, 4156, 8244)  # INA226 data sheet
_CHANNELS: Final = {"ads1115": 3, "mcp3208": 7}


def load_wiring(path: str | Path) -> Wiring:
    """Return the rig that a file describes; raise WiringError that names file, key and reason, all reasons at once."""
    path = Path(path)
    wiring = typed(read_toml(path, error=WiringError), Wiring, str(path), error=WiringError)
    reasons = [*_pin_clashes(wiring), *_pins_at_boot(wiring), *_current(wiring), *_adcs(wiring), *_i2c_clashes(wiring), *_others(wiring)]
    if reasons:
        raise WiringError(f"{path}: {'; '.join(reasons)}")
    return wiring


def check_fits(wiring: Wiring, profile: Profile) -> None:
    """Refuse a rig that cannot test this part at all; raise WiringError that names both parties.

    A missing lock switch input is no reason: the faults that only it shows are then not tested.
    """
    reasons = []
    if profile.kind == "rear_door" and wiring.gpio.drive_unlock is None:
        reasons.append(f"gpio.drive_unlock is missing, profile {profile.id!r} is a rear_door and is driven both ways")
    if "ajar" not in wiring.gpio.inputs:
        reasons.append(f"gpio.inputs.ajar is missing, profile {profile.id!r} cannot be judged without its door switch")
    if wiring.can and profile.can and wiring.can.bitrate != profile.can.bitrate:
        reasons.append(f"can.bitrate is {wiring.can.bitrate} bit/s here and {profile.can.bitrate} bit/s in profile {profile.id!r}")
    if reasons:
        raise WiringError(f"wiring {wiring.name!r}: {'; '.join(reasons)}")


def full_scale_a(monitor: CurrentMonitor) -> float:
    """Return the highest current that the monitor can read through its shunt, A."""
    return _INA260_A if monitor.chip == "ina260" else _FULL_SCALE_V[monitor.chip] / monitor.shunt_ohm


def _outputs(wiring: Wiring) -> dict[str, OutputPin]:
    gpio = wiring.gpio
    pins = {"enable": gpio.enable, "drive_lock": gpio.drive_lock, "heartbeat": gpio.heartbeat}
    return pins if gpio.drive_unlock is None else {**pins, "drive_unlock": gpio.drive_unlock}


def _pin_clashes(wiring: Wiring) -> Iterator[str]:
    owner: dict[int, str] = {}
    if not wiring.simulated:
        buses = {wiring.current.bus, *(a.bus for a in _adc_channels(wiring).values() if a.chip == "ads1115")}
        buses |= {wiring.ambient.bus} if wiring.ambient else set()
        owner = {2: "SDA of I2C bus 1", 3: "SCL of I2C bus 1"} if 1 in buses else {}
    roles = {role: pin.pin for role, pin in _outputs(wiring).items()}
    roles |= {f"inputs.{role}": pin.pin for role, pin in wiring.gpio.inputs.items()}
    for role, pin in roles.items():
        if not 0 <= pin <= 27:
            yield f"gpio.{role}.pin: {pin}, limit 0..27 (BCM numbers)"
        elif pin in owner:
            yield f"GPIO{pin} is wired as {owner[pin]!r} and as {role!r}"
        else:
            owner[pin] = role


def _pins_at_boot(wiring: Wiring) -> Iterator[str]:
    """BCM2835: GPIO0-8 are pulled up and 9-27 down until something configures them; a relay must be off meanwhile."""
    for role, pin in _outputs(wiring).items():
        if pin.active_high and 0 <= pin.pin <= 8:
            yield f"gpio.{role}: GPIO{pin.pin} is pulled up at boot and an active-high relay there is on, use GPIO16..27"
        if not pin.active_high and 9 <= pin.pin <= 27 and role in {"enable", "heartbeat"}:
            yield f"gpio.{role}: GPIO{pin.pin} is pulled down at boot and an active-low relay there is on, use an active-high one"


def _current(wiring: Wiring) -> Iterator[str]:
    monitor = wiring.current
    if monitor.shunt_ohm <= 0:
        yield f"current.shunt_ohm: {monitor.shunt_ohm:g} ohm is not above 0"
        return
    seen_a = full_scale_a(monitor)
    if seen_a < STALL_A:
        most = f"current.shunt_ohm: {monitor.shunt_ohm:g} ohm lets the {monitor.chip} see {seen_a:.2f} A at most"
        yield f"{most}, but a stalled drive takes up to {STALL_A:g} A; use 0.01 ohm"
    elif wiring.ceiling_a > seen_a:
        yield f"ceiling_a: {wiring.ceiling_a:g} A is above the {seen_a:.2f} A that a shunt of {monitor.shunt_ohm:g} ohm shows"
    if not 0 < wiring.ceiling_a <= CEILING_A:
        yield f"ceiling_a: {wiring.ceiling_a:g} A, limit above 0 to {CEILING_A:g} A"
    if monitor.chip == "ina226" and monitor.conversion_us not in _CONVERSIONS_US:
        yield f"current.conversion_us: {monitor.conversion_us} us, the ina226 knows {', '.join(map(str, _CONVERSIONS_US))} us"
    yield from _address("current", monitor.chip, monitor.address)


def _adc_channels(wiring: Wiring) -> dict[str, LineAdc]:
    channels = {f"lines.{role}": adc for role, adc in wiring.lines.items()}
    return channels if wiring.supply_line is None else {**channels, "supply_line": wiring.supply_line}


def _adcs(wiring: Wiring) -> Iterator[str]:
    owner: dict[tuple[str, int, int, int], str] = {}
    for key, adc in _adc_channels(wiring).items():
        if not 0 <= adc.channel <= _CHANNELS[adc.chip]:
            yield f"{key}.channel: {adc.channel}, the {adc.chip} has 0..{_CHANNELS[adc.chip]}"
        if adc.ratio <= 0:
            yield f"{key}.ratio: {adc.ratio:g} is not above 0"
        input_pin = (adc.chip, adc.bus, adc.address, adc.channel)
        if input_pin in owner:
            yield f"channel {adc.channel} of the {adc.chip} at {adc.address:#04x} is wired as {owner[input_pin]!r} and as {key!r}"
        owner.setdefault(input_pin, key)
        if adc.chip == "ads1115":
            yield from _address(key, adc.chip, adc.address)


def _i2c_clashes(wiring: Wiring) -> Iterator[str]:
    """Two chips at one address of one bus; the four channels of one ADS1115 are one chip."""
    owner: dict[tuple[int, int], tuple[str, str]] = {(wiring.current.bus, wiring.current.address): ("current", wiring.current.chip)}
    parts: list[tuple[str, LineAdc | Thermometer]] = [(k, a) for k, a in _adc_channels(wiring).items() if a.chip == "ads1115"]
    if wiring.ambient is not None:
        parts.append(("ambient", wiring.ambient))
        yield from _address("ambient", wiring.ambient.chip, wiring.ambient.address)
    for key, part in parts:
        first_key, first_chip = owner.setdefault((part.bus, part.address), (key, part.chip))
        if first_chip != part.chip:
            where = f"I2C address {part.address:#04x} on bus {part.bus}"
            yield f"{where} belongs to {first_key!r} ({first_chip}) and to {key!r} ({part.chip})"


def _address(key: str, chip: str, address: int) -> Iterator[str]:
    low, high = _I2C_ADDRESSES[chip]
    if not low <= address <= high:
        yield f"{key}.address: {address:#04x}, the {chip} has {low:#04x}..{high:#04x}"


def _others(wiring: Wiring) -> Iterator[str]:
    if not wiring.name.strip():
        yield "name: empty"
    if "estop" not in wiring.gpio.inputs:
        yield "gpio.inputs.estop is missing: no rig without an emergency stop that is read back"
    if not 3.0 <= wiring.logic_min_v <= 11.0:
        yield f"logic_min_v: {wiring.logic_min_v:g} V, limit 3..11 V"
    if wiring.can is not None and not (wiring.can.interface.strip() and wiring.can.channel.strip()):
        yield "can.interface and can.channel: one of them is empty"
    if wiring.can is not None and not 10_000 <= wiring.can.bitrate <= 1_000_000:
        yield f"can.bitrate: {wiring.can.bitrate} bit/s, limit 10000..1000000 bit/s"
    if not wiring.simulated and wiring.gpio.factory == "mock":
        yield "gpio.factory is 'mock' but simulated is false: nothing would be driven"
    if wiring.simulated and wiring.gpio.factory != "mock":
        yield f"gpio.factory is {wiring.gpio.factory!r} but simulated is true: a simulated rig touches no real pin, use 'mock'"
