"""Draws the schematic of a rig from its circuit, by schemdraw: current paths as rungs, chips and plugs as boxes with every pin."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import schemdraw
import schemdraw.elements as elm
from sheets import SHEETS, Sheet

from bench.model.circuit import Circuit, Part

schemdraw.use("svg")
STEP, HIGH, SMALL, ROWS = 4.4, 2.1, 8.5, 16
"""Width of a part in a rung, height of a rung, size of the small letters, and from how many rungs on they stand in two columns."""

_ELEMENTS: dict[str, Any] = {
    "resistor": elm.ResistorIEC, "shunt": elm.ResistorIEC, "capacitor": elm.Capacitor, "fuse": elm.FuseIEC, "diode": elm.Diode,
    "zener": elm.Zener, "tvs": elm.DiodeTVS, "motor": elm.Motor, "supply": elm.BatteryCell, "link": elm.Line, "buzzer": elm.RBox,
    "contact": elm.Switch, "transistor": elm.RBox,
}  # fmt: skip


class Crossing:
    """A part as one rung crosses it: from net to net, by which pins."""

    def __init__(self, circuit: Circuit, token: str, net: str) -> None:
        self.ref, _, self.how = token.partition(":")
        self.part = circuit.parts[self.ref]
        self.pins = self._pins()
        if self.part.pins[self.pins[0]] != net:
            self.pins = (self.pins[1], self.pins[0])
        if self.part.pins[self.pins[0]] != net:
            raise ValueError(f"{token}: lies between {' and '.join(self.part.pins[p] for p in self.pins)}, not on {net}")
        self.net = self.part.pins[self.pins[1]]

    def _pins(self) -> tuple[str, str]:
        if self.how == "coil" and self.part.coil:
            return self.part.coil
        if found := re.match(r"(make|break)(\d?)$", self.how):
            common, makes, breaks = self.part.contacts[int(found[2] or 1) - 1]
            return common, makes if found[1] == "make" else breaks
        if self.part.kind == "transistor":
            return ("D", "S") if "D" in self.part.pins else ("C", "E")
        first, second = self.part.pins
        return first, second

    def element(self) -> Any:
        """Return its symbol, drawn to the right."""
        part = self.part
        if self.how == "coil":
            return _ELEMENTS["buzzer"]()
        if part.kind in {"relay", "switch"}:
            closed = self.how.startswith("break") or part.normally == "closed"
            return elm.Switch(nc=True) if closed else elm.Switch()
        symbol = _ELEMENTS[part.kind]()
        return symbol.reverse() if part.kind in {"diode", "zener", "tvs"} and self.pins[0] == "K" else symbol

    def words(self) -> tuple[str, str]:
        """Return what stands above and below the symbol."""
        part = self.part
        what = {"coil": " coil", "make": " make", "break": " break"}.get(self.how.rstrip("12"), "")
        above = f"{self.ref}{what}"
        if part.kind == "transistor":
            gate = "G" if "G" in part.pins else "B"
            return f"{above} ({self.pins[0]}-{self.pins[1]})", f"{gate}: {part.pins[gate]}"
        return above, "" if what and what != " coil" else part.value


def rungs_of(circuit: Circuit, sheet: Sheet) -> Iterator[tuple[str, list[Crossing]]]:
    """Yield the rungs of a sheet that this rig has: the net where each begins, and its crossings.

    A rung of a single part is left out where an earlier one has crossed it.
    """
    crossed: set[str] = set()
    for rung in sheet.rungs:
        start, *tokens = rung.split()
        net, refs = start[1:], [token.partition(":")[0] for token in tokens]
        if not all(_fits(circuit, token) for token in tokens) or net not in circuit.parts[refs[0]].pins.values():
            continue
        if len(refs) == 1 and refs[0] in crossed and ":" not in tokens[0]:
            continue
        crossings = []
        for token in tokens:
            crossings.append(Crossing(circuit, token, net))
            net = crossings[-1].net
        crossed |= set(refs)
        yield start[1:], crossings


def _fits(circuit: Circuit, token: str) -> bool:
    ref, _, how = token.partition(":")
    return ref in circuit.parts and (how != "coil" or circuit.parts[ref].coil is not None)


def boxes_of(circuit: Circuit, sheet: Sheet) -> list[str]:
    """Return the parts of a sheet that are drawn as boxes; the last sheet takes whatever no other one names."""
    named = [ref for ref in sheet.boxes if ref in circuit.parts]
    if sheet is SHEETS[-1]:
        elsewhere = {ref for other in SHEETS for ref in other.boxes}
        kinds = {"controller", "module", "connector", "logic", "monostable", "bcm", "star"}
        named += [ref for ref, part in circuit.parts.items() if part.kind in kinds and ref not in elsewhere]
    return named


def drawn_refs(circuit: Circuit) -> set[str]:
    """Return every part that stands on some sheet."""
    crossed = {crossing.ref for sheet in SHEETS for _, crossings in rungs_of(circuit, sheet) for crossing in crossings}
    return crossed | {ref for sheet in SHEETS for ref in boxes_of(circuit, sheet)}


def sheets_of(circuit: Circuit) -> list[Sheet]:
    """Return the sheets that have something on them."""
    return [sheet for sheet in SHEETS if boxes_of(circuit, sheet) or any(rungs_of(circuit, sheet))]


def draw(circuit: Circuit, sheet: Sheet) -> str:
    """Return one sheet as SVG text."""
    drawing = schemdraw.Drawing(show=False)
    drawing.config(unit=STEP - 1.4, fontsize=10.5, font="sans-serif", lw=1.3, margin=0.6, bgcolor="white")
    drawing += _words((0, 2.3), circuit.title, fontsize=15, halign="left")
    drawing += _words((0, 1.6), sheet.title, fontsize=11, halign="left")
    rungs = list(rungs_of(circuit, sheet))
    rows = len(rungs) if len(rungs) <= ROWS else (len(rungs) + 1) // 2
    aside = 3.2 + STEP * max((len(crossings) for _, crossings in rungs[:rows]), default=0) + 6.5
    for n, (start, crossings) in enumerate(rungs):
        _rung(drawing, circuit, (3.2 if n < rows else aside, -HIGH * (n % rows)), start, crossings)
    _boxes(drawing, circuit, boxes_of(circuit, sheet), -HIGH * rows - 0.4)
    return drawing.get_imagedata("svg").decode()


def _rung(drawing: schemdraw.Drawing, circuit: Circuit, at: tuple[float, float], start: str, crossings: list[Crossing]) -> None:
    x, y = at
    _end(drawing, circuit, start, (x, y), left=True)
    for n, crossing in enumerate(crossings):
        above, below = crossing.words()
        drawing += elm.Line().at((x, y)).to((x + 0.7, y))
        symbol = crossing.element().at((x + 0.7, y)).right()
        drawing += symbol.label(above, "top", ofst=0.12)
        if below and crossing.part.kind != "motor":
            drawing += _words((x + STEP / 2, y - 0.62), below, fontsize=SMALL, halign="center")
        drawing += _words((x + 0.62, y - 0.22), crossing.pins[0], fontsize=7, halign="right", color="#666")
        drawing += _words((x + STEP - 0.62, y - 0.22), crossing.pins[1], fontsize=7, halign="left", color="#666")
        drawing += elm.Line().at((x + STEP - 0.7, y)).to((x + STEP, y))
        x += STEP
        if n < len(crossings) - 1:
            drawing += elm.Dot(radius=0.06).at((x, y))
            drawing += _words((x, y + 0.28), crossing.net, fontsize=SMALL, halign="center", color="#0050a0")
    _end(drawing, circuit, crossings[-1].net, (x, y), left=False)


def _words(
    at: tuple[float, float],
    text: str,
    *,
    fontsize: float = SMALL,
    halign: Literal["left", "center", "right"] = "left",
    color: str = "black",
) -> Any:
    """Return words at a point; turned and shifted by nothing, whatever was drawn before."""
    label = elm.Label().at(at).theta(0)
    return label.label(text, loc="center", ofst=(0, 0), fontsize=fontsize, halign=halign, valign="center", color=color)


def _end(drawing: schemdraw.Drawing, circuit: Circuit, net: str, at: tuple[float, float], *, left: bool) -> None:
    if net in circuit.grounds:
        drawing += elm.Ground().at(at)
    else:
        drawing += elm.Dot(open=True, radius=0.08).at(at)
    side: Literal["left", "right"] = "right" if left else "left"
    shift = -0.3 if left else 0.3
    drawing += _words((at[0] + shift, at[1]), net, fontsize=SMALL + 0.5, halign=side, color="#0050a0")


def _boxes(drawing: schemdraw.Drawing, circuit: Circuit, refs: list[str], y: float) -> None:
    """Draw boxes row by row, three in a row: every pin with its label inside and its net outside."""
    x, deepest = 2.6, 0.0
    for n, ref in enumerate(refs):
        if n and n % 3 == 0:
            x, y, deepest = 2.6, y - deepest - 1.9, 0.0
        deepest = max(deepest, _box(drawing, circuit, ref, circuit.parts[ref], (x, y)))
        x += 9.4


def _box(drawing: schemdraw.Drawing, circuit: Circuit, ref: str, part: Part, at: tuple[float, float]) -> float:
    pins = list(part.pins.items())
    half = (len(pins) + 1) // 2 if len(pins) > 6 else len(pins)
    columns = (pins[:half], pins[half:])
    high, wide, row = max(1.0, half * 0.55 + 0.3), 5.0 if any(len(label) > 9 for label in part.labels.values()) else 3.8, 0.55
    x, y = at
    lead = f", lead: {part.lead}" if part.lead else ""
    drawing += _words((x, y + 0.3), f"{ref}  {part.value}{lead}", fontsize=11, halign="left")
    drawing += elm.Line().at((x, y)).to((x + wide, y))
    drawing += elm.Line().at((x + wide, y)).to((x + wide, y - high))
    drawing += elm.Line().at((x + wide, y - high)).to((x, y - high))
    drawing += elm.Line().at((x, y - high)).to((x, y))
    for side, column in zip((-1, 1), columns, strict=True):
        edge = x if side < 0 else x + wide
        inside: Literal["left", "right"] = "left" if side < 0 else "right"
        outside: Literal["left", "right"] = "right" if side < 0 else "left"
        for n, (pin, net) in enumerate(column):
            level = y - 0.42 - n * row
            name = f"{pin} {part.labels[pin]}" if pin in part.labels else pin
            drawing += elm.Line().at((edge, level)).to((edge + side * 0.45, level))
            drawing += _words((edge - side * (0.12 if side < 0 else 0.24), level), name, fontsize=SMALL, halign=inside)
            drawing += _words(
                (edge + side * 0.65, level), net or "not connected", fontsize=SMALL, halign=outside, color="#0050a0" if net else "#999"
            )
    return high
