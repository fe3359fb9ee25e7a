"""A raw SocketCAN socket that only hears: many frames a system call (recvmmsg), kernel stamps, kernel filters, counted drops.

One frame a call costs python-can 20 us and more; here a batch of up to 128 frames is one call and three passes of `struct`
over plain memory. Nothing is decoded; there is no method that sends.
"""

import ctypes
import errno
import os
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from bench.errors import PortError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, FrameBatch
from bench.model.names import BusState
from bench.ports.frames import Heard
from bench.ports.rig import Clock
from bench.rig.border import as_port_error
from bench.rig.can_errors import state_of
from bench.rig.can_time import RealtimeStamps

FRAMES_A_CALL: Final = 128
CALLS_A_DRAIN: Final = 160
"""20 480 frames, above a full 1 Mbit/s bus for a second; what is left comes with the next drain."""
RECEIVE_BUFFER: Final = 16 << 20
"""Bytes asked of the kernel. Root gets them (some 40 000 frames); others what net.core.rmem_max allows, by default about
500 frames: 0.12 s of a full 500 kbit/s bus."""

_SO_RCVBUFFORCE: Final = 33
_SOL_CAN_RAW: Final = 101
_RAW_FILTER: Final = 1
_RAW_ERR_FILTER: Final = 2
_RAW_FD_FRAMES: Final = 5
_ALL_ERRORS: Final = 0x1FFF_FFFF
_SO_TIMESTAMPNS: Final = 35
_SO_RXQ_OVFL: Final = 40
_CLASSIC: Final = 16  # bytes of struct can_frame
_SLOT: Final = 72  # struct canfd_frame; classic frames use its first 16
_FRAME: Final = struct.Struct("=IBBxx8s56x")
_MESSAGE: Final = struct.Struct("@PIPNPNi0PI0P")  # struct mmsghdr; 0P pads to the pointer's alignment
_SIZES: Final = struct.Struct("@" + f"{struct.calcsize('@PIPNP0N')}x" + "Ni0PI0P")  # of it: controllen, flags, msg_len
_CONTROL: Final = struct.Struct("@Nii")  # struct cmsghdr
_STAMP: Final = struct.Struct("@Niill")  # one that carries SO_TIMESTAMPNS
_SPARE: Final = struct.calcsize("@Nii0NI0N")  # one that carries SO_RXQ_OVFL
_CONTROL_SLOT: Final = _STAMP.size + _SPARE
_STAMPS: Final = struct.Struct(f"@Niill{_SPARE}x")
_STAMPS_AND_DROPS: Final = struct.Struct("@NiillNiiI0N")
_ALIGN: Final = struct.calcsize("@N")
_LOCAL: Final = (0, 0x4, 0x800, 0x804)  # message flags: MSG_DONTROUTE and MSG_CONFIRM mark local senders
_PLAIN: Final = frozenset((_STAMP.size, flags, _CLASSIC) for flags in _LOCAL)
_AFTER_DROPS: Final = frozenset((_CONTROL_SLOT, flags, _CLASSIC) for flags in _LOCAL)  # from the first drop on, all carry the count
_EFF: Final = 0x8000_0000
_RTR: Final = 0x4000_0000
_ERR: Final = 0x2000_0000
_EMPTY: Final = frozenset({errno.EAGAIN, errno.EINTR})


class Filter(NamedTuple):
    """Let through what equals `identifier` in the bits of `mask`; an id above 0x7FF is an extended one."""

    identifier: int
    mask: int


class _Batch(NamedTuple):
    stamps_ns: list[int]
    ids: list[int]
    data: list[bytes]
    flags: list[int]


