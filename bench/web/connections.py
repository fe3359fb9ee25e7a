"""Connections that ask nothing: closed after a while, the oldest at once where there are too many.

Requests are never refused for their number: STOP must get through while somebody floods the panel.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEADERS_S: Final = 10
"""So long may a browser take to say what it wants."""


def waiting_at_most(most: int) -> type[asyncio.Protocol]:
    """Return the server's protocol with room for so many connections without a request."""
    waiting: dict[H11Protocol, asyncio.TimerHandle] = {}  # in the order in which they began to wait

    class Bounded(H11Protocol):
        """One connection."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Count it, and make room for it."""
            super().connection_made(transport)
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget it."""
            self._forget()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """Half a request is none, the second one of a connection as little as the first."""
            super().data_received(data)
            if not _is_idle(self):
                self._forget()
            elif self not in waiting and not self.transport.is_closing():
                self._wait()

        def _wait(self) -> None:
            waiting[self] = self.loop.call_later(HEADERS_S, self.transport.abort)
            if len(waiting) > most:
                oldest = next(iter(waiting))
                waiting.pop(oldest).cancel()
                oldest.transport.abort()

        def _forget(self) -> None:
            timer = waiting.pop(self, None)
            if timer is not None:
                timer.cancel()

    return Bounded


def _is_idle(one: H11Protocol) -> bool:
    cycle: RequestResponseCycle | None = getattr(one, "cycle", None)  # uvicorn's own annotation leaves the None out
    return cycle is None or cycle.response_complete
