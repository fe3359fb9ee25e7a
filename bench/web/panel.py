"""The panel as a whole: what all pages share, and how a page is rendered."""

import hashlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bench.app.pin_rigs import is_real
from bench.app.rigs import parse_rig
from bench.config.languages import language_codes, load_language
from bench.errors import BenchError
from bench.model.language import Language, text
from bench.model.names import Scope
from bench.web.access import Access, Settings
from bench.web.audit import Audit
from bench.web.bench_link import BenchLink, process_command
from bench.web.choices import Extent, LockChoice, lock_choices
from bench.web.keeping import Before
from bench.web.listening import CarListener
from bench.web.pairing import Session
from bench.web.plots import Plots
from bench.web.records import Records

HERE: Final = Path(__file__).parent
LANGUAGE_COOKIE: Final = "lockbench_language"


@dataclass(slots=True)
class Draft:
    """What the operator has picked for the next test."""

    profile: str = ""
    scope: Scope = "door"
    job: str | None = None
    vin: str | None = None
    symptom: str | None = None
    against: str | None = None
    confirms: str | None = None
    extent: Extent = "whole"


@dataclass(slots=True)
class Panel:
    """Everything that the pages need."""

    settings: Settings
    access: Access
    link: BenchLink
    records: Records
    audit: Audit
    car: CarListener
    plots: Plots
    locks: tuple[LockChoice, ...]
    pages: jinja2.Environment
    codes: tuple[str, ...] = field(default_factory=language_codes)
    drafts: dict[str, Draft] = field(default_factory=dict)
    before: Before = field(default_factory=Before)
    fresh: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Panel":
        """Make the panel of these settings; nothing is started yet."""
        pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
        )
        pages.globals["static"] = _static_address
        command = process_command(settings.rig, str(settings.out), settings.speed, settings.seed)
        return cls(
            settings=settings, access=Access(settings), link=BenchLink(command), records=Records(settings.out), audit=Audit(settings.out),
            car=CarListener(), plots=Plots(), locks=lock_choices(), pages=pages,
        )  # fmt: skip

    def language(self, request: Request) -> Language:
        """Return the language of this browser: chosen here, else by what it says it reads, else English."""
        codes = self.codes
        asked = [request.cookies.get(LANGUAGE_COOKIE, ""), *_accepted(request.headers.get("accept-language", ""))]
        return load_language(next((code for code in asked if code in codes), "en"))

    def session(self, request: Request) -> Session | None:
        """Return who asks."""
        session: Session | None = request.scope.get("lockbench.session")
        return session

    def draft(self, request: Request) -> Draft:
        """Return what this screen has picked so far."""
        session = self.session(request)
        if session is None:
            return Draft()
        if len(self.drafts) > 200:
            self.drafts.clear()
        return self.drafts.setdefault(session.name, Draft())

    @property
    def is_running(self) -> bool:
        """Is a test armed or under way?"""
        return self.link.state.phase not in ("idle", "done", "failed")

    @property
    def is_real_rig(self) -> bool:
        """Does this rig move something outside of this computer? A wiring file that cannot be read counts as one."""
        rig = self.settings.rig
        try:
            return is_real(parse_rig(rig))
        except BenchError:
            return True

    def operates(self, request: Request) -> bool:
        """Does the asking screen give the orders?"""
        session = self.session(request)
        return session is not None and self.access.operates(session)

    def render(self, request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page in the browser's language."""
        return HTMLResponse(self.rendered(request, name, **values), status)

    def rendered(self, request: Request, name: str, **values: Any) -> str:
        """Return a page's text."""
        language = self.language(request)
        session = self.session(request)
        draft = self.draft(request)
        shared = {
            "say": language.say, "language": language.code, "languages": [(c, load_language(c).name) for c in self.codes],
            "csrf": session.csrf if session else "", "role": self.access.role(session) if session else None, "running": self.is_running,
            "here": request.url.path, "operates": self.operates(request), "free": session is not None and self.is_free(session),
            "local": bool(request.scope.get("lockbench.local")), "draft": draft, "where": self._where(draft), "state": self.link.state,
        }  # fmt: skip
        return self.pages.get_template(name).render(**(shared | values))

    def is_free(self, session: Session) -> bool:
        """Does nobody operate, so that this screen may begin?"""
        return self.access.operating is None and self.access.role(session) == "operator"

    def takes(self, request: Request) -> bool:
        """Make the asking screen the operating one where nobody is; return whether it is now."""
        session = self.session(request)
        if session is not None and self.is_free(session):
            self.access.operating = session.name
            self.note(request, "operates")
        return self.operates(request)

    def note(self, request: Request, what: str, **more: str | None) -> None:
        """Write an audit line about this request."""
        session = self.session(request)
        client = request.client.host if request.client else "?"
        self.audit.note(what, screen=session.name if session else "-", address=client, **more)

    def message(
        self, request: Request, title: str, sentence: str, *, back: str = "/", back_word: str = text("Back"), status: int = 200
    ) -> Response:
        """Return a page with one sentence."""
        say = self.language(request).say
        return self.render(
            request, "message.html", status=status, title=say(title), text=say(sentence), back=back, back_word=say(back_word)
        )

    def _where(self, draft: Draft) -> str:
        return " · ".join(part for part in (draft.job, draft.vin) if part)[:80]


def to(path: str) -> Response:
    """Send the browser on after an order."""
    return RedirectResponse(path, 303)


def now_ns() -> int:
    """The panel's own clock, for sessions and throttles."""
    return time.monotonic_ns()


def _accepted(header: str) -> list[str]:
    return [part.partition(";")[0].strip().lower()[:2] for part in header[:200].split(",")]


_HASHES: dict[str, str] = {}


def _static_address(name: str) -> str:
    """Return a static file's address with its hash in it, so that a browser may keep it for good."""
    if name not in _HASHES:
        _HASHES[name] = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{_HASHES[name]}"
