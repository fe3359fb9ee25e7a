"""Relays and inputs over mock pins that remember what they were."""

import gc
import os
from pathlib import Path
from typing import Any

import pytest
from rig_fakes import HandClock, mock_factory

from bench.errors import PortError
from bench.model.observations import Gap, Input
from bench.model.wiring import InputPin, OutputPin
from bench.rig.gpio import InputLine, InputSource, MonotonicStamp, Pins
from bench.rig.gpio_chip import GpioChip, chip_called
from bench.rig.pin_claim import PinClaims


def levels(factory: Any, number: int) -> list[bool]:
    """The states that a pin went through since it was made."""
    return [bool(s.state) for s in factory.pin(number).states]


def line(factory: Any, clock: HandClock, wired: InputPin, role: Any = "ajar") -> InputLine:
    return Pins(factory, owner="rig 'test'").input(role, wired, clock=clock, stamp=lambda _: clock.t_ns)


def test_an_active_high_relay_never_sees_its_pin_high_while_it_is_opened() -> None:
    factory = mock_factory()
    relay = Pins(factory, owner="rig 'test'").output("enable", OutputPin(pin=22))
    assert levels(factory, 22) == [False]
    relay.set(True)
    relay.set(False)
    assert levels(factory, 22) == [False, True, False]


def test_an_active_low_relay_rests_high_before_its_pin_becomes_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    factory = mock_factory()
    pin = factory.pin(5)
    level_when_it_became_an_output: list[bool] = []
    become = type(pin)._set_function

    def remember(self: Any, function: str) -> None:
        if function == "output":
            level_when_it_became_an_output.append(bool(self._state))
        become(self, function)

    monkeypatch.setattr(type(pin), "_set_function", remember)
    monkeypatch.setattr(type(pin), "function", property(type(pin)._get_function, remember))
    relay = Pins(factory, owner="rig 'test'").output("enable", OutputPin(pin=5, active_high=False))
    assert level_when_it_became_an_output == [True]
    relay.set(True)
    assert not pin.state
    relay.set(False)
    assert pin.state


def test_a_closed_relay_is_off_and_its_pin_an_input_again() -> None:
    factory = mock_factory()
    relay = Pins(factory, owner="rig 'test'").output("enable", OutputPin(pin=22))
    relay.set(True)
    relay.close()
    relay.close()
    assert factory.pin(22).function == "input"
    assert not factory.pin(22).state


def test_a_relay_that_was_closed_refuses_with_role_and_pin() -> None:
    relay = Pins(mock_factory(), owner="rig 'test'").output("enable", OutputPin(pin=22))
    relay.close()
    with pytest.raises(PortError, match=r"GPIO22 \(enable\)"):
        relay.set(True)


def test_two_rigs_on_one_pin_give_an_error_that_names_both() -> None:
    factory = mock_factory()
    first = Pins(factory, owner="rig 'one'").output("drive_lock", OutputPin(pin=22))
    with pytest.raises(PortError, match=r"GPIO22 .*'ajar' by rig 'two', already in use as 'drive_lock' by rig 'one'"):
        Pins(factory, owner="rig 'two'").input("ajar", InputPin(pin=22), clock=HandClock(), stamp=lambda _: 0)
    first.set(True)
    assert factory.pin(22).state, "the first owner must not be disturbed"


def test_a_pin_that_does_not_exist_is_a_port_error() -> None:
    with pytest.raises(PortError, match="GPIO99"):
        Pins(mock_factory(), owner="rig 'test'").output("enable", OutputPin(pin=99))


def test_the_initial_level_comes_first_and_every_bounce_keeps_its_own_time() -> None:
    factory, clock = mock_factory(), HandClock(7)
    ajar = line(factory, clock, InputPin(pin=17))
    for t_ns, high in ((1_000_000, True), (1_200_000, False), (1_350_000, True)):
        clock.t_ns = t_ns
        factory.pin(17).drive_high() if high else factory.pin(17).drive_low()
    clock.t_ns = 5_000_000
    assert ajar.drain() == [
        Input(t=7, role="ajar", level=0),
        Input(t=1_000_000, role="ajar", level=1),
        Input(t=1_200_000, role="ajar", level=0),
        Input(t=1_350_000, role="ajar", level=1),
    ]
    assert ajar.drain() == []


def test_an_inverted_input_shows_the_vehicle_side_level() -> None:
    factory, clock = mock_factory(), HandClock()
    factory.pin(17).drive_high()
    ajar = line(factory, clock, InputPin(pin=17, inverted=True))
    factory.pin(17).drive_low()
    assert [seen.level for seen in ajar.drain() if isinstance(seen, Input)] == [0, 1]


def test_callbacks_survive_the_garbage_collector_while_the_source_lives() -> None:
    factory, clock = mock_factory(), HandClock()
    source = InputSource([line(factory, clock, InputPin(pin=17)), line(factory, clock, InputPin(pin=18), "lock")])
    source.drain()
    gc.collect()
    clock.t_ns = 3
    factory.pin(18).drive_high()
    clock.t_ns = 4
    factory.pin(17).drive_high()
    assert [(seen.t, seen.role) for seen in source.drain() if isinstance(seen, Input)] == [(3, "lock"), (4, "ajar")]


