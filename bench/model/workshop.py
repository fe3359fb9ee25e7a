"""What a workshop knows and this product does not: its parts with their numbers, its prices, its name. Nothing here is shipped."""

from typing import Annotated, Literal

import msgspec

from bench.model.names import Kind
from bench.model.vin import read_vin

Said = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
Amount = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part as somebody looked it up: its number, what it fits, where that stands, and when it was looked up."""

    number: Said
    what: Said
    kind: Kind
    platform: Literal["J11", "J12"]
    source: Said
    date: Day
    note: str = ""


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What something costs here: low and high in `unit`, for one kind of lock."""

    what: Said
    low: Amount
    high: Amount
    unit: Said
    source: Said
    date: Day
    kind: Kind = "rear_door"


class Workshop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workshop's own file."""

    schema: Literal[1]
    name: str = ""
    part: tuple[Part, ...] = ()
    cost: tuple[Price, ...] = ()


def parts_for(workshop: Workshop | None, kind: Kind, vin: str | None) -> tuple[Part, ...]:
    """Return the parts of the table that fit a kind of lock and, where its VIN names the platform, the car."""
    platform = read_vin(vin).platform if vin else None
    return tuple(p for p in (workshop.part if workshop else ()) if p.kind == kind and platform in (None, p.platform))
