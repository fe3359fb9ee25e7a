"""A person at the lock: how a hand moves over time. Durations are estimates (confidence E), all under 3 s."""

from random import Random

_DEPTH = 1.05  # a hand pushes the claw a little past the second detent


def _smooth(u: float) -> float:
    return 0.0 if u <= 0.0 else 1.0 if u >= 1.0 else u * u * (3.0 - 2.0 * u)


class Hand:
    """`request` is what it does now ("" at rest): close, open or wiggle, until `end_s` of world time."""

    __slots__ = ("_hold_s", "_leave_s", "_rise_s", "_rng", "_start_s", "end_s", "request")

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.request = ""
        self.end_s = 0.0
        self._start_s = self._rise_s = self._hold_s = self._leave_s = 0.0

    def begin(self, t_s: float, request: str) -> None:
        """Start a movement at `t_s`."""
        rng = self._rng
        rise, hold, leave = {
            "close": ((0.30, 0.60), (0.06, 0.16), (0.05, 0.09)),
            "open": ((0.25, 0.45), (0.12, 0.25), (0.10, 0.20)),
            "wiggle": ((0.05, 0.10), (2.40, 2.75), (0.05, 0.10)),
        }[request]
        self._rise_s, self._hold_s, self._leave_s = rng.uniform(*rise), rng.uniform(*hold), rng.uniform(*leave)
        self.request, self._start_s = request, t_s
        self.end_s = t_s + self._rise_s + self._hold_s + self._leave_s

    def reach(self, t_s: float) -> float:
        """Return how far the movement is, 0..1, at `t_s`."""
        u = t_s - self._start_s
        if u < self._rise_s:
            return _smooth(u / self._rise_s)
        u -= self._rise_s + self._hold_s
        return 1.0 if u < 0.0 else 1.0 - _smooth(u / self._leave_s)

    def push(self, t_s: float) -> float:
        """Return where a closing hand has pushed the claw to (0 open, 0.55 first detent, 1 second detent)."""
        return _DEPTH * self.reach(t_s)
