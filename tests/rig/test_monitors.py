"""The shunt monitors beside the INA226, and the MCP3208: in dialogue with what their data sheets say."""

import errno
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig_fakes import HandClock

from bench.app.ci_chips import ChipBus
from bench.app.ci_monitors import Ina219Chip, Ina260Chip, MonitorRegisters
from bench.errors import PortError, WiringError
from bench.model.observations import Ambient, LineVoltage, Supply
from bench.model.wiring import CurrentMonitor, LineAdc, Thermometer
from bench.rig.i2c import swapped
from bench.rig.mcp3208 import Mcp3208
from bench.rig.shunt_monitor import ShuntMonitor, current_monitor

WIRED_219 = CurrentMonitor(chip="ina219", address=0x40, shunt_ohm=0.1, conversion_us=532)
WIRED_260 = CurrentMonitor(chip="ina260", address=0x40, conversion_us=332)


class Dialogue:
    """An I2C bus that knows its lines, out of the data sheet, high byte first as it prints them."""

    def __init__(self, *lines: tuple[str, int, int]) -> None:
        self.lines = list(lines)

    def read_word_data(self, address: int, register: int, /) -> int:
        kind, due, word = self.lines.pop(0)
        assert (kind, due, address) == ("read", register, 0x40)
        return swapped(word)

    def write_word_data(self, address: int, register: int, value: int, /) -> None:
        assert self.lines.pop(0) == ("write", register, swapped(value))


def monitor(chip: MonitorRegisters, wired: CurrentMonitor) -> ShuntMonitor:
    bus = ChipBus()
    bus.fit(0x40, chip)
    return current_monitor(bus, wired, HandClock())


def reading(opened: ShuntMonitor) -> list[float | None]:
    assert opened.poll()
    (line,) = opened.drain()
    return [line.a[0], line.v[0]]


def test_the_ina219_is_opened_and_read_as_its_data_sheet_says() -> None:
    bus = Dialogue(
        ("write", 0x00, 0x399F), ("read", 0x00, 0x399F),  # 32 V, 320 mV, 12 bit both, continuous
        ("write", 0x05, 0x1000), ("read", 0x05, 0x1000),  # 0.04096 / (100 uA x 0.1 ohm) = 4096
        ("read", 0x02, 0x5DC0),  # 12 V, and no conversion ready
        ("read", 0x02, 0x5DC2), ("read", 0x01, 0x1F40), ("read", 0x03, 0x0000),  # 3000 x 4 mV, 8000 x 10 uV; 03 clears the flag
    )  # fmt: skip
    opened = current_monitor(bus, WIRED_219, HandClock())
    assert not opened.poll()
    assert reading(opened) == pytest.approx([0.8, 12.0])
    assert bus.lines == []


def test_the_ina260_is_opened_and_read_as_its_data_sheet_says() -> None:
    bus = Dialogue(
        ("read", 0xFE, 0x5449), ("read", 0xFF, 0x2270), ("write", 0x00, 0x6097), ("read", 0x00, 0x6097),
        ("read", 0x06, 0x0000),
        ("read", 0x06, 0x0008), ("read", 0x01, 0x0A00), ("read", 0x02, 0x2580),  # 2560 x 1.25 mA, 9600 x 1.25 mV
    )  # fmt: skip
    opened = current_monitor(bus, WIRED_260, HandClock())
    assert not opened.poll()
    assert reading(opened) == pytest.approx([3.2, 12.0])
    assert bus.lines == []


@given(a=st.floats(-3.19, 3.19), v=st.floats(0, 26))
def test_the_ina219_gives_back_what_flows_within_a_bit(a: float, v: float) -> None:
    chip = Ina219Chip(0.1)
    opened = monitor(chip, WIRED_219)
    chip.convert(a, v)
    amperes, volts = reading(opened)
    assert amperes == pytest.approx(a, abs=51e-6)
    assert volts == pytest.approx(v, abs=2.1e-3)
    assert opened.clipped_samples == 0


@given(a=st.floats(-14.9, 14.9), v=st.floats(0, 36))
def test_the_ina260_gives_back_what_flows_within_a_bit(a: float, v: float) -> None:
    chip = Ina260Chip()
    opened = monitor(chip, WIRED_260)
    chip.convert(a, v)
    amperes, volts = reading(opened)
    assert amperes == pytest.approx(a, abs=0.64e-3)
    assert volts == pytest.approx(v, abs=0.64e-3)


