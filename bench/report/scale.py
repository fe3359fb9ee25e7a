"""Pixels and ticks: from values to places on paper, and thousands of samples to a line that is no longer than the paper."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Linear: `low` lies at `low_px`, `high` at `high_px`."""

    low: float
    high: float
    low_px: float
    high_px: float

    def __call__(self, value: float) -> float:
        width = self.high - self.low
        return self.low_px + (value - self.low) / width * (self.high_px - self.low_px) if width else self.low_px


def nice_step(span: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten that divides `span` into at most `most` steps."""
    raw = max(span, 1e-9) / most
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)


def span_text(ms: float, *, in_seconds: bool) -> str:
    """Return a tick of the time axis."""
    return f"{ms / 1000:g}" if in_seconds else f"{ms:g}"


def broken_line(samples: Iterable[tuple[int, float | None]], x: Scale, y: Scale, gap_ns: int) -> str:
    """Return an SVG path through the samples, broken and thinned as `pieces` does it."""
    return "".join(_path(piece) for piece in pieces(samples, x, y, gap_ns))


def pieces(samples: Iterable[tuple[int, float | None]], x: Scale, y: Scale, gap_ns: int) -> list[list[tuple[float, float]]]:
    """Return the line through the samples; it breaks where one was not read or the gap is longer than `gap_ns`.

    Of all samples in one pixel column the lowest and the highest are kept, in their order: no spike is lost.
    """
    runs: list[list[tuple[float, float]]] = []
    last_ns: int | None = None
    for t, value in samples:
        if value is None or not math.isfinite(value):
            last_ns = None
            continue
        if last_ns is None or t - last_ns > gap_ns:
            runs.append([])
        runs[-1].append((x(t), y(value)))
        last_ns = t
    return [_thinned(run) for run in runs]


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    start = 0
    while start < len(points):
        end = start
        while end < len(points) and int(points[end][0]) == int(points[start][0]):
            end += 1
        column = points[start:end]
        if len(column) <= 2:
            kept += column
        else:
            kept += sorted({min(column, key=lambda p: p[1]), max(column, key=lambda p: p[1])})
        start = end
    return kept


def _path(points: Sequence[tuple[float, float]]) -> str:
    if len(points) == 1:
        return f"M{points[0][0]:.1f} {points[0][1]:.1f}h.5"
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
