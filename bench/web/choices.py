"""What the panel offers to pick from. The English texts are message ids; pictures are files of templates/drawings."""

from dataclasses import dataclass
from typing import Final

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One wire between rig and plug; `sort`: power, ground, signal or bus."""

    name: str
    at: str
    sort: str


SCOPES_SHOWN: Final = (
    ScopeChoice(id="door", name=text("The lock in its door"), more=text("The rig takes the place of the body, at the corrugation."),
                drawing="scope_door.svg"),
    ScopeChoice(id="lock", name=text("The removed lock on the bench"), more=text("The rig's own lead goes straight to the lock."),
                drawing="scope_lock.svg"),
)  # fmt: skip

DOOR_NAMES: Final[dict[Door, str]] = {
    "front_left": text("Front left"), "front_right": text("Front right"), "rear_left": text("Rear left"),
    "rear_right": text("Rear right"), "tailgate": text("Tailgate"),
}  # fmt: skip

_NAMES: Final[dict[Kind, str]] = {"rear_door": text("Rear side door lock"), "tailgate": text("Tailgate lock")}
_WIRES: Final = {
    "drive_lock": Wire(name=text("Motor, locks"), at=text("Motor pin 1"), sort="power"),
    "drive_unlock": Wire(name=text("Motor, unlocks"), at=text("Motor pin 2"), sort="power"),
    "release": Wire(name=text("Motor, releases"), at=text("Motor pin"), sort="power"),
    "ground": Wire(name=text("Ground"), at=text("Ground pin"), sort="ground"),
    "ajar": Wire(name=text("Door switch"), at=text("Door switch pin"), sort="signal"),
    "lock": Wire(name=text("Lock switch"), at=text("Lock switch pin"), sort="signal"),
    "can": Wire(name=text("CAN, only listening"), at=text("At the car's plug, not at the lock"), sort="bus"),
}


def lock_choices() -> tuple[LockChoice, ...]:
    """Return every shipped profile, the J11 first."""
    found = []
    for ref in profile_ids():
        profile = load_profile(ref)
        drawing = "rear_door.svg" if profile.kind == "rear_door" else "tailgate.svg"
        car = profile.title.partition(",")[0]
        found.append(LockChoice(id=profile.id, kind=profile.kind, name=_NAMES[profile.kind], car=car, drawing=drawing))
    return tuple(found)


def wires_for(kind: Kind, inputs: frozenset[str], *, has_can: bool) -> tuple[Wire, ...]:
    """Return the wires of a rig that has these inputs, in the order of the drawing."""
    keys = ["drive_lock", "drive_unlock"] if kind == "rear_door" else ["release"]
    keys += ["ground", *(role for role in ("ajar", "lock") if role in inputs), *(["can"] if has_can else [])]
    return tuple(_WIRES[key] for key in keys)
