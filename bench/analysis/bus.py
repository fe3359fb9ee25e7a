"""A recorded bus, frame by frame: load, silences, and the body frames of whichever family is there. Pure: frames in, story out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bench.analysis.body_trace import KEPT, BodyTrace, Gap
from bench.analysis.bus_bits import frame_bits
from bench.model.can_frame import ERROR, EXTENDED, REMOTE, CanFrame, FrameBatch
from bench.model.family import Family

SILENCE_NS: Final = 5_000_000_000
"""A whole channel that says nothing for longer: the bus slept, or the recorder paused."""
BITRATE: Final = 500_000
"""bit/s of the body CAN of every car in the facts (J10, Sentra, Juke F15, Altima L33)."""
_SLOTS: Final = 50_000  # distinct (channel, id, flags) followed one by one; more share one slot a channel
_CHANNELS: Final = 64  # channels told apart; more share the last one
_CACHED: Final = 100_000


class _Channel:
    """Counts of one channel."""

    __slots__ = ("bits", "first_ns", "frames", "last_ns", "name", "silences", "traces")

    def __init__(self, name: str, t_ns: int) -> None:
        self.name = name
        self.first_ns = self.last_ns = t_ns
        self.frames = 0
        self.bits = 0
        self.traces: dict[str, BodyTrace] = {}
        self.silences: list[Gap] = []

    def wake(self, t_ns: int) -> None:
        """A frame came after a long silence."""
        if len(self.silences) < KEPT:
            ignition = next((t.ignition_now for t in self.traces.values() if t.ignition_now), None)
            self.silences.append(Gap(from_ns=self.last_ns, to_ns=t_ns, others=0, ignition=ignition))


class _Slot:
    """One arbitration id on one channel: its last payload, how often that came, and who wants to know."""

    __slots__ = ("bits", "channel", "data", "traces")

    def __init__(self, channel: _Channel, traces: tuple[BodyTrace, ...]) -> None:
        self.channel = channel
        self.traces = traces
        self.data: bytes | None = None
        self.bits = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BusStory:
    """What a whole recording showed. `body`: the trace of the family found, or None where no door frame was seen."""

    frames: int
    first_ns: int
    last_ns: int
    load: float | None
    body: BodyTrace | None
    silences: tuple[Gap, ...]
    families_seen: tuple[str, ...]

    @property
    def span_s(self) -> float:
        """Seconds from the earliest to the latest frame."""
        return (self.last_ns - self.first_ns) / 1e9


class BusSession:
    """Feed it batches of frames, live or from a file; `story()` ends it. Memory does not grow with the recording."""

    def __init__(self, families: Iterable[Family], *, bitrate: int = BITRATE) -> None:
        self._families: Sequence[Family] = tuple(families)
        self._bitrate = bitrate
        self._channels: dict[str, _Channel] = {}
        self._slots: dict[tuple[str, int, int], _Slot] = {}
        self._cache: dict[tuple[int, bytes, int], int] = {}
        self._origin_ns: int | None = None
        self._span: tuple[int, int] | None = None

    @property
    def origin_ns(self) -> int:
        """Time of the first frame of the recording, whatever came out of order later."""
        return self._origin_ns or 0

    def feed_frames(self, frames: Sequence[CanFrame]) -> None:
        """Take frames one by one in a list."""
        self.feed(FrameBatch.of(frames))

    def feed(self, batch: FrameBatch) -> None:
        """Take a batch of frames; those whose payload repeats cost next to nothing."""
        times, ids, payloads, channels, marks = batch
        if not times:
            return
        self._see_times(times)
        slots = self._slots
        for t_ns, identifier, data, name, flags in zip(times, ids, payloads, channels, marks, strict=True):
            slot = slots.get((name, identifier, flags)) or self._slot(name, identifier, flags, t_ns)
            channel = slot.channel
            channel.frames += 1
            is_new = data != slot.data
            if is_new:
                slot.data = data
                slot.bits = self._bits(identifier, data, flags)
            channel.bits += slot.bits
            if t_ns - channel.last_ns > SILENCE_NS:
                channel.wake(t_ns)
            channel.last_ns = t_ns
            for trace in slot.traces:
                trace.see(t_ns, identifier, data, is_new, channel.frames)

    def story(self) -> BusStory:
        """End the session and return what was seen."""
        for channel in self._channels.values():
            for trace in channel.traces.values():
                trace.close(channel.last_ns, channel.frames + 1)
        bodies = [t for c in self._channels.values() for t in c.traces.values() if t.frames]
        body = max(bodies, key=lambda t: (t.frames - t.short_frames, t.frames), default=None)
        first_ns, last_ns = self._span or (0, 0)
        home = body.channel if body else None
        return BusStory(
            frames=sum(c.frames for c in self._channels.values()), first_ns=first_ns, last_ns=last_ns, load=self._load(), body=body,
            silences=tuple(s for c in self._channels.values() if home in {None, c.name} for s in c.silences),
            families_seen=tuple(dict.fromkeys(t.family.name for t in bodies)),
        )  # fmt: skip

    def _see_times(self, times: Sequence[int]) -> None:
        low, high = min(times), max(times)
        if self._span is None:
            self._origin_ns, self._span = times[0], (low, high)
        else:
            self._span = min(low, self._span[0]), max(high, self._span[1])

    def _slot(self, name: str, identifier: int, flags: int, t_ns: int) -> _Slot:
        channel = self._channel(name, t_ns)
        if len(self._slots) >= _SLOTS:  # a flood of random ids: no memory of payloads any more
            return _Slot(channel, ())
        slot = _Slot(channel, self._traces(channel, identifier, flags))
        self._slots[name, identifier, flags] = slot
        return slot

    def _channel(self, name: str, t_ns: int) -> _Channel:
        channel = self._channels.get(name)
        if channel is None and len(self._channels) >= _CHANNELS:
            return next(reversed(self._channels.values()))
        if channel is None:
            channel = self._channels[name] = _Channel(name, t_ns)
        return channel

    def _traces(self, channel: _Channel, identifier: int, flags: int) -> tuple[BodyTrace, ...]:
        """Ids above 0x7FF are extended ones, in every family."""
        if flags & (ERROR | REMOTE) or bool(flags & EXTENDED) != (identifier > 0x7FF):
            return ()
        found = [f for f in self._families if identifier in f.ids]
        return tuple(channel.traces.setdefault(f.name, BodyTrace(f, channel.name)) for f in found)

    def _bits(self, identifier: int, data: bytes, flags: int) -> int:
        key = (identifier, data, flags)
        bits = self._cache.get(key)
        if bits is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            bits = self._cache[key] = frame_bits(identifier, data, flags)
        return bits

    def _load(self) -> float | None:
        """Share of the busiest channel over the time from its first to its last frame."""
        loads = [c.bits * 1e9 / (self._bitrate * (c.last_ns - c.first_ns)) for c in self._channels.values() if c.last_ns > c.first_ns]
        return max(loads, default=None)