class RawCanReader:
    """Hears everything that a datagram socket of can_frame structures delivers. Raises PortError where the interface goes."""

    def __init__(self, source: socket.socket, channel: str, clock: Clock, realtime_ns: Callable[[], int] = time.time_ns) -> None:
        self._socket, self._channel, self._realtime_ns = source, channel, realtime_ns
        source.settimeout(0)
        source.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        source.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
        self._stamps = RealtimeStamps(clock, realtime_ns)
        self._frames = bytearray(FRAMES_A_CALL * _SLOT)
        self._control = bytearray(FRAMES_A_CALL * _CONTROL_SLOT)
        self._messages = bytearray(FRAMES_A_CALL * _MESSAGE.size)
        self._vectors = bytearray(FRAMES_A_CALL * struct.calcsize("@PN"))
        self._fresh = self._layout()
        self._receive: Any = ctypes.CDLL(None, use_errno=True).recvmmsg
        self._into = ctypes.c_void_p(_address(self._messages))
        self._dropped_before: int | None = None
        self._dropped = 0

    def drain(self) -> Heard:
        """Hand over all that waits in the kernel."""
        self._stamps.refresh()
        stamps: list[int] = []
        ids: list[int] = []
        data: list[bytes] = []
        flags: list[int] = []
        for _ in range(CALLS_A_DRAIN):
            count = self._call()
            if not count:
                break
            batch = self._take(count)
            stamps += batch.stamps_ns
            ids += batch.ids
            data += batch.data
            flags += batch.flags
            if count < FRAMES_A_CALL:
                break
        dropped, self._dropped = self._dropped, 0
        if not ids:
            return Heard(dropped=dropped)
        frames = FrameBatch(self._stamps.all_of_ns(stamps), ids, data, [self._channel] * len(ids), flags)
        errors, state = _error_reports(ids, data, flags)
        return Heard(frames=frames, dropped=dropped, errors=errors, state=state)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()

    def _call(self) -> int:
        self._messages[:] = self._fresh
        count: int = self._receive(self._socket.fileno(), self._into, FRAMES_A_CALL, socket.MSG_DONTWAIT, None)
        if count >= 0:
            return count
        code = ctypes.get_errno()
        if code in _EMPTY:
            return 0
        raise PortError(f"CAN channel {self._channel}: {os.strerror(code)}")

    def _take(self, count: int) -> _Batch:
        """Split the plain case at the speed of struct; one odd message sends its whole batch the careful way."""
        stamps = self._plain_stamps(count)
        if stamps is None:
            return self._take_odd(count)
        ids, sizes, _, payloads = zip(*_FRAME.iter_unpack(memoryview(self._frames)[: count * _SLOT]), strict=True)
        if max(ids) > 0x7FF or max(sizes) > 8:
            return self._take_odd(count)
        return _Batch(stamps, list(ids), [d if n == 8 else d[:n] for n, d in zip(sizes, payloads, strict=True)], [0] * count)

    def _plain_stamps(self, count: int) -> list[int] | None:
        """Return the stamps where every message is a classic frame with nothing but a stamp, or a stamp and a drop count."""
        sizes = set(_SIZES.iter_unpack(memoryview(self._messages)[: count * _MESSAGE.size]))
        control = memoryview(self._control)[: count * _CONTROL_SLOT]
        if sizes <= _PLAIN:
            return [seconds * 1_000_000_000 + ns for _, _, _, seconds, ns in _STAMPS.iter_unpack(control)]
        if sizes <= _AFTER_DROPS:
            rows = list(_STAMPS_AND_DROPS.iter_unpack(control))
            if all(row[2] == _SO_TIMESTAMPNS and row[7] == _SO_RXQ_OVFL for row in rows):
                self._count_drops(rows[-1][8])
                return [row[3] * 1_000_000_000 + row[4] for row in rows]
        return None

    def _take_odd(self, count: int) -> _Batch:
        batch = _Batch([], [], [], [])
        for k in range(count):
            control_size, _, size = _SIZES.unpack_from(self._messages, k * _MESSAGE.size)
            stamp_ns = self._stamp(k * _CONTROL_SLOT, control_size)
            if size not in {_CLASSIC, _SLOT}:
                continue  # nothing that CAN_RAW delivers
            number, length, marks = struct.unpack_from("=IBB", self._frames, k * _SLOT)
            flags = _flags(number, marks, is_fd=size == _SLOT)
            start = k * _SLOT + 8
            batch.stamps_ns.append(stamp_ns)
            batch.ids.append(number & (0x1FFF_FFFF if number & (_EFF | _ERR) else 0x7FF))
            batch.data.append(b"" if flags & REMOTE else bytes(self._frames[start : start + min(length, size - 8)]))
            batch.flags.append(flags)
        return batch

    def _stamp(self, at: int, size: int) -> int:
        """Return the kernel's stamp of one message and count the drops that it tells of; without a stamp, now."""
        stamp_ns = None
        end = at + min(size, _CONTROL_SLOT)
        while at + _CONTROL.size <= end:
            length, level, kind = _CONTROL.unpack_from(self._control, at)
            if length < _CONTROL.size or at + length > end:
                break
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and length >= _STAMP.size:
                seconds, ns = _STAMP.unpack_from(self._control, at)[3:]
                stamp_ns = seconds * 1_000_000_000 + ns
            elif level == socket.SOL_SOCKET and kind == _SO_RXQ_OVFL:
                self._count_drops(struct.unpack_from("@I", self._control, at + _CONTROL.size)[0])
            at += -(-length // _ALIGN) * _ALIGN
        return self._realtime_ns() if stamp_ns is None else stamp_ns

    def _count_drops(self, total: int) -> None:
        """The kernel's counter runs from the socket's opening and wraps at 2^32."""
        self._dropped += (total - (self._dropped_before or 0)) & 0xFFFF_FFFF
        self._dropped_before = total

    def _layout(self) -> bytes:
        """Fill the vectors and return fresh message headers: the kernel overwrites the sizes in them at every call."""
        fresh = bytearray(len(self._messages))
        frames, control, vectors = _address(self._frames), _address(self._control), _address(self._vectors)
        vector = struct.Struct("@PN")
        for k in range(FRAMES_A_CALL):
            vector.pack_into(self._vectors, k * vector.size, frames + k * _SLOT, _SLOT)
            _MESSAGE.pack_into(
                fresh, k * _MESSAGE.size, 0, 0, vectors + k * vector.size, 1, control + k * _CONTROL_SLOT, _CONTROL_SLOT, 0, 0
            )
        return bytes(fresh)


def open_raw(
    device: str, clock: Clock, filters: Sequence[Filter] = (), realtime_ns: Callable[[], int] = time.time_ns
) -> tuple[RawCanReader, int]:
    """Open an interface for hearing, all frames or those that `filters` let through in the kernel. Raises PortError.

    The second value is the receive buffer that the kernel granted, bytes.
    """
    with as_port_error(f"CAN channel {device}", OSError):
        source = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
        try:
            if filters:
                source.setsockopt(_SOL_CAN_RAW, _RAW_FILTER, packed(filters))
            source.setsockopt(_SOL_CAN_RAW, _RAW_ERR_FILTER, _ALL_ERRORS)
            source.setsockopt(_SOL_CAN_RAW, _RAW_FD_FRAMES, 1)
            _widen(source)
            reader = RawCanReader(source, device, clock, realtime_ns)
            source.bind((device,))
            granted = source.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        except BaseException:
            source.close()
            raise
    return reader, granted


def _widen(source: socket.socket) -> None:
    """Ask for a wide receive buffer: past the limit where allowed, else up to it."""
    try:
        source.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER)
    except PermissionError:
        source.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)


def packed(filters: Sequence[Filter]) -> bytes:
    """Return struct can_filter after struct can_filter; whether an id is extended is part of the comparison."""
    return b"".join(struct.pack("=II", f.identifier | (_EFF if f.identifier > 0x7FF else 0), f.mask | _EFF) for f in filters)


def _address(memory: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


def _flags(number: int, marks: int, *, is_fd: bool) -> int:
    if number & _ERR:
        return ERROR
    flags = EXTENDED if number & _EFF else 0
    flags |= REMOTE if number & _RTR else 0
    return flags | (FD | (FAST if marks & 1 else 0) if is_fd else 0)


def _error_reports(ids: Sequence[int], data: Sequence[bytes], flags: Sequence[int]) -> tuple[int, BusState | None]:
    """Count the error reports and return the last state that they announce."""
    if not any(flags):
        return 0, None
    reports = [(i, d) for i, d, f in zip(ids, data, flags, strict=True) if f & ERROR]
    states = [state for i, d in reports if (state := state_of(i, d)) is not None]
    return len(reports), states[-1] if states else None
