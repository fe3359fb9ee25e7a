"""The verdict: ordered by gravity, it only gets worse."""

from enum import IntEnum


class Verdict(IntEnum):
    """Ordered by gravity; FAIL speaks of the lock (or the car around it), ERROR of the bench."""

    NOT_SET = 0
    PASS = 1
    INCONCLUSIVE = 2
    FAIL = 3
    ABORTED = 4
    ERROR = 5

    def worsened_by(self, other: "Verdict") -> "Verdict":
        """Return the graver of the two."""
        return max(self, other)

    @property
    def exit_code(self) -> int:
        """Exit code of `lockbench test` and `judge` (DESIGN 3.1)."""
        return {1: 0, 3: 1, 2: 3, 4: 4, 5: 5}.get(int(self), 5)
