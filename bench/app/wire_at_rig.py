"""The wire finder at a rig of the wall's clock: the pin process owns the pins, this one talks to people and disks (DESIGN 6, ring 2)."""

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Final

from bench.app.bench_session import BenchOrder, BenchSession, LineSeen, SessionNews
from bench.app.panel_orders import FinishOrder, StopOrder, WatchOrder
from bench.app.session_ends import kept_of, stopping
from bench.app.wire_finder import Listener, WireOutcome, WireRequest, check_seconds, outcome_of
from bench.config import load_profile, profile_ids
from bench.model.observations import Observation, StepMark
from bench.model.pin_news import Said

LOOK_S: Final = 0.05


class _Heard:
    """Takes a session's news: lines to the listener and to whoever shows them, words to people; knows when the bending began."""

    def __init__(self, listener: Listener, *, progress: Callable[[str], None], show: Callable[[Observation], None]) -> None:
        self._listener, self._progress, self._show = listener, progress, show
        self.began_s: float | None = None

    def __call__(self, news: SessionNews) -> None:
        if isinstance(news, LineSeen):
            if isinstance(news.line, StepMark) and self.began_s is None:
                self.began_s = time.monotonic()
            self._listener.see(news.line)
            self._show(news.line)
        elif isinstance(news, Said):
            self._progress(news.text)


def find_at_rig(
    request: WireRequest,
    *,
    heard: Callable[[str, float], None],
    wanted: Callable[[], FinishOrder | StopOrder | None],
    progress: Callable[[str], None],
    show: Callable[[Observation], None] = lambda _: None,
    speed: float = 1.0,
    command: Sequence[str] = (),
) -> WireOutcome:
    """Watch until the time is up, `wanted` gives an order or a signal comes; leave a run folder that `judge` reads.

    Ctrl-C ends it as the time does; any other signal, or a pin process that dies, is a stop.

    `heard`: the line's key and the moment (s), as the line came, in a thread of its own; `show` gets each line there. `speed`:
    simulated seconds a second. `command`: another pin process than the usual one. Raises UsageError for a time outside SECONDS,
    BenchError where the rig cannot be opened.
    """
    check_seconds(request.seconds)
    profile = load_profile(request.profile)
    own = () if request.profile in profile_ids() else (request.profile,)
    listener = Listener(heard)
    ear = _Heard(listener, progress=progress, show=show)
    session = BenchSession(
        BenchOrder(rig=request.rig.text, out=request.out, world=request.world, speed=speed, profiles=own, command=tuple(command))
    )
    session.listen(ear)
    with contextlib.closing(session), stopping(session, interrupt=FinishOrder()):
        session.start(WatchOrder(profile=profile.id, vin=request.vin, job=request.job))
        given: FinishOrder | StopOrder | None = None
        while (ended := session.ended(LOOK_S)) is None:
            is_over = ear.began_s is not None and (time.monotonic() - ear.began_s) * speed >= request.seconds
            order = wanted() or (FinishOrder() if is_over else None)
            if order is not None and order != given and session.give(order):
                given = order
    kept = kept_of(ended)
    return outcome_of(kept.record, kept.judgement, profile, listener, kept.folder)
