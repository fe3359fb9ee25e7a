"""The drawing of the connection: each wire between this rig and the plug, with its pin and colour where anybody knows them.

What the wiring file says of its own lead comes first (`[leads]`), then its circuit file, then what a manual says of the car. Nothing
is guessed: that a rig's own lead is known does not make the pins of the car's plug known.
"""

from dataclasses import dataclass
from typing import Final

from bench.circuit.leads import LeadWire, lead_wires
from bench.model.language import text
from bench.model.names import Kind, Scope
from bench.model.pi_header import HEADER_PIN
from bench.model.profile import Profile
from bench.model.wiring import Lead, LeadRole, Wiring
from bench.web.rigs_shown import RigShown

COLOURS: Final = frozenset({"black", "white", "grey", "red", "orange", "yellow", "green", "blue", "violet", "brown", "pink"})
"""Colours that the drawing has; another word is written, and the wire is drawn in the colour of its sort."""
COLOUR_WORDS: Final = (
    text("black"), text("white"), text("grey"), text("red"), text("orange"), text("yellow"), text("green"), text("blue"), text("violet"),
    text("brown"), text("pink"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One wire; what is empty is not known.

    `rig`: its terminal at the rig; `end`: the far end of the rig's own lead; `pin`, `source`: the pin of the car's or the lock's plug, and
    who says so.
    """

    name: str
    sort: str
    rig: str = ""
    end: str = ""
    pin: str = ""
    source: str = ""
    colour: str = ""

    @property
    def paint(self) -> str:
        """The class of its line: its own colour where that is known and can be drawn."""
        return f"c-{self.colour}" if self.colour in COLOURS else self.sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a manual says of a pin. Sources as in facts/can.md, section 6."""

    pin: str
    source: str


_NAMES: Final[dict[tuple[Kind, LeadRole], tuple[str, str]]] = {
    ("rear_door", "drive_lock"): (text("Motor, locks"), "power"), ("rear_door", "drive_unlock"): (text("Motor, unlocks"), "power"),
    ("tailgate", "drive_lock"): (text("Motor, releases"), "power"), ("tailgate", "ground"): (text("Motor, its other wire"), "ground"),
    ("rear_door", "ground"): (text("Ground"), "ground"),
}  # fmt: skip
_SIGNALS: Final[dict[LeadRole, tuple[str, str]]] = {
    "ajar": (text("Door switch"), "signal"), "lock": (text("Lock switch"), "signal"), "can": (text("CAN, only listening"), "bus"),
}  # fmt: skip
_OF_CAR: Final[dict[tuple[str, LeadRole], Known]] = {
    ("qashqai-j11-tailgate", "drive_lock"): Known(pin="B2-1", source="J11 DLK-417"),
    ("qashqai-j11-tailgate", "ground"): Known(pin=text("body ground"), source="J11 DLK-417"),
}
SWITCHES: Final[tuple[LeadRole, ...]] = ("ajar", "lock")
_CAN: Final = Known(pin="6 · 14", source=text("CAN-H and CAN-L of the diagnostic plug"))
NO_COLOURS: Final = text("Colours of wires: not known where none stands. The colours here only tell power, ground and signal apart.")
J10_REAR: Final = text("Of the older J10 the rear left plug is documented: D85, motor pins 3 and 2 (J10 DLK-763). The J11 may differ.")
UNKNOWN: Final = text("What is not known here was not found published: ring motor pins and switch out with a meter before you connect.")


def wires_for(profile: Profile, scope: Scope, rig: RigShown) -> tuple[Wire, ...]:
    """Return the wires of this rig, lock and scope, in the order of the drawing."""
    roles: list[LeadRole] = ["drive_lock", "drive_unlock", "ground"] if profile.kind == "rear_door" else ["drive_lock", "ground"]
    roles += [role for role in SWITCHES if role in rig.inputs]
    if rig.has_can and scope == "door":
        roles.append("can")
    if scope == "car":
        roles = ["can"]
    drawn = lead_wires(rig.circuit, scope) if rig.circuit is not None else {}
    return tuple(_wire(role, profile, rig.wiring, drawn.get(role)) for role in roles)


def plug_notes(profile: Profile, wires: tuple[Wire, ...]) -> tuple[str, ...]:
    """Return what to do where pins or colours are not known; nothing where all are."""
    colours = () if all(wire.colour for wire in wires) else (NO_COLOURS,)
    if all(wire.pin for wire in wires):
        return colours
    return (*colours, UNKNOWN, *((J10_REAR,) if profile.kind == "rear_door" and "j11" in profile.id else ()))


def _wire(role: LeadRole, profile: Profile, wiring: Wiring | None, drawn: LeadWire | None) -> Wire:
    name, sort = _NAMES.get((profile.kind, role)) or _SIGNALS[role]
    lead = wiring.leads.get(role, Lead()) if wiring is not None else Lead()
    known = _CAN if role == "can" else _OF_CAR.get((profile.id, role))
    pin = lead.pin or (known.pin if known else "")
    source = (lead.source or text("this wiring file")) if lead.pin else (known.source if known else "")
    colour = lead.colour.strip().lower() or (drawn.colour if drawn else "")
    begin = drawn.start if drawn else _terminal(role, wiring)
    return Wire(name=name, sort=sort, rig=begin, end=drawn.end if drawn else "", pin=pin, source=source, colour=colour)


def _terminal(role: LeadRole, wiring: Wiring | None) -> str:
    """Return where the wire begins at the rig: behind which relay, input, or bus."""
    if wiring is None:
        return ""
    if role in ("drive_lock", "drive_unlock"):
        board, pins = wiring.relay_board, wiring.output_pins
        channel = None if board is None else board.drive_lock if role == "drive_lock" else board.drive_unlock
        if channel is not None:
            return f"K{channel}"
        return _header(pins[role].pin) if role in pins else ""
    if role in ("ajar", "lock"):
        fitted = wiring.gpio.inputs.get("ajar" if role == "ajar" else "lock")
        return _header(fitted.pin) if fitted is not None else ""
    if role == "can" and wiring.can is not None:
        return f"{wiring.can.interface} {wiring.can.channel}".strip()
    return ""


def _header(pin: int) -> str:
    return f"GPIO{pin} (#{HEADER_PIN[pin]})"
