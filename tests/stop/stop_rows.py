"""The rows of the stop matrix, as data: what happens to whom, from when its time counts, and what must follow.

One bound holds for every cell: the feed is dead WITHIN_MS after the cell's moment zero, as the world outside sees it. Moment zero is
when there is something to stop for:

    the act itself                     a signal, a button, a contact, a driver or a writer that breaks
    `since` and `notice_ms` later      where something must first be missed: the source of that time stands in the row (`says`)

How soon it is noticed has a bound of its own: the heartbeat's last toggle, seen from outside, comes no later than one turn after
moment zero, that turn as late as a turn may be (NOTICED_MS), and `comes_ms` more where what is missed comes only now and then.
"""

import signal
from dataclasses import dataclass
from typing import Final, Literal

from stop_memory import Phase, Slot

from bench.engine.assemble import SPAN_NS
from bench.model.ceilings import (
    BEAT_LOST_MS,
    FEED_GONE_MS,
    FEED_LEFT_MS,
    MS,
    SENSOR_GAP_MS,
    TURN_LATE_MS,
    TURN_MS,
    WRITER_LAG_MS,
)

WITHIN_MS: Final = 100
"""DESIGN 3.5 and issue 3: the feed is dead within 100 ms as the world outside sees it."""
NOTICED_MS: Final = TURN_MS + TURN_LATE_MS
"""DESIGN 6, ring 2: the loop turns every 5 ms, and a turn more than 40 ms late is itself a stop."""
SPAN_MS: Final = SPAN_NS // MS
"""DESIGN 3.4: no line of samples spans more, so that a line comes at least as often."""

WHOLE: Final = (Phase.IDLE, Phase.INRUSH, Phase.MID_STROKE, Phase.STALL, Phase.DEAD_TIME)
STROKE: Final = (Phase.INRUSH, Phase.MID_STROKE, Phase.STALL)
Since = Literal["act", "rise", "low", "refusal", "beat", "closing"]
WHEN: Final[dict[Since, Slot]] = {
    "act": Slot.ACTED_NS, "rise": Slot.ROSE_NS, "low": Slot.LOW_NS, "refusal": Slot.REFUSED_NS, "beat": Slot.SHOWN_NS,
    "closing": Slot.SHUT_NS,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One row: what happens to whom, when its time begins, and which verdict the folder gives.

    `since`: the act itself; `rise`, where the feed next came alive (a sensor is missed only under drive); `low`, when the enable
    line went low (a welded contact shows only then); `refusal`, when the disk first refused a line (a file goes on to the end of its
    last page); `beat`, the last one of the screen; `closing`, of the terminal, which is the test's own to close. `inside`: the time to
    notice lies within the 100 ms, it does not come before them.
    `tears`: the last line may be a part of one. `lowered`: is somebody left to lower the lines? `halts` False: no stop at all, the
    cell is ended by a signal of ours.
    """

    whom: Literal["pin", "writer", "world"]
    signal: int = 0
    slot: Slot | None = None
    value: int = 1
    since: Since = "act"
    notice_ms: int = 0
    comes_ms: int = 0
    inside: bool = False
    says: str = ""
    verdicts: tuple[str, ...] = ("ABORTED",)
    lowered: bool = True
    halts: bool = True
    terminal: bool = False
    tears: bool = False

    def since_in(self, phase: Phase) -> Since:
        """Return from when it counts in this phase: with nothing driven a sensor is missed later, a contact shows at once."""
        if phase in STROKE:
            return self.since
        return {Slot.FROZEN: "rise", Slot.WELDED: "act"}.get(self.slot or Slot.FEED, self.since)  # type: ignore[return-value]

    @property
    def zero_ms(self) -> int:
        """Moment zero, ms after `since`."""
        return 0 if self.inside else self.notice_ms

    @property
    def noticed_ms(self) -> int:
        """The latest that the heartbeat may toggle, ms after `since`."""
        return self.notice_ms + self.comes_ms + NOTICED_MS


LAGS: Final = "DESIGN 6, ring 2: a writer that lags > 200 ms is a stop; a line waits for it within 50 ms (DESIGN 3.4)"
STOPS: Final[dict[str, Stop]] = {
    "pin INT": Stop(whom="pin", signal=signal.SIGINT),
    "pin TERM": Stop(whom="pin", signal=signal.SIGTERM),
    "pin HUP": Stop(whom="pin", signal=signal.SIGHUP),
    "pin KILL": Stop(whom="pin", signal=signal.SIGKILL, lowered=False),
    "pin STOP": Stop(whom="pin", signal=signal.SIGSTOP, verdicts=("ERROR",), lowered=False),
    "pin exception": Stop(whom="pin", slot=Slot.PIN_RAISES, verdicts=("ERROR",)),
    "pin dawdles 60 ms": Stop(whom="pin", slot=Slot.PIN_DAWDLES, value=60, comes_ms=60, verdicts=("ERROR",)),
    "writer INT": Stop(whom="writer", signal=signal.SIGINT),
    "writer TERM": Stop(whom="writer", signal=signal.SIGTERM),
    "writer HUP": Stop(whom="writer", signal=signal.SIGHUP),
    "writer KILL": Stop(whom="writer", signal=signal.SIGKILL),
    "writer STOP": Stop(
        whom="writer", signal=signal.SIGSTOP, notice_ms=WRITER_LAG_MS, comes_ms=SPAN_MS, says=LAGS, verdicts=("ERROR",)
    ),
    "writer exception": Stop(whom="writer", slot=Slot.WRITER_RAISES),
    "closed terminal": Stop(whom="writer", slot=Slot.HANG_UP, terminal=True, since="closing"),
    "dead UI": Stop(
        whom="writer", slot=Slot.UI_DEAD, since="beat", notice_ms=BEAT_LOST_MS, says="issue 6, point 2: no beat of the screen for 1 s"
    ),
    "full disk": Stop(whom="writer", slot=Slot.DISK_FULL, since="refusal", tears=True),
    "disk stalled 3 s": Stop(
        whom="writer", slot=Slot.DISK_STALLS, value=3000, notice_ms=WRITER_LAG_MS, comes_ms=SPAN_MS, says=LAGS, verdicts=("ERROR",)
    ),
    "frozen sensor": Stop(
        whom="world", slot=Slot.FROZEN, notice_ms=SENSOR_GAP_MS, inside=True, says="issue 3: noticed within 50 ms of drive",
        verdicts=("ERROR",),
    ),
    "e-stop": Stop(whom="world", slot=Slot.ESTOP, value=0),
    "hold released": Stop(whom="world", slot=Slot.HOLD, value=0),
    "welded relay": Stop(
        whom="world", slot=Slot.WELDED, since="low", notice_ms=FEED_GONE_MS + FEED_LEFT_MS, verdicts=("ERROR",),
        says="a sound relay's feed is gone 60 ms after the line (DESIGN 6, ring 1: release <= 15 ms); one that stays 40 ms more is welded",
    ),
    "CAN lost": Stop(whom="world", slot=Slot.CAN_LOST, halts=False),
    "supply dip": Stop(whom="world", slot=Slot.DIP, halts=False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix."""

    stop: str
    phase: Phase

    def __str__(self) -> str:
        return f"{self.stop} in {self.phase.name.lower().replace('_', ' ')}"

    @property
    def row(self) -> Stop:
        """Its row."""
        return STOPS[self.stop]

    @property
    def waits(self) -> bool:
        """Is nothing driven and nothing stopped, but the run waits for the button?"""
        return self.row.slot == Slot.HOLD and self.phase not in STROKE
