"""Limits of diagnosis that the workshop has changed: a copy of the shipped profile with other windows, within bounds.

Nothing but `low` and `high` of a limit is ever written here: no pin, ceiling, trip, pulse, rig, module or path.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.config import load_profile, profile_text
from bench.errors import BenchError, UsageError
from bench.model.limits import Limit
from bench.model.profile import Profile
from bench.store.folder import write_atomically

FOLDER: Final = "panel-limits"
FACTOR: Final = 2.0
"""Makers differ by a factor of two (DESIGN 5): no edge moves farther than that from the shipped one."""
_LOW_HIGH: Final = re.compile(r"^(low|high)( *= *)([-+0-9.eE_]+)$")
_TABLE: Final = re.compile(r"^\[limits\.([a-z0-9_]+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far the edges of one limit may be moved."""

    low: tuple[float, float]
    high: tuple[float, float]


def profile_ref(out: Path, profile: str) -> str:
    """Return the profile that a test uses: the edited copy where there is a sound one, else the shipped id."""
    path = _path(out, profile)
    try:
        return str(path) if path.is_file() and load_profile(str(path)).id == profile else profile
    except BenchError:
        return profile


def bounds_of(limit: Limit) -> Bounds:
    """Return the bounds of a shipped limit."""
    return Bounds(low=_around(limit.low), high=_around(limit.high))


def save_limits(out: Path, shipped: Profile, wanted: dict[str, tuple[float, float]]) -> list[str]:
    """Write the edited copy; return which limits differ from the shipped ones.

    Raises UsageError that names limit, value and bound; nothing is written then.
    """
    changed = {}
    for name, (low, high) in wanted.items():
        if name not in shipped.limits:
            raise UsageError(f"{name}: no limit of {shipped.id}")
        limit = shipped.limits[name]
        _check(name, limit, low, high)
        if (low, high) != (limit.low, limit.high):
            changed[name] = (low, high)
    path = _path(out, shipped.id)
    try:
        if not changed:
            path.unlink(missing_ok=True)
            return []
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, _rewritten(profile_text(shipped.id).decode(), changed).encode())
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror or exc}") from exc
    load_profile(str(path))
    return sorted(changed)


def _check(name: str, limit: Limit, low: float, high: float) -> None:
    bounds = bounds_of(limit)
    for edge, value, (least, most) in (("low", low, bounds.low), ("high", high, bounds.high)):
        if not math.isfinite(value) or not least <= value <= most:
            raise UsageError(f"{name}, {edge}: {value:g} {limit.unit} is outside {least:g}..{most:g} {limit.unit}")
    if not low < high:
        raise UsageError(f"{name}: {low:g} {limit.unit} is not below {high:g} {limit.unit}")


def _around(edge: float) -> tuple[float, float]:
    return min(edge / FACTOR, edge * FACTOR), max(edge / FACTOR, edge * FACTOR)


def _rewritten(text: str, changed: dict[str, tuple[float, float]]) -> str:
    """Return the profile's own text with other numbers; the source says that a workshop changed them."""
    lines, table = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            found = _TABLE.match(line)
            table = found[1] if found else ""
        new = line
        if table in changed:
            edge = _LOW_HIGH.match(line.strip())
            if edge:
                new = f"{edge[1]} = {changed[table][0 if edge[1] == 'low' else 1]!r}"
            elif line.startswith('source = "'):
                new = f'source = "changed on the panel by the workshop; before: {line[len("source = ") + 1 :]}'
        lines.append(new)
    return "\n".join(lines) + "\n"


def _path(out: Path, profile: str) -> Path:
    return out / FOLDER / f"{profile}.toml"
