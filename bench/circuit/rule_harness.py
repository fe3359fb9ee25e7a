"""Harness against netlist, pin by pin; and the grounds, which meet at the star alone."""

from collections.abc import Iterator, Mapping

from bench.circuit.paths import leads_of, reach, seated
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part

Pin = tuple[str, str]


class _Joined:
    """Pins that are joined, as sets that grow together."""

    def __init__(self) -> None:
        self._root: dict[Pin, Pin] = {}

    def root(self, pin: Pin) -> Pin:
        while (above := self._root.get(pin, pin)) != pin:
            pin = above
        return pin

    def join(self, one: Pin, other: Pin) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._root[second] = first


def harness_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each wire or mated pin that joins two nets, and each net whose pins the harness leaves apart."""
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        joined = _Joined()
        yield from _wires(circuit, parts, joined)
        yield from _mated(parts, joined)
        _copper(parts, joined)
        yield from _apart(parts, joined)


def _wires(circuit: Circuit, parts: Mapping[str, Part], joined: _Joined) -> Iterator[Violation]:
    for name, cable in circuit.cables.items():
        if cable.start not in parts or cable.end not in parts:
            continue
        for one, other, colour in cable.wires:
            joined.join((cable.start, one), (cable.end, other))
            nets = parts[cable.start].pins[one], parts[cable.end].pins[other]
            if nets[0] != nets[1] or not nets[0]:
                yield _two_nets(name, f"{colour} wire of {cable.mm2:g} mm2", (cable.start, one), (cable.end, other), nets)


def _mated(parts: Mapping[str, Part], joined: _Joined) -> Iterator[Violation]:
    for ref, part in parts.items():
        if not part.mates:
            continue
        socket = parts[part.mates]
        for pin, net in part.pins.items():
            if pin not in socket.pins:
                limit = f"pins {', '.join(socket.pins)}"
                text = f"{ref}: pin {pin} ({net or 'no net'}) has no counterpart in {part.mates}, limit {limit}"
                yield Violation(rule="harness", ref=ref, net=net, text=text, value=pin, limit=limit)
                continue
            joined.join((ref, pin), (part.mates, pin))
            if net and net != socket.pins[pin]:
                yield _two_nets(ref, "plug", (ref, pin), (part.mates, pin), (net, socket.pins[pin]))


def _two_nets(ref: str, what: str, one: Pin, other: Pin, nets: tuple[str, str]) -> Violation:
    ends = f"{one[0]}.{one[1]} ({nets[0] or 'no net'}) and {other[0]}.{other[1]} ({nets[1] or 'no net'})"
    text = f"{ref}: the {what} joins {ends}, limit one net"
    return Violation(rule="harness", ref=ref, net=nets[0] or nets[1], text=text, value=" and ".join(nets), limit="one net")


def _copper(parts: Mapping[str, Part], joined: _Joined) -> None:
    first: dict[tuple[str, str], Pin] = {}
    for ref, part in parts.items():
        for pin, net in part.pins.items():
            if part.board and net:
                joined.join(first.setdefault((part.board, net), (ref, pin)), (ref, pin))


def _apart(parts: Mapping[str, Part], joined: _Joined) -> Iterator[Violation]:
    nets: dict[str, dict[Pin, Pin]] = {}
    for ref, part in parts.items():
        for pin, net in part.pins.items():
            if net:
                nets.setdefault(net, {}).setdefault(joined.root((ref, pin)), (ref, pin))
    for net, islands in nets.items():
        if len(islands) > 1:
            names = [f"{ref}.{pin}" for ref, pin in islands.values()]
            text = f"{names[0]}: no wire joins it to {', '.join(names[1:])}, {len(names)} pieces of net {net}, limit 1"
            yield Violation(rule="harness", ref=names[0].split(".")[0], net=net, text=text, value=f"{len(names)} pieces", limit="1")


def star_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each ground that misses the star or comes to it twice, and each part that joins two grounds elsewhere."""
    stars = dict(circuit.of_kind("star"))
    used = [net for net in circuit.grounds if any(circuit.on_net(net))]
    if len(used) > 1 and len(stars) != 1:
        text = f"{', '.join(stars) or 'no part'}: {len(stars)} star points for the grounds {', '.join(used)}, limit 1"
        yield Violation(rule="star", ref=", ".join(stars), net=used[0], text=text, value=str(len(stars)), limit="1")
        return
    for ref, star in stars.items():
        for net in used:
            wires = _wires_to(circuit, ref, [pin for pin, there in star.pins.items() if there == net])
            if wires != 1:
                text = f"{ref}: {wires} wires bring net {net} to the star, limit 1"
                yield Violation(rule="star", ref=ref, net=net, text=text, value=f"{wires} wires", limit="1")
    yield from _grounds_meet(circuit, used)


def _wires_to(circuit: Circuit, ref: str, pins: list[str]) -> int:
    ends = [end for cable in circuit.cables.values() for one, other, _ in cable.wires for end in ((cable.start, one), (cable.end, other))]
    return sum(end == (ref, pin) for pin in pins for end in ends)


def _grounds_meet(circuit: Circuit, grounds: list[str]) -> Iterator[Violation]:
    for lead in leads_of(circuit):
        bare = {ref: part for ref, part in seated(circuit, lead).items() if part.kind in {"link", "shunt", "fuse"}}
        for net in grounds:
            for other, way in reach(bare, net, grounds=()).items():
                if other in grounds and other > net:
                    text = f"{', '.join(way)}: joins the grounds {net} and {other} away from the star, limit none"
                    yield Violation(rule="star", ref=way[0], net=net, text=text, value=other, limit="none")
