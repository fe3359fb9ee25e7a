"""How a session is ended from outside, and what it then leaves: signals become orders to stop, an end becomes a record or an error."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from bench.app.bench_session import BenchSession, Ended
from bench.app.panel_orders import FinishOrder, StopOrder
from bench.app.recording import Kept
from bench.engine.signals import takes
from bench.errors import BenchError

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopping(session: BenchSession, *, interrupt: FinishOrder | None = None) -> Iterator[None]:
    """While entered, INT, TERM and HUP are orders to stop; the record is closed and judged all the same.

    `interrupt`: what INT orders instead, where Ctrl-C is how a person says that it is over.
    """

    def caught(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT and interrupt is not None:
            session.give(interrupt)
            return
        session.give(StopOrder(reason="signal", detail=signal.Signals(number).name))

    old = {}
    if threading.current_thread() is threading.main_thread():
        old = {n: signal.signal(n, caught) for n in SIGNALS if takes(n)}
    try:
        yield
    finally:
        for number, action in old.items():
            signal.signal(number, action)


def kept_of(ended: Ended) -> Kept:
    """Return what a run left; raise its error, with its exit code, where it left nothing."""
    if ended.kept is not None:
        return ended.kept
    error = BenchError(ended.error or "the run left nothing")
    error.exit_code = ended.exit_code or 5  # type: ignore[misc]  # that of the error over there
    raise error
