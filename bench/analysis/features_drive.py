"""What the motor, its feed and the lock lever say."""

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from bench.analysis.evidence import Feature, Seen, share, tally, typical
from bench.analysis.features_feed import feed_features
from bench.analysis.load import load_of
from bench.analysis.ripple import ripple_of
from bench.analysis.strokes import BRUSH_V, DEAD_FEED_V, Stroke
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.trace import Trace
from bench.model.observations import Answer
from bench.model.profile import Profile
from bench.model.record import RunRecord

COPPER_PER_K = 0.00393
"""Copper's resistance per kelvin (facts/actuator.md 1)."""
MAGNET_PER_K = -0.002
"""A permanent magnet motor's torque constant per kelvin (facts/actuator.md 1, estimate)."""
NOMINAL_V = 12.6
"""The voltage at which the signatures stand (facts/actuator.md 2)."""
UNEQUAL = 0.6
"""Beyond this (natural log) strokes are simply unequal: a jam at any place is as much a jam."""
STEEP = 0.3
"""Beyond this (natural log, a cycle) travel times simply jump: ice thaws by 15-30 % a cycle (facts/actuator.md 2)."""
BARELY = 0.8
"""A motor that draws this share of its stall current while it runs barely turns (estimate)."""


def drive_features(record: RunRecord, trace: Trace, occasions: list[Occasion], profile: Profile) -> Iterable[Feature]:
    """Yield the features of supply, motor, gear and lock lever."""
    still = [o for o in occasions if not o.is_flexed and (o.stroke.flows is not None or o.stroke.tripped)]
    yield from feed_features(trace, still)
    yield from _fitted(trace, still)
    yield from _loads([o.stroke for o in still if o.span is not None and o.span.name == "release" and o.stroke.moved], trace, profile)
    yield from _shape(still)
    yield from _gaps(occasions)
    yield from _followed(record, trace, still, profile)


def _fitted(trace: Trace, still: list[Occasion]) -> Iterable[Feature]:
    """Yield the fitted numbers, corrected to 25 degrees where a thermometer was read."""
    full = [o.stroke for o in still if o.travels is not False and o.stroke.lambda_vs is not None and not o.stroke.clipped]
    kelvin = median(c for _, c in trace.ambient) - 25.0 if trace.ambient else 0.0
    if trace.ambient:
        yield Feature(name="ambient_c", value=kelvin + 25.0, t_ns=trace.ambient[0][0])
    copper, magnet = 1 + COPPER_PER_K * kelvin, 1 + MAGNET_PER_K * kelvin
    yield from typical("resistance_ohm", _seen(full, lambda s: s.resistance_ohm, copper))
    yield from _bounds([o.stroke for o in still if o.travels is not False and o.stroke.clipped], copper, magnet)
    moved = [s for s in full if s.moved]
    yield from typical("lambda_vs", _seen(moved, lambda s: s.lambda_vs, magnet))
    ran = [o.stroke for o in still if o.travels is not False and o.stroke.moved and o.stroke.running_a]
    yield from typical("running_a", _seen(ran, lambda s: s.running_a))
    yield from typical("running_share", _seen(moved, _running_share))
    firm = [s for s in moved if not s.gaps and not s.tripped]
    yield from typical("plateau_over_peak", _seen(firm, lambda s: s.plateau_over_peak))
    yield from typical("travel_ms", _seen(moved, lambda s: s.travel_ms))
    yield from typical("source_ohm", _seen(moved, lambda s: s.source_ohm))
    yield from typical("inertia_f", _seen(moved, lambda s: s.inertia_f, 1 / (magnet * magnet)))
    ripple = ripple_of(moved)
    if ripple is not None:
        yield Feature(name="ripple", value=ripple, step=moved[0].step, t_ns=moved[0].start_ns, count=len(moved))
    if _turns(moved):
        yield from _ratios(moved)
    yield from _ways(full)


