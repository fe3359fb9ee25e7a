"""The band in which a good lock's current stays: drawn under the curve, never judged by.

A good motor that starts from rest and runs into its end stop after the volt-seconds Lambda draws, with I = (v - v_brush)/R,

    i(t) = I * (share + (1 - share) * exp(-t/tau))   until   (v - v_brush) * (1 - share) * (T - tau) = Lambda,   then I,

`share` being the running current over I. The band is the upper and lower edge of that over all good locks: R, Lambda and share
within two standard deviations (19 good locks of 20) under the run's voltage and temperature, and, as far as they are good ones,
near the R and Lambda that this very stroke shows: a lock is compared with good locks of its own size.
"""

import math
from dataclasses import dataclass
from typing import Final

from bench.analysis.features_drive import NOMINAL_V
from bench.analysis.healthy import healthy_spreads
from bench.analysis.strokes import BRUSH_V, Stroke
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.windows import window_of
from bench.model.diagnosis import Envelope
from bench.model.profile import Profile

NEEDS: Final = ("resistance_ohm", "lambda_vs", "running_share")
"""Windows without which there is no band."""
TAU_MS: Final = (18.0, 30.0)
"""Mechanical time constant, ms (facts/actuator.md 1: 30..40 ms for the class without load; friction and a light rotor shorten it, E)."""
HUMP: Final = 1.45
"""The lever's over-centre point loads the motor to about 1.4 times its running current (E), ripple on top."""
DIP: Final = 0.8
"""Ripple and sampling noise below the running current (E)."""
RISE_MS: Final = 8.0
"""Relay bounce, winding and sampling blur the first edge (electrical 0.5 ms, relays up to 10 ms: facts/actuator.md 1, 4)."""
BOUNCE_MS: Final = 6.0
"""A relay may touch and let go again this long before current flows for good (operate and bounce <= 10 ms, actuator.md 4)."""
EARLY_MS: Final = 8.0
LATE_MS: Final = 5.0
"""The end stop yields: the current begins to rise before it and settles after it (E)."""
OWN_CURRENT: Final = (0.90, 1.16)
OWN_STROKE: Final = (0.95, 1.05)
"""How closely R and Lambda repeat from stroke to stroke of one lock (facts/actuator.md 3.1: 1.3 %, R 2..6.5 %), with room."""
LEAD_MS: Final = 10.0
"""From command to closed relay where no current ever flowed (relays <= 10 ms, facts/actuator.md 4)."""
GRID_MS: Final = 3.0
TRIM: Final = 1 / 3
"""A window holds three standard deviations each way; the band is drawn at two: trimmed by one third of its half width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Good:
    """Good locks of this size under this run's conditions: stall current in A, share of it when running, time of travel in ms."""

    low_a: float
    high_a: float
    low_share: float
    high_share: float
    soonest_ms: float
    latest_ms: float

    def top(self, t_ms: float) -> float:
        """Return the highest current a good lock draws `t_ms` after the onset, A."""
        if t_ms >= self.soonest_ms - EARLY_MS:
            return self.high_a
        loaded = min(self.high_share * HUMP, 1.0)
        return self.high_a * (loaded + (1 - loaded) * math.exp(-max(t_ms - RISE_MS, 0.0) / TAU_MS[1]))

    def bottom(self, t_ms: float) -> float:
        """Return the lowest current a good lock draws `t_ms` after the onset, A."""
        if t_ms < RISE_MS:
            return 0.0
        if t_ms >= self.latest_ms + LATE_MS:
            return self.low_a
        idle = self.low_share * DIP
        return self.low_a * (idle + (1 - idle) * math.exp(-(t_ms + RISE_MS) / TAU_MS[0]))


def envelopes(occasions: list[Occasion], profile: Profile, ambient_c: float | None) -> tuple[Envelope, ...]:
    """Return a band for the first stroke of each step in which a good lock travels; none where the profile has no windows."""
    if any(name not in profile.limits for name in NEEDS):
        return ()
    found: dict[str, Envelope] = {}
    for o in occasions:
        if not o.is_flexed and o.span is not None and o.travels is not False and o.stroke.step not in found:
            found[o.stroke.step] = _band(o.stroke, _good(o.stroke, profile, ambient_c), profile)
    return tuple(found.values())


