"""The main job: one full test of a lock, from the choice of rig to verdict, run folder and report."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from bench.analysis.judge import Judgement
from bench.analysis.session import Session
from bench.app.adaptive_answer import Firmness
from bench.app.adaptive_words import refuse_adaptive
from bench.app.asked import check_job, check_vin
from bench.app.judging import judge_record
from bench.app.kept_reference import keep_reference, load_reference
from bench.app.margin import planned_margin, with_margin
from bench.app.operators import AnsweringOperator
from bench.app.recording import new_folder
from bench.app.reporting import page_of
from bench.app.rigs import RigChoice, World, open_rig
from bench.config import load_profile, profile_sha256, profile_text
from bench.engine.run import run_procedure
from bench.errors import UsageError
from bench.model.language import ENGLISH, Language
from bench.model.names import Kind, Scope, Symptom
from bench.model.observations import Observation, Run
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.ports.rig import Rig
from bench.ports.sink import Sink
from bench.procedure.adaptive import until_firm
from bench.procedure.checks import check
from bench.procedure.choice import asks_of, catalogue_steps
from bench.procedure.confirm import ask_after
from bench.procedure.plan import ask_first, summarise
from bench.procedure.step import Step

DEFAULT_PROFILES: dict[Kind, str] = {"rear_door": "qashqai-j11-rear-door", "tailgate": "qashqai-j11-tailgate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRequest:
    """What a user asks of one test. `asked`: answers to what is asked before anything moves, where there is no answers file.

    `confirms`: the id of the run whose repair is to be confirmed; the test is then the confirmation test.
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    rig: RigChoice
    profile: str
    scope: Scope = "door"
    symptom: Symptom | None = None
    vin: str | None = None
    job: str | None = None
    answers: Mapping[str, bool | None] | None = None
    unattended: bool = False
    asked: Mapping[str, bool | None] = field(default_factory=dict)
    margin: bool = False
    against: Path | None = None
    adaptive: bool = False
    out: Path = Path("runs")
    confirms: str | None = None
    language: Language = ENGLISH
    world: World = field(default_factory=World)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOutcome:
    """What a test leaves: the judgement and where its folder lies."""

    __test__ = False

    judgement: Judgement
    record: RunRecord
    folder: Path


def profile_for(name: str | None, kind: Kind | None) -> str:
    """Return the profile's name or path; by kind where none is given; raise UsageError where the two contradict."""
    if name is None:
        return DEFAULT_PROFILES[kind or "rear_door"]
    profile = load_profile(name)
    if kind is not None and kind != profile.kind:
        raise UsageError(f"--kind {kind} and --profile {name} contradict: that profile is of a {profile.kind}")
    return name


def steps_of(request: TestRequest, profile: Profile) -> tuple[Step, ...]:
    """Return the procedure that was asked for: the full test, or the confirmation test of a repair; in the adaptive order where wanted."""
    if request.adaptive:
        refuse_adaptive(margin=request.margin, confirms=request.confirms is not None)
    return catalogue_steps(profile, scope=request.scope, adaptive=request.adaptive, confirms=request.confirms is not None)


def plan_text(request: TestRequest) -> str:
    """Return the dry run: every step with its stimulus and expected states. Nothing is opened."""
    profile = load_profile(request.profile)
    steps = planned_steps(request, profile)
    asked = [f"ask first: {request.language.say(ask.text)} ({ask.id})" for ask in ask_first(profile)]
    after = [f"ask after: {request.language.say(ask.text)} ({ask.id})" for ask in ask_after(profile.kind)] if request.confirms else []
    return "\n".join((summarise(steps, profile), *asked, *after))


def plan_json(request: TestRequest) -> bytes:
    """Return the same as one JSON document (schema lockbench.plan/1)."""
    profile = load_profile(request.profile)
    steps = planned_steps(request, profile)
    return msgspec.json.encode({"schema": "lockbench.plan/1", "profile": profile.id, "scope": request.scope, "steps": tuple(steps)})


