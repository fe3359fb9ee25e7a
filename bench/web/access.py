"""Who may do what: roles, hosts, origins, the one screen that operates. Decisions only; requests are read in gate.py."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.web.pairing import AGAIN_NS, Codes, Role, Session, Sessions
from bench.web.throttle import PAIRING, POSTING, Throttle

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the panel was started. `host`: the named address, None for loopback only; `hosts`: more names that the page is called by."""

    rig: str
    out: Path
    port: int
    host: str | None = None
    hosts: tuple[str, ...] = ()
    tls: bool = False
    access_point: bool = False
    speed: float = 1.0
    seed: int = 0

    @property
    def names(self) -> frozenset[str]:
        """What may stand in a Host line; any other is somebody's DNS that points here."""
        named = (*LOOPBACK, *((_bracketed(self.host),) if self.host else ()), *self.hosts)
        with_port = {f"{name.lower()}:{self.port}" for name in named}
        usual = 443 if self.tls else 80
        return frozenset(with_port | {name.lower() for name in named if self.port == usual})

    @property
    def scheme(self) -> str:
        """The scheme of every own address."""
        return "https" if self.tls else "http"


@dataclass(slots=True)
class Access:
    """The panel's memory of people: sessions, the code on show, wrong tries, and which screen operates."""

    settings: Settings
    sessions: Sessions = field(default_factory=Sessions)
    codes: Codes = field(default_factory=Codes)
    wrong_codes: Throttle = field(default_factory=lambda: Throttle(PAIRING))
    posts: Throttle = field(default_factory=lambda: Throttle(POSTING))
    operating: str | None = None

    def role(self, session: Session) -> Role:
        """Return what this session may do now: over plain http on a foreign network nobody operates."""
        settings = self.settings
        safe = session.is_local or settings.tls or settings.access_point
        return session.role if safe else "watcher"

    def operates(self, session: Session) -> bool:
        """Is this the one screen that gives orders?"""
        return self.role(session) == "operator" and self.operating == session.name

    def may_take(self, session: Session) -> bool:
        """May this screen take over?"""
        return self.role(session) == "operator" and self.operating != session.name

    def signed_in_again(self, session: Session, now_ns: int) -> bool:
        """Did this session prove itself a moment ago?"""
        return session.again_ns is not None and now_ns - session.again_ns < AGAIN_NS

    def is_known_host(self, host: str | None) -> bool:
        """Is the page called by one of its own names?"""
        return host is not None and host.lower() in self.settings.names

    def is_foreign(self, headers: Mapping[str, str]) -> bool:
        """Does the browser say that another site's page asks? One on another port of this machine is another site's too."""
        return headers.get("sec-fetch-site") in ("cross-site", "same-site")

    def is_own_origin(self, headers: Mapping[str, str]) -> bool:
        """Does a request come from one of our own pages, as far as the browser says?"""
        origin = headers.get("origin")
        if headers.get("sec-fetch-site") not in (None, "same-origin", "none"):
            return False
        if origin is None:
            return True
        scheme, _, host = origin.partition("://")
        return scheme == self.settings.scheme and self.is_known_host(host)


def is_local(address: str | None, headers: Mapping[str, str]) -> bool:
    """Does a request come from this very machine? What a proxy hands on does not, whatever its address."""
    if address is None or any(name in headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
