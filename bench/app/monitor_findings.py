"""Findings while they happen: the session that judges recordings, run over the body frames of the last minutes."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from bench.analysis.bus import BusSession
from bench.analysis.findings import findings_of
from bench.model.analysis_document import Finding
from bench.model.can_frame import CanFrame, FrameBatch
from bench.model.family import Family
from bench.model.names import Door

WINDOW_NS: Final = 300_000_000_000
"""5 minutes of body frames are judged again at a change: some 3 000 frames of 100 ms, milliseconds of CPU."""
PAUSE_NS: Final = 1_000_000_000
"""At most once a second."""
AGAIN_NS: Final = 60_000_000_000
"""The same finding is told again after a minute, where it went on."""
_THIN_NS: Final = 200_000_000
"""Frames that carry no door (speed, 50 a second) are taken five times a second."""
_MOST: Final = 20_000
_ONLY_AT_THE_END: Final = frozenset({"frame_stale", "bus_silent"})
"""These need every frame of the bus; the monitor tells of silence by itself and the summary has them."""


class LiveFindings:
    """Feed it batches; `judge` returns findings that were not told before. Times are those of the frames (origin 0)."""

    def __init__(self, families: Sequence[Family], ids: frozenset[int]) -> None:
        self._families, self._ids = families, ids
        self._door_ids = {bits.open.id for family in families for bits in family.doors.values()}
        self._frames: deque[CanFrame] = deque(maxlen=_MOST)
        self._payload: dict[int, bytes] = {}
        self._taken_ns: dict[int, int] = {}
        self._told: dict[tuple[str, Door | None], int] = {}
        self._is_due = False
        self._judged_ns = -PAUSE_NS

    def feed(self, batch: FrameBatch) -> None:
        """Keep the body frames of a batch."""
        ids = self._ids
        if ids.isdisjoint(batch.ids):
            return
        for row in zip(*batch, strict=True):
            if row[1] in ids:
                self._keep(CanFrame(*row))

    def judge(self, now_ns: int) -> list[Finding]:
        """Judge where something changed since, at most once a second."""
        if not self._is_due or now_ns - self._judged_ns < PAUSE_NS:
            return []
        self._is_due, self._judged_ns = False, now_ns
        while self._frames and now_ns - self._frames[0].t_ns > WINDOW_NS:
            self._frames.popleft()
        session = BusSession(self._families)
        session.feed(FrameBatch.of(tuple(self._frames)))
        return [finding for finding in findings_of(session.story(), 0) if self._is_news(finding, now_ns)]

    def _keep(self, frame: CanFrame) -> None:
        is_new = self._payload.get(frame.id) != frame.data
        if frame.id not in self._door_ids:
            if not is_new or frame.t_ns - self._taken_ns.get(frame.id, -_THIN_NS) < _THIN_NS:
                return
            self._taken_ns[frame.id] = frame.t_ns
        self._payload[frame.id] = frame.data
        self._frames.append(frame)
        self._is_due = self._is_due or is_new

    def _is_news(self, finding: Finding, now_ns: int) -> bool:
        if finding.id in _ONLY_AT_THE_END:
            return False
        key = (finding.id, finding.door)
        told_ns = self._told.get(key)
        if told_ns is not None and (now_ns - told_ns < AGAIN_NS or finding.t_s * 1e9 <= told_ns):
            return False
        self._told[key] = now_ns
        return True
