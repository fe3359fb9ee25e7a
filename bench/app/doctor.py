"""Use case: is the bench itself sound? Three stages, each a run of the engine through its guard, each more than the one before.

    A  nothing moves: inputs, e-stop, pull-downs, shunt zero, supply, CAN; the heartbeat is seen to drop the enable relay
    B  the relays, with the motor unplugged
    C  one short pulse into the motor

A stage that fails ends it: what it stands on is not sound. What was seen is judged afterwards, out of the record, as in every run.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, Literal

import msgspec

from bench.app.doctor_checks import Check, Record, stage_a, stage_b, stage_c
from bench.app.doctor_person import DoctorPerson
from bench.app.doctor_pins import limits_set, pulled_down
from bench.app.rigs import RigChoice, World, open_rig
from bench.config import check_fits, load_profile, load_wiring, warnings_of
from bench.engine.run import run_procedure
from bench.errors import ProcedureRefused, UsageError
from bench.model.names import Kind, StepName
from bench.model.observations import Observation, Run, Stop
from bench.model.profile import Profile
from bench.model.wiring import Wiring
from bench.ports.ledger import ActuationLedger
from bench.ports.rig import Rig
from bench.procedure.step import DriveRole, Step
from bench.store.doctor_state import STAGES, DoctorState, Stage, doctor_path, write_doctor_state
from bench.store.ledger import FileLedger, ledger_path

LOOK_MS: Final = 2500
"""Stage A watches this long: a sleeping CAN speaks within two seconds of being woken, and the bus is called silent after two."""
RELAY_MS: Final = 150
PULSE_MS: Final = 200
"""One short pulse: less than a stroke at 12.6 V takes when it is slow, enough for inrush and a run (facts: 60..150 ms warm)."""
PRESS_MS: Final = 30_000
PROFILES: Final[dict[Kind, str]] = {"rear_door": "qashqai-j11-rear-door", "tailgate": "qashqai-j11-tailgate"}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOrder:
    """What is asked for. `upto`: the last stage that is tried; `yes`: all that a person is asked is taken as said."""

    choice: RigChoice
    kind: Kind | None = None
    upto: Stage = "C"
    yes: bool = False
    world: World = field(default_factory=World)


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, for the document."""

    name: str
    outcome: Literal["pass", "fail", "not_tested"]
    text: str


class StageResult(msgspec.Struct, frozen=True, kw_only=True):
    """One stage: passed where no check failed."""

    stage: Stage
    passed: bool
    checks: tuple[CheckResult, ...]


class DoctorDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `doctor --json` prints. `kept`: where the state lies that lets a real rig move; None: nothing was kept."""

    rig: str
    sound: bool
    stages: tuple[StageResult, ...]
    wiring_sha256: str | None = None
    kept: str | None = None
    schema: str = "lockbench.doctor/1"


class _Kept(list[Observation]):
    """A sink that keeps everything in memory: nothing here touches a disk while anything may be energised."""

    def __call__(self, line: Observation) -> None:
        self.append(line)

    def step_end(self) -> None:
        """Nothing to make durable."""


@dataclass(slots=True)
class _Visit:
    """One rig under examination."""

    order: DoctorOrder
    profile: Profile
    wiring: Wiring | None
    person: DoctorPerson | None
    ledger: ActuationLedger | None
    say: Say

    @property
    def is_real(self) -> bool:
        return self.wiring is not None and not self.wiring.simulated

    def run(self, steps: Sequence[Step]) -> tuple[Record, Rig]:
        """Run steps on the rig, opened for them alone."""
        rig = self._open()
        kept = _Kept()
        try:
            run_procedure(
                steps, rig, header=Run(schema=1, profile=self.profile.id), profile=self.profile, sink=kept, ledger=self.ledger,
                progress=self.say,
            )  # fmt: skip
        finally:
            rig.close()
        return kept, rig

    def _open(self) -> Rig:
        choice, profile = self.order.choice, self.profile
        if self.wiring is None or self.wiring.simulated:
            return open_rig(choice, profile, "door", self.order.world)
        from bench.app.real_rig import open_real_rig

        if self.person is None:
            raise ProcedureRefused(f"{self.wiring.name}: a real rig, and nobody at it")
        return open_real_rig(self.wiring, profile, self.person, self.person)


def examine(order: DoctorOrder, *, say: Say, person: DoctorPerson | None = None) -> DoctorDocument:
    """Examine a rig stage by stage; raises UsageError, ConfigError, PlantError, PortError where it cannot even be opened."""
    choice = order.choice
    if choice.sort == "plant":
        raise UsageError("--rig plant:...: doctor examines sim, or the rig of a wiring file")
    wiring = load_wiring(choice.path) if choice.path is not None else None
    profile = load_profile(PROFILES[order.kind or _kind_of(wiring)])
    if wiring is not None:
        check_fits(wiring, profile)
    real = wiring is not None and not wiring.simulated
    ledger = FileLedger(ledger_path(choice.name)) if real else None
    visit = _Visit(order=order, profile=profile, wiring=wiring, person=person, ledger=ledger, say=say)
    results: list[StageResult] = []
    try:
        for stage, checks in (("A", _stage_a), ("B", _stage_b), ("C", _stage_c)):
            say(f"stage {stage}")
            found = tuple(CheckResult(name=c.name, outcome=c.outcome, text=c.text) for c in checks(visit))
            results.append(StageResult(stage=_stage(stage), passed=all(c.outcome != "fail" for c in found), checks=found))
            if not results[-1].passed or stage == order.upto:
                break
    finally:
        if isinstance(ledger, FileLedger):
            ledger.close()
    return _kept(order, wiring, tuple(results))


def _kept(order: DoctorOrder, wiring: Wiring | None, results: tuple[StageResult, ...]) -> DoctorDocument:
    """Keep what passed for a real rig, tied to the very file: real motion waits for it."""
    path = order.choice.path
    digest = sha256(path.read_bytes()).hexdigest() if path is not None else None
    sound = bool(results) and all(r.passed for r in results)
    kept = None
    if wiring is not None and not wiring.simulated and digest is not None:
        kept = doctor_path(wiring.name)
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")  # noqa: TID251 (when doctor passed)
        passed = tuple(r.stage for r in results if r.passed)
        write_doctor_state(kept, DoctorState(wiring_sha256=digest, utc=now, stages=passed))
    return DoctorDocument(
        rig=wiring.name if wiring is not None else order.choice.name, sound=sound, stages=results, wiring_sha256=digest,
        kept=str(kept) if kept is not None else None,
    )  # fmt: skip


def _stage(name: str) -> Stage:
    return next(stage for stage in STAGES if stage == name)


def _kind_of(wiring: Wiring | None) -> Kind:
    return "rear_door" if wiring is None or "drive_unlock" in wiring.drives else "tailgate"


def _stage_a(visit: _Visit) -> Iterable[Check]:
    wiring = visit.wiring
    if wiring is not None and visit.is_real and visit.order.choice.path is not None:
        yield limits_set(visit.order.choice.path)
        yield from pulled_down(wiring)
    for text in warnings_of(wiring) if wiring is not None else ():
        yield Check(name="range", outcome="not_tested", text=text)
    seen, rig = visit.run((Step(name="rest", n=1, settle_ms=LOOK_MS),))
    yield from stage_a(wiring, seen, fitted=rig.fitted, can=rig.can_channel is not None)
    yield from _press(visit, seen)


def _press(visit: _Visit, before: Record) -> Iterable[Check]:
    """The e-stop is pressed once, at a real rig: a loop that reads closed for ever is no emergency stop."""
    if not visit.is_real or visit.person is None:
        yield Check(name="estop pressed", outcome="not_tested", text="nobody can press it on a simulated rig")
        return
    if any(isinstance(line, Stop) for line in before):
        yield Check(name="estop pressed", outcome="not_tested", text="not tried, the stage has failed before")
        return
    visit.person.tell(f"press the emergency stop now (within {PRESS_MS // 1000} s); the outputs stay off")
    seen, _ = visit.run((Step(name="rest", n=1, settle_ms=PRESS_MS),))
    stop = next((line for line in seen if isinstance(line, Stop)), None)
    pressed = stop is not None and stop.reason == "estop"
    text = "the run stopped at once" if pressed else "no run was stopped by it" if stop is None else f"{stop.reason}: {stop.detail}"
    yield Check(name="estop pressed", outcome="pass" if pressed else "fail", text=text)
    visit.person.confirm("release the emergency stop, and RESET where the rig has one")


def _drives(visit: _Visit) -> tuple[tuple[StepName, DriveRole], ...]:
    if visit.profile.kind == "tailgate":
        return (("release", "drive_lock"),)
    return (("lock", "drive_lock"), ("unlock", "drive_unlock"))


def _stage_b(visit: _Visit) -> Iterable[Check]:
    if visit.person is not None and visit.is_real:
        visit.person.confirm("unplug the motor from the rig; hands off the lock")
    first, drives = Step(name="rest", n=1, settle_ms=500), _drives(visit)
    seen, _ = visit.run((first, *(Step(name=name, n=1, drive=role, on_ms=RELAY_MS) for name, role in drives)))
    yield from stage_b(seen, [role for _, role in drives], motor_out=visit.is_real)
    if not visit.is_real:
        yield Check(name="motor unplugged", outcome="not_tested", text="a simulated motor cannot be unplugged")


def _stage_c(visit: _Visit) -> Iterable[Check]:
    if visit.person is not None and visit.is_real:
        visit.person.confirm("plug the motor of a good lock in; hands off the lock, it will move")
    name, role = _drives(visit)[0]
    seen, _ = visit.run((Step(name="rest", n=1, settle_ms=500), Step(name=name, n=1, drive=role, on_ms=PULSE_MS)))
    yield from stage_c(seen, role)
