"""The actuation count where no process outlives it: simulated rigs, and the rule that a file-backed one follows too."""

from bench.model.ceilings import ACTUATIONS_MAX, MS, REST_MS


class MemoryLedger:
    """After ACTUATIONS_MAX actuations without a pause of REST_MS: rest until REST_MS after the last one."""

    def __init__(self) -> None:
        self._count = 0
        self._last_ns: int | None = None

    def rest_needed_ns(self, now_ns: int) -> int:
        """Return how long to rest before the next actuation, ns."""
        if self._last_ns is None or self._count < ACTUATIONS_MAX:
            return 0
        return max(0, self._last_ns + REST_MS * MS - now_ns)

    def record(self, now_ns: int) -> None:
        """One actuation began now."""
        if self._last_ns is not None and now_ns - self._last_ns >= REST_MS * MS:
            self._count = 0
        self._count += 1
        self._last_ns = now_ns
