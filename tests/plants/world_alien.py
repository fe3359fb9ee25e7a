"""Locks of another make altogether, far outside of the profile's windows: what the judge must abstain from, not name.

One in two is a large window-lift like motor (a low resistance and a very long stroke), the other a tiny one with a short
stroke and a high resistance.
"""

import random

from .foreign_build import Build, Kind
from .foreign_faults import scale
from .foreign_lock import ForeignLock
from .world_d import make as make_d


def make(
    kind: Kind = "rear_door",
    fault: str | None = None,
    severity: float = 0.85,
    seed: int = 1,
    *,
    ambient_c: float | None = None,
    supply_v: float | None = None,
) -> ForeignLock:
    """Return a good lock of a make that the profile does not describe."""
    lock = make_d(kind, fault, severity, seed, ambient_c=ambient_c, supply_v=supply_v)
    build: Build = lock.build
    unit, t = random.Random(f"alien/{kind}/{seed}"), lock.build.train
    large = seed % 2 == 0
    size, ohms = (unit.uniform(2.4, 3.2), unit.uniform(0.42, 0.5)) if large else (unit.uniform(0.28, 0.38), unit.uniform(2.0, 2.6))
    stronger = size**0.5 / ohms
    t.ohm *= ohms
    t.ke *= size**0.5
    t.lambda_vs *= size
    t.own_nm *= stronger  # its gear and lever ask for the same share of what the motor has
    t.inertia *= stronger * size**0.5
    scale(t.rub_nm, stronger)
    scale(t.push_nm, stronger)
    build.monitor.max_a = build.current_max_a = 20.0
    return ForeignLock(build)
