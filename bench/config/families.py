"""The shipped door-frame families: dbc/family-*.toml, each described by a DBC file beside it."""

from functools import cache
from pathlib import Path

import msgspec

from bench.config.package_files import shipped_files
from bench.config.source_file import read_toml
from bench.config.typed import typed
from bench.errors import ConfigError
from bench.model.family import Bit, Family
from bench.model.names import Door
from bench.model.profile import Profile


@cache
def all_families() -> tuple[Family, ...]:
    """Return every shipped family, by name; raise ConfigError where a file is wrong."""
    return tuple(sorted((load_family(path) for path in shipped_files("dbc", "family-*.toml")), key=lambda f: f.name))


def family_names() -> tuple[str, ...]:
    """Return the names of the shipped families."""
    return tuple(f.name for f in all_families())


def load_families(profile: Profile) -> tuple[Family, ...]:
    """Return the families that the profile names, in its order, front sides exchanged where it says so; () without CAN."""
    if profile.can is None:
        return ()
    known = {f.name: f for f in all_families()}
    missing = [name for name in profile.can.families if name not in known]
    if missing:
        raise ConfigError(f"profile {profile.id}: can.families: {missing[0]!r} is unknown, known are {', '.join(known)}")
    chosen = tuple(known[name] for name in profile.can.families)
    return tuple(swap_front(f) for f in chosen) if profile.can.swap_front else chosen


def swap_front(family: Family) -> Family:
    """Return the family with the two front doors exchanged: sources dispute which bit is which side."""
    names: dict[str, Door] = {"front_left": "front_right", "front_right": "front_left"}
    doors = {names.get(door, door): bits for door, bits in family.doors.items()}
    return msgspec.structs.replace(family, doors=doors)


def load_family(path: Path) -> Family:
    """Return one family file; raise ConfigError that names file, key and reason."""
    family = typed(read_toml(path), Family, str(path))
    for where, bit in _bits(family):
        if not 0 < bit.mask < 0x100 or bit.mask & (bit.mask - 1):
            raise ConfigError(f"{path}: {where}.mask: {bit.mask:#x} is not one bit of a byte")
        if not 0 <= bit.byte < family.dlc and bit.id == family.frame:
            raise ConfigError(f"{path}: {where}.byte: {bit.byte} lies outside a frame of {family.dlc} bytes")
    return family


def _bits(family: Family) -> list[tuple[str, Bit]]:
    found = [(f"doors.{door}.open", bits.open) for door, bits in family.doors.items()]
    found += [(f"doors.{door}.closed", bits.closed) for door, bits in family.doors.items() if bits.closed is not None]
    return found + [(f"lock.{which}", bit) for which, bit in family.lock.items()]
