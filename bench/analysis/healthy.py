"""How a good lock reads: the row that every fault starts from. Numbers from the profile's windows, odds estimated.

A profile's window is what good parts stay in (about 99.7 %): six standard deviations wide. Numbers here that no profile
carries are estimates (E): they say how sharply a good lock repeats within one run.
"""

import math
from typing import Final

from bench.analysis.features_drive import COPPER_PER_K, MAGNET_PER_K
from bench.analysis.likelihood import Odds, Spread
from bench.model.names import Kind
from bench.model.profile import Profile

HEALTHY_WORDS: Final[dict[str, Odds]] = {
    "supply": {"ok": 0.985, "low": 0.012, "dead": 0.003},
    "feed_live": {"all": 0.994, "some": 0.005, "none": 0.001},
    "current_flows": {"all": 0.987, "some": 0.008, "one_way": 0.002, "none": 0.003},
    "leg_driven": {"all": 0.985, "some": 0.008, "none": 0.007},
    "trip": {"none": 0.9915, "plateau": 0.007, "at_once_one_way": 0.0005, "at_once": 0.0005, "at_once_unloaded": 0.0005},
    "stroke": {"full": 0.985, "mixed": 0.009, "runs_on": 0.003, "flat": 0.0015, "endless": 0.001},
    "gaps_still": {"zero": 0.97, "one": 0.02, "few": 0.007, "many": 0.003},
    "gaps_flexed": {"zero": 0.9695, "one": 0.027, "few": 0.0025, "many": 0.001},
    "lock_follows": {"all": 0.989, "some": 0.009, "none": 0.002},
    "knob_follows": {"all": 0.98, "some": 0.018, "none": 0.002},
    "closes": {"closed": 0.982, "reopened": 0.004, "never": 0.003, "sometimes_reopened": 0.005, "sometimes_never": 0.006},
    "opens": {"all": 0.989, "some": 0.008, "none": 0.003},
    "held": {"all": 0.98, "some": 0.017, "none": 0.003},
    "half": {"none": 0.973, "some": 0.02, "all": 0.007},
    "opened": {"all": 0.981, "some": 0.016, "none": 0.003},
    "edges_flexed": {"zero": 0.96, "one": 0.022, "few": 0.015, "many": 0.003},
    "edges_still": {"zero": 0.97, "one": 0.012, "few": 0.012, "many": 0.006},
    "door_bit": {"follows": 0.989, "stuck_open": 0.001, "stuck_closed": 0.001, "partly": 0.006, "alone": 0.003},
    "cold": {"warm": 1 / 3, "cool": 1 / 3, "cold": 1 / 3},
}
"""Odds of each word for a good lock. `cold` says nothing of a good lock: people test in all weathers."""


GREASE: Final = 0.25
"""Share of the friction at 25 degrees C that is grease; the rest is brushes, bearings and sliding levers (E)."""
GREASED: Final[dict[Kind, float]] = {"rear_door": 1.0, "tailgate": 0.6}
"""Share of the running current that is friction at all: a tailgate's release winds up a spring too (E)."""
CLAW_IN_GREASE: Final = 0.1
"""Part of a stroke by which a claw is the later, for each e-fold of drag (E: one of another model came 0.2 late at -15 degrees C)."""
CARRIED: Final = 0.7
"""Exponent of the drag that is expected: a make with little grease hardly feels the cold, and what runs heavily in it may be stiff (E)."""
GREASY: Final = 0.2
"""How far makes differ in the cold, for each e-fold of drag: nothing to two fifths of the friction are grease within three sigma (E)."""
EARLIER: Final = 1.4
"""How much wider than its window a lock switch is believed to lie towards the beginning of the stroke (E)."""
LEAST_LEFT: Final = 0.02
"""Share of the stroke behind the lock switch that counts at least: a window may lie at the end stop, or past it (E)."""
WINDOW_DOF: Final = 40.0
"""A window is what 99.7 % of good parts stay in: hardly heavier tails than the bell curve; another make is for hypothesis `other`."""
REPEATS_DOF: Final = dict.fromkeys(
    ("resistance_ways", "lambda_ways", "lambda_spread", "lambda_later", "trend", "line_closed_share", "rest_a"), 3.0
) | {"release_fraction": 5.0, "hump_fraction": 6.0, "plateau_over_peak": 8.0}
"""How well a lock repeats is known only roughly: heavy tails, so that one odd stroke cannot silence all else (estimate).

So is how long a claw that was let go takes to its switch: at the end of a stroke 10 ms are a tenth of it (estimate).
"""


