"""The wires of a rig's lead as its circuit file has them: the pin at the rig's socket, the colour, the pin at the lead's far end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.model.circuit import Circuit
from bench.model.wiring import LeadRole

IEC_60757: Final = {
    "BK": "black", "BN": "brown", "RD": "red", "OG": "orange", "YE": "yellow", "GN": "green", "BU": "blue", "VT": "violet", "GY": "grey",
    "WH": "white", "PK": "pink",
}  # fmt: skip
"""Colours of wires by their codes (IEC 60757)."""


@dataclass(frozen=True, slots=True)
class LeadWire:
    """One wire. `start`: the socket of the rig and its pin (X10.1); `end`: the lead's far end and its pin (L1.1)."""

    start: str
    colour: str
    end: str


def lead_wires(circuit: Circuit, lead: str) -> dict[LeadRole, LeadWire]:
    """Return the wires of one lead by what they are for; empty where the circuit has no such lead."""
    nets = dict(_nets(circuit))
    found: dict[LeadRole, LeadWire] = {}
    for cable in circuit.cables.values():
        start, end = circuit.parts.get(cable.start), circuit.parts.get(cable.end)
        if start is None or end is None or start.lead != lead or not start.mates:
            continue
        for here, there, colour in cable.wires:
            role = nets.get(start.pins.get(here, ""))
            if role is not None:
                found[role] = LeadWire(f"{start.mates}.{here}", IEC_60757.get(colour, colour), f"{cable.end}.{there}")
    return found


def _nets(circuit: Circuit) -> Iterator[tuple[str, LeadRole]]:
    """Yield each net that a lead has a wire for: behind the drive relays' common contacts, and at the lock's switches."""
    relays: tuple[LeadRole, ...] = ("drive_lock", "drive_unlock")
    for role in relays:
        for _, relay in circuit.with_role(role):
            yield from ((relay.pins[common], role) for common, _, _ in relay.contacts)
    switches: tuple[LeadRole, ...] = ("ajar", "lock")
    for role in switches:
        for _, switch in circuit.with_role(role):
            line, ground = switch.pins.values()
            yield from ((line, role), (ground, "ground"))
