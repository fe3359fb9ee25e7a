"""Lines that somebody else shares: the CAN bus and its ends, and the switch lines and who wets them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from bench.circuit.paths import leads_of, power_nets, reach, seated
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part

BUS_OHM: Final = (54.0, 66.0)
"""A bus with its two terminators reads so (J11 LAN-97)."""
TAP_MIN_OHM: Final = 47_000.0
"""What a switch line that a BCM wets may be loaded with at most (DESIGN 6, ring 1)."""
SUPPLY_V: Final = (9.0, 14.5)
"""Supplies between which a lock is judged: J11 DLK-85 from below, a charging battery from above (E)."""


def can_violations(circuit: Circuit, *, needed: Collection[str]) -> Iterator[Violation]:
    """Yield each use of the bus (`needed` ones at least) in which it does not have just its two terminators."""
    buses = [(ref, part) for ref, part in circuit.with_role("can") if {"H", "L"} <= part.pins.keys()]
    if not buses:
        return
    ref, part = buses[0]
    high, low = part.pins["H"], part.pins["L"]
    for name in needed:
        if name not in circuit.can:
            text = f"{ref}: can.{name} is missing: how the bus on net {high} is ended there, limit {BUS_OHM[0]:g} to {BUS_OHM[1]:g} ohm"
            yield Violation(rule="can_termination", ref=ref, net=high, text=text, value="missing", limit="54 to 66 ohm")
    for name, setting in circuit.can.items():
        inside = _terminators(circuit, high, low, setting.closed)
        conductance = 1 / setting.outside_ohm if setting.outside_ohm > 0 else 0.0
        conductance += sum(1 / ohm for _, ohm in inside)
        ohm = 1 / conductance if conductance else float("inf")
        if not BUS_OHM[0] <= ohm <= BUS_OHM[1]:
            ours = ", ".join(r for r, _ in inside) or "no terminator of the rig"
            text = f"{ref}: in use can.{name} the bus on net {high} has {ohm:.4g} ohm ({ours} and {setting.outside_ohm:g} ohm outside)"
            limit = f"{BUS_OHM[0]:g} to {BUS_OHM[1]:g} ohm"
            yield Violation(rule="can_termination", ref=ref, net=high, text=f"{text}, limit {limit}", value=f"{ohm:.4g} ohm", limit=limit)


def _terminators(circuit: Circuit, high: str, low: str, closed: Collection[str]) -> list[tuple[str, float]]:
    """Return (reference, ohm) of each resistor between the wires of the bus while just these switches are closed."""
    parts = {r: p for r, p in circuit.parts.items() if p.kind == "link" or (p.kind == "switch" and r in closed)}
    highs, lows = reach(parts, high, grounds=()), reach(parts, low, grounds=())
    found = []
    for ref, part in circuit.of_kind("resistor"):
        one, other = part.pins.values()
        if (one in highs and other in lows) or (one in lows and other in highs):
            found.append((ref, part.ratings["ohm"]))
    return found


def wetting_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each switch that the rig wets out of its range or not at all, and each one that a BCM wets and the rig loads too much."""
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        bcm_lines = {net for part in parts.values() if part.kind == "bcm" for pin, net in part.pins.items() if "switch" in pin}
        for ref, part in parts.items():
            if part.kind == "contact":
                line = next((net for net in part.pins.values() if net not in circuit.grounds), "")
                if line in bcm_lines:
                    yield from _tapped(circuit, parts, ref, line, lead)
                else:
                    yield from _wetted(circuit, parts, ref, line, lead)


def _line_nets(parts: Mapping[str, Part], line: str) -> frozenset[str]:
    """Return the line with what links join to it; the contacts themselves are left out."""
    links = {ref: part for ref, part in parts.items() if part.kind == "link"}
    return frozenset(reach(links, line, grounds=()))


def _loads(parts: Mapping[str, Part], nets: Collection[str], to: Collection[str] | None) -> list[tuple[str, float]]:
    """Return (reference, ohm) of each resistor from these nets to `to`, or, with None, to anywhere: a series chain counts whole."""
    found = []
    for ref, part in parts.items():
        if part.kind != "resistor" or len(set(part.pins.values()) & set(nets)) != 1:
            continue
        far = next(net for net in part.pins.values() if net not in nets)
        if to is None:
            found.append((ref, part.ratings["ohm"] + _onward_ohm(parts, ref, far)))
        elif far in to:
            found.append((ref, part.ratings["ohm"]))
    return found


def _onward_ohm(parts: Mapping[str, Part], behind: str, net: str) -> float:
    """Return what follows in series: all resistors of the next net in parallel; transistors and chips on it count as a short."""
    on_net = [(ref, part) for ref, part in parts.items() if net in part.pins.values() and ref != behind]
    if any(part.kind in {"transistor", "supply"} for _, part in on_net):
        return 0.0
    ohms = [part.ratings["ohm"] for _, part in on_net if part.kind == "resistor"]
    return 1 / sum(1 / ohm for ohm in ohms) if len(ohms) == 1 else 0.0


def _tapped(circuit: Circuit, parts: Mapping[str, Part], ref: str, line: str, lead: str) -> Iterator[Violation]:
    loads = _loads(parts, _line_nets(parts, line), None)
    whole = 1 / sum(1 / ohm for _, ohm in loads) if loads else float("inf")
    limit = f"{TAP_MIN_OHM:g} ohm at least"
    if whole < TAP_MIN_OHM:
        who = ", ".join(sorted(r for r, _ in loads))
        text = f"{ref}: with lead {lead!r} a BCM wets net {line}, and {who} load it with {whole:.3g} ohm, limit {limit}"
        yield Violation(rule="wetting", ref=ref, net=line, text=text, value=f"{whole:.3g} ohm", limit=limit)
    for start in power_nets(parts):
        way = reach(parts, start, grounds=circuit.grounds, energised=()).get(line)
        if way is not None:
            text = f"{ref}: with lead {lead!r} a BCM wets net {line}, and {start} reaches it through {', '.join(way)}, limit {limit}"
            yield Violation(rule="wetting", ref=ref, net=line, text=text, value="0 ohm", limit=limit)


def _wetted(circuit: Circuit, parts: Mapping[str, Part], ref: str, line: str, lead: str) -> Iterator[Violation]:
    part = parts[ref]
    low, high = part.ratings.get("wetting_low_ma", 1.0), part.ratings.get("wetting_high_ma", 15.0)
    limit = f"{low:g} to {high:g} mA"
    bare = {name: other for name, other in parts.items() if other.kind != "resistor"}
    fed = {net for start in power_nets(parts) for net in reach(bare, start, grounds=circuit.grounds)}
    nets = _line_nets(parts, line)
    if nets & fed:
        text = f"{ref}: with lead {lead!r} net {line} is at the supply without a resistor, limit {limit}"
        yield Violation(rule="wetting", ref=ref, net=line, text=text, value="a short", limit=limit)
        return
    pulls = _loads(parts, nets, fed)
    for volts in SUPPLY_V:
        amps_ma = 1000 * volts * sum(1 / ohm for _, ohm in pulls)
        if not low <= amps_ma <= high:
            who = ", ".join(r for r, _ in pulls) or "nothing"
            text = f"{ref}: with lead {lead!r} {who} gives net {line} {amps_ma:.3g} mA at {volts:g} V, limit {limit}"
            yield Violation(rule="wetting", ref=ref, net=line, text=text, value=f"{amps_ma:.3g} mA", limit=limit)
