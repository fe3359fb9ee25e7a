"""A virtual clock that keeps pace with the wall, so that a simulated rig can be watched and worked with."""

import time

from bench.ports.rig import Clock


class PacedClock:
    """A virtual clock that does not run ahead of the wall: `speed` world seconds a second. A pause of ours is none of the world."""

    def __init__(self, inner: Clock, speed: float) -> None:
        self._inner, self._speed = inner, speed
        self._wall_ns, self._world_ns = time.monotonic_ns(), inner.now_ns()

    def now_ns(self) -> int:
        """World time."""
        return self._inner.now_ns()

    def sleep_until(self, t_ns: int) -> None:
        """Sleep for as long as the wall needs, then let the world go on; lost time is not caught up with."""
        due_ns = self._wall_ns + round((t_ns - self._world_ns) / self._speed)
        left_ns = due_ns - time.monotonic_ns()
        if left_ns > 0:
            time.sleep(left_ns / 1e9)
        elif left_ns < -50_000_000:
            self._wall_ns, self._world_ns = time.monotonic_ns(), t_ns
        self._inner.sleep_until(t_ns)
