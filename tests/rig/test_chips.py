"""The chip drivers, in dialogue with registers that behave as the data sheets say."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig_fakes import HandClock

from bench.app.ci_chips import Ads1115Chip, ChipBus, Ina226Chip, ThermometerChip
from bench.errors import PortError, WiringError
from bench.model.observations import Ambient, Current, LineVoltage, Supply
from bench.model.wiring import CurrentMonitor, LineAdc, Thermometer
from bench.rig.ads1115 import Ads1115
from bench.rig.i2c import signed, swapped
from bench.rig.shunt_monitor import ShuntMonitor, current_monitor
from bench.rig.steady import Steady
from bench.rig.tmp102 import Tmp102

WIRED = CurrentMonitor(chip="ina226", address=0x40)


class Dialogue:
    """An I2C bus that knows its lines, out of the data sheet: (what must be asked, the word that comes back or is sent)."""

    def __init__(self, *lines: tuple[str, int, int]) -> None:
        self.lines = list(lines)

    def read_word_data(self, address: int, register: int, /) -> int:
        kind, due, word = self.lines.pop(0)
        assert (kind, due, address) == ("read", register, 0x40)
        return word

    def write_word_data(self, address: int, register: int, value: int, /) -> None:
        assert self.lines.pop(0) == ("write", register, value)
        assert address == 0x40


class LooseChip(Ina226Chip):
    """An INA226 whose plug comes off."""

    loose = False

    def __init__(self) -> None:
        super().__init__(0.01)

    def read(self, register: int) -> int:
        if self.loose:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return super().read(register)


OPENING = (
    ("read", 0xFE, 0x4954), ("read", 0xFF, 0x6022),
    ("write", 0x00, 0x9740), ("read", 0x00, 0x9740),  # 332 us both, continuous: 0x4097, low byte first
    ("write", 0x05, 0x0008), ("read", 0x05, 0x0008),  # 0.00512 / (250 uA x 10 mOhm) = 2048
)  # fmt: skip


def monitor(chip: Ina226Chip, clock: HandClock) -> ShuntMonitor:
    bus = ChipBus()
    bus.fit(0x40, chip)
    return current_monitor(bus, WIRED, clock)


def test_the_ina226_is_opened_and_read_as_its_data_sheet_says() -> None:
    bus = Dialogue(
        *OPENING,
        ("read", 0x06, 0x0000),  # not ready
        ("read", 0x06, 0x0800), ("read", 0x01, 0x0032), ("read", 0x02, 0x6027),  # 0x3200 x 2.5 uV, 0x2760 x 1.25 mV
    )  # fmt: skip
    clock = HandClock()
    ina = current_monitor(bus, WIRED, clock)
    assert not ina.poll()
    clock.t_ns = 1_000_000
    assert ina.poll()
    (line,) = ina.drain()
    assert (line.t0, line.dt) == (1_000_000, [0])
    assert line.a == pytest.approx([3.2])
    assert line.v == pytest.approx([12.6])
    assert bus.lines == []


@given(a=st.floats(-8.19, 8.19), v=st.floats(0, 36))
def test_current_and_voltage_come_back_within_half_a_bit_with_their_sign(a: float, v: float) -> None:
    chip = Ina226Chip(0.01)
    ina = monitor(chip, HandClock())
    chip.convert(a, v)
    assert ina.poll()
    (line,) = ina.drain()
    assert line.a[0] == pytest.approx(a, abs=0.125e-3 + 1e-9)
    assert line.v[0] == pytest.approx(v, abs=0.625e-3 + 1e-9)
    assert ina.clipped_samples == 0


@pytest.mark.parametrize(("flows", "reads"), [(40.0, 8.19175), (-40.0, -8.192)])
def test_a_clipped_reading_is_noticed_and_reads_full_scale(flows: float, reads: float) -> None:
    chip = Ina226Chip(0.01)
    ina = monitor(chip, HandClock())
    chip.convert(flows, 12.0)
    ina.poll()
    assert ina.drain()[0].a == pytest.approx([reads])
    assert ina.clipped_samples == 1
    assert ina.full_scale_a == pytest.approx(8.19175)


def test_one_conversion_gives_one_sample_however_often_it_is_polled() -> None:
    chip = Ina226Chip(0.01)
    ina = monitor(chip, HandClock())
    chip.convert(1.0, 12.0)
    assert [ina.poll() for _ in range(4)] == [True, False, False, False]


def test_no_line_spans_more_than_50_ms_and_no_sample_is_lost() -> None:
    chip, clock = Ina226Chip(0.01), HandClock()
    ina = monitor(chip, clock)
    for ms in range(200):
        clock.t_ns = ms * 1_000_000
        chip.convert(ms / 100, 12.0)
        ina.poll()
    lines: list[Current] = ina.drain()
    assert all(line.dt[-1] <= 50_000_000 for line in lines)
    assert [line.t0 + dt for line in lines for dt in line.dt] == [ms * 1_000_000 for ms in range(200)]


def test_an_absent_current_monitor_is_named_with_chip_address_and_bus() -> None:
    with pytest.raises(PortError, match=r"ina226 at 0x40 on I2C bus 1: .*Remote I/O"):
        current_monitor(ChipBus(), WIRED, HandClock())


def test_a_monitor_that_falls_off_the_bus_is_a_port_error_with_its_cause() -> None:
    chip = LooseChip()
    ina = monitor(chip, HandClock())
    chip.loose = True
    with pytest.raises(PortError, match="ina226 at 0x40") as caught:
        ina.poll()
    assert isinstance(caught.value.__cause__, OSError)


def test_another_chip_at_the_address_is_told_from_an_ina226() -> None:
    bus = ChipBus()
    bus.fit(0x40, ThermometerChip(bits=12))
    with pytest.raises(PortError, match="says maker 0x0000 die 0x0000, an INA226 says"):
        current_monitor(bus, WIRED, HandClock())


def test_a_conversion_time_that_the_chip_has_not_is_a_wiring_error() -> None:
    odd = CurrentMonitor(chip="ina226", address=0x40, conversion_us=500)
    bus = ChipBus()
    bus.fit(0x40, Ina226Chip(0.01))
    with pytest.raises(WiringError, match="500 us"):
        current_monitor(bus, odd, HandClock())


def adc(clock: HandClock) -> tuple[Ads1115Chip, Ads1115]:
    bus, chip = ChipBus(), Ads1115Chip()
    bus.fit(0x48, chip)
    wired = {"ajar": LineAdc(chip="ads1115", channel=0, ratio=5.7), "supply": LineAdc(chip="ads1115", channel=3, ratio=4.0)}
    return chip, Ads1115(bus, {"ajar": wired["ajar"], "supply": wired["supply"]}, clock)


def run_adc(chip: Ads1115Chip, driver: Ads1115, clock: HandClock, ms: int) -> list[LineVoltage | Supply | Ambient]:
    for _ in range(ms):
        clock.t_ns += 1_000_000
        chip.advance(0.001)
        driver.poll()
    return driver.drain()


def test_line_and_supply_voltages_are_read_in_turn_through_their_dividers() -> None:
    clock = HandClock()
    chip, driver = adc(clock)
    chip.set_volts(0, 12.4 / 5.7)
    chip.set_volts(3, 12.6 / 4.0)
    line, supply = run_adc(chip, driver, clock, 10)
    assert isinstance(line, LineVoltage)
    assert isinstance(supply, Supply)
    assert line.v == pytest.approx(12.4, abs=1e-3)
    assert supply.v == pytest.approx(12.6, abs=1e-3)


def test_a_line_that_moved_is_told_again_and_one_that_stands_is_not() -> None:
    clock = HandClock()
    chip, driver = adc(clock)
    run_adc(chip, driver, clock, 10)
    assert run_adc(chip, driver, clock, 100) == []
    chip.set_volts(0, 1.0)
    (moved,) = run_adc(chip, driver, clock, 100)
    assert isinstance(moved, LineVoltage)
    assert moved.role == "ajar"


def test_an_absent_adc_and_an_absent_thermometer_are_named() -> None:
    with pytest.raises(PortError, match="ads1115 at 0x48 on I2C bus 1"):
        Ads1115(ChipBus(), {"ajar": LineAdc(chip="ads1115", channel=0, ratio=5.7)}, HandClock())
    with pytest.raises(PortError, match="tmp102 at 0x49 on I2C bus 1"):
        Tmp102(ChipBus(), Thermometer(chip="tmp102"), HandClock())


@pytest.mark.parametrize(("bits", "celsius", "reads"), [(12, -7.3, -7.3125), (12, 21.5, 21.5), (9, -7.3, -7.5)])
def test_the_thermometer_reads_below_zero_too(bits: int, celsius: float, reads: float) -> None:
    bus, chip, clock = ChipBus(), ThermometerChip(bits=bits), HandClock()
    chip.set_celsius(celsius)
    bus.fit(0x49, chip)
    driver = Tmp102(bus, Thermometer(chip="tmp102"), clock)
    assert [seen.c for seen in driver.drain()] == [pytest.approx(reads)]
    clock.t_ns = 2_000_000_000
    assert driver.poll()
    assert driver.drain() == [], "it did not move by half a degree"


@given(st.integers(0, 0xFFFF))
def test_bytes_are_exchanged_and_back_again(word: int) -> None:
    assert swapped(swapped(word)) == word
    assert swapped(word) == int.from_bytes(word.to_bytes(2, "big"), "little")
    assert signed(word) == int.from_bytes(word.to_bytes(2, "big"), "big", signed=True)


def test_a_value_that_moved_too_soon_is_told_as_soon_as_it_may_be() -> None:
    steady = Steady(step=0.2, gap_ns=5)
    assert [steady.admits(t, v) for t, v in ((0, 1.0), (1, 2.0), (4, 2.0), (5, 2.0), (6, 2.1), (20, 2.1))] == [
        True, False, False, True, False, False,
    ]  # fmt: skip
