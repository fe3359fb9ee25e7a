"""The writer: takes what the pin process tells, keeps the record, and says what has become of the pin process."""

import queue
import signal
import threading
import time
from collections.abc import Callable
from typing import Final

import msgspec

from bench.app.live_judge import LiveJudge
from bench.app.panel_orders import StopOrder
from bench.app.pin_link import PinLink
from bench.app.recording import Kept, Recording
from bench.app.urgency import hurry_this_thread
from bench.errors import BenchError
from bench.model.ceilings import MS
from bench.model.observations import End, Observation, StepMark, Stop
from bench.model.pin_news import Ack, Alive, Over, PinNews, Ready, Refused, Said, StepIsOver, Where

LOOK_S: Final = 0.05
HUNG_S: Final = 1.0
"""A pin process that says nothing for so long (it says something every 100 ms) hangs: its heartbeat has long stopped."""
OPEN_S: Final = 20.0
"""From the order to start to the first line: profile, pins, chips and buses are opened (E: a Pi needs one or two seconds)."""
_LINES: Final = msgspec.json.Decoder(Observation)
_NEWS: Final = msgspec.json.Decoder(PinNews)
Told = Observation | Where | Said
Result = tuple[Kept | None, str | None, int]


class Writer:
    """One run's record, from its first line to its verdict. `tell` gets what a screen shows; `judge` is asked after each step."""

    def __init__(self, link: PinLink, recording: Recording, *, tell: Callable[[Told], None], judge: LiveJudge | None = None) -> None:
        self._link, self._recording, self._tell, self._judge = link, recording, tell, judge
        self._acked = (0, 0)
        self._told_s = time.monotonic()
        self._is_closed = False
        self._sync = _Sync(recording)

    def run(self) -> Result:
        """Write until the run is over; return what it left, or the error and its exit code where it left nothing."""
        hurry_this_thread()
        try:
            refused = self._take_all()
        finally:
            self._sync.close()
            if self._judge is not None:
                self._judge.close()
        if refused is not None and self._recording.lines == 0:
            self._recording.folder.discard()
            return None, refused.error, refused.exit_code
        try:
            return self._recording.conclude(), None, 0
        except BenchError as exc:
            return None, str(exc), exc.exit_code

    def _take_all(self) -> Refused | None:
        while True:
            lines = self._link.take(LOOK_S)
            if lines is None:
                self._say_how_it_died()
                return None if self._recording.lines else Refused(error="the pin process ended before the run began")
            if lines:
                self._told_s = time.monotonic()
            elif self._recording.lines and time.monotonic() - self._told_s > HUNG_S:
                self._stop_line("watchdog", f"the pin process said nothing for {HUNG_S:g} s: it hangs, and was ended")
                self._link.kill()
                self._link.how_it_ended()
                return None
            elif not self._recording.lines and time.monotonic() - self._told_s > OPEN_S:
                self._link.kill()
                self._link.how_it_ended()
                return Refused(error=f"the pin process said nothing for {OPEN_S:g} s while the rig was opened: it hangs, and was ended")
            for raw in lines:
                last = self._one(raw)
                if last is not None:
                    return last if isinstance(last, Refused) else None
            self._acknowledge()

    def _one(self, raw: bytes) -> Over | Refused | None:
        if not raw.startswith(b'{"news"'):
            line = _LINES.decode(raw)
            self._keep(line)
            self._tell(line)
            return None
        match _NEWS.decode(raw):
            case StepIsOver(n=n):
                self._sync.ask(n)
            case (Over() | Refused()) as last:
                return last
            case (Where() | Said()) as shown:
                self._tell(shown)
            case Alive() | Ready():
                pass
        return None

    def _keep(self, line: Observation) -> None:
        self._is_closed = self._is_closed or isinstance(line, Stop | End)
        try:
            self._recording.take(line)
        except BenchError as exc:
            self._link.give(StopOrder(reason="error", detail=f"the record cannot be kept: {exc}"))
            return
        if self._judge is not None and isinstance(line, StepMark) and line.phase == "end":
            self._judge.ask(f"{line.name}#{line.n}", self._recording.record())

    def _acknowledge(self) -> None:
        if self._sync.failure is not None and self._recording.failure is None:
            self._recording.failure = self._sync.failure
            self._link.give(StopOrder(reason="error", detail=f"the record cannot be kept: {self._sync.failure}"))
        state = (self._recording.lines, self._sync.done)
        if state != self._acked and self._recording.failure is None:
            self._acked = state
            self._link.give(Ack(lines=state[0], steps=state[1]))

    def _say_how_it_died(self) -> None:
        code = self._link.how_it_ended()
        if code < 0:
            self._stop_line("signal", f"the pin process was killed by {signal.Signals(-code).name}; its heartbeat ended with it")
        else:
            self._stop_line("error", f"the pin process ended with {code} in mid-run")

    def _stop_line(self, reason: str, detail: str) -> None:
        if self._recording.lines and not self._is_closed:
            since_ns = round((time.monotonic() - self._told_s) * 1000) * MS
            t = self._recording.last_ns + since_ns
            self._keep(msgspec.convert({"kind": "stop", "t": t, "reason": reason, "detail": detail}, type=Stop))


class _Sync:
    """Makes step ends durable in a thread of its own: a card that takes half a second for that holds up no line."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._asked: queue.Queue[int | None] = queue.Queue()
        self.done = 0
        self.failure: BenchError | None = None
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def ask(self, n: int) -> None:
        """Step `n` has ended."""
        self._asked.put(n)

    def close(self) -> None:
        """Wait for what was asked."""
        self._asked.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (n := self._asked.get()) is not None:
            try:
                self._recording.make_durable()
            except BenchError as exc:
                self.failure = exc
                return
            self.done = n
