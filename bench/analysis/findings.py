"""What a healthy car does not show, out of a bus story. A silent or sleeping bus is never blamed on the BCM."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

import msgspec

from bench.analysis.body_doors import KEPT, Odd, Stretch
from bench.analysis.body_findings import lock_findings, never_moved, supply_findings
from bench.analysis.body_next import NEXT_TEST
from bench.analysis.body_trace import STALE_NS, BodyTrace, Gap
from bench.analysis.bus import BusStory
from bench.model.analysis_document import Finding
from bench.model.names import Door

_WINDOW_NS: Final = 3_000_000_000
_IN_WINDOW: Final = 5
"""Five changes within 3 s: opening, a slam and one bounce make four."""
_BLIP_NS: Final = 400_000_000
"""An opening shorter than this is no hand's work; a door that was just slammed may bounce, so it must have been shut before."""
_SETTLED_NS: Final = 1_000_000_000
_REOPEN_NS: Final = 800_000_000
"""Closed for 50..500 ms, then open by itself (the article's case), plus the frame cycle and the BCM's debounce."""
_TWIN_FRAMES: Final = 5
"""Open and closed bits may both change within one frame of each other; five frames in a row are no transition."""
_ALIVE: Final = 20
"""Frames of other ids inside a gap of the door frame that prove the channel awake."""
_SHOWN: Final = 5
_FULL: Final = 1.05
_MANY: Final = 1000
"""Share of the bit rate, and frames, above which it is not the rounding of stamps."""

_SIGNAL_FAULTS: Final = ("switch_bounce", "wire_intermittent", "switch_high_r")
_FLEXED_FAULTS: Final = ("wire_intermittent", "switch_bounce", "switch_high_r")  # a moving car shakes the corrugation
_LATCH_FAULTS: Final = ("reopens", "spring_weak", "striker_misaligned", "cable_stretched")
_OPEN_FAULTS: Final = ("switch_stuck_closed", "wire_short_switch", "wire_intermittent", "striker_misaligned", "reopens")

Changes = list[tuple[int, bool]]


def findings_of(story: BusStory, origin_ns: int) -> tuple[Finding, ...]:
    """Return the findings of a recording by time; `origin_ns` is its first frame's time."""
    found: list[Finding] = []
    if story.body is not None:
        body = story.body
        for door, trace in body.doors.items():
            parts = [(stretch, *_split(stretch)) for stretch in trace.stretches(body.last_ns or 0)]
            found += _chatter(door, [shaky for _, shaky, _ in parts], trace.count, body, origin_ns)
            found += _reopens(door, [stretch._replace(changes=rest) for stretch, _, rest in parts], origin_ns)
        found += (_moving(door, odd, body, origin_ns) for door, odd in body.moving.items())
        found += (_twins(door, odd, body, origin_ns) for door, odd in body.twins.items() if odd.longest >= _TWIN_FRAMES)
        found += lock_findings(body, origin_ns)
        found += never_moved(body, origin_ns)
        found += supply_findings(body, origin_ns)
        found += _stale([g for g in _paused(story, body) if g.ignition not in {"off", "acc"}], body, origin_ns)
    found += _silent([s for s in story.silences if s.ignition in {"on", "start"}], origin_ns)
    told = [msgspec.structs.replace(f, next_test=NEXT_TEST[f.id]) for f in found]
    return tuple(sorted(told, key=lambda f: f.t_s))


def notes_of(story: BusStory, origin_ns: int) -> tuple[str, ...]:
    """Return what a reader should know and is no finding: no body frames, short frames, ordinary sleep."""
    return tuple(_notes(story, origin_ns))


