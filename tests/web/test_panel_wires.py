"""The drawing of the connection shows the very wires of this rig: where each begins, its colour, where it ends; and claims no more."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from bench.circuit.leads import IEC_60757, lead_wires
from bench.config import load_circuit, load_profile
from bench.model.wiring import Lead
from bench.web.rigs_shown import rig_shown
from bench.web.wires import COLOURS, NO_COLOURS, UNKNOWN, Wire, plug_notes, wires_for

DOOR = load_profile("qashqai-j11-rear-door")


def rows(rig: str, scope: str = "door") -> dict[str, Wire]:
    return {wire.name: wire for wire in wires_for(DOOR, scope, rig_shown(rig, DOOR))}  # type: ignore[arg-type]


@pytest.mark.parametrize("rig", ["rpi-bench", "usb-relay"])
@pytest.mark.parametrize(("scope", "end"), [("lock", "L1"), ("door", "BR1")])
def test_each_wire_of_the_lead_is_shown_as_the_circuit_file_has_it(rig: str, scope: str, end: str) -> None:
    """Compared with the file itself, cable by cable: pin, colour and far end of all five wires."""
    circuit = load_circuit(Path("wiring") / rig / "circuit.toml")
    cable = next(c for c in circuit.cables.values() if c.end == end and circuit.parts[c.start].lead == scope)
    shown = {(w.rig, w.colour, w.end) for w in rows(f"wiring/{rig}.toml", scope).values() if w.end}
    assert shown == {(f"X10.{here}", IEC_60757[colour], f"{end}.{there}") for here, there, colour in cable.wires}
    assert rows(f"wiring/{rig}.toml", scope)["Motor, locks"].colour == "blue"


def test_a_known_lead_does_not_make_the_cars_plug_known() -> None:
    wires = tuple(rows("wiring/rpi-bench.toml").values())
    assert all(not wire.pin for wire in wires if wire.end)
    assert UNKNOWN in plug_notes(DOOR, wires)


def test_what_the_wiring_file_says_itself_comes_first() -> None:
    rig = rig_shown("wiring/rpi-bench.toml", DOOR)
    assert rig.wiring is not None
    own = msgspec.structs.replace(rig.wiring, leads={"drive_lock": Lead(colour="White", pin="7", source="my meter")})
    wire = wires_for(DOOR, "door", replace(rig, wiring=own))[0]
    assert (wire.colour, wire.pin, wire.source, wire.end) == ("white", "7", "my meter", "BR1.1")


def test_a_rig_without_a_circuit_shows_its_terminals_and_no_colour() -> None:
    wires = wires_for(DOOR, "door", rig_shown("wiring/ci.toml", DOOR))
    assert not [wire for wire in wires if wire.colour or wire.end]
    assert NO_COLOURS in plug_notes(DOOR, wires)


def test_every_colour_of_the_standard_can_be_drawn_and_a_circuit_without_leads_has_no_wires() -> None:
    assert set(IEC_60757.values()) == COLOURS
    assert lead_wires(load_circuit("wiring/in-car/circuit.toml"), "door") == {}
