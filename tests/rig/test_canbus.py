"""The listening CAN source over python-can's virtual interface, and the conversion of its time stamps."""

from collections.abc import Iterator
from itertools import pairwise
from uuid import uuid4

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig_fakes import HandClock

from bench.errors import PortError
from bench.model.can_frame import CanFrame, FrameBatch
from bench.model.observations import Bus, Can, Gap
from bench.model.wiring import CanPort
from bench.ports.frames import Heard
from bench.rig.can_listen import Listening, PatientReader
from bench.rig.can_netlink import CanLink
from bench.rig.canbus import CanSource, RealtimeStamps, open_bus

EPOCH_NS = 1_790_000_000_000_000_000
PORT = CanPort(interface="virtual", channel="can0")


class Wall:
    """A wall clock tied to the run's clock, which somebody may set."""

    def __init__(self, clock: HandClock) -> None:
        self.clock, self.offset_ns = clock, EPOCH_NS

    def __call__(self) -> int:
        return self.clock.t_ns + self.offset_ns


class Car:
    """A node that sends, a source that listens, and their clocks."""

    def __init__(self, ids: frozenset[int] | None = None) -> None:
        channel = uuid4().hex
        self.clock = HandClock()
        self.wall = Wall(self.clock)
        self.node = can.Bus(channel=channel, interface="virtual", preserve_timestamps=True, ignore_config=True)
        self.source: CanSource = open_bus(PORT, clock=self.clock, realtime_ns=self.wall, ids=ids, channel=channel)

    def send(self, arbitration_id: int = 0x60D, data: bytes = b"\x20\x06", **more: bool) -> None:
        extended = arbitration_id > 0x7FF
        stamp = self.wall() / 1e9
        self.node.send(can.Message(timestamp=stamp, arbitration_id=arbitration_id, data=data, is_extended_id=extended, **more))

    def frames(self) -> list[Can]:
        return [seen for seen in self.source.drain() if isinstance(seen, Can)]


@pytest.fixture
def car() -> Iterator[Car]:
    made = Car()
    yield made
    made.source.close()
    made.node.shutdown()


def test_a_frame_gets_the_time_of_the_run_and_the_name_of_the_wiring(car: Car) -> None:
    car.clock.t_ns = 100_000_000
    car.send()
    car.clock.t_ns = 105_000_000
    assert car.frames() == [Can(t=100_000_000, channel="can0", id=0x60D, data="2006", count=1, last=100_000_000)]


@pytest.mark.parametrize("step_ns", [3_600_000_000_000, -3_600_000_000_000, 500_000_000, -500_000_000])
def test_a_step_of_the_wall_clock_moves_no_frame(car: Car, step_ns: int) -> None:
    for ms in range(0, 100, 5):
        car.clock.t_ns = ms * 1_000_000
        car.frames()
    car.clock.t_ns = 101_000_000
    car.send(data=b"\x01")
    car.wall.offset_ns += step_ns
    car.clock.t_ns = 103_000_000
    car.send(data=b"\x02")
    car.clock.t_ns = 105_000_000
    before, after = car.frames()
    assert (before.t, after.t) == (101_000_000, 103_000_000)
    car.clock.t_ns = 110_000_000
    car.send()
    assert [frame.t for frame in car.frames()] == [110_000_000]


def test_a_slewing_wall_clock_is_followed(car: Car) -> None:
    """NTP slews by at most 500 ppm: over a minute that is 30 ms, of which nothing may arrive in the run."""
    for ms in range(0, 60_000, 5):
        car.clock.t_ns = ms * 1_000_000
        car.wall.offset_ns += 2500
        car.source.drain()
    car.send()
    assert abs(car.frames()[0].t - car.clock.t_ns) < 10_000


def test_an_interface_with_a_clock_of_its_own_gets_the_time_of_reading() -> None:
    clock = HandClock(5_000_000)
    stamps = RealtimeStamps(clock, Wall(clock))
    clock.t_ns = 9_000_000
    stamps.refresh()
    assert stamps.to_run_ns(12.5) == 9_000_000
    assert stamps.astray == 1


@given(stamp=st.floats(-1e12, 1e12), step_ns=st.integers(-(10**15), 10**15))
def test_no_stamp_lies_in_the_future_or_before_the_run(stamp: float, step_ns: int) -> None:
    clock = HandClock(1_000_000_000)
    wall = Wall(clock)
    stamps = RealtimeStamps(clock, wall)
    clock.t_ns += 5_000_000
    wall.offset_ns += step_ns
    stamps.refresh()
    assert 0 <= stamps.to_run_ns(stamp) <= clock.t_ns


def test_only_wanted_frames_are_recorded_and_an_unwanted_one_hides_none_behind_it() -> None:
    car = Car(ids=frozenset({0x60D, 0x18DA_F110}))
    for wanted in (0x100, 0x60D, 0x101, 0x102, 0x18DA_F110):
        car.send(wanted)
    assert [frame.id for frame in car.frames()] == [0x60D, 0x18DA_F110]
    car.source.close()
    car.node.shutdown()


def test_a_frame_of_the_wrong_length_is_recorded_as_it_came(car: Car) -> None:
    car.send(data=b"")
    car.send(data=b"\x01\x02\x03\x04\x05\x06\x07\x08")
    assert [frame.data for frame in car.frames()] == ["", "0102030405060708"]


