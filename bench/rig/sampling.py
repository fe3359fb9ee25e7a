"""The thread that polls the chips on I2C and SPI: it stamps, appends to their queues, and ends there.

One thread has all the buses, so that no bus needs a lock. What goes wrong in it is told by `drain` of the source that it is.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from bench.errors import PortError
from bench.model.observations import Observation

SHORTEST_REST_S: Final = 0.0001
"""Between two polls of an I2C bus at 400 kHz, whose three words take some 0.3 ms: enough for the other threads to run."""


class Sampler:
    """Calls `poll` every `period_s` until it is closed. A source that hands over nothing but what went wrong."""

    def __init__(self, poll: Callable[[], None], *, period_s: float) -> None:
        self._poll, self._period_s = poll, period_s
        self._failure: PortError | None = None
        self._end = threading.Event()
        self.polls = 0
        self._thread = threading.Thread(target=self._run, name="lockbench-sampler", daemon=True)
        self._thread.start()

    def drain(self) -> list[Observation]:
        """Raise PortError where a chip has failed; there is nothing else to hand over."""
        if self._failure is not None:
            raise self._failure
        return []

    def close(self) -> None:
        """End the thread; the buses may be closed after that."""
        self._end.set()
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        due_s = time.monotonic()
        while not self._end.is_set():
            try:
                self._poll()
            except PortError as exc:
                self._failure = exc
                return
            self.polls += 1
            due_s = max(due_s + self._period_s, time.monotonic() - self._period_s)
            time.sleep(max(SHORTEST_REST_S, due_s - time.monotonic()))
