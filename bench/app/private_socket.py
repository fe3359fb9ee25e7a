"""The way by which orders reach the pin process: a Unix socket that only its own user can open, and only its parent may use."""

import os
import socket
import struct
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from bench.app.doctor_parts import ExamineOrder
from bench.app.panel_orders import (
    AnswerOrder,
    BeatOrder,
    ClearOrder,
    DoneOrder,
    FinishOrder,
    StartOrder,
    StopOrder,
    WatchOrder,
)
from bench.errors import PortError
from bench.model.pin_news import Ack, Judged

Begin = StartOrder | ExamineOrder | WatchOrder
"""The orders that begin a run; one at a time."""
WireOrder = Begin | FinishOrder | StopOrder | BeatOrder | ClearOrder | DoneOrder | AnswerOrder | Ack | Judged
ORDER_BYTES: Final = 16384
_DECODER: Final = msgspec.json.Decoder(WireOrder)
_PEER: Final = struct.Struct("3i")  # pid, uid, gid (socket(7))


def private_folder() -> Path:
    """Make a folder that nobody else can enter, in the user's runtime directory where there is one."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    home = runtime if runtime and os.access(runtime, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="lockbench-", dir=home))  # mode 0700


def listen(path: Path) -> socket.socket:
    """Open the listening end, mode 0600; raises PortError where the path is taken or too long."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = os.umask(0o177)
    try:
        server.bind(str(path))
        server.listen(1)
    except OSError as exc:
        server.close()
        raise PortError(f"cannot listen on {path}: {exc.strerror or exc}") from exc
    finally:
        os.umask(before)
    return server


def accept(server: socket.socket, *, parent: int, timeout_s: float) -> socket.socket:
    """Take the one caller, which must be `parent` and of our own user; raises PortError for another, or for none in time."""
    server.settimeout(timeout_s)
    try:
        link, _ = server.accept()
    except TimeoutError as exc:
        raise PortError(f"nobody called for {timeout_s:g} s") from exc
    pid, uid, _ = _PEER.unpack(link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    if pid != parent or uid != os.geteuid():
        link.close()
        raise PortError(f"process {pid} of user {uid} called, only {parent} of user {os.geteuid()} may")
    link.settimeout(0)
    return link


def call(path: Path, *, timeout_s: float) -> socket.socket:
    """Open the calling end; raises PortError where nobody listens in time."""
    until = time.monotonic() + timeout_s
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    while True:
        try:
            link.connect(str(path))
        except OSError as exc:
            if time.monotonic() >= until:
                link.close()
                raise PortError(f"cannot reach the pin process at {path}: {exc.strerror or exc}") from exc
            time.sleep(0.01)
            continue
        link.settimeout(1.0)
        return link


class OrderInbox:
    """Takes orders without blocking. What is no order does nothing, and is counted in `refused`."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self.has_ended = False
        self.refused = 0

    def take(self) -> list[WireOrder]:
        """Return the orders that came since; `has_ended` where the other side is gone."""
        orders: list[WireOrder] = []
        while not self.has_ended:
            try:
                packet = self._link.recv(ORDER_BYTES)
            except BlockingIOError:
                return orders
            except OSError:
                packet = b""
            if not packet:
                self.has_ended = True
                return orders
            try:
                orders.append(_DECODER.decode(packet))
            except (msgspec.MsgspecError, UnicodeDecodeError):
                self.refused += 1
        return orders

    def fileno(self) -> int:
        """The socket's number, to wait on."""
        return self._link.fileno()
