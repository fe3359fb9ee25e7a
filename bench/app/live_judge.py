"""The judge of an adaptive test beside a rig in real time: a thread of the writer's process, so that no line waits for it."""

import queue
import threading
from collections.abc import Callable

from bench.model.pin_news import Judged
from bench.model.record import RunRecord


class LiveJudge:
    """Asked after each step, tells its word. `is_firm`: is the answer beyond doubt? Whatever it raises counts as "not yet"."""

    def __init__(self, is_firm: Callable[[RunRecord], bool], tell: Callable[[Judged], object]) -> None:
        self._is_firm, self._tell = is_firm, tell
        self._asked: queue.SimpleQueue[tuple[str, RunRecord] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="judge", daemon=True)
        self._thread.start()

    def ask(self, step: str, record: RunRecord) -> None:
        """Step `step` has ended, and this is what was seen."""
        self._asked.put((step, record))

    def close(self) -> None:
        """Let it finish what it was asked."""
        self._asked.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            step, record = asked
            try:
                firm = self._is_firm(record)
            except Exception:  # noqa: BLE001 (a judge that breaks must not end a run: then the whole test is made)
                firm = False
            self._tell(Judged(step=step, firm=firm))