def _notes(story: BusStory, origin_ns: int) -> Iterator[str]:
    body = story.body
    if story.load is not None and story.load > _FULL and story.frames >= _MANY:
        yield (f"no wire carries a load of {story.load:.0%} at this bit rate: the bus is faster, or the time stamps are no times (candump "
               "-t d writes the time since the frame before)")  # fmt: skip
    if body is None:
        yield "no body frames on this bus: it says nothing about doors (a gateway may hide them), and nothing about the BCM"
    else:
        if body.short_frames:
            yield f"{body.short_frames} of {body.frames} frames 0x{body.family.frame:X} were too short for every door bit"
        if body.back is not None:
            yield (f"time stamps run backwards ({body.back.frames} x, first behind {_s(body.back.first_ns - origin_ns)} s): a clock that "
                   "was set, or recordings put together; nothing was judged across such a place")  # fmt: skip
        if len(story.channels_seen) > 1:
            yield (f"door frames came on {len(story.channels_seen)} channels ({', '.join(story.channels_seen)}); {body.channel} has more "
                   "and was taken")  # fmt: skip
        if len(story.families_seen) > 1:
            yield f"door frames of {' and '.join(story.families_seen)} were seen; {body.family.name} has more and was taken"
        cut = [door for door, trace in body.doors.items() if trace.count > len(trace.changes)]
        yield from (f"{door}: {body.doors[door].count} changes, only the first {KEPT} are listed" for door in cut)
        asleep = [g for g in _paused(story, body) if g.ignition in {"off", "acc"}]
        yield from _pauses(asleep, f"frame 0x{body.family.frame:X} paused with the ignition off", origin_ns)
    asleep = [s for s in story.silences if s.ignition not in {"on", "start"}]
    yield from _pauses(asleep, "the bus was silent (asleep, or the recorder paused)", origin_ns)


def _paused(story: BusStory, body: BodyTrace) -> Iterator[Gap]:
    """Gaps of the door frame in which the rest of the channel went on; silences of the whole channel are taken off."""
    for gap in body.gaps:
        spans = [min(gap.to_ns, s.to_ns) - max(gap.from_ns, s.from_ns) for s in story.silences]
        silent_ns = sum(span for span in spans if span > 0)
        if gap.others >= _ALIVE and gap.to_ns - gap.from_ns - silent_ns > STALE_NS:
            yield gap


def _pauses(gaps: list[Gap], what: str, origin_ns: int) -> Iterator[str]:
    if gaps:
        longest = max(gaps, key=lambda g: g.to_ns - g.from_ns)
        times = f"{len(gaps)} times, longest" if len(gaps) > 1 else "for"
        yield f"{what} {times} {_s(longest.to_ns - longest.from_ns)} s from {_s(longest.from_ns - origin_ns)} s on"


def _split(stretch: Stretch) -> tuple[Changes, Changes]:
    """Split a door's changes into those that no hand can have made, and the rest."""
    changes = stretch.changes
    shaky = [False] * len(changes)
    first = 0
    for last, (t_ns, _) in enumerate(changes):
        while t_ns - changes[first][0] > _WINDOW_NS:
            first += 1
        if last - first + 1 >= _IN_WINDOW:
            shaky[first : last + 1] = [True] * (last - first + 1)
    for k in range(len(changes) - 1):
        (opened, is_open), (shut, _) = changes[k], changes[k + 1]
        settled = opened - (changes[k - 1][0] if k else stretch.from_ns) >= _SETTLED_NS
        if is_open and settled and shut - opened <= _BLIP_NS:
            shaky[k] = shaky[k + 1] = True
    return [c for c, s in zip(changes, shaky, strict=True) if s], [c for c, s in zip(changes, shaky, strict=True) if not s]


def _chatter(door: Door, bursts: list[Changes], count: int, body: BodyTrace, origin_ns: int) -> Iterator[Finding]:
    shaky = [change for burst in bursts for change in burst]
    if not shaky:
        return
    shortest = min((b[0] - a[0] for burst in bursts for a, b in pairwise(burst)), default=0)
    likely = 0.9 if len(shaky) >= 10 else 0.8 if len(shaky) >= _IN_WINDOW else 0.6
    speed = body.moving.get(door)
    driving = f" while driving, at up to {speed.top:.0f} km/h" if speed else ""
    yield Finding(
        id="door_chatter", door=door, t_s=_t(shaky[0][0], origin_ns), probability=likely,
        faults=_FLEXED_FAULTS if speed else _SIGNAL_FAULTS,
        text=f"The {_name(door)} signal flickers{driving}: {len(shaky)} of {count} changes came faster than a hand can move a door.",
        evidence=(*_listed(shaky, origin_ns), f"shortest state {_s(shortest)} s",
                  *([f"{speed.frames} frames read open at up to {speed.top:.0f} km/h"] if speed else [])),
    )  # fmt: skip


