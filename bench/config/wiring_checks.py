"""What cannot be on a rig's pins, buses and chips: a sentence for each contradiction, both parties named."""

from collections.abc import Iterator
from typing import Final

from bench.model.wiring import CurrentMonitor, LineAdc, Thermometer, Wiring

CEILING_A: Final = 7.5
"""Highest current that any wiring may allow: the largest fuse of DESIGN ring 1."""

STALL_A: Final = 4.0
"""A monitor that sees less cannot judge stall: good drives block at up to 3.3 A (BMW), windows of good parts reach 4.2 A."""

INRUSH_A: Final = 2.0
"""A monitor that sees less than a good drive's inrush (1.7 A and more, profiles) clips and trips at every start (E)."""

_FULL_SCALE_V: Final = {"ina226": 0.08192, "ina219": 0.32}  # data sheets; INA219 at PGA/8
_INA260_A: Final = 15.0  # 2 mohm inside
_I2C_ADDRESSES: Final = {"ina226": (0x40, 0x4F), "ina219": (0x40, 0x4F), "ina260": (0x40, 0x4F), "ads1115": (0x48, 0x4B),
                         "tmp102": (0x48, 0x4B), "lm75": (0x48, 0x4F)}  # fmt: skip
_CONVERSIONS_US: Final = {
    "ina226": (140, 204, 332, 588, 1100, 2116, 4156, 8244),
    "ina260": (140, 204, 332, 588, 1100, 2116, 4156, 8244),
    "ina219": (84, 148, 276, 532),
}
"""Data sheets: one conversion of 9 to 12 bits (INA219), or of the times that the others name."""
_CHANNELS: Final = {"ads1115": 3, "mcp3208": 7}


def pin_reasons(wiring: Wiring) -> Iterator[str]:
    """Yield every reason why these pins cannot be."""
    yield from _pin_clashes(wiring)
    yield from _pins_at_boot(wiring)


def chip_reasons(wiring: Wiring) -> Iterator[str]:
    """Yield every reason why these chips cannot be."""
    yield from _current(wiring)
    yield from _adcs(wiring)
    yield from _i2c_clashes(wiring)


def full_scale_a(monitor: CurrentMonitor) -> float:
    """Return the highest current that the monitor can read through its shunt, A."""
    return _INA260_A if monitor.chip == "ina260" else _FULL_SCALE_V[monitor.chip] / monitor.shunt_ohm


def _pin_clashes(wiring: Wiring) -> Iterator[str]:
    owner: dict[int, str] = {}
    if not wiring.simulated and wiring.gpio.on_pi_header:
        buses = {wiring.current.bus, *(a.bus for a in _adc_channels(wiring).values() if a.chip == "ads1115")}
        buses |= {wiring.ambient.bus} if wiring.ambient else set()
        owner = {2: "SDA of I2C bus 1", 3: "SCL of I2C bus 1"} if 1 in buses else {}
        if any(a.chip == "mcp3208" and a.spi == 0 for a in _adc_channels(wiring).values()):
            owner |= {
                7: "chip select 1 of SPI 0",
                8: "chip select 0 of SPI 0",
                9: "MISO of SPI 0",
                10: "MOSI of SPI 0",
                11: "clock of SPI 0",
            }
    roles = {role: pin.pin for role, pin in wiring.output_pins.items()}
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
    if not wiring.gpio.on_pi_header:
        return
    for role, pin in wiring.output_pins.items():
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
    if seen_a < INRUSH_A:
        most = f"current.shunt_ohm: {monitor.shunt_ohm:g} ohm lets the {monitor.chip} see {seen_a:.2f} A at most"
        yield f"{most}, so that every start would clip and trip, and a stalled drive takes up to {STALL_A:g} A; use 0.01 ohm"
    elif wiring.ceiling_a > seen_a:
        yield f"ceiling_a: {wiring.ceiling_a:g} A is above the {seen_a:.2f} A that a shunt of {monitor.shunt_ohm:g} ohm shows"
    if not 0 < wiring.ceiling_a <= CEILING_A:
        yield f"ceiling_a: {wiring.ceiling_a:g} A, limit above 0 to {CEILING_A:g} A"
    known_us = _CONVERSIONS_US[monitor.chip]
    if monitor.conversion_us not in known_us:
        yield f"current.conversion_us: {monitor.conversion_us} us, the {monitor.chip} knows {', '.join(map(str, known_us))} us"
    yield from _address("current", monitor.chip, monitor.address)


def _adc_channels(wiring: Wiring) -> dict[str, LineAdc]:
    channels = {f"lines.{role}": adc for role, adc in wiring.lines.items()}
    if wiring.supply_line is not None:
        channels["supply_line"] = wiring.supply_line
    ambient = wiring.ambient
    if ambient is not None and ambient.channel is not None and (ambient.chip == "ads1115" or ambient.chip == "mcp3208"):
        channels["ambient"] = LineAdc(
            chip=ambient.chip, channel=ambient.channel, ratio=1.0, address=ambient.address, bus=ambient.bus,
            spi=ambient.spi, select=ambient.select, reference_v=ambient.reference_v,
        )  # fmt: skip
    return channels


def _adcs(wiring: Wiring) -> Iterator[str]:
    owner: dict[tuple[str, int, int, int], str] = {}
    for key, adc in _adc_channels(wiring).items():
        if not 0 <= adc.channel <= _CHANNELS[adc.chip]:
            yield f"{key}.channel: {adc.channel}, the {adc.chip} has 0..{_CHANNELS[adc.chip]}"
        if adc.ratio <= 0:
            yield f"{key}.ratio: {adc.ratio:g} is not above 0"
        input_pin: tuple[str, int, int, int]
        if adc.chip == "ads1115":
            input_pin, where = (adc.chip, adc.bus, adc.address, adc.channel), f"at {adc.address:#04x}"
        else:
            input_pin, where = (adc.chip, adc.spi, adc.select, adc.channel), f"on SPI {adc.spi}.{adc.select}"
        if input_pin in owner:
            yield f"channel {adc.channel} of the {adc.chip} {where} is wired as {owner[input_pin]!r} and as {key!r}"
        owner.setdefault(input_pin, key)
        if adc.chip == "ads1115":
            yield from _address(key, adc.chip, adc.address)
        elif not (0 <= adc.spi <= 1 and 0 <= adc.select <= 2 and adc.reference_v > 0):
            yield f"{key}: SPI {adc.spi}.{adc.select} at {adc.reference_v:g} V; ports 0..1, selects 0..2, above 0 V"
    ambient = wiring.ambient
    if ambient is not None and ambient.chip in _CHANNELS:
        if ambient.channel is None:
            yield f"ambient.channel is missing: which input of the {ambient.chip} the thermometer is on"
        if ambient.volts_per_c == 0:
            yield "ambient.volts_per_c: 0, a thermometer whose voltage does not move"


def _i2c_clashes(wiring: Wiring) -> Iterator[str]:
    """Two chips at one address of one bus; the four channels of one ADS1115 are one chip."""
    owner: dict[tuple[int, int], tuple[str, str]] = {(wiring.current.bus, wiring.current.address): ("current", wiring.current.chip)}
    parts: list[tuple[str, LineAdc | Thermometer]] = [(k, a) for k, a in _adc_channels(wiring).items() if a.chip == "ads1115"]
    if wiring.ambient is not None and wiring.ambient.chip not in _CHANNELS:
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
