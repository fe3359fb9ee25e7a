"""The raw reader over a socket pair that carries the kernel's own structures: times, flags, drops, bursts, loss of the interface."""

import socket
import struct
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_fakes import can_frame

from bench.errors import PortError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE
from bench.rig.can_raw import Filter, RawCanReader, open_raw, packed
from bench.rig.clock import MonotonicClock

EXT, RTR, ERR = 0x8000_0000, 0x4000_0000, 0x2000_0000


class Wire:
    """A node and a reader joined by a socket pair."""

    def __init__(self) -> None:
        self.node, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.clock = MonotonicClock()
        self.reader = RawCanReader(far, "can0", self.clock)

    def close(self) -> None:
        self.reader.close()
        self.node.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


def test_an_empty_socket_gives_nothing_and_does_not_block(wire: Wire) -> None:
    assert wire.reader.drain().frames.ids == ()


def test_frames_come_in_order_with_their_kernel_time_on_the_monitors_clock(wire: Wire) -> None:
    before_ns = wire.clock.now_ns()
    for n in range(100):
        wire.node.send(can_frame(0x100 + n, bytes([n] * (n % 9))))
    after_ns = wire.clock.now_ns()
    time.sleep(0.01)
    frames = wire.reader.drain().frames
    assert list(frames.ids) == [0x100 + n for n in range(100)]
    assert list(frames.data) == [bytes([n] * (n % 9)) for n in range(100)]
    assert set(frames.channels) == {"can0"}
    assert list(frames.t_ns) == sorted(frames.t_ns)
    assert before_ns - 1_000_000 <= frames.t_ns[0] <= frames.t_ns[-1] <= after_ns + 1_000_000


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (can_frame(0x18DA_F110 | EXT, b"\1\2"), (0x18DA_F110, b"\1\2", EXTENDED)),
        (can_frame(0x123 | RTR, b"\0\0"), (0x123, b"", REMOTE)),
        (can_frame(0x44 | ERR, bytes(8)), (0x44, bytes(8), ERROR)),
        (struct.pack("=IBB2x64s", 0x123, 12, 1, bytes(range(12))), (0x123, bytes(range(12)), FD | FAST)),
        (struct.pack("=IBB2x64s", 0x123, 200, 0, bytes(64)), (0x123, bytes(64), FD)),
        (struct.pack("=IB3x8s", 0x7FF, 15, bytes(8)), (0x7FF, bytes(8), 0)),
    ],
)
def test_every_sort_of_frame_among_plain_ones_is_read_as_what_it_is(wire: Wire, raw: bytes, expected: tuple[int, bytes, int]) -> None:
    for one in (can_frame(0x60D, b"\x20"), raw, can_frame(0x60D, b"\x00")):
        wire.node.send(one)
    frames = wire.reader.drain().frames
    rows = list(zip(frames.ids, frames.data, frames.flags, strict=True))
    assert rows == [(0x60D, b"\x20", 0), expected, (0x60D, b"\x00", 0)]


def test_a_datagram_that_is_no_frame_is_left_out(wire: Wire) -> None:
    wire.node.send(b"what")
    wire.node.send(can_frame(0x60D, b""))
    assert list(wire.reader.drain().frames.ids) == [0x60D]


@given(st.lists(st.binary(min_size=1, max_size=100), max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_the_reader_fail(datagrams: list[bytes]) -> None:
    made = Wire()
    for raw in datagrams:
        made.node.send(raw)
    heard = made.reader.drain()
    assert len(heard.frames.ids) == sum(len(raw) == 16 or len(raw) >= 72 for raw in datagrams)
    made.close()


def test_a_controller_that_goes_bus_off_is_told(wire: Wire) -> None:
    wire.node.send(can_frame(0x40 | ERR, bytes(8)))
    heard = wire.reader.drain()
    assert (heard.errors, heard.state) == (1, "bus_off")
    wire.node.send(can_frame(0x04 | ERR, bytes([0, 0x20, 0, 0, 0, 0, 0, 0])))
    wire.node.send(can_frame(0x100 | ERR, bytes(8)))
    heard = wire.reader.drain()
    assert (heard.errors, heard.state) == (2, "active")


def test_more_frames_than_one_call_takes_all_arrive(wire: Wire) -> None:
    """The pair's own queue is short, so a drain between sends keeps it flowing."""
    wire.node.settimeout(0)
    sent, heard = 0, 0
    while sent < 1000:
        try:
            wire.node.send(can_frame(sent % 0x800, b"\1"))
            sent += 1
        except BlockingIOError:
            heard += len(wire.reader.drain().frames.ids)
    assert heard + len(wire.reader.drain().frames.ids) == 1000


def test_a_closed_reader_is_a_port_error_that_names_the_channel(wire: Wire) -> None:
    wire.reader.close()
    with pytest.raises(PortError, match="CAN channel can0"):
        wire.reader.drain()


def test_the_reader_can_drain_and_close_and_nothing_else() -> None:
    assert {name for name in vars(RawCanReader) if not name.startswith("_")} == {"drain", "close"}


def test_a_filter_compares_the_id_and_whether_it_is_extended() -> None:
    assert packed([Filter(0x60D, 0x7FF), Filter(0x18DA_F110, 0x1FFF_FFFF)]) == struct.pack(
        "=IIII", 0x60D, 0x7FF | EXT, 0x18DA_F110 | EXT, 0x1FFF_FFFF | EXT
    )


def test_an_interface_that_is_not_there_is_a_port_error() -> None:
    with pytest.raises(PortError, match="CAN channel nocan9"):
        open_raw("nocan9", MonotonicClock())
