"""The panel's end of the pipe to the process at the rig: one state that is always whole, and readings handed on as they came."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from bench.app.panel_orders import Order
from bench.app.panel_state import BandNews, DoctorNews, LiveBatch, News, PanelState
from bench.model.language import text

_DECODER: Final = msgspec.json.Decoder(News)
WAITING: Final = 40
"""Readings that one screen may be behind (2 s of them); older ones are dropped for it."""
SCREENS_EACH: Final = 8
"""Event streams of one session: its tabs. One that opens them by the hundred and reads none takes no other screen's place."""
LINE_BYTES: Final = 1 << 20
CAR: Final = b"event: car\n"
AGAIN: Final = b"event: again\ndata: 1\n\n"
END_S: Final = 5
BEGIN_S: Final = 5
"""So long may the process take to say that a test is armed; the page is shown after that all the same."""


class Screen:
    """One attached event stream: a short queue of whole messages, the same bytes for every screen.

    A message with a key is the whole of what it tells: only the newest one of a key waits, and no flood of readings pushes it out.
    Readings come twenty a second while a state may stand for minutes, so a state that was lost would not be made up for.
    """

    def __init__(self, of: str) -> None:
        self.of = of
        self.is_ended = False
        self._whole: dict[str, bytes] = {}
        self._readings: deque[bytes] = deque(maxlen=WAITING)
        self._came = asyncio.Event()
        self.dropped = 0

    def end(self) -> None:
        """Let its stream end: a newer one of the same session has taken its place."""
        self.is_ended = True
        self.put(b"", key="end")

    def put(self, message: bytes, *, key: str = "") -> None:
        """Queue a message; where the screen is too slow the oldest reading goes."""
        if key:
            self._whole.pop(key, None)
            self._whole[key] = message
        else:
            self.dropped += len(self._readings) == WAITING
            self._readings.append(message)
        self._came.set()

    async def next(self, timeout_s: float) -> bytes | None:
        """Wait for the next message; None where there was none for so long."""
        if not self._whole and not self._readings:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), timeout_s)
            except TimeoutError:
                return None
        if self._whole:
            return self._whole.pop(next(iter(self._whole)))
        return self._readings.popleft()


class BenchLink:
    """Starts the process at the rig, gives it orders, hands its news to the screens; starts it anew where it ended."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: Process | None = None
        self._screens: dict[Screen, None] = {}  # in the order in which they came
        self._reader: asyncio.Task[None] | None = None
        self._band = b""
        self._changed = asyncio.Event()
        self.state = PanelState()
        self.live: LiveBatch | None = None
        self.doctor: DoctorNews | None = None
        self.is_up = False

    async def open(self) -> None:
        """Start the process and begin to read."""
        self._reader = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Close the pipe, which stops whatever runs, and wait for the process to end."""
        process, self._process = self._process, None
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), END_S)
            except TimeoutError:
                process.kill()
                await process.wait()

    def give(self, order: Order) -> bool:
        """Give an order; return whether there was a process to take it."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return False
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        return True

    async def begin(self, order: Order) -> bool:
        """Give an order that begins something and wait until the state tells of it; return whether there was a process to take it.

        A page that is rendered before that shows what was before: the verdict of the last test, at worst.
        """
        changed = self._changed
        if not self.give(order):
            return False
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), BEGIN_S)
        return True

    @contextmanager
    def screen(self, of: str) -> Iterator[Screen]:
        """Attach an event stream of a session; it begins with the state as it stands. The oldest one goes where it has too many."""
        screen = Screen(of)
        own = [one for one in self._screens if one.of == of]
        if len(own) >= SCREENS_EACH:
            self._screens.pop(own[0])
            own[0].end()
        screen.put(self._state_event(), key="state")
        if self._band:
            screen.put(self._band, key="band")
        self._screens[screen] = None
        try:
            yield screen
        finally:
            self._screens.pop(screen, None)

    @property
    def screens(self) -> int:
        """How many are attached."""
        return len(self._screens)

    def tell(self, message: bytes, *, key: str = "") -> None:
        """Hand a message to every screen; `key` as `Screen` takes it."""
        for screen in self._screens:
            before = screen.dropped
            screen.put(message, key=key)
            if screen.dropped > before and CAR in message:  # what the car said is no reading: its page is loaded anew
                screen.put(AGAIN, key="again")

    async def _keep(self) -> None:
        while True:
            await self._once()
            self.is_up = False
            base = self.state.seq
            self.state = PanelState(
                seq=base + 1, phase="failed", error=text("The program at the rig has ended; it is being started again.")
            )
            self._tell_state()
            await asyncio.sleep(1)

    async def _once(self) -> None:
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, limit=LINE_BYTES, start_new_session=True
        )
        base = self.state.seq
        assert process.stdout is not None  # noqa: S101 (asked for above)
        while line := await process.stdout.readline():
            self.take(line, base)
        await process.wait()

    def take(self, line: bytes, base: int = 0) -> None:
        """Take a line of the process at the rig; `base`: states counted before it was started. What is no news does nothing."""
        try:
            news = _DECODER.decode(line)
        except msgspec.MsgspecError:
            return
        match news:
            case PanelState():
                self.is_up = True
                self.state = msgspec.structs.replace(news, seq=base + news.seq + 1)
                self._tell_state()
            case LiveBatch():
                self.live = news
                self.tell(_event("live", line.rstrip()))
            case DoctorNews():
                self.doctor = news
            case BandNews():
                self._band = _event("band", line.rstrip())
                self.tell(self._band, key="band")

    def _tell_state(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
        self.tell(self._state_event(), key="state")

    def _state_event(self) -> bytes:
        state = self.state
        return _event("state", msgspec.json.encode({"seq": state.seq, "phase": state.phase, "heard": state.heard}))


def process_command(rig: str, out: str, speed: float, seed: int) -> list[str]:
    """Return the command of the process at the rig."""
    return [sys.executable, "-m", "bench.app.panel_process", rig, out, f"{speed:g}", str(seed)]


def _event(name: str, payload: bytes) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + payload + b"\n\n"
