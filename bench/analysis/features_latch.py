"""What the claw, its switch and the person at the lock say."""

from collections.abc import Iterable, Mapping

from bench.analysis.evidence import Feature, Seen, share, tally, typical
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.trace import Levels, Trace
from bench.model.observations import Answer
from bench.model.profile import Profile
from bench.model.record import RunRecord, StepSpan

BURST_NS = 60_000_000
"""Edges closer than this belong to one event: worn contacts chatter for tens of ms (facts/actuator.md 1, estimate)."""
LINE_ALIVE_V = 2.5
"""A line that was ever higher than this has shown its pull-up's voltage, be that 3.3, 5 or 12 V (estimate)."""
PULL_UP_V = 12.0
"""What a line that never rose is compared with: the J11's switch lines idle at battery voltage (facts/can.md 6)."""
CLAW_NS = 5_000_000
"""From the lifted pawl to the switch the claw springs open by itself: a quarter of its 17-50 ms, more or less (estimate)."""
LATEST = 1.05
"""Later than a twentieth of a stroke after the end stop is simply late: by what more says nothing (estimate)."""
FALLS_BACK_NS = 100_000_000
"""So long after a pulse a claw that was lifted may take to fall back to its pawl (estimate)."""
BRIEF_NS = 30_000_000
"""Closed for less than this is contact bounce, not a door that was shut (facts/actuator.md: reopens after 50-500 ms)."""


def latch_features(record: RunRecord, trace: Trace, occasions: list[Occasion], profile: Profile) -> Iterable[Feature]:
    """Yield the features of claw, ajar switch and answers."""
    ajar = trace.inputs.get("ajar")
    closed = 1 - profile.ajar.open_level
    events = [s for s in record.steps if s.name in ("close", "open", "release") and s.end_ns is not None]
    answered = (o for o in record.observations if isinstance(o, Answer) and o.question == "knob_moved")
    knob = {a.step or "": a.value for a in answered if isinstance(a.value, bool)}
    barred = _is_barred(record)
    opened = [s for s in events if _may_open(s, trace, occasions, profile, knob) and not (barred and s.name == "open")]
    if ajar is not None and ajar.edges:
        yield from _closing([s for s in events if s.name == "close"], ajar, closed)
        yield from _opening(opened, ajar, closed)
        yield from _releasing(occasions, ajar, closed)
        yield from _chatter(events, ajar)
        yield from _strays(record, trace, _caught(record, occasions))
        yield Feature(name="ajar_moves", value=_moves(ajar, closed), t_ns=ajar.edges[0][0])
    yield from _line(trace, events, opened)
    yield from _answers(record, {s.key for s in opened})


def _is_barred(record: RunRecord) -> bool:
    """Did somebody say that a child lock or double locking bars the lever? It imitates a broken one (DESIGN 4)."""
    barred = {("child_lock_off", False), ("double_locked", True)}
    return any(isinstance(o, Answer) and isinstance(o.value, bool) and (o.question, o.value) in barred for o in record.observations)


def _may_open(span: StepSpan, trace: Trace, occasions: list[Occasion], profile: Profile, answers: Mapping[str, bool]) -> bool:
    """Would a good latch open in this step?

    Not by a release that was never driven or was cut by the trip, nor by the lever of a rear door that stands locked: by its
    switch, or where it has none by the last stroke that was carried out.
    """
    if span.name == "close" or (span.name == "open" and profile.kind == "tailgate"):
        return False
    if span.name == "release":
        return any(o.span is span and (o.stroke.is_done or not o.stroke.tripped) for o in occasions)
    lock = trace.inputs.get("lock")
    if lock is not None and profile.lock is not None:
        return lock.at(span.start_ns) != profile.lock.locked_level
    done = [o for o in occasions if o.stroke.is_done and o.travels is not False and o.stroke.end_ns <= span.start_ns]
    return not done or (done[-1].stroke.role != "drive_lock" and _arrived(done[-1], answers))


