"""The turns of the engine: drain, record, judge, check the limits, feed the heartbeat, sleep. No wait is blind."""

from collections.abc import Callable

from bench.engine.assemble import Assembler, rounded
from bench.engine.guard import Guard
from bench.engine.signals import StopSignals
from bench.engine.stopped import Stopped
from bench.errors import PortError
from bench.model.ceilings import MS, TURN_MS
from bench.model.observations import Current, Observation
from bench.ports.rig import Rig

IDLE_TURN_MS = 20
"""On a virtual clock, where nothing is driven and nobody moves, a turn may be this long."""


class Loop:
    """Turns one rig's time into observations. `window`: while it is a list, feed samples (A, V) are kept in it."""

    def __init__(self, rig: Rig, guard: Guard, lines: Assembler, signals: StopSignals) -> None:
        self._rig, self._guard, self._lines, self._signals = rig, guard, lines, signals
        self.window: list[tuple[float | None, float | None]] | None = None

    @property
    def now_ns(self) -> int:
        """The rig's time, ns."""
        return self._rig.clock.now_ns()

    def look(self) -> None:
        """Drain the sources: everything is recorded first, then judged."""
        seen: list[Observation] = []
        for source in self._rig.sources:
            try:
                seen.extend(rounded(line, signed=self._rig.signed) for line in source.drain())
            except PortError as exc:
                raise Stopped("sensor", str(exc)) from exc
        for line in seen:
            self._lines.take(line)
            if self.window is not None and isinstance(line, Current):
                self.window.extend(zip(line.a, line.v, strict=True))
        for line in seen:
            self._guard.see(line)

    def turn(self, *, until_ns: int, still: bool) -> None:
        """One turn that ends at `until_ns` at the latest; `still`: nothing is driven, moves or settles."""
        self._signals.check()
        self.look()
        now = self.now_ns
        self._guard.tick(now)
        turn_ms = IDLE_TURN_MS if still and not self._rig.realtime and self._guard.is_idle else TURN_MS
        wake = min(now + turn_ms * MS, until_ns)
        due = self._guard.next_ns
        if due is not None and due < wake:
            wake = due
        self._rig.clock.sleep_until(max(wake, self.now_ns))

    def wait(self, ms: float, *, still: bool = False) -> None:
        """Turn for so long."""
        self.wait_until(self.now_ns + round(ms * MS), still=still)

    def wait_until(self, t_ns: int, *, still: bool = False) -> None:
        """Turn until then."""
        while self.now_ns < t_ns:
            self.turn(until_ns=t_ns, still=still)
        self.look()

    def wait_while(self, goes_on: Callable[[], bool], *, still: bool = False) -> None:
        """Turn as long as something goes on."""
        while goes_on():
            self.turn(until_ns=self.now_ns + TURN_MS * MS, still=still)
        self.look()
