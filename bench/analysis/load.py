r"""What a release asks of its motor along the way: the steady load of friction and spring, and the hump at which it lifts the pawl.

The current of a running motor is what its load asks for and what brings the rotor up to speed. With C = J/Ke**2 in farad
(bench/analysis/run_up.py) and emf = v - R*i - v_brush, the charge that has flowed since the inrush is

    q(t) = C*emf(t) + integral(load(x)) dt,     load(x) = a + b*x + h*hump((x - centre) / width),

x being the share of the stroke's volt-second integral: friction and spring a + b*x, and a hump of height h over them.

    load ^          ___                        a stretched cable takes up its slack first:
         |        _/   \_                      the same hump comes later
         |  ____/        \___________          a stiff gear lifts all of it
         +-----------------------------> x
         0       centre               1

Charge and not current, so that nothing noisy is differentiated. All is linear but `centre` and `width`, which are searched.
Both are seen in the motor alone: what the claw's own flight to its switch adds to `release_fraction` is not in the hump, what
the rotor takes and what the pawl takes, which `running_share` has in it, is not in the steady load.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.analysis.strokes import Stroke
from bench.analysis.trace import Array

CENTRES: Final = np.arange(0.3, 0.961, 0.02)
WIDTHS: Final = (0.1, 0.14, 0.2)
"""Where a hump is looked for, and how far it reaches to either side, in shares of the stroke (estimates)."""
_GRID: Final = np.array([(centre, width) for width in WIDTHS for centre in CENTRES])
UNTIL: Final = 0.97
"""Share of the stroke beyond which the end stop begins to yield (estimate)."""
INRUSH_S: Final = 0.03
"""The inrush has peaked by then (facts/actuator.md 1: electrical time constant 0.5 ms, relays up to 10 ms)."""
SLOPE: Final = 0.05
SLOPE_SD: Final = 0.08
"""How much a spring adds from the beginning of a stroke to its end, of the stall current, and how sure that is: friction
never falls along the way, and without this a hump and a slope are told apart in long clean strokes only (estimates)."""
STEADY_AT: Final = 0.35
"""Share of the stroke at which the steady load is given: the motor has come up to speed, the pawl is yet to come (estimate)."""
ALIKE: Final = 0.93
"""Strokes shorter than this share of the longest started part-way: their hump stands elsewhere (estimate)."""
FEWEST: Final = 15
"""Samples of a stroke from inrush to end stop without which it has no shape: a sample each 5 ms of 75 ms."""
LEAST_VS: Final = 0.1
"""Volt-seconds of a stroke below which nothing was moved: the class needs 0.7 (facts/actuator.md 2)."""
STANDS: Final = 0.9
"""Plateau over inrush below which the motor did not stand still at the end, so that R and the electromotive force are not known
(good locks of all models read 0.98 or more)."""
CLEAR: Final = 10.0
"""Height of a hump over the noise of its fit, in standard deviations, below which none is told (estimate)."""
HIGH: Final = 0.05
"""Height of a hump, of the stall current, below which friction that varies along the way makes one too (estimate)."""
SHARP: Final = 0.12
"""Widest range of centres that fit as well, within three standard deviations, of a hump that is told (estimate)."""
AVERAGED_S: Final = 0.008
"""Time over which neighbouring samples are averaged: a hump takes longer (estimate)."""
COLOURED: Final = 3.0
"""Neighbouring samples err together: the fit's scatter counts this much more than if they did not (estimate)."""
SURE: Final = 0.03
"""Standard deviation of a steady load, of the stall current, above which none is told: a fifth of what good locks differ by (estimate)."""


@dataclass(frozen=True, slots=True)
class Load:
    """`steady`: friction and spring at a third of the stroke, of the stall current. `hump`: share of the stroke at which the load peaks.

    None: not told apart from noise, or from the rest of the load.
    """

    steady: float | None = None
    hump: float | None = None


@dataclass(frozen=True, slots=True)
class _Fit:
    """`best`: index of the hump that explains most, or None; `coefficients` of emf, time, spring (and hump), with their `spread`."""

    best: int | None
    as_good: Array
    coefficients: Array
    spread: Array


def load_of(strokes: Sequence[Stroke]) -> Load:
    """Return what the strokes asked of the motor, all of those fitted together in which a good lock does the same."""
    longest = max((s.lambda_vs or 0.0 for s in strokes), default=0.0)
    parts = [p for s in strokes if (s.lambda_vs or 0.0) >= max(ALIKE * longest, LEAST_VS) and (p := _run_of(s)) is not None]
    if not parts:
        return Load()
    plain, charge, humps = (np.concatenate(kind) for kind in zip(*parts, strict=True))
    fit = _fitted(plain, charge, humps, len(parts))
    way = np.array([0.0, 1.0, STEADY_AT, 0.0][: len(fit.coefficients)])
    steady, doubt = float(way @ fit.coefficients), math.sqrt(max(float(way @ fit.spread @ way), 0.0))
    return Load(steady=steady if steady > 0.0 and doubt < SURE else None, hump=_hump(fit))


