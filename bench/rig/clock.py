"""The clock of a real rig: CLOCK_MONOTONIC, counted from the opening of the rig."""

import time


class MonotonicClock:
    """Nanoseconds since it was made; unmoved by NTP. `sleep_until` a time that is past returns at once."""

    def __init__(self) -> None:
        self._origin_ns = time.monotonic_ns()

    def now_ns(self) -> int:
        """Return the time since it was made, ns."""
        return time.monotonic_ns() - self._origin_ns

    def sleep_until(self, t_ns: int) -> None:
        """Sleep until then, ns on this clock; never shorter."""
        left_ns = t_ns - self.now_ns()
        if left_ns > 0:
            time.sleep(left_ns / 1e9)
