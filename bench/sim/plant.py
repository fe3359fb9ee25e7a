"""The built-in plant by kind, fault, severity and seed (DESIGN 3.5, 4)."""

import math
from typing import Final

from bench.errors import UsageError
from bench.model.names import KINDS, Kind, Scope
from bench.sim.faults import knobs_for
from bench.sim.knobs import Knobs, both
from bench.sim.lock_plant import LockPlant
from bench.sim.streams import Stream
from bench.sim.tolerance import AMBIENT_REFERENCE_C, draw_unit

__all__ = ["LockPlant", "build_plant"]

_FROST_C: Final = -12.0
_FAMILIES: Final = ("60D", "454", "none")


def build_plant(
    *, kind: Kind, fault: str | None = None, severity: float = 0.85, seed: int = 0, ambient_c: float = AMBIENT_REFERENCE_C,
    supply_v: float = 12.6, scope: Scope = "door", family: str = "60D",
) -> LockPlant:  # fmt: skip
    """Return a lock with a fault of a severity 0..1 (bench.sim.faults.TABLE) and the tolerances of a seed.

    `fault`: an id, or two joined by "+" for a lock that has both. `family`: door frames "60D", "454" or "none".
    Scope "lock" is a removed lock: no harness, no striker, no body module.
    A frozen lock needs cold: at the default `ambient_c` it puts itself at -12 degrees Celsius. Raises UsageError for an
    unknown kind, fault or family, or a severity outside 0..1.
    """
    if kind not in KINDS:
        raise UsageError(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
    if family not in _FAMILIES:
        raise UsageError(f"unknown door-frame family {family!r}; known: {', '.join(_FAMILIES)}")
    if not (math.isfinite(supply_v) and 0.0 <= supply_v <= 30.0 and -60.0 <= ambient_c <= 120.0):
        raise UsageError(f"no world at {supply_v:g} V and {ambient_c:g} degrees C; 0..30 V and -60..120 degrees C")
    on_bench = scope == "lock"
    knobs = _knobs(fault, severity, kind, seed, on_bench=on_bench)
    unit = draw_unit(Stream(f"{seed}:unit:{kind}"), kind, on_own_lead=on_bench)
    if "frozen" in (fault or "").split("+") and ambient_c == AMBIENT_REFERENCE_C:
        ambient_c = _FROST_C
    return LockPlant(
        unit, knobs, kind=kind, seed=seed, ambient_c=ambient_c, supply_v=supply_v, family="none" if on_bench else family
    )  # fmt: skip


def _knobs(fault: str | None, severity: float, kind: Kind, seed: int, *, on_bench: bool) -> Knobs:
    names = (fault or "").split("+")
    if len(names) > 2:
        raise UsageError(f"fault {fault!r}: two faults at most")
    # One fault draws from the same stream as ever, so that its runs stay what they were.
    streams = [f"{seed}:fault"] if len(names) == 1 else [f"{seed}:fault:{name}" for name in names]
    found = [
        # On the bench neither the pillar nor the body module is there.
        Knobs() if on_bench and name in ("striker_misaligned", "bcm_stuck") else knobs_for(name or None, severity, kind, Stream(stream))
        for name, stream in zip(names, streams, strict=True)
    ]
    return found[0] if len(found) == 1 else both(*found)
