"""Relays and inputs over mock pins that remember what they were."""

import gc
from typing import Any

import pytest
from rig_fakes import HandClock, mock_factory

from bench.errors import PortError
from bench.model.observations import Input
from bench.model.wiring import InputPin, OutputPin
from bench.rig.gpio import InputLine, InputSource, MonotonicStamp, Pins


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
    assert [seen.level for seen in ajar.drain()] == [0, 1]


def test_callbacks_survive_the_garbage_collector_while_the_source_lives() -> None:
    factory, clock = mock_factory(), HandClock()
    source = InputSource([line(factory, clock, InputPin(pin=17)), line(factory, clock, InputPin(pin=18), "lock")])
    source.drain()
    gc.collect()
    clock.t_ns = 3
    factory.pin(18).drive_high()
    clock.t_ns = 4
    factory.pin(17).drive_high()
    assert [(seen.t, seen.role) for seen in source.drain()] == [(3, "lock"), (4, "ajar")]


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
