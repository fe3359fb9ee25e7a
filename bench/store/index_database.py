"""A database by its address: SQLite in a file, or a chain's PostgreSQL. No password ever reaches a message or a log."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from bench.errors import PortError, UsageError

_CONNECT_S = 10
_SECRET = ("password", "sslpassword")
"""libpq takes these as part of the address too."""


def sqlite_at(path: Path) -> Engine:
    """Open or make the index file of a rig: WAL and full durability, and what is deleted is overwritten (a VIN is personal)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise PortError(f"history {path}: {exc.strerror or exc}") from exc
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _set(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def database_at(url: str) -> Engine:
    """Open a database by URL (postgresql://user@host/name or sqlite:///file); connects at its first use.

    Raises UsageError, without the password, for what is no such address.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise UsageError("the history's address is no database URL, for example postgresql://rig@server/lockbench") from None
    backend = address.get_backend_name()
    if backend == "sqlite" and address.database:
        return sqlite_at(Path(address.database))
    if backend != "postgresql":
        raise UsageError(f"{shown(address)}: a history lies in postgresql://... or sqlite:///FILE")
    try:
        return create_engine(
            address.set(drivername="postgresql+psycopg"), connect_args={"connect_timeout": _CONNECT_S}, hide_parameters=True
        )
    except (NoSuchModuleError, ImportError):
        raise UsageError(f"{shown(address)}: needs psycopg: pip install 'lockbench[fleet]'") from None


def shown(address: URL | Engine) -> str:
    """Return the address as a person may see it: the password is ***."""
    url = address.url if isinstance(address, Engine) else address
    hidden = {name: "***" if name in _SECRET else value for name, value in url.query.items()}
    return url.set(query=hidden).render_as_string(hide_password=True).replace("+psycopg", "").replace("%2A%2A%2A", "***")


@contextmanager
def speaking_to(engine: Engine, doing: str) -> Iterator[None]:
    """Turn the library's exceptions into one sentence with what was tried and where, never with a password."""
    try:
        yield
    except DBAPIError as exc:
        raise PortError(f"{shown(engine)}: cannot {doing}: {_without_password(engine, str(exc.orig))}") from None
    except SQLAlchemyError as exc:
        raise PortError(f"{shown(engine)}: cannot {doing}: {_without_password(engine, str(exc))}") from None


def _without_password(engine: Engine, said: str) -> str:
    first = " ".join(said.split("\n")[:2]).strip()
    for secret in (engine.url.password, *(engine.url.query.get(name) for name in _SECRET)):
        first = first.replace(str(secret), "***") if secret else first
    return first
