"""The shipped wirings load; what contradicts itself is refused and both parties are named."""

from pathlib import Path

import pytest

from bench.config import check_fits, load_profile, load_wiring, shipped, warnings_of
from bench.errors import WiringError
from bench.model.wiring import Wiring

GOOD = shipped("wiring/rpi-bench.toml").read_text()


def refused(folder: Path, old: str, new: str) -> str:
    path = folder / "rig.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(WiringError) as caught:
        load_wiring(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_reference_rig_loads_and_fits_every_kind_of_lock() -> None:
    wiring = load_wiring(shipped("wiring/rpi-bench.toml"))
    assert not wiring.simulated
    for ref in ("qashqai-j11-rear-door", "qashqai-j11-tailgate"):
        check_fits(wiring, load_profile(ref))


def test_the_bench_of_usb_parts_loads_and_fits_every_kind_of_lock() -> None:
    wiring = load_wiring(shipped("wiring/usb-relay.toml"))
    assert set(wiring.output_pins) == {"enable"}
    assert not wiring.gpio.on_pi_header
    for ref in ("qashqai-j11-rear-door", "qashqai-j11-tailgate"):
        check_fits(wiring, load_profile(ref))


def test_driver_pins_of_the_reference_rig_are_16_to_27() -> None:
    """Pulled down at boot, no UART, no I2C, no HAT EEPROM."""
    gpio = load_wiring(shipped("wiring/rpi-bench.toml")).gpio
    pins = [gpio.enable, gpio.drive_lock, gpio.drive_unlock, gpio.heartbeat]
    assert all(p is not None and 16 <= p.pin <= 27 and p.active_high for p in pins)


SUPPLY = '[supply]\nkind = "scpi"\nurl = "/dev/ttyUSB0"\n'
BOARD = '[relay_board]\nprotocol = "lcus"\nurl = "/dev/ttyUSB1"\ndrive_lock = 1\ndrive_unlock = 2\n'
GPIO_DRIVES = "drive_lock = { pin = 20 }\ndrive_unlock = { pin = 21 }\n"
CAN = "[can]\ninterface"
BATTERY = '[supply]\nkind = "battery"\n'
MISTAKES = [
    (BATTERY, SUPPLY.replace("/dev/ttyUSB0", ""), "supply.url: empty"),
    (BATTERY, SUPPLY + "volts = 17\n", "supply.volts: 17 V, limit 0..15 V"),
    (BATTERY, SUPPLY + "volts_max = 20\n", "limit 0..16 V"),
    (BATTERY, SUPPLY + "limit_a = 11\n", "supply.limit_a: 11 A, limit above 0 to 10 A"),
    (BATTERY, SUPPLY.replace("scpi", "battery"), "supply.kind is 'battery'"),
    (CAN, BOARD + CAN, "drive_lock is wired as gpio.drive_lock and as relay_board.drive_lock"),
    (GPIO_DRIVES, "", "gpio.drive_lock is missing"),
    ("heartbeat = { pin = 26 }\n", "", "the heartbeat is missing: gpio.heartbeat or heartbeat_line"),
    (CAN, '[heartbeat_line]\nurl = "/dev/ttyUSB2"\n' + CAN, "the heartbeat is wired as gpio.heartbeat and as heartbeat_line"),
    ('chip = "ina226"', 'chip = "ina219"', "current.conversion_us: 332 us, the ina219 knows 84, 148, 276, 532 us"),
    ('ajar = { chip = "ads1115", channel = 0', 'ajar = { chip = "mcp3208", channel = 9', "lines.ajar.channel: 9, the mcp3208 has 0..7"),
    ('chip = "tmp102"\naddress = 0x49', 'chip = "mcp3208"', "ambient.channel is missing"),
    ("enable = { pin = 16 }", "enable = { pin = 20 }", "GPIO20 is wired as 'enable' and as 'drive_lock'"),
    ("ajar = { pin = 17,", "ajar = { pin = 26,", "GPIO26 is wired as 'heartbeat' and as 'inputs.ajar'"),
    ("ajar = { pin = 17,", "ajar = { pin = 2,", "GPIO2 is wired as 'SDA of I2C bus 1' and as 'inputs.ajar'"),
    ("enable = { pin = 16 }", "enable = { pin = 28 }", "gpio.enable.pin: 28, limit 0..27"),
    ("enable = { pin = 16 }", "enable = { pin = -1 }", "gpio.enable.pin: -1, limit 0..27"),
    ("enable = { pin = 16 }", "enable = { pin = 5 }", "GPIO5 is pulled up at boot"),
    ("enable = { pin = 16 }", "enable = { pin = 16, active_high = false }", "GPIO16 is pulled down at boot"),
    ("shunt_ohm = 0.01", "shunt_ohm = 0.1", "0.1 ohm lets the ina226 see 0.82 A at most"),
    ("shunt_ohm = 0.01", "shunt_ohm = 0.015", "ceiling_a: 7.5 A is above the 5.46 A"),
    ("shunt_ohm = 0.01", "shunt_ohm = 0", "current.shunt_ohm: 0 ohm is not above 0"),
    ("shunt_ohm = 0.01", "shunt_ohm = nan", "current.shunt_ohm: nan is not a finite number"),
    ("ceiling_a = 7.5", "ceiling_a = 7.6", "ceiling_a: 7.6 A, limit above 0 to 7.5 A"),
    ("ceiling_a = 7.5", "ceiling_a = 0", "ceiling_a: 0 A, limit above 0 to 7.5 A"),
    ("conversion_us = 332", "conversion_us = 333", "current.conversion_us: 333 us"),
    ("address = 0x40", "address = 0x50", "current.address: 0x50, the ina226 has 0x40..0x4f"),
    ("address = 0x40", "address = 0x48", "I2C address 0x48 on bus 1 belongs to 'current' (ina226) and to 'lines.ajar' (ads1115)"),
    ("address = 0x49", "address = 0x48", "I2C address 0x48 on bus 1 belongs to 'lines.ajar' (ads1115) and to 'ambient' (tmp102)"),
    ("channel = 1, ratio", "channel = 0, ratio", "channel 0 of the ads1115 at 0x48 is wired as 'lines.ajar' and as 'lines.motor_lock'"),
    ("channel = 1, ratio", "channel = 4, ratio", "lines.motor_lock.channel: 4, the ads1115 has 0..3"),
    ("ratio = 5.7 }", "ratio = -1 }", "lines.ajar.ratio: -1 is not above 0"),
    ("logic_min_v = 6.5", "logic_min_v = 1", "logic_min_v: 1 V, limit 3..11 V"),
    ('estop = { pin = 22, inverted = true, pull = "up" }\n', "", "gpio.inputs.estop is missing"),
    ('factory = "lgpio"', 'factory = "mock"', "simulated is false"),
    ('factory = "lgpio"', 'factory = "rpigpio"', "gpio.factory: Invalid enum value 'rpigpio'"),
    ('name = "rpi-bench"', 'name = "rpi-bench"\nsimulated = true', "simulated is true"),
    ('name = "rpi-bench"', 'name = " "', "name: empty"),
    ("ajar = { pin = 17,", "horn = { pin = 17,", "gpio.inputs: Invalid enum value 'horn' as a key"),
    ("ajar = { pin = 17,", 'ajar = { pin = "17",', "gpio.inputs.ajar.pin: Expected `int`, got `str`"),
    ("bitrate = 500000", "bitrate = 5", "can.bitrate: 5 bit/s"),
    ('interface = "socketcan"', 'interface = ""', "can.interface and can.channel: one of them is empty"),
    ("schema = 1", "schema = 1\nsolder = true", "solder: unknown key"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES, ids=[m[2][:40] for m in MISTAKES])
def test_each_mistake_is_named(old: str, new: str, expected: str, tmp_path: Path) -> None:
    assert expected in refused(tmp_path, old, new)


def test_every_reason_is_given_at_once(tmp_path: Path) -> None:
    message = refused(tmp_path, "enable = { pin = 16 }\ndrive_lock = { pin = 20 }", "enable = { pin = 99 }\ndrive_lock = { pin = 21 }")
    assert "gpio.enable.pin: 99" in message
    assert "GPIO21 is wired as 'drive_lock' and as 'drive_unlock'" in message


def test_a_rig_that_drives_one_way_serves_a_tailgate_but_no_rear_door(tmp_path: Path) -> None:
    path = tmp_path / "oneway.toml"
    path.write_text(GOOD.replace("drive_unlock = { pin = 21 }\n", ""))
    wiring = load_wiring(path)
    check_fits(wiring, load_profile("qashqai-j11-tailgate"))
    with pytest.raises(WiringError, match=r"drive_unlock is missing, profile 'qashqai-j11-rear-door' is a rear_door"):
        check_fits(wiring, load_profile("qashqai-j11-rear-door"))


def test_rig_and_profile_must_agree_on_the_bit_rate(tmp_path: Path) -> None:
    path = tmp_path / "slow.toml"
    path.write_text(GOOD.replace("bitrate = 500000", "bitrate = 250000"))
    with pytest.raises(WiringError, match=r"250000 bit/s here and 500000 bit/s in profile 'qashqai-j11-tailgate'"):
        check_fits(load_wiring(path), load_profile("qashqai-j11-tailgate"))


def test_a_missing_wiring_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(WiringError, match="no such file"):
        load_wiring(tmp_path / "none.toml")


def accepted(folder: Path, *changes: tuple[str, str]) -> Wiring:
    path, text = folder / "rig.toml", GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return load_wiring(path)


def test_a_serial_board_and_a_modem_line_take_the_place_of_pins(tmp_path: Path) -> None:
    wiring = accepted(
        tmp_path, (GPIO_DRIVES, ""), ("heartbeat = { pin = 26 }\n", ""), (CAN, BOARD + '[heartbeat_line]\nurl = "/dev/ttyUSB2"\n' + CAN)
    )
    assert set(wiring.output_pins) == {"enable"}
    assert wiring.drives == ("drive_lock", "drive_unlock")
    check_fits(wiring, load_profile("qashqai-j11-rear-door"))


def test_a_board_too_slow_for_dry_switching_is_refused_and_the_time_is_named(tmp_path: Path) -> None:
    slow = BOARD.replace('"lcus"', '"text"')
    with pytest.raises(WiringError, match=r"at 9600 an order and the relay take 2[23] ms, but the enable relay closes 20 ms after"):
        accepted(tmp_path, (GPIO_DRIVES, ""), (CAN, slow + CAN))
    accepted(tmp_path, (GPIO_DRIVES, ""), (CAN, slow + "baud = 115200\n" + CAN))


def test_the_enable_relay_is_never_on_a_board(tmp_path: Path) -> None:
    """A board that lost its program keeps its relays: only the monostable behind the enable relay lets go then."""
    with pytest.raises(WiringError, match="enable"):
        accepted(tmp_path, ("enable = { pin = 16 }\n", ""), (GPIO_DRIVES, ""), (CAN, BOARD + CAN))


def test_a_stock_ina219_board_is_accepted_with_a_word_about_stall(tmp_path: Path) -> None:
    changes = (
        ('chip = "ina226"', 'chip = "ina219"'),
        ("shunt_ohm = 0.01", "shunt_ohm = 0.1"),
        ("conversion_us = 332", "conversion_us = 532"),
    )
    wiring = accepted(tmp_path, *changes, ("ceiling_a = 7.5", "ceiling_a = 3.1"))
    assert ["stall current and winding resistance are not judged" in text for text in warnings_of(wiring)] == [True]
    assert warnings_of(load_wiring(shipped("wiring/rpi-bench.toml"))) == ()


def test_can_ini_needs_no_channel(tmp_path: Path) -> None:
    wiring = accepted(tmp_path, ('interface = "socketcan"\nchannel = "can0"', 'interface = "can.ini"'))
    assert wiring.can is not None
    assert wiring.can.channel == ""
