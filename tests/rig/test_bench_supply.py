"""A bench supply answers as its manual says; one that garbles, stalls or disappears is named, and stops no run."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from serial_fakes import PtyDevice

from bench.errors import PortError, PortTimeout, ProcedureRefused
from bench.model.observations import Gap, Supply
from bench.model.wiring import SupplyPart
from bench.rig.bench_supply import BenchSupply
from bench.rig.clock import MonotonicClock
from bench.rig.scpi_supply import ScpiSupply
from bench.rig.serial_port import open_serial


class Manual:
    """The state behind the commands of a supply's manual."""

    def __init__(self) -> None:
        self.volts, self.limit_a, self.on = 0.0, 0.0, False

    def __call__(self, line: bytes) -> bytes | None:
        word, _, value = line.decode().strip().partition(" ")
        if word == "VOLT":
            self.volts = float(value)
        elif word == "CURR":
            self.limit_a = float(value)
        elif word == "OUTP":
            self.on = value == "ON"
        answers = {
            "*IDN?": "ACME,PSU-3010,00042,1.07", "VOLT?": f"{self.volts:.3f}", "SYST:ERR?": '0,"No error"', "MEAS:CURR?": "0.012",
            "MEAS:VOLT?": f"{self.volts if self.on else 0.0:.3f}",
        }  # fmt: skip
        return None if word not in answers else answers[word].encode() + b"\n"


@pytest.fixture
def device() -> Iterator[PtyDevice]:
    made = PtyDevice(Manual())
    yield made
    made.vanish()


def part(url: str) -> SupplyPart:
    return SupplyPart(kind="scpi", url=url, volts=12.6, limit_a=8.0, volts_min=3.0)


def opened(device: PtyDevice) -> ScpiSupply:
    return ScpiSupply(open_serial(device.url, 9600, timeout_s=0.5), part(device.url))


def test_the_dialogue_is_the_one_of_the_manual(device: PtyDevice) -> None:
    supply = opened(device)
    supply.set_output(on=True)
    supply.set_volts(7.5)
    assert supply.measure_volts() == 7.5
    assert supply.measure_current() == 0.012
    assert supply.get_error() is None
    assert supply.identity == "ACME,PSU-3010,00042,1.07"
    supply.close()
    asked = [b"*IDN?\n", b"CURR 8.000\n", b"VOLT 12.600\n", b"VOLT?\n", b"OUTP ON\n", b"VOLT 7.500\n", b"VOLT?\n", b"MEAS:VOLT?\n"]
    assert device.heard[:8] == asked


def test_a_supply_that_stalls_is_a_timeout_that_names_port_question_and_time(device: PtyDevice) -> None:
    supply = opened(device)
    device.mode = "stalls"
    with pytest.raises(PortTimeout, match=rf"supply on {device.url}: no answer to MEAS:VOLT\? within 0\.5 s"):
        supply.measure_volts()
    device.mode = "well"
    assert supply.measure_current() == 0.012, "what comes late to one question is no answer to the next"
    supply.close()


def test_a_supply_that_garbles_is_asked_once_more_and_then_named(device: PtyDevice) -> None:
    supply = opened(device)
    before = len(device.heard)
    device.mode = "garbles"
    with pytest.raises(PortError, match=rf"supply on {device.url}: answered MEAS:VOLT\? with"):
        supply.measure_volts()
    assert device.heard[before:] == [b"MEAS:VOLT?\n"] * 2
    supply.close()


def test_one_garbled_answer_is_no_broken_supply() -> None:
    manual, garbled = Manual(), [b"1z.6\n"]

    def answer(line: bytes) -> bytes | None:
        back = manual(line)
        return garbled.pop() if garbled and line == b"MEAS:VOLT?\n" else back

    far = PtyDevice(answer)
    supply = opened(far)
    assert supply.measure_volts() == 0.0
    supply.close()
    far.vanish()


def test_a_supply_that_keeps_another_voltage_than_it_was_told_is_named() -> None:
    far = PtyDevice(lambda line: {b"*IDN?\n": b"ACME,PSU\n", b"VOLT?\n": b"5.000\n"}.get(line))
    with pytest.raises(PortError, match=r"keeps 5 V after it was set to 12\.6 V"):
        opened(far)
    far.vanish()


def test_a_loop_or_another_device_on_the_port_is_not_taken_for_a_supply() -> None:
    with pytest.raises(PortError, match="supply on loop://: gives back what it is asked"):
        ScpiSupply(open_serial("loop://", 9600), part("loop://"))
    far = PtyDevice(lambda _: b"OK\n")
    with pytest.raises(PortError, match="says 'OK' when asked for make"):
        opened(far)
    far.vanish()


def wait_for(supply: BenchSupply, wanted: type, seen: list[Supply | Gap], count: int = 1) -> None:
    """Drain until so many of a kind came: the supply has a thread of its own."""
    until = time.monotonic() + 20
    while sum(isinstance(line, wanted) for line in seen) < count:
        assert time.monotonic() < until, f"no {wanted.__name__} in 20 s: {seen}"
        seen += supply.drain()
        time.sleep(0.02)


def test_a_run_s_supply_is_set_measured_and_switched_off_at_the_end(device: PtyDevice) -> None:
    supply = BenchSupply(lambda: opened(device), part(device.url), MonotonicClock())
    seen: list[Supply | Gap] = []
    wait_for(supply, Supply, seen)
    supply.set_volts(6.0)
    wait_for(supply, Supply, seen, 2)
    with pytest.raises(ProcedureRefused, match=r"supply 2 V, limit 3\.\.15 V"):
        supply.set_volts(2.0)
    supply.close()
    assert [line.v for line in seen if isinstance(line, Supply)] == [12.6, 6.0]
    until = time.monotonic() + 5
    while device.heard[-1] != b"OUTP OFF\n" and time.monotonic() < until:
        time.sleep(0.01)
    assert device.heard[-1] == b"OUTP OFF\n"


def test_a_supply_that_is_unplugged_and_back_leaves_gaps_and_stands_where_it_was_ordered(tmp_path: Path) -> None:
    first, link = PtyDevice(Manual()), tmp_path / "supply"
    link.symlink_to(first.url)
    opening = partial(lambda: ScpiSupply(open_serial(str(link), 9600, timeout_s=0.5), part(str(link))))
    supply = BenchSupply(opening, part(str(link)), MonotonicClock())
    seen: list[Supply | Gap] = []
    supply.set_volts(9.0)
    wait_for(supply, Supply, seen, 2)
    first.vanish()
    wait_for(supply, Gap, seen)
    second = PtyDevice(Manual())
    link.unlink()
    link.symlink_to(second.url)
    until = time.monotonic() + 20
    while b"VOLT 9.000\n" not in second.heard and time.monotonic() < until:
        seen += supply.drain()
        time.sleep(0.05)
    assert b"VOLT 9.000\n" in second.heard
    gaps = [line for line in seen if isinstance(line, Gap)]
    assert all(gap.source == "supply" and gap.t <= gap.until for gap in gaps)
    assert str(link) in gaps[0].reason
    supply.close()
    second.vanish()
