"""Circuit files: the parts, nets and cables of a rig; what names something that is not there is refused, all reasons at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from bench.config.package_files import shipped
from bench.config.source_file import read_toml
from bench.config.typed import typed
from bench.errors import ConfigError, WiringError
from bench.model.circuit import Cable, Circuit, Part


def circuit_path(wiring_file: Path, named: str) -> Path:
    """Return the circuit file that a wiring file names: beside it, else the shipped one of that name; raises WiringError."""
    beside = wiring_file.parent / named
    try:
        if beside.exists():
            return beside
        return shipped(f"wiring/{named}")
    except (ConfigError, OSError, ValueError):  # a name that is too long, or holds a NUL
        raise WiringError(f"{wiring_file}: circuit: {named[:200]!r}: no such file beside it, and none of that name is shipped") from None


def load_circuit(path: str | Path) -> Circuit:
    """Return a circuit with what it includes; raise WiringError that names file, key and reason, all reasons at once."""
    path = Path(path)
    return checked(_with_included(path, typed(read_toml(path, error=WiringError), Circuit, str(path), error=WiringError)), str(path))


def checked(circuit: Circuit, name: str) -> Circuit:
    """Return the circuit, if each thing it names is there and shaped as the rules read it; `name` stands in the WiringError."""
    reasons = [*_part_reasons(circuit), *_shape_reasons(circuit), *_cable_reasons(circuit), *_can_reasons(circuit)]
    if reasons:
        raise WiringError(f"{name}: {'; '.join(reasons)}")
    return circuit


def _with_included(path: Path, circuit: Circuit) -> Circuit:
    """Return the circuit with the parts, cables, numbers, sums and steps of what it includes; a part in two files is refused."""
    for name in reversed(circuit.include):
        other_path = path.parent / name
        other = typed(read_toml(other_path, error=WiringError), Circuit, str(other_path), error=WiringError)
        if other.include:
            raise WiringError(f"{other_path}: include: {', '.join(other.include)}: an included file includes no other")
        if twice := sorted(_names(circuit) & _names(other)):
            raise WiringError(f"{path}: {', '.join(twice)}: also in {name}, which it includes")
        circuit = msgspec.structs.replace(
            circuit, parts=other.parts | circuit.parts, given=other.given | circuit.given, sums=other.sums | circuit.sums,
            steps=(*other.steps, *circuit.steps),
            cables=other.cables | circuit.cables, leads=other.leads | circuit.leads, can=other.can | circuit.can,
            grounds=tuple(dict.fromkeys((*circuit.grounds, *other.grounds))),
        )  # fmt: skip
    return circuit


def _names(circuit: Circuit) -> set[str]:
    return {*circuit.parts, *circuit.cables, *circuit.sums}


def _part_reasons(circuit: Circuit) -> Iterator[str]:
    for ref, part in circuit.parts.items():
        for pin in _pins_named(part):
            if pin not in part.pins:
                yield f"parts.{ref}: it has no pin {pin!r}"
        if part.lead and part.lead not in circuit.leads:
            yield f"parts.{ref}.lead: {part.lead!r} is not among the leads"
        if part.mates and part.mates not in circuit.parts:
            yield f"parts.{ref}.mates: there is no part {part.mates!r}"


_SHAPES: Final[dict[str, tuple[frozenset[str], ...]]] = {
    "diode": (frozenset("AK"),), "zener": (frozenset("AK"),), "transistor": (frozenset("GDS"), frozenset("BCE")),
}  # fmt: skip
"""Pins that these kinds have, by name: a rule that follows a current must know which is which."""
_TWO_PINS: Final = frozenset(("resistor", "capacitor", "fuse", "shunt", "switch", "link", "tvs", "motor", "buzzer", "contact"))
_RATED: Final = {"supply": ("limit_a", "A"), "fuse": ("amps", "A"), "resistor": ("ohm", "ohm"), "shunt": ("ohm", "ohm")}
RELAYS_MAX: Final = 8
"""Every state of the relays is searched, 2 ** relays of them; a rig has four."""


def _shape_reasons(circuit: Circuit) -> Iterator[str]:
    """What a rule reads must be there: two pins where a current goes through, names where it matters which, ratings to compare."""
    for ref, part in circuit.parts.items():
        shapes = _SHAPES.get(part.kind)
        if shapes and frozenset(part.pins) not in shapes:
            wanted = " or ".join(", ".join(sorted(shape)) for shape in shapes)
            yield f"parts.{ref}.pins: {', '.join(part.pins) or 'none'}, a {part.kind} has {wanted}"
        if part.kind in _TWO_PINS and len(part.pins) != 2:
            yield f"parts.{ref}.pins: {len(part.pins)} pins, a {part.kind} has 2"
        rating, unit = _RATED.get(part.kind, ("", ""))
        if rating and part.ratings.get(rating, 0.0) <= 0:
            yield f"parts.{ref}.ratings.{rating}: {part.ratings.get(rating, 0.0):g} {unit} is not above 0"
        if part.mates == ref:
            yield f"parts.{ref}.mates: it cannot plug into itself"
    relays = sum(part.kind == "relay" for part in circuit.parts.values())
    if relays > RELAYS_MAX:
        yield f"parts: {relays} relays, limit {RELAYS_MAX}"


def _pins_named(part: Part) -> Iterator[str]:
    yield from part.coil or ()
    yield from (pin for contact in part.contacts for pin in contact if pin)
    yield from (*part.labels, *part.supplies, *part.gpios)
    for output, inputs in part.drives.items():
        yield from (output, *inputs)


def _cable_reasons(circuit: Circuit) -> Iterator[str]:
    for name, cable in circuit.cables.items():
        for ref, pins in _ends(cable):
            part = circuit.parts.get(ref)
            if part is None:
                yield f"cables.{name}: there is no part {ref!r}"
                continue
            yield from (f"cables.{name}: {ref} has no pin {pin!r}" for pin in pins if pin not in part.pins)
        if cable.mm2 <= 0 or cable.length_m <= 0:
            yield f"cables.{name}: {cable.mm2:g} mm2 and {cable.length_m:g} m, both must be above 0"


def _ends(cable: Cable) -> tuple[tuple[str, list[str]], tuple[str, list[str]]]:
    return (cable.start, [wire[0] for wire in cable.wires]), (cable.end, [wire[1] for wire in cable.wires])


def _can_reasons(circuit: Circuit) -> Iterator[str]:
    for name, setting in circuit.can.items():
        yield from (f"can.{name}.closed: there is no part {ref!r}" for ref in setting.closed if ref not in circuit.parts)
