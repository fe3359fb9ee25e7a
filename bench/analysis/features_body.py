"""What the body control module says on CAN, beside what the switch line says."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.analysis.evidence import Feature, Seen, typical
from bench.analysis.trace import Levels, Trace
from bench.model.family import Family
from bench.model.observations import Can
from bench.model.profile import Profile
from bench.model.record import RunRecord

FRESH_NS = 1_000_000_000
"""A frame older than ten cycles of 100 ms says nothing of now (facts/can.md 2a; the bus sleeps)."""


@dataclass(frozen=True, slots=True)
class BitSpan:
    """The door bit as one payload showed it: from, until, open?"""

    first_ns: int
    last_ns: int
    open: bool


def family_of(record: RunRecord, families: tuple[Family, ...]) -> Family | None:
    """Return the family whose door frame was seen most; None where none was."""
    seen = {f.name: sum(o.count for o in record.observations if isinstance(o, Can) and o.id == f.frame) for f in families}
    best = max(families, key=lambda f: seen[f.name], default=None)
    return best if best is not None and seen[best.name] else None


def door_bit(record: RunRecord, profile: Profile, families: tuple[Family, ...]) -> list[BitSpan]:
    """Return what the door bit of this profile's door showed; empty without frames, a door, or a valid state."""
    family = family_of(record, families)
    if family is None or profile.can is None or profile.can.door not in family.doors:
        return []
    bits = family.doors[profile.can.door]
    spans = []
    for line in record.observations:
        if isinstance(line, Can) and line.id == bits.open.id:
            state = bits.read(bytes.fromhex(line.data))
            if state is not None:
                spans.append(BitSpan(line.t, line.last, state))
    return spans


def body_features(record: RunRecord, trace: Trace, profile: Profile, families: tuple[Family, ...]) -> Iterable[Feature]:
    """Yield whether the door bit follows the switch line, and how late."""
    spans = door_bit(record, profile, families)
    ajar = trace.inputs.get("ajar")
    if not spans or ajar is None or not ajar.edges:
        return
    closed = 1 - profile.ajar.open_level
    pairs = []
    for step in record.steps:
        if step.name not in ("close", "open", "release") or step.end_ns is None:
            continue
        bit = bit_at(spans, step.end_ns)
        level = ajar.at(step.end_ns)
        if bit is not None and level is not None:
            pairs.append((step, bit, level != closed))
    if pairs:
        bits, levels = {b for _, b, _ in pairs}, {opened for _, _, opened in pairs}
        agree = all(b == opened for _, b, opened in pairs)
        if agree:
            word = "follows" if len(levels) == 2 else "agrees"
        elif len(bits) == 1 and (len(levels) == 2 or bits != levels):
            # Against a switch that never moves it is wrong in every step all the same.
            word = "stuck_open" if bits == {True} else "stuck_closed"
        elif len(levels) == 1 and len(bits) == 2:
            word = "alone"
        else:
            word = "partly"
        at = next((s for s, b, opened in pairs if b != opened), pairs[0][0])
        yield Feature(name="door_bit", value=word, step=at.key, t_ns=at.end_ns, count=len(pairs))
    yield from typical("can_latency_ms", _latencies(record, spans, ajar, closed))


def bit_at(spans: list[BitSpan], t_ns: int) -> bool | None:
    """Return what the door bit showed last; None where the last frame is older than FRESH_NS."""
    before = [s for s in spans if s.first_ns <= t_ns]
    if not before or t_ns - before[-1].last_ns > FRESH_NS:
        return None
    return before[-1].open


def _latencies(record: RunRecord, spans: list[BitSpan], ajar: Levels, closed: int) -> list[Seen]:
    found = []
    for step in record.steps:
        changes = ajar.changes(step.start_ns, step.end_ns or step.start_ns)
        if step.name not in ("close", "open", "release") or not changes:
            continue
        edge_ns, level = changes[-1]
        was = bit_at(spans, edge_ns)
        after = next((s.first_ns for s in spans if s.first_ns >= edge_ns and s.open == (level != closed)), None)
        if was is not None and was != (level != closed) and after is not None:
            found.append(Seen((after - edge_ns) / 1e6, step.key, edge_ns))
    return found
