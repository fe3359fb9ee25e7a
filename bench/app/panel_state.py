"""What the panel's screen shows of a run: one state that is always whole, and the live readings in small batches."""

import threading
import time
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from bench.app.monitor_body import LiveBody
from bench.model.can_frame import FrameBatch
from bench.model.diagnosis import Envelope, Measurement
from bench.model.family import Family
from bench.model.names import Door, Hand
from bench.model.observations import Can, Current, Input, LineVoltage, Observation, Output, Supply

Phase = Literal[
    "idle",
    "armed",
    "countdown",
    "proof",
    "hand",
    "wiggle",
    "ask",
    "clear",
    "paused",
    "drive",
    "watch",
    "judging",
    "done",
    "failed",
    "reset",
    "hold",
    "rest",
    "finder",
    "look",
    "released",
    "examine",
    "press",
]
BATCH_NS: Final = 50_000_000
"""Readings go out 20 times a second."""
DROPOUTS_KEPT: Final = 100
"""Dropouts that a screen lists; all are counted, and all are in the record."""
SAMPLE_NS: Final = 2_000_000
"""Finer than a pixel of the curve is not sent."""


class StepShown(msgspec.Struct, frozen=True, kw_only=True):
    """A step that is over, as far as it is judged yet."""

    step: str
    verdict: str
    measurements: tuple[Measurement, ...] = ()


class DropoutShown(msgspec.Struct, frozen=True, kw_only=True):
    """A dropout that the wire finder heard: on which line, s of the run, and how long, ms; None: not known (yet)."""

    line: str
    t_s: float
    ms: float | None = None


class PanelState(msgspec.Struct, frozen=True, kw_only=True, tag_field="news", tag="state"):
    """Where the run stands. `seq` counts the changes. `seen`: what a simulated hand saw. `left`: seconds of the countdown.

    `is_watch`: the wire finder, not a test. `dropouts`: the newest of those it heard; `heard`: how many in all. `confirms`: the
    failed run whose repair this test confirms.
    """

    seq: int = 0
    phase: Phase = "idle"
    step: str | None = None
    hand: Hand | None = None
    questions: tuple[str, ...] = ()
    seen: dict[str, bool] = {}
    left: int = 0
    plan: tuple[str, ...] = ()
    over: tuple[StepShown, ...] = ()
    profile: str = ""
    vin: str | None = None
    job: str | None = None
    run: str | None = None
    verdict: str | None = None
    error: str | None = None
    is_watch: bool = False
    dropouts: tuple[DropoutShown, ...] = ()
    heard: int = 0
    confirms: str | None = None


class LiveBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="news", tag="live"):
    """Readings of 50 ms. `c`: ms of the run and A; `feed`: ms at which the last drive closed; `lanes`: levels as they stand now."""

    step: str | None
    t: float
    feed: float | None = None
    c: tuple[tuple[float, float], ...] = ()
    lanes: dict[str, str] = {}
    supply: float | None = None


class BandNews(msgspec.Struct, frozen=True, kw_only=True, tag_field="news", tag="band"):
    """Inside of which a good lock's current stays, by the role that is driven."""

    band: Envelope | None


class DoctorLight(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of doctor's: its name, how it came out, and what was seen and wanted in a sentence (English)."""

    name: str
    outcome: Literal["pass", "fail", "not_tested"]
    text: str


class DoctorNews(msgspec.Struct, frozen=True, kw_only=True, tag_field="news", tag="doctor"):
    """What stage A found at this rig. `wiring_sha256`: of the wiring file as it was then. `error`: why the rig could not be opened."""

    lights: tuple[DoctorLight, ...] = ()
    wiring_sha256: str | None = None
    error: str | None = None


News = PanelState | LiveBatch | BandNews | DoctorNews


class StateBoard:
    """Keeps the state, sends it whole at each change, and the readings in batches. `send` must not block."""

    def __init__(self, send: Callable[[News], None], families: tuple[Family, ...] = (), door: Door | None = None, seq: int = 0) -> None:
        self._send = send
        self._lock = threading.Lock()
        self.state = PanelState(seq=seq)
        self._body, self._door = LiveBody(families), door
        self._lanes: dict[str, str] = {}
        self._curve: list[tuple[float, float]] = []
        self._supply: float | None = None
        self._feed: float | None = None
        self._sent_ns = self._sample_ns = 0

    def show(self, **changes: Any) -> None:
        """Change the state and send it."""
        if "phase" in changes:  # what belonged to the phase before is over
            changes = {"questions": (), "seen": {}, "left": 0, "hand": None, **changes}
        with self._lock:
            self.state = msgspec.structs.replace(self.state, seq=self.state.seq + 1, **changes)
            self._send(self.state)

    def drop(self, line: str, t_s: float) -> None:
        """Show a dropout at once."""
        kept = (*self.state.dropouts, DropoutShown(line=line, t_s=round(t_s, 3)))[-DROPOUTS_KEPT:]
        self.show(dropouts=kept, heard=self.state.heard + 1)

    def see(self, line: Observation) -> None:
        """Take an observation; send a batch where it is time."""
        match line:
            case Current():
                self._samples(line)
            case Input():
                self._lanes[line.role] = str(line.level)
            case Output(role="drive_lock" | "drive_unlock", energised=True):
                self._feed = round(line.t / 1e6, 1)
            case Supply():
                self._supply = round(line.v, 2)
            case LineVoltage(role="ajar"):
                self._lanes["line"] = f"{line.v:.1f}"
            case Can():
                self._frame(line)
            case _:
                pass
        now_ns = time.monotonic_ns()
        if now_ns - self._sent_ns >= BATCH_NS:
            self._sent_ns = now_ns
            self._flush()

    def _samples(self, line: Current) -> None:
        for dt, a in zip(line.dt, line.a, strict=True):
            t = line.t0 + dt
            if a is not None and t - self._sample_ns >= SAMPLE_NS:
                self._sample_ns = t
                self._curve.append((round(t / 1e6, 1), round(a, 3)))

    def _frame(self, line: Can) -> None:
        batch = FrameBatch([line.t], [line.id], [bytes.fromhex(line.data)], [line.channel], [0])
        self._body.see(batch)
        now = self._body.now
        if now is not None and self._door is not None and (state := now.doors.get(self._door)) is not None and state.is_open is not None:
            self._lanes["door"] = "0" if state.is_open else "1"

    def _flush(self) -> None:
        curve, self._curve = tuple(self._curve), []
        t = self._sample_ns / 1e6
        self._send(LiveBatch(step=self.state.step, t=round(t, 1), feed=self._feed, c=curve, lanes=dict(self._lanes), supply=self._supply))
