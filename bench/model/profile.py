"""A profile: what is known of one lock in one car. Numbers with unit, source and confidence; never code."""

from typing import Literal

import msgspec

from bench.model.limits import Confidence, Limit
from bench.model.names import Door, InputRole, Kind


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base: an unknown key is an error that names it."""


class AjarSwitch(_Part, frozen=True, kw_only=True):
    """The door or tailgate switch. By the Nissan manuals an open door closes it to ground: `open_level` 0.

    `location` says which part it sits in: a switch on the pillar is not there when only the lock is on the bench.
    """

    open_level: Literal[0, 1] = 0
    location: Literal["latch", "pillar", "unknown"] = "unknown"
    source: str = ""
    confidence: Confidence = "D"


class LockSwitch(_Part, frozen=True, kw_only=True):
    """The switch that senses the lock lever; `locked_level` 1 = locked."""

    locked_level: Literal[0, 1] = 1
    source: str = ""
    confidence: Confidence = "D"


class CanDoor(_Part, frozen=True, kw_only=True):
    """What the body control module says of this door on CAN: families to look for, and the door's name in them.

    `lock_bit`: "commanded" is shown but is no evidence; "sensed" is. `swap_front`: the front sides are disputed.
    """

    families: tuple[str, ...]
    door: Door
    bitrate: int = 500_000
    lock_bit: Literal["commanded", "sensed"] = "commanded"
    swap_front: bool = False
    mode: Literal["listen_only", "acknowledge"] = "listen_only"


class Drive(_Part, frozen=True, kw_only=True):
    """How the actuator is driven: pulse and pause in ms, cycles, and the trip that protects this part.

    Durations above the guard's ceilings are refused by the procedure check, whatever stands here.
    """

    pulse_ms: int = 500
    pause_ms: int = 700
    cycles: int = 3
    trip_a: float = 6.0
    trip_ms: int = 20
    blanking_ms: int = 15


class Profile(_Part, frozen=True, kw_only=True):
    """One lock in one car. `limits` are windows of good parts by measurement name (see docs of the profile files)."""

    schema: Literal[1]
    id: str
    title: str
    kind: Kind
    roles: tuple[InputRole, ...]
    limits: dict[str, Limit]
    ajar: AjarSwitch = AjarSwitch()
    lock: LockSwitch | None = None
    can: CanDoor | None = None
    drive: Drive = Drive()
    notes: tuple[str, ...] = ()

    def limit(self, name: str) -> Limit:
        """Return the window of a measurement; raise KeyError that names profile and measurement."""
        try:
            return self.limits[name]
        except KeyError:
            raise KeyError(f"profile {self.id} has no limit {name!r}") from None
