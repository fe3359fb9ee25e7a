"""Use case: listen to a car. A reader that drains and closes, a session, a recorder; nothing here or below it can send."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Final, Protocol

from bench.app.monitor_session import MonitorSession
from bench.config import all_families, load_dbcs
from bench.errors import PortError, UsageError
from bench.model.family import Family
from bench.model.monitor_events import LiveView, MonitorEvent, MonitorSummary
from bench.ports.frames import FrameReader, Heard
from bench.ports.rig import Clock
from bench.rig.can_claim import ChannelClaim
from bench.rig.can_listen import Adapter, Listening, PatientReader, open_listening
from bench.rig.clock import MonotonicClock
from bench.store.recorder import Recorder, Rotation, stamped_name

BUSY_FRAMES: Final = 2000
"""A turn that heard more goes on at once: twice a full 1 Mbit/s bus."""
RECORD_AGAIN_NS: Final = 10_000_000_000
"""After the disk refused, a new recording is tried every 10 s."""
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Audience(Protocol):
    """Who watches: a screen, lines of text, or JSON lines. `wants_look`: is it time for a new view?"""

    def tell(self, event: MonitorEvent) -> None: ...
    def wants_look(self, now_ns: int) -> bool: ...
    def look(self, view: LiveView) -> None: ...
    def end(self, summary: MonitorSummary) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRequest:
    """What was asked for. `log`: where to record, None: nowhere; `seconds`: end by itself after that long."""

    adapter: Adapter
    dbc: tuple[Path, ...] = ()
    log: Path | None = None
    rotation: Rotation = field(default_factory=Rotation)
    only_events: bool = False
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None and not 0 < self.seconds < 1e9:
            raise UsageError(f"--seconds {self.seconds:g}: wanted more than 0")
        if self.only_events and self.log is None:
            raise UsageError("--around-events needs --log FILE to write to")


def families_for(dbc: Sequence[Path]) -> tuple[Family, ...]:
    """Return the families of the DBC files given, else every shipped one; raise DbcError where a file is refused."""
    return load_dbcs(dbc) if dbc else all_families()


def run_monitor(
    request: MonitorRequest, audience: Audience, *, opener: Callable[[Adapter, Clock], Listening] = open_listening,
    clock: Clock | None = None,
) -> int:  # fmt: skip
    """Listen until a signal or the time asked for; return 0 nothing found, 1 findings, 5 recording or adapter lost at the end.

    Raises UsageError, DbcError, and PortError where the adapter does not open, is not listen-only, or a dtc command runs on it.
    """
    families = families_for(request.dbc)
    adapter = request.adapter
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        claim = ChannelClaim(adapter.interface, adapter.channel, alone=False)
        stack.callback(claim.close)
        own = clock or MonotonicClock()
        listening = opener(adapter, own)
        reader = PatientReader(listening, lambda: opener(adapter, own), own)
        stack.callback(reader.close)
        session = MonitorSession(
            families, channel=adapter.channel, bitrate=listening.bitrate, start=_wall(own), is_filtered=bool(adapter.filters)
        )
        keeper = _Keeper(request, own, session)
        stack.callback(keeper.close)
        audience.tell(session.note("listening", own.now_ns(), f"listening on {adapter.channel}: {listening.notice}"))
        mended = [session.note("note", own.now_ns(), note) for family in families for note in family.notes]
        for event in (*mended, *keeper.start()):
            audience.tell(event)
        loop = _Loop(session, reader, keeper, audience, own, stop, turn_ns=listening.turn_ns)
        ended = loop.until(request.seconds)
        return _close(session, keeper, audience, own, ended)


def _close(session: MonitorSession, keeper: "_Keeper", audience: Audience, clock: Clock, ended: str) -> int:
    """Judge everything and tell it; what the disk refuses at the very end is told too."""
    try:
        keeper.close()
    except PortError as exc:
        keeper.failed = True
        audience.tell(session.note("not_recording", clock.now_ns(), str(exc)))
    lost = session.show(clock.now_ns()).lost
    summary = session.summary(clock.now_ns(), ended=ended, recordings=keeper.paths)
    audience.end(summary)
    if keeper.failed or lost is not None:
        return 5
    return 1 if summary.findings else 0


class _Loop:
    """Turns of 40 or 100 ms: drain, judge, keep, tell."""

    def __init__(
        self, session: MonitorSession, reader: FrameReader, keeper: "_Keeper", audience: Audience, clock: Clock, stop: list[int],
        *, turn_ns: int,
    ) -> None:  # fmt: skip
        self._turn_ns = turn_ns
        self._session, self._reader, self._keeper = session, reader, keeper
        self._audience, self._clock, self._stop = audience, clock, stop

    def until(self, seconds: float | None) -> str:
        """Run; return why it ended."""
        end_ns = None if seconds is None else self._clock.now_ns() + round(seconds * 1e9)
        while not self._stop:
            now_ns = self._clock.now_ns()
            if end_ns is not None and now_ns >= end_ns:
                self._turn()  # what came during the last sleep
                return f"{seconds:g} s are over"
            heard = self._turn()
            if len(heard.frames.t_ns) < BUSY_FRAMES:
                self._clock.sleep_until(min(now_ns + self._turn_ns, end_ns or now_ns + self._turn_ns))
        self._turn()
        return signal.Signals(self._stop[0]).name

    def _turn(self) -> Heard:
        heard = self._reader.drain()
        now_ns = self._clock.now_ns()
        events = self._session.hear(heard, now_ns)
        events += self._keeper.keep(heard, events, now_ns)
        for event in events:
            self._audience.tell(event)
        if self._audience.wants_look(now_ns):
            self._audience.look(self._session.show(now_ns))
        return heard


class _Keeper:
    """The recording of a monitor, if one was asked for; a disk that refuses ends the file, not the listening."""

    def __init__(self, request: MonitorRequest, clock: Clock, session: MonitorSession) -> None:
        self._request, self._clock, self._session = request, clock, session
        self._recorder: Recorder | None = None
        self._again_ns: int | None = None
        self.paths: list[str] = []
        self.failed = False

    def start(self) -> list[MonitorEvent]:
        """Begin; a recording that cannot even begin is an error, for nobody would want a drive without it."""
        if self._request.log is None:
            return []
        self._begin()
        return [self._session.note("recording", self._clock.now_ns(), f"recording to {self._request.log}")]

    def keep(self, heard: Heard, events: Sequence[MonitorEvent], now_ns: int) -> list[MonitorEvent]:
        """Write what was heard; return what is to be told about it."""
        told: list[MonitorEvent] = []
        try:
            if self._recorder is None:
                if self._again_ns is None or now_ns < self._again_ns:
                    return []
                self._again_ns = now_ns + RECORD_AGAIN_NS
                self._begin()
                told.append(self._session.note("recording", now_ns, "the disk takes data again: recording goes on in a new file"))
            if self._recorder is not None:
                if any(event.event in _WORTH_KEEPING for event in events):
                    self._recorder.event(now_ns)
                self._recorder.write(heard.frames, now_ns)
                self._note_paths(self._recorder)
        except PortError as exc:
            if not self.failed or self._recorder is not None:
                told.append(self._session.note("not_recording", now_ns, f"NOT RECORDING: {exc}"))
            self.failed, self._again_ns = True, now_ns + RECORD_AGAIN_NS
            self._drop()
        return told

    def close(self) -> None:
        """Make the recording durable."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            self._note_paths(recorder)
            recorder.close()

    def _begin(self) -> None:
        path = self._request.log or Path()
        if path.is_dir():
            path = stamped_name(path, _wall(self._clock))
        self._recorder = Recorder(
            path,
            self._request.rotation,
            wall_offset_ns=lambda: time.time_ns() - self._clock.now_ns(),
            only_events=self._request.only_events,
        )
        self._note_paths(self._recorder)

    def _drop(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            with suppress(PortError, OSError):  # told already: the disk refused
                recorder.discard_empty()
            self.paths = [path for path in self.paths if Path(path).exists()]

    def _note_paths(self, recorder: Recorder) -> None:
        self.paths += [str(path) for path in recorder.paths if str(path) not in self.paths]
        self._session.view.recording = self.paths[-1] if self.paths else None


_WORTH_KEEPING: Final = frozenset({"finding", "door", "lock", "bus", "stale", "silent", "lost", "dropped"})
"""Events that keep the 30 s before them where only events are recorded."""


@contextmanager
def stop_on_signals() -> Iterator[list[int]]:
    """INT, TERM and HUP end the loop at its next turn: the list given then holds the signal. A second one is Python's own."""
    seen: list[int] = []
    old: dict[int, Any] = {}

    def caught(number: int, _frame: FrameType | None) -> None:
        seen.append(number)
        if len(seen) > 1:
            raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        old = {n: signal.signal(n, caught) for n in _SIGNALS if signal.getsignal(n) is not signal.SIG_IGN}  # nohup keeps HUP ignored
    try:
        yield seen
    finally:
        for number, before in old.items():
            signal.signal(number, before)


def _wall(clock: Clock) -> datetime:
    """The moment at which the clock stood at 0, by the wall clock; read once."""
    return datetime.fromtimestamp((time.time_ns() - clock.now_ns()) / 1e9, tz=UTC)
