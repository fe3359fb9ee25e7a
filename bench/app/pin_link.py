"""The writer's end of the way to the pin process: starts it, gives orders, takes what it tells."""

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.app.private_socket import WireOrder, call, private_folder
from bench.errors import PortError
from bench.model.pin_news import PinNews, Ready, Refused

READY_S: Final = 20.0
END_S: Final = 5.0
CHUNK: Final = 1 << 16
_NEWS: Final = msgspec.json.Decoder(PinNews)
COMMAND: Final = (sys.executable, "-m", "bench.app.pin_process")


class PinLink:
    """One pin process, alive from `open` to `close` unless it dies. It is of a session of its own: Ctrl-C does not reach it."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process, self._folder = process, folder
        self._link: socket.socket | None = None
        self._rest = b""
        if process.stdout is None:
            raise PortError("the pin process was started without a pipe")
        self._pipe = process.stdout.fileno()

    @classmethod
    def open(cls, arguments: Sequence[str], *, command: Sequence[str], tell: Callable[[Ready], None]) -> "PinLink":
        """Start a pin process and call it; raises PortError, or what it was refused with."""
        folder = private_folder()
        path = folder / "orders"
        process = subprocess.Popen(
            [*(command or COMMAND), *arguments, "--socket", str(path)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        link = cls(process, folder)
        try:
            tell(link._ready())
            link._link = call(path, timeout_s=READY_S)
        except BaseException:
            link.close()
            raise
        return link

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_up(self) -> bool:
        """Is it alive?"""
        return self._process.poll() is None

    def give(self, order: WireOrder) -> bool:
        """Send an order without blocking; return whether it went."""
        link = self._link
        if link is None:
            return False
        try:
            link.send(msgspec.json.encode(order), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except OSError:
            return False
        return True

    def take(self, timeout_s: float) -> list[bytes] | None:
        """Return the whole lines that came within that time, with their newlines; None where the pipe has ended."""
        if not select.select([self._pipe], [], [], timeout_s)[0]:
            return []
        chunk = os.read(self._pipe, CHUNK)
        if not chunk:
            return None
        lines = (self._rest + chunk).splitlines(keepends=True)
        self._rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        return lines

    def kill(self) -> None:
        """End it at once: it hangs, and only its own death lets go of its pins."""
        self._process.kill()

    def how_it_ended(self) -> int:
        """Wait for it to be gone; return its exit code, negative: the signal that killed it."""
        try:
            return self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait(END_S)

    def close(self) -> None:
        """Hang up, which makes it end, and wait; a second call does nothing."""
        link, self._link = self._link, None
        if link is not None:
            link.close()
        else:
            self._process.terminate()  # it waits for a call that will not come
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.how_it_ended()
        if self._process.stdout is not None:
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ready(self) -> Ready:
        waited_s = 0.0
        while waited_s < READY_S:
            lines = self.take(1.0)
            if lines is None:
                raise PortError(f"the pin process {ending(self.how_it_ended())} before it was ready")
            for line in lines:
                news = _NEWS.decode(line)
                if isinstance(news, Refused):
                    raise refusal(news)
                if isinstance(news, Ready):
                    return news
            waited_s += 0.0 if lines else 1.0
        raise PortError(f"the pin process was not ready within {READY_S:g} s")


def ending(code: int) -> str:
    """Return how a process ended, in words, by its exit code."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


def refusal(news: Refused) -> PortError:
    """Return what the pin process refused as an error of this side, with its exit code."""
    error = PortError(news.error)
    error.exit_code = news.exit_code  # type: ignore[misc]  # that of the error over there
    return error
