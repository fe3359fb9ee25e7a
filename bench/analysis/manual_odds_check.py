"""How often each outcome of the mechanical check-list comes out under each fault: all of it estimates (E).

A look through the openings of a lock misses much, so a good outcome says little; a bad one says more.
"""

from typing import Final

from bench.analysis.likelihood import Odds

CHECK_ODDS: Final[dict[str, dict[str, Odds]]] = {
    "check_bushings": {
        "healthy": {"whole": 0.93},
        "gear_stripped": {"worn": 0.45},
        "lever_broken": {"worn": 0.4},
        "gear_jam": {"worn": 0.3},
    },
    "check_levers": {
        "healthy": {"whole": 0.97},
        "lever_broken": {"cracked": 0.7},
        "reopens": {"cracked": 0.2},
        "rod_bent": {"cracked": 0.15},
    },
    "check_cable": {
        "healthy": {"seated": 0.95, "slack": 0.04},
        "cable_stretched": {"slack": 0.5, "off": 0.38},
        "reopens": {"slack": 0.2, "off": 0.1},
    },
    "check_spring": {
        "healthy": {"snaps": 0.95},
        "spring_weak": {"creeps": 0.75},
        "frozen": {"creeps": 0.5},
        "gear_stiff": {"creeps": 0.3},
        "reopens": {"creeps": 0.25},
    },
    "check_claw": {
        "healthy": {"catches": 0.88, "dirty": 0.11},
        "gear_stiff": {"catches": 0.35, "dirty": 0.6},
        "frozen": {"catches": 0.4, "fails": 0.4},
        "spring_weak": {"catches": 0.3, "fails": 0.55},
        "cable_stretched": {"catches": 0.6, "fails": 0.3},
        "lever_broken": {"catches": 0.6, "fails": 0.3},
    },
    "check_striker": {
        "healthy": {"straight": 0.95},
        "striker_misaligned": {"moved": 0.8},
        "reopens": {"moved": 0.2},
    },
    "check_ice": {
        "healthy": {"dry": 0.98},
        "frozen": {"ice": 0.75},
        "rod_bent": {"ice": 0.1},
    },
}
"""Test -> hypothesis -> odds of its words."""
