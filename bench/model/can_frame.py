"""One CAN frame as a recording or a bus gave it."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

EXTENDED: Final = 1
"""The id has 29 bits."""
REMOTE: Final = 2
"""A remote request: no data."""
ERROR: Final = 4
"""Not a frame of a node but the report of an error; `id` holds SocketCAN's error class bits."""
FD: Final = 8
"""CAN FD: up to 64 bytes."""
FAST: Final = 16
"""CAN FD with the faster data phase (BRS)."""
SENT: Final = 32
"""Sent by the recorder itself."""


class CanFrame(NamedTuple):
    """A frame: its time in ns on the recording's own clock, arbitration id, data, channel name, and flags (above)."""

    t_ns: int
    id: int
    data: bytes
    channel: str
    flags: int = 0


class FrameBatch(NamedTuple):
    """Some thousand frames as columns of equal length, in the order of the recording; see CanFrame for each."""

    t_ns: Sequence[int]
    ids: Sequence[int]
    data: Sequence[bytes]
    channels: Sequence[str]
    flags: Sequence[int]

    @classmethod
    def of(cls, frames: Sequence[CanFrame]) -> "FrameBatch":
        """Return frames as columns."""
        return cls(*map(list, zip(*frames, strict=True))) if frames else cls((), (), (), (), ())

    def rows(self, numbers: Sequence[int]) -> "FrameBatch":
        """Return the frames at these places."""
        times, ids, data, channels, flags = self
        return FrameBatch(
            [times[n] for n in numbers], [ids[n] for n in numbers], [data[n] for n in numbers], [channels[n] for n in numbers],
            [flags[n] for n in numbers],
        )  # fmt: skip

    def frames(self) -> Iterator[CanFrame]:
        """Yield the frames one by one."""
        return map(CanFrame._make, zip(self.t_ns, self.ids, self.data, self.channels, self.flags, strict=True))
