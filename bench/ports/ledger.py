"""The actuation count that outlives the process."""

from typing import Protocol


class ActuationLedger(Protocol):
    """Remembers when the last actuations were, on a clock that runs through suspend and is tied to the boot."""

    def rest_needed_ns(self, now_ns: int) -> int:
        """Return how long to rest before the next actuation, ns; an unreadable record asks for the full rest."""
        ...

    def record(self, now_ns: int) -> None:
        """One actuation began now."""
        ...