def _reopened(stretch: Stretch) -> Iterator[tuple[int, int]]:
    """Open for a while, closed for less than a second, and open again: when it closed, and when it opened."""
    _, from_ns, end_ns, changes = stretch
    for k in range(len(changes) - 1):
        (shut, is_open), (opened, again) = changes[k], changes[k + 1]
        was_open_ns = shut - (changes[k - 1][0] if k else from_ns)
        stays_ns = (changes[k + 2][0] if k + 2 < len(changes) else end_ns) - opened
        if not is_open and again and opened - shut <= _REOPEN_NS and min(was_open_ns, stays_ns) >= _REOPEN_NS // 2:
            yield shut, opened


def _reopens(door: Door, stretches: list[Stretch], origin_ns: int) -> Iterator[Finding]:
    hits = [hit for stretch in stretches for hit in _reopened(stretch)]
    if hits:
        yield Finding(
            id="closed_then_open", door=door, t_s=_t(hits[0][0], origin_ns), faults=_LATCH_FAULTS,
            probability=0.8 if len(hits) > 1 else 0.6,
            text=f"The {_name(door)} closed and at once came open again ({len(hits)} x): the latch did not hold.",
            evidence=tuple(f"closed at {_s(a - origin_ns)} s, open again {_s(b - a)} s later" for a, b in hits[:_SHOWN]),
        )  # fmt: skip


def _moving(door: Door, odd: Odd, body: BodyTrace, origin_ns: int) -> Finding:
    trace = body.doors[door]
    never = "" if trace.changes else "; it never read closed in this recording, so a false signal is the likelier reading"
    return Finding(
        id="open_while_moving", door=door, t_s=_t(odd.first_ns, origin_ns), faults=_OPEN_FAULTS,
        probability=0.9 if odd.frames >= _TWIN_FRAMES else 0.6,
        text=f"SAFETY: the {_name(door)} read open while the car moved. Do not drive on before the latch is seen to hold.",
        evidence=(f"{odd.frames} frames read open at up to {odd.top:.0f} km/h, first at {_s(odd.first_ns - origin_ns)} s{never}",),
    )  # fmt: skip


def _twins(door: Door, odd: Odd, body: BodyTrace, origin_ns: int) -> Finding:
    share = odd.frames / body.frames
    always = share > 0.9
    why = "in nearly every frame: this car probably uses the bits differently" if always else "in a signal that was sound elsewhere"
    return Finding(
        id="bits_disagree", door=door, t_s=_t(odd.first_ns, origin_ns), faults=() if always else ("switch_high_r", "wire_intermittent"),
        probability=0.5, text=f"The open and the closed bit of the {_name(door)} contradict each other.",
        evidence=(f"both equal in {odd.frames} of {body.frames} frames, {odd.longest} in a row, {why}",),
    )  # fmt: skip


def _stale(gaps: list[Gap], body: BodyTrace, origin_ns: int) -> Iterator[Finding]:
    if gaps:
        yield Finding(
            id="frame_stale", door=None, t_s=_t(gaps[0].from_ns, origin_ns), faults=(), probability=0.5,
            text=f"Frame 0x{body.family.frame:X} stayed away while others went on: a gateway, the recorder or sleep; no door was watched.",
            evidence=tuple(f"from {_s(g.from_ns - origin_ns)} s for {_s(g.to_ns - g.from_ns)} s, {g.others} other frames meanwhile"
                           for g in gaps[:_SHOWN]),
        )  # fmt: skip


def _silent(silences: list[Gap], origin_ns: int) -> Iterator[Finding]:
    if silences:
        yield Finding(
            id="bus_silent", door=None, t_s=_t(silences[0].from_ns, origin_ns), faults=(), probability=0.5,
            text="The bus fell silent with the ignition on: the recorder, its plug or its adapter; no evidence about the BCM.",
            evidence=tuple(f"from {_s(g.from_ns - origin_ns)} s for {_s(g.to_ns - g.from_ns)} s" for g in silences[:_SHOWN]),
        )  # fmt: skip


def _listed(changes: Changes, origin_ns: int) -> Iterable[str]:
    yield ", ".join(f"{'open' if o else 'closed'} {_s(t - origin_ns)} s" for t, o in changes[: 2 * _SHOWN])


def _name(door: Door) -> str:
    return "tailgate" if door == "tailgate" else f"{door.replace('_', ' ')} door"


def _t(t_ns: int, origin_ns: int) -> float:
    return round((t_ns - origin_ns) / 1e9, 6)


def _s(span_ns: int) -> str:
    return f"{span_ns / 1e9:.2f}"
