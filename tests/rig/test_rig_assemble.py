"""A rig out of a wiring: all or nothing, and off either way."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from rig_fakes import HandClock, mock_factory

from bench.app.ci_chips import Ads1115Chip, ChipBus, Ina226Chip, ThermometerChip
from bench.errors import PortError, WiringError
from bench.model.wiring import Wiring
from bench.rig.assemble import OpenedRig, Ports, assemble
from bench.rig.clock import MonotonicClock
from bench.rig.feed_follow import WatchedCoil
from bench.rig.gpio import RelayOutput

WIRING = msgspec.toml.decode((Path(__file__).parents[2] / "wiring" / "ci.toml").read_bytes(), type=Wiring)
COILS = {"enable": 22, "drive_lock": 23, "drive_unlock": 24, "heartbeat": 27}


class Nobody:
    """An operator who is not there."""

    def begin(self, step: str, hand: object) -> None:
        raise AssertionError(f"nobody can {hand} in {step}")

    def is_moving(self) -> bool:
        return False

    def answer(self, step: str, questions: tuple[str, ...]) -> dict[str, bool | None]:
        return {}


def chips() -> ChipBus:
    bus = ChipBus()
    bus.fit(0x40, Ina226Chip(0.01))
    bus.fit(0x48, Ads1115Chip())
    bus.fit(0x49, ThermometerChip(bits=12))
    return bus


def open_on(factory: Any, bus: ChipBus, wiring: Wiring = WIRING, **more: Any) -> OpenedRig:
    ports = Ports(factory=factory, i2c=lambda _: bus, clock=HandClock(), stamp=lambda _: 0, **more)
    return assemble(wiring, ports, Nobody())


def functions(factory: Any) -> set[str]:
    return {factory.pin(number).function for number in COILS.values()}


def test_all_coils_are_outputs_and_off_when_the_rig_is_open() -> None:
    factory = mock_factory()
    opened = open_on(factory, chips())
    assert functions(factory) == {"output"}
    assert not any(factory.pin(number).state for number in COILS.values())
    assert set(opened.rig.outputs) == set(COILS)
    assert opened.rig.current_max_a == pytest.approx(8.19175)
    assert opened.rig.can_channel is None


@pytest.mark.parametrize("absent", [0x40, 0x48, 0x49])
def test_an_absent_chip_opens_nothing_and_gives_every_pin_back(absent: int) -> None:
    factory, bus = mock_factory(), ChipBus()
    for address, chip in ((0x40, Ina226Chip(0.01)), (0x48, Ads1115Chip()), (0x49, ThermometerChip(bits=12))):
        if address != absent:
            bus.fit(address, chip)
    with pytest.raises(PortError, match=f"at {absent:#04x} on I2C bus 1"):
        open_on(factory, bus)
    assert functions(factory) == {"input"}
    open_on(factory, chips())


def test_closing_lets_go_of_every_coil_with_the_enable_relay_first() -> None:
    factory = mock_factory()
    opened = open_on(factory, chips())
    for output in opened.rig.outputs.values():
        output.set(True)
    opened.rig.close()
    last_change = {role: factory.pin(number)._last_change for role, number in COILS.items()}
    assert min(last_change, key=lambda role: last_change[role]) == "enable"
    assert functions(factory) == {"input"}
    assert not any(factory.pin(number).state for number in COILS.values())


def test_a_coil_that_fails_while_closing_keeps_no_other_one_on() -> None:
    factory = mock_factory()
    opened = open_on(factory, chips())
    for output in opened.rig.outputs.values():
        output.set(True)
    enable = opened.rig.outputs["enable"]
    assert isinstance(enable, WatchedCoil)
    assert isinstance(enable._port, RelayOutput)
    enable._port._device.close()
    with pytest.raises(PortError, match="enable"):
        opened.rig.close()
    assert not any(factory.pin(number).state for number in COILS.values())


def test_a_converter_on_a_bus_that_is_not_there_is_a_wiring_error_that_names_it() -> None:
    changed = msgspec.structs.replace(WIRING, lines={"ajar": msgspec.structs.replace(WIRING.lines["ajar"], chip="mcp3208")})
    with pytest.raises(WiringError, match="mcp3208 needs SPI"):
        open_on(mock_factory(), chips(), changed)


def test_two_chips_on_one_address_are_both_named() -> None:
    bus = chips()
    with pytest.raises(WiringError, match="0x48 is given to Ads1115Chip and to ThermometerChip"):
        bus.fit(0x48, ThermometerChip(bits=12))


def test_the_clock_of_a_real_rig_goes_forward_from_zero_and_a_past_time_is_no_wait() -> None:
    clock = MonotonicClock()
    first = clock.now_ns()
    clock.sleep_until(first + 2_000_000)
    second = clock.now_ns()
    clock.sleep_until(0)
    assert 0 <= first < 1_000_000_000
    assert second >= first + 2_000_000