def planned_steps(request: TestRequest, profile: Profile) -> tuple[Step, ...]:
    """Return every step on paper, the margin's rungs included where they are asked for; raises UsageError or ProcedureRefused."""
    steps = steps_of(request, profile)
    if request.margin:
        steps = planned_margin(steps, profile, request.rig)
    check(steps, profile)
    return steps


class Onlooker(Protocol):
    """Who stands beside a test while it runs: the panel, which shows it and asks the person at it."""

    def rig(self, rig: Rig) -> Rig: ...
    def steps(self, steps: Iterable[Step]) -> Iterable[Step]: ...
    def begins(self, run_id: str, session: Session) -> None: ...
    def see(self, line: Observation) -> None: ...


def run_test(request: TestRequest, progress: Callable[[str], None], onlooker: Onlooker | None = None) -> TestOutcome:
    """Run one full test and leave its folder.

    `onlooker` may put itself between the engine and the rig's sources and person, and see every line as it is written.

    Raises BenchError where it cannot start or its record cannot be written; a run that was stopped is an outcome.
    """
    profile = load_profile(request.profile)
    steps = steps_of(request, profile)
    check(steps, profile)
    vin, job = check_vin(request.vin), check_job(request.job)
    reference = load_reference(request.against, profile)
    rig = open_rig(request.rig, profile, request.scope, request.world)
    try:
        if request.margin:
            steps = with_margin(steps, profile, rig)
            check(steps, profile)
        if request.answers is not None or request.unattended:
            rig = replace(rig, operator=AnsweringOperator(rig.operator, request.answers or {}))
        now = datetime.now(UTC)  # the one reading of the wall clock: the anchor of the run's monotonic time
        header = Run(
            schema=1, utc=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"), profile=profile.id,
            profile_sha256=profile_sha256(profile_text(request.profile)), rig=_rig_name(request.rig, rig.name),
            scope=request.scope, symptom=request.symptom, vin=vin, job=job, current_max_a=rig.current_max_a,
            signed=rig.signed, plan=tuple(step.key for step in steps) if request.adaptive else None, confirms=request.confirms,
        )  # fmt: skip
        folder = new_folder(request.out, request.rig, request.profile, now)
        keep_reference(folder, reference)
        session = Session(folder.run_id)
        feeds = [session.feed]
        todo: Iterable[Step] = steps
        if request.adaptive:
            firm = Firmness(profile, reference)
            todo = until_firm(steps, profile.kind, lambda: firm(session.record()))
        if onlooker is not None:
            onlooker.begins(folder.run_id, session)
            feeds.append(onlooker.see)
            rig, todo = onlooker.rig(rig), onlooker.steps(todo)
        try:
            run_procedure(
                todo, rig, header=header, profile=profile, sink=_Tee(folder.sink(), *feeds), progress=progress,
                answered=_asked_first(request, profile),
            )  # fmt: skip
        finally:
            folder.sink().close()
    finally:
        rig.close()
    record = session.record()
    judgement = judge_record(record, profile, reference)
    folder.write_verdict(judgement.document)
    folder.write_text("report.html", page_of(judgement, record, profile, reference, request.language))
    return TestOutcome(judgement=judgement, record=record, folder=folder.path)


def _asked_first(request: TestRequest, profile: Profile) -> dict[str, bool | float | str | None]:
    """Return what the answers file says of the questions that come before anything moves; unasked ones have no line."""
    given = {**request.asked, **(request.answers or {})}
    return {ask.id: given[ask.id] for ask in asks_of(profile, confirms=request.confirms is not None) if ask.id in given}


def _rig_name(choice: RigChoice, opened: str) -> str:
    """Return the rig's name for the record; the fault that a simulated one was given is not in it."""
    return f"plant:{choice.module}:{choice.attribute}" if choice.sort == "plant" else opened


class _Tee:
    """A sink that keeps what it wrote for the judge of the live run."""

    def __init__(self, sink: Sink, *feeds: Callable[[Observation], None]) -> None:
        self._sink, self._feeds = sink, feeds

    def __call__(self, line: Observation) -> None:
        self._sink(line)
        for feed in self._feeds:
            feed(line)

    def step_end(self) -> None:
        self._sink.step_end()
