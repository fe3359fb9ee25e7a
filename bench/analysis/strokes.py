r"""One stroke of the actuator, fitted: resistance, volt-second integral, travel time, gaps. Physics of facts/actuator.md 3.

    i ^   peak                    plateau (stall at the end stop)
      |  /\                  ______________
      | /  \      hump      /
      |/    \____/\_______/
      +------------------------------------------> t
       onset  running       end stop

Lambda = integral(v - R*i - v_brush) dt from onset to the end stop = Ke*theta: it hardly moves with supply, friction or
series resistance. R = (v - v_brush)/i on the plateau. Without a plateau both are None.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bench.analysis.run_up import inertia_of
from bench.analysis.trace import Array, Flags, Samples, Times

BRUSH_V: Final = 0.35
"""Brush drop, V (facts/actuator.md 3.1, estimate)."""
DEAD_FEED_V: Final = 2.0
"""Below this a feed is dead: no relay or motor does anything (estimate)."""
USUAL_SOURCE_OHM: Final = 0.13
"""Source resistance where only the supply is read: bench supply, fuse and leads (estimate; 0.1 ohm wrong moves R by 3 %)."""
FLOWS_A: Final = 0.12
"""Above this a current flows; monitors have offsets of a few LSB (1.25 mA steps and 10 mV offsets on 10 mOhm: estimate)."""
NOISE_A: Final = 0.4
NOISE_SHARE: Final = 0.04
"""Peaks below the first in less than this share of a pulse are a noisy monitor's: what touches draws an inrush of amperes, what is
nearly open a trickle that lasts (estimates)."""
GAP_MIN_NS: Final = 1_500_000
"""Shorter gaps are commutator notches or relay bounce (facts/actuator.md: wiring gaps last 2-80 ms)."""
SETTLED_NS: Final = 18_000_000
"""Relay operate and bounce are over and the inrush has peaked (relays <= 10 ms, facts/actuator.md 4)."""
PLATEAU_NS: Final = 100_000_000
"""The stall plateau is looked for in the last 100 ms of a pulse (facts/actuator.md 3.1), or its last third if shorter."""
TRIPPED_NS: Final = 14_000_000
"""The over-current trip cuts a stroke 20 ms after its current rose (DESIGN 6): all the plateau that there is."""
STALL_SHARE: Final = 0.80
"""A plateau is a stall where its conductance reaches this share of the inrush peak's; running never does (table, section 2)."""
STOPPED: Final = 0.6
TOUCHED: Final = 0.1
"""Share of the rise to the plateau at which a drive stands at its end stop, and at which it has touched it (estimates)."""
YIELDS_NS: Final = 25_000_000
"""An end stop of rubber gives way for less than this, a fifth of a stroke (estimate)."""
VARIES_A: Final = 0.14
"""Standard deviation of a stroke's current below which its voltage does not tell a source of 0.1 ohm: noise of 10 mV (estimate)."""
MOVED_SHARE: Final = 0.88
"""A motor that turned dipped below this share of its stall current; a seized one stays flat (facts/actuator.md 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One powered pulse. Currents in A, resistance in ohm, `lambda_vs` in V s, `inertia_f` in F; None: not seen or not computable.

    `plateau_over_peak`: the plateau's conductance beside the inrush peak's, a little over 1 where both are a motor that stands still.
    `feed_lost`: the feed went dead before its end. `touch_vs`: the part of Lambda until the end stop is touched: one of rubber gives way,
    and Lambda goes on. `seconds`, `fluxes`, `amps`: time, volt-seconds and current from onset to end stop, equally long.
    """

    role: str
    step: str
    start_ns: int
    end_ns: int
    n: int
    flows: bool | None
    onset_ns: int | None = None
    peak_a: float | None = None
    peak_ns: int | None = None
    running_a: float | None = None
    plateau_a: float | None = None
    plateau_over_peak: float | None = None
    end_a: float | None = None
    resistance_ohm: float | None = None
    lambda_vs: float | None = None
    touch_vs: float | None = None
    stop_ns: int | None = None
    moved: bool | None = None
    stalls: bool | None = None
    clipped: bool = False
    tripped: bool = False
    gaps: int = 0
    gap_ns: tuple[int, ...] = ()
    feed_v: float | None = None
    feed_lost: bool = False
    source_ohm: float | None = None
    inertia_f: float | None = None
    seconds: Array | None = None
    fluxes: Array | None = None
    amps: Array | None = None

    @property
    def is_done(self) -> bool:
        """Was it carried through? The trip cuts a short at once, but a stroke that ran comes to its end stop before it."""
        return bool(self.flows) and (not self.tripped or bool(self.moved))

    @property
    def travel_ms(self) -> float | None:
        """Onset to end stop, ms."""
        if self.stop_ns is None or self.onset_ns is None:
            return None
        return (self.stop_ns - self.onset_ns) / 1e6

    def flux_at(self, t_ns: int) -> float | None:
        """Return the share of Lambda reached at a time (0 at onset, 1 at the end stop); None without a plateau.

        After the end stop it goes on at the pace of the stroke's last half: how late something came is a share too.
        """
        if self.seconds is None or self.fluxes is None or not self.lambda_vs or self.onset_ns is None:
            return None
        at_s = (t_ns - self.onset_ns) / 1e9
        share = float(np.interp(at_s, self.seconds, self.fluxes)) / self.lambda_vs
        half = min(int(np.searchsorted(self.fluxes, 0.5 * self.lambda_vs)), len(self.fluxes) - 1)
        last_s = float(self.seconds[-1] - self.seconds[half])
        if at_s <= self.seconds[-1] or last_s <= 0:
            return share
        return share + (at_s - float(self.seconds[-1])) * (1 - float(self.fluxes[half]) / self.lambda_vs) / last_s

    def touch_at(self, t_ns: int) -> float | None:
        """Return the share of the way to the first touch of the end stop, at most 1; None without a plateau."""
        share = self.flux_at(t_ns)
        if share is None or not self.lambda_vs or not self.touch_vs:
            return None
        return min(share * self.lambda_vs / self.touch_vs, 1.0)


