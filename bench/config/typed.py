"""A TOML table as one of the house's types; what does not fit is named by its dotted key."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from bench.errors import ConfigError

T = TypeVar("T")

_AT: Final = re.compile(r"(?P<reason>.*?) - at (?P<is_key>`key` in )?`\$(?P<path>[^`]*)`$", re.DOTALL)
_FIELD: Final = re.compile(r"Object (?P<how>contains unknown|missing required) field `(?P<key>[^`]+)`")
_ANY_KEY: Final = "[...]"  # what msgspec writes in place of a dictionary's key


def typed(table: Mapping[str, Any], kind: type[T], name: str, *, error: type[ConfigError] = ConfigError) -> T:
    """Convert a parsed table; raise `error` with file (`name`), dotted key and reason.

    A number that is not finite is refused wherever it stands: TOML knows nan and inf, a lock does not.
    """
    for key, value in _numbers(table, ""):
        if not math.isfinite(value):
            raise error(f"{name}: {key}: {value:g} is not a finite number")
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as exc:
        raise error(f"{name}: {_sentence(exc, table, kind)}") from exc


def _numbers(node: Any, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(node, float):
        yield path, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _numbers(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _numbers(value, f"{path}[{index}]")


def _sentence(exc: msgspec.ValidationError, table: Mapping[str, Any], kind: type[Any]) -> str:
    found = _AT.match(str(exc))
    reason, path = (found["reason"], found["path"].lstrip(".")) if found else (str(exc), "")
    if found and found["is_key"]:
        return f"{path}: {reason} as a key"
    while _ANY_KEY in path:
        path = _with_real_key(path, table, kind)
    field = _FIELD.match(reason)
    if field:
        key = f"{path}.{field['key']}" if path else field["key"]
        return f"{key}: unknown key" if field["how"].startswith("contains") else f"{key}: missing"
    return f"{path}: {reason}" if path else reason


def _with_real_key(path: str, table: Mapping[str, Any], kind: type[Any]) -> str:
    """Replace the first `[...]`: find the entry that alone still fails."""
    before, _, after = path.partition(_ANY_KEY)
    for key in _at(table, before):
        try:
            msgspec.convert(_only(table, before.split("."), key), kind)
        except msgspec.ValidationError as exc:
            if f"${'.' + path}" in str(exc):
                return f"{before}.{key}{after}"
    return f"{before}.?{after}"


def _at(table: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    node: Any = table
    for part in path.split("."):
        node = node.get(part, {}) if isinstance(node, Mapping) else {}
    return node if isinstance(node, Mapping) else {}


def _only(table: Mapping[str, Any], path: list[str], key: str) -> dict[str, Any]:
    """Return a copy in which the dictionary at `path` keeps one entry."""
    copy = dict(table)
    head, rest = path[0], path[1:]
    copy[head] = _only(copy[head], rest, key) if rest else {key: copy[head][key]}
    return copy
