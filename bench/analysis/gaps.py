"""What a run did not see: a verdict is never better than its evidence.

Where edges of a switch or samples of the current are missing inside a step, that step was not seen whole: no PASS. Where the bus was
away while the door moved, a door bit that did not follow says nothing of the BCM.
"""

from collections.abc import Mapping

from bench.analysis.evidence import Value
from bench.model.observations import Gap
from bench.model.record import RunRecord

SEEN_BY = frozenset(("ajar", "lock", "current"))
"""Sources without which a step is not seen whole; CAN and supply only add to it."""
BUS_NS = 300_000_000
"""A bus that was away for less still brings the frame that follows: three cycles of 100 ms (facts/can.md)."""


def gaps_of(record: RunRecord) -> tuple[Gap, ...]:
    """Return every gap of the record, in order of time."""
    return tuple(o for o in record.observations if isinstance(o, Gap))


def warnings_of_gaps(gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    """Return one sentence for each source that was not seen all the time."""
    found = []
    for source in dict.fromkeys(gap.source for gap in gaps):
        mine = [gap for gap in gaps if gap.source == source]
        lasted_s = sum(gap.until - gap.t for gap in mine) / 1e9
        lost = sum(gap.lost or 0 for gap in mine)
        count = f", at least {lost} lost" if lost else ""
        found.append(f"{source}: not seen, or not all, for {lasted_s:.3f} s in {len(mine)} gaps{count}; {mine[0].reason}")
    return tuple(found)


def unseen_steps(record: RunRecord, gaps: tuple[Gap, ...]) -> tuple[str, ...]:
    """Return the keys of the steps that were not seen whole."""
    blind = [gap for gap in gaps if gap.source in SEEN_BY]
    return tuple(s.key for s in record.steps if any(g.until >= s.start_ns and (s.end_ns is None or g.t <= s.end_ns) for g in blind))


def without_doubt(readings: Mapping[str, Value], gaps: tuple[Gap, ...]) -> dict[str, Value]:
    """Return the readings without those that a gap on the bus may have made."""
    away = any(gap.source not in SEEN_BY | {"supply", "estop", "hold"} and gap.until - gap.t >= BUS_NS for gap in gaps)
    if away and readings.get("door_bit") != "follows":
        return {name: value for name, value in readings.items() if name != "door_bit"}
    return dict(readings)
