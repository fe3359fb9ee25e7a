"""The shunt monitor at the bridge feed: an INA226 with 10 milliohm, read over I2C."""

from random import Random
from typing import Final

from bench.sim.tolerance import Unit

FULL_SCALE_A: Final = 8.19
"""81.92 mV over 10 milliohm (facts/actuator.md: the INA226 with R010)."""
_LSB_A: Final = 0.000_25  # 2.5 uV over 10 milliohm
_LSB_V: Final = 0.001_25
_NOISE_A: Final = 0.004  # shunt, board and supply ripple together, confidence E
_NOISE_V: Final = 0.006
_TABLE: Final = 4096
_STALL_P: Final = 0.0004  # an I2C or scheduling stall of 5-20 ms (facts/actuator.md), some once in 2.5 s, confidence E


class Monitor:
    """Free-running conversions; `take` gives the latest one, or None where none finished since the last call."""

    __slots__ = ("_gain", "_index", "_noise", "_offset_a", "_period_s", "_rng", "_stalls", "_table", "ready_s", "v")

    def __init__(self, unit: Unit, rng: Random) -> None:
        self._rng = rng
        self._gain = unit.monitor_gain
        self._offset_a = unit.monitor_offset_a
        self._period_s = unit.conversion_s
        gauss = rng.gauss
        self._noise = [max(-3.5, min(3.5, gauss(0.0, 1.0))) for _ in range(_TABLE)]
        self._stalls = [rng.uniform(0.005, 0.020) if rng.random() < _STALL_P else 0.0 for _ in range(_TABLE)]
        self._index = 0
        self.ready_s = rng.uniform(0.0, self._period_s)
        self.v = 0.0

    def take(self, t_s: float, current_a: float, feed_v: float, ripple_a: float) -> float | None:
        """Return amperes at the latest conversion up to `t_s` (bus volts are then in `v`), None where there is none yet."""
        late = t_s - self.ready_s
        if late < 0.0:
            return None
        k = (self._index + 2) & 4095
        self._index = k
        noise = self._noise
        period = self._period_s * (1.0 + 0.03 * noise[k])
        self.ready_s += period * (int(late / period) + 1.0)
        if self._stalls[k]:
            self.ready_s += self._stalls[k] * self._rng.uniform(0.5, 1.0)
        seen = current_a * self._gain + self._offset_a + (_NOISE_A + ripple_a) * noise[k]
        self.v = int((feed_v + _NOISE_V * noise[k - 1]) / _LSB_V + 0.5) * _LSB_V if feed_v > 0.01 else 0.0
        if seen > FULL_SCALE_A:
            return FULL_SCALE_A
        return round(seen / _LSB_A) * _LSB_A
