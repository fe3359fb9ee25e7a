"""One step after the other: marks, hands, drives, settling, answers."""

import math
from collections.abc import Callable, Mapping

from bench.engine.assemble import Assembler
from bench.engine.guard import Guard, Train
from bench.engine.loop import Loop
from bench.engine.signals import StopSignals
from bench.engine.stopped import Stopped
from bench.errors import ProcedureRefused
from bench.model.ceilings import HOLD_WAIT_MS, MS, TURN_MS
from bench.model.observations import Answer, StepMark
from bench.ports.rig import Rig
from bench.procedure.step import Step

SUPPLY_SETTLE_MS = 600
"""From an order to a supply until its voltage stands and was measured (E: SCPI supplies answer within 0.1 s and slew in 0.2 s)."""


class StepRunner:
    """Carries out steps on one rig. `where` says what is under way, for a stop's detail."""

    def __init__(self, rig: Rig, guard: Guard, loop: Loop, lines: Assembler, signals: StopSignals, progress: Callable[[str], None]) -> None:
        self._rig, self._guard, self._loop, self._lines = rig, guard, loop, lines
        self._signals, self._progress = signals, progress
        self.where = "the proof test at the start"
        self._nominal_v = rig.supply.volts if rig.supply is not None else None

    def run(self, step: Step) -> None:
        """Run one step from its start mark to its end mark."""
        self.where = step.key
        loop, lines = self._loop, self._lines
        drives = self._may_drive(step)
        self.set_supply(step.supply_v)
        if drives:
            self._await_rest(step)
            self._await_clear(step)
            if not self._guard.holds:
                self._await_hold(step)
        self._progress(step.key)
        lines.flush()
        lines.put(StepMark(t=loop.now_ns, name=step.name, n=step.n, phase="start"))
        moves = self._stimulate(step, drives=drives)
        loop.wait(step.settle_ms, still=not moves)
        lines.flush()
        self._ask(step)
        lines.flush()
        lines.put(StepMark(t=loop.now_ns, name=step.name, n=step.n, phase="end"))
        lines.step_end()

    def set_supply(self, volts: float | None) -> None:
        """Bring the supply to a voltage (None: where it stood at the start) with nothing energised, and wait until it stands."""
        supply = self._rig.supply
        wanted = self._nominal_v if volts is None else volts
        if supply is None or wanted is None:
            if volts is not None:
                raise ProcedureRefused(f"{self.where}: {volts:g} V, but nobody can set this rig's supply")
            return
        if supply.volts != wanted:
            if self._rig.supply_feeds_logic and wanted <= self._rig.logic_min_v:
                raise ProcedureRefused(f"{self.where}: supply {wanted:g} V, the rig itself needs more than {self._rig.logic_min_v:g} V")
            supply.set_volts(wanted)
            self._loop.wait(SUPPLY_SETTLE_MS, still=True)

    def _may_drive(self, step: Step) -> bool:
        """Is there anything to drive that may be driven? What tripped is left out, and so is a wiggle that would move it."""
        if step.drive is None:
            return False
        if step.drive in self._guard.blocked:
            self._progress(f"{step.key}: {step.drive} tripped before and is not driven again")
            return False
        if step.hand == "wiggle" and self._guard.stands != step.drive:
            self._progress(f"{step.key}: the lock does not stand at the stop of {step.drive}, only watching")
            return False
        return True

    def _await_rest(self, step: Step) -> None:
        rest_ns = self._guard.rest_needed_ns(self._loop.now_ns)
        if rest_ns >= 1000 * MS:
            self._progress(f"{step.key}: the motor rests for {rest_ns / 1e9:.0f} s")
        while rest_ns > 0:
            self._loop.wait_until(self._loop.now_ns + rest_ns, still=True)
            rest_ns = self._guard.rest_needed_ns(self._loop.now_ns)

    def _await_clear(self, step: Step) -> None:
        """Where no hold button is fitted: a person says that hands are clear, once a group of drives, then a countdown."""
        attendant, guard, loop = self._rig.attendant, self._guard, self._loop
        if step.hand == "wiggle":
            guard.hands_may_reach_in()
        if attendant is None:
            return
        if not attendant.is_here():
            attendant.ask("paused", step.key, hand=step.hand)
            loop.wait_while(lambda: not attendant.is_here(), still=True)
        if not guard.needs_clear(loop.now_ns):
            return
        attendant.ask("clear", step.key, hand=step.hand)
        loop.wait_while(lambda: not attendant.has_said_so(), still=True)
        guard.hands_clear()
        while (left_ns := guard.countdown_ns(loop.now_ns)) > 0:
            attendant.counts(step.key, math.ceil(left_ns / MS))
            loop.turn(until_ns=loop.now_ns + left_ns, still=True)
        attendant.counts(step.key, 0)

    def _await_hold(self, step: Step) -> None:
        if self._rig.attendant is not None:
            self._rig.attendant.ask("hold", step.key)
        self._progress(f"{step.key}: press and keep the hold button")
        until_ns = self._loop.now_ns + HOLD_WAIT_MS * MS
        while not self._guard.holds:
            if self._loop.now_ns >= until_ns:
                raise Stopped("operator", f"the hold button was not pressed for {HOLD_WAIT_MS / 1000:g} s")
            self._loop.turn(until_ns=until_ns, still=True)
        if self._rig.attendant is not None:
            self._rig.attendant.counts(step.key, 0)

    def _stimulate(self, step: Step, *, drives: bool) -> bool:
        """Move hands and motor; return whether anything moved."""
        guard, loop, operator = self._guard, self._loop, self._rig.operator
        if step.hand is not None:
            guard.hand_begins(step.hand)
            with self._signals.at_once():
                operator.begin(step.key, step.hand)
        if step.hand not in (None, "wiggle"):
            loop.wait_while(operator.is_moving)
            guard.hand_ends()
        if step.drive is not None and drives:
            guard.drive(Train(role=step.drive, on_ms=step.on_ms, pulses=step.pulses, gap_ms=step.gap_ms))
            loop.wait_while(lambda: not guard.is_idle)
        if step.hand == "wiggle":
            loop.wait_while(operator.is_moving)
            guard.hand_ends()
        return drives or step.hand is not None

    def _ask(self, step: Step) -> None:
        """Ask what the person saw; what nobody could say is recorded as null."""
        if not step.questions:
            return
        while (seen := self._answered(step)) is None:
            self._loop.turn(until_ns=self._loop.now_ns + TURN_MS * MS, still=True)
        self._loop.look()
        for question in step.questions:
            value = seen.get(question)
            self._lines.put(Answer(t=self._loop.now_ns, question=question, value=value, step=step.key))

    def _answered(self, step: Step) -> Mapping[str, bool | None] | None:
        with self._signals.at_once():
            return self._rig.operator.answer(step.key, step.questions)
