"""How much the current ripples with the rotor's turning: the mark of shorted turns.

A shorted coil passes the brushes twice a revolution and takes its part of the torque with it, so that the current of a motor
with shorted turns swings twice a revolution (facts/actuator.md 2). Seen over time such a swing has no one frequency, for the
motor runs up; seen over the angle it has. The angle is the volt-second integral up to here over that of the whole stroke, so
the swing is looked for in cycles a stroke, the same in every stroke of a run. Three poles swing six times a revolution, which a
kilosample a second does not resolve (facts/actuator.md 1): it folds down, to a number of cycles that follows the speed. So a
swing counts by the least that it has in the whole run, in its first half and in its second, for the motor runs up in the first.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.analysis.strokes import Stroke
from bench.analysis.trace import Array

LEAST_CYCLES: Final = 12.0
MOST_CYCLES: Final = 40.0
"""Cycles a stroke, two a revolution: 10 to 12 revolutions in the class (facts/actuator.md 1, E), 6 to 20 in any make (E)."""
STEP_CYCLES: Final = 0.5
RESOLVED: Final = 0.45
"""Cycles from one sample to the next that are still told apart, a little below the half of the sampling theorem."""
RUNS_FROM: Final = 0.08
RUNS_UNTIL: Final = 0.93
"""Shares of the stroke between which the motor turns freely: after the inrush, before the end stop yields (E)."""
SLOW_TERMS: Final = 10
"""Polynomial terms that follow run-up, load and springs, none of which swings more than five times a stroke."""
HALF: Final = 1.5
"""A half of a run shows a swing as the whole does, but its noise is half as high again: so much more may a half show (E)."""
FEWEST: Final = 30
"""Samples of a stroke below which a swing is hardly told from noise."""


def ripple_of(strokes: Sequence[Stroke]) -> float | None:
    """Return the greatest swing of the current at one number of cycles a stroke, as a share of the stall current.

    The root mean square over the strokes: what is not the same in each averages out. None where no stroke was sampled closely
    enough: about a kilosample a second, or every other millisecond where the motor is slow.
    """
    seen = [parts for s in strokes if (parts := _run_of(s)) is not None]
    if not seen:
        return None
    most = min(MOST_CYCLES, min(RESOLVED / float(np.quantile(np.diff(angle), 0.95)) for angle, _ in seen))
    if most < 1.5 * LEAST_CYCLES:
        return None
    cycles = np.arange(LEAST_CYCLES, most + STEP_CYCLES / 2, STEP_CYCLES)
    powers = np.mean([_powers(angle, share, cycles) for angle, share in seen], axis=0)
    return float(np.sqrt(np.minimum(powers[0], HALF**2 * powers[1:].min(axis=0)).max()))


def _run_of(s: Stroke) -> tuple[Array, Array] | None:
    """Return angle (share of the stroke) and current (share of stall) of the part that runs; None where it is not whole."""
    if s.gaps or s.clipped or not s.moved or not s.lambda_vs or not s.plateau_a or s.fluxes is None or s.amps is None:
        return None
    angle = s.fluxes / s.lambda_vs
    runs = (angle > RUNS_FROM) & (angle < RUNS_UNTIL)
    if np.count_nonzero(runs) < FEWEST:
        return None
    return angle[runs], s.amps[runs] / s.plateau_a


def _powers(angle: Array, share: Array, cycles: Array) -> Array:
    """Return the squared amplitude at each number of cycles: in the whole run, its first half and its second (rows)."""
    middle = (angle - angle[0]) / (angle[-1] - angle[0]) * 2 - 1
    slow = np.polynomial.chebyshev.chebvander(middle, SLOW_TERMS - 1)
    swings = (share - slow @ np.linalg.lstsq(slow, share, rcond=None)[0]) * np.exp(-2j * np.pi * np.outer(cycles, angle))
    half = int(np.searchsorted(middle, 0.0))
    found: Array = np.array([_power(swings), _power(swings[:, :half]), _power(swings[:, half:])])
    return found


def _power(swings: npt.NDArray[np.complex128]) -> Array:
    """Return the squared amplitude of what turns with each row's number of cycles, faded in and out."""
    window = np.hanning(swings.shape[1] + 2)[1:-1]
    found: Array = np.abs(swings @ window * 2 / window.sum()) ** 2
    return found
