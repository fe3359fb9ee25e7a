"""What the feed says: does voltage come, does current flow, does it reach the motor wires, does it trip?"""

from collections.abc import Iterable
from statistics import median

import numpy as np

from bench.analysis.evidence import Feature, Seen, share, typical
from bench.analysis.strokes import DEAD_FEED_V, Stroke
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.trace import Trace

SHORT_SAGS = 0.15
"""A feed that loses this share of the supply is pulled down by 10 A and more through a usual source of 0.1-0.2 ohm (estimate)."""
UNLOADED = 0.035
"""One that loses less than this carries no over-current: 6 A through 0.08 ohm of source, fuse and leads take 4 % (estimate)."""
UNREAD_SAG = 0.1
ALIKE = 0.9
"""Stall currents of the two directions of one motor agree better than this (brushes and commutation: a few per cent, estimate)."""
IDLE_A = 0.05


def feed_features(trace: Trace, still: list[Occasion]) -> Iterable[Feature]:
    """Yield supply, feed, current, motor legs and trips of the strokes during which nobody flexed the harness."""
    yield from _feed(trace, still)
    yield from _flow(trace, still)
    yield from _leg_ohm(trace, [o.stroke for o in still])


def _feed(trace: Trace, still: list[Occasion]) -> Iterable[Feature]:
    first_ns = still[0].stroke.start_ns if still else None
    # the latest before anything was drawn: an ADC settles, a fuse blows
    before = [Seen(v, "", t) for t, v in trace.supply if first_ns is not None and t <= first_ns][-1:]
    yield from typical("supply_v", before or [Seen(v, "", t) for t, v in trace.supply])
    read = [o.stroke for o in still if o.stroke.feed_v is not None]
    feeds = [Seen(s.feed_v or 0.0, s.step, s.start_ns) for s in read]
    yield from share("feed_live", [Seen((s.feed_v or 0.0) > DEAD_FEED_V and not s.feed_lost, s.step, s.start_ns) for s in read])
    pulled_down = {o.stroke.start_ns for o in still if o.stroke.tripped and not o.stroke.moved}
    alive = [s for s in feeds if s.value > DEAD_FEED_V]
    loaded = [s for s in alive if s.t_ns not in pulled_down] or alive
    if loaded:
        yield from typical("loaded_v", loaded)
    off_ns = still[0].stroke.start_ns - 100_000_000 if still else None
    rest = trace.samples.between(0, off_ns).a if off_ns else trace.samples.a
    rest = rest[~np.isnan(rest)]
    if len(rest) >= 5:
        yield Feature(name="rest_a", value=float(np.median(rest)), t_ns=0, count=len(rest))


def _flow(trace: Trace, still: list[Occasion]) -> Iterable[Feature]:
    """Does a current flow when driven: always, never, sometimes, or in one direction only?"""
    live = [o for o in still if o.stroke.feed_v is None or o.stroke.feed_v > DEAD_FEED_V or o.stroke.flows or o.stroke.tripped]
    by_role = {role: [o.stroke for o in live if o.stroke.role == role] for role in ("drive_lock", "drive_unlock")}
    flowing = {role: sum(bool(s.flows) for s in strokes) / len(strokes) for role, strokes in by_role.items() if strokes}
    if flowing:
        word = (
            "all" if min(flowing.values()) == 1 else "none" if max(flowing.values()) == 0
            else "one_way" if set(flowing.values()) == {0.0, 1.0} else "some"
        )  # fmt: skip
        at = next((o.stroke for o in live if not o.stroke.flows), live[0].stroke)
        yield Feature(name="current_flows", value=word, step=at.step, t_ns=at.start_ns, count=len(live))
    legs = [leg for o in live if (leg := _leg(trace, o.stroke)) is not None]
    yield from share("leg_driven", legs)
    tripped = [o.stroke for o in still if o.stroke.tripped or o.stroke.clipped]
    if still:
        early = [s for s in tripped if not s.moved and s.end_ns - s.start_ns < 120_000_000]
        ways = {s.role for s in tripped}
        word = (
            "none" if not tripped else "plateau" if not early
            else "at_once" if len(ways) > 1 or len(flowing) == 1 else "at_once_one_way"
        )  # fmt: skip
        at = (early or tripped or [still[0].stroke])[0]
        if early and all(_sag_share(trace, s) < UNLOADED for s in early):
            word = "at_once_unloaded"
        if any(_sag_share(trace, s) > SHORT_SAGS for s in early) or (word == "at_once_one_way" and _is_lighter(live, early)):
            yield Feature(name="trip_speaks", value="yes", step=at.step, t_ns=at.start_ns)
        yield Feature(name="trip", value=word, step=at.step, t_ns=at.start_ns, count=len(still))


