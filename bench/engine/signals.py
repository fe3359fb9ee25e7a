"""INT, TERM and HUP end a run in the engine's own order: outputs off first, then a line that says so."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Final, Self

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def takes(number: int) -> bool:
    """Is this signal an order to stop? A HUP that was ignored at the start is none: nohup means it.

    A shell hands INT down ignored to what it starts with `&`; whoever sends one all the same wants the motor to stand.
    """
    return number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN


class SignalStop(KeyboardInterrupt):
    """A signal asked the run to stop. Like KeyboardInterrupt, nothing that catches Exception swallows it."""


class StopSignals:
    """While entered, a signal becomes SignalStop: at the engine's next `check`, or at once while a person is being asked.

    So the first one never tears a line that is being written. A second one is raised at once, wherever the engine hangs,
    but not any more after `closing`. Only in the main thread; elsewhere Python delivers no signal and nothing is changed.
    """

    def __init__(self) -> None:
        self._old: dict[int, Any] = {}
        self._seen: list[int] = []
        self._at_once = self._closing = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if takes(number):
                    self._old[number] = signal.signal(number, self._caught)
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        for number, old in self._old.items():
            signal.signal(number, old)

    def _caught(self, number: int, _frame: FrameType | None) -> None:
        self._seen.append(number)
        if not self._closing and (self._at_once or len(self._seen) > 1):
            raise SignalStop(signal.Signals(number).name)

    def check(self) -> None:
        """Raise SignalStop where a signal came since."""
        if self._seen and not self._closing:
            raise SignalStop(signal.Signals(self._seen[0]).name)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While the engine waits for a person, a signal breaks the wait."""
        self.check()
        self._at_once = True
        try:
            yield
        finally:
            self._at_once = False

    def closing(self) -> None:
        """From now on signals are only counted: the outputs are being let go and the record is being closed."""
        self._closing = True


@contextmanager
def masked() -> Iterator[None]:
    """Hold back the signals of this thread, so that letting go of the outputs cannot be interrupted."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
