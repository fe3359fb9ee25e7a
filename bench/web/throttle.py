"""How often one address may try: a wrong code costs waiting, never a ban, for owners lock themselves out. Time is an argument."""

from collections import deque
from typing import Final

NS: Final = 1_000_000_000
PAIRING: Final = ((3, 60 * NS), (5, 600 * NS), (10, 3600 * NS))
"""Wrong codes: 3 a minute, 5 in ten minutes, 10 an hour (the practice of OctoPrint, facts/lessons.md)."""
POSTING: Final = ((240, 10 * NS),)
"""Orders of one address: the beat alone makes 40 in 10 s, and a page has at most a few tabs."""
MOST_ADDRESSES: Final = 1000


class Throttle:
    """Counts per address in sliding windows of (count, ns). An address that stays away is forgotten."""

    def __init__(self, windows: tuple[tuple[int, int], ...]) -> None:
        self._windows = windows
        self._longest = max(span for _, span in windows)
        self._tries: dict[str, deque[int]] = {}

    def wait_ns(self, address: str, now_ns: int) -> int:
        """Return how long this address has to wait until its next try; 0: now."""
        tries = self._tries.get(address, ())
        waits = [0]
        for count, span in self._windows:
            inside = [t for t in tries if now_ns - t < span]
            if len(inside) >= count:
                waits.append(inside[-count] + span - now_ns)
        return max(waits)

    def tried(self, address: str, now_ns: int) -> None:
        """Count one try."""
        if address not in self._tries and len(self._tries) >= MOST_ADDRESSES:
            oldest = min(self._tries, key=lambda a: self._tries[a][-1])
            del self._tries[oldest]
        tries = self._tries.setdefault(address, deque(maxlen=max(count for count, _ in self._windows)))
        tries.append(now_ns)
        self._tries = {a: seen for a, seen in self._tries.items() if now_ns - seen[-1] < self._longest}
