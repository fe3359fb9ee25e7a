"""Reads back how the kernel runs a CAN interface: one RTM_GETLINK question over netlink, no root, no `ip` program.

    nlmsghdr | ifinfomsg | attributes: IFNAME, ..., LINKINFO { KIND "can", DATA { BITTIMING, STATE, CTRLMODE { mask, flags } } }

Numbers from linux/rtnetlink.h, linux/if_link.h and linux/can/netlink.h; every length is checked, for it comes from outside.
"""

import errno
import os
import socket
import struct
from dataclasses import dataclass
from typing import Final

from bench.errors import PortError
from bench.rig.border import as_port_error

VIRTUAL_KINDS: Final = frozenset({"vcan", "vxcan"})
"""Kinds that are no bus: nothing on them acknowledges, so they have no listen-only."""

_GETLINK: Final = 18
_NEWLINK: Final = 16
_ERROR: Final = 2
_REQUEST: Final = 1
_IFNAME: Final = 3
_LINKINFO: Final = 18
_KIND: Final = 1
_INFO: Final = 2
_BITTIMING: Final = 1
_STATE: Final = 4
_CTRLMODE: Final = 5
_RESTART_MS: Final = 6
_COUNTERS: Final = 8
_LISTEN_ONLY: Final = 0x02
_IFF_UP: Final = 1
_STATES: Final = ("active", "warning", "passive", "bus_off", "stopped", "sleeping")
_HEADER: Final = struct.Struct("=IHHII")
_LINK: Final = struct.Struct("=BxHiII")
_ATTRIBUTE: Final = struct.Struct("=HH")
_MAX_NAME: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class CanLink:
    """One network interface as the kernel describes it. `kind` None: a plain device, no CAN; `bitrate` in bit/s, None where unset."""

    name: str
    kind: str | None
    is_up: bool
    ctrlmode: int | None = None
    bitrate: int | None = None
    state: str | None = None
    restart_ms: int | None = None
    tx_errors: int | None = None
    rx_errors: int | None = None

    @property
    def is_listen_only(self) -> bool | None:
        """True only where the kernel says so; None for kinds that have no such mode."""
        if self.kind in VIRTUAL_KINDS:
            return None
        return self.kind == "can" and self.ctrlmode is not None and bool(self.ctrlmode & _LISTEN_ONLY)


def read_link(device: str) -> CanLink | None:
    """Ask the kernel about an interface; None where there is none of that name. Raises PortError."""
    where = f"netlink question about {device!r}"
    if not 0 < len(device.encode()) <= _MAX_NAME or "/" in device or "\0" in device:
        return None
    with as_port_error(where, OSError), socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as asked:
        asked.settimeout(2.0)
        asked.sendto(question(device), (0, 0))
        answer = asked.recv(1 << 16)
    return parse_answer(answer, where)


def listens_only(device: str) -> bool | None:
    """Is the interface in listen-only mode? None: its kind has none; False too where there is no such interface."""
    link = read_link(device)
    return False if link is None else link.is_listen_only


def question(device: str) -> bytes:
    """Return the RTM_GETLINK request for one interface by name."""
    name = device.encode() + b"\0"
    attribute = _padded(_ATTRIBUTE.pack(_ATTRIBUTE.size + len(name), _IFNAME) + name)
    body = _LINK.pack(0, 0, 0, 0, 0) + attribute
    return _HEADER.pack(_HEADER.size + len(body), _GETLINK, _REQUEST, 1, 0) + body


def parse_answer(message: bytes, where: str) -> CanLink | None:
    """Return the link out of the kernel's answer; None for "no such device". Raises PortError for anything else."""
    if len(message) < _HEADER.size:
        raise PortError(f"{where}: the answer has {len(message)} bytes, a header alone has {_HEADER.size}")
    size, kind, _, _, _ = _HEADER.unpack_from(message)
    body = message[_HEADER.size : size]
    if kind == _ERROR and len(body) >= 4:
        (code,) = struct.unpack_from("=i", body)
        if -code == errno.ENODEV:
            return None
        raise PortError(f"{where}: {os.strerror(abs(code))}")
    if kind != _NEWLINK or len(body) < _LINK.size:
        raise PortError(f"{where}: answered with message type {kind} of {len(body)} bytes, wanted {_NEWLINK}")
    _, _, _, flags, _ = _LINK.unpack_from(body)
    found = _attributes(body[_LINK.size :])
    described = _attributes(found.get(_LINKINFO, b""))
    details = _attributes(described.get(_INFO, b"")) if _text(described.get(_KIND)) == "can" else {}
    state = _number(details.get(_STATE), 0)
    counters = details.get(_COUNTERS)
    tx_errors, rx_errors = struct.unpack_from("=HH", counters) if counters is not None and len(counters) >= 4 else (None, None)
    return CanLink(
        name=_text(found.get(_IFNAME)) or "", kind=_text(described.get(_KIND)), is_up=bool(flags & _IFF_UP),
        ctrlmode=_number(details.get(_CTRLMODE), 4), bitrate=_number(details.get(_BITTIMING), 0) or None,
        state=_STATES[state] if state is not None and state < len(_STATES) else None, restart_ms=_number(details.get(_RESTART_MS), 0),
        tx_errors=tx_errors, rx_errors=rx_errors,
    )  # fmt: skip


def _attributes(raw: bytes) -> dict[int, bytes]:
    """Split a chain of attributes; one whose length is nonsense ends it."""
    found: dict[int, bytes] = {}
    at = 0
    while at + _ATTRIBUTE.size <= len(raw):
        size, kind = _ATTRIBUTE.unpack_from(raw, at)
        if size < _ATTRIBUTE.size or at + size > len(raw):
            break
        found[kind & 0x3FFF] = raw[at + _ATTRIBUTE.size : at + size]  # the two top bits say nested and byte order
        at += (size + 3) & ~3
    return found


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.split(b"\0")[0].decode("ascii", "replace")


def _number(raw: bytes | None, offset: int) -> int | None:
    if raw is None or len(raw) < offset + 4:
        return None
    number: int = struct.unpack_from("=I", raw, offset)[0]
    return number


def _padded(raw: bytes) -> bytes:
    return raw + bytes(-len(raw) % 4)
