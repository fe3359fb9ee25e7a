"""The band in which a good part's current stays: drawn under the curve, never judged by."""

from itertools import pairwise

from bench.analysis.strokes_of_run import Occasion
from bench.analysis.windows import window_of
from bench.model.diagnosis import Envelope
from bench.model.profile import Profile

RISE_MS = 4.0
"""The electrical time constant is about 0.5 ms, relays and sampling blur it (facts/actuator.md 1, E)."""


def envelopes(occasions: list[Occasion], profile: Profile, ambient_c: float | None) -> tuple[Envelope, ...]:
    """Return a band for each driven step: inrush, running, then the stall plateau, each between its window's bounds."""
    found: list[Envelope] = []
    for o in occasions:
        s = o.stroke
        onset_ns = s.onset_ns if s.onset_ns is not None else s.start_ns
        if o.is_flexed or o.span is None or any(e.step == s.step for e in found):
            continue
        windows = {
            name: window_of(profile, name, feed_v=s.feed_v, ambient_c=ambient_c)
            for name in ("inrush_a", "running_a", "plateau_a", "travel_ms")
        }
        if any(w is None for w in windows.values()):
            continue
        inrush, running, plateau, travel = (w for w in windows.values() if w is not None)
        lead_ms = (onset_ns - s.start_ns) / 1e6
        length_ms = (s.end_ns - s.start_ns) / 1e6
        top = [
            (lead_ms, 0.3), (lead_ms + RISE_MS, inrush.high), (lead_ms + 30, inrush.high), (lead_ms + 45, running.high * 1.3),
            (lead_ms + travel.low * 0.8, running.high * 1.3), (lead_ms + travel.low, plateau.high), (length_ms, plateau.high),
        ]  # fmt: skip
        low = [
            (lead_ms, 0.0), (lead_ms + RISE_MS, 0.0), (lead_ms + 8, min(running.low, inrush.low)), (lead_ms + 30, running.low),
            (lead_ms + travel.high, running.low), (lead_ms + travel.high * 1.1, plateau.low), (length_ms, plateau.low),
        ]  # fmt: skip
        times = tuple(sorted({round(t, 3) for t, _ in (*top, *low) if t <= length_ms} | {round(length_ms, 3)}))
        found.append(
            Envelope(
                step=s.step, t_ms=times, low_a=tuple(_at(low, t) for t in times), high_a=tuple(_at(top, t) for t in times),
                source=f"windows of {profile.id}",
            )
        )  # fmt: skip
    return tuple(found)


def _at(points: list[tuple[float, float]], t_ms: float) -> float:
    """Interpolate between corner points that need not be in order of time when the windows overlap."""
    corners = sorted(points)
    for (t0, y0), (t1, y1) in pairwise(corners):
        if t0 <= t_ms <= t1:
            return round(y0 if t1 == t0 else y0 + (y1 - y0) * (t_ms - t0) / (t1 - t0), 4)
    return round(corners[0][1] if t_ms < corners[0][0] else corners[-1][1], 4)
