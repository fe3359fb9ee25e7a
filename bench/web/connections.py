"""Connections that ask nothing or read nothing: closed after a while, the oldest at once where there are too many.

Requests are never refused for their number: STOP must get through while somebody floods the panel. What one connection may hold
is small, on our side and in the kernel, so that the most that a flood can fill is known: about 160 kB each.
"""

import asyncio
import resource
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEADERS_S: Final = 10
"""So long may a browser take to say what it wants."""
UNREAD_S: Final = 10
"""So long may an answer lie there without a byte of it being read."""
SENT_BYTES: Final = 64 * 1024
TAKEN_BYTES: Final = 32 * 1024
"""What the kernel keeps of one connection in either direction; it doubles what it is asked for."""
FILES: Final = 4096
"""Open files that the server wants room for: far more than connections, for a handshake of TLS that never ends counts too."""


@dataclass(slots=True)
class Room:
    """What one server has room for: so many connections without a request, so many in all; and those that are there."""

    waiting_most: int
    most: int
    waiting: dict["Bounded", asyncio.TimerHandle] = field(default_factory=dict)
    """In the order in which they began to wait."""
    there: dict["Bounded", None] = field(default_factory=dict)
    """In the order in which they came."""

    def forget(self, one: "Bounded") -> None:
        """It waits no more."""
        timer = self.waiting.pop(one, None)
        if timer is not None:
            timer.cancel()

    def drop(self, one: "Bounded") -> None:
        """Put it out at once."""
        self.there.pop(one, None)
        self.forget(one)
        one.transport.abort()


class Bounded(H11Protocol):
    """One connection. `room` belongs to the server's own subclass."""

    room: ClassVar[Room]
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it, and make room for it."""
        super().connection_made(transport)
        _small(transport)
        self.room.there[self] = None
        self._wait()
        if len(self.room.there) > self.room.most:
            self.room.drop(_least_wanted(self.room.there))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.room.there.pop(self, None)
        self.room.forget(self)
        self._read_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Half a request is none, the second one of a connection as little as the first."""
        super().data_received(data)
        if not _is_idle(self):
            self.room.forget(self)
        elif self not in self.room.waiting and not self.transport.is_closing():
            self._wait()

    def pause_writing(self) -> None:
        """Something of an answer lies unread: that is looked at again."""
        super().pause_writing()
        self._look(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """All was read."""
        self._read_on()
        super().resume_writing()

    def _look(self, left: int) -> None:
        self._unread = self.loop.call_later(UNREAD_S, self._looked, left)

    def _looked(self, left: int) -> None:
        now_left = self.transport.get_write_buffer_size()
        if now_left < left:
            self._look(now_left)
        else:
            self.transport.abort()

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _wait(self) -> None:
        room = self.room
        room.waiting[self] = self.loop.call_later(HEADERS_S, self.transport.abort)
        if len(room.waiting) > room.waiting_most:
            room.drop(next(iter(room.waiting)))


def waiting_at_most(most: int, *, in_all: int) -> type[asyncio.Protocol]:
    """Return the server's protocol with room for so many connections without a request, and for so many in all."""
    return type("BoundedHere", (Bounded,), {"room": Room(most, in_all)})


def room_for_files() -> None:
    """Raise this process's own limit of open files where the system lets it: a flood must not use up what STOP comes in by."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _small(transport: asyncio.Transport) -> None:
    one = transport.get_extra_info("socket")
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_BYTES)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TAKEN_BYTES)
    transport.set_write_buffer_limits(high=1)  # whatever the kernel does not take at once counts as unread; 0 never resumes under TLS


def _least_wanted(there: Iterable[Bounded]) -> Bounded:
    """Return the oldest that is no screen at the event stream (those are counted apart); else the oldest of all."""
    return next((one for one in there if not _is_stream(one)), next(iter(there)))


def _is_idle(one: H11Protocol) -> bool:
    cycle: RequestResponseCycle | None = getattr(one, "cycle", None)  # uvicorn's own annotation leaves the None out
    return cycle is None or cycle.response_complete


def _is_stream(one: H11Protocol) -> bool:
    return not _is_idle(one) and one.cycle.scope["path"] == "/events"