def _arrived(o: Occasion, answers: Mapping[str, bool]) -> bool:
    """Did the last stroke carry the lock lever over, as far as anything shows? Else a lock without a switch may still be locked.

    `answers`: what a person said of the knob, by step.
    """
    ran = bool(o.stroke.moved and o.stroke.stalls)
    return ran and answers.get(o.stroke.step, True)


def _closing(closes: list[StepSpan], ajar: Levels, closed: int) -> Iterable[Feature]:
    words: list[tuple[str, StepSpan, int]] = []
    for span in closes:
        end_ns = span.end_ns or span.start_ns
        changes = ajar.changes(span.start_ns, end_ns)
        shut = [(t, next((u for u, level in changes if u > t and level != closed), end_ns)) for t, level in changes if level == closed]
        longest = max((u - t for t, u in shut), default=0)
        if ajar.at(end_ns) == closed:
            words.append(("closed", span, shut[-1][0] if shut else span.start_ns))
        elif longest > BRIEF_NS:
            words.append(("reopened", span, next(u for t, u in shut if u - t == longest)))
            yield Feature(name="shut_ms", value=longest / 1e6, step=span.key, t_ns=words[-1][2])
        else:
            words.append(("never", span, end_ns))
    if words:
        at = next((w for w in words if w[0] != "closed"), words[0])
        yield Feature(name="closes", value=_word({w for w, _, _ in words}), step=at[1].key, t_ns=at[2], count=len(words))


def _word(kinds: set[str]) -> str:
    """Return one word for what all closings showed: the same each time, or the gravest that was there beside others."""
    if len(kinds) == 1:
        return next(iter(kinds))
    return "sometimes_reopened" if "reopened" in kinds else "sometimes_never"


def _opening(opened: list[StepSpan], ajar: Levels, closed: int) -> Iterable[Feature]:
    """Yield whether the switch shows open at the end of a step that opens; only where it showed closed before."""
    due = [s for s in opened if ajar.at(s.start_ns) == closed]
    yield from share("opens", [Seen(ajar.at(s.end_ns or s.start_ns) != closed, s.key, s.end_ns or s.start_ns) for s in due])


def _releasing(occasions: list[Occasion], ajar: Levels, closed: int) -> Iterable[Feature]:
    late = []
    for o in occasions:
        s = o.stroke
        if o.span is not None and o.span.name == "release" and s.moved:
            edge = next((t for t, level in ajar.changes(s.start_ns, s.end_ns + 200_000_000) if level != closed), None)
            flux = s.flux_at(edge - CLAW_NS) if edge is not None else None
            if edge is not None and flux is not None:
                late.append(Seen(min(flux, LATEST), s.step, edge))
    # What a slow claw adds differs from stroke to stroke, what a stretched cable takes does not: the earliest says most of it.
    yield from typical("release_fraction", sorted(late, key=lambda seen: seen.value)[:1])


def _chatter(events: list[StepSpan], ajar: Levels) -> Iterable[Feature]:
    """Yield the busiest burst of edges of any movement: how many, how long."""
    worst: tuple[int, int, StepSpan, int] | None = None
    for span in events:
        for burst in bursts([t for t, _ in ajar.changes(span.start_ns, span.end_ns or span.start_ns)]):
            if worst is None or (len(burst), burst[-1] - burst[0]) > worst[:2]:
                worst = (len(burst), burst[-1] - burst[0], span, burst[0])
    if worst is not None:
        yield Feature(name="edges", value=float(worst[0]), step=worst[2].key, t_ns=worst[3])
        yield Feature(name="chatter_ms", value=worst[1] / 1e6, step=worst[2].key, t_ns=worst[3])


def bursts(times: list[int]) -> list[list[int]]:
    """Return edge times in bursts: edges of one event, closer together than BURST_NS."""
    found: list[list[int]] = []
    for t_ns in times:
        if found and t_ns - found[-1][-1] < BURST_NS:
            found[-1].append(t_ns)
        else:
            found.append([t_ns])
    return found


