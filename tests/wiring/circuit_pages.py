"""Parts list and assembly order of a rig, as Markdown out of its circuit."""

import re
from collections.abc import Iterator

from bench.circuit.sums import reckon, reckoned
from bench.model.circuit import Circuit

_PLACE = re.compile(r"\{([^{}|]+)\|([^{}]+)\}")
_UNITS = {
    "ohm": "ohm", "watt": "W", "amps": "A", "volts": "V", "contact_a": "A contact", "contact_v": "V switching", "coil_ohm": "ohm coil",
    "operate_v": "V operates at", "release_ms": "ms release at most",
    "release_min_ms": "ms release at least", "operate_ms": "ms operate at most",
    "limit_a": "A limit", "standoff_v": "V standoff",
    "breakdown_max_v": "V breakdown at most", "clamp_v": "V clamp", "clamp_a": "A at clamp", "joule": "J in 1 ms",
    "gain": "gain at least", "full_scale_v": "V full scale", "full_scale_a": "A full scale", "gate_low_v": "V gate still off",
}  # fmt: skip
"""Ratings that whoever orders a part must look at; what the value says already and what only the sums use is left out."""
_SAID = {"resistor", "capacitor", "fuse"}


def number(value: float) -> str:
    """Write a number with three digits."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def filled(text: str, circuit: Circuit, where: str) -> str:
    """Put numbers in the places of a sentence: `{formula|unit}`, or `{name of a sum|unit}`."""

    def reckon_one(found: re.Match[str]) -> str:
        formula, unit = found[1].strip(), found[2].strip()
        value = reckoned(formula, circuit).value if formula in circuit.sums else reckon(formula, circuit, where)
        return f"{number(value)} {unit}"

    return _PLACE.sub(reckon_one, text)


def parts_page(circuit: Circuit) -> str:
    """Return the parts list: what to order, and the calculation behind each value."""
    lines = [
        f"# Parts: {circuit.title}", "",
        "Made from `circuit.toml` by `make drawings`; do not edit. Generic values, no maker's numbers but of well-known standard parts.",
        "Confidence: **A** a maker's manual or measured, **B** two sources, **C** one source, **D** inference, **E** our estimate.", "",
        "## To order", "", "| pieces | references | value | what | must have | confidence |", "|---|---|---|---|---|---|",
        *_orders(circuit), "", "## Cables", "",
        "| cable | from | to | wires | mm2 | m | |", "|---|---|---|---|---|---|---|", *_cables(circuit), "",
        "## Wire, by cross-section and colour", "", "| mm2 | colour | m, a tenth more than drawn |", "|---|---|---|", *_wire(circuit), "",
        "Not drawn, and needed: ferrules and crimps, sockets for relays and chips, stripboard, a case that keeps fingers off.", "",
        "## The calculation behind the values", "", "| what | parts | result | at least | at most | why |", "|---|---|---|---|---|---|",
        *_sums(circuit), "", "Formulas:", "", "```", *(f"{name} = {entry.formula}" for name, entry in circuit.sums.items()), "```", "",
        "## Numbers from outside", "", "| number | value | source | confidence |", "|---|---|---|---|",
        *(f"| `{name}` | {g.value:g} {g.unit} | {g.source} | {g.confidence} |" for name, g in circuit.given.items()), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _orders(circuit: Circuit) -> Iterator[str]:
    grouped: dict[tuple[str, str, str, str], list[tuple[str, str]]] = {}
    for ref, part in circuit.parts.items():
        if part.bought:
            must = "" if part.kind in _SAID else ", ".join(f"{part.ratings[k]:g} {u}" for k, u in _UNITS.items() if k in part.ratings)
            what = part.kind if part.kind in {"resistor", "capacitor"} else part.what
            grouped.setdefault((part.value, what, must, part.confidence), []).append((ref, part.what))
    for (value, what, must, confidence), refs in grouped.items():
        yield f"| {len(refs)} | {', '.join(ref for ref, _ in refs)} | {value} | {what} | {must} | {confidence} |"


def _cables(circuit: Circuit) -> Iterator[str]:
    for name, cable in circuit.cables.items():
        wires = ", ".join(f"{one}-{other} {colour}" for one, other, colour in cable.wires)
        yield f"| {name} | {cable.start} | {cable.end} | {wires} | {cable.mm2:g} | {cable.length_m:g} | {cable.what} |"


def _wire(circuit: Circuit) -> Iterator[str]:
    metres: dict[tuple[float, str], float] = {}
    for cable in circuit.cables.values():
        for *_, colour in cable.wires:
            metres[cable.mm2, colour] = metres.get((cable.mm2, colour), 0.0) + cable.length_m
    for (mm2, colour), length in sorted(metres.items()):
        yield f"| {mm2:g} | {colour} | {1.1 * length:.1f} |"


def _sums(circuit: Circuit) -> Iterator[str]:
    for name, entry in circuit.sums.items():
        done = reckoned(name, circuit)
        low, high = ("" if bound is None else f"{number(bound)} {entry.unit}" for bound in (done.low, done.high))
        yield f"| {entry.says} | {', '.join(entry.parts)} | **{number(done.value)} {entry.unit}** | {low} | {high} | {entry.because} |"


def assembly_page(circuit: Circuit) -> str:
    """Return the assembly order: after each step what a meter must show."""
    lines = [
        f"# Assembly: {circuit.title}", "",
        "Made from `circuit.toml` by `make drawings`; do not edit. Numbers come from the same data as the drawings: `X2.1` is pin 1 of X2.",
        "Do not go on while a measurement is off. Nothing here has been built yet: where a figure is an estimate, parts.md says so.", "",
    ]  # fmt: skip
    for n, step in enumerate(circuit.steps, start=1):
        lines += [f"## {n}. {filled(step.do, circuit, f'steps {n}')}", ""]
        lines += [f"Parts: {', '.join(step.parts)}", ""] if step.parts else []
        lines += [f"- [ ] {filled(measured, circuit, f'steps {n}')}" for measured in step.measure] + [""]
    return "\n".join(lines)
