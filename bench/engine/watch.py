"""What the guard has seen, and when that means stop. Readings go in with their time, no clock is read."""

import math
from collections.abc import Callable
from typing import Literal

from bench.engine.stopped import Stopped
from bench.errors import ProcedureRefused
from bench.model import ceilings
from bench.model.ceilings import MS
from bench.model.names import InputRole

Level = Literal[0, 1]


class CurrentWatch:
    """Over-current and clipping while the feed lives, current or voltage where there should be none, and a sensor gone silent.

    `trip_a`, `trip_ms`, `blanking_ms` come from the profile, `ceiling_a` from the wiring; none of them is raised above the
    ceilings. `tripped` is called with (time ns, reading A, limit A).
    """

    def __init__(
        self, *, trip_a: float, ceiling_a: float, trip_ms: float, blanking_ms: float, max_a: float,
        tripped: Callable[[int, float, float], None],
    ) -> None:  # fmt: skip
        for name, value in (("trip_a", trip_a), ("ceiling_a", ceiling_a), ("trip_ms", trip_ms), ("current_max_a", max_a)):
            if not (math.isfinite(value) and value > 0):
                raise ProcedureRefused(f"guard: {name} is {value:g}, must be a positive number")
        if not (math.isfinite(blanking_ms) and blanking_ms >= 0):
            raise ProcedureRefused(f"guard: blanking_ms is {blanking_ms:g}, must be 0 or more")
        self.trip_a = min(trip_a, ceiling_a, ceilings.CURRENT_CEILING_A)
        self._trip_ns = round(min(trip_ms, ceilings.TRIP_MS_MAX) * MS)
        self._blanking_ns = round(min(blanking_ms, ceilings.BLANKING_MS_MAX) * MS)
        self._clip_a = ceilings.CLIP_FRACTION * max_a
        self._tripped = tripped
        self._fed_ns: int | None = None
        self._since_ns = 0  # when the feed was last switched, either way
        self._last_ns = 0
        self._over_ns: int | None = None
        self._clip_ns: int | None = None
        self._off_ns: int | None = None
        self._left_ns: int | None = None  # since when the feed is alive though enable is open

    def switched(self, now_ns: int, *, fed: bool) -> None:
        """The feed was switched on or off now."""
        self._fed_ns = now_ns if fed else None
        self._since_ns = now_ns
        self._over_ns = self._clip_ns = self._off_ns = self._left_ns = None

    def see(self, t_ns: int, a: float | None, v: float | None) -> None:
        """Judge one reading; raises Stopped, or calls `tripped`."""
        if v is not None and not math.isfinite(v):
            raise Stopped("sensor", f"feed voltage reads {v:g} V")
        if v is not None and self._fed_ns is None:
            self._see_left(t_ns, v)
        if a is None:
            return
        if not math.isfinite(a):
            raise Stopped("sensor", f"motor current reads {a:g} A")
        self._last_ns = t_ns
        if self._fed_ns is None:
            self._see_off(t_ns, abs(a))
        elif t_ns >= self._fed_ns:
            self._see_fed(t_ns, abs(a), t_ns - self._fed_ns)

    def _see_fed(self, t_ns: int, a: float, fed_for_ns: int) -> None:
        if a < self._clip_a:
            self._clip_ns = None
        elif self._clip_ns is None:
            self._clip_ns = t_ns
        elif t_ns - self._clip_ns >= ceilings.CLIP_MS * MS:
            self._tripped(t_ns, a, self.trip_a)
            return
        if a <= self.trip_a or fed_for_ns < self._blanking_ns:
            self._over_ns = None
        elif self._over_ns is None:
            self._over_ns = t_ns
        elif t_ns - self._over_ns >= self._trip_ns:
            self._tripped(t_ns, a, self.trip_a)

    def _see_off(self, t_ns: int, a: float) -> None:
        if a <= ceilings.OFF_CURRENT_A or t_ns - self._since_ns < ceilings.RUN_DOWN_MS * MS:
            self._off_ns = None
        elif self._off_ns is None:
            self._off_ns = t_ns
        elif t_ns - self._off_ns > ceilings.OFF_CURRENT_MS * MS:
            raise Stopped(
                "error",
                f"current {a:.3g} A with the outputs off, limit {ceilings.OFF_CURRENT_A} A for {ceilings.OFF_CURRENT_MS} ms",
            )

    def _see_left(self, t_ns: int, v: float) -> None:
        if v <= ceilings.FEED_LEFT_V or t_ns - self._since_ns < ceilings.FEED_GONE_MS * MS:
            self._left_ns = None
        elif self._left_ns is None:
            self._left_ns = t_ns
        elif t_ns - self._left_ns > ceilings.FEED_LEFT_MS * MS:
            raise Stopped(
                "error",
                f"feed {v:.3g} V with enable open, limit {ceilings.FEED_LEFT_V:g} V: a welded relay, or a sensor that does not follow it",
            )

    def check(self, now_ns: int) -> None:
        """Raise Stopped where the feed lives and no reading came for too long."""
        if self._fed_ns is None:
            return
        silent_ns = now_ns - max(self._last_ns, self._fed_ns)
        if silent_ns > ceilings.SENSOR_GAP_MS * MS:
            raise Stopped(
                "sensor", f"no current reading for {silent_ns / MS:.0f} ms while the feed lives, limit {ceilings.SENSOR_GAP_MS} ms"
            )


class SupplyWatch:
    """A supply too low for the rig's own logic, for too long. One near zero is a blown fuse: for the judge, no stop."""

    def __init__(self, *, logic_min_v: float) -> None:
        self._min_v = logic_min_v
        self._v = math.inf
        self._low_ns: int | None = None

    def see(self, t_ns: int, v: float) -> None:
        """Take one reading; it holds until the next."""
        if not math.isfinite(v):
            raise Stopped("sensor", f"supply reads {v:g} V")
        self._v = v
        if not ceilings.SUPPLY_DEAD_V < v < self._min_v:
            self._low_ns = None
        elif self._low_ns is None:
            self._low_ns = t_ns

    def check(self, now_ns: int) -> None:
        """Raise Stopped where the supply has been too low for too long."""
        if self._low_ns is not None and now_ns - self._low_ns > ceilings.SUPPLY_LOW_MS * MS:
            raise Stopped("supply", f"supply {self._v:.2f} V for more than {ceilings.SUPPLY_LOW_MS} ms, the rig needs {self._min_v:g} V")


class InputWatch:
    """The e-stop loop and the hold button, as far as they are fitted."""

    def __init__(self, fitted: frozenset[InputRole]) -> None:
        self._fitted = fitted
        self._level: dict[InputRole, Level] = {}

    def see(self, role: InputRole, level: Level) -> None:
        """Take a level; raises Stopped where the e-stop loop is open."""
        self._level[role] = level
        if role == "estop" and role in self._fitted and level == 0:
            raise Stopped("estop", "pressed, or its wire is broken")

    @property
    def holds(self) -> bool:
        """Is the hold button pressed, or none fitted?"""
        return "hold" not in self._fitted or self._level.get("hold") == 1

    @property
    def estop_known(self) -> bool:
        """Was the e-stop loop seen closed, or none is fitted?"""
        return "estop" not in self._fitted or self._level.get("estop") == 1
