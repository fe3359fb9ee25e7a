"""The pin process (DESIGN 6, ring 2): owns the outputs, touches neither disk nor network, and lets go when anybody else dies.

    writer  --- orders, acknowledgements: private Unix socket --->  pin process  --- coils, heartbeat --->  rig
            <-- lines of the record, news: a pipe --------------                 <-- samples, edges ----

It turns every 5 ms: orders first, then the world, then the limits, then the heartbeat. An order starts a procedure by its
profile's id, answers, or stops; never a pin, a duration, a limit, a module or a path. Which rig it is was said on its own
command line by the program that started it. A writer that is gone, hung, or more than 200 ms behind is a stop.
"""

import argparse
import contextlib
import gc
import os
import select
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.app.pin_gate import admit, lock_if_untrusted
from bench.app.pin_job import job_of
from bench.app.pin_person import OrderSource, Person, told_steps
from bench.app.pin_pipe import PipeSink
from bench.app.pin_pulls import pulled_down
from bench.app.pin_rigs import RigOrder, Seat, is_real, open_for
from bench.app.pin_watch import Bender
from bench.app.private_socket import Begin, OrderInbox, accept, listen
from bench.app.rigs import World, parse_rig
from bench.app.urgency import become_urgent
from bench.config import load_profile, profile_ids, profile_sha256, profile_text
from bench.engine.run import run_procedure
from bench.errors import BenchError, PortError, ProcedureRefused
from bench.model.names import Scope
from bench.model.pin_news import Over, Pulled, Ready, Refused, Said
from bench.model.profile import Profile
from bench.ports.ledger import ActuationLedger
from bench.ports.rig import Attendant, Operator, Rig
from bench.procedure.checks import check
from bench.store.ledger import FileLedger, ledger_path

Opener = Callable[[RigOrder, Profile, Scope, Seat], Rig]
Pulls = Callable[[RigOrder], Iterable[Pulled]]
CALL_S: Final = 20.0
EMPTY_S: Final = 5.0
"""How long the end of a record may take to go through the pipe."""


class PinProcess:
    """Waits for a start, runs the procedure, waits again. `profiles`: by id, beside the shipped ones."""

    def __init__(
        self, order: RigOrder, profiles: dict[str, str], sink: PipeSink, inbox: OrderInbox, *, opener: Opener, pulls: Pulls
    ) -> None:
        self._order, self._profiles, self._sink, self._inbox, self._open, self._pulls = order, profiles, sink, inbox, opener, pulls

    def serve(self, ledger: ActuationLedger | None) -> None:
        """Take starts until the writer goes away."""
        while not self._inbox.has_ended:
            select.select([self._inbox], [], [])
            for order in self._inbox.take():
                if isinstance(order, Begin):
                    self._one(order, ledger)
                    break  # what came in behind it was for this run, or is too old to start another

    def _one(self, start: Begin, ledger: ActuationLedger | None) -> None:
        self._sink.begin_run()
        try:
            self._run(start, ledger)
        except BenchError as exc:
            last_word(self._sink, Refused(error=str(exc), exit_code=exc.exit_code))
        except Exception as exc:  # noqa: BLE001 (the outputs are off and the record says so; the writer must hear of it too)
            last_word(self._sink, Refused(error=f"{type(exc).__name__}: {exc}"))
        else:
            last_word(self._sink, Over())

    def _run(self, start: Begin, ledger: ActuationLedger | None) -> None:
        ref = self._ref(start.profile)
        profile = load_profile(ref)
        job = job_of(start, profile)
        check(job.steps, profile)
        admit(self._order, job.stage)
        if not job.steps:
            for pull in self._pulls(self._order):
                self._sink.tell(pull)
            return
        orders = OrderSource(self._inbox, self._sink, driving_beat_ms=job.driving_beat_ms)
        rig = self._open(self._order, profile, job.scope, lambda hands: self._seat(orders, hands))
        try:
            admit(self._order, job.stage)  # the file that was opened is the one that passed
            orders.now_ns = rig.clock.now_ns
            job = job.at(rig, profile)
            now = datetime.now(UTC)  # the one reading of the wall clock: the anchor of the run's monotonic time
            rig = replace(rig, sources=(orders, *rig.sources))  # each turn begins with them
            if job.watches:
                rig = replace(rig, operator=Bender(rig.operator, rig.clock.now_ns, orders))
            header = job.header(profile, profile_sha256(profile_text(ref)), rig, now, self._order)
            gc.collect()
            gc.freeze()
            gc.disable()  # a collection takes tens of milliseconds, which a turn has not
            run_procedure(
                told_steps(job.todo(profile, orders), self._sink.tell), rig, header=header, profile=profile, sink=self._sink,
                ledger=ledger, progress=lambda text: self._sink.tell(Said(text=text)), answered=job.asked(profile, self._order),
                watch_only=job.watches,
            )  # fmt: skip
        finally:
            rig.close()
            gc.enable()
        if (locked := lock_if_untrusted(self._order, self._sink.stopped)) is not None:
            self._sink.tell(Said(text=locked))

    def _seat(self, orders: OrderSource, hands: Operator | None) -> tuple[Operator, Attendant | None]:
        says = self._order.hands != "asked"
        person = Person(orders, self._sink.tell, hands, by_itself=not says)
        return person, person if says else None

    def _ref(self, profile_id: str) -> str:
        """Return where a profile is, by its id alone: a path is no id."""
        if profile_id in self._profiles:
            return self._profiles[profile_id]
        if profile_id in profile_ids():
            return profile_id
        raise ProcedureRefused(f"profile {profile_id!r} is unknown here; known are {', '.join((*self._profiles, *profile_ids()))}")


def last_word(sink: PipeSink, word: Over | Refused) -> None:
    """Tell how it ended and wait until it is through the pipe; where the writer is gone nobody is left to hear."""
    with contextlib.suppress(PortError):
        sink.tell(word)
        sink.empty(EMPTY_S)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lockbench-pins", description="Started by lockbench itself.")
    parser.add_argument("--rig", required=True)
    parser.add_argument("--socket", required=True, type=Path)
    parser.add_argument("--profile", action="append", default=[])
    parser.add_argument("--hands", choices=("plant", "asked", "person"), default="person")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--temp", type=float)
    parser.add_argument("--supply", type=float)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--without-doctor")
    return parser.parse_args(argv)


def main(argv: Sequence[str], *, opener: Opener = open_for, pulls: Pulls = pulled_down, real: bool | None = None) -> int:
    """Run until the writer goes away; the pipe is standard output, and what anything prints goes to standard error."""
    given = _arguments(argv)
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what an outside plant prints is no news
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    order = RigOrder(
        choice=parse_rig(given.rig), world=World(seed=given.seed, temp_c=given.temp, supply_v=given.supply), hands=given.hands,
        speed=given.speed, without_doctor=given.without_doctor,
    )  # fmt: skip
    sink = PipeSink(pipe)
    moves = is_real(order.choice) if real is None else real
    try:
        ledger = FileLedger(ledger_path(order.choice.name)) if moves else None
        server = listen(given.socket)
        sink.tell(Ready(notes=become_urgent() if moves else ()))
        with server:
            link = accept(server, parent=os.getppid(), timeout_s=CALL_S)
        given.socket.unlink(missing_ok=True)
        profiles = {load_profile(ref).id: ref for ref in given.profile}
        PinProcess(order, profiles, sink, OrderInbox(link), opener=opener, pulls=pulls).serve(ledger)
    except BenchError as exc:
        last_word(sink, Refused(error=str(exc), exit_code=exc.exit_code))
        return exc.exit_code
    except KeyboardInterrupt:
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
