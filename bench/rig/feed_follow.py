"""Does the feed follow the enable relay? A monitor that answers, converts, and shows nothing of what flows is worse than none.

Equal samples alone prove nothing: a dead feed reads zero again and again. But where the supply stands, the enable relay has been
closed for 50 ms with its heartbeat alive and a drive relay behind it, and the feed still reads nothing, then the sensor is frozen
or the enable relay is dead: nobody would see an over-current. (A feed that lives with enable open is the guard's own business.)
"""

from collections.abc import Iterable
from typing import Final

from bench.errors import PortError
from bench.model.ceilings import MS
from bench.model.observations import Current, Observation, Supply
from bench.ports.rig import Clock, OutputPort, Source

WINDOW_NS: Final = 40 * MS
"""Issue 3: a frozen sensor is noticed within 50 ms of drive; a turn of 5 ms and a sample are kept in hand."""
STANDS_V: Final = 6.0
"""A supply above this stands: no fuse is blown (E)."""
NOTHING_V: Final = 1.0
"""A feed below this carries nothing (E: an unloaded one is within 1.5 V of the supply)."""
BEAT_NS: Final = 30 * MS
"""A heartbeat that is older is being withheld; the monostable holds the relay for 51 ms at least (DESIGN 6)."""


class WatchedCoil:
    """An output that remembers since when it is on, and when it last changed. Times are the rig's clock."""

    def __init__(self, port: OutputPort, clock: Clock) -> None:
        self._port, self._clock = port, clock
        self.on_since_ns: int | None = None
        self.changed_ns: int | None = None

    def set(self, energised: bool) -> None:
        """Pass it on, then remember: what raised was not done."""
        self._port.set(energised)
        if energised is not (self.on_since_ns is not None):
            self.changed_ns = self._clock.now_ns()
            self.on_since_ns = self.changed_ns if energised else None


class FeedFollow:
    """Stands between the chips and the engine: hands on what they saw, and raises PortError where the feed does not follow."""

    def __init__(
        self, chips: Iterable[Source], clock: Clock, *, enable: WatchedCoil, heartbeat: WatchedCoil, drives: Iterable[WatchedCoil]
    ) -> None:
        self._chips, self._clock, self._enable, self._heartbeat = tuple(chips), clock, enable, heartbeat
        self._drives = tuple(drives)
        self._supply_v: float | None = None
        self._alive_ns = 0
        self._failure: PortError | None = None

    def drain(self) -> list[Observation]:
        """Hand on everything; raise PortError, one call after the samples that showed it, where the feed does not follow."""
        if self._failure is not None:
            raise self._failure
        seen = [line for chip in self._chips for line in chip.drain()]
        for line in seen:
            if isinstance(line, Supply):
                self._supply_v = line.v
            elif isinstance(line, Current):
                for dt, v in zip(line.dt, line.v, strict=True):
                    if v is not None:
                        self._see(line.t0 + dt, v)
        return seen

    def _see(self, t_ns: int, v: float) -> None:
        since_ns = self._due_since(t_ns)
        if since_ns is None or v >= NOTHING_V:
            self._alive_ns = t_ns
            return
        dead_ns = t_ns - max(since_ns, self._alive_ns)
        if dead_ns >= WINDOW_NS:
            self._failure = PortError(
                f"feed reads {v:.2f} V for {dead_ns / MS:.0f} ms of drive while the supply stands at {self._supply_v:.1f} V, limit "
                f"{WINDOW_NS // MS} ms: the sensor is frozen, or the enable relay is dead"
            )

    def _due_since(self, t_ns: int) -> int | None:
        """Since when the feed ought to live, ns; None: it need not, or nobody knows whether the supply stands."""
        beat, enabled = self._heartbeat.changed_ns, self._enable.on_since_ns
        driven = [since for coil in self._drives if (since := coil.on_since_ns) is not None]
        stands = self._supply_v is not None and self._supply_v >= STANDS_V
        if not (stands and driven and beat is not None and enabled is not None) or t_ns - beat > BEAT_NS or t_ns < enabled:
            return None
        return max(enabled, *driven)
