"""Coils and what switches them: a clamp the right way round, a driver the right way round, and nothing that spoils the order of release."""

from collections.abc import Collection, Iterator, Mapping

from bench.circuit.paths import power_nets, reach
from bench.circuit.rule_drivers import PULL_DOWN_OHM
from bench.circuit.signals import to_ground
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part


def coil_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield what is wrong around each coil that a transistor switches, and with the transistors themselves."""
    for ref, part in circuit.of_kind("transistor"):
        yield from _driver(circuit, ref, part)
    for ref, part in circuit.of_kind("relay"):
        if part.coil is not None:
            yield from _fed(circuit, ref, part.pins[part.coil[0]])
            yield from _clamped(circuit, ref, part, part.pins[part.coil[0]], part.pins[part.coil[1]])
    yield from _order(circuit)


def _says(ref: str, net: str, text: str, value: str, limit: str) -> Violation:
    return Violation(rule="coils", ref=ref, net=net, text=f"{text}, limit {limit}", value=value, limit=limit)


def _driver(circuit: Circuit, ref: str, part: Part) -> Iterator[Violation]:
    foot = "S" if "S" in part.pins else "E"
    net = part.pins.get(foot, "")
    if net not in circuit.grounds:
        yield _says(ref, net, f"{ref}.{foot}: on net {net or 'none'}; its body diode conducts for ever", net or "no net", "a ground")
    if "G" in part.pins and not any(
        PULL_DOWN_OHM[0] <= ohm <= PULL_DOWN_OHM[1] for _, ohm in to_ground(circuit.parts, part.pins["G"], circuit.grounds)
    ):
        gate = part.pins["G"]
        yield _says(ref, gate, f"{ref}.G: net {gate} floats when nothing drives it", "no pull-down", "1000 to 22000 ohm to ground")


def _fed(circuit: Circuit, ref: str, high: str) -> Iterator[Violation]:
    closed = [name for name, part in circuit.parts.items() if part.kind == "relay"]
    starts = power_nets(circuit.parts)
    if not any(high in reach(circuit.parts, start, grounds=circuit.grounds, energised=closed) for start in starts):
        yield _says(ref, high, f"{ref}: its coil's net {high} is fed by nothing, every switch and contact closed", "not fed", "a supply")


def _clamped(circuit: Circuit, ref: str, relay: Part, high: str, low: str) -> Iterator[Violation]:
    found = clamp_of(circuit.parts, high, low)
    if found is None:
        yield _says(ref, low, f"{ref}: nothing takes its coil's current from net {low} to {high} when its driver opens", "none", "a diode")
    if way := _flow(circuit.parts, high, low, breaks=False):
        yield _says(way[0], low, f"{', '.join(way)}: shorts {ref}'s coil (net {high}) when its driver closes", "a short", "none")
    if relay.role in {"enable", "safety"} and (slow := _flow(circuit.parts, low, high, breaks=False)):
        text = f"{ref}: {', '.join(slow)} carry its coil's current on from net {low} without a Zener, so it lets go late"
        yield _says(ref, low, text, "a plain diode", "a Zener in the way")
    for other, part in circuit.of_kind("buzzer"):
        if set(part.pins.values()) == {high, low} and found and any(circuit.parts[z].kind == "zener" for z in found):
            text = f"{other}: straight across {ref}'s coil (net {low}), where {', '.join(found)} let its voltage turn round"
            yield _says(other, low, text, "no diode", "behind a diode of its own")


def clamp_of(parts: Mapping[str, Part], high: str, low: str) -> tuple[str, ...] | None:
    """Return what carries a coil's current on when its driver opens: forward diodes, Zeners that break; None: nothing does."""
    return _flow(parts, low, high, breaks=True)


def _flow(parts: Mapping[str, Part], start: str, end: str, *, breaks: bool) -> tuple[str, ...] | None:
    """Return the diodes on a way in which a current can flow; `breaks`: a Zener may be used backwards."""
    found: dict[str, tuple[str, ...]] = {start: ()}
    queue = [start]
    while queue:
        net = queue.pop(0)
        for ref, part in parts.items():
            if part.kind not in {"diode", "zener"}:
                continue
            anode, cathode = part.pins.get("A", ""), part.pins.get("K", "")
            ways = [(anode, cathode)] + ([(cathode, anode)] if breaks and part.kind == "zener" else [])
            for one, other in ways:
                if one == net and other and other not in found:
                    found[other] = (*found[net], ref)
                    queue.append(other)
    return found.get(end)


def _order(circuit: Circuit) -> Iterator[Violation]:
    """The drive relays' plain diodes must not carry the enable relay's coil on: all supply lost at once, it lets go first."""
    enables = [(r, p) for r, p in circuit.with_role("enable") if p.coil]
    for role in ("drive_lock", "drive_unlock"):
        for ref, part in circuit.with_role(role):
            for enable, other in enables:
                if part.coil is None or other.coil is None:
                    continue
                start, end = part.pins[part.coil[0]], other.pins[other.coil[0]]
                if start == end or _onward(circuit.parts, start, end, circuit.grounds):
                    text = f"{ref}: when the coils' supply is lost its diode carries {enable}'s coil on, from net {start} to {end}"
                    yield _says(ref, start, text, "no diode between", "a diode before net " + start)


def _onward(parts: Mapping[str, Part], start: str, end: str, grounds: Collection[str]) -> bool:
    """Can a current go from one net to another through closed switches and contacts, and through diodes forward?"""
    found, queue = {start}, [start]
    while queue:
        net = queue.pop()
        for part in parts.values():
            for other in _beyond(part, net):
                if other and other not in found and other not in grounds:
                    found.add(other)
                    queue.append(other)
    return end in found


def _beyond(part: Part, net: str) -> list[str]:
    if part.kind == "relay":
        pairs = [(c[0], pin) for c in part.contacts for pin in c[1:] if pin]
        return [part.pins[b if part.pins[a] == net else a] for a, b in pairs if net in (part.pins[a], part.pins[b])]
    if part.kind == "diode":
        return [part.pins["K"]] if part.pins.get("A") == net else []
    if part.kind in {"switch", "link", "fuse", "shunt"} and net in part.pins.values():
        return [other for other in part.pins.values() if other != net]
    return []
