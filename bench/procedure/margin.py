"""The voltage margin: the same stroke at ever lower voltage, until it no longer completes. Data only, like every procedure."""

from collections.abc import Iterable
from typing import Final

from bench.errors import ProcedureRefused
from bench.model.ceilings import SETTLE_MIN_MS
from bench.model.profile import Profile
from bench.procedure.step import DriveRole, Step

RUNGS_V: Final = (10.5, 9.5, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
"""Voltages tried, high to low. The lock must work from 9 V on (J11 DLK-85); half a volt tells a weak drive from a good one (E)."""
ABOVE_LOGIC_V: Final = 0.5
"""The rig's own logic keeps this much in hand where the supply feeds it too (E: a stalled drive pulls a bench supply 0.3 V down)."""


def floor_of(range_v: tuple[float, float], *, logic_min_v: float, feeds_logic: bool) -> float:
    """Return the lowest voltage that a margin may try on this rig, V."""
    return max(range_v[0], logic_min_v + ABOVE_LOGIC_V) if feeds_logic else range_v[0]


def margin_steps(profile: Profile, *, floor_v: float, before: Iterable[Step] = ()) -> tuple[Step, ...]:
    """Return the rungs from high to low, each driven both ways; `before`: the steps that they follow, which count on.

    A tailgate's latch is closed by hand before each release. Raises ProcedureRefused where no rung lies above `floor_v`.
    """
    rungs = [v for v in RUNGS_V if v >= floor_v]
    if not rungs:
        raise ProcedureRefused(f"{profile.id}: no voltage to try, the rig's floor is {floor_v:g} V and the first rung {RUNGS_V[0]:g} V")
    closes = sum(step.name == "close" for step in before)
    drive = profile.drive
    settle_ms = max(SETTLE_MIN_MS, drive.pause_ms)
    steps: list[Step] = []
    for volts in rungs:
        if profile.kind == "tailgate":
            closes += 1
            steps.append(Step(name="close", n=closes, hand="close", settle_ms=SETTLE_MIN_MS))
            steps.append(_rung(steps, volts, "drive_lock", drive.pulse_ms, settle_ms))
            continue
        steps.append(_rung(steps, volts, "drive_lock", drive.pulse_ms, settle_ms))
        steps.append(_rung(steps, volts, "drive_unlock", drive.pulse_ms, settle_ms))
    return tuple(steps)


def _rung(steps: list[Step], volts: float, role: DriveRole, on_ms: int, settle_ms: int) -> Step:
    n = 1 + sum(step.name == "margin" for step in steps)
    return Step(name="margin", n=n, drive=role, on_ms=on_ms, settle_ms=settle_ms, supply_v=volts)
