"""Strategies and writers for recordings, shared by the tests of this folder."""

from collections.abc import Sequence
from pathlib import Path

import can
from hypothesis import strategies as st

from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame

EPOCH_NS = 1_632_509_059_000_000_000
_FD_SIZES = (0, 1, 7, 8, 12, 16, 20, 24, 32, 48, 64)


@st.composite
def frames(draw: st.DrawFn, *, is_fd_allowed: bool = True) -> CanFrame:
    """One frame as python-can can write it: microseconds, one channel name."""
    is_extended = draw(st.booleans())
    identifier = draw(st.integers(0, 0x1FFF_FFFF if is_extended else 0x7FF))
    kind = draw(st.sampled_from(["data", "data", "remote", "fd"] if is_fd_allowed else ["data", "data", "remote"]))
    flags = EXTENDED * is_extended | SENT * draw(st.booleans())
    if kind == "fd":
        size = draw(st.sampled_from(_FD_SIZES))
        flags |= FD | FAST * draw(st.booleans())
    else:
        size = draw(st.integers(0, 8)) if kind == "data" else 0
        flags |= REMOTE * (kind == "remote")
    data = draw(st.binary(min_size=size, max_size=size))
    t_ns = EPOCH_NS + draw(st.integers(0, 10**8)) * 1000
    return CanFrame(t_ns, identifier, data, draw(st.sampled_from(["can0", "vcan1"])), flags)


def message_of(frame: CanFrame) -> can.Message:
    """The same frame as python-can's own type."""
    return can.Message(
        timestamp=frame.t_ns / 1e9, arbitration_id=frame.id, data=frame.data, channel=frame.channel,
        is_extended_id=bool(frame.flags & EXTENDED), is_remote_frame=bool(frame.flags & REMOTE), is_fd=bool(frame.flags & FD),
        bitrate_switch=bool(frame.flags & FAST), is_error_frame=bool(frame.flags & ERROR), is_rx=not frame.flags & SENT,
    )  # fmt: skip


def write_with_python_can(path: Path, written: Sequence[CanFrame]) -> Path:
    """Write a recording by python-can's own writer of that suffix."""
    with can.Logger(path) as logger:
        for frame in written:
            logger(message_of(frame))
    return path


def candump_line(frame: CanFrame) -> str:
    """A plain candump line of a data frame."""
    number = f"{frame.id:08X}" if frame.flags & EXTENDED else f"{frame.id:03X}"
    micros = frame.t_ns // 1000
    return f"({micros // 10**6}.{micros % 10**6:06d}) {frame.channel} {number}#{frame.data.hex().upper()}\n"
