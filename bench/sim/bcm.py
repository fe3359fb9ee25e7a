"""The body control module: samples the ajar line, debounces it, and tells the bus every 100 ms. Bits as in facts/can.md 2."""

from random import Random
from typing import Final

from bench.model.names import Kind
from bench.sim.knobs import Knobs
from bench.sim.tolerance import Unit

_AWAKE_S: Final = 0.010  # facts/can.md: J11 samples switches every 10 ms awake, 60 ms in low power
_ASLEEP_S: Final = 0.060
_DEBOUNCE: Final = 3
_CYCLE_S: Final = 0.100
_SLEEP_AFTER_S: Final = 90.0  # with ignition off and nothing moving; the time is an estimate (confidence E)
_HYSTERESIS_V: Final = 0.4
_BODY: Final = {
    "60D": (0x60D, {"rear_door": (0, 0x20), "tailgate": (0, 0x80)}),
    "454": (0x454, {"rear_door": (5, 0x08), "tailgate": (6, 0x80)}),
}
_LOCKED: Final = 0x18  # 0x60D byte 2


class BodyModule:
    """One BCM of a door-frame family ("60D" or "454"). Ignition bits stay constant (off); the lock bits are what was driven."""

    __slots__ = (
        "_byte", "_count", "_delay_s", "_family", "_frame_s", "_high_v", "_id", "_low_v", "_mask", "_payload", "_phase_rng",
        "_raw_open", "_sample_s", "_seen_v_open", "_shut_since_s", "_still_since_s", "asleep", "is_open", "locked", "next_s",
    )  # fmt: skip

    def __init__(self, unit: Unit, knobs: Knobs, rng: Random, kind: Kind, family: str, line_v: float) -> None:
        self._family = family
        self._id, bits = _BODY[family]
        self._byte, self._mask = bits[kind]
        self._low_v, self._high_v = unit.body_v - _HYSTERESIS_V, unit.body_v + _HYSTERESIS_V
        self._delay_s = knobs.body_delay_s
        self._phase_rng = rng
        self._sample_s = rng.uniform(0.0, _AWAKE_S)
        self._frame_s = rng.uniform(0.005, _CYCLE_S)
        self._raw_open = self._seen_v_open = self.is_open = line_v < unit.body_v or self._delay_s > 0.0
        self._count = 0
        self._shut_since_s: float | None = None
        self._still_since_s = 0.0
        self.asleep = False
        self.locked = False
        self._payload = self._build()
        self.next_s = 0.0

    def _build(self) -> bytes:
        frame = bytearray(8)
        if self._family == "454":
            frame[5] = 0x55 & ~(0x04 if self._mask == 0x08 and self._byte == 5 and self.is_open else 0)
        elif self.locked:
            frame[2] |= _LOCKED
        if self.is_open:
            frame[self._byte] |= self._mask
        return bytes(frame)

    def command(self, t_s: float, *, locked: bool) -> None:
        """The drive commanded locked or unlocked: that is what the lock bits say, whatever the lock did."""
        if locked != self.locked:
            self.locked = locked
            self._still_since_s = t_s
            self._payload = self._build()

    def run_to(self, t0_s: float, t_s: float, line_v: float, frames: list[tuple[float, int, bytes]]) -> None:
        """Sample and send up to `t_s`; append frames as (seconds after `t0_s`, id, bytes)."""
        while self._sample_s <= t_s:
            self._sample(self._sample_s, line_v)
            self._sample_s += _ASLEEP_S if self.asleep else _AWAKE_S
        while self._frame_s <= t_s:
            if not self.asleep:
                frames.append((max(0.0, self._frame_s - t0_s), self._id, self._payload))
            self._frame_s += _CYCLE_S * self._phase_rng.uniform(0.995, 1.005)
        self.next_s = min(self._sample_s, self._frame_s)

    def _sample(self, t_s: float, line_v: float) -> None:
        if line_v > self._high_v:
            self._seen_v_open = False
        elif line_v < self._low_v:
            self._seen_v_open = True
        if self._seen_v_open == self._raw_open:
            self._count = 0
        else:
            self._count += 1
            if self._count >= _DEBOUNCE:
                self._raw_open, self._count = self._seen_v_open, 0
                self._shut_since_s = None if self._raw_open else t_s
                self._still_since_s = t_s
        believed = self._raw_open
        if self._delay_s and not believed:
            believed = self._shut_since_s is None or t_s - self._shut_since_s < self._delay_s
        if believed != self.is_open:
            self.is_open = believed
            self._payload = self._build()
        self.asleep = t_s - self._still_since_s > _SLEEP_AFTER_S
