"""One real-time rig and its record, for whoever shows a screen: the panel, the terminal, a test.

    session = BenchSession(BenchOrder(rig="wiring/rpi-bench.toml", out=Path("runs")))
    session.listen(show)                        # called for every piece of news, in the session's own thread: be quick
    session.start(StartOrder(profile="qashqai-j11-rear-door", job="RO 4711"))
    ... session.give(BeatOrder())               # at least twice a second, from the loop that shows the screen
    ... on Where(phase="hand"):  session.give(DoneOrder(step=where.step))          when the latch was moved
    ... on Where(phase="clear"): session.give(ClearOrder(step=where.step))         hands are off; 2 s of countdown follow
    ... on Where(phase="reset"): session.give(ClearOrder(step=where.step))         RESET was pressed
    ... on Where(phase="ask"):   session.give(AnswerOrder(step=..., answers={...}))
    ... at any time:             session.give(StopOrder(detail="STOP on the panel"))
    ... on Ended: verdict, run id, folder; or the error, where there is none
    session.close()

It starts the pin process, which owns every output, and is the other half of ring 2: it keeps the record (a line is with the
kernel within 200 ms or the run stops, a step end is made durable beside that) and judges it when the run is over. When the pin
process dies, or its loop hangs for a second, the record ends with the stop line that says so; when this process dies, the pin
process lets go by itself. `sim:...` and `plant:...` run in real time here, `wiring/*.toml` is the CI rig or a real one.

News (the listener gets one at a time): `LineSeen` (a line of the record, as written), `Where` (what is waited for, see
bench.model.pin_news: its phases are those of the panel's state and `reset`, `hold`, `rest`), `Said`, and at last `Ended`.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.app.adaptive_answer import Firmness
from bench.app.asked import check_job, check_symptom, check_vin
from bench.app.kept_reference import keep_reference, load_reference
from bench.app.live_judge import LiveJudge
from bench.app.panel_orders import (
    AnswerOrder,
    BeatOrder,
    ClearOrder,
    DoneOrder,
    FinishOrder,
    StartOrder,
    StopOrder,
    WatchOrder,
)
from bench.app.pin_link import PinLink
from bench.app.pin_rigs import Hands
from bench.app.recording import Kept, Recording, new_folder
from bench.app.rigs import World, parse_rig
from bench.app.writer import Writer
from bench.config import load_profile
from bench.errors import PortError, UsageError
from bench.model.language import ENGLISH, Language
from bench.model.observations import Observation
from bench.model.pin_news import Ready, Said, Where
from bench.ports.sink import Sink
from bench.store.folder import RunFolder

Given = StopOrder | FinishOrder | BeatOrder | ClearOrder | DoneOrder | AnswerOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOrder:
    """What a session is opened with. `rig` as `--rig` takes it; `profiles`: files of one's own, which may be started by id.

    `hands`: "person" asks for every movement and answer; "plant" leaves all to a simulated world, "asked" all but the answers.
    `speed`: simulated seconds a second. `without_doctor`: why a real rig may move although doctor has not passed; goes on record.
    `command`: the pin process, where it is not the usual one; `sink`: how a folder is written to.
    """

    rig: str
    out: Path = Path("runs")
    hands: Hands = "person"
    world: World = field(default_factory=World)
    speed: float = 1.0
    profiles: tuple[str, ...] = ()
    language: Language = ENGLISH
    without_doctor: str | None = None
    command: tuple[str, ...] = ()
    sink: Callable[[RunFolder], Sink] = RunFolder.sink


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line of the record, as it was written."""

    line: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The run is over. `kept` is what it left; None where it could not begin, or its record could not be kept: then `error`."""

    kept: Kept | None
    error: str | None = None
    exit_code: int = 0


SessionNews = LineSeen | Where | Said | Ready | Ended


class BenchSession:
    """See the module. Every method may be called from any thread, `start` and `close` from one at a time."""

    def __init__(self, order: BenchOrder) -> None:
        self._order = order
        self._choice = parse_rig(order.rig)
        self._listeners: tuple[Callable[[SessionNews], None], ...] = ()
        self._ended: queue.Queue[Ended] = queue.Queue()
        self._link: PinLink | None = None
        self._thread: threading.Thread | None = None
        self._writer: Writer | None = None

    def listen(self, listener: Callable[[SessionNews], None]) -> None:
        """Tell `listener` all news from now on; what it raises ends nothing and is told nobody."""
        self._listeners = (*self._listeners, listener)

    def start(self, start: StartOrder | WatchOrder) -> str:
        """Begin a run, or a watch that drives nothing, and return its id; raises BenchError where it cannot begin."""
        if self.is_running:
            raise UsageError("a run is under way already: one at a time")
        ref = self._profile_ref(start.profile)
        profile = load_profile(ref)
        order = _checked(start, profile.id)
        against = start.against if isinstance(start, StartOrder) else None
        reference = load_reference(Path(against) if against else None, profile)
        link = self._open_link()
        folder = new_folder(self._order.out, self._choice, ref, datetime.now(UTC))
        keep_reference(folder, reference)
        recording = Recording(folder, profile, reference, self._order.sink, self._order.language)
        while not self._ended.empty():
            self._ended.get_nowait()
        judge = LiveJudge(Firmness(profile, reference), link.give) if isinstance(start, StartOrder) and start.adaptive else None
        self._writer = writer = Writer(link, recording, tell=self._tell, judge=judge)
        self._thread = threading.Thread(target=self._write, args=(writer,), name="writer", daemon=True)
        if not link.give(order):
            raise PortError("the pin process ended before the run began")
        self._thread.start()
        return folder.run_id

    def give(self, order: Given) -> bool:
        """Give an order; return whether there was a pin process to take it."""
        return self._link is not None and self._link.give(order)

    @property
    def is_running(self) -> bool:
        """Is a run under way?"""
        return self._thread is not None and self._thread.is_alive()

    @property
    def pin_pid(self) -> int | None:
        """The pin process, while there is one."""
        return self._link.pid if self._link is not None else None

    def ended(self, timeout_s: float | None = None) -> Ended | None:
        """Wait for the run to end; None where it did not in time."""
        try:
            return self._ended.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Stop what runs, wait for its record, and let the pin process go."""
        if self.is_running:
            self.give(StopOrder(detail="the program was closed"))
            if self._thread is not None:
                self._thread.join(CLOSE_S)
        if self._link is not None:
            self._link.close()
            self._link = None

    def _open_link(self) -> PinLink:
        if self._link is not None and self._link.is_up:
            return self._link
        if self._link is not None:
            self._link.close()
        self._link = link = PinLink.open(self._arguments(), command=self._order.command, tell=self._tell)
        return link

    def _arguments(self) -> list[str]:
        order, world = self._order, self._order.world
        given = ["--rig", order.rig, "--hands", order.hands, "--speed", f"{order.speed:g}", "--seed", str(world.seed)]
        for flag, value in (("--temp", world.temp_c), ("--supply", world.supply_v)):
            given += [] if value is None else [f"{flag}={value}"]
        for ref in order.profiles:
            given += ["--profile", ref]
        return given + ([] if order.without_doctor is None else [f"--without-doctor={order.without_doctor}"])

    def _profile_ref(self, profile: str) -> str:
        """Return where a profile is, by its id alone: a path is no id."""
        own = {load_profile(ref).id: ref for ref in self._order.profiles}
        if profile in own:
            return own[profile]
        if "/" in profile or profile.endswith(".toml"):
            raise UsageError(f"profile {profile!r}: a run is started by the id of a profile")
        return profile

    def _write(self, writer: Writer) -> None:
        try:
            kept, error, code = writer.run()
        except Exception as exc:  # noqa: BLE001 (whatever broke here, the rig must be let go and somebody must hear of it)
            kept, error, code = None, f"{type(exc).__name__}: {exc}", 5
            if self._link is not None:
                self._link.close()  # hangs up first: that is a stop over there
        ended = Ended(kept=kept, error=error, exit_code=code)
        self._ended.put(ended)
        self._tell(ended)

    def _tell(self, news: SessionNews | Observation) -> None:
        told = news if isinstance(news, SessionNews) else LineSeen(news)
        for listener in self._listeners:
            try:
                listener(told)
            except Exception:  # noqa: BLE001, S112 (a broken screen must not end the record)
                continue


def _checked(start: StartOrder | WatchOrder, profile_id: str) -> StartOrder | WatchOrder:
    """Return the order as the pin process gets it, by a profile's id; raises UsageError for what is no VIN, job or symptom."""
    order = msgspec.structs.replace(start, profile=profile_id, vin=check_vin(start.vin), job=check_job(start.job))
    if isinstance(order, StartOrder):
        order = msgspec.structs.replace(order, against=None, symptom=check_symptom(order.symptom))
    return order


CLOSE_S = 30.0
"""How long a run may take to close: its outputs are off after a turn, the rest is the record and the verdict."""
