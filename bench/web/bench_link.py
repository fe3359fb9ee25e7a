"""The panel's end of the pipe to the process at the rig: one state that is always whole, and readings handed on as they came."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from bench.app.panel_orders import Order
from bench.app.panel_state import BandNews, LiveBatch, News, PanelState
from bench.model.language import text

_DECODER: Final = msgspec.json.Decoder(News)
WAITING: Final = 40
"""News that one screen may be behind (2 s of readings); more are dropped for it, the next state makes up for them."""
SCREENS_EACH: Final = 8
"""Event streams of one session: its tabs. One that opens them by the hundred and reads none takes no other screen's place."""
LINE_BYTES: Final = 1 << 20
END_S: Final = 5


class Screen:
    """One attached event stream: a short queue of whole messages, the same bytes for every screen."""

    def __init__(self, of: str) -> None:
        self.of = of
        self.is_ended = False
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self.dropped = 0

    def end(self) -> None:
        """Let its stream end: a newer one of the same session has taken its place."""
        self.is_ended = True
        self.put(b"")

    def put(self, message: bytes) -> None:
        """Queue a message; where the screen is too slow the oldest one goes."""
        if self._waiting.full():
            self._waiting.get_nowait()
            self.dropped += 1
        self._waiting.put_nowait(message)

    async def next(self, timeout_s: float) -> bytes | None:
        """Wait for the next message; None where there was none for so long."""
        try:
            return await asyncio.wait_for(self._waiting.get(), timeout_s)
        except TimeoutError:
            return None


class BenchLink:
    """Starts the process at the rig, gives it orders, hands its news to the screens; starts it anew where it ended."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: Process | None = None
        self._screens: dict[Screen, None] = {}  # in the order in which they came
        self._reader: asyncio.Task[None] | None = None
        self._band = b""
        self._last_seq = 0
        self.state = PanelState()
        self.live: LiveBatch | None = None
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

    @contextmanager
    def screen(self, of: str) -> Iterator[Screen]:
        """Attach an event stream of a session; it begins with the state as it stands. The oldest one goes where it has too many."""
        screen = Screen(of)
        own = [one for one in self._screens if one.of == of]
        if len(own) >= SCREENS_EACH:
            self._screens.pop(own[0])
            own[0].end()
        screen.put(_event("state", msgspec.json.encode({"seq": self.state.seq, "phase": self.state.phase})))
        if self._band:
            screen.put(self._band)
        self._screens[screen] = None
        try:
            yield screen
        finally:
            self._screens.pop(screen, None)

    @property
    def screens(self) -> int:
        """How many are attached."""
        return len(self._screens)

    def tell(self, message: bytes) -> None:
        """Hand a message to every screen."""
        for screen in self._screens:
            screen.put(message)

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
            self._take(line, base)
        await process.wait()

    def _take(self, line: bytes, base: int) -> None:
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
            case BandNews():
                self._band = _event("band", line.rstrip())
                self.tell(self._band)

    def _tell_state(self) -> None:
        self.tell(_event("state", msgspec.json.encode({"seq": self.state.seq, "phase": self.state.phase})))


def process_command(rig: str, out: str, speed: float, seed: int) -> list[str]:
    """Return the command of the process at the rig."""
    return [sys.executable, "-m", "bench.app.panel_process", rig, out, f"{speed:g}", str(seed)]


def _event(name: str, payload: bytes) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + payload + b"\n\n"
