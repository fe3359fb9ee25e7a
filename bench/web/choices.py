"""What the panel offers to pick from. The English texts are message ids; pictures are files of templates/drawings."""

from dataclasses import dataclass
from typing import Final, Literal

from bench.config import load_profile, profile_ids
from bench.model.fault_texts_care import SYMPTOM_TABLE
from bench.model.language import text
from bench.model.names import Door, Kind, Scope

SYMPTOMS_SHOWN: Final = SYMPTOM_TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class LockChoice:
    """A lock to pick: the profile's id, and how it looks and is called."""

    id: str
    kind: Kind
    name: str
    car: str
    drawing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChoice:
    """What the rig may be connected to."""

    id: Scope
    name: str
    more: str
    drawing: str


SCOPES_SHOWN: Final = (
    ScopeChoice(id="door", name=text("The lock in its door"), more=text("The rig takes the place of the body, at the corrugation."),
                drawing="scope_door.svg"),
    ScopeChoice(id="lock", name=text("The removed lock on the bench"), more=text("The rig's own lead goes straight to the lock."),
                drawing="scope_lock.svg"),
)  # fmt: skip

Extent = Literal["whole", "adaptive", "margin"]
"""How much of the procedure: all of it; until a fault is beyond doubt; all of it and then ever lower voltages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtentChoice:
    """How much to test."""

    id: Extent
    name: str
    more: str


EXTENTS_SHOWN: Final = (
    ExtentChoice(id="whole", name=text("The whole test"), more=text("Every step, whatever is found.")),
    ExtentChoice(id="adaptive", name=text("Until a fault is certain"),
                 more=text("Spares the motor; a good lock gets the whole test.")),
    ExtentChoice(id="margin", name=text("With lower voltages after it"),
                 more=text("Shows a weak drive; some minutes longer, for the motor rests.")),
)  # fmt: skip

DOOR_NAMES: Final[dict[Door, str]] = {
    "front_left": text("Front left"), "front_right": text("Front right"), "rear_left": text("Rear left"),
    "rear_right": text("Rear right"), "tailgate": text("Tailgate"),
}  # fmt: skip

_NAMES: Final[dict[Kind, str]] = {"rear_door": text("Rear side door lock"), "tailgate": text("Tailgate lock")}


CARS: Final = (text("Nissan Qashqai J12 (2021 on)"),)
"""What of the cars' names is said in words; the rest is the same in every language."""


def lock_choices() -> tuple[LockChoice, ...]:
    """Return every shipped profile, the J11 first."""
    found = []
    for ref in profile_ids():
        profile = load_profile(ref)
        drawing = "rear_door.svg" if profile.kind == "rear_door" else "tailgate.svg"
        car = profile.title.partition(",")[0]
        found.append(LockChoice(id=profile.id, kind=profile.kind, name=_NAMES[profile.kind], car=car, drawing=drawing))
    return tuple(found)
