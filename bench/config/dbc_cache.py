"""What was recognised in a DBC file, kept from one start to the next: parsing a large one takes seconds, reading this milliseconds.

One file a database under the user's cache folder, named by a hash of the DBC's content and name, this version and its state. It is
only ever a copy: one that is missing, damaged or of another version is made anew, and a folder that cannot be written is no error.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from bench import __version__
from bench.model.family import Bit, DoorBits, Field, Scaled
from bench.model.names import Door
from bench.model.signal_field import SignalField

_FORMAT: Final = 1


class MessageShape(msgspec.Struct, frozen=True, kw_only=True):
    """What a family needs to know of its door frame's message."""

    name: str
    length: int
    cycle_ms: float


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """All that is read out of one DBC file. `notes`: what had to be mended or overlooked."""

    doors: dict[Door, DoorBits]
    locks: dict[str, Bit]
    ignition: Field | None
    speed: Scaled | None
    battery: Scaled | None
    messages: dict[int, MessageShape]
    fields: tuple[SignalField, ...]
    notes: tuple[str, ...]


def place_of(path: Path, raw: bytes) -> Path | None:
    """Return where the copy of a DBC lies or would lie; None where the machine has no home for it."""
    root = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("HOME", "") and f"{os.environ['HOME']}/.cache")
    if not root or not Path(root).is_absolute():
        return None
    parts = (f"{_FORMAT} {__version__} {_state_of_the_code()}".encode(), path.name.encode("utf-8", "surrogatepass"), raw)
    key = hashlib.sha256(b"\x00".join(parts))
    return Path(root) / "lockbench" / "dbc" / f"{key.hexdigest()[:40]}.msgpack"


def _state_of_the_code() -> int:
    """When the modules of this room last changed: who works on them must not be shown what older ones recognised."""
    return max(module.stat().st_mtime_ns for module in Path(__file__).parent.glob("*.py"))


def kept(place: Path | None) -> Recognised | None:
    """Return the copy, or None where there is none that can be read."""
    if place is None:
        return None
    try:
        return msgspec.msgpack.decode(place.read_bytes(), type=Recognised)
    except (OSError, msgspec.DecodeError):
        return None


def keep(place: Path | None, found: Recognised) -> None:
    """Write a copy, whole or not at all."""
    if place is None:
        return
    unfinished = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(msgspec.msgpack.encode(found))
        unfinished.replace(place)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