def stroke_of(
    samples: Samples, *, role: str, step: str, start_ns: int, end_ns: int, max_a: float, tripped: bool, supply_v: float | None = None
) -> Stroke:
    """Fit one powered span. `max_a`: the reading at which the monitor clips.

    `supply_v`: stands in for a feed whose voltage is not read, less what a usual source resistance takes.
    """
    part = samples.between(start_ns, end_ns)
    seen = ~np.isnan(part.a)
    t, a, v = part.t_ns[seen], part.a[seen], part.v[seen]
    common: dict[str, Any] = {
        "role": role, "step": step, "start_ns": start_ns, "end_ns": end_ns, "n": len(t), "tripped": tripped, "feed_v": _feed(v),
    }  # fmt: skip
    # Relays take up to 10 ms: the first 25 ms of a span say nothing about a current that does not flow.
    if len(t) < 8 or (int(t[-1]) - start_ns < 25_000_000 and not bool(np.any(a > FLOWS_A))):
        return Stroke(flows=None, **common)
    on = a > FLOWS_A
    onset = _first_lasting(on)
    if onset is None or (float(a.max()) < NOISE_A and np.count_nonzero(on) < NOISE_SHARE * len(on)):
        return Stroke(flows=False, peak_a=float(a.max()), end_a=0.0, **common)
    return Stroke(
        flows=True, **common, **_flowing(t[onset:], a[onset:], v[onset:], max_a, supply_v, PLATEAU_NS if not tripped else TRIPPED_NS)
    )


