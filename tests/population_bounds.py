"""How far a count can be trusted."""

import math
from typing import Final

_Z: Final = 1.959964
"""95 % of a normal distribution lie within so many standard deviations."""


def wilson(k: int, n: int) -> tuple[float, float]:
    """Return the two-sided 95 % Wilson score bounds of the share k of n; (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, zz = k / n, _Z * _Z / n
    middle = (share + zz / 2) / (1 + zz)
    half = _Z * math.sqrt(share * (1 - share) / n + zz / (4 * n)) / (1 + zz)
    return max(0.0, middle - half) if k else 0.0, min(1.0, middle + half) if k < n else 1.0


def share_text(k: int, n: int) -> str:
    """Return a share with its bounds, as 0.953 [0.941 0.962]."""
    low, high = wilson(k, n)
    return f"{k / n:.3f} [{low:.3f} {high:.3f}]" if n else "    -                "


def percent_text(k: int, n: int) -> str:
    """Return a rare share as a count, its percentage and the upper bound."""
    return f"{k} of {n} ({k / max(n, 1):.2%}, 95 % below {wilson(k, n)[1]:.2%})"