@pytest.mark.parametrize(("chip", "wired", "full_scale"), [(Ina219Chip(0.1), WIRED_219, 3.2), (Ina260Chip(), WIRED_260, 15.0)])
def test_clipping_is_noticed(chip: MonitorRegisters, wired: CurrentMonitor, full_scale: float) -> None:
    opened = monitor(chip, wired)
    chip.convert(full_scale * 1.5, 12.0)
    reading(opened)
    assert opened.clipped_samples == 1
    assert opened.full_scale_a == pytest.approx(full_scale)


@pytest.mark.parametrize(("chip", "wired"), [(Ina219Chip(0.1), WIRED_219), (Ina260Chip(), WIRED_260)])
def test_one_conversion_gives_one_sample_however_often_it_is_polled(chip: MonitorRegisters, wired: CurrentMonitor) -> None:
    opened = monitor(chip, wired)
    chip.convert(1.0, 12.0)
    assert [opened.poll() for _ in range(4)] == [True, False, False, False]


@pytest.mark.parametrize("chip", ["ina219", "ina260"])
def test_a_conversion_time_that_the_chip_has_not_is_refused(chip: str) -> None:
    odd = CurrentMonitor(chip="ina219" if chip == "ina219" else "ina260", address=0x40, conversion_us=333)
    with pytest.raises(WiringError, match=f"333 us is no conversion time of the {chip.upper()}"):
        monitor(Ina219Chip(0.1) if chip == "ina219" else Ina260Chip(), odd)


def test_another_chip_at_the_address_of_an_ina260_is_named() -> None:
    with pytest.raises(PortError, match="ina260 at 0x40 on I2C bus 1: says maker 0x0000"):
        monitor(Ina219Chip(0.1), WIRED_260)


class Spi:
    """An MCP3208 with voltages on its pins, against 3.3 V."""

    def __init__(self, volts: Sequence[float]) -> None:
        self.volts, self.gone = volts, False

    def transfer(self, data: Sequence[int], /) -> Sequence[int]:
        if self.gone:
            raise OSError(errno.EIO, "Input/output error")
        assert data[0] & 0b110 == 0b110, "start bit, one channel against ground"
        counts = min(4095, round(self.volts[(data[0] & 1) << 2 | data[1] >> 6] / 3.3 * 4096))
        return [0, counts >> 8, counts & 0xFF]


def test_the_mcp3208_reads_each_line_through_its_own_divider_and_a_thermometer_by_its_slope() -> None:
    clock = HandClock()
    wired = {
        "ajar": LineAdc(chip="mcp3208", channel=0, ratio=5.7), "supply": LineAdc(chip="mcp3208", channel=5, ratio=5.0),
        "ambient": LineAdc(chip="mcp3208", channel=7, ratio=1.0),
    }  # fmt: skip
    spi = Spi([2.0, 0, 0, 0, 0, 2.5, 0, 0.25])
    adc = Mcp3208(spi, wired, clock, thermometer=Thermometer(chip="mcp3208", channel=7))  # type: ignore[arg-type]  # a dict of literals
    clock.t_ns = 5
    assert adc.poll()
    assert adc.poll()
    ajar, supply, ambient = adc.drain()
    assert isinstance(ajar, LineVoltage)
    assert ajar.t == 0
    assert ajar.v == pytest.approx(11.4, abs=0.01)
    assert isinstance(supply, Supply)
    assert supply.v == pytest.approx(12.5, abs=0.01)
    assert isinstance(ambient, Ambient)
    assert ambient.c == pytest.approx(-25.0, abs=0.1), "a TMP36: 0.5 V at 0 C, 10 mV a degree"


def test_a_bus_that_nobody_drives_is_a_port_error_and_so_is_one_that_fails() -> None:
    class Open(Spi):
        def transfer(self, data: Sequence[int], /) -> Sequence[int]:
            return [0xFF, 0xFF, 0xFF]

    wired = {"ajar": LineAdc(chip="mcp3208", channel=0, ratio=5.7)}
    with pytest.raises(PortError, match=r"mcp3208 on SPI 0\.0: no null bit before the value of channel 0"):
        Mcp3208(Open([0]), wired, HandClock())  # type: ignore[arg-type]
    spi = Spi([1.0])
    adc = Mcp3208(spi, wired, HandClock())  # type: ignore[arg-type]
    spi.gone = True
    with pytest.raises(PortError, match=r"mcp3208 on SPI 0\.0: .*Input/output error"):
        adc.poll()
