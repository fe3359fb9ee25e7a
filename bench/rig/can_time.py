"""Time stamps of CAN frames: CLOCK_REALTIME in, ns of the run out. The one place that converts.

SocketCAN stamps frames with CLOCK_REALTIME; a run counts CLOCK_MONOTONIC. The offset between the two is taken anew at every
drain: between two drains NTP may slew it by some microseconds, which follows by itself, or step it by hours, which a frame
in the queue may lie before or behind.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bench.ports.rig import Clock

SLACK_NS: Final = 50_000_000
"""A frame may be that much older than the drain before the one that delivers it (8 ms seen under emulation)."""
AHEAD_NS: Final = 2_000_000
"""A stamp may be that much ahead of the reading: two clocks are read one after the other."""


class RealtimeStamps:
    """CLOCK_REALTIME to ns of the run; survives a step of the wall clock and interfaces with a clock of their own."""

    def __init__(self, clock: Clock, realtime_ns: Callable[[], int]) -> None:
        self._clock, self._realtime_ns = clock, realtime_ns
        self._now_ns = clock.now_ns()
        self._earliest_ns = self._now_ns - SLACK_NS
        self._offset_ns = self._before_ns = realtime_ns() - self._now_ns
        self.astray = 0  # frames whose stamp fits neither offset: they got the time of their reading

    def refresh(self) -> None:
        """Take the offset anew; to be called before each batch of frames."""
        earlier_ns = self._now_ns
        self._now_ns = self._clock.now_ns()
        self._before_ns, self._offset_ns = self._offset_ns, self._realtime_ns() - self._now_ns
        self._earliest_ns = earlier_ns - SLACK_NS

    def to_run_ns(self, stamp_s: float) -> int:
        """Return the run's time of a frame, to the microsecond; never in the future, never before its batch can have begun."""
        return self.of_ns(round(stamp_s * 1e6) * 1000)

    def of_ns(self, stamp_ns: int) -> int:
        """Return the run's time of a stamp in ns since the epoch; see to_run_ns."""
        for offset_ns in (self._offset_ns, self._before_ns):
            t_ns = stamp_ns - offset_ns
            if self._earliest_ns <= t_ns <= self._now_ns + AHEAD_NS:
                return max(0, min(t_ns, self._now_ns))
        self.astray += 1
        return self._now_ns

    def all_of_ns(self, stamps_ns: Sequence[int]) -> list[int]:
        """Return the run's times of many stamps; one subtraction each unless the wall clock was stepped among them."""
        offset_ns, now_ns = self._offset_ns, self._now_ns
        latest_ns = max(stamps_ns) - offset_ns
        if min(stamps_ns) - offset_ns < max(0, self._earliest_ns) or latest_ns > now_ns + AHEAD_NS:
            return [self.of_ns(stamp) for stamp in stamps_ns]
        times = [stamp - offset_ns for stamp in stamps_ns]
        return times if latest_ns <= now_ns else [min(t_ns, now_ns) for t_ns in times]
