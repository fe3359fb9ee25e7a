"""Wires against what a terminal holds: a clamp or a crimp takes two, a pin of a header one."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part

WIRES: Final = 2
"""Wires under one screw clamp or in one crimp (confidence E, workshop practice; two that are twisted into one ferrule count as two)."""
_SINGLE: Final = frozenset(("controller", "star"))
"""A pin of a header takes one plug, a pin of the star is one ring under its nut."""


def wires_at_most(part: Part) -> int:
    """Return how many wires each pin of a part takes; its rating `wires` says otherwise where the part does."""
    return int(part.ratings.get("wires", 1 if part.kind in _SINGLE else WIRES))


def terminal_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each pin with more wires than it holds; pins of one net on one board are bridged there, so a second one helps."""
    ends: Counter[tuple[str, str]] = Counter()
    names: dict[tuple[str, str], list[str]] = {}
    for name, cable in circuit.cables.items():
        for one, other, _ in cable.wires:
            for end in ((cable.start, one), (cable.end, other)):
                ends[end] += 1
                names.setdefault(end, []).append(name)
    for (ref, pin), count in ends.items():
        limit = wires_at_most(circuit.parts[ref])
        if count > limit:
            net, who = circuit.parts[ref].pins[pin], ", ".join(dict.fromkeys(names[ref, pin]))
            text = f"{ref}.{pin}: {count} wires on net {net} ({who}), limit {limit}"
            yield Violation(rule="terminals", ref=ref, net=net, text=text, value=f"{count} wires", limit=str(limit))
