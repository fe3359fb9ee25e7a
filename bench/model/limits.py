"""A limit carries its unit and its source; no number stands bare."""

import math
from typing import Literal

import msgspec

Confidence = Literal["A", "B", "C", "D", "E"]
"""A maker's manual or a decoded recording, B two sources, C one source, D inferred, E engineering estimate (facts/)."""


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A window that about 99.7 % of good parts stay in: low, high, unit, and where the numbers come from.

    Raises ValueError where low is not below high, a bound is not finite, or no source is named.
    """

    low: float
    high: float
    unit: str
    source: str
    confidence: Confidence = "E"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise ValueError(f"limit {self.low:g}..{self.high:g} {self.unit} is not finite")
        if not self.low < self.high:
            raise ValueError(f"empty band: {self.low:g}..{self.high:g} {self.unit}")
        if not self.source.strip():
            raise ValueError(f"limit {self.low:g}..{self.high:g} {self.unit} names no source")

    def admits(self, value: float) -> bool:
        """Is the value inside the band? NaN never is."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g}..{self.high:g} {self.unit} ({self.source})"
