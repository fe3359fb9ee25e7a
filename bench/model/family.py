"""A door-frame family: which CAN frames carry door, lock and ignition state, and in which bits."""

from typing import Literal

import msgspec

from bench.model.limits import Confidence
from bench.model.names import Door


class Bit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bit of a frame: byte index, mask within that byte, the DBC signal that describes it, and its source."""

    id: int
    byte: int
    mask: int
    signal: str = ""
    source: str = ""
    confidence: Confidence = "C"

    def read(self, data: bytes) -> bool | None:
        """Return the bit, or None where the frame is too short to carry it."""
        return bool(data[self.byte] & self.mask) if len(data) > self.byte else None


class DoorBits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bits of one door; with a `closed` twin, both equal means invalid."""

    open: Bit
    closed: Bit | None = None

    def read(self, data: bytes) -> bool | None:
        """Return True for open, False for closed, None where the frame is short or the twins contradict."""
        is_open = self.open.read(data)
        if is_open is None or self.closed is None:
            return is_open
        return is_open if self.closed.read(data) is (not is_open) else None


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A small unsigned field: (byte >> shift) & mask, and what its values mean."""

    id: int
    byte: int
    shift: int
    mask: int
    values: dict[str, str]
    signal: str = ""
    source: str = ""
    confidence: Confidence = "C"

    def read(self, data: bytes) -> str | None:
        """Return the value's word, or None where the frame is short or the value has no word."""
        return self.values.get(str(data[self.byte] >> self.shift & self.mask)) if len(data) > self.byte else None


class Scaled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A big-endian value of 16 bits, or of 8 where `octets` is 1, from byte `byte` on: times `scale`, in `unit`."""

    id: int
    byte: int
    scale: float
    unit: str
    source: str = ""
    confidence: Confidence = "C"
    octets: Literal[1, 2] = 2

    def read(self, data: bytes) -> float | None:
        """Return the value in its unit, or None where the frame is short."""
        if self.octets == 1:
            return data[self.byte] * self.scale if len(data) > self.byte else None
        return (data[self.byte] << 8 | data[self.byte + 1]) * self.scale if len(data) > self.byte + 1 else None


class Family(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One layout of body frames. `frame` is the id that carries the doors; `cycle_ms` its nominal period.

    `battery`: supply voltage on the bus. `notes`: what a reader of results should know of the file that this was read from.
    """

    name: str
    title: str
    frame: int
    dlc: int
    cycle_ms: float
    dbc: str
    doors: dict[Door, DoorBits]
    lock: dict[str, Bit] = {}
    ignition: Field | None = None
    speed: Scaled | None = None
    battery: Scaled | None = None
    notes: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[int]:
        """Every arbitration id that this family reads."""
        bits = [b.id for d in self.doors.values() for b in (d.open, d.closed) if b is not None]
        others = [f.id for f in (*self.lock.values(), self.ignition, self.speed, self.battery) if f is not None]
        return frozenset((self.frame, *bits, *others))
