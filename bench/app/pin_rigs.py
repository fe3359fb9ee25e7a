"""What the pin process opens: a simulated rig in real time, the CI rig, or the real one; bench.app.pin_gate stands before it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bench.app.paced_clock import PacedClock
from bench.app.rigs import RigChoice, World, build, open_rig
from bench.config import check_fits, load_wiring
from bench.model.names import Scope
from bench.model.profile import Profile
from bench.ports.rig import Attendant, Operator, Rig

Hands = Literal["plant", "asked", "person"]
"""Whose hands: a simulated world's own; the same, but its questions are asked; a person's, who says what is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RigOrder:
    """All that the pin process is told when it is started; no order changes it later. `speed`: simulated seconds a second."""

    choice: RigChoice
    world: World
    hands: Hands
    speed: float = 1.0
    without_doctor: str | None = None


Seat = Callable[[Operator | None], tuple[Operator, Attendant | None]]
"""Puts a person at a rig, beside the simulated hands where there are any."""


def is_real(choice: RigChoice) -> bool:
    """Does this rig move something outside of this computer?"""
    return choice.path is not None and not load_wiring(choice.path).simulated


def open_for(order: RigOrder, profile: Profile, scope: Scope, seat: Seat) -> Rig:
    """Open the rig with whoever works at it; raises UsageError, ConfigError, PlantError or PortError."""
    if is_real(order.choice):
        return _real(order, profile, seat)
    if order.choice.sort == "wiring":
        from bench.app.ci_rig import open_ci_rig

        wiring = load_wiring(order.choice.path or Path())
        check_fits(wiring, profile)
        rig = open_ci_rig(wiring, profile, build(order.choice, profile.kind, scope, order.world), pace=order.speed)
        rig = replace(rig, rearm=wiring.rearm)
    else:
        rig = open_rig(order.choice, profile, scope, order.world)
        rig = replace(rig, clock=PacedClock(rig.clock, order.speed), realtime=True)
    if order.hands == "plant":
        return rig
    operator, attendant = seat(rig.operator)
    return replace(rig, operator=operator, attendant=attendant)


def _real(order: RigOrder, profile: Profile, seat: Seat) -> Rig:
    path = order.choice.path or Path()
    wiring = load_wiring(path)
    check_fits(wiring, profile)
    from bench.app.real_rig import open_real_rig

    operator, attendant = seat(None)
    return open_real_rig(wiring, profile, operator, attendant)
