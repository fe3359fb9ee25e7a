"""The pin process's end of the pipe: lines and news go out without ever blocking, and a writer that lags ends the run."""

import os
import select
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from bench.engine.stopped import Stopped
from bench.errors import PortError
from bench.model.ceilings import MS, SYNC_LAG_MS, WRITER_LAG_MS
from bench.model.codec import encode
from bench.model.observations import Observation, Output, Stop
from bench.model.pin_news import Ack, Alive, PinNews, StepIsOver

ALIVE_NS: Final = 100 * MS
WAITING_MAX: Final = 8 << 20
"""Bytes that may wait for a writer that reads nothing: minutes of lines, and the run stops after 200 ms."""
_NEWS: Final = msgspec.json.Encoder()


class PipeSink:
    """bench.ports.sink.Sink over a pipe. `is_driving`: a drive relay is energised, as far as the lines say.

    Raises PortError where the writer is gone. `now` is a monotonic clock in ns.
    """

    def __init__(self, fd: int, now: Callable[[], int] = time.monotonic_ns) -> None:
        self._fd, self._now = fd, now
        os.set_blocking(fd, False)
        self._waiting = bytearray()
        self._unsaid: deque[tuple[int, int]] = deque()  # line number, told at
        self._unsynced: deque[tuple[int, int]] = deque()
        self._lines = self._steps = 0
        self._told_ns = 0
        self._on: set[str] = set()
        self.worst_lag_ms = 0.0
        self.stopped: Stop | None = None  # of this run

    @property
    def is_driving(self) -> bool:
        """Is a drive relay energised?"""
        return bool(self._on)

    def __call__(self, line: Observation) -> None:
        """Send one line of the record."""
        if isinstance(line, Output) and line.role != "enable":
            (self._on.add if line.energised else self._on.discard)(line.role)
        if isinstance(line, Stop):
            self.stopped = line
        self._lines += 1
        self._unsaid.append((self._lines, self._now()))
        self._send(encode(line))

    def step_end(self) -> None:
        """A step is over: ask the writer to make it durable."""
        self._steps += 1
        self._unsynced.append((self._steps, self._now()))
        self.tell(StepIsOver(n=self._steps))

    def tell(self, news: PinNews) -> None:
        """Send news."""
        self._send(_NEWS.encode(news) + b"\n")

    def begin_run(self) -> None:
        """Count from nothing again."""
        self._lines = self._steps = 0
        self._unsaid.clear()
        self._unsynced.clear()
        self._on.clear()
        self.worst_lag_ms = 0.0
        self.stopped = None

    def acked(self, ack: Ack) -> None:
        """The writer has got so far."""
        now = self._now()
        while self._unsaid and self._unsaid[0][0] <= ack.lines:
            self.worst_lag_ms = max(self.worst_lag_ms, (now - self._unsaid.popleft()[1]) / MS)
        while self._unsynced and self._unsynced[0][0] <= ack.steps:
            self._unsynced.popleft()

    def turn(self, t_ns: int) -> None:
        """Send what still waits, say that the loop lives; raise Stopped where the writer is too far behind."""
        now = self._now()
        if now - self._told_ns >= ALIVE_NS:
            self.tell(Alive(t=t_ns))
        elif self._waiting:
            self._send(b"")
        if self._unsaid and (lag_ms := (now - self._unsaid[0][1]) / MS) > WRITER_LAG_MS:
            self._unsaid.clear()  # said once; the run ends now
            raise Stopped("error", f"the writer is {lag_ms:.0f} ms behind with the record, limit {WRITER_LAG_MS} ms")
        if self._unsynced and (lag_ms := (now - self._unsynced[0][1]) / MS) > SYNC_LAG_MS:
            self._unsynced.clear()
            raise Stopped("error", f"the disk did not make a step durable for {lag_ms:.0f} ms, limit {SYNC_LAG_MS} ms")

    def empty(self, timeout_s: float) -> bool:
        """Wait until all was taken over by the pipe; return whether it was."""
        until = time.monotonic() + timeout_s
        while self._waiting and (left := until - time.monotonic()) > 0:
            select.select([], [self._fd], [], left)
            self._send(b"")
        return not self._waiting

    def _send(self, text: bytes) -> None:
        self._waiting += text
        self._told_ns = self._now()
        try:
            while self._waiting:
                del self._waiting[: os.write(self._fd, self._waiting)]
        except BlockingIOError:
            if len(self._waiting) > WAITING_MAX:
                raise PortError(f"the writer left {len(self._waiting)} bytes unread, limit {WAITING_MAX}") from None
        except OSError as exc:
            raise PortError(f"the writer is gone: {exc.strerror}") from exc