def _loads(releases: list[Stroke], trace: Trace, profile: Profile) -> Iterable[Feature]:
    """Yield what a release asks of its motor, and where the pawl comes: only of latches that were shut before, so that it bears a load."""
    load = load_of(releases)
    ajar = trace.inputs.get("ajar")
    shut = releases if ajar is None else [s for s in releases if ajar.at(s.start_ns) != profile.ajar.open_level]
    if load.steady is not None:
        volts = [s.feed_v - BRUSH_V for s in releases if s.feed_v is not None and s.feed_v > DEAD_FEED_V]
        # friction and springs ask for the same current at any voltage
        carried = median(volts) / (NOMINAL_V - BRUSH_V) if volts else 1.0
        yield Feature(name="load_share", value=load.steady * carried, step=releases[0].step, t_ns=releases[0].start_ns, count=len(releases))
    hump = load.hump if len(shut) == len(releases) else load_of(shut).hump
    if hump is not None:
        yield Feature(name="hump_fraction", value=hump, step=shut[0].step, t_ns=shut[0].start_ns, count=len(shut))


def _turns(moved: list[Stroke]) -> bool:
    """Did the motor come up to a speed at all? A starved one hardly dips below its stall current: its length is noise."""
    shares = [s.running_a / s.plateau_a for s in moved if s.running_a and s.plateau_a]
    return not shares or median(shares) < BARELY


def _ways(full: list[Stroke]) -> Iterable[Feature]:
    """Yield how far R differs between the directions: motor and wires are the same both ways, the rig's relays are not."""
    ways = {role: [s for s in full if s.role == role and s.resistance_ohm] for role in ("drive_lock", "drive_unlock")}
    middle = {role: median(s.resistance_ohm or 0.0 for s in found) for role, found in ways.items() if found}
    if len(middle) == 2:
        at = max(full, key=lambda s: s.resistance_ohm or 0.0)
        value = min(abs(math.log(middle["drive_lock"] / middle["drive_unlock"])), UNEQUAL)
        yield Feature(name="resistance_ways", value=value, step=at.step, t_ns=at.start_ns, count=len(full))


def _bounds(clipped: list[Stroke], copper: float, magnet: float) -> Iterable[Feature]:
    """Yield what a monitor that clips at the end stop still says: R is at most, Lambda at least what the clipped reading gives."""
    ran = [s for s in clipped if s.moved and s.stalls]
    yield from typical("resistance_below", _seen(ran, lambda s: s.resistance_ohm, copper))
    yield from typical("lambda_above", _seen(ran, lambda s: s.lambda_vs, magnet))


def _running_share(s: Stroke) -> float | None:
    """Return running over stall current as it would be at the nominal voltage: the load beside what the motor can pull.

    The stall current goes with the voltage. Friction and springs ask for the same current at any voltage, grease and iron for
    more at speed: about half and half (E), so that the share goes with the root of it. None without a plateau.
    """
    if not s.moved or not s.running_a or not s.plateau_a:
        return None
    volts = 1.0 if s.feed_v is None or s.feed_v < DEAD_FEED_V else (s.feed_v - BRUSH_V) / (NOMINAL_V - BRUSH_V)
    return s.running_a / s.plateau_a * math.sqrt(volts)


def _ratios(moved: list[Stroke]) -> Iterable[Feature]:
    """Yield how the strokes of one run differ: between directions, between the first and the rest, from cycle to cycle."""
    ways = {role: [s for s in moved if s.role == role] for role in ("drive_lock", "drive_unlock")}
    lengths = {role: median(s.lambda_vs or 0.0 for s in found) for role, found in ways.items() if found}
    if len(lengths) == 2 and min(lengths.values()) > 0:
        at = min(moved, key=lambda s: s.lambda_vs or 0.0)
        yield Feature(
            name="lambda_ways",
            value=min(abs(math.log(lengths["drive_lock"] / lengths["drive_unlock"])), UNEQUAL),
            step=at.step,
            t_ns=at.start_ns,
        )
    for role, found in ways.items():
        values = [s.lambda_vs or 0.0 for s in found]
        if role == max(ways, key=lambda r: len(ways[r])) and len(values) >= 2 and min(values) > 0:
            at = min(found, key=lambda s: s.lambda_vs or 0.0)
            yield Feature(
                name="lambda_spread",
                value=min(math.log(max(values) / min(values)), UNEQUAL),
                step=at.step,
                t_ns=at.start_ns,
                count=len(values),
            )
            later = median(values[1:])
            yield Feature(
                name="lambda_later",
                value=min(max(math.log(later / values[0]), -UNEQUAL), UNEQUAL),
                step=found[1].step,
                t_ns=found[1].start_ns,
                count=len(values),
            )
    slopes = [slope for found in ways.values() if (slope := _slope([(s.start_ns, s.travel_ms) for s in found])) is not None]
    if slopes:
        yield Feature(
            name="trend", value=min(max(median(slopes), -STEEP), STEEP), step=moved[0].step, t_ns=moved[0].start_ns, count=len(moved)
        )