def _flowing(t: Times, a: Array, v: Array, max_a: float, supply_v: float | None, plateau_ns: int) -> dict[str, Any]:
    """Fit the part of a stroke in which current flows; keys are fields of Stroke."""
    onset_ns, length_ns = int(t[0]), int(t[-1] - t[0])
    volts = _filled(v)
    is_read = volts is not None
    if volts is None and supply_v is not None and bool(np.all(np.isnan(v))):
        volts = supply_v - USUAL_SOURCE_OHM * a
    peak = int(np.argmax(a[: max(int(np.searchsorted(t, onset_ns + 30_000_000)), 1)]))
    gaps = _gaps(t, a)
    found: dict[str, Any] = {
        "onset_ns": onset_ns, "peak_a": float(a[peak]), "peak_ns": int(t[peak]), "end_a": float(np.median(a[-20:])),
        "clipped": int(np.count_nonzero(a >= 0.99 * max_a)) >= 3, "gaps": len(gaps), "gap_ns": tuple(int(t[g]) for g, _ in gaps),
    }  # fmt: skip
    if length_ns < 60_000_000 or len(t) < 12:
        return found
    clean = _bridged(t, a, gaps)
    # Without a voltage the shape can still be read against a constant one; R and Lambda cannot.
    drop = np.maximum(volts - BRUSH_V, 0.1) if volts is not None else np.full(len(t), 12.0)
    tail = t >= t[-1] - min(plateau_ns, length_ns // 3)
    if is_read and volts is not None and float(np.median(volts[tail])) < DEAD_FEED_V and float(np.median(a[tail])) < FLOWS_A:
        # the feed went away under it, as where a fuse blows: the motor coasts, no stop is seen, and no gap of a wire after that
        live = [g for g, end in gaps if bool(np.any(volts[end:] > DEAD_FEED_V))]
        return found | {"feed_lost": True, "gaps": len(live), "gap_ns": tuple(int(t[g]) for g in live)}
    plateau_a, plateau_v = float(np.median(clean[tail])), float(np.median(drop[tail]))
    peak_s, plateau_s = float(clean[peak] / drop[peak]), plateau_a / plateau_v
    smooth = _smoothed(clean, t)
    low = peak + int(np.argmin((smooth / drop)[peak:]))
    stalls = plateau_a > FLOWS_A and plateau_s >= STALL_SHARE * peak_s
    moved = bool(smooth[low] / drop[low] < MOVED_SHARE * max(plateau_s, peak_s))
    found |= {"stalls": stalls, "moved": moved, "running_a": float(smooth[low]) if moved else None}
    if not stalls:
        return found
    stop = _end_stop(smooth, low, plateau_a) if moved else 0
    touch = _touch(smooth, t, stop, plateau_a) if moved else 0
    found |= {"plateau_a": plateau_a, "plateau_over_peak": plateau_s / peak_s, "stop_ns": int(t[stop]) if moved else None}
    if volts is None:
        return found
    resistance_ohm = plateau_v / plateau_a
    emf_v = np.where(a > FLOWS_A, volts - resistance_ohm * clean - BRUSH_V, 0.0)
    steps_s = np.diff(t) / 1e9
    flux = np.concatenate(([0.0], np.cumsum((emf_v[1:] + emf_v[:-1]) / 2 * steps_s)))
    run_up = slice(peak, stop + 1)
    return found | {
        "source_ohm": _source(a, volts) if is_read else None, "resistance_ohm": resistance_ohm, "lambda_vs": max(float(flux[stop]), 0.0),
        "touch_vs": max(float(flux[touch]), 0.0),
        "seconds": (t[: stop + 1] - onset_ns) / 1e9, "fluxes": flux[: stop + 1], "amps": clean[: stop + 1],
        "inertia_f": inertia_of(t[run_up] / 1e9, smooth[run_up], volts[run_up] - resistance_ohm * smooth[run_up] - BRUSH_V),
    }  # fmt: skip


def _feed(v: Array) -> float | None:
    """Return the feed's voltage over the span, V; None where it was never read."""
    read = v[~np.isnan(v)]
    if not len(read):
        return None
    alive = read[read > 1.0]
    return float(np.median(alive if len(alive) > len(read) // 4 else read))


def _first_lasting(on: Flags) -> int | None:
    """Return the first index from which two samples in a row are on; one alone is noise or relay bounce."""
    pairs = np.flatnonzero(on[:-1] & on[1:])
    return int(pairs[0]) if len(pairs) else None


def _filled(v: Array) -> Array | None:
    """Return the voltage with unread elements interpolated; None where fewer than a third were read."""
    read = ~np.isnan(v)
    if np.count_nonzero(read) * 3 < len(v):
        return None
    if bool(read.all()):
        return v
    index = np.arange(len(v))
    filled: Array = np.interp(index, index[read], v[read])
    return filled


def _gaps(t: Times, a: Array) -> list[tuple[int, int]]:
    """Return (first, last) sample index of every loss of current after the relays have settled."""
    off = (a < FLOWS_A) & (t > t[0] + SETTLED_NS)
    marks = np.flatnonzero(np.diff(np.concatenate(([0], off.view(np.int8), [0]))))
    spans = zip(marks[::2], marks[1::2], strict=True)
    return [(int(i), int(j) - 1) for i, j in spans if int(t[min(j, len(t) - 1)]) - int(t[i]) >= GAP_MIN_NS]


def _bridged(t: Times, a: Array, gaps: list[tuple[int, int]]) -> Array:
    """Return the current with gaps filled from their edges, so that a torn wire does not hide the stroke."""
    if not gaps:
        return a
    keep = np.ones(len(a), dtype=bool)
    for first, last in gaps:
        keep[first : last + 1] = False
    bridged: Array = np.interp(t, t[keep], a[keep])
    return bridged


def _smoothed(a: Array, t: Times) -> Array:
    """Return a running median over about 5 ms: commutator notches and single odd samples do not count."""
    half = min(int(2_500_000 / max(float(np.median(np.diff(t))), 1.0)), 6)
    if half == 0:
        return a
    padded = np.pad(a, half, mode="edge")
    smooth: Array = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)
    return smooth


def _touch(smooth: Array, t: Times, stop: int, plateau_a: float) -> int:
    """Return the index at which the last rise of the current began: where the end stop is touched, shortly before it holds."""
    first = int(np.searchsorted(t, t[stop] - YIELDS_NS))
    low = first + int(np.argmin(smooth[first : stop + 1]))
    return min(_end_stop(smooth[: stop + 1], low, plateau_a, TOUCHED), stop)


def _end_stop(smooth: Array, low: int, plateau_a: float, risen: float = STOPPED) -> int:
    """Return the index at which the current has risen this share of the way to the plateau, for good."""
    below = np.flatnonzero(smooth[low:] < smooth[low] + risen * (plateau_a - smooth[low]))
    return min(low + int(below[-1]) + 1, len(smooth) - 1) if len(below) else low


def _source(a: Array, v: Array) -> float | None:
    """Return the source resistance -dV/dI over the stroke, ohm; None where the current hardly varied: VARIES_A tells when."""
    spread = a - a.mean()
    square = float(spread @ spread)
    if square < VARIES_A**2 * len(a):
        return None
    return -float(spread @ (v - v.mean())) / square
