"""The harness as WireViz reads it: connectors with the pins that have wires, cables with colours and cross-sections."""

from typing import Any

from bench.model.circuit import Cable, Circuit, Part

GROUPS = ("power", "coils", "signals", "leads")
"""The harness is drawn in as many pages: a page of forty cables cannot be read."""


def group_of(circuit: Circuit, cable: Cable) -> str:
    """Return the page that a cable stands on."""
    ends = (cable.start, cable.end)
    nets = {circuit.parts[cable.start].pins[wire[0]] for wire in cable.wires}
    if any(circuit.parts[ref].lead for ref in ends) or any(net.startswith("CAN_") for net in nets):
        return "leads"
    if "X2" in ends:
        return "coils"
    return "signals" if cable.mm2 <= 0.5 or "X3" in ends else "power"


def harness(circuit: Circuit, group: str) -> dict[str, Any] | None:
    """Return the document that WireViz gets for one page, as plain data in a fixed order; None: the rig has no such cable."""
    cables = {name: cable for name, cable in circuit.cables.items() if group_of(circuit, cable) == group}
    used: dict[str, set[str]] = {}
    for cable in cables.values():
        for one, other, _ in cable.wires:
            used.setdefault(cable.start, set()).add(one)
            used.setdefault(cable.end, set()).add(other)
    if not cables:
        return None
    return {
        "metadata": {"title": f"{circuit.title}: {group}"},
        "connectors": {ref: _connector(part, used[ref]) for ref, part in circuit.parts.items() if ref in used},
        "cables": {name: _cable(cable) for name, cable in cables.items()},
        "connections": [_connection(name, cable) for name, cable in cables.items()],
    }


def _connector(part: Part, used: set[str]) -> dict[str, Any]:
    pins = [pin for pin in part.pins if pin in used]
    labels = [part.pins[pin] for pin in pins]
    words = {"type": part.value, "notes": _short(part.what), "pins": [_pin(pin) for pin in pins], "pinlabels": labels}
    return words | {"show_pincount": False}


def _cable(cable: Cable) -> dict[str, Any]:
    colours = [colour for *_, colour in cable.wires]
    return {"wirecount": len(colours), "gauge": f"{cable.mm2:g} mm2", "length": cable.length_m, "colors": colours, "category": "bundle"}


def _connection(name: str, cable: Cable) -> list[dict[str, list[int | str]]]:
    numbers: list[int | str] = list(range(1, len(cable.wires) + 1))
    return [{cable.start: [_pin(wire[0]) for wire in cable.wires]}, {name: numbers}, {cable.end: [_pin(wire[1]) for wire in cable.wires]}]


def _pin(pin: str) -> int | str:
    """WireViz tells 6 from "6"."""
    return int(pin) if pin.isdigit() else pin


def _short(what: str) -> str:
    """Return a part's words up to the first colon, semicolon or comma."""
    cut = min((what.find(sign) for sign in ":;," if sign in what), default=len(what))
    return what[:cut]