def _slope(points: Sequence[tuple[int, float | None]]) -> float | None:
    """Return the mean relative change of travel time from one cycle to the next; None with fewer than three."""
    values = [y for _, y in points if y]
    if len(values) < 3:
        return None
    return math.log(values[-1] / values[0]) / (len(values) - 1)


def _shape(still: list[Occasion]) -> Iterable[Feature]:
    """Yield what kind of stroke was seen where a good lock travels: full, flat (seized), endless (no end stop).

    Unlike strokes are `runs_on` where one found no end stop, for only teeth that slip let it run on: the next stroke then finds the lever
    where it stood, and stays flat. Else they are `mixed`, where one stayed flat: what bars a gear stops it early.
    """
    due = [o.stroke for o in still if o.travels and o.stroke.flows and o.stroke.stalls is not None and o.stroke.is_done]
    # a trip that comes after a dip comes at the end stop
    kinds = ["full" if s.tripped else "endless" if not s.stalls else "full" if s.moved else "flat" for s in due]
    if kinds:
        word = kinds[0] if len(set(kinds)) == 1 else "runs_on" if "endless" in kinds else "mixed"
        at = next((s for s, kind in zip(due, kinds, strict=True) if kind != "full"), due[0])
        yield Feature(name="stroke", value=word, step=at.step, t_ns=at.start_ns, count=len(due))


def _gaps(occasions: list[Occasion]) -> Iterable[Feature]:
    for name, flexed in (("gaps_still", False), ("gaps_flexed", True)):
        strokes = [o.stroke for o in occasions if o.is_flexed is flexed and o.stroke.flows]
        seen = [Seen(s.gaps, s.step, s.gap_ns[0] if s.gap_ns else s.start_ns) for s in strokes]
        yield from tally(name, seen, occasions=len(strokes))


def _followed(record: RunRecord, trace: Trace, still: list[Occasion], profile: Profile) -> Iterable[Feature]:
    """Does the lock lever follow the motor: by its switch, by the knob that a person watches, and how late?"""
    lock = trace.inputs.get("lock")
    driven = [o for o in still if o.travels is not False and _carried_out(o.stroke)]
    if lock is not None and profile.lock is not None:
        target = {"drive_lock": profile.lock.locked_level, "drive_unlock": 1 - profile.lock.locked_level}
        follows, late = [], []
        for o in driven:
            s = o.stroke
            if lock.at(s.start_ns) == target[s.role]:
                continue  # it stands there already: nothing can follow
            end_ns = o.span.end_ns if o.span and o.span.end_ns else s.end_ns + 400_000_000
            follows.append(Seen(lock.at(end_ns) == target[s.role], s.step, s.start_ns))
            edge = next((t for t, level in lock.changes(s.start_ns, end_ns) if level == target[s.role]), None)
            flux = s.touch_at(edge) if edge is not None and s.moved else None
            if edge is not None and flux is not None:
                late.append(Seen(flux, s.step, edge))
        yield from share("lock_follows", follows)
        yield from typical("edge_fraction", late)
        yield from typical("edge_early", [Seen(max(1.0 - seen.value, 0.0), seen.step, seen.t_ns) for seen in late])
    by_step = {o.span.key: o for o in driven if o.span and o.travels}
    answers = [a for a in record.observations if isinstance(a, Answer) and a.question == "knob_moved" and isinstance(a.value, bool)]
    yield from share("knob_follows", [Seen(bool(a.value), a.step or "", a.t) for a in answers if a.step in by_step])


def _carried_out(stroke: Stroke) -> bool:
    """Was the pulse long enough for the lever to follow, or was there no current at all that could move it?"""
    return stroke.is_done if stroke.tripped else stroke.end_ns - stroke.start_ns > 100_000_000


def _seen(strokes: list[Stroke], read: Callable[[Stroke], float | None], divisor: float = 1.0) -> list[Seen]:
    values = [(s, read(s)) for s in strokes]
    return [Seen(value / divisor, s.step, s.start_ns) for s, value in values if value is not None]
