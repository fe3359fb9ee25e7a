"""Claw and two-stage pawl: first detent, second detent, and the ajar switch that the claw works."""

from random import Random
from typing import Final

from bench.sim.knobs import Knobs
from bench.sim.tolerance import Unit

_DETENTS: Final = (0.0, 0.55, 1.0)
_SPRING_PER_S: Final = 60.0  # the claw springs open in some 17 ms, confidence E


class Latch:
    """`claw` 0..1.05, `hold` the detent in which the pawl stands (0 none, 1 half, 2 full)."""

    __slots__ = (
        "_ajar_at",
        "_falls_at",
        "_fate",
        "_knobs",
        "_passed_s",
        "_reopen_s",
        "_rng",
        "_speed",
        "claw",
        "hold",
        "is_open",
        "moving",
    )

    def __init__(self, unit: Unit, knobs: Knobs, rng: Random) -> None:
        self._knobs, self._rng = knobs, rng
        self._ajar_at, self._falls_at = unit.ajar_at, unit.ajar_at - unit.ajar_hysteresis
        self._speed = _SPRING_PER_S / knobs.claw_slow_factor
        self._fate = ""
        self._reopen_s: float | None = None
        self._passed_s = 0.0
        self.claw = 0.0
        self.hold = 0
        self.is_open = True
        self.moving = False

    def begin_close(self) -> None:
        """A closing begins: chance decides whether this one holds."""
        draw, knobs = self._rng.random(), self._knobs
        if draw < knobs.half_latch_p:
            self._fate = "half"
        elif draw < knobs.pawl_miss_p:
            self._fate = "miss"
        elif draw < knobs.reopen_p:
            self._fate = "reopen"
        else:
            self._fate = ""
        self._reopen_s = None

    @property
    def held(self) -> bool:
        """Does the latch hold closed?"""
        return self.hold == 2

    def step(self, t0_s: float, dt_s: float, push: float, *, lifted: bool) -> float | None:
        """Move by `dt_s`; return the time at which the ajar switch's plunger passed its threshold, or None."""
        before = self.claw
        if lifted or (self._reopen_s is not None and t0_s >= self._reopen_s):
            self.hold, self._reopen_s = 0, None
        claw = max(push, min(before, max(_DETENTS[self.hold], before - self._speed * dt_s)))
        if not lifted and push > before - 1e-9:
            self._catch(claw)
        if self._fate == "reopen" and self.hold == 2 and push < 0.9:
            self._reopen_s, self._fate = max(t0_s, self._passed_s + self._rng.uniform(0.07, 0.47)), ""
        self.claw = claw
        self.moving = claw > _DETENTS[self.hold] + 1e-9 or self._reopen_s is not None
        crossed = claw >= self._ajar_at if self.is_open else claw < self._falls_at
        if not crossed:
            return None
        edge = self._ajar_at if self.is_open else self._falls_at
        self.is_open = not self.is_open
        self._passed_s = t0_s + dt_s * min(1.0, max(0.0, (edge - before) / (claw - before)))
        return self._passed_s

    def _catch(self, claw: float) -> None:
        if claw >= 1.0 and self._fate not in ("half", "miss"):
            self.hold = 2
        elif claw >= _DETENTS[1] and self.hold == 0 and self._fate != "miss":
            self.hold = 1
