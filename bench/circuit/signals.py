"""Which relay a control line ends at, and which line an input looks at: followed through gates, transistors and resistors."""

from collections.abc import Collection, Iterator, Mapping

from bench.model.circuit import Part


def driven_by(parts: Mapping[str, Part], net: str, grounds: Collection[str], supplies: Collection[str]) -> frozenset[str]:
    """Return the references of every relay whose coil a control net has a say in."""
    seen, queue = {net}, [net]
    relays: set[str] = set()
    while queue:
        now = queue.pop()
        relays |= {ref for ref, part in parts.items() if part.coil and part.pins[part.coil[1]] == now}
        for _, onward in _onward(parts, now):
            if onward and onward not in seen and onward not in grounds and onward not in supplies:
                seen.add(onward)
                queue.append(onward)
    return frozenset(relays)


def _onward(parts: Mapping[str, Part], net: str) -> Iterator[tuple[str, str]]:
    """Yield (part, net) that a change of `net` reaches next: out of a gate, a drain, the far side of a series resistor."""
    for ref, part in parts.items():
        for output, inputs in part.drives.items():
            if any(part.pins[pin] == net for pin in inputs):
                yield ref, part.pins[output]
        if part.kind == "transistor" and part.pins.get("G") == net:
            yield ref, part.pins["D"]
        if part.kind == "resistor" and net in part.pins.values():
            yield from ((ref, other) for other in part.pins.values() if other != net)


def deciders(parts: Mapping[str, Part], net: str, stop: Collection[str], *, timers: bool) -> frozenset[str]:
    """Return the nets that have a say in `net`, itself among them: back through gates and series resistors.

    With `timers` only the outputs of monostables on the way are returned, and the search ends at each; without, it goes on behind them.
    """
    seen, queue, found = {net}, [net], set()
    while queue:
        now = queue.pop()
        onward = []
        for part in parts.values():
            for output, inputs in part.drives.items():
                if part.pins[output] == now:
                    if timers and part.kind == "monostable":
                        found.add(now)
                    else:
                        onward += [part.pins[pin] for pin in inputs]
            if part.kind == "resistor" and now in part.pins.values():
                onward += [other for other in part.pins.values() if other != now]
        fresh = {other for other in onward if other and other not in seen and other not in stop}
        seen |= fresh
        queue.extend(fresh)
    return frozenset(found) if timers else frozenset(seen)


def line_of(parts: Mapping[str, Part], net: str, grounds: Collection[str]) -> tuple[str, bool] | None:
    """Return the vehicle-side line that an input's net looks at, and whether a transistor turns it over; None: none is found."""
    for part in parts.values():
        if part.kind == "transistor" and part.pins.get("C") == net:
            lines = [line for line, _ in through_resistors(parts, part.pins["B"], grounds)]
            return (lines[0], True) if len(lines) == 1 else None
    lines = [line for line, _ in through_resistors(parts, net, grounds)]
    return (lines[0], False) if len(lines) == 1 else None


def through_resistors(parts: Mapping[str, Part], net: str, grounds: Collection[str]) -> list[tuple[str, float]]:
    """Return (net, ohm) at the far side of each resistor on a net, but for those to ground."""
    return [
        (other, part.ratings["ohm"])
        for part in parts.values()
        if part.kind == "resistor" and net in part.pins.values()
        for other in part.pins.values()
        if other != net and other not in grounds
    ]


def to_ground(parts: Mapping[str, Part], net: str, grounds: Collection[str]) -> list[tuple[str, float]]:
    """Return (reference, ohm) of each resistor from a net to a ground."""
    return [
        (ref, part.ratings["ohm"])
        for ref, part in parts.items()
        if part.kind == "resistor" and net in part.pins.values() and any(other in grounds for other in part.pins.values() if other != net)
    ]
