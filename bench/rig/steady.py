"""Keep a slow voltage from filling the run: a value is told when it moved, and not too often."""


class Steady:
    """Admits the first value, then each one that moved by `step` from the last admitted one, at most every `gap_ns`."""

    def __init__(self, *, step: float, gap_ns: int) -> None:
        self._step, self._gap_ns = step, gap_ns
        self._last: tuple[int, float] | None = None

    def admits(self, t_ns: int, value: float) -> bool:
        """Is this value news? If so it is remembered as told."""
        if self._last is not None and (abs(value - self._last[1]) < self._step or t_ns - self._last[0] < self._gap_ns):
            return False
        self._last = (t_ns, value)
        return True
