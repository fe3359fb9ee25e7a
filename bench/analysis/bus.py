"""A recorded bus, frame by frame: load, silences, and the body frames of whichever family is there. Pure: frames in, story out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.body_trace import BodyTrace, Gap
from bench.analysis.bus_bits import frame_bits
from bench.analysis.bus_plain import feed_channel, keys_of
from bench.analysis.bus_slots import SILENCE_NS, Channel, Slot
from bench.analysis.plain_frames import PickedFrames, PlainFrames
from bench.model.can_frame import ERROR, EXTENDED, REMOTE, CanFrame, FrameBatch
from bench.model.family import Family

BITRATE: Final = 500_000
"""bit/s of the body CAN of every car in the facts (J10, Sentra, Juke F15, Altima L33)."""
_SLOTS: Final = 50_000  # distinct (channel, id, flags) followed one by one; more share one slot a channel
_CHANNELS: Final = 64  # channels told apart; more share the last one
_TOGETHER: Final = 8192  # frames that wait to be taken by columns
_CACHED: Final = 100_000
_FAR_NS: Final = 9_000_000_000_000_000_000  # times beyond do not fit numpy's integers


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
    channels_seen: tuple[str, ...]

    @property
    def span_s(self) -> float:
        """Seconds from the earliest to the latest frame."""
        return (self.last_ns - self.first_ns) / 1e9


class BusSession:
    """Feed it batches of frames, live or from a file; `story()` ends it. Memory does not grow with the recording."""

    def __init__(self, families: Iterable[Family], *, bitrate: int = BITRATE) -> None:
        self._families: Sequence[Family] = tuple(families)
        self._bitrate = bitrate
        self._channels: dict[str, Channel] = {}
        self._slots: dict[tuple[str, int, int], Slot] = {}
        self._cache: dict[tuple[int, bytes, int], int] = {}
        self._known: dict[str, NDArray[np.bool_]] = {}  # for feed_plain: keys whose slot exists
        self._origin_ns: int | None = None
        self._span: tuple[int, int] | None = None
        self._is_partial = False
        self._waiting: list[PlainFrames] = []
        self._count = 0

    @property
    def origin_ns(self) -> int:
        """Time of the first frame of the recording, whatever came out of order later."""
        return self._origin_ns or 0

    def feed_frames(self, frames: Sequence[CanFrame]) -> None:
        """Take frames one by one in a list."""
        self.feed(FrameBatch.of(frames))

    def feed_picked(self, picked: PickedFrames) -> None:
        """Take a few frames of a stretch: the same story as with all of it, but the bus load, which then nobody knows."""
        self._is_partial = True
        self.feed_plain(picked.frames, picked)

    def feed_plain(self, frames: PlainFrames, picked: PickedFrames | None = None) -> None:
        """Take plain data frames as columns: the same story as `feed`, without a look at each frame."""
        if not frames.length:
            return
        keys, firsts = keys_of(frames, self._known)
        is_far = self._span is not None and self._span[1] >= _FAR_NS
        if keys is None or is_far or len(self._slots) + len(firsts) > _SLOTS or len(self._channels) + len(frames.channels) > _CHANNELS:
            self._known.clear()
            self.feed(frames.batch())  # a flood of ids, or a clock that jumps about: one by one
            if picked is not None:
                self._channel(frames.channels[0], int(frames.t_ns[0])).frames += picked.total - frames.length
            return
        self._see_times(int(frames.t_ns[0]), int(frames.t_ns.min()), int(frames.t_ns.max()))
        for row in firsts:  # new channels and ids in the order in which they came
            name = frames.channels[0 if frames.channel_of is None else int(frames.channel_of[row])]
            key = name, int(frames.ids[row]), 0 if frames.flags is None else int(frames.flags[row])
            if key not in self._slots:
                self._slot(*key, int(frames.t_ns[row]))
        for number, name in enumerate(frames.channels):
            if name in self._channels:
                feed_channel(self._channels[name], frames, number, keys, self._slots, picked)

    def feed_later(self, batch: FrameBatch) -> None:
        """Take a small batch together with those that follow: the same story for less, where nobody asks in between."""
        frames = PlainFrames.of(batch) if len(batch.t_ns) else None
        if frames is None or (self._waiting and self._waiting[0].channels != frames.channels):
            self._feed_waiting()
            self.feed(batch)
            return
        self._waiting.append(frames)
        self._count += frames.length
        if self._count >= _TOGETHER:
            self._feed_waiting()

    def _feed_waiting(self) -> None:
        waiting, self._waiting, self._count = self._waiting, [], 0
        if waiting:
            t_ns, ids, sizes, payloads = (
                np.concatenate([getattr(f, name) for f in waiting]) for name in ("t_ns", "ids", "sizes", "payloads")
            )
            self.feed_plain(waiting[0]._replace(t_ns=t_ns, ids=ids, sizes=sizes, payloads=payloads))

    def feed(self, batch: FrameBatch) -> None:
        """Take a batch of frames; those whose payload repeats cost next to nothing."""
        times, ids, payloads, channels, marks = batch
        if not times:
            return
        self._see_times(times[0], min(times), max(times))
        slots = self._slots
        for t_ns, identifier, data, name, flags in zip(times, ids, payloads, channels, marks, strict=True):
            slot = slots.get((name, identifier, flags)) or self._slot(name, identifier, flags, t_ns)
            channel = slot.channel
            channel.frames += 1
            is_new = data != slot.data
            if is_new:
                slot.data = data
            if is_new or slot.bits is None:
                slot.bits = self._bits(identifier, data, flags)
            channel.bits += slot.bits
            if t_ns - channel.last_ns > SILENCE_NS:
                channel.wake(t_ns)
            channel.last_ns = t_ns
            for trace in slot.traces:
                trace.see(t_ns, identifier, data, is_new, channel.frames)

    def story(self) -> BusStory:
        """End the session and return what was seen."""
        self._feed_waiting()
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
            channels_seen=tuple(dict.fromkeys(t.channel for t in bodies)),
        )  # fmt: skip

    def _see_times(self, first: int, low: int, high: int) -> None:
        if self._span is None:
            self._origin_ns, self._span = first, (low, high)
        else:
            self._span = min(low, self._span[0]), max(high, self._span[1])

    def _slot(self, name: str, identifier: int, flags: int, t_ns: int) -> Slot:
        channel = self._channel(name, t_ns)
        if len(self._slots) >= _SLOTS:  # a flood of random ids: no memory of payloads any more
            return Slot(channel, ())
        slot = Slot(channel, self._traces(channel, identifier, flags))
        self._slots[name, identifier, flags] = slot
        return slot

    def _channel(self, name: str, t_ns: int) -> Channel:
        channel = self._channels.get(name)
        if channel is None and len(self._channels) >= _CHANNELS:
            return next(reversed(self._channels.values()))
        if channel is None:
            channel = self._channels[name] = Channel(name, t_ns)
        return channel

    def _traces(self, channel: Channel, identifier: int, flags: int) -> tuple[BodyTrace, ...]:
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
        """Share of the busiest channel over the time from its first to its last frame.

        None where not every frame was looked at, or where the clock was set back: the time is then not known.
        """
        if self._is_partial or any(trace.back for channel in self._channels.values() for trace in channel.traces.values()):
            return None
        loads = [
            (c.bits + c.counter.total()) * 1e9 / (self._bitrate * (c.last_ns - c.first_ns))
            for c in self._channels.values()
            if c.last_ns > c.first_ns
        ]
        return max(loads, default=None)
