"""The feed of the motor: dead while the enable relay is open, its legs at rest on ground, and what its coil gives back taken."""

from collections.abc import Iterator, Mapping
from typing import Final

from bench.circuit.paths import leads_of, power_nets, reach, relay_states, seated, state_words
from bench.circuit.signals import to_ground
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part

BLEEDER_OHM: Final = (100.0, 5_000.0)
"""An open feed must read below 0.5 V (DESIGN 6, the proof test) with 0.1 mA of leakage (E); below 100 ohm a bleeder is a heater."""


def feed_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each way to the drive relays past the enable relay, each leg that rests elsewhere, and what the feed lacks."""
    for lead in leads_of(circuit):
        yield from _past_enable(circuit, seated(circuit, lead))
    for role in ("drive_lock", "drive_unlock"):
        for ref, part in circuit.with_role(role):
            for common, _, breaks in part.contacts:
                net = part.pins[breaks] if breaks else ""
                if net not in circuit.grounds:
                    leg = part.pins[common]
                    yield _says(ref, leg, f"{ref}: net {leg} rests on {net or 'nothing'}", net or "nothing", "ground")
    nets = _feed_nets(circuit)
    if nets:
        yield from _clamps(circuit, nets)
        yield from _bleeder(circuit, nets)


def _says(ref: str, net: str, text: str, value: str, limit: str) -> Violation:
    return Violation(rule="feed", ref=ref, net=net, text=f"{text}, limit {limit}", value=value, limit=limit)


def _drive_feeds(parts: Mapping[str, Part]) -> set[str]:
    drives = [part for part in parts.values() if part.role in {"drive_lock", "drive_unlock"} and part.kind == "relay"]
    return {part.pins[contact[1]] for part in drives for contact in part.contacts if contact[1]}


def _past_enable(circuit: Circuit, parts: Mapping[str, Part]) -> Iterator[Violation]:
    enables = {ref for ref, part in parts.items() if part.role == "enable"}
    for energised in relay_states(parts):
        if energised & enables:
            continue
        for start in power_nets(parts):
            found = reach(parts, start, grounds=circuit.grounds, energised=energised)
            for net in sorted(_drive_feeds(parts) & found.keys()):
                way = ", ".join(found[net]) or "no part"
                text = f"{way}: net {net} is live from {start} with the enable relay open {state_words(energised)}"
                yield _says(found[net][0] if found[net] else "", net, text, "live", "through the enable relay alone")


def _feed_nets(circuit: Circuit) -> list[str]:
    """Return the nets between the enable relay and the drive relays, the drive relays' own last."""
    feeds = sorted(_drive_feeds(circuit.parts))
    joins = {ref: part for ref, part in circuit.parts.items() if part.kind in {"shunt", "link"}}
    more = {net for feed in feeds for net in reach(joins, feed, grounds=circuit.grounds)} - set(feeds)
    return [*sorted(more), *feeds]


def _clamps(circuit: Circuit, nets: list[str]) -> Iterator[Violation]:
    feed, across = nets[-1], []
    for ref, part in circuit.of_kind("tvs", "diode", "zener"):
        there = list(part.pins.values())
        if any(net in nets for net in there) and any(net in circuit.grounds for net in there):
            across.append((ref, part))
    both_ways = [ref for ref, part in across if part.kind == "tvs" and not {"A", "K"} & part.pins.keys()]
    for ref, part in across:
        if part.kind == "tvs" and ref not in both_ways:
            text = f"{ref}: works one way only, its cathode on net {part.pins.get('K', 'none')}"
            yield _says(ref, feed, text, "one way", "a TVS that works both ways")
        elif part.kind in {"diode", "zener"} and part.pins.get("A") in nets:
            yield _says(ref, feed, f"{ref}: from net {part.pins['A']} to ground it shorts the feed", "a short", "its cathode on the feed")
    if not both_ways:
        yield _says("", feed, f"no part: nothing clamps net {feed}", "0", "a TVS that works both ways")
    if not any(part.kind == "diode" and part.pins.get("K") in nets for _, part in across):
        text = f"no part: a motor's current pulls net {feed} below ground when the enable relay opens, through the current monitor"
        yield _says("", feed, text, "0", "a diode from ground to the feed")


def _bleeder(circuit: Circuit, nets: list[str]) -> Iterator[Violation]:
    fitted = [found for net in nets for found in to_ground(circuit.parts, net, circuit.grounds)]
    low, high = BLEEDER_OHM
    if not any(low <= ohm <= high for _, ohm in fitted):
        has = ", ".join(f"{ref} of {ohm:g} ohm" for ref, ohm in fitted) or "none"
        yield _says("", nets[0], f"net {nets[0]} has as bleeder {has}", has, f"{low:g} to {high:g} ohm")
