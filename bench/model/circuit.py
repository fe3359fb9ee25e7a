"""The circuit of a rig: parts with pins on nets, the cables between them, and the sums that give each part its value. Data only.

The netlist (part, pin, net) says what must be connected; the harness (cable, wire, two pins) what is, with colour, cross-section and
length. Pins on one net and one board are joined by the board's own copper. A lead is plugged in or not: its parts count only where it is.
"""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

Confidence = Literal["A", "B", "C", "D", "E"]
Kind = Literal[
    "supply", "fuse", "shunt", "resistor", "capacitor", "diode", "zener", "tvs", "switch", "link", "relay", "transistor", "logic",
    "monostable", "module", "controller", "can", "connector", "star", "buzzer", "motor", "contact", "bcm",
]  # fmt: skip
"""`transistor`: open unless its gate is fed. `contact`: a switch of the vehicle. `bcm`: the vehicle's body control module."""

CARRIES: Final = frozenset(("fuse", "shunt", "diode", "zener", "switch", "link", "motor", "buzzer", "contact"))
"""Two-pin parts through which a drive current could find its way; resistors below `TAP_OHM` too."""

TAP_OHM: Final = 1000.0
"""A resistor of this and more feeds no motor: 14.5 V drive 15 mA through it (confidence E, by Ohm's law)."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base: an unknown key is an error that names it."""


class Part(_Part, frozen=True, kw_only=True):
    """One part. `pins`: pin to net, "" not connected. `ratings`: numbers that sums and rules use, the unit ends each name.

    `board`: the board it sits on. `lead`: the lead it belongs to. `supplies`: pin to the name of the supply that comes out
    there. `drives`: an output pin and the input pins that decide it. `contacts` of a relay: common, normally open, normally
    closed ("" none); `coil`: its two pins. `mates`: the connector that it plugs into. `role`: what the wiring file calls it.
    `bought` False: belongs to the car or the lock. `gpios` of a controller or a board on it: pins by number.
    """

    kind: Kind
    what: str
    pins: dict[str, str]
    value: str = ""
    board: str = ""
    lead: str = ""
    labels: dict[str, str] = {}
    ratings: dict[str, float] = {}
    supplies: dict[str, str] = {}
    drives: dict[str, tuple[str, ...]] = {}
    contacts: tuple[tuple[str, str, str], ...] = ()
    coil: tuple[str, str] | None = None
    mates: str = ""
    role: str = ""
    normally: Literal["open", "closed"] = "open"
    active_low: bool = False
    bought: bool = True
    gpios: dict[str, int] = {}
    uses_gpios: tuple[int, ...] = ()
    driver_gpios: tuple[int, ...] = ()
    source: str = ""
    confidence: Confidence = "E"


class Cable(_Part, frozen=True, kw_only=True):
    """Wires from one part to another: (pin there, pin here, colour by IEC 60757), cross-section in mm2, length in m."""

    start: str
    end: str
    mm2: float
    length_m: float
    wires: tuple[tuple[str, str, str], ...]
    what: str = ""


class Sum(_Part, frozen=True, kw_only=True):
    """One calculation: `formula` over `REF.rating` and `given.name`, its unit, and the bounds it must keep, formulas too."""

    says: str
    formula: str
    unit: str
    parts: tuple[str, ...] = ()
    at_least: str = ""
    at_most: str = ""
    because: str = ""
    confidence: Confidence = "E"


class Given(_Part, frozen=True, kw_only=True):
    """A number from outside of the rig, with its unit and where it comes from."""

    value: float
    unit: str
    source: str
    confidence: Confidence = "E"


class CanSetting(_Part, frozen=True, kw_only=True):
    """How the bus is ended in one use: ohm outside of the rig, and which of the rig's switches are closed."""

    outside_ohm: float
    closed: tuple[str, ...] = ()
    what: str = ""


class Step(_Part, frozen=True, kw_only=True):
    """One step of the assembly: what to do, then what to measure, where, and what it must show."""

    do: str
    parts: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()


class Circuit(_Part, frozen=True, kw_only=True):
    """All of one rig. `include`: files whose parts, cables, given numbers and sums belong to it. `grounds`: its ground nets."""

    schema: Literal[1]
    name: str
    title: str
    include: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    leads: dict[str, str] = {}
    parts: dict[str, Part] = {}
    cables: dict[str, Cable] = {}
    given: dict[str, Given] = {}
    sums: dict[str, Sum] = {}
    can: dict[str, CanSetting] = {}
    steps: tuple[Step, ...] = ()

    def of_kind(self, *kinds: Kind) -> Iterator[tuple[str, Part]]:
        """Yield the parts of these kinds with their references."""
        return ((ref, part) for ref, part in self.parts.items() if part.kind in kinds)

    def with_role(self, role: str) -> Iterator[tuple[str, Part]]:
        """Yield the parts that play a role of the wiring file."""
        return ((ref, part) for ref, part in self.parts.items() if part.role == role)

    def on_net(self, net: str) -> Iterator[tuple[str, str]]:
        """Yield each (reference, pin) on a net."""
        return ((ref, pin) for ref, part in self.parts.items() for pin, joined in part.pins.items() if joined == net and net)
