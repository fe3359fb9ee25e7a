"""The wires through the corrugation: breaks that come and go while somebody flexes it."""

import math
from random import Random

from bench.sim.knobs import Knobs

_FAR_S = 1e18


class Harness:
    """`motor_broken`, `ajar` ("", "broken", "touching") and `lock_broken` now; `next_s` is when that may change.

    Breaks come as a Poisson stream, `gap_hz` while flexed and `gap_rest_hz` otherwise, each 2-80 ms long (facts/actuator.md).
    """

    __slots__ = ("_end_s", "_flex_hz", "_rest_hz", "_rng", "ajar", "lock_broken", "motor_broken", "next_s")

    def __init__(self, knobs: Knobs, rng: Random) -> None:
        self._rng, self._flex_hz, self._rest_hz = rng, knobs.gap_hz, knobs.gap_rest_hz
        self.motor_broken = self.lock_broken = False
        self.ajar = ""
        self._end_s = _FAR_S
        self.next_s = _FAR_S
        self.flex(0.0, flexed=False)

    def flex(self, t_s: float, *, flexed: bool) -> None:
        """Somebody takes the harness in the hand, or lets go: draw the time of the next break anew."""
        rate = self._flex_hz if flexed else self._rest_hz
        self.next_s = min(self._end_s, t_s + self._rng.expovariate(rate) if rate > 0.0 else _FAR_S)

    def run_to(self, t_s: float, *, flexed: bool) -> bool:
        """Let breaks begin or end up to `t_s`; return True where something changed."""
        if t_s < self.next_s:
            return False
        if self._end_s <= t_s:
            self.motor_broken = self.lock_broken = False
            self.ajar = ""
            self._end_s = _FAR_S
        else:
            self.motor_broken = self._rng.random() < 0.8
            self.ajar = self._rng.choice(("", "broken", "touching", "touching"))
            self.lock_broken = self._rng.random() < 0.3
            self._end_s = t_s + 0.002 * math.exp(self._rng.random() * math.log(40.0))
        self.flex(t_s, flexed=flexed)
        return True
