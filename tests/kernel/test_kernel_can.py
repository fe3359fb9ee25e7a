"""The bench's CAN source on the kernel's own bus: stamps, filters, a clock that is set in mid-run, a bus that goes away and comes back."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from bench.model.observations import Bus, Can, Observation
from bench.model.wiring import CanPort
from bench.rig.canbus import CanSource, open_bus
from bench.rig.clock import MonotonicClock
from tests.kernel.can_links import ip
from tests.kernel.traffic import CHANNEL, RawNode

PORT = CanPort(interface="socketcan", channel=CHANNEL)


@pytest.fixture
def node() -> Iterator[RawNode]:
    made = RawNode()
    yield made
    made.close()


@pytest.fixture
def listen() -> Iterator[Callable[..., tuple[CanSource, MonotonicClock]]]:
    made: list[CanSource] = []

    def opened(ids: Iterable[int] | None = None) -> tuple[CanSource, MonotonicClock]:
        clock = MonotonicClock()
        made.append(open_bus(PORT, clock=clock, ids=ids))
        return made[-1], clock

    yield opened
    for source in made:
        source.close()


Listen = Callable[..., tuple[CanSource, MonotonicClock]]


def frames(seen: Iterable[Observation]) -> list[Can]:
    return [line for line in seen if isinstance(line, Can)]


def test_a_frame_arrives_with_the_kernels_stamp_on_the_clock_of_the_run(node: RawNode, listen: Listen) -> None:
    """The stamp is the time of sending, not that of reading 200 ms later."""
    source, clock = listen()
    before_ns = clock.now_ns()
    node.send(0x60D, b"\x20\x06")
    after_ns = clock.now_ns()
    time.sleep(0.2)
    (seen,) = frames(source.drain())
    assert (seen.id, seen.data) == (0x60D, "2006")
    assert before_ns - 2_000_000 <= seen.t <= after_ns + 2_000_000


def test_unwanted_frames_are_dropped_by_the_kernel_itself(node: RawNode, listen: Listen) -> None:
    source, _ = listen(frozenset({0x60D}))
    filters = Path("/proc/net/can/rcvlist_fil").read_text() + Path("/proc/net/can/rcvlist_sff").read_text()
    node.send(0x100, b"\x01")
    node.send(0x60D, b"\x02")
    node.send(0x18DA_F110, b"\x03")
    time.sleep(0.05)
    assert [(line.id, line.data) for line in frames(source.drain())] == [(0x60D, "02")]
    assert "60d" in filters.lower(), filters


def test_extended_ids_arrive_as_such(node: RawNode, listen: Listen) -> None:
    source, _ = listen()
    node.send(0x18DA_F110, b"\x03")
    time.sleep(0.05)
    assert [line.id for line in frames(source.drain())] == [0x18DA_F110]


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_setting_the_wall_clock_in_mid_run_moves_no_frame(node: RawNode, listen: Listen, step_s: int) -> None:
    """As NTP does on a Pi without a clock of its own: the kernel's stamps jump, the run's times do not."""
    if os.environ["LOCKBENCH_GUEST"] == "native":
        pytest.skip("this machine's own clock is not ours to set")
    source, clock = listen()
    seen: list[Can] = []
    sent: list[int] = []
    try:
        for n in range(20):
            if n == 10:
                time.clock_settime_ns(time.CLOCK_REALTIME, time.time_ns() + step_s * 1_000_000_000)
            sent.append(clock.now_ns())
            node.send(0x60D, bytes([n]))
            time.sleep(0.005)
            seen += frames(source.drain())
    finally:
        time.clock_settime_ns(time.CLOCK_REALTIME, time.time_ns() - step_s * 1_000_000_000)
    assert [line.data for line in seen] == [f"{n:02x}" for n in range(20)]
    assert max(abs(line.t - t) for line, t in zip(seen, sent, strict=True)) < 20_000_000


def test_a_bus_that_falls_silent_says_so_and_speaks_again(node: RawNode, listen: Listen) -> None:
    source, clock = listen()
    node.send(0x60D, b"\x00")
    seen = list(source.drain())
    until = clock.now_ns() + 2_600_000_000
    while clock.now_ns() < until:
        time.sleep(0.05)
        seen += source.drain()
    node.send(0x60D, b"\x01")
    time.sleep(0.05)
    seen += source.drain()
    assert [line.state for line in seen if isinstance(line, Bus)] == ["active", "silent", "active"]


def test_an_own_diagnostic_frame_is_no_observation_of_the_car(listen: Listen) -> None:
    """The listening end hears the other sockets of this machine too, so nothing of the bench may send: it has no way to."""
    source, _ = listen()
    assert not [name for name in dir(source) if "send" in name]


def test_a_network_that_goes_down_ends_no_program(listen: Listen) -> None:
    """Either an error that names the channel, or a gap on record and the frames of afterwards; never a traceback of a library."""
    from bench.errors import PortError

    source, _ = listen()
    node = RawNode()
    node.send(0x60D, b"\x01")
    time.sleep(0.02)
    assert [line.data for line in frames(source.drain())] == ["01"]
    ip(f"link set {CHANNEL} down")
    try:
        for _ in range(20):
            source.drain()
            time.sleep(0.005)
        told = ""
    except PortError as exc:
        told = str(exc)
    finally:
        ip(f"link set {CHANNEL} up")
    assert told == "" or CHANNEL in told
    if not told:
        node.close()
        node = RawNode()
        until = time.monotonic() + 10
        after: list[Can] = []
        while not after and time.monotonic() < until:
            node.send(0x60D, b"\x02")
            time.sleep(0.1)
            after = frames(source.drain())
        node.close()
        assert {line.data for line in after} == {"02"}
