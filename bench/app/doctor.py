"""Use case: is the bench itself sound? Three stages, each a run of the engine through its guard, each more than the one before.

    A  nothing moves: inputs, e-stop, pull-downs, shunt zero, supply, CAN; the heartbeat is seen to drop the enable relay
    B  the relays, with the motor unplugged
    C  one short pulse into the motor

A stage that fails ends it: what it stands on is not sound. What was seen is judged afterwards, out of the record, as in every run.
At a real rig each part is an order to the pin process (bench.app.doctor_link), which has a gate of its own: it drives nothing before
stage A has passed for the very file, and no motor before stage B has. So what passed is kept after each stage.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, Literal

import msgspec

from bench.app.doctor_checks import Check, Record, stage_a, stage_b, stage_c
from bench.app.doctor_link import ExaminedRig
from bench.app.doctor_parts import PRESS_MS, Part, drives_of, part_steps
from bench.app.doctor_person import DoctorPerson
from bench.app.doctor_pins import limits_set, pull_checks
from bench.app.rigs import RigChoice, World, open_rig
from bench.config import check_fits, load_profile, load_wiring, warnings_of
from bench.engine.run import run_procedure
from bench.errors import ProcedureRefused, UsageError
from bench.model.names import Kind
from bench.model.observations import Observation, Run, Stop
from bench.model.profile import Profile
from bench.model.wiring import Wiring
from bench.store.doctor_state import STAGES, DoctorState, Stage, doctor_path, write_doctor_state

PROFILES: Final[dict[Kind, str]] = {"rear_door": "qashqai-j11-rear-door", "tailgate": "qashqai-j11-tailgate"}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOrder:
    """What is asked for. `upto`: the last stage that is tried; `yes`: all that a person is asked is taken as said.

    `command`: the pin process of a real rig, where it is not the usual one.
    """

    choice: RigChoice
    kind: Kind | None = None
    upto: Stage = "C"
    yes: bool = False
    world: World = field(default_factory=World)
    command: tuple[str, ...] = ()


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
    """One rig under examination. `fitted`, `can`: its inputs, and whether it has CAN, once it was opened; `real`: its pin process."""

    order: DoctorOrder
    profile: Profile
    wiring: Wiring | None
    person: DoctorPerson | None
    say: Say
    fitted: frozenset[str] = frozenset()
    can: bool = False
    real: ExaminedRig | None = None

    @property
    def is_real(self) -> bool:
        return self.wiring is not None and not self.wiring.simulated

    def run(self, part: Part) -> Record:
        """Run one part on the rig, opened for it alone."""
        if self.is_real:
            return self.opened().run(part, self.profile.id)
        kept = _Kept()
        rig = open_rig(self.order.choice, self.profile, "door", self.order.world)
        self.fitted, self.can = frozenset(rig.fitted), rig.can_channel is not None
        try:
            run_procedure(
                part_steps(part, self.profile), rig, header=Run(schema=1, profile=self.profile.id), profile=self.profile, sink=kept,
                progress=self.say,
            )  # fmt: skip
        finally:
            rig.close()
        return kept

    def close(self) -> None:
        """Let a real rig's pin process go."""
        if self.real is not None:
            self.real.close()

    def opened(self) -> ExaminedRig:
        """Return the pin process of a real rig; raises ProcedureRefused where nobody is at it."""
        if self.person is None or self.wiring is None:
            raise ProcedureRefused(f"{self.order.choice.path}: a real rig, and nobody at it")
        self.fitted, self.can = frozenset(self.wiring.gpio.inputs), self.wiring.can is not None
        if self.real is None:
            self.real = ExaminedRig(str(self.order.choice.path), self.person, say=self.say, command=self.order.command)
        return self.real


def examine(order: DoctorOrder, *, say: Say, person: DoctorPerson | None = None, keep: bool = True) -> DoctorDocument:
    """Examine a rig stage by stage; raises UsageError, ConfigError, PlantError, PortError where it cannot even be opened.

    `keep` False: a look beside the work. What passes is not kept, so that the stages that have passed before stand; a failure is.
    """
    choice = order.choice
    if choice.sort == "plant":
        raise UsageError("--rig plant:...: doctor examines sim, or the rig of a wiring file")
    wiring = load_wiring(choice.path) if choice.path is not None else None
    profile = load_profile(PROFILES[order.kind or _kind_of(wiring)])
    if wiring is not None:
        check_fits(wiring, profile)
    visit = _Visit(order=order, profile=profile, wiring=wiring, person=person, say=say)
    results: list[StageResult] = []
    try:
        for stage, checks in (("A", _stage_a), ("B", _stage_b), ("C", _stage_c)):
            say(f"stage {stage}")
            found = tuple(CheckResult(name=c.name, outcome=c.outcome, text=c.text) for c in checks(visit))
            results.append(StageResult(stage=_stage(stage), passed=all(c.outcome != "fail" for c in found), checks=found))
            document = _kept(order, wiring, tuple(results), keep=keep)
            if not results[-1].passed or stage == order.upto:
                break
    finally:
        visit.close()
    return document


def _kept(order: DoctorOrder, wiring: Wiring | None, results: tuple[StageResult, ...], *, keep: bool) -> DoctorDocument:
    """Keep what passed for a real rig, tied to the very file: real motion waits for it."""
    path = order.choice.path
    digest = sha256(path.read_bytes()).hexdigest() if path is not None else None
    sound = bool(results) and all(r.passed for r in results)
    kept = None
    if wiring is not None and not wiring.simulated and digest is not None and (keep or not sound):
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
        yield from pull_checks(visit.opened().pulls(visit.profile.id))
    for text in warnings_of(wiring) if wiring is not None else ():
        yield Check(name="range", outcome="not_tested", text=text)
    seen = visit.run("look")
    yield from stage_a(wiring, seen, fitted=visit.fitted, can=visit.can)
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
    seen = visit.run("press")
    stop = next((line for line in seen if isinstance(line, Stop)), None)
    pressed = stop is not None and stop.reason == "estop"
    text = "the run stopped at once" if pressed else "no run was stopped by it" if stop is None else f"{stop.reason}: {stop.detail}"
    yield Check(name="estop pressed", outcome="pass" if pressed else "fail", text=text)
    visit.person.confirm("release the emergency stop, and RESET where the rig has one")


def _stage_b(visit: _Visit) -> Iterable[Check]:
    if visit.person is not None and visit.is_real:
        visit.person.confirm("unplug the motor from the rig; hands off the lock")
    seen = visit.run("relays")
    yield from stage_b(seen, [role for _, role in drives_of(visit.profile)], motor_out=visit.is_real)
    if not visit.is_real:
        yield Check(name="motor unplugged", outcome="not_tested", text="a simulated motor cannot be unplugged")


def _stage_c(visit: _Visit) -> Iterable[Check]:
    if visit.person is not None and visit.is_real:
        visit.person.confirm("plug the motor of a good lock in; hands off the lock, it will move")
    seen = visit.run("pulse")
    yield from stage_c(seen, drives_of(visit.profile)[0][1])
