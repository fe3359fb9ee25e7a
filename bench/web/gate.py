"""What every request passes: own names only, a session, our own forms, no more than a page's size, and headers that forbid the rest.

STOP passes before all of that: no login, no token, no throttle, no name is asked of it (issue 6, point 2).
"""

import asyncio
import time
from collections.abc import Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.web.access import Access, is_local
from bench.web.pairing import Session, same

BODY_MAX: Final = 64 * 1024
BODY_S: Final = 10
FIELDS_MAX: Final = 400
PUBLIC: Final = frozenset({"/pair", "/language", "/stop", "/stopped", "/healthz"})
WITHOUT_TOKEN: Final = frozenset({"/language"})
"""Pages for anybody who can reach the panel. /static is public too."""
DOOR: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>lockbench</title>'
    '</head><body><main><h1><a href="/">lockbench</a></h1></main></body></html>'
)
"""What a link on somebody else's page leads to. From here on it is our own page that asks, and the browser sends our cookie."""
FOR_WATCHERS: Final = frozenset({"/pair", "/leave", "/language"})
"""The orders that a watcher may give."""
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
    "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()", "cache-control": "no-store",
}  # fmt: skip


class TooMuch(Exception):
    """A body that is too long, too slow or no form."""


class Gate:
    """The middleware around the whole panel."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access
        self._cookie = f"lockbench_{access.settings.port}"  # cookies know no ports: two panels on one machine must not share one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        closing = _closing(send)
        if scope["path"] == "/stop":
            scope["lockbench.session"], scope["lockbench.form"] = None, {}
            await self._app(scope, receive, closing)
            return
        refused = await self._enter(scope, receive)
        if refused is not None:
            await refused(scope, receive, closing)
            return
        await self._app(scope, receive, self._with_cookie(scope, closing))

    async def _enter(self, scope: Scope, receive: Receive) -> Response | None:
        headers = Headers(scope=scope)
        if not self._access.is_known_host(headers.get("host")):
            return PlainTextResponse("This panel is not known by that name.", 421)
        path, now_ns = scope["path"], time.monotonic_ns()
        if path.startswith("/static/"):
            scope["lockbench.session"] = None
            return None
        address = scope["client"][0] if scope.get("client") else None
        local = is_local(address, headers)
        scope["lockbench.session"], scope["lockbench.address"], scope["lockbench.local"] = None, address or "?", local
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Only GET and POST are answered.", 405)
        if self._access.is_foreign(headers) and scope["method"] != "POST" and path != "/healthz":
            return _at_the_door(headers)
        session = scope["lockbench.session"] = self._session(scope, headers, local=local, now_ns=now_ns)
        if path == "/events" and not self._access.is_own_origin(headers):
            return PlainTextResponse("The event stream is for the panel's own pages.", 403)
        if session is None and path not in PUBLIC:
            return RedirectResponse("/pair", 303) if scope["method"] != "POST" else PlainTextResponse("Pair this screen first.", 403)
        return None if scope["method"] != "POST" else await self._post(scope, receive, headers, session, now_ns)

    def _session(self, scope: Scope, headers: Mapping[str, str], *, local: bool, now_ns: int) -> Session | None:
        session = self._access.sessions.find(_cookie(headers, self._cookie), is_local=local, now_ns=now_ns)
        if session is None and local and scope["method"] != "POST" and scope["path"] not in ("/events", "/healthz"):
            scope["lockbench.cookie"], session = self._access.sessions.open("operator", is_local=True, now_ns=now_ns)
        return session

    async def _post(
        self, scope: Scope, receive: Receive, headers: Mapping[str, str], session: Session | None, now_ns: int
    ) -> Response | None:
        path, address = scope["path"], scope["lockbench.address"]
        if not self._access.is_own_origin(headers):
            return PlainTextResponse("Orders come from the panel's own pages only.", 403)
        if not scope["lockbench.local"]:
            if self._access.posts.wait_ns(address, now_ns):
                return PlainTextResponse("Too many orders from this address; wait a few seconds.", 429)
            self._access.posts.tried(address, now_ns)
        try:
            form = await asyncio.wait_for(_form(headers, receive), BODY_S)
        except (TooMuch, TimeoutError) as exc:
            return PlainTextResponse(str(exc) or "The form came too slowly.", 413)
        scope["lockbench.form"] = form
        token = headers.get("x-csrf") or form.get("csrf")
        if session is not None and path not in WITHOUT_TOKEN and not same(token, session.csrf):
            return PlainTextResponse("This form is too old or not ours: load the page again.", 403)
        if path not in FOR_WATCHERS and (session is None or self._access.role(session) != "operator"):
            return PlainTextResponse("This screen may only watch.", 403)
        return None

    def _with_cookie(self, scope: Scope, send: Send) -> Send:
        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and "lockbench.cookie" in scope:
                secure = "; Secure" if self._access.settings.tls else ""
                value = scope["lockbench.cookie"]
                age = "; Max-Age=0" if not value else ""
                MutableHeaders(scope=message).append(
                    "set-cookie", f"{self._cookie}={value}; HttpOnly; SameSite=Strict; Path=/{secure}{age}"
                )
            await send(message)

        return with_cookie


def _at_the_door(headers: Mapping[str, str]) -> Response:
    """Answer what another site's page asked for.

    It gets no session, for each one made takes the place of another, and with its cookie that of the screen that operates; nor
    is anything begun for it. A person who follows a link comes to the first page.
    """
    is_person = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return HTMLResponse(DOOR) if is_person else PlainTextResponse("The panel is for its own pages.", 403)


def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a POST; empty for anything else."""
    form: Mapping[str, str] = request.scope.get("lockbench.form", {})
    return form


def _closing(send: Send) -> Send:
    """Add the headers that every answer carries; an answer may bring a stricter policy of its own."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers


async def _form(headers: Mapping[str, str], receive: Receive) -> dict[str, str]:
    """Return the form's fields; the last of several with one name counts. Raises TooMuch."""
    sort = headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b""
    while True:
        message: MutableMapping[str, Any] = await receive()
        if message["type"] != "http.request":
            raise TooMuch("The connection was closed.")
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            raise TooMuch(f"The form is longer than {BODY_MAX // 1024} kB.")
        if not message.get("more_body"):
            break
    if not body:
        return {}
    if sort != "application/x-www-form-urlencoded":
        raise TooMuch("Only plain forms are taken.")
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise TooMuch(f"The form has more than {FIELDS_MAX} fields.") from None
    return dict(pairs)


def _cookie(headers: Mapping[str, str], name: str) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found is not None else None
