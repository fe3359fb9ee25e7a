"""Currents against ratings: what the shunt can show, and what each wire carries before its fuse lets go."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from bench.circuit.paths import leads_of, power_nets, reach, seated
from bench.circuit.violation import Violation
from bench.model.circuit import CARRIES, TAP_OHM, Circuit, Part
from bench.model.wiring import Wiring

STALL_A: Final = 4.2
"""Windows of good locks reach this stall current (facts: good drives block at up to 3.3 A; makers differ)."""
TRIP_A: Final = 6.0
"""The default over-current trip (DESIGN 6, ring 3)."""
SHUNT_TOLERANCE: Final = 0.02
"""A 1 % shunt against the value in the wiring file."""
WIRE_A: Final = {0.22: 2.0, 0.35: 4.0, 0.5: 7.5, 0.75: 10.0, 1.0: 13.0, 1.5: 18.0, 2.5: 25.0, 4.0: 34.0}
"""Lasting current by cross-section in mm2: single copper wire, PVC, in free air at 30 degrees C, rounded down (confidence E)."""
UNFUSED_M: Final = 0.3
"""Longest wire between a supply and its fuse (confidence E, workshop practice)."""


def wire_rating_a(mm2: float) -> float:
    """Return the lasting current of a wire, A: that of the next smaller entry of WIRE_A; 0 below the smallest."""
    return max((amps for size, amps in WIRE_A.items() if size <= mm2 + 1e-9), default=0.0)


def shunt_violations(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """Yield what keeps the monitor from seeing stall, trip and ceiling: range, value, or a way around the shunt."""
    for ref, part in circuit.with_role("current"):
        shunts = [(r, p) for r, p in circuit.of_kind("shunt") if {part.pins.get("IN+"), part.pins.get("IN-")} == set(p.pins.values())]
        if len(shunts) != 1:
            text = f"{ref}: {len(shunts)} shunts lie between its IN+ and IN- (net {part.pins.get('IN+', 'none')}), limit 1"
            yield Violation(rule="shunt", ref=ref, net=part.pins.get("IN+", ""), text=text, value=str(len(shunts)), limit="1")
            continue
        shunt, resistor = shunts[0]
        yield from _range(wiring, part, shunt, resistor)
        yield from _around(circuit, shunt)
        yield from _turned(circuit, ref, part, shunt)


def _range(wiring: Wiring, monitor: Part, shunt: str, resistor: Part) -> Iterator[Violation]:
    ohm, net = resistor.ratings["ohm"], next(iter(resistor.pins.values()))
    full_a = monitor.ratings.get("full_scale_a") or monitor.ratings.get("full_scale_v", 0.0) / ohm
    needs = {"a good lock's stall": STALL_A, "the trip": TRIP_A, "ceiling_a of the wiring file": wiring.ceiling_a}
    for what, amps in needs.items():
        if full_a < amps:
            text = f"{shunt}: {ohm:g} ohm on net {net} show {full_a:.2f} A at most, limit {amps:g} A ({what})"
            yield Violation(rule="shunt", ref=shunt, net=net, text=text, value=f"{full_a:.2f} A", limit=f"{amps:g} A")
    if wiring.current.chip != "ina260" and abs(ohm / wiring.current.shunt_ohm - 1) > SHUNT_TOLERANCE:
        text = f"{shunt}: {ohm:g} ohm on net {net}, limit {wiring.current.shunt_ohm:g} ohm of the wiring file within 2 %"
        yield Violation(rule="shunt", ref=shunt, net=net, text=text, value=f"{ohm:g} ohm", limit=f"{wiring.current.shunt_ohm:g} ohm")


def _around(circuit: Circuit, shunt: str) -> Iterator[Violation]:
    """The drive relays must be fed through the shunt alone."""
    feeds = {p.pins[c[1]] for role in ("drive_lock", "drive_unlock") for _, p in circuit.with_role(role) for c in p.contacts if c[1]}
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        closed = [ref for ref, part in parts.items() if part.kind == "relay" and part.role == "enable"]
        fed: set[str] = set()
        for start in power_nets(parts):
            fed |= reach(parts, start, grounds=circuit.grounds, energised=closed).keys()
            for net in feeds & reach(parts, start, grounds=circuit.grounds, energised=closed, opened={shunt}).keys():
                text = f"{shunt}: net {net} is fed around it from {start}, limit through it alone"
                yield Violation(rule="shunt", ref=shunt, net=net, text=text, value="around", limit="through it alone")
        for net in sorted(feeds - fed):
            text = f"{shunt}: net {net} is fed by nothing with the enable relay closed, limit through {shunt}"
            yield Violation(rule="shunt", ref=shunt, net=net, text=text, value="not fed", limit=f"through {shunt}")


def _turned(circuit: Circuit, ref: str, part: Part, shunt: str) -> Iterator[Violation]:
    """IN+ is where the supply comes from, IN- where the motor is, and the volts are read at the shunt."""
    parts = {name: other for name, other in circuit.parts.items() if not other.lead}
    closed = [name for name, other in parts.items() if other.kind == "relay" and other.role == "enable"]
    fed = {n for s in power_nets(parts) for n in reach(parts, s, grounds=circuit.grounds, energised=closed, opened={shunt})}
    plus, minus = part.pins["IN+"], part.pins["IN-"]
    if minus in fed and plus not in fed:
        text = f"{ref}: IN- on net {minus} is where the supply comes from, so every current reads negative, limit IN+ there"
        yield Violation(rule="shunt", ref=ref, net=minus, text=text, value="IN-", limit="IN+")
    for pin in {"VBS", "VBUS"} & part.pins.keys():
        if part.pins[pin] not in (plus, minus):
            text = f"{ref}.{pin}: reads net {part.pins[pin] or 'none'}, limit net {plus} or {minus}"
            yield Violation(rule="shunt", ref=ref, net=part.pins[pin], text=text, value=part.pins[pin], limit=f"{plus} or {minus}")


class _Protection(NamedTuple):
    """The most that a net's fuse lets through for long; `fuse` "" while there is none yet."""

    amps: float
    fuse: str