def _is_lighter(live: list[Occasion], early: list[Stroke]) -> bool:
    """Does the other direction stay well below what tripped this one? The same motor stalls alike both ways: then it is no stall."""
    ways = {s.role for s in early}
    other = [o.stroke.peak_a for o in live if o.stroke.role not in ways and o.stroke.peak_a is not None and o.stroke.flows]
    tripped_a = [s.peak_a for s in early if s.peak_a is not None]
    return bool(other and tripped_a) and max(other) < ALIKE * min(tripped_a)


def _sag_share(trace: Trace, stroke: Stroke) -> float:
    """Return the share of the supply that the feed lost under a stroke; as of a usual short where either was not read."""
    before = [v for t, v in trace.supply if t <= stroke.start_ns] or [v for _, v in trace.supply] or _idle_feed(trace)
    loaded_v = _loaded(trace, stroke)
    if not before or loaded_v is None or before[-1] < DEAD_FEED_V:
        return UNREAD_SAG
    return 1 - loaded_v / before[-1]


def _loaded(trace: Trace, stroke: Stroke) -> float | None:
    """Return the feed's voltage while the current is there, V: half of a span that the trip cuts may be the relay's, without a sag."""
    part = trace.samples.between(stroke.start_ns, stroke.end_ns)
    if stroke.peak_a is None:
        return stroke.feed_v
    read = part.v[(part.a >= stroke.peak_a / 2) & ~np.isnan(part.v)]
    return float(np.median(read)) if len(read) else stroke.feed_v


def _idle_feed(trace: Trace) -> list[float]:
    """Return the feed's voltage while nothing was drawn from it, as the proof test shows it; empty where it was not read."""
    idle = trace.samples.v[(trace.samples.a < IDLE_A) & (trace.samples.v > DEAD_FEED_V)]
    return [float(np.median(idle))] if len(idle) >= 5 else []


def _leg(trace: Trace, stroke: Stroke) -> Seen | None:
    """Did the driven motor leg carry the feed's voltage at the end of the pulse?"""
    line = trace.lines.get("motor_" + stroke.role.removeprefix("drive_"))
    feed_v = stroke.feed_v
    if not line or feed_v is None or feed_v < 5 or stroke.end_ns - stroke.start_ns < 60_000_000:
        return None
    inside = [v for t, v in line if stroke.start_ns + 20_000_000 <= t <= stroke.end_ns]
    before = [v for t, v in line if t < stroke.start_ns + 20_000_000]
    level = median(inside) if inside else before[-1] if before else None
    return None if level is None else Seen(level > 0.5 * feed_v, stroke.step, stroke.start_ns)


def _leg_ohm(trace: Trace, strokes: list[Stroke]) -> Iterable[Feature]:
    """Yield the resistance between feed and driven leg, ohm: the drive relay's contact, by the ADC on the leg at the plateau."""
    seen = []
    for s in strokes:
        line = trace.lines.get("motor_" + s.role.removeprefix("drive_"))
        if not line or s.plateau_a is None or s.feed_v is None or s.feed_v < 5 or s.end_ns - s.start_ns < 200_000_000:
            continue
        late = [v for t, v in line if s.start_ns <= t <= s.end_ns]
        if late:
            seen.append(Seen(max(s.feed_v - late[-1], 0.0) / s.plateau_a, s.step, s.start_ns))
    if seen:
        worst = max(seen, key=lambda found: found.value)
        yield Feature(name="leg_ohm", value=worst.value, step=worst.step, t_ns=worst.t_ns, count=len(seen))