def _hump(fit: _Fit) -> float | None:
    """Return the centre of a hump that stands clear; at either end of the grid it is the run-up or the end stop that bends the curve."""
    if fit.best is None:
        return None
    height, doubt, at = float(fit.coefficients[3]), math.sqrt(float(fit.spread[3, 3])) / COLOURED, float(_GRID[fit.best, 0])
    is_clear = height >= max(HIGH, CLEAR * doubt) and float(np.ptp(fit.as_good)) <= SHARP + 1e-9
    return at if is_clear and CENTRES[0] < at < CENTRES[-1] else None


def _run_of(s: Stroke) -> tuple[Array, Array, Array] | None:
    """Return, from the inrush to the end stop and each less its mean: what load and rotor take without a hump, the charge, each hump's.

    Charges in stall currents times seconds. None where the stroke is not whole or too short, or found no firm end stop.
    """
    if s.gaps or s.clipped or not s.moved or not s.plateau_a or not s.touch_vs or s.touch_vs < LEAST_VS:
        return None
    if s.plateau_over_peak is not None and s.plateau_over_peak < STANDS:
        return None
    if s.seconds is None or s.fluxes is None or s.amps is None:
        return None
    x = s.fluxes / s.touch_vs
    first = int(np.argmax(s.amps[: max(int(np.searchsorted(s.seconds, INRUSH_S)), 1)]))
    last = int(np.searchsorted(x, UNTIL))
    if last - first < FEWEST:
        return None
    t, x, share = s.seconds[first:last], x[first:last], s.amps[first:last] / s.plateau_a
    emf_v = np.gradient(s.fluxes, s.seconds)[first:last]
    ahead = np.clip((x[:, None] - _GRID[:, 0]) / _GRID[:, 1], -1.0, 1.0)
    steps = np.diff(t)
    columns = np.column_stack(
        [emf_v, t, _summed(x[:, None], steps), _summed(share[:, None], steps), _summed((1.0 + np.cos(np.pi * ahead)) / 2, steps)]
    )
    alike = _averaged(columns, max(round(AVERAGED_S / float(np.median(steps))), 1))
    alike -= alike.mean(axis=0)  # what flowed before the first sample is not known
    return alike[:, :3], alike[:, 3], alike[:, 4:]


def _summed(values: Array, steps: Array) -> Array:
    """Return the integral of each column from its first row to each row."""
    grown = np.zeros_like(values)
    np.cumsum((values[1:] + values[:-1]) / 2 * steps[:, None], axis=0, out=grown[1:])
    return grown


def _averaged(columns: Array, over: int) -> Array:
    """Return the running mean of each column over so many rows: it holds between means what holds between the columns.

    The electromotive force is read with the noise of the current times R, and with noise in it the fit would take too little of it.
    """
    sums = np.cumsum(np.vstack([np.zeros(columns.shape[1]), columns]), axis=0)
    averaged: Array = (sums[over:] - sums[:-over]) / over
    return averaged


def _fitted(plain: Array, charge: Array, humps: Array, strokes: int) -> _Fit:
    """Return the best of all humps beside friction, spring and rotor; least squares, what is believed of the slope one more sample."""
    free = max(len(charge) - strokes - 5, 1)
    scatter = 0.001
    for _ in range(3):
        weight = COLOURED * scatter / SLOPE_SD
        rows, values = np.vstack([plain, [0.0, 0.0, weight]]), np.append(charge, weight * SLOPE)
        shapes = np.vstack([humps, np.zeros(len(_GRID))])
        span = np.linalg.qr(rows)[0]
        left, beside = values - span @ (span.T @ values), shapes - span @ (span.T @ shapes)
        along, square = left @ beside, np.einsum("ij,ij->j", beside, beside) + 1e-18
        gain = np.where(along > 0.0, along * along / square, 0.0)
        best = int(np.argmax(gain))
        scatter = max(math.sqrt(max(float(left @ left) - float(gain[best]), 0.0) / free), 1e-9)
    is_hump = bool(gain[best] > 0.0)
    terms = np.column_stack([rows, shapes[:, best]]) if is_hump else rows
    spread = (COLOURED * scatter) ** 2 * np.linalg.pinv(terms.T @ terms)
    coefficients = np.linalg.lstsq(terms, values, rcond=None)[0]
    return _Fit(best if is_hump else None, _GRID[gain > gain[best] - 9.0 * scatter * scatter, 0], coefficients, spread)
