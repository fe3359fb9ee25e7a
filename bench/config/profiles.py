"""Profiles: one lock in one car, from a shipped id or a file of one's own."""

import hashlib
from pathlib import Path
from typing import Final

from bench.config.families import family_names
from bench.config.package_files import shipped_files
from bench.config.source_file import parse_toml, read_bytes
from bench.config.typed import typed
from bench.errors import ConfigError
from bench.model.profile import Profile

_ALWAYS: Final = (
    "supply_v", "inrush_a", "running_a", "plateau_a", "resistance_ohm", "lambda_vs", "travel_ms", "bounce_ms", "edges_per_event",
    "line_low_v", "line_high_v", "rest_current_a", "source_ohm", "dropouts",
)  # fmt: skip
"""Limits that every profile has; edge_fraction comes with a lock switch, can_latency_ms with CAN."""


def profile_ids() -> tuple[str, ...]:
    """Return the ids of the shipped profiles, sorted."""
    return tuple(sorted(p.stem for p in shipped_files("dbc", "*.toml") if not p.stem.startswith("family-")))


def profile_text(ref: str) -> bytes:
    """Return a profile's TOML as it stands on disk; `ref` is a shipped id or a path to a .toml file.

    Raises ConfigError where there is none.
    """
    return read_bytes(_path_of(ref))


def profile_sha256(text: bytes) -> str:
    """Return the hash that a run's first line carries: SHA-256 of the profile's bytes, hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def load_profile(ref: str) -> Profile:
    """Return the profile; raise ConfigError that names file, key and reason."""
    path = _path_of(ref)
    profile = typed(parse_toml(read_bytes(path), str(path)), Profile, str(path))
    _check(profile, str(path))
    return profile


def _path_of(ref: str) -> Path:
    """A shipped id first; whatever ends in .toml or has a folder in it is a path."""
    shipped = {p.stem: p for p in shipped_files("dbc", "*.toml") if not p.stem.startswith("family-")}
    if ref in shipped:
        return shipped[ref]
    path = Path(ref)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return path
    raise ConfigError(f"profile {ref!r} is unknown; known are {', '.join(sorted(shipped))}, or give a path to a .toml file")


def _check(profile: Profile, name: str) -> None:
    """Refuse what contradicts itself; both parties are named."""
    reasons = [*_contradictions(profile), *_bad_drive(profile)]
    needed = (*_ALWAYS, *(["edge_fraction"] if "lock" in profile.roles else []), *(["can_latency_ms"] if profile.can else []))
    reasons += [f"limits.{key}: missing" for key in needed if key not in profile.limits]
    if profile.can is not None:
        known = family_names()
        reasons += [f"can.families: {f!r} is unknown, known are {', '.join(known)}" for f in profile.can.families if f not in known]
    if reasons:
        raise ConfigError(f"{name}: {'; '.join(reasons)}")


def _contradictions(profile: Profile) -> list[str]:
    reasons = []
    if not profile.id.strip():
        reasons.append("id: empty")
    if "ajar" not in profile.roles:
        reasons.append("roles: 'ajar' is missing, no lock is judged without its door switch")
    if len(set(profile.roles)) != len(profile.roles):
        reasons.append("roles: a role stands twice")
    if profile.kind == "tailgate" and ("lock" in profile.roles or profile.lock is not None):
        reasons.append("kind 'tailgate' has no lock switch, but roles or [lock] name one")
    if profile.kind == "rear_door" and ("lock" in profile.roles) != (profile.lock is not None):
        reasons.append("the role 'lock' and the table [lock] come together, only one of them is there")
    if profile.can is not None and not 10_000 <= profile.can.bitrate <= 1_000_000:
        reasons.append(f"can.bitrate: {profile.can.bitrate} bit/s, limit 10000..1000000 bit/s")
    return reasons


def _bad_drive(profile: Profile) -> list[str]:
    """Upper ceilings are the guard's; here only what no drive can be."""
    drive = profile.drive
    numbers = {"pulse_ms": drive.pulse_ms, "pause_ms": drive.pause_ms, "cycles": drive.cycles, "trip_a": drive.trip_a,
               "trip_ms": drive.trip_ms}  # fmt: skip
    reasons = [f"drive.{key}: {value:g} is not above 0" for key, value in numbers.items() if value <= 0]
    if drive.blanking_ms < 0:
        reasons.append(f"drive.blanking_ms: {drive.blanking_ms} is below 0")
    return reasons
