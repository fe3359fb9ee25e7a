"""Some thousand plain data frames as numpy columns: what the quick reader hands over, and what the bus session takes in one go."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.model.can_frame import FrameBatch

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]


class PlainFrames(NamedTuple):
    """Classic data frames in the order of the recording, as columns of equal length.

    `payloads`: the data as a little-endian number, its first byte lowest, 0 above `sizes` bytes (0..8).
    `flags`: EXTENDED and SENT, or None where no frame has any. `channel_of`: index into `channels`, or None where there is one.
    """

    t_ns: Ints
    ids: Ints
    sizes: Ints
    payloads: Words
    flags: NDArray[np.uint8] | None
    channel_of: NDArray[np.uint8] | None
    channels: tuple[str, ...]

    @classmethod
    def of(cls, batch: FrameBatch) -> "PlainFrames | None":
        """Return a batch as columns, or None where it holds more than standard data frames of one channel."""
        data = batch.data
        if any(batch.flags) or max(batch.ids) > 0x7FF or len(set(batch.channels)) > 1:
            return None
        sizes = np.fromiter(map(len, data), np.int64, len(data))
        if int(sizes.max()) > 8:
            return None
        whole = data if int(sizes.min()) == 8 else [octets.ljust(8, b"\x00") for octets in data]
        return cls(
            t_ns=np.array(batch.t_ns, np.int64), ids=np.array(batch.ids, np.int64), sizes=sizes,
            payloads=np.frombuffer(b"".join(whole), "<u8").astype(np.uint64), flags=None, channel_of=None, channels=(batch.channels[0],),
        )  # fmt: skip

    @property
    def length(self) -> int:
        """How many frames."""
        return len(self.t_ns)

    def slice(self, first: int, end: int) -> "PlainFrames":
        """Return the frames from `first` up to `end`."""
        part = slice(first, end)
        return self._replace(
            t_ns=self.t_ns[part], ids=self.ids[part], sizes=self.sizes[part], payloads=self.payloads[part],
            flags=None if self.flags is None else self.flags[part],
            channel_of=None if self.channel_of is None else self.channel_of[part],
        )  # fmt: skip

    def pick(self, rows: Ints) -> "PlainFrames":
        """Return the frames of some rows."""
        return self._replace(
            t_ns=self.t_ns[rows], ids=self.ids[rows], sizes=self.sizes[rows], payloads=self.payloads[rows],
            flags=None if self.flags is None else self.flags[rows],
            channel_of=None if self.channel_of is None else self.channel_of[rows],
        )  # fmt: skip

    def batch(self) -> FrameBatch:
        """Return the same frames as a batch of Python's own types."""
        names = [self.channels[0]] * self.length if self.channel_of is None else [self.channels[n] for n in self.channel_of.tolist()]
        raw = self.payloads.astype("<u8").tobytes()
        data = [raw[8 * n : 8 * n + size] for n, size in enumerate(self.sizes.tolist())]
        flags = [0] * self.length if self.flags is None else self.flags.tolist()
        return FrameBatch(self.t_ns.tolist(), self.ids.tolist(), data, names, flags)


class PickedFrames(NamedTuple):
    """Some frames of a stretch of a recording: `frames` are those at `rows` (ascending, the first and the last included) of `total`.

    No silence of more than five seconds lies in the stretch, and all frames are of one channel.
    """

    frames: PlainFrames
    rows: Ints
    total: int


def payload_bytes(payload: int, size: int) -> bytes:
    """Return one payload as bytes."""
    return payload.to_bytes(8, "little")[:size]
