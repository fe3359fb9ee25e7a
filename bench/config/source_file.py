"""Reads a configuration file from disk: bounded, and every way to fail is one sentence that names the file."""

import tomllib
from pathlib import Path
from typing import Any, Final

from bench.errors import ConfigError

MAX_BYTES: Final = 1 << 20
"""Largest profile, wiring or answers file that is read: 1 MiB; the shipped ones are below 10 kB."""
MAX_DEPTH: Final = 32
"""Tables and lists within each other; the shipped files have five."""


def read_bytes(path: Path, *, limit: int = MAX_BYTES, error: type[ConfigError] = ConfigError) -> bytes:
    """Return the file's content; raise `error` where it is missing, no plain file, empty or above `limit` bytes."""
    try:
        if path.is_dir():
            raise error(f"{path}: is a folder, not a file")
        if not path.exists():
            raise error(f"{path}: no such file")
        if not path.is_file():
            raise error(f"{path}: is not a plain file")
        size = path.stat().st_size
        if size > limit:
            raise error(f"{path}: {size} bytes, limit {limit} bytes")
        with path.open("rb") as source:
            raw = source.read(limit + 1)
    except (OSError, ValueError) as exc:
        if isinstance(exc, ConfigError):
            raise
        raise error(f"{path}: {getattr(exc, 'strerror', None) or exc}") from exc
    if len(raw) > limit:
        raise error(f"{path}: grew above {limit} bytes while it was read")
    if not raw.strip():
        raise error(f"{path}: the file is empty")
    return raw


def read_toml(path: Path, *, error: type[ConfigError] = ConfigError) -> dict[str, Any]:
    """Return a TOML file as a table; a syntax error names line and column."""
    return parse_toml(read_bytes(path, error=error), str(path), error=error)


def parse_toml(raw: bytes, name: str, *, error: type[ConfigError] = ConfigError) -> dict[str, Any]:
    """Return TOML text as a table; `name` stands in messages."""
    if b"\x00" in raw:
        raise error(f"{name}: is binary, not TOML (NUL byte at offset {raw.index(0)})")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise error(f"{name}: is not UTF-8 text (byte {exc.start}: {exc.reason})") from exc
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise error(f"{name}: not valid TOML: {exc}") from exc
    except ValueError as exc:  # an integer of more than 4300 digits, which Python does not read
        raise error(f"{name}: not valid TOML: a number is too long") from exc
    except RecursionError as exc:
        raise error(f"{name}: not valid TOML: nested too deeply") from exc
    if _is_deeper(table, MAX_DEPTH):
        raise error(f"{name}: tables nested more than {MAX_DEPTH} deep")
    return table


def _is_deeper(table: Any, depth: int) -> bool:
    """Level by level, not by recursion: a dotted key of thousands of parts is a table as deep."""
    level = [table]
    for _ in range(depth):
        level = [child for node in level for child in (node.values() if isinstance(node, dict) else node) if isinstance(child, dict | list)]
    return bool(level)