def test_remote_and_error_frames_are_counted_and_carry_no_state(car: Car) -> None:
    car.send(is_remote_frame=True)
    car.send(is_error_frame=True)
    assert car.frames() == []
    assert (car.source.counts.remote, car.source.counts.errors) == (1, 1)


def test_a_bus_is_called_silent_after_two_seconds_and_active_when_it_speaks(car: Car) -> None:
    states = []
    for ms in range(0, 5000, 5):
        car.clock.t_ns = ms * 1_000_000
        if ms == 4000:
            car.send()
        states += [(ms, seen.state) for seen in car.source.drain() if isinstance(seen, Bus)]
    assert states == [(2000, "silent"), (4000, "active")]


def test_the_source_has_nothing_that_sends() -> None:
    assert {name for name in vars(CanSource) if not name.startswith("_")} == {"drain", "close"}


class Unplugged:
    """A reader whose adapter goes away and comes back; `opened` counts how often somebody opened it."""

    def __init__(self) -> None:
        self.gone = False
        self.opened = 0

    def open(self) -> Listening:
        self.opened += 1
        if self.gone:
            raise PortError("CAN channel can0 on slcan: no such device")
        return Listening(reader=self, bitrate=500_000, notice="")

    def drain(self) -> Heard:
        if self.gone:
            raise PortError("CAN channel can0: No such device")
        return Heard(frames=FrameBatch.of([CanFrame(7, 0x60D, b"\x20", "can0", 0)]))

    def close(self) -> None:
        """Nothing to close."""


def gaps_while(adapter: Unplugged, away_ms: range, *, until_ms: int) -> tuple[list[Gap], list[int]]:
    """Drain every 100 ms; return the gaps, and when frames came, ms."""
    clock = HandClock()
    source = CanSource(PatientReader(adapter.open(), adapter.open, clock), channel="can0", ids=None, clock=clock)
    gaps, frames = [], []
    for ms in range(0, until_ms, 100):
        clock.t_ns, adapter.gone = ms * 1_000_000, ms in away_ms
        seen = source.drain()
        gaps += [line for line in seen if isinstance(line, Gap)]
        frames += [ms for line in seen if isinstance(line, Can)]
    return gaps, frames


def test_an_adapter_that_goes_away_stops_nothing_and_leaves_gaps_without_a_hole_between_them() -> None:
    adapter = Unplugged()
    gaps, frames = gaps_while(adapter, range(1000, 3500), until_ms=6000)
    assert gaps[0].t == 900_000_000, "from the last time that all was well"
    assert all(a.until == b.t for a, b in pairwise(gaps))
    assert gaps[-1].until == frames[10] * 1_000_000, "until it was heard again"
    assert frames[9] == 900
    assert 3500 <= frames[10] <= 4600
    assert "No such device" in gaps[0].reason


def test_an_adapter_that_never_comes_back_is_on_record_to_within_a_second_of_the_end() -> None:
    gaps, _ = gaps_while(Unplugged(), range(1000, 9999), until_ms=8000)
    assert gaps[-1].until >= 7_000_000_000


class Told:
    """A reader that says what the test lets it say."""

    def __init__(self) -> None:
        self.next = Heard()

    def drain(self) -> Heard:
        said, self.next = self.next, Heard()
        return said

    def close(self) -> None:
        """Nothing to close."""


def test_lost_frames_states_error_reports_and_counters_are_on_record() -> None:
    clock, reader = HandClock(), Told()
    link = CanLink(name="can0", kind="can", is_up=True, tx_errors=3, rx_errors=140)
    source = CanSource(reader, channel="can0", ids=None, clock=clock, link=lambda: link)
    clock.t_ns, reader.next = 40_000_000, Heard(dropped=12)
    assert source.drain() == [Gap(t=0, until=40_000_000, source="can0", lost=12, reason="frames were lost before they were read")]
    clock.t_ns, reader.next = 1_200_000_000, Heard(errors=5, state="passive")
    assert source.drain() == [Bus(t=1_200_000_000, channel="can0", state="passive", error_frames=5, tx_errors=3, rx_errors=140)]
    clock.t_ns, reader.next = 1_240_000_000, Heard(errors=2)
    assert source.drain() == [], "at most one line a second about error reports alone"
    clock.t_ns = 2_300_000_000
    assert [line.error_frames for line in source.drain() if isinstance(line, Bus)] == [7]


def test_an_interface_that_does_not_exist_is_a_port_error() -> None:
    port = CanPort(interface="no-such-interface", channel="can9", mode="acknowledge")
    with pytest.raises(PortError, match="can9 on no-such-interface"):
        open_bus(port, clock=HandClock())


def test_a_bus_that_is_not_seen_to_be_listen_only_is_not_opened_and_the_command_is_named() -> None:
    port = CanPort(interface="socketcan", channel="can7", bitrate=250_000)
    with pytest.raises(PortError, match="ip link set can7 type can bitrate 250000 listen-only on"):
        open_bus(port, clock=HandClock(), read=lambda _: CanLink(name="can7", kind="can", is_up=True, ctrlmode=0))
    with pytest.raises(PortError, match=r"CAN channel can7: (?!is not)"):
        open_bus(port, clock=HandClock(), read=lambda _: CanLink(name="can7", kind="can", is_up=True, ctrlmode=2))
