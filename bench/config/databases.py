"""A DBC file of one's own as a door-frame family: door, lock, ignition and speed signals are recognised by their names."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.config.signal_names import door_of, is_ignition, is_lock, is_speed, lock_of
from bench.config.source_file import read_bytes
from bench.errors import DbcError
from bench.model.family import Bit, DoorBits, Family, Field, Scaled
from bench.model.names import Door

if TYPE_CHECKING:
    from cantools.database.can import Database, Message, Signal

MAX_DBC_BYTES: Final = 32 << 20
"""Largest DBC file that is read: 32 MiB; whole vehicles fit in 2 MiB."""


def load_dbc(path: str | Path) -> Family:
    """Return the family that a DBC file describes; its name is the file's stem.

    A driver's door counts as front left, a passenger's as front right. Raises DbcError that names file, line and reason where
    cantools rejects the file, or where no one-bit door signal is recognised in it.
    """
    path = Path(path)
    text = _text(path)
    return _family(_parsed(text, path), path)


def _text(path: Path) -> str:
    raw = read_bytes(path, limit=MAX_DBC_BYTES, error=DbcError)
    if b"\x00" in raw:
        raise DbcError(f"{path}: is binary, not a DBC file (NUL byte at offset {raw.index(0)})")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # what DBC editors on Windows write


def _parsed(text: str, path: Path) -> "Database":
    import cantools  # late: 0.3 s that only a DBC given by hand costs

    try:
        database = cantools.database.load_string(text, database_format="dbc", strict=True)
    except cantools.Error as exc:  # load_string wraps whatever its DBC parser met
        raise DbcError(_refusal(getattr(exc, "e_dbc", None) or exc, text, path)) from exc
    if not isinstance(database, cantools.database.can.Database):
        raise DbcError(f"{path}: describes no CAN bus")
    return database


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


def _family(database: "Database", path: Path) -> Family:
    doors: dict[Door, dict[str, Bit]] = {}
    locks: dict[str, Bit] = {}
    ignition: Field | None = None
    speed: Scaled | None = None
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
                speed = _scaled(message, signal, path)
    whole = {door: DoorBits(open=bits["open"], closed=bits.get("closed")) for door, bits in doors.items() if "open" in bits}
    if not whole:
        raise DbcError(f"{path}: no door signal recognised: wanted one-bit signals such as DOOR_OPEN_RL or BOOT_OPEN")
    return _assembled(database, path, whole, locks, ignition, speed)


def _assembled(
    database: "Database",
    path: Path,
    doors: dict[Door, DoorBits],
    locks: dict[str, Bit],
    ignition: Field | None,
    speed: Scaled | None,
) -> Family:
    ids = [bits.open.id for bits in doors.values()]
    frame = max(sorted(set(ids)), key=ids.count)
    message = next(m for m in database.messages if m.frame_id == frame)
    title, cycle_ms = f"{path.name}: {message.name}", float(message.cycle_time or 100)
    return Family(
        name=path.stem, title=title, frame=frame, dlc=message.length, cycle_ms=cycle_ms, dbc=path.name,
        doors=doors, lock=locks, ignition=ignition, speed=speed,
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


def _scaled(message: "Message", signal: "Signal", path: Path) -> Scaled | None:
    """A big-endian unsigned 16-bit value on a byte boundary, without offset; anything else is not read."""
    fits = signal.length == 16 and signal.byte_order == "big_endian" and signal.start % 8 == 7 and not signal.is_signed
    if not fits or signal.offset:
        return None
    return Scaled(id=message.frame_id, byte=signal.start // 8, scale=float(signal.scale), unit="km/h", source=_source(signal, path))
