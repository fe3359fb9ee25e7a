"""How hard a motor is to bring up to speed: its inertia as the feed sees it, a capacitance J/Ke**2 in farad.

With emf = Ke*w and J dw/dt = Ke*(i - i_load) the electromotive force rises as the voltage of a capacitor does,

    emf(t) = (q(t) - i_load*t) / C,   q = integral(i dt),   C = J/Ke**2,

whatever resistance lies in series and whatever friction holds back (it is i_load). So C tells a weak magnet or shorted turns,
which lower Ke and raise C with its square, from friction and cold, which do not. Class of facts/actuator.md 1: Ke 0.010 V s/rad,
J 1e-6 kg m2, so about 0.010 F; where the load grows along the stroke the fit, which holds it constant, reads a quarter less.
"""

from typing import Final

import numpy as np

from bench.analysis.trace import Array

UP_TO: Final = 0.85
"""The run-up is fitted until this share of the highest electromotive force; beyond it the load decides (estimate)."""
LEAST_V: Final = 2.0
"""A motor that does not come up to this electromotive force barely turned (estimate)."""
MOST_F: Final = 0.08
"""The class is at 0.010 F, makes differ by a factor of two, and the weakest magnet makes it four times as much: what lies beyond was
fitted to a load that grew along the stroke, or to a monitor that smooths (estimate)."""
FEWEST: Final = 8
"""Samples of the run-up without which its curvature is noise: 40 ms at one each 5 ms."""


def inertia_of(seconds: Array, amps: Array, emf_v: Array) -> float | None:
    """Return C in farad of a run-up from the inrush peak to the end stop; None where it is too short or slow, or fits no motor.

    `seconds`, `amps`, `emf_v`: time, current and electromotive force of one stroke, equally long.
    """
    if len(seconds) < FEWEST or float(emf_v.max()) < LEAST_V:
        return None
    last = max(int(np.argmax(emf_v >= UP_TO * float(emf_v.max()))) + 1, FEWEST)
    t, i, emf = seconds[:last] - seconds[0], amps[:last], emf_v[:last]
    charge = np.concatenate(([0.0], np.cumsum((i[1:] + i[:-1]) / 2 * np.diff(t))))
    terms = np.stack([charge, t, np.ones(len(t))], axis=1)
    solution = np.linalg.lstsq(terms, emf, rcond=None)[0]
    return float(1 / solution[0]) if solution[0] > 1 / MOST_F else None
