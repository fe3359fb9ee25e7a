"""The panel's application and its server: two sockets at most, loopback and one named address."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bench.errors import PortError
from bench.model.language import text
from bench.web.access import Settings
from bench.web.access_pages import AccessPages
from bench.web.answer_pages import AnswerPages
from bench.web.car_pages import CarPages
from bench.web.connections import room_for_files, waiting_at_most
from bench.web.finder_pages import FinderPages
from bench.web.gate import Gate
from bench.web.guide_pages import GuidePages
from bench.web.handshakes import BoundedServer
from bench.web.panel import HERE, Panel
from bench.web.ready_pages import ReadyPages
from bench.web.record_pages import RecordPages
from bench.web.run_pages import RunPages
from bench.web.setup_pages import SetupPages
from bench.web.under_systemd import told_to_systemd

WAITING_MAX: Final = 200
CONNECTIONS_MAX: Final = 256
HEADERS_MAX: Final = 16 * 1024
IP_FREEBIND: Final = 15
"""Linux, ip(7): bind to an address that no network card has yet. Python names it from 3.12 on."""


class Kept(StaticFiles):
    """Static files, whose address holds their hash: a browser may keep them for good."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Return the file with a long life."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def application(panel: Panel, *, local_key: str = "") -> ASGIApp:
    """Return the panel behind its gate."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await panel.link.open()
        try:
            yield
        finally:
            await panel.car.stop()
            await panel.link.close()

    async def healthy(_request: Request) -> Response:
        up = panel.link.is_up
        return PlainTextResponse("ok" if up else "the program at the rig is not up", 200 if up else 503)

    routes = [
        *SetupPages(panel).routes(), *ReadyPages(panel).routes(), *RunPages(panel).routes(), *RecordPages(panel).routes(),
        *AccessPages(panel, local_key or secrets.token_urlsafe(24)).routes(), *CarPages(panel).routes(), *FinderPages(panel).routes(),
        *GuidePages(panel).routes(), *AnswerPages(panel).routes(),
        Route("/healthz", healthy),
        Mount("/static", Kept(directory=HERE / "static")),
    ]  # fmt: skip

    async def wrong(request: Request, exc: Exception) -> Response:
        code = exc.status_code if isinstance(exc, HTTPException) else 500
        if request.url.path.startswith("/static/"):
            return PlainTextResponse("not found", code)
        return panel.message(request, text("There is no such page"), text("The address may be mistyped."), status=code)

    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: wrong, 405: wrong})
    return Gate(app, panel.access)


async def serve(panel: Panel, *, cert: Path | None = None, key: Path | None = None, key_file: Path | None = None) -> None:
    """Serve until a signal. `key_file`: where `--pair` finds this panel; it goes with it."""
    settings = panel.settings
    local_key = secrets.token_urlsafe(24)
    room_for_files()
    config = uvicorn.Config(
        application(panel, local_key=local_key), log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        http=waiting_at_most(WAITING_MAX, in_all=CONNECTIONS_MAX), timeout_graceful_shutdown=2, h11_max_incomplete_event_size=HEADERS_MAX,
        lifespan="on", ssl_certfile=cert, ssl_keyfile=key, ws="none",
    )  # fmt: skip
    sockets = [_bound(address, settings.port, may_come_later=settings.access_point) for address in _addresses(settings)]
    if key_file is not None:
        _write_key(key_file, f"{settings.scheme} {settings.port} {local_key}\n")
    server = BoundedServer(config)
    try:
        async with told_to_systemd(lambda: server.started, lambda: "" if panel.link.is_up else "the program at the rig is not up"):
            await server.serve(sockets)
    finally:
        if key_file is not None:
            key_file.unlink(missing_ok=True)
        for one in sockets:
            with contextlib.suppress(OSError):
                one.close()


def run(panel: Panel, *, cert: Path | None = None, key: Path | None = None, key_file: Path | None = None) -> None:
    """Serve, blocking, until Ctrl-C or TERM. Both end it in order: uvicorn sends itself the signal once more after its own way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(panel, cert=cert, key=key, key_file=key_file))


def _addresses(settings: Settings) -> list[str]:
    return ["127.0.0.1", *([settings.host] if settings.host and settings.host not in ("127.0.0.1", "::1", "localhost") else [])]


def _bound(address: str, port: int, *, may_come_later: bool) -> socket.socket:
    """Bind; the rig's own access point may still be starting, and the screen at the rig must not wait for it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if may_come_later and family == socket.AF_INET:
        one.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
    try:
        one.bind((address, port))
    except OSError as exc:
        one.close()
        raise PortError(f"cannot serve on {address} port {port}: {exc.strerror or exc}") from exc
    return one


def _write_key(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)
