"""Handshakes of TLS, counted from the moment a connection is there: one that does not end goes after a while, the oldest at once.

The server's own way counts a connection when its handshake is over: whoever never ends one would hold as many as there are files.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import uvicorn

HANDSHAKE_S: Final = 5
"""So long may a handshake take (E: a phone at the edge of the Wi-Fi takes one second)."""
HANDSHAKES_MAX: Final = 64
"""So many may be under way; of more the oldest goes, for the newest may bring STOP."""


@dataclass(slots=True)
class UnderWay:
    """The handshakes of one server, in the order in which they came."""

    context: ssl.SSLContext
    all: dict["Handshake", asyncio.Transport] = field(default_factory=dict)

    def add(self, one: "Handshake", transport: asyncio.Transport) -> None:
        """Count it, and make room for it."""
        self.all[one] = transport
        if len(self.all) > HANDSHAKES_MAX:
            self.all.pop(next(iter(self.all))).abort()


class Handshake(asyncio.Protocol):
    """One connection until it is encrypted; then it is handed to the protocol that `after` makes, with what has come already."""

    def __init__(self, under_way: UnderWay, after: Callable[[], asyncio.Protocol]) -> None:
        self._under_way, self._after = under_way, after
        self._early: list[bytes] = []
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (a server's sockets are streams)
        transport.pause_reading()  # the first byte is the handshake's own
        self._under_way.add(self, transport)
        self._task = asyncio.get_running_loop().create_task(self._shake(transport))

    def data_received(self, data: bytes) -> None:
        """Keep what came right behind the handshake."""
        self._early.append(data)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget it."""
        self._under_way.all.pop(self, None)

    async def _shake(self, transport: asyncio.Transport) -> None:
        loop, protocol = asyncio.get_running_loop(), self._after()
        try:
            encrypted = await loop.start_tls(
                transport, self, self._under_way.context, server_side=True, ssl_handshake_timeout=HANDSHAKE_S
            )  # fmt: skip
        except OSError:  # it took too long, spoke something else, or has gone
            encrypted = None
        finally:
            self._under_way.all.pop(self, None)
        if encrypted is None or encrypted.is_closing():
            transport.abort()
            return
        encrypted.set_protocol(protocol)
        protocol.connection_made(encrypted)
        for block in self._early:
            protocol.data_received(block)


class BoundedServer(uvicorn.Server):
    """uvicorn's server, with its TLS behind a bounded handshake."""

    async def startup(self, sockets: object = None) -> None:
        """Open it: what uvicorn makes for each connection is made once that is encrypted."""
        config = self.config
        context, config.ssl = config.ssl, None
        if context is not None:
            under_way, inner = UnderWay(context), config.http_protocol_class
            config.http_protocol_class = lambda **given: Handshake(under_way, lambda: inner(**given))  # type: ignore[assignment]
        await super().startup(sockets)  # type: ignore[arg-type]
