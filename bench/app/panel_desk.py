"""What the panel's orders have become: stop, beat, hands clear, done, answers. Shared by the thread that reads and the engine's own."""

import threading
import time
from collections.abc import Mapping
from typing import Final

from bench.engine.stopped import Stopped
from bench.model.names import StopReason

BEAT_LOST_NS: Final = 1_000_000_000
"""While anything is driven, that long without a beat of the operating screen stops the run (issue 6, point 2)."""
TURN_S: Final = 0.05


class Desk:
    """Orders as they came. Every wait ends at once when a stop comes; a stop is never taken back."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stop: tuple[StopReason, str] | None = None
        self._beat_ns = time.monotonic_ns()
        self._clear_of: str | None = None
        self._clear = False
        self._done: str | None = None
        self._answers: dict[str, Mapping[str, bool | None]] = {}
        self.is_driving = False
        self.is_finished = False

    def stop(self, reason: StopReason, detail: str) -> None:
        """Stop; the first reason stays."""
        with self._changed:
            self._stop = self._stop or (reason, detail)
            self._changed.notify_all()

    def beat(self) -> None:
        """The operating screen lives."""
        self._beat_ns = time.monotonic_ns()

    def hands_clear(self, of: str) -> None:
        """Somebody at the rig says that no hand is at the lock; said of another prompt than the one that stands there, it is nothing."""
        with self._changed:
            if of == self._clear_of:
                self._clear = True
                self._changed.notify_all()

    def done(self, step: str) -> None:
        """The hand has done what this step asked for."""
        with self._changed:
            self._done = step
            self._changed.notify_all()

    def answer(self, step: str, answers: Mapping[str, bool | None]) -> None:
        """Take what the person saw in this step."""
        with self._changed:
            self._answers[step] = dict(answers)
            self._changed.notify_all()

    def finish(self) -> None:
        """A watch is over."""
        self.is_finished = True

    @property
    def is_stopped(self) -> bool:
        """Did a stop come?"""
        return self._stop is not None

    def is_done(self, step: str) -> bool:
        """Has the hand said so?"""
        return self._done == step

    def check(self) -> None:
        """Raise Stopped where a stop came, or the operating screen went away while something is driven."""
        if self._stop is not None:
            raise Stopped(*self._stop)
        if self.is_driving and self.beat_is_lost:
            raise Stopped("operator", "the operating screen was lost while driving: no beat for 1 s")

    @property
    def beat_is_lost(self) -> bool:
        """Did no beat come for too long?"""
        return time.monotonic_ns() - self._beat_ns > BEAT_LOST_NS

    @property
    def is_clear(self) -> bool:
        """Was it said since `await_clear`?"""
        return self._clear

    def await_clear(self, of: str) -> None:
        """From now on this prompt is answered, and what was said before does not count: call it before it is shown, for quick answers."""
        with self._changed:
            self._clear_of, self._clear = of, False

    def wait_clear(self) -> None:
        """Wait for `hands_clear` said since `await_clear`; raise Stopped."""
        with self._changed:
            while not self._clear:
                self.check()
                self._changed.wait(TURN_S)
            self.check()

    def wait_beat(self) -> None:
        """Wait until the operating screen is there; raise Stopped."""
        while self.beat_is_lost:
            self.check()
            time.sleep(TURN_S)
        self.check()

    def wait(self, seconds: float) -> None:
        """Wait that long; raise Stopped."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check()
            time.sleep(min(TURN_S, left))
        self.check()

    def wait_answer(self, step: str) -> Mapping[str, bool | None]:
        """Wait for the answers to this step's questions; raise Stopped."""
        with self._changed:
            while step not in self._answers:
                self.check()
                self._changed.wait(TURN_S)
            self.check()
            return self._answers.pop(step)
