"""A DBC file of one's own as a door-frame family: door, lock, ignition and speed signals are recognised by their names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.config.dbc_cache import MessageShape, Recognised, keep, kept, place_of
from bench.config.dbc_repairs import lines_of, repaired
from bench.config.signal_fields import signal_fields
from bench.config.signal_names import door_of, is_battery, is_ignition, is_lock, is_speed, lock_of
from bench.config.source_file import read_bytes
from bench.errors import DbcError
from bench.model.family import Bit, DoorBits, Family, Field, Scaled
from bench.model.names import Door
from bench.model.signal_field import SignalField

if TYPE_CHECKING:
    from cantools.database.can import Database, Message, Signal

MAX_DBC_BYTES: Final = 32 << 20
"""Largest DBC file that is read: 32 MiB; whole vehicles fit in 2 MiB."""


def load_dbc(path: str | Path) -> Family:
    """Return the family that a DBC file describes; its name is the file's stem.

    A driver's door counts as front left, a passenger's as front right. What cantools rejects is mended where that is safe, and
    named in the family's `notes`. Raises DbcError that names file, line and reason where the file is refused, or where no
    one-bit door signal is recognised in it.
    """
    return load_dbcs([path])[0]


def load_dbcs(paths: Sequence[str | Path]) -> tuple[Family, ...]:
    """Return a family for each DBC file that describes doors; the others lend them lock, ignition and speed where they lack it.

    Raises DbcError as `load_dbc` does, and where none of the files describes a door.
    """
    found = [_signals(Path(path)) for path in paths]
    with_doors = [f for f in found if f.doors]
    if not with_doors:
        names = ", ".join(str(path) for path in paths)
        raise DbcError(f"{names}: no door signal recognised: wanted one-bit signals such as DOOR_OPEN_RL or BOOT_OPEN")
    for lender in (f for f in found if not f.doors):
        for family in with_doors:
            family.locks = family.locks or lender.locks
            family.ignition = family.ignition or lender.ignition
            family.speed = family.speed or lender.speed
            family.battery = family.battery or lender.battery
    return tuple(f.family() for f in with_doors)


@dataclass(kw_only=True)
class _Signals:
    """What is recognised in one file; what it lacks another file may lend."""

    path: Path
    found: Recognised
    locks: dict[str, Bit]
    ignition: Field | None
    speed: Scaled | None
    battery: Scaled | None

    @property
    def doors(self) -> dict[Door, DoorBits]:
        """The doors of this very file; they are never lent."""
        return self.found.doors

    def family(self) -> Family:
        """Return the family; only where there are doors."""
        ids = [bits.open.id for bits in self.doors.values()]
        frame = max(sorted(set(ids)), key=ids.count)
        message = self.found.messages[frame]
        return Family(
            name=self.path.stem, title=f"{self.path.name}: {message.name}", frame=frame, dlc=message.length,
            cycle_ms=message.cycle_ms, dbc=self.path.name, doors=self.doors, lock=self.locks, ignition=self.ignition,
            speed=self.speed, battery=self.battery, notes=self.found.notes,
        )  # fmt: skip


def _signals(path: Path) -> _Signals:
    found = recognise(path)
    return _Signals(path=path, found=found, locks=dict(found.locks), ignition=found.ignition, speed=found.speed, battery=found.battery)


def load_fields(paths: Sequence[str | Path]) -> tuple[SignalField, ...]:
    """Return every plain signal of the DBC files; raise DbcError as `load_dbc` does for a file that is refused."""
    return tuple(field for path in paths for field in recognise(Path(path)).fields)


def recognise(path: Path) -> Recognised:
    """Return what a DBC file holds, from the cache where it was parsed before. Raises DbcError where it is refused."""
    raw = read_bytes(path, limit=MAX_DBC_BYTES, error=DbcError)
    place = place_of(path, raw)
    found = kept(place)
    if found is None:
        database, notes = _parsed(_text(raw, path), path)
        found = _recognised(database, path, notes)
        keep(place, found)
    return found


def _text(raw: bytes, path: Path) -> str:
    if b"\x00" in raw:
        raise DbcError(f"{path}: is binary, not a DBC file (NUL byte at offset {raw.index(0)})")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # what DBC editors on Windows write


def _parsed(text: str, path: Path) -> tuple["Database", tuple[str, ...]]:
    """Return the database, and what had to be mended or overlooked for it."""
    import cantools  # late: 0.3 s that only a DBC given by hand costs

    notes: tuple[str, ...] = ()
    database = None
    try:
        database = cantools.database.load_string(text, database_format="dbc", strict=True)
    except cantools.Error as first:  # load_string wraps whatever its DBC parser met
        mended = repaired(text)
        notes = tuple(f"{path.name}: {note}" for note in lines_of(mended.notes))
        try:
            database = cantools.database.load_string(mended.text, database_format="dbc", strict=True)
        except cantools.Error as exc:
            try:
                database = cantools.database.load_string(mended.text, database_format="dbc", strict=False)
            except cantools.Error as last:
                raise DbcError(_refusal(getattr(last, "e_dbc", None) or last, text, path)) from first
            notes += (f"{path.name}: overlooked: {_refusal(getattr(exc, 'e_dbc', None) or exc, text, path).removeprefix(f'{path}:')}",)
    if not isinstance(database, cantools.database.can.Database):
        raise DbcError(f"{path}: describes no CAN bus")
    return database, notes


def _refusal(exc: Exception, text: str, path: Path) -> str:
    """Compose file, line and reason; where cantools names no line, look for the name that it quotes."""
    reason = " ".join(str(exc).split()) or type(exc).__name__
    if isinstance(exc, KeyError):
        reason = f"refers to {exc.args[0]!r}, which the file does not define"
    at = re.search(r"line (\d+)", reason)
    line = int(at[1]) if at else _line_of(reason, text)
    return f"{path}:{line}: {reason}" if line else f"{path}: {reason}"


def _line_of(reason: str, text: str) -> int | None:
    words = re.findall(r"(?:signals?|message|and) ['\"]?([A-Za-z_]\w*)", reason) + re.findall(r"'([A-Za-z_]\w*)'", reason)
    lines = text.splitlines()
    for word in words:
        for number, line in enumerate(lines, start=1):
            if re.match(rf"\s*(?:SG_|BO_ \d+|VAL_ \d+|CM_ SG_ \d+)\s+{word}\b", line):
                return number
    return None


def _recognised(database: "Database", path: Path, notes: tuple[str, ...]) -> Recognised:
    doors: dict[Door, dict[str, Bit]] = {}
    locks: dict[str, Bit] = {}
    ignition: Field | None = None
    speed: Scaled | None = None
    battery: Scaled | None = None
    for message in database.messages:
        for signal in message.signals:
            door = door_of(signal.name)
            if signal.length == 1 and door is not None:
                doors.setdefault(door[0], {}).setdefault(door[1], _bit(message, signal, path))
            elif signal.length == 1 and is_lock(signal.name):
                locks.setdefault(lock_of(signal.name), _bit(message, signal, path))
            elif ignition is None and is_ignition(signal.name):
                ignition = _field(message, signal, path)
            elif speed is None and is_speed(signal.name, signal.unit or ""):
                speed = _scaled(message, signal, path, "km/h")
            elif battery is None and is_battery(signal.name, signal.unit or ""):
                battery = _scaled(message, signal, path, "V")
    whole = {door: DoorBits(open=bits["open"], closed=bits.get("closed")) for door, bits in doors.items() if "open" in bits}
    messages = {
        m.frame_id: MessageShape(name=m.name, length=m.length, cycle_ms=float(m.cycle_time or 100)) for m in database.messages
    }  # fmt: skip
    return Recognised(
        doors=whole, locks=locks, ignition=ignition, speed=speed, battery=battery, messages=messages, fields=signal_fields(database),
        notes=notes,
    )  # fmt: skip


def _source(signal: "Signal", path: Path) -> str:
    return f"{path.name}: {signal.comment}" if signal.comment else path.name


def _bit(message: "Message", signal: "Signal", path: Path) -> Bit:
    byte, bit = divmod(signal.start, 8)  # one bit lies at the same place in both byte orders
    return Bit(id=message.frame_id, byte=byte, mask=1 << bit, signal=signal.name, source=_source(signal, path))


def _field(message: "Message", signal: "Signal", path: Path) -> Field | None:
    """A field of up to 8 bits within one byte whose values have names; anything else is not read."""
    first = signal.start if signal.byte_order == "little_endian" else signal.start - signal.length + 1
    if signal.length > 8 or not signal.choices or first < 0 or first // 8 != (first + signal.length - 1) // 8:
        return None
    values = {str(number): _ignition_word(str(word)) for number, word in signal.choices.items()}
    return Field(id=message.frame_id, byte=first // 8, shift=first % 8, mask=(1 << signal.length) - 1, values=values,
                 signal=signal.name, source=_source(signal, path))  # fmt: skip


def _ignition_word(word: str) -> str:
    """The four words of the analysis document where the DBC's word holds one, else the DBC's own in small letters."""
    low = word.lower()
    return next((w for w in ("off", "acc", "start", "crank", "on") if w in low), low).replace("crank", "start")


def _scaled(message: "Message", signal: "Signal", path: Path, unit: str) -> Scaled | None:
    """An unsigned value of one byte, or of two in big-endian order, without offset; anything else is not read."""
    first = signal.start - 7 if signal.byte_order == "big_endian" else signal.start
    is_pair = signal.length == 16 and signal.byte_order == "big_endian"
    if first < 0 or first % 8 or signal.is_signed or signal.offset or not (is_pair or signal.length == 8):
        return None
    return Scaled(
        id=message.frame_id, byte=first // 8, scale=float(signal.scale), unit=unit, octets=2 if is_pair else 1,
        source=_source(signal, path),
    )  # fmt: skip
