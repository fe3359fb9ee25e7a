"""Pairing codes and sessions: who is who on the panel. Nothing here reads a clock; secrets come from the system."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final, Literal

Role = Literal["watcher", "operator"]

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L: a code is read off one screen and typed on another."""
CODE_LENGTH: Final = 8
CODE_NS: Final = 120 * 1_000_000_000
"""A code lives two minutes and is used once."""
IDLE_NS: Final = 12 * 3600 * 1_000_000_000
"""A session that nobody used for a working day is over."""
AGAIN_NS: Final = 300 * 1_000_000_000
"""Limits may be changed for five minutes after signing in again."""
MOST_SESSIONS: Final = 100


@dataclass(slots=True, kw_only=True)
class Session:
    """One paired browser. `name` is what other screens and the audit lines show; the secret itself is not kept."""

    name: str
    role: Role
    is_local: bool
    csrf: str
    seen_ns: int
    again_ns: int | None = None


@dataclass(slots=True)
class Sessions:
    """All of them, by the hash of their cookie."""

    _by_hash: dict[str, Session] = field(default_factory=dict)
    _count: int = 0

    def open(self, role: Role, *, is_local: bool, now_ns: int) -> tuple[str, Session]:
        """Make a session; return its cookie and itself. The longest unused one goes where there are too many."""
        self._by_hash = {h: s for h, s in self._by_hash.items() if now_ns - s.seen_ns < IDLE_NS}
        while len(self._by_hash) >= MOST_SESSIONS:
            del self._by_hash[min(self._by_hash, key=lambda h: self._by_hash[h].seen_ns)]
        cookie = secrets.token_urlsafe(32)
        self._count += 1
        session = Session(name=f"{'rig' if is_local else role}-{self._count}", role=role, is_local=is_local, csrf=secrets.token_urlsafe(24),
                          seen_ns=now_ns)  # fmt: skip
        self._by_hash[_hash(cookie)] = session
        return cookie, session

    def find(self, cookie: str | None, *, is_local: bool, now_ns: int) -> Session | None:
        """Return the session of a cookie; None where there is none, it is too old, or it was made on the other side of the network."""
        session = self._by_hash.get(_hash(cookie)) if cookie else None
        if session is None or now_ns - session.seen_ns >= IDLE_NS or session.is_local != is_local:
            return None
        session.seen_ns = now_ns
        return session

    def close(self, cookie: str | None) -> None:
        """Sign out."""
        if cookie:
            self._by_hash.pop(_hash(cookie), None)


class Codes:
    """At most one code is valid at a time; a new one takes the old one's place."""

    def __init__(self) -> None:
        self._hash, self._role, self._until_ns = "", "watcher", 0

    def make(self, role: Role, now_ns: int) -> str:
        """Return a new code for the rig's own screen."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        self._hash, self._role, self._until_ns = _hash(code), role, now_ns + CODE_NS
        return code

    def take(self, given: str, now_ns: int) -> Role | None:
        """Return the role that this code gives, and use it up; None where it is wrong, used or too old."""
        plain = "".join(given.upper().split()).replace("-", "")
        fits = hmac.compare_digest(_hash(plain), self._hash or _hash(secrets.token_hex(8)))
        if not fits or not self._hash or now_ns >= self._until_ns:
            return None
        self._hash = ""
        return "operator" if self._role == "operator" else "watcher"


def same(given: str | None, wanted: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), wanted.encode())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
