"""A serial device that answers as its manual says, garbles, stalls and disappears; on a pty, so that a real port is opened."""

import os
import select
import threading
import tty
from collections.abc import Callable


class PtyDevice:
    """A device at the far end of a pty. `answer` takes a line and returns what goes back (None: nothing does)."""

    def __init__(self, answer: Callable[[bytes], bytes | None], *, ends: bytes = b"\n", size: int | None = None) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.url = os.ttyname(self._slave)
        self.heard: list[bytes] = []
        self.mode = "well"  # garbles, stalls
        self._stop = os.pipe()
        self._answer, self._ends, self._size = answer, ends, size
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def vanish(self) -> None:
        """The plug is pulled."""
        if self._master >= 0:
            os.write(self._stop[1], b"x")
            self._thread.join(timeout=30)  # it leaves at once; on a busy machine after seconds
            for file in (self._slave, self._master, *self._stop):
                os.close(file)
            self._master = -1

    def _serve(self) -> None:
        buffer = b""
        master = self._master
        while True:
            ready, _, _ = select.select([master, self._stop[0]], [], [])
            if self._stop[0] in ready:
                return
            buffer += os.read(master, 256)
            while line := self._line(buffer):
                buffer = buffer[len(line) :]
                self._reply(master, line)

    def _line(self, buffer: bytes) -> bytes:
        if self._size is not None:
            return buffer[: self._size] if len(buffer) >= self._size else b""
        at = buffer.find(self._ends)
        return buffer[: at + len(self._ends)] if at >= 0 else b""

    def _reply(self, master: int, line: bytes) -> None:
        self.heard.append(line)
        back = self._answer(line)
        if back is None or self.mode == "stalls":
            return
        if self.mode == "garbles":
            back = bytes(b ^ 0x5A for b in back[:-1]) + b"\n"
        try:
            os.write(master, back)
        except OSError:
            return
