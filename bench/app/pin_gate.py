"""The gate in the pin process: a real rig moves nothing before its limits are written down and doctor has passed for that very file.

Read before anything is opened, and once more when the rig stands open, so that the file that was opened is the one that passed.
"""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from bench.app.pin_rigs import RigOrder, is_real
from bench.config import load_wiring
from bench.engine.stopped import is_untrusted
from bench.errors import ProcedureRefused, UsageError, WiringError
from bench.model.observations import Stop
from bench.store.doctor_state import STAGES, DoctorState, Stage, doctor_path, read_doctor_state, write_doctor_state

LIMITS: Final = ("ceiling_a", "logic_min_v")
"""Keys that must stand in the file itself: a default is nobody's decision about this rig."""
BEFORE: Final[dict[Stage, tuple[Stage, ...]]] = {"A": (), "B": ("A",), "C": ("A", "B")}
"""What must have passed before a stage of an examination; a test needs all of them."""


def admit(order: RigOrder, stage: Stage | None) -> None:
    """Refuse a real rig's run that may not begin; `stage`: of an examination, None: a test. A simulated rig is always admitted.

    Raises WiringError, UsageError, ProcedureRefused. The override (`without_doctor`) is for tests and needs a reason, which goes
    on record; nothing overrides the limits, and nothing the order of an examination's stages.
    """
    if not is_real(order.choice):
        return
    path = order.choice.path or Path()
    if order.choice.fault is not None:
        raise WiringError(f"{path} is a real rig, it cannot be given the fault {order.choice.fault}")
    if order.hands == "plant":
        raise ProcedureRefused(f"{path}: at a real rig somebody must move the latch; simulated hands are for simulated rigs")
    if stage != "A":
        check_limits(path)
    if order.without_doctor is not None and not order.without_doctor.strip():
        raise UsageError("--without-doctor needs a reason: it goes on record")
    if stage is not None:
        check_doctor(path, BEFORE[stage])
    elif order.without_doctor is None:
        check_doctor(path, STAGES)


def check_limits(path: Path) -> None:
    """Refuse motion until a real rig's own limits stand in its file: no default knows that shunt, fuse and supply."""
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    if missing := [key for key in LIMITS if key not in written]:
        raise WiringError(f"{path}: {' and '.join(missing)} must be set in the file of a real rig before it moves anything")


def check_doctor(path: Path, stages: Sequence[Stage] = STAGES) -> None:
    """Refuse motion until doctor's stages have passed for this very file; raise WiringError that says what to do."""
    if not stages:
        return
    name = load_wiring(path).name
    state, found = read_doctor_state(doctor_path(name)), sha256(path.read_bytes()).hexdigest()
    if state is None:
        raise WiringError(f"{path}: doctor has not passed for {name}; run: lockbench doctor --rig {path}")
    if state.wiring_sha256 != found:
        raise WiringError(f"{path} has changed since doctor passed on {state.utc}; run: lockbench doctor --rig {path}")
    if not state.has_passed(found, stages):
        missing = ", ".join(stage for stage in stages if stage not in state.stages)
        raise WiringError(f"{path}: doctor's stages {missing} have not passed for {name}; run: lockbench doctor --rig {path}")


def lock_if_untrusted(order: RigOrder, stop: Stop | None) -> str | None:
    """Take a real rig's pass away where its run ended because it cannot be trusted to switch off (DESIGN 6, ring 3).

    Returns the sentence about it, or None. Called when everything is off. Raises PortError where the disk refuses.
    """
    if stop is None or not is_untrusted(stop) or not is_real(order.choice):
        return None
    path = order.choice.path or Path()
    name = load_wiring(path).name
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")  # noqa: TID251 (when the pass was taken away)
    write_doctor_state(doctor_path(name), DoctorState(wiring_sha256=sha256(path.read_bytes()).hexdigest(), utc=now, stages=()))
    return f"{name} stays locked until doctor passes again: {stop.detail}"