def fuse_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each wire that its fuse does not protect, and each one without a fuse that is too long."""
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        protected = _protections(circuit, parts)
        for name, cable in circuit.cables.items():
            if cable.start not in parts or cable.end not in parts:
                continue
            rating = wire_rating_a(cable.mm2)
            for net in dict.fromkeys(parts[cable.start].pins[wire[0]] for wire in cable.wires):
                guard = protected.get(net)
                if guard is None:
                    continue
                if not guard.fuse and net not in circuit.grounds and cable.length_m > UNFUSED_M:
                    text = f"{name}: {cable.length_m:g} m on net {net} before any fuse, limit {UNFUSED_M:g} m"
                    yield Violation(rule="fuse", ref=name, net=net, text=text, value=f"{cable.length_m:g} m", limit=f"{UNFUSED_M:g} m")
                if rating < guard.amps:
                    behind = f"behind {guard.fuse} of {guard.amps:g} A" if guard.fuse else f"before a fuse of {guard.amps:g} A"
                    text = f"{name}: {cable.mm2:g} mm2 on net {net} carry {rating:g} A, {behind}, limit {guard.amps:g} A"
                    yield Violation(rule="fuse", ref=name, net=net, text=text, value=f"{rating:g} A", limit=f"{guard.amps:g} A")


def contact_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each relay contact that its fuse lets more through to than it carries, and each that no fuse stands before."""
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        protected = _protections(circuit, parts)
        for ref, part in parts.items():
            rating = part.ratings.get("contact_a", 0.0)
            for net in dict.fromkeys(part.pins[pin] for contact in part.contacts for pin in contact if pin):
                guard = protected.get(net)
                if guard is None or net in circuit.grounds:
                    continue
                if not guard.fuse:
                    text = f"{ref}: its contact is on net {net} before any fuse, limit behind one"
                    yield Violation(rule="fuse", ref=ref, net=net, text=text, value="no fuse", limit="behind one")
                if rating < guard.amps:
                    text = f"{ref}: contact of {rating:g} A on net {net} behind {guard.fuse or 'no fuse'}, limit {guard.amps:g} A"
                    yield Violation(rule="fuse", ref=ref, net=net, text=text, value=f"{rating:g} A", limit=f"{guard.amps:g} A")


def _protections(circuit: Circuit, parts: Mapping[str, Part]) -> dict[str, _Protection]:
    """Return for each net that a supply can push a current into what its fuses let through; a return to the supply as its feed."""
    found: dict[str, _Protection] = {}
    for supply in (part for part in parts.values() if part.kind == "supply"):
        for pin in supply.supplies:
            first = [p.ratings["amps"] for p in parts.values() if p.kind == "fuse" and supply.pins[pin] in p.pins.values()]
            spread = _spread(parts, supply.pins[pin], _Protection(max(first, default=supply.ratings["limit_a"]), ""), circuit.grounds)
            back = [net for other, net in supply.pins.items() if other != pin]
            home = [guard.amps for net, guard in spread.items() if net in circuit.grounds]
            spread |= {net: _Protection(max(home), "its feed") for net in back if home}
            found |= {net: guard for net, guard in spread.items() if net not in found or found[net].amps < guard.amps}
    return found


def _spread(parts: Mapping[str, Part], start: str, first: _Protection, grounds: tuple[str, ...]) -> dict[str, _Protection]:
    """Widest way to each net, both throws of every contact closed: what the weakest fuse on the strongest way lets through."""
    found, queue = {start: first}, [start]
    while queue:
        net = queue.pop()
        if net in grounds:
            continue
        for ref, part in parts.items():
            for other in _beyond(part, net):
                fuse = part.kind == "fuse"
                guard = _Protection(min(found[net].amps, part.ratings["amps"]), ref) if fuse else found[net]
                if other not in found or found[other].amps < guard.amps:
                    found[other] = guard
                    queue.append(other)
    return found


def _beyond(part: Part, net: str) -> list[str]:
    """Return the nets on the far side of a part that carries a motor's current."""
    if part.kind == "relay":
        pairs = [(c[0], pin) for c in part.contacts for pin in c[1:] if pin]
        return [part.pins[b if part.pins[a] == net else a] for a, b in pairs if net in (part.pins[a], part.pins[b])]
    carries = part.kind in CARRIES and part.kind not in {"diode", "zener", "buzzer"}
    carries = carries or (part.kind == "resistor" and part.ratings["ohm"] < min(1.0, TAP_OHM))
    return [other for other in part.pins.values() if other not in (net, "")] if carries and net in part.pins.values() else []
