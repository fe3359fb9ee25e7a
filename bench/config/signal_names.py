"""Which door, lock, ignition or speed a DBC signal's name speaks of: conventions of public DBC files, in one place."""

import re
from typing import Final, Literal

from bench.model.names import Door

_SPLIT: Final = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TAIL: Final = {"BOOT", "TRUNK", "TAILGATE", "HATCH", "LIFTGATE", "BACKDOOR"}
_SHORT: Final[dict[str, Door]] = {"FL": "front_left", "FR": "front_right", "RL": "rear_left", "RR": "rear_right"}
_OPEN: Final = {"OPEN", "OPENED", "AJAR"}
_CLOSED: Final = {"CLOSED", "CLOSE", "SHUT"}
_NOT_A_STATE: Final = {"LOCK", "LOCKED", "UNLOCK", "UNLOCKED", "REQ", "REQUEST", "WINDOW", "HANDLE", "WARN", "WARNING"}


def words_of(name: str) -> list[str]:
    """Split a signal name at underscores and changes of case; in capitals: `doorOpenRL` gives DOOR OPEN RL."""
    return [word.upper() for word in _SPLIT.split(name) if word]


def door_of(name: str) -> tuple[Door, Literal["open", "closed"]] | None:
    """Return the door and whether the bit says open or closed; None where the name speaks of no door state.

    A name that says neither (`DOOR_RL`) counts as open, as in most public files.
    """
    words = set(words_of(name))
    if words & _NOT_A_STATE:
        return None
    says: Literal["open", "closed"] = "closed" if words & _CLOSED and not words & _OPEN else "open"
    if words & _TAIL or {"BACK", "DOOR"} <= words:
        return "tailgate", says
    if not words & {"DOOR", "DOORS"}:
        return None
    side = _side(words)
    return (side, says) if side else None


def _side(words: set[str]) -> Door | None:
    for short, door in _SHORT.items():
        if short in words:
            return door
    if "FRONT" in words or "REAR" in words:
        if "LEFT" in words:
            return "front_left" if "FRONT" in words else "rear_left"
        if "RIGHT" in words:
            return "front_right" if "FRONT" in words else "rear_right"
    if "DRIVER" in words:
        return "front_left"
    return "front_right" if "PASSENGER" in words else None


def is_lock(name: str) -> bool:
    """Does a bit of this name say that something is locked?"""
    words = set(words_of(name))
    return "LOCKED" in words and not words & {"UNLOCKED", "SEATBELT", "STEERING", "DIFF", "WHEEL"}


def lock_of(name: str) -> str:
    """Return what the lock bit is about, in small letters: LOCKED_DRIVER gives `driver`."""
    rest = [word.lower() for word in words_of(name) if word not in {"LOCKED", "DOOR", "DOORS", "LOCK", "IS"}]
    return "_".join(rest) or "doors"


def is_ignition(name: str) -> bool:
    """Is it the state of the ignition?"""
    return bool(set(words_of(name)) & {"IGNITION", "IGN"})


def is_speed(name: str, unit: str) -> bool:
    """Is it the speed of the vehicle, in km/h?"""
    words = set(words_of(name))
    return "SPEED" in words and unit.lower().replace(" ", "") in {"km/h", "kph", "kmh"} and not words & {"LIMIT", "CRUISE", "SET"}


def is_battery(name: str, unit: str) -> bool:
    """Is it the voltage of the 12 V supply, in volts?"""
    words = set(words_of(name))
    return (
        unit.lower() in {"v", "volt", "volts"}
        and bool(words & {"BATTERY", "BATT", "SUPPLY"})
        and not words & {"CELL", "HV", "PACK", "TRACTION"}
    )
