"""What is drawn of one step: current samples, digital lanes and marks, taken out of the record. Nothing is judged here."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bench.model.language import text
from bench.model.observations import Current, Input, Output, Trip, time_of
from bench.model.profile import Profile
from bench.model.record import RunRecord, StepSpan

Tone = Literal["high", "low", "unknown", "busy"]
DoorState = tuple[int, str | None]
"""(t_ns, "open" / "closed" / None) from the door bit of the module's frames; None: invalid or not seen."""

MS: Final = 1_000_000
BEFORE_MS: Final = 40
AFTER_MS: Final = 300
"""Shown before the feed closes and after it opens: the module answers within 0.25 s (facts/actuator.md 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of time in one state: ns of the run, the word shown, and how it is painted."""

    start_ns: int
    end_ns: int
    word: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One digital line over the whole window."""

    name: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step in its window; `feeds_ns`: when the feed closed (empty: nothing was driven)."""

    step: StepSpan
    start_ns: int
    end_ns: int
    feeds_ns: tuple[int, ...]
    samples: tuple[tuple[int, float | None], ...]
    lanes: tuple[Lane, ...]
    trips: tuple[Trip, ...]

    @property
    def zero_ns(self) -> int:
        """The time that the axis calls 0: the feed's closing, else the step's start."""
        return self.feeds_ns[0] if self.feeds_ns else self.step.start_ns


def views_of(record: RunRecord, profile: Profile, door: Sequence[DoorState] = ()) -> list[StepView]:
    """Return a view of each step, in order; a step that was cut ends with the record's last observation."""
    feeds = _feeds(record)
    samples = samples_of(record)
    changes = _level_changes(record, profile)
    if door:
        changes[text("door, CAN")] = [(t, _door_word(state)) for t, state in sorted(door, key=lambda item: item[0])]
    times = [t for t, _ in samples]
    trips = [o for o in record.observations if isinstance(o, Trip)]
    last_ns = max([*times[-1:], *(time_of(o) for o in record.observations[-1:])], default=0)
    views = []
    for step in record.steps:
        end_ns = step.end_ns if step.end_ns is not None else max(last_ns, step.start_ns + MS)
        mine = [(on, off) for on, off in feeds if step.start_ns <= on < end_ns]
        start, end = step.start_ns, max(end_ns, step.start_ns + MS)
        if mine:
            start = max(step.start_ns, mine[0][0] - BEFORE_MS * MS)
            end = min(end, mine[-1][1] + AFTER_MS * MS) if mine[-1][1] > start else end
        lanes = [_lane(name, states, start, end) for name, states in changes.items()]
        if mine:
            lanes.insert(0, _feed_lane(mine, start, end))
        views.append(
            StepView(
                step=step,
                start_ns=start,
                end_ns=end,
                feeds_ns=tuple(on for on, _ in mine),
                samples=tuple(samples[bisect_left(times, start) : bisect_right(times, end)]) if mine else (),
                lanes=tuple(lane for lane in lanes if lane.segments),
                trips=tuple(o for o in trips if start <= o.t <= end),
            )
        )
    return views


def samples_of(record: RunRecord) -> list[tuple[int, float | None]]:
    """Return every current sample as (t_ns, A), in order of time; None was not read."""
    found = [(o.t0 + dt, a) for o in record.observations if isinstance(o, Current) for dt, a in zip(o.dt, o.a, strict=True)]
    return sorted(found, key=lambda sample: sample[0])


def _feeds(record: RunRecord) -> list[tuple[int, int]]:
    """Return when current could flow: enable and one drive both energised, as (on, off) in ns."""
    energised: dict[str, bool] = {}
    since: int | None = None
    feeds = []
    for o in (o for o in record.observations if isinstance(o, Output)):
        energised[o.role] = o.energised
        live = energised.get("enable", False) and any(energised.get(r, False) for r in ("drive_lock", "drive_unlock"))
        if live and since is None:
            since = o.t
        elif not live and since is not None:
            feeds.append((since, o.t))
            since = None
    if since is not None:
        feeds.append((since, since))
    return feeds


def _level_changes(record: RunRecord, profile: Profile) -> dict[str, list[tuple[int, str]]]:
    words = {"ajar": {profile.ajar.open_level: "open", 1 - profile.ajar.open_level: "shut"}}
    if profile.lock is not None:
        words["lock"] = {profile.lock.locked_level: "locked", 1 - profile.lock.locked_level: "unlocked"}
    names = {"ajar": text("door switch"), "lock": text("lock switch")}
    changes: dict[str, list[tuple[int, str]]] = {}
    for o in record.observations:
        if isinstance(o, Input) and o.role in words:
            changes.setdefault(names[o.role], []).append((o.t, words[o.role][o.level]))
    return changes


def _door_word(state: str | None) -> str:
    return {"open": text("open"), "closed": text("shut")}.get(state or "", "?")


def _lane(name: str, states: Iterable[tuple[int, str]], start: int, end: int) -> Lane:
    segments: list[Segment] = []
    current: tuple[int, str] | None = None
    for t, word in [*states, (end, "")]:
        if current is not None and t > start and current[0] < end and (word != current[1] or t >= end):
            segments.append(_segment(max(start, current[0]), min(t, end), current[1]))
        if current is None or word != current[1]:
            current = (t, word)
        if t >= end:
            break
    return Lane(name=name, segments=tuple(segments))


def _segment(start: int, end: int, word: str) -> Segment:
    tones: dict[str, Tone] = {"open": "high", "locked": "high", "shut": "low", "unlocked": "low"}
    return Segment(start_ns=start, end_ns=end, word=word, tone=tones.get(word, "unknown"))


def _feed_lane(feeds: Sequence[tuple[int, int]], start: int, end: int) -> Lane:
    states: list[tuple[int, str]] = []
    for on, off in feeds:
        states += [(on, text("on")), (off, "")] if off > on else [(on, "on")]
    segments = (s for s in _lane("feed", states, start, end).segments if s.word)
    painted = tuple(Segment(start_ns=s.start_ns, end_ns=s.end_ns, word=s.word, tone="busy") for s in segments)
    return Lane(name=text("12 V feed"), segments=painted)
