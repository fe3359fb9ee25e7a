"""A car on a fake bus: a clock that the test owns, readers that play frames, an audience with a memory."""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from bench.errors import PortError
from bench.model.can_frame import CanFrame, FrameBatch
from bench.model.monitor_events import LiveView, MonitorEvent, MonitorSummary
from bench.ports.frames import FrameReader, Heard
from bench.ports.rig import Clock
from bench.rig.can_listen import Adapter, Listening

START = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
ADAPTER = Adapter(interface="virtual", channel="can0")


class HandClock:
    """Time that moves only when somebody waits; `at` runs something at each step."""

    def __init__(self) -> None:
        self.t_ns = 0
        self.at: Callable[[int], None] = lambda _: None

    def now_ns(self) -> int:
        return self.t_ns

    def sleep_until(self, t_ns: int) -> None:
        self.t_ns = max(self.t_ns, t_ns)
        self.at(self.t_ns)


def frame(t_s: float, number: int, data: bytes, flags: int = 0) -> CanFrame:
    """One frame of can0."""
    return CanFrame(round(t_s * 1e9), number, data, "can0", flags)


def body(doors: int = 0, ignition: int = 6, locked: int = 0) -> bytes:
    """Payload of 0x60D."""
    return bytes([doors, ignition, locked, 0, 0, 0, 0, 0])


def traffic(seconds: float, doors: Callable[[float], int | None], start_s: float = 0.0) -> list[CanFrame]:
    """0x60D each 100 ms where `doors` gives bits, and a counter frame each 20 ms."""
    return list(_traffic(seconds, doors, start_s))


def _traffic(seconds: float, doors: Callable[[float], int | None], start_s: float) -> Iterator[CanFrame]:
    for tick in range(round(seconds * 50)):
        t_s = start_s + tick / 50
        yield frame(t_s, 0x174, bytes([tick & 0xFF] * 8))
        if tick % 5 == 0 and (bits := doors(t_s)) is not None:
            yield frame(t_s + 0.003, 0x60D, body(bits))


class Playing:
    """A reader that plays frames when their time has come; `fails`: (from, to) in s without an adapter."""

    def __init__(self, clock: Clock, frames: Sequence[CanFrame], fails: Sequence[tuple[float, float]] = ()) -> None:
        self._clock, self._frames, self._fails, self._at = clock, list(frames), fails, 0
        self.closed = 0

    def is_gone(self) -> bool:
        t_s = self._clock.now_ns() / 1e9
        return any(a <= t_s < b for a, b in self._fails)

    def drain(self) -> Heard:
        due: list[CanFrame] = []
        while self._at < len(self._frames) and self._frames[self._at].t_ns <= self._clock.now_ns():
            due.append(self._frames[self._at])
            self._at += 1
        if self.is_gone():
            raise PortError("CAN channel can0: Network is down")
        return Heard(frames=FrameBatch.of(due))

    def close(self) -> None:
        self.closed += 1


def opener(reader: FrameReader) -> Callable[[Adapter, Clock], Listening]:
    """Opens that reader, again and again; a player whose adapter is gone does not open."""

    def opened(_adapter: Adapter, _clock: Clock) -> Listening:
        if isinstance(reader, Playing) and reader.is_gone():
            raise PortError("CAN channel can0: no such network interface")
        return Listening(reader=reader, bitrate=500_000, notice="a fake bus")

    return opened


class Witness:
    """An audience that keeps all it was told."""

    def __init__(self) -> None:
        self.events: list[MonitorEvent] = []
        self.views: list[LiveView] = []
        self.summaries: list[MonitorSummary] = []

    def tell(self, event: MonitorEvent) -> None:
        self.events.append(event)

    def wants_look(self, _now_ns: int) -> bool:
        return True

    def look(self, view: LiveView) -> None:
        self.views.append(view)

    def end(self, summary: MonitorSummary) -> None:
        self.summaries.append(summary)

    def kinds(self) -> list[str]:
        return [event.event for event in self.events]

    def told(self, kind: str) -> list[MonitorEvent]:
        return [event for event in self.events if event.event == kind]


def can_frame(number: int, data: bytes) -> bytes:
    """The kernel's struct can_frame."""
    return struct.pack("=IB3x8s", number, len(data), data)


def in_turns(frames: Iterable[CanFrame], turn_ns: int = 20_000_000) -> Iterator[tuple[int, FrameBatch]]:
    """Frames as the loop drains them: (now, batch)."""
    held: list[CanFrame] = []
    now_ns = turn_ns
    for one in frames:
        while one.t_ns > now_ns:
            yield now_ns, FrameBatch.of(held)
            held, now_ns = [], now_ns + turn_ns
        held.append(one)
    yield now_ns, FrameBatch.of(held)
