"""Where current can go: a search over nets through fuses, shunts, contacts, links, switches and motors.

A ground net is an end: what has reached it has gone home. A relay has one state at a time, so a search is for one state of all
relays (`energised`), and `relay_states` goes through every one of them.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

from bench.model.circuit import CARRIES, TAP_OHM, Circuit, Part

Nets = Mapping[str, tuple[str, ...]]
"""Each net that was reached, and the parts on the way to it."""


def seated(circuit: Circuit, lead: str) -> dict[str, Part]:
    """Return the parts that are there while one lead is plugged in ("" none)."""
    return {ref: part for ref, part in circuit.parts.items() if part.lead in ("", lead)}


def leads_of(circuit: Circuit) -> tuple[str, ...]:
    """Return every way to use the rig: with each of its leads, or, where it has none, without."""
    return tuple(circuit.leads) or ("",)


def relay_states(parts: Mapping[str, Part]) -> Iterator[frozenset[str]]:
    """Yield every set of relays that could be energised together: 2 ** relays of them."""
    relays = [ref for ref, part in parts.items() if part.kind == "relay"]
    for count in range(len(relays) + 1):
        yield from map(frozenset, combinations(relays, count))


def state_words(energised: Collection[str]) -> str:
    """Say a state of the relays."""
    return f"with {' and '.join(sorted(energised))} energised" if energised else "with no relay energised"


def reach(
    parts: Mapping[str, Part], start: str, *, grounds: Collection[str], energised: Collection[str] = (), opened: Collection[str] = ()
) -> Nets:
    """Return what a current from `start` can reach. Switches count as closed, but for those in `opened`; so do diodes, both ways."""
    joined: dict[str, list[tuple[str, str]]] = {}
    for ref, part in parts.items():
        if ref in opened:
            continue
        for one, other in _joins(part, energised=ref in energised):
            if one and other:
                joined.setdefault(one, []).append((ref, other))
                joined.setdefault(other, []).append((ref, one))
    found: dict[str, tuple[str, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        net = queue.popleft()
        if net in grounds and net != start:
            continue
        for ref, other in joined.get(net, ()):
            if other not in found:
                found[other] = (*found[net], ref)
                queue.append(other)
    return found


def _joins(part: Part, *, energised: bool) -> Iterator[tuple[str, str]]:
    nets = tuple(part.pins.values())
    if part.kind == "relay":
        for common, makes, breaks in part.contacts:
            pin = makes if energised else breaks
            if pin:
                yield part.pins[common], part.pins[pin]
    elif part.kind == "resistor":
        if part.ratings["ohm"] < TAP_OHM:
            yield nets[0], nets[1]
    elif part.kind in CARRIES and len(nets) == 2:
        yield nets[0], nets[1]


def supply_nets(parts: Mapping[str, Part]) -> dict[str, list[tuple[str, str, str]]]:
    """Return (supply, part, pin) by the net onto which each comes out."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for ref, part in parts.items():
        for pin, name in part.supplies.items():
            found.setdefault(part.pins[pin], []).append((name, ref, pin))
    return found


def power_nets(parts: Mapping[str, Part]) -> list[str]:
    """Return the nets of the rig's own power supplies: those of parts of kind `supply`."""
    return [part.pins[pin] for part in parts.values() if part.kind == "supply" for pin in part.supplies]
