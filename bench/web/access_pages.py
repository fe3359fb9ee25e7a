"""Pairing, roles, taking over, the language, and the limits that a workshop may change."""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bench.config import load_profile
from bench.config.languages import language_codes
from bench.errors import BenchError
from bench.report.wording import measured_words
from bench.web.edited import bounds_of, profile_ref, save_limits
from bench.web.gate import form_of
from bench.web.pairing import same
from bench.web.panel import LANGUAGE_COOKIE, Panel, now_ns, to


class AccessPages:
    """The pages about people and limits. `local_key`: the secret by which `lockbench panel --pair` on this machine asks for a code."""

    def __init__(self, panel: Panel, local_key: str) -> None:
        self._panel, self._local_key = panel, local_key
        self._codes: dict[str, str] = {}

    def routes(self) -> list[Route]:
        """Return them with their addresses."""
        return [
            Route("/pair", self.pair, methods=["GET", "POST"]), Route("/access", self.access), Route("/code", self.code, methods=["POST"]),
            Route("/take", self.take, methods=["POST"]), Route("/leave", self.leave, methods=["POST"]),
            Route("/language", self.language, methods=["POST"]), Route("/again", self.again, methods=["GET", "POST"]),
            Route("/limits", self.limits, methods=["GET", "POST"]), Route("/local-code", self.local_code),
        ]  # fmt: skip

    async def pair(self, request: Request) -> Response:
        """Take a code."""
        if request.method != "POST":
            return self._panel.render(request, "pair.html", error="")
        role, error = self._try(request)
        if role is None:
            return self._panel.render(request, "pair.html", status=403, error=error)
        cookie, session = self._panel.access.sessions.open(role, is_local=bool(request.scope.get("lockbench.local")), now_ns=now_ns())
        request.scope["lockbench.cookie"], request.scope["lockbench.session"] = cookie, session
        self._panel.note(request, "paired", role=role)
        return to("/")

    async def access(self, request: Request) -> Response:
        """Who is who."""
        panel, session = self._panel, self._panel.session(request)
        return panel.render(
            request, "access.html", me=session.name if session else "", operating=panel.access.operating, attached=panel.link.screens,
            code=self._codes.pop(session.name, "") if session else "",
            only_watch=session is not None and session.role == "operator" and panel.access.role(session) == "watcher",
        )  # fmt: skip

    async def code(self, request: Request) -> Response:
        """Make a code; only the rig's own screen shows one."""
        session = self._panel.session(request)
        if session is None or not request.scope.get("lockbench.local"):
            return PlainTextResponse("Codes are shown on the rig's own screen only.", 403)
        form = form_of(request)
        role = "watcher" if form.get("role") == "watcher" else "operator"
        self._codes[session.name] = self._panel.access.codes.make("watcher" if role == "watcher" else "operator", now_ns())
        self._panel.note(request, "code made", role=role)
        return to("/again" if form.get("back") == "/again" else "/access")

    async def local_code(self, request: Request) -> Response:
        """Give a code to `lockbench panel --pair`, which knows the secret file of this machine."""
        if not request.scope.get("lockbench.local") or not same(request.headers.get("x-lockbench-key"), self._local_key):
            return PlainTextResponse("No.", 403)
        role = request.query_params.get("role")
        self._panel.audit.note("code made", screen="--pair", address="local", role=role)
        return PlainTextResponse(self._panel.access.codes.make("watcher" if role == "watcher" else "operator", now_ns()))

    async def take(self, request: Request) -> Response:
        """Take over, explicitly; the screen before watches from now on."""
        session = self._panel.session(request)
        if session is not None and self._panel.access.may_take(session):
            before = self._panel.access.operating
            self._panel.access.operating = session.name
            self._panel.note(request, "takes over", before=before)
        return to("/run" if self._panel.is_running else "/access")

    async def leave(self, request: Request) -> Response:
        """Sign this screen out."""
        session = self._panel.session(request)
        if session is not None:
            if self._panel.access.operating == session.name:
                self._panel.access.operating = None
            self._panel.note(request, "leaves")
            self._panel.access.sessions.close(request.cookies.get(f"lockbench_{self._panel.settings.port}"))
        request.scope["lockbench.cookie"] = ""
        return to("/pair")

    async def language(self, request: Request) -> Response:
        """Choose the language of this browser; back to a page of our own."""
        form = form_of(request)
        code, back = form.get("code", ""), form.get("back", "/")
        own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isascii() and back.isprintable()
        response = RedirectResponse(back if own else "/", 303)
        if code in language_codes():
            response.set_cookie(
                LANGUAGE_COOKIE, code, max_age=365 * 86400, httponly=True, samesite="strict", secure=self._panel.settings.tls
            )
        return response

    async def again(self, request: Request) -> Response:
        """Sign in again, with a fresh code."""
        session = self._panel.session(request)
        if request.method != "POST":
            return self._panel.render(request, "again.html", error="", code=self._codes.pop(session.name, "") if session else "")
        role, error = self._try(request)
        if role != "operator" or session is None:
            say = self._panel.language(request).say
            return self._panel.render(request, "again.html", status=403, error=error or say("That code is for a watcher."), code="")
        session.again_ns = now_ns()
        self._panel.note(request, "signed in again")
        return to("/limits")

    async def limits(self, request: Request) -> Response:
        """Show the limits of a profile; change them after signing in again."""
        panel, form, session = self._panel, form_of(request), self._panel.session(request)
        wanted = form.get("profile") or request.query_params.get("profile", "")
        lock = next((lock for lock in panel.locks if lock.id == wanted), panel.locks[0])
        may, error, saved = session is not None and panel.access.signed_in_again(session, now_ns()), "", False
        if request.method == "POST":
            if not may:
                return to("/again")
            error = self._save(request, lock.id, form)
            saved = not error
        shipped, current = load_profile(lock.id), load_profile(profile_ref(panel.settings.out, lock.id))
        rows = [_row(name, shipped, current, form if error else {}) for name in sorted(shipped.limits)]
        return panel.render(
            request,
            "limits.html",
            status=400 if error else 200,
            profile=shipped,
            rows=rows,
            may=may,
            error=error,
            saved=saved,
            locks=panel.locks,
        )

    def _save(self, request: Request, profile: str, form: Any) -> str:
        shipped = load_profile(profile)
        try:
            given = (
                {}
                if form.get("reset")
                else {n: (_edge(form, "low", n, v.low), _edge(form, "high", n, v.high)) for n, v in shipped.limits.items()}
            )
            changed = save_limits(self._panel.settings.out, shipped, given)
        except BenchError as exc:
            return str(exc)
        self._panel.note(request, "limits changed", profile=profile, limits=", ".join(changed) or "none")
        return ""

    def _try(self, request: Request) -> tuple[Any, str]:
        """Try the code that was typed; return the role, or why not."""
        access, address, now = self._panel.access, request.scope.get("lockbench.address", "?"), now_ns()
        say = self._panel.language(request).say
        local = bool(request.scope.get("lockbench.local"))
        wait_ns = 0 if local else access.wrong_codes.wait_ns(address, now)
        if wait_ns:
            return None, say("Too many wrong codes: wait {seconds} s, then try again.", seconds=wait_ns // 1_000_000_000 + 1)
        role = access.codes.take(form_of(request).get("code", ""), now)
        if role is None:
            access.wrong_codes.tried(address, now)
            self._panel.note(request, "wrong code")
            return None, say("That code is wrong, used or older than two minutes.")
        return role, ""


def _edge(form: Any, edge: str, name: str, shipped: float) -> float:
    text = form.get(f"{edge}.{name}", "").strip().replace(",", ".")
    try:
        return float(text) if text else shipped
    except ValueError:
        return float("nan")


def _row(name: str, shipped: Any, current: Any, typed: Any) -> dict[str, str]:
    limit, now = shipped.limits[name], current.limits[name]
    bounds = bounds_of(limit)
    return {
        "id": name, "name": measured_words(name), "unit": limit.unit,
        "low": typed.get(f"low.{name}", f"{now.low:g}"), "high": typed.get(f"high.{name}", f"{now.high:g}"),
        "bounds": f"{bounds.low[0]:g}…{bounds.low[1]:g}; {bounds.high[0]:g}…{bounds.high[1]:g}",
    }  # fmt: skip
