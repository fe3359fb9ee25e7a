"""The wire finder: nothing is driven, the loom is bent by hand, and every dropout of a watched line is called out with its moment.

On a virtual clock it is one process; a rig of the wall's clock belongs to the pin process here too (bench.app.wire_at_rig).

What it can see: the switch lines, and the door bit on CAN. A broken motor wire shows only while current flows, and here none does;
`lockbench test` bends the harness while it drives.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bench.analysis.features_body import door_bit
from bench.analysis.judge import Judgement
from bench.analysis.session import Session
from bench.app.judging import judge_record
from bench.app.pin_watch import BEND, WATCH_S, bends
from bench.app.recording import new_folder
from bench.app.reporting import page_of
from bench.app.rigs import RigChoice, World, open_rig
from bench.app.wire_lines import LINES
from bench.config import load_families, load_profile, profile_sha256, profile_text
from bench.engine.run import run_procedure
from bench.errors import UsageError
from bench.model.names import InputRole
from bench.model.observations import Input, Observation, Run, StepMark, Stop
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.ports.rig import Rig
from bench.procedure.checks import check
from bench.procedure.plan import procedure_for
from bench.store.folder import RunFolder

SECONDS: Final = (1.0, WATCH_S)
"""Shortest and longest watch, s."""


class Dropout(msgspec.Struct, frozen=True, kw_only=True):
    """One dropout: on which line (a key of LINES), when (s since the run began), and how long, ms; None: until the watch ended."""

    line: str
    t_s: float
    ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRequest:
    """What a user asks of one watch."""

    rig: RigChoice
    profile: str
    seconds: float = 30.0
    out: Path = Path("runs")
    vin: str | None = None
    job: str | None = None
    world: World = field(default_factory=World)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireOutcome:
    """What a watch leaves: dropouts in order of time, the lines that were watched, how long, the verdict's word, and the folder.

    `stopped`: why it was cut short, where it was; then silence says nothing about the rest of the time.
    """

    dropouts: tuple[Dropout, ...]
    watched: tuple[str, ...]
    seconds: float
    verdict: str
    folder: Path
    stopped: str | None = None


class Listener:
    """Takes a run's lines as they come; `heard` is called at the moment a line leaves the level that it rested at."""

    def __init__(self, heard: Callable[[str, float], None]) -> None:
        self._heard = heard
        self._rest: dict[InputRole, int] = {}
        self._begun: dict[InputRole, int] = {}
        self._bends = False
        self.levels: dict[InputRole, int] = {}
        self.found: list[Dropout] = []

    def see(self, line: Observation) -> None:
        """Take one line."""
        if isinstance(line, StepMark):
            self._bends = line.phase == "start"
            if self._bends and not self._rest:
                self._rest = {role: level for role, level in self.levels.items() if role in LINES}
        elif isinstance(line, Input):
            self.levels[line.role] = line.level
            if line.role in LINES and self._bends:
                self._edge(line)

    def _edge(self, line: Input) -> None:
        at_rest = self._rest.setdefault(line.role, line.level) == line.level
        if at_rest and line.role in self._begun:
            begun = self._begun.pop(line.role)
            self.found.append(Dropout(line=line.role, t_s=round(begun / 1e9, 4), ms=round((line.t - begun) / 1e6, 2)))
        elif not at_rest and line.role not in self._begun:
            self._begun[line.role] = line.t
            self._heard(line.role, line.t / 1e9)

    def all(self) -> list[Dropout]:
        """Return every dropout, those that never ended too."""
        return [*self.found, *(Dropout(line=role, t_s=round(t / 1e9, 4), ms=None) for role, t in self._begun.items())]


def find_wire(
    request: WireRequest,
    *,
    heard: Callable[[str, float], None],
    is_over: Callable[[], bool],
    progress: Callable[[str], None],
    under: Callable[[Rig], Rig] = lambda rig: rig,
) -> WireOutcome:
    """Watch until the time is up, `is_over` says so or a signal comes; leave a run folder that `judge` reads.

    `heard`: the line's key and the moment (s), at once. `under` may put something between the engine and the rig's clock, sources
    and person, as the panel does. Raises UsageError for a time outside SECONDS.
    """
    check_seconds(request.seconds)
    profile = load_profile(request.profile)
    check((BEND,), profile)
    whole = tuple(step.key for step in procedure_for(profile, scope="door"))
    rig = under(open_rig(request.rig, profile, "door", request.world))
    listener = Listener(heard)
    try:
        now = datetime.now(UTC)  # the anchor of the run's monotonic time
        header = Run(
            schema=1, utc=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"), profile=profile.id,
            profile_sha256=profile_sha256(profile_text(request.profile)), rig=rig.name, scope="door", vin=request.vin, job=request.job,
            current_max_a=rig.current_max_a, signed=rig.signed, plan=whole,
        )  # fmt: skip
        folder = new_folder(request.out, request.rig, request.profile, now)
        session = Session(folder.run_id)
        try:
            run_procedure(
                bends(rig.clock.now_ns, is_over, request.seconds), rig, header=header, profile=profile,
                sink=_Kept(folder, session, listener), progress=progress, watch_only=True,
            )  # fmt: skip
        finally:
            folder.sink().close()
    finally:
        rig.close()
    record = session.record()
    judgement = judge_record(record, profile)
    folder.write_verdict(judgement.document)
    folder.write_text("report.html", page_of(judgement, record, profile))
    return outcome_of(record, judgement, profile, listener, folder.path)


def check_seconds(seconds: float) -> None:
    """Raise UsageError for a time that is no watch."""
    if not (math.isfinite(seconds) and SECONDS[0] <= seconds <= SECONDS[1]):
        raise UsageError(f"--seconds {seconds:g} is outside {SECONDS[0]:g}..{SECONDS[1]:g} s")


def outcome_of(record: RunRecord, judgement: Judgement, profile: Profile, listener: Listener, folder: Path) -> WireOutcome:
    """Return what a watch found: what was heard on the lines, and what the record holds of the bus."""
    on_can = list(_on_can(record, profile))
    watched = (*(role for role in ("ajar", "lock") if role in listener.levels), *(("door_bit",) if judgement.bits else ()))
    found = sorted([*listener.all(), *on_can], key=lambda d: d.t_s)
    stopped = next((line.detail for line in record.observations if isinstance(line, Stop)), None)
    lasted = max((s.end_ns or s.start_ns for s in record.steps), default=0) / 1e9
    return WireOutcome(
        dropouts=tuple(found), watched=watched, seconds=lasted, verdict=judgement.document.verdict, folder=folder, stopped=stopped
    )


def _on_can(record: RunRecord, profile: Profile) -> Iterable[Dropout]:
    """Yield each span in which the door bit left the state that it had when the bending began."""
    spans = door_bit(record, profile, load_families(profile))
    start_ns = record.steps[0].start_ns if record.steps else 0
    before = [s for s in spans if s.first_ns <= start_ns]
    for span in spans:
        if before and span.first_ns > start_ns and span.open != before[-1].open:
            yield Dropout(line="door_bit", t_s=round(span.first_ns / 1e9, 4), ms=round((span.last_ns - span.first_ns) / 1e6, 2))


class _Kept:
    """A sink that writes each line, remembers it for the judge, and lets the listener hear it."""

    def __init__(self, folder: RunFolder, session: Session, listener: Listener) -> None:
        self._sink, self._session, self._listener = folder.sink(), session, listener

    def __call__(self, line: Observation) -> None:
        self._sink(line)
        self._session.feed(line)
        self._listener.see(line)

    def step_end(self) -> None:
        self._sink.step_end()
