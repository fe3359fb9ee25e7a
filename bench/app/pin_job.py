"""What an order is in the pin process: steps of its own catalogue, what must have passed before, and what goes on record with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from bench.app.doctor_parts import STAGE_OF, ExamineOrder, part_steps
from bench.app.margin import with_margin
from bench.app.panel_orders import StartOrder, WatchOrder
from bench.app.pin_choice import check_start, chosen_by_the_judge
from bench.app.pin_person import OrderSource
from bench.app.pin_rigs import RigOrder
from bench.app.pin_watch import BEND, bends
from bench.app.private_socket import Begin
from bench.model.ceilings import BEAT_LOST_MS
from bench.model.names import SYMPTOMS, Scope
from bench.model.observations import Run
from bench.model.profile import Profile
from bench.ports.rig import Rig
from bench.procedure.checks import check
from bench.procedure.choice import asks_of, catalogue_steps
from bench.procedure.step import Step
from bench.store.doctor_state import Stage

EXAMINER_LOST_MS: Final = 60
"""Doctor's program beats every 20 ms and keeps no record; silent for so long, it stops what it drives: the feed is dead 100 ms after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One order, worked out. `stage`: of an examination; None: a test. `driving_beat_ms`: how long nobody may beat while driving.

    `watches`: the guard is never armed, so that no output can be switched; what must have passed before is what stage A needs.
    """

    start: Begin
    steps: tuple[Step, ...]
    scope: Scope = "door"
    stage: Stage | None = None
    driving_beat_ms: int = BEAT_LOST_MS
    watches: bool = False

    def at(self, rig: Rig, profile: Profile) -> "Job":
        """Return it with the rungs of the voltage margin that this rig can be tried at, where they were asked for."""
        if not (isinstance(self.start, StartOrder) and self.start.margin):
            return self
        steps = with_margin(self.steps, profile, rig)
        check(steps, profile)
        return replace(self, steps=steps)

    def todo(self, profile: Profile, orders: OrderSource) -> Iterable[Step | None]:
        """Return the steps to carry out; of an adaptive test as many as the judge has not left out, of a watch until it is over."""
        if self.watches:
            return bends(orders.now_ns, lambda: orders.is_finished)
        adaptive = isinstance(self.start, StartOrder) and self.start.adaptive
        return chosen_by_the_judge(self.steps, profile.kind, orders) if adaptive else self.steps

    def header(self, profile: Profile, sha256: str, rig: Rig, now: datetime, order: RigOrder) -> Run:
        """Return the run line."""
        start, choice = self.start, order.choice
        name = f"plant:{choice.module}:{choice.attribute}" if choice.sort == "plant" else rig.name
        head = Run(
            schema=1, utc=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"), profile=profile.id, profile_sha256=sha256,
            rig=name, scope=self.scope, current_max_a=rig.current_max_a, signed=rig.signed,
        )  # fmt: skip
        if isinstance(start, ExamineOrder):
            return head
        if isinstance(start, WatchOrder):
            whole = tuple(step.key for step in catalogue_steps(profile, scope="door"))
            return msgspec.structs.replace(head, vin=start.vin, job=start.job, plan=whole)
        symptom = next((s for s in SYMPTOMS if s == start.symptom), None)
        plan = tuple(step.key for step in self.steps) if start.adaptive else None
        return msgspec.structs.replace(head, symptom=symptom, vin=start.vin, job=start.job, plan=plan, confirms=start.confirms)

    def asked(self, profile: Profile, order: RigOrder) -> dict[str, bool | float | str | None]:
        """Return what goes on record before the first step: the answers given along, and why doctor was not waited for."""
        if not isinstance(self.start, StartOrder):
            return {}
        given = self.start.asked
        asks = asks_of(profile, confirms=self.start.confirms is not None)
        known: dict[str, bool | float | str | None] = {ask.id: given[ask.id] for ask in asks if ask.id in given}
        return known if order.without_doctor is None else {**known, "without_doctor": order.without_doctor}


def job_of(start: Begin, profile: Profile) -> Job:
    """Work an order out; raises UsageError and ProcedureRefused for what is none of the catalogue's procedures."""
    if isinstance(start, ExamineOrder):
        stage, steps = STAGE_OF[start.part], part_steps(start.part, profile)
        return Job(start=start, steps=steps, stage=stage, driving_beat_ms=EXAMINER_LOST_MS)
    if isinstance(start, WatchOrder):
        return Job(start=start, steps=(BEND,), stage="A", watches=True)
    check_start(start)
    steps = catalogue_steps(profile, scope=start.scope, adaptive=start.adaptive, confirms=start.confirms is not None)
    return Job(start=start, steps=steps, scope=start.scope)
