"""A profile as TOML, so that what was learnt can be given to --profile."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bench.model.profile import Profile


def profile_toml(profile: Profile, heading: Iterable[str]) -> str:
    """Return the profile's TOML; `heading`: lines of comment above it. Reading it back gives the same profile."""
    plain = msgspec.to_builtins(profile)
    lines = [f"# {line}" for line in heading]
    lines += ["", *_keys({k: v for k, v in plain.items() if not isinstance(v, dict)})]
    for name, table in plain.items():
        if name != "limits" and isinstance(table, dict):
            lines += ["", f"[{name}]", *_keys(table)]
    for name, limit in plain["limits"].items():
        lines += ["", f"[limits.{_name(name)}]", *_keys(limit)]
    return "\n".join(lines) + "\n"


def _keys(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if value is not None:
            yield f"{_name(key)} = {_written(value)}"


def _name(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else json.dumps(key)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return repr(value)