def band_before(profile: Profile, step: str, *, ambient_c: float | None = None, feed_v: float | None = None) -> Envelope | None:
    """Return the band for a stroke that is still to come, as wide as the profile's windows; None where it has none."""
    if any(name not in profile.limits for name in NEEDS):
        return None
    coming = Stroke(role="", step=step, start_ns=0, end_ns=profile.drive.pulse_ms * 1_000_000, n=1, flows=None, feed_v=feed_v)
    return _band(coming, _good(coming, profile, ambient_c), profile)


def _good(s: Stroke, profile: Profile, ambient_c: float | None) -> _Good:
    volts = max((s.feed_v or NOMINAL_V) - BRUSH_V, 1.0)
    low_ohm, high_ohm = _trimmed(profile, "resistance_ohm", s, ambient_c)
    own_a = [a for a in (s.peak_a, s.plateau_a) if a is not None and s.flows]
    low_a, high_a = _near(volts / high_ohm, volts / low_ohm, own_a, OWN_CURRENT)
    low_vs, high_vs = _near(*_trimmed(profile, "lambda_vs", s, ambient_c), [s.lambda_vs] if s.lambda_vs else [], OWN_STROKE)
    share = healthy_spreads(profile, ambient_c)["running_share"]
    # Friction asks for the same current at any voltage; the stall current that it is a share of goes with the voltage.
    carried = share.centre * NOMINAL_V / (volts + BRUSH_V)
    low_share, high_share = (min(carried * math.exp(side * 2 * share.width), 0.85) for side in (-1, 1))
    return _Good(
        low_a=low_a, high_a=high_a, low_share=low_share, high_share=high_share,
        soonest_ms=1000 * low_vs / (volts * (1 - low_share)) + TAU_MS[0],
        latest_ms=1000 * high_vs / (volts * (1 - high_share)) + TAU_MS[1],
    )  # fmt: skip


def _band(s: Stroke, good: _Good, profile: Profile) -> Envelope:
    onset_ms = LEAD_MS if s.onset_ns is None else (s.onset_ns - s.start_ns) / 1e6
    length_ms = (s.end_ns - s.start_ns) / 1e6
    corners = {0.0, onset_ms - BOUNCE_MS - 0.1, onset_ms - BOUNCE_MS, onset_ms + RISE_MS - 0.1, onset_ms + RISE_MS, length_ms}
    settled_ms = good.latest_ms + LATE_MS + 1
    corners |= {onset_ms + n * GRID_MS for n in range(3, int(settled_ms / GRID_MS) + 2)}
    for edge_ms in (good.soonest_ms - EARLY_MS, good.latest_ms + LATE_MS):
        corners |= {onset_ms + edge_ms - 0.1, onset_ms + edge_ms}
    times = sorted({round(t, 2) for t in corners if 0 <= t <= length_ms})
    return Envelope(
        step=s.step, t_ms=tuple(times),
        low_a=tuple(round(good.bottom(t - onset_ms), 3) for t in times),
        high_a=tuple(round(good.top(t - onset_ms) if t >= onset_ms - BOUNCE_MS - 0.01 else 0.3, 3) for t in times),
        source=f"where 19 good locks of 20 of this size stay, from the windows of {profile.id}",
    )  # fmt: skip


def _trimmed(profile: Profile, name: str, s: Stroke, ambient_c: float | None) -> tuple[float, float]:
    """Return a window's two standard deviations under the conditions of the run; windows are symmetrical in the logarithm."""
    limit = window_of(profile, name, feed_v=s.feed_v, ambient_c=ambient_c) or profile.limit(name)
    low = max(limit.low, 1e-3)
    trim = (limit.high / low) ** (TRIM / 2)
    return low * trim, limit.high / trim


def _near(low: float, high: float, own: list[float], room: tuple[float, float]) -> tuple[float, float]:
    """Narrow a window to what this stroke shows of itself, as far as that is a good lock's; a bad one stays outside."""
    if not own:
        return low, high
    mine_low, mine_high = min(own) * room[0], max(own) * room[1]
    return max(low, min(mine_low, high * room[0])), min(high, max(mine_high, low * room[1]))
