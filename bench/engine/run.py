"""Run a procedure on a rig. Whatever happens, the last thing done is to let go of the outputs, and the record says so."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from bench.engine.assemble import Assembler
from bench.engine.guard import Guard
from bench.engine.ledger import MemoryLedger
from bench.engine.loop import Loop
from bench.engine.proof import prove_at_end, prove_at_start
from bench.engine.signals import SignalStop, StopSignals, masked
from bench.engine.steps import StepRunner
from bench.engine.stopped import Stopped
from bench.errors import BenchError
from bench.model.ceilings import MS, TURN_MS
from bench.model.observations import Answer, End, Run, Stop
from bench.model.profile import Profile
from bench.ports.ledger import ActuationLedger
from bench.ports.rig import Rig
from bench.ports.sink import Sink
from bench.procedure.step import Step


def run_procedure(
    steps: Iterable[Step | None],
    rig: Rig,
    *,
    header: Run,
    profile: Profile,
    sink: Sink,
    ledger: ActuationLedger | None = None,
    progress: Callable[[str], None] = lambda _: None,
    answered: Mapping[str, bool | float | str | None] | None = None,
    watch_only: bool = False,
) -> None:
    """Run the steps; every line goes to the sink as it is completed, the header first and an end or a stop last.

    `steps`: None among them means that nobody has decided yet which is next; a turn goes by, with nothing driven.
    `answered`: what was asked before anything (bench.procedure.ask_first), by question id. A stop (DESIGN 2) ends the run
    quietly: it is on record for the judge. Re-raised after everything is off: what the sink raised, and what nobody
    expected. `watch_only`: the guard is never armed, so no output can be switched, and there is nothing to prove.
    Raises ProcedureRefused where profile or rig give the guard numbers that mean nothing.
    """
    lines = Assembler(sink)
    guard = Guard(rig, profile=profile, ledger=ledger or MemoryLedger(), record=lines.put)
    with StopSignals() as signals:
        loop = Loop(rig, guard, lines, signals)
        runner = StepRunner(rig, guard, loop, lines, signals, progress)
        try:
            try:
                head = msgspec.structs.replace(header, rig=header.rig or rig.name, current_max_a=rig.current_max_a, signed=rig.signed)
                lines.put(head)
                for question, value in (answered or {}).items():
                    lines.put(Answer(t=loop.now_ns, question=question, value=value))
                if watch_only:
                    _watch(steps, loop, runner)
                else:
                    _whole(steps, rig, guard, loop, runner, progress)
            finally:
                signals.closing()
                _let_go(guard, lines)
            lines.flush()
            lines.put(End(t=loop.now_ns))
            lines.step_end()
        except BaseException as exc:
            if not _say_why(exc, runner.where, loop, lines):
                raise


def _whole(steps: Iterable[Step | None], rig: Rig, guard: Guard, loop: Loop, runner: StepRunner, progress: Callable[[str], None]) -> None:
    loop.look()
    progress("proof test")
    prove_at_start(loop, guard, rig)
    _each(steps, loop, runner)
    runner.where = "the proof test at the end"
    runner.set_supply(None)
    progress("proof test")
    prove_at_end(loop, guard)


def _watch(steps: Iterable[Step | None], loop: Loop, runner: StepRunner) -> None:
    loop.look()
    _each(steps, loop, runner)


def _each(steps: Iterable[Step | None], loop: Loop, runner: StepRunner) -> None:
    for step in steps:
        if step is None:
            loop.turn(until_ns=loop.now_ns + TURN_MS * MS, still=True)
        else:
            runner.run(step)


def _let_go(guard: Guard, lines: Assembler) -> None:
    """Everything off, no signal in between; then on record, as far as the sink still takes it."""
    with masked():
        changes = guard.let_go()
    if lines.failure is None:
        for change in changes:
            lines.put(change)


def _say_why(exc: BaseException, where: str, loop: Loop, lines: Assembler) -> bool:
    """Record the stop; return whether the run may end quietly."""
    if lines.failure is not None:
        return False  # the sink itself is broken (a full disk): whoever gave it must hear
    stop, quiet = _stop_of(exc, where, loop.now_ns)
    lines.flush()
    lines.put(stop)
    lines.step_end()
    return quiet


def _stop_of(exc: BaseException, where: str, now_ns: int) -> tuple[Stop, bool]:
    if isinstance(exc, Stopped):
        return Stop(t=now_ns, reason=exc.reason, detail=f"{exc.detail} (in {where})"), True
    if isinstance(exc, KeyboardInterrupt):
        name = str(exc) if isinstance(exc, SignalStop) else "SIGINT"
        return Stop(t=now_ns, reason="signal", detail=f"{name} in {where}"), True
    if isinstance(exc, BenchError):
        return Stop(t=now_ns, reason="error", detail=f"{exc} (in {where})"), True
    return Stop(t=now_ns, reason="error", detail=f"{type(exc).__name__}: {exc} (in {where})"), False
