"""The car's page: `lockbench monitor --json` in a process of its own, its events kept and handed on. It cannot send on CAN."""

import asyncio
import contextlib
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec

EVENTS_KEPT: Final = 200
TOLD_AGAIN: Final = 30
"""Events that a page which was away is told after the fact; one that missed more is loaded anew."""
LINE_BYTES: Final = 1 << 20
DIGITS: Final = 12
END_S: Final = 5


class CarListener:
    """At most one monitor at a time. `command`: what is started; `tell` gets each event as the bytes of a stream message."""

    def __init__(self) -> None:
        self.command: list[str] = [sys.executable, "-m", "bench", "monitor", "--json"]
        self.tell: Callable[[bytes], None] = lambda _: None
        self.events: deque[dict[str, Any]] = deque(maxlen=EVENTS_KEPT)
        self.doors: dict[str, str] = {}
        self.error = ""
        self.channel = ""
        self._told: deque[tuple[int, bytes]] = deque(maxlen=TOLD_AGAIN)
        self._count = 0
        self._of = secrets.token_hex(4)
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def place(self) -> str:
        """The last event that was told, as its stream message names it; a page that shows all until here is told the rest from here."""
        return f"{self._of}-{self._count}"

    def since(self, place: str) -> list[bytes] | None:
        """Return what was told after that place; None where that is not known any more, or was another panel's."""
        of, _, number = place.partition("-")
        if of != self._of or not (number.isascii() and number.isdecimal()) or len(number) > DIGITS:
            return None
        missed = self._count - int(number)
        if not 0 <= missed <= len(self._told):
            return None
        return [message for n, message in self._told if n > int(number)]

    @property
    def is_listening(self) -> bool:
        """Is a monitor running?"""
        return self._process is not None

    async def start(self) -> None:
        """Start to listen; a second start does nothing."""
        if self._reader is not None and not self._reader.done():
            return
        self.events.clear()
        self.doors.clear()
        self.error = ""
        self._process = await asyncio.create_subprocess_exec(
            *self.command, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE, limit=LINE_BYTES, start_new_session=True
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def stop(self) -> None:
        """Stop listening; wait until it has."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), END_S)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._reader is not None:
            await self._reader
            self._reader = None

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 (asked for above)
        while line := await process.stdout.readline():
            with contextlib.suppress(msgspec.MsgspecError, ValueError):
                event = msgspec.json.decode(line)
                if isinstance(event, dict):
                    self._take(event)
        said = (await process.stderr.read(4000)).decode("utf-8", "replace").strip()
        code = await process.wait()
        self._process = None
        if code not in (0, 1):
            self.error = said.splitlines()[-1].removeprefix("lockbench: ") if said else f"monitor ended with {code}"
        self._tell({"event": "ended"})

    def _take(self, event: dict[str, Any]) -> None:
        kind = event.get("event")
        if kind == "summary":
            return
        door, state = event.get("door"), event.get("to")
        if kind == "door" and isinstance(door, str) and isinstance(state, str):
            self.doors[door] = state
        shown = {
            "event": str(kind),
            "t": f"{float(event.get('t_s', 0)):.1f}",
            "text": str(event.get("text", ""))[:500],
            "door": door,
            "to": state,
        }
        self.events.appendleft(shown)
        self._tell(shown)

    def _tell(self, event: dict[str, Any]) -> None:
        self._count += 1
        message = f"id: {self.place}\nevent: car\ndata: ".encode() + msgspec.json.encode(event) + b"\n\n"
        self._told.append((self._count, message))
        self.tell(message)