def test_a_closed_source_hears_nothing_and_frees_its_pins() -> None:
    factory, clock = mock_factory(), HandClock()
    pins = Pins(factory, owner="rig 'test'")
    source = InputSource([pins.input("ajar", InputPin(pin=17), clock=clock, stamp=lambda _: 0)])
    source.drain()
    source.close()
    pins.close()
    factory.pin(17).drive_high()
    assert source.drain() == []
    Pins(factory, owner="rig 'next'").output("enable", OutputPin(pin=17))


def test_kernel_ticks_become_times_of_the_run() -> None:
    stamp = MonotonicStamp(HandClock(500), monotonic_ns=lambda: 90_000_000_500)
    assert stamp(90.25) == 250_000_000


def test_an_edge_stamp_on_another_clock_is_an_error_that_says_how_far_it_is_off() -> None:
    factory, clock = mock_factory(), HandClock()
    pins = Pins(factory, owner="rig 'test'")
    ajar = pins.input("ajar", InputPin(pin=17), clock=clock, stamp=lambda _: 1_700_000_000_000_000_000)
    factory.pin(17).drive_high()
    with pytest.raises(PortError, match=r"'ajar'.*\+1700000000\.000 s.*limit 1 s"):
        ajar.drain()


def edge(seen: InputLine, t_ns: int, state: bool) -> None:
    """An event as the factory's own thread tells it."""
    seen._changed(t_ns / 1e9, state)


def stamped(factory: Any, clock: HandClock) -> InputLine:
    return Pins(factory, owner="rig 'test'").input("ajar", InputPin(pin=17), clock=clock, stamp=lambda ticks: round(ticks * 1e9))


def test_two_edges_to_one_level_are_a_gap_on_record_between_them() -> None:
    clock = HandClock()
    ajar = stamped(mock_factory(), clock)
    ajar.drain()
    clock.t_ns = 5_000_000
    for t_ns, level in ((1_000_000, True), (2_000_000, False), (4_500_000, False)):
        edge(ajar, t_ns, level)
    assert [g for g in ajar.drain() if isinstance(g, Gap)] == [
        Gap(t=2_000_000, until=4_500_000, source="ajar", lost=1, reason="an edge is missing")
    ]


def test_as_many_late_edges_in_a_row_as_the_kernel_keeps_are_a_gap_and_one_fewer_are_none() -> None:
    for late, gaps in ((15, 0), (16, 1), (31, 1)):
        clock = HandClock()
        ajar = stamped(mock_factory(), clock)
        ajar.drain()
        clock.t_ns = 500_000_000
        for n in range(late):
            edge(ajar, 10_000_000 + n * 1_000_000, n % 2 == 0)
        assert len([g for g in ajar.drain() if isinstance(g, Gap)]) == gaps, f"{late} late edges"


def test_edges_that_are_told_in_time_are_no_gap_however_many_they_are() -> None:
    clock = HandClock()
    ajar = stamped(mock_factory(), clock)
    for n in range(500):
        clock.t_ns = n * 200_000
        edge(ajar, clock.t_ns - 100_000 if n else 0, n % 2 == 0)
    assert not [g for g in ajar.drain() if isinstance(g, Gap)]


def test_a_pin_that_another_program_of_this_bench_holds_names_both_roles_and_its_pid(tmp_path: Path) -> None:
    first, second = PinClaims("gpiochip0", tmp_path), PinClaims("gpiochip0", tmp_path)
    Pins(mock_factory(), owner="rig 'one'", claims=first).output("enable", OutputPin(pin=22))
    pins = Pins(mock_factory(), owner="rig 'two'", claims=second)
    with pytest.raises(PortError, match=rf"GPIO22.*'ajar' by rig 'two', already in use as 'enable' by rig 'one' \(pid {os.getpid()}\)"):
        pins.input("ajar", InputPin(pin=22), clock=HandClock(), stamp=lambda _: 0)
    first.close()
    pins.input("ajar", InputPin(pin=22), clock=HandClock(), stamp=lambda _: 0)


def test_a_pin_that_a_stranger_holds_names_what_the_kernel_knows_of_him() -> None:
    class Busy:
        def pin(self, name: int, /) -> Any:
            raise OSError(16, "GPIO busy")

    pins = Pins(Busy(), owner="rig 'two'", holder_of=lambda line: f"'spi0 CS{line}' on /dev/gpiochip0")
    with pytest.raises(PortError, match=r"GPIO8 \(enable\): wanted as 'enable' by rig 'two', already in use as 'spi0 CS8'"):
        pins.output("enable", OutputPin(pin=8))


def test_chips_go_by_label_whatever_their_number_and_a_missing_one_lists_what_is_there() -> None:
    five = (GpioChip(0, "pinctrl-rp1", 54), GpioChip(10, "gpio-brcmstb", 32))
    four = (GpioChip(0, "pinctrl-bcm2711", 58), GpioChip(1, "raspberrypi-exp-gpio", 8))
    early_five = (GpioChip(0, "gpio-brcmstb", 32), GpioChip(4, "pinctrl-rp1", 54))
    assert [chip_called(None, there).number for there in (five, four, early_five)] == [0, 0, 4]
    assert chip_called("gpiochip1", four).label == "raspberrypi-exp-gpio"
    with pytest.raises(PortError, match=r"'pinctrl-rp1' is not here; there is: /dev/gpiochip0 'pinctrl-bcm2711'"):
        chip_called("pinctrl-rp1", four)
