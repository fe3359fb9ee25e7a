"""Connections that ask nothing or read nothing: closed after a while, the oldest at once where there are too many.

Requests are never refused for their number: STOP must get through while somebody floods the panel. What one connection may hold
is small, on our side and in the kernel, so that the most that a flood can fill is known: about 160 kB each.
"""

import asyncio
import resource
import socket
from collections.abc import Iterable
from typing import Final

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


def waiting_at_most(most: int, *, in_all: int) -> type[asyncio.Protocol]:
    """Return the server's protocol with room for so many connections without a request, and for so many in all."""
    waiting: dict[H11Protocol, asyncio.TimerHandle] = {}  # in the order in which they began to wait
    there: dict[H11Protocol, None] = {}  # in the order in which they came

    class Bounded(H11Protocol):
        """One connection."""

        _unread: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Count it, and make room for it."""
            super().connection_made(transport)
            _small(transport)
            there[self] = None
            self._wait()
            if len(there) > in_all:
                _drop(_least_wanted(there), there)

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget it."""
            there.pop(self, None)
            self._forget()
            self._read_on()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """Half a request is none, the second one of a connection as little as the first."""
            super().data_received(data)
            if not _is_idle(self):
                self._forget()
            elif self not in waiting and not self.transport.is_closing():
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
            waiting[self] = self.loop.call_later(HEADERS_S, self.transport.abort)
            if len(waiting) > most:
                _drop(next(iter(waiting)), there)

        def _forget(self) -> None:
            timer = waiting.pop(self, None)
            if timer is not None:
                timer.cancel()

    def _drop(one: H11Protocol, among: dict[H11Protocol, None]) -> None:
        among.pop(one, None)
        timer = waiting.pop(one, None)
        if timer is not None:
            timer.cancel()
        one.transport.abort()

    return Bounded


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


def _least_wanted(there: Iterable[H11Protocol]) -> H11Protocol:
    """Return the oldest that is no screen at the event stream (those are counted apart); else the oldest of all."""
    return next((one for one in there if not _is_stream(one)), next(iter(there)))


def _is_idle(one: H11Protocol) -> bool:
    cycle: RequestResponseCycle | None = getattr(one, "cycle", None)  # uvicorn's own annotation leaves the None out
    return cycle is None or cycle.response_complete


def _is_stream(one: H11Protocol) -> bool:
    return not _is_idle(one) and one.cycle.scope["path"] == "/events"
