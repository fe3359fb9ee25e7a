"""Plain stretches of Vector's BLF: containers that hold nothing but classic data frames, as numpy columns.

Whatever else comes (remote, error and FD frames, other objects, an unknown compression) ends the quick way: `Unusual` is raised
and python-can's reader, whose layout of the file this follows, takes over behind the frames that were handed out.
"""

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedIOBase
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.plain_frames import PlainFrames
from bench.model.can_frame import EXTENDED, SENT

_FILE: Final = struct.Struct("<4sLBBBBBBBBQQLL8H8H")
_OBJECT: Final = struct.Struct("<4sHHLL")
_CONTAINER: Final = struct.Struct("<H6xL4x")
_FRAME: Final = np.dtype([
    ("signature", "<u4"), ("header_size", "<u2"), ("version", "<u2"), ("size", "<u4"), ("kind", "<u4"),
    ("time_flags", "<u4"), ("client", "<u2"), ("object_version", "<u2"), ("time", "<u8"),
    ("channel", "<u2"), ("flags", "u1"), ("dlc", "u1"), ("id", "<u4"), ("data", "<u8"),
])  # fmt: skip
_SIGNATURE: Final = int.from_bytes(b"LOBJ", "little")
_IS_CONTAINER: Final = 10
_KINDS: Final = (1, 86)
_TEN_MICROS: Final = 1
_SENT_FLAG: Final = 0x01
_REMOTE_FLAG: Final = 0x80
_EXTENDED_BIT: Final = 0x8000_0000
_ID: Final = 0x1FFF_FFFF
_LARGEST: Final = 1 << 26  # bytes of one object; Vector's tools write 128 KiB
_MOST_CHANNELS: Final = 32


class Unusual(Exception):
    """The quick way ends here; no fault of the file."""


def plain_stretches(source: BufferedIOBase) -> Iterator[PlainFrames]:
    """Yield frames in the order of the file; raise Unusual at whatever is not plain, a damaged file included."""
    start_ns = _start_ns(source)
    tail = b""
    while head := source.read(_OBJECT.size):
        if len(head) < _OBJECT.size:
            raise Unusual
        signature, _, _, size, kind = _OBJECT.unpack(head)
        if signature != b"LOBJ" or kind != _IS_CONTAINER or not _OBJECT.size + _CONTAINER.size <= size <= _LARGEST:
            raise Unusual
        body = source.read(size - _OBJECT.size)
        source.read(size % 4)
        if len(body) < size - _OBJECT.size:
            raise Unusual
        objects = tail + _unpacked(body)
        used, frames = _frames(objects, start_ns)
        tail = objects[used:]
        if frames is not None:
            yield frames
    if tail:
        raise Unusual


def is_cut(source: BufferedIOBase) -> bool:
    """Does the file end within an object? python-can's reader ends there without a word."""
    try:
        head = source.read(_FILE.size)
        source.read(max(0, _FILE.unpack(head)[1] - _FILE.size))
        while head := source.read(_OBJECT.size):
            if len(head) < _OBJECT.size or head[:4] != b"LOBJ":
                return head[:4] == b"LOBJ"[: len(head)]
            size = _OBJECT.unpack(head)[3] - _OBJECT.size
            if not 0 <= size <= _LARGEST:
                return False  # damaged, which is another story
            if len(source.read(size)) < size:
                return True
            source.read((size + _OBJECT.size) % 4)
    except (OSError, EOFError, zlib.error, struct.error):
        return True
    return False


def _start_ns(source: BufferedIOBase) -> int:
    head = source.read(_FILE.size)
    if len(head) < _FILE.size:
        raise Unusual
    fields = _FILE.unpack(head)
    if fields[0] != b"LOGG" or not _FILE.size <= fields[1] <= _LARGEST:
        raise Unusual
    source.read(fields[1] - _FILE.size)
    year, month, _, day, hour, minute, second, millisecond = fields[14:22]
    try:
        start_s = round(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
        return start_s * 1_000_000_000 + int(millisecond) * 1_000_000
    except ValueError:
        return 0  # as python-can: times then count from the start


def _unpacked(body: bytes) -> bytes:
    method, _ = _CONTAINER.unpack_from(body)
    if method == 0:
        return body[_CONTAINER.size :]
    if method != 2:
        raise Unusual
    unpacker = zlib.decompressobj()
    try:
        objects = unpacker.decompress(body[_CONTAINER.size :], _LARGEST)
    except zlib.error:
        raise Unusual from None
    if unpacker.unconsumed_tail:
        raise Unusual
    return objects


def _frames(objects: bytes, start_ns: int) -> tuple[int, PlainFrames | None]:
    """Return how many bytes hold whole objects, and their frames; every object must be of the first one's size and kind."""
    if len(objects) < _FRAME.itemsize:
        return 0, None
    _, _, _, size, _ = _OBJECT.unpack_from(objects)
    if not _FRAME.itemsize <= size <= 64 or size % 4:
        raise Unusual
    count = len(objects) // size
    if not count:
        return 0, None
    rows: NDArray[np.void] = np.ndarray((count,), _FRAME, objects, strides=(size,))
    identifiers = rows["id"].astype(np.int64)
    is_extended, is_sent = identifiers & _EXTENDED_BIT != 0, rows["flags"] & _SENT_FLAG != 0
    is_plain = (
        (rows["signature"] == _SIGNATURE) & (rows["size"] == size) & (rows["version"] == 1) & (rows["dlc"] <= 8)
        & np.isin(rows["kind"], _KINDS) & (rows["flags"] & _REMOTE_FLAG == 0) & (rows["time"] < 1 << 60)
        & (is_extended | (identifiers & _ID <= 0x7FF))
    )  # fmt: skip
    numbers, channel_of = np.unique(rows["channel"].astype(np.int64) - 1, return_inverse=True)
    if not is_plain.all() or len(numbers) > _MOST_CHANNELS:
        raise Unusual
    sizes = rows["dlc"].astype(np.int64)
    flags = (is_extended * np.uint8(EXTENDED) | is_sent * np.uint8(SENT)).astype(np.uint8)
    masks = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
    return count * size, PlainFrames(
        t_ns=rows["time"].astype(np.int64) * np.where(rows["time_flags"] == _TEN_MICROS, 10_000, 1) + start_ns,
        ids=identifiers & _ID, sizes=sizes, payloads=rows["data"].astype(np.uint64) & masks[sizes],
        flags=flags if flags.any() else None, channel_of=channel_of.astype(np.uint8) if len(numbers) > 1 else None,
        channels=tuple(str(n) for n in numbers.tolist()),
    )  # fmt: skip
