"""The live monitor without its loop: what was heard goes in, events, a view and a summary come out. No port, no file, no clock."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench.analysis.body_doors import DoorTrace
from bench.analysis.body_trace import BodyTrace
from bench.analysis.bus import BusSession
from bench.analysis.findings import findings_of, notes_of
from bench.app.monitor_body import Change, LiveBody
from bench.app.monitor_findings import LiveFindings
from bench.model.analysis_document import DoorTimeline, TimedState
from bench.model.can_frame import FrameBatch
from bench.model.family import Family
from bench.model.monitor_events import DoorView, EventKind, LiveView, MonitorEvent, MonitorSummary
from bench.model.names import DOORS, BusState, Door
from bench.ports.frames import Heard

SILENT_NS: Final = 2_000_000_000
"""Nothing heard for that long is told at once; a sleeping bus is told once, not again and again."""
STALE_CYCLES: Final = 20
"""The door frame is called stale after that many of its cycles (2 s at 100 ms) while others go on."""
TELL_DROPS_NS: Final = 10_000_000_000
_WIDER: Final = " (a wider buffer helps: sysctl -w net.core.rmem_max=16777216)"
_STATES: Final[dict[BusState, str]] = {
    "active": "the bus is error-active again", "warning": "bus warning: many errors on the wire (bit rate, wiring, termination)",
    "passive": "the adapter is error-passive: it hears mostly errors (bit rate, wiring, termination)",
    "bus_off": "the adapter is bus-off and hears nothing until it is restarted (ip link set {channel} type can restart)",
    "silent": "the bus is silent",
}  # fmt: skip


class MonitorSession:
    """Feed it what each turn heard. Times are ns of the monitor's clock; `start` is its 0, the begin of listening, by the wall clock."""

    def __init__(self, families: Sequence[Family], *, channel: str, bitrate: int, start: datetime, is_filtered: bool = False) -> None:
        self._bus = BusSession(families, bitrate=bitrate)
        self._body = LiveBody(families)
        self._findings = LiveFindings(families, self._body.ids)
        self._channel, self._start, self._is_filtered, self._bitrate = channel, start, is_filtered, bitrate
        self._heard_ns: int | None = None
        self._is_silent = self._is_stale = False
        self._lost: str | None = None
        self._lost_since_ns = self._lost_ns = self._lost_times = self._back_ns = 0
        self._told_drops_ns = -TELL_DROPS_NS
        self._untold_drops = 0
        self._rates = _Rates()
        self.view = LiveView(where=channel)

    def hear(self, heard: Heard, now_ns: int) -> list[MonitorEvent]:
        """Take one turn; return what is worth telling, in order."""
        events = [*self._adapter(heard, now_ns), *self._traffic(heard, now_ns)]
        batch = heard.frames
        if batch.t_ns:
            self._bus.feed_later(batch)
            body = self._of_body(batch)
            if body.t_ns:
                self._findings.feed(body)
                events += [self._changed(change) for change in self._body.see(body)]
        events += self._stale(now_ns)
        for finding in self._findings.judge(now_ns):
            self.view.findings += 1
            events.append(self._event("finding", now_ns, finding.text, door=finding.door, finding=finding))
        self.view.rate, load = self._rates.see(batch.data, now_ns, self._bitrate)
        self.view.load = None if self._is_filtered else load
        return events

    def _of_body(self, batch: FrameBatch) -> FrameBatch:
        """The few frames of a batch that any family reads."""
        ids = self._body.ids
        rows = [n for n, number in enumerate(batch.ids) if number in ids]
        return batch.rows(rows)

    def show(self, now_ns: int) -> LiveView:
        """Return the view, brought up to `now_ns`."""
        view, body = self.view, self._body.now
        view.now_s, view.lost = now_ns / 1e9, self._lost
        if body is not None:
            view.family, view.lock, view.ignition = body.family.name, body.lock, body.ignition
            view.stale_s = (now_ns - body.last_ns) / 1e9 if self._is_stale and body.last_ns is not None else None
            view.doors = {
                door: DoorView(is_open=now.is_open, changes=now.changes, recent=now.recently(now_ns),
                               changed_s=None if now.changed_ns is None else now.changed_ns / 1e9)
                for door in DOORS if (now := body.doors.get(door)) is not None
            }  # fmt: skip
        return view

    def note(self, kind: EventKind, now_ns: int, text: str) -> MonitorEvent:
        """Return an event about the monitor itself."""
        return self._event(kind, now_ns, text)

    def summary(self, now_ns: int, *, ended: str, recordings: Iterable[str] = ()) -> MonitorSummary:
        """End the session: judge everything that was heard, as a recording of it would be judged."""
        if self._lost is not None:
            self._lost_ns += now_ns - self._lost_since_ns
        story = self._bus.story()
        body = story.body
        notes = list(notes_of(story, 0)) if story.frames else ["nothing was heard on this bus: no evidence about doors, lock or BCM"]
        if self._is_filtered:
            notes.append("filters hid frames from the monitor: no bus load, and a silent bus may not be silent")
        return MonitorSummary(
            ended=ended, utc=self._utc(now_ns), seconds=round(now_ns / 1e9, 3), frames=story.frames, dropped=self.view.dropped,
            error_reports=self.view.error_reports, lost_times=self._lost_times, lost_s=round(self._lost_ns / 1e9, 3),
            bus_load=None if story.load is None or self._is_filtered else round(story.load, 4), family=body.family.name if body else None,
            doors=_doors(body), lock=_timeline(body.lock_changes() if body else ()), ignition=_timeline(body.ignition if body else ()),
            findings=findings_of(story, 0), notes=tuple(notes), recordings=tuple(recordings),
        )  # fmt: skip

    def _adapter(self, heard: Heard, now_ns: int) -> Iterable[MonitorEvent]:
        if heard.lost is not None and heard.lost != self._lost:
            if self._lost is None:
                self._lost_since_ns = now_ns
                self._lost_times += 1
            self._lost = heard.lost
            yield self._event("lost", now_ns, f"the adapter is gone, tried again every second: {heard.lost}")
        elif heard.lost is None and self._lost is not None:
            away_ns = now_ns - self._lost_since_ns
            self._lost_ns += away_ns
            self._lost, self._heard_ns, self._is_silent = None, now_ns, False
            self._back_ns = now_ns
            yield self._event("back", now_ns, f"the adapter is back; nothing was heard for {away_ns / 1e9:.1f} s")
        if heard.state is not None and heard.state != self.view.bus:
            self.view.bus = heard.state
            yield self._event("bus", now_ns, _STATES[heard.state].format(channel=self._channel), to=heard.state)
        self.view.error_reports += heard.errors
        self.view.dropped += heard.dropped
        self._untold_drops += heard.dropped
        if self._untold_drops and now_ns - self._told_drops_ns >= TELL_DROPS_NS:
            yield self._event("dropped", now_ns, f"{self._untold_drops} frames were lost between adapter and monitor{_WIDER}")
            self._untold_drops, self._told_drops_ns = 0, now_ns

    def _traffic(self, heard: Heard, now_ns: int) -> Iterable[MonitorEvent]:
        if self._lost is not None:
            return
        if heard.frames.t_ns:
            self.view.frames += len(heard.frames.t_ns)
            if self._heard_ns is None or self._is_silent:
                first_ns = heard.frames.t_ns[0]
                slept = "" if self._heard_ns is None else f" after {(first_ns - self._heard_ns) / 1e9:.1f} s of silence"
                yield self._event("heard", first_ns, f"the bus speaks{slept}")
            self._heard_ns, self._is_silent = heard.frames.t_ns[-1], False
        elif not self._is_silent and now_ns - (self._heard_ns or 0) >= SILENT_NS:
            self._is_silent = True
            if self._heard_ns is None:
                text = "nothing heard for 2 s: is the ignition on, the plug in, the bit rate right? (a gateway may hide the bus)"
            else:
                text = "the bus fell silent: asleep, or unplugged at the car; no evidence about the BCM"
            yield self._event("silent", now_ns, text)

    def _stale(self, now_ns: int) -> Iterable[MonitorEvent]:
        body = self._body.now
        if body is None or body.last_ns is None:
            return
        age_ns = now_ns - max(body.last_ns, self._back_ns)
        is_stale = age_ns > STALE_CYCLES * body.family.cycle_ms * 1e6 and self._lost is None and not self._is_silent
        if is_stale and not self._is_stale and self._heard_ns is not None and self._heard_ns > body.last_ns:
            self._is_stale = True
            yield self._event("stale", now_ns, f"frame 0x{body.family.frame:X} stays away while others go on: no door is watched now")
        elif self._is_stale and age_ns <= STALE_CYCLES * body.family.cycle_ms * 1e6:
            self._is_stale = False
            yield self._event("note", now_ns, f"frame 0x{body.family.frame:X} is back")

    def _changed(self, change: Change) -> MonitorEvent:
        kind: Any = change.what
        if change.what == "family":
            text = f"door frames of family {change.to}"
        elif change.what == "door":
            name = "tailgate" if change.door == "tailgate" else f"{(change.door or '').replace('_', ' ')} door"
            text = f"{name} {'is ' if change.was is None else ''}{change.to}"
        else:
            text = f"{change.what} {'is ' if change.was is None else ''}{change.to}" + (" (commanded)" if change.what == "lock" else "")
        return self._event(kind, change.t_ns, text, door=change.door, to=change.to)

    def _event(self, kind: EventKind, t_ns: int, text: str, **more: Any) -> MonitorEvent:
        return MonitorEvent(event=kind, t_s=round(t_ns / 1e9, 6), utc=self._utc(t_ns), text=text, **more)

    def _utc(self, t_ns: int) -> str:
        return (
            (self._start + timedelta(microseconds=t_ns // 1000)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )


class _Rates:
    """Frames a second and load over the last second; the load counts 47 bits and the data of a frame, and a tenth for stuffing."""

    def __init__(self) -> None:
        self._since_ns = 0
        self._frames = self._bytes = 0
        self._shown: tuple[float, float | None] = (0.0, None)

    def see(self, data: Sequence[bytes], now_ns: int, bitrate: int) -> tuple[float, float | None]:
        self._frames += len(data)
        self._bytes += sum(map(len, data))
        span_ns = now_ns - self._since_ns
        if span_ns >= 1_000_000_000:
            bits = (47 * self._frames + 8 * self._bytes) * 1.1
            self._shown = self._frames * 1e9 / span_ns, min(1.0, bits * 1e9 / (span_ns * bitrate))
            self._since_ns, self._frames, self._bytes = now_ns, 0, 0
        return self._shown


def _doors(body: BodyTrace | None) -> dict[Door, DoorTimeline]:
    return {door: _door(body.doors[door]) for door in DOORS if door in body.doors} if body else {}


def _door(trace: DoorTrace) -> DoorTimeline:
    return DoorTimeline(
        first="open" if trace.first else "closed", last="open" if trace.state else "closed", open_s=round(trace.open_ns / 1e9, 6),
        transitions=_timeline([(t, "open" if is_open else "closed") for t, is_open in trace.changes]),
    )  # fmt: skip


def _timeline(states: Iterable[tuple[int, str]]) -> tuple[TimedState, ...]:
    return tuple(TimedState(t_s=round(t_ns / 1e9, 6), to=to) for t_ns, to in states)
