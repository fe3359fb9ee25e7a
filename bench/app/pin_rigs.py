"""What the pin process opens: a simulated rig in real time, the CI rig, or the real one, which doctor must have passed first."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from bench.app.paced_clock import PacedClock
from bench.app.rigs import RigChoice, World, build, open_rig
from bench.config import check_fits, load_wiring
from bench.errors import ProcedureRefused, WiringError
from bench.model.names import Scope
from bench.model.profile import Profile
from bench.model.wiring import Wiring
from bench.ports.rig import Attendant, Operator, Rig
from bench.store.doctor_state import STAGES, doctor_path, read_doctor_state

LIMITS: Final = ("ceiling_a", "logic_min_v")
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
    if order.choice.fault is not None:
        raise WiringError(f"{path}: {wiring.name} is a real rig, it cannot be given the fault {order.choice.fault}")
    if order.hands == "plant":
        raise ProcedureRefused(f"{path}: at a real rig somebody must move the latch; simulated hands are for simulated rigs")
    check_fits(wiring, profile)
    check_limits(path)
    if order.without_doctor is None:
        check_doctor(wiring, path)
    from bench.app.real_rig import open_real_rig

    operator, attendant = seat(None)
    return open_real_rig(wiring, profile, operator, attendant)


def check_limits(path: Path) -> None:
    """Refuse motion until a real rig's own limits stand in its file: no default knows that shunt, fuse and supply."""
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    if missing := [key for key in LIMITS if key not in written]:
        raise WiringError(f"{path}: {' and '.join(missing)} must be set in the file of a real rig before it moves anything")


def check_doctor(wiring: Wiring, path: Path) -> None:
    """Refuse motion until doctor has passed for this very file; raise WiringError that says what to do."""
    state = read_doctor_state(doctor_path(wiring.name))
    found = sha256(path.read_bytes()).hexdigest()
    if state is None:
        raise WiringError(f"{path}: doctor has not passed for {wiring.name}; run: lockbench doctor --rig {path}")
    if state.wiring_sha256 != found:
        raise WiringError(f"{path} has changed since doctor passed on {state.utc}; run: lockbench doctor --rig {path}")
    if not state.has_passed(found):
        missing = ", ".join(stage for stage in STAGES if stage not in state.stages)
        raise WiringError(f"{path}: doctor's stages {missing} have not passed for {wiring.name}; run: lockbench doctor --rig {path}")