def _strays(record: RunRecord, trace: Trace, pulses: list[tuple[int, int]]) -> Iterable[Feature]:
    """Yield edges of either switch while only the harness moves, and edges of the ajar switch while nothing moves it.

    `pulses`: the driven spans in which a caught claw may come free, or be lifted and fall back: its edges there say nothing of a wire, and
    where there are no others nothing is said.
    """
    flexed = [s for s in record.steps if s.name == "wiggle" and s.end_ns is not None]
    still = [s for s in record.steps if s.name in ("rest", "lock", "unlock") and s.end_ns is not None]
    for name, spans, roles in (("edges_flexed", flexed, ("ajar", "lock")), ("edges_still", still, ("ajar",))):
        found = [(span, *_strays_in(span, trace, roles, pulses)) for span in spans]
        told = [(span, strays) for span, strays, excused in found if strays or not excused]
        seen = [Seen(len(strays), span.key, strays[0] if strays else span.start_ns) for span, strays in told]
        yield from tally(name, seen, occasions=len(told))


def _caught(record: RunRecord, occasions: list[Occasion]) -> list[tuple[int, int]]:
    """Return the pulses after the last release, where a person saw that the lid did not come with it; none where it came or nobody said."""
    said = {a.step: a.value for a in record.observations if isinstance(a, Answer) and a.question == "opened"}
    released = [s for s in record.steps if s.name == "release"]
    if not released or said.get(released[-1].key) is not False:
        return []
    return [(o.stroke.start_ns, o.stroke.end_ns) for o in occasions if o.stroke.start_ns > released[-1].start_ns and o.is_flexed]


def _strays_in(span: StepSpan, trace: Trace, roles: tuple[str, ...], pulses: list[tuple[int, int]]) -> tuple[list[int], int]:
    """Return the times of a step's edges, and how many more a caught claw may have made."""
    lines = [(role, trace.inputs[role]) for role in roles if role in trace.inputs]
    edges = sorted((t, role) for role, line in lines for t, _ in line.changes(span.start_ns, span.end_ns or span.start_ns))
    strays = [t for t, role in edges if role != "ajar" or not any(start <= t <= end + FALLS_BACK_NS for start, end in pulses)]
    return strays, len(edges) - len(strays)


def _moves(ajar: Levels, closed: int) -> str:
    levels = {level for _, level in ajar.edges}
    if len(levels) == 2:
        return "moves"
    return "always_closed" if levels == {closed} else "always_open"


def _line(trace: Trace, events: list[StepSpan], opened: list[StepSpan]) -> Iterable[Feature]:
    """Yield the watched switch line after closing and after opening, as a share of its pull-up's voltage."""
    line = trace.lines.get("ajar")
    if not line:
        return
    highest = max(v for _, v in line)
    ajar = trace.inputs.get("ajar")
    rose = highest > LINE_ALIVE_V and (ajar is None or not ajar.edges or any(level for _, level in ajar.edges))
    pull_up_v = highest if rose else max(PULL_UP_V, highest)
    for name, spans in (("line_closed_share", [s for s in events if s.name == "close"]), ("line_open_share", opened)):
        levels = [(s, [v for t, v in line if t <= (s.end_ns or 0)]) for s in spans]
        seen = [Seen(values[-1] / pull_up_v, s.key, s.end_ns or 0) for s, values in levels if values]
        if seen:
            # the worst of the occasions: a contact that failed once has failed
            worst = min(seen, key=lambda s: s.value if name == "line_closed_share" else -s.value)
            yield Feature(name=name, value=worst.value, step=worst.step, t_ns=worst.t_ns, count=len(seen))


def _answers(record: RunRecord, may_open: set[str]) -> Iterable[Feature]:
    answers = [a for a in record.observations if isinstance(a, Answer) and isinstance(a.value, bool)]
    for question in ("held", "half"):
        yield from share(question, [Seen(bool(a.value), a.step or "", a.t) for a in answers if a.question == question])
    opened = [a for a in answers if a.question == "opened" and a.step in may_open]
    yield from share("opened", [Seen(bool(a.value), a.step or "", a.t) for a in opened])