def healthy_spreads(profile: Profile, ambient_c: float | None) -> dict[str, Spread]:
    """Return the spread of each number for a good part of this profile at this temperature, degrees C (None: unknown)."""
    spreads: dict[str, Spread] = {
        name: _of_window(profile, name)
        for name in ("resistance_ohm", "lambda_vs", "running_share", "running_a", "load_share", "source_ohm", "margin_v")
        if name in profile.limits
    }
    for name in ("running_share", "running_a", "load_share", "margin_v"):
        if name in spreads:
            spreads[name] = _in_the_cold(name, spreads[name], ambient_c, profile.kind)
    linear = {
        # E: a 12 V bench supply or battery under the motor's load, 10.5-14.5 V.
        "loaded_v": (12.4, 1.15),
        "edge_fraction": _middle(profile, "edge_fraction", 0.745, 0.032),
        "release_fraction": _in_cold_grease(_middle(profile, "release_fraction", 0.74, 0.05), ambient_c),
        "hump_fraction": _middle(profile, "hump_fraction", 0.58, 0.047),
        # E: how well one good lock repeats; the model of the facts moves Lambda by 1.3 % over 10.5-14.4 V.
        "trend": (0.0, 0.014),
        "resistance_ways": (0.0, 0.03),
        "lambda_ways": (0.0, 0.06),
        "lambda_spread": (0.02, 0.025),
        "lambda_later": (0.0, 0.025),
        # facts/actuator.md 2: 3.2 A at the stop after a peak of 3.1 A; E: eleven makes of model read 0.98 or more, of their good locks.
        "plateau_over_peak": (1.03, 0.025),
        "line_open_share": (0.01, 0.02),
        "line_closed_share": (0.98, 0.05),
        "rest_a": (0.004, 0.012),
    }
    spreads |= {name: Spread(centre=c, width=w, scale="linear", dof=REPEATS_DOF.get(name, 12.0)) for name, (c, w) in linear.items()}
    # facts/actuator.md 1: bounce 0.3-3 ms, up to 8 edges or 8 ms are still good.
    # E: a relay contact has some 10 mohm; what an ADC of 50 mV makes of it at 3 A.
    # E: J/Ke^2 of the class is 0.010 F (facts/actuator.md 1), read a quarter low under a load that grows; makes differ by a factor of two.
    spreads["inertia_f"] = Spread(centre=0.0075, width=0.45, dof=4.0)
    # E: brushes and a monitor's noise; good locks of the models show 0.001 to 0.008, of a noisy one 0.02; shorted turns 0.009 to 0.1.
    spreads["ripple"] = Spread(centre=0.005, width=0.45, dof=5.0)
    # A lock switch that comes early: makes differ more in it than units of one do (E: good locks of 15 models have 0.24 to 0.36 left).
    edge, width = linear["edge_fraction"]
    left = max(1 - edge, LEAST_LEFT)
    spreads["edge_early"] = Spread(centre=left, width=EARLIER * width / left)
    spreads["leg_ohm"] = Spread(centre=0.05, width=0.7, dof=4.0)
    spreads["edges"] = Spread(centre=2.8, width=0.5)
    spreads["chatter_ms"] = Spread(centre=1.2, width=0.8)
    return spreads


def _of_window(profile: Profile, name: str) -> Spread:
    limit = profile.limit(name)
    low = max(limit.low, 1e-3)
    return Spread(centre=math.sqrt(low * limit.high), width=math.log(limit.high / low) / 6, dof=WINDOW_DOF)


def _middle(profile: Profile, name: str, centre: float, width: float) -> tuple[float, float]:
    limit = profile.limits.get(name)
    return (centre, width) if limit is None else ((limit.low + limit.high) / 2, (limit.high - limit.low) / 6)


def _in_cold_grease(released: tuple[float, float], ambient_c: float | None) -> tuple[float, float]:
    """Widen when a claw is seen open for what grease does to its own flight; by 0.03 where nobody knows how cold it was (E)."""
    more = 0.03 if ambient_c is None else CLAW_IN_GREASE * max(math.log(drag_at(ambient_c)), 0.0)
    return released[0], math.hypot(released[1], more)


def drag_at(ambient_c: float | None) -> float:
    """Return friction at a temperature over friction at 25 degrees C, as _in_the_cold explains; 1 where it is unknown."""
    return 1.0 if ambient_c is None else 1 - GREASE + GREASE * 2 ** ((25 - ambient_c) / 20)


def _in_the_cold(name: str, warm: Spread, ambient_c: float | None, kind: Kind) -> Spread:
    """Carry the running current to a temperature, degrees C.

    Grease drags twice as much for each 20 K colder (facts/actuator.md 1, E); brushes, bearings and springs do not. A colder
    magnet needs less current for the same torque, and colder copper lets more flow at the end stop.
    """
    if ambient_c is None:
        return Spread(centre=warm.centre, width=math.hypot(warm.width, 0.1), dof=warm.dof)
    share, kelvin = GREASED[kind], ambient_c - 25.0
    drag = 1 - share + share * drag_at(ambient_c)
    carried = drag**CARRIED / (1 + MAGNET_PER_K * kelvin) * (1 + COPPER_PER_K * kelvin if name in ("running_share", "load_share") else 1.0)
    return Spread(centre=warm.centre * carried, width=math.hypot(warm.width, GREASY * abs(math.log(drag))), dof=warm.dof)
