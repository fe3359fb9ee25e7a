"""Plain frames into a bus session by columns: unchanged payloads are found by one sort, the body frames fed in few steps."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.analysis.body_trace import BACK_NS, MOVING_KMH, SPEED_AGE_NS, TOP_KMH, BodyTrace
from bench.analysis.bus_slots import SILENCE_NS, Channel, Slot
from bench.analysis.plain_frames import Ints, PickedFrames, PlainFrames, payload_bytes
from bench.model.can_frame import EXTENDED, SENT
from bench.model.family import Family, Scaled

_MOST_KEYS: Final = 4096  # distinct (id, flags) in a batch
_MOST_SILENCES: Final = 64  # in a batch; more: the clock jumps about
_SENT_BIT: Final = 1 << 11  # of a 12-bit key: ids above 0x7FF have a table of their own
_Bools = NDArray[np.bool_]
_Keys = NDArray[np.uint16]


class _Group(NamedTuple):
    """The frames of one slot: their rows, ascending, and whether each payload differs from the one before."""

    slot: Slot
    rows: Ints
    is_new: _Bools


class _Fed(NamedTuple):
    """What a trace is fed from: every row that it reads, in order, and whether its payload is new."""

    rows: Ints
    is_new: _Bools


def keys_of(frames: PlainFrames, known: dict[str, _Bools]) -> tuple[_Keys | None, list[int]]:
    """Return a small number for each frame that tells ids and flags apart, and the first row of each channel and key that may be new.

    None where there are too many keys, or too many silences, for columns to be worth it. `known`: which keys of 11-bit ids
    earlier calls have named, by channel; it grows.
    """
    flags = frames.flags
    if np.count_nonzero(frames.t_ns[1:] - frames.t_ns[:-1] > SILENCE_NS) > _MOST_SILENCES:
        return None, []
    if flags is None:
        keys = frames.ids.astype(np.uint16)
    elif not (flags & EXTENDED).any():
        keys = (frames.ids | np.where(flags & SENT, _SENT_BIT, 0)).astype(np.uint16)
    else:
        distinct, found = np.unique(frames.ids << 6 | flags, return_inverse=True)
        if len(distinct) > _MOST_KEYS:
            return None, []
        keys = found.astype(np.uint16)
    if frames.channel_of is not None:
        firsts = np.unique(keys.astype(np.int64) << 8 | frames.channel_of, return_index=True)[1]
    elif flags is not None and (flags & EXTENDED).any():
        firsts = np.unique(keys, return_index=True)[1]
    else:
        named = known.setdefault(frames.channels[0], np.zeros(1 << 12, np.bool_))
        is_known = named.take(keys)
        firsts = np.zeros(0, np.int64)
        if not is_known.all():
            news = np.flatnonzero(~is_known)
            firsts = news[np.unique(keys[news], return_index=True)[1]]
            named[keys[firsts]] = True
    return (keys, sorted(firsts.tolist())) if len(firsts) <= _MOST_KEYS else (None, [])


def feed_channel(channel: Channel, frames: PlainFrames, number: int, keys: _Keys, slots: Mapping[tuple[str, int, int], Slot],
                 picked: PickedFrames | None = None) -> None:  # fmt: skip
    """Feed the frames of channel `number`; every slot of theirs exists already. `picked`: what they are a part of, if they are."""
    if frames.channel_of is not None:
        rows = np.flatnonzero(frames.channel_of == number)
        frames, keys = frames.pick(rows)._replace(channel_of=None), keys[rows]
    if not frames.length:
        return
    groups = _groups(channel, frames, keys, slots, is_whole=picked is None)
    places = np.arange(frames.length) if picked is None else picked.rows
    places = places + (channel.frames + 1)
    fed = {name: _fed(groups, trace) for name, trace in channel.traces.items()}
    times = frames.t_ns
    before = np.concatenate((np.array([channel.last_ns]), times[:-1]))
    first = 0
    for silence in [*np.flatnonzero(times - before > SILENCE_NS).tolist(), frames.length]:
        for name, trace in channel.traces.items():
            _feed_trace(trace, frames, fed[name], first, silence, places)
        if silence < frames.length:
            channel.last_ns = int(before[silence])
            channel.wake(int(times[silence]))
        first = silence
    channel.frames += frames.length if picked is None else picked.total
    channel.last_ns = int(times[-1])


def _groups(channel: Channel, frames: PlainFrames, keys: _Keys, slots: Mapping[tuple[str, int, int], Slot], *,
            is_whole: bool) -> list[_Group]:  # fmt: skip
    """Sort by key, mark new payloads, and count every frame's bits into the channel; only new payloads are measured."""
    order = np.argsort(keys, kind="stable")
    keys, payloads, sizes = keys.take(order), frames.payloads.take(order), frames.sizes.take(order)
    is_new = np.empty(len(order), np.bool_)
    is_new[0] = True
    np.not_equal(payloads[1:], payloads[:-1], out=is_new[1:])
    is_new[1:] |= sizes[1:] != sizes[:-1]
    heads = np.concatenate((np.zeros(1, np.int64), np.flatnonzero(keys[1:] != keys[:-1]) + 1))
    is_new[heads] = True
    news = np.flatnonzero(is_new)
    if is_whole:
        rows = order.take(news)
        extended = None if frames.flags is None else (frames.flags.take(rows) & EXTENDED) != 0
        channel.counter.add(frames.ids.take(rows), extended, sizes.take(news), payloads.take(news), np.diff(np.append(news, len(order))))
    ends = np.append(heads[1:], len(order))
    rows = order.take(heads)
    ids, flags = frames.ids.take(rows).tolist(), [0] * len(rows) if frames.flags is None else frames.flags.take(rows).tolist()
    firsts = map(payload_bytes, payloads.take(heads).tolist(), sizes.take(heads).tolist())
    lasts = map(payload_bytes, payloads.take(ends - 1).tolist(), sizes.take(ends - 1).tolist())
    groups = []
    for head, end, number, flag, first, last in zip(heads.tolist(), ends.tolist(), ids, flags, firsts, lasts, strict=True):
        slot = slots[channel.name, number, flag]
        if slot.traces:
            is_new[head] = first != slot.data
            groups.append(_Group(slot, order[head:end], is_new[head:end]))
        slot.data, slot.bits = last, None
    return groups


def _fed(groups: list[_Group], trace: BodyTrace) -> _Fed:
    mine = [g for g in groups if trace in g.slot.traces]
    if not mine:
        return _Fed(np.zeros(0, np.int64), np.zeros(0, np.bool_))
    rows, is_new = np.concatenate([g.rows for g in mine]), np.concatenate([g.is_new for g in mine])
    order = np.argsort(rows, kind="stable")
    return _Fed(rows[order], is_new[order])


def _feed_trace(trace: BodyTrace, frames: PlainFrames, fed: _Fed, first: int, end: int, places: Ints) -> None:
    """Feed rows `first` up to `end`; `places`: how many frames of the channel each row makes."""
    part = slice(*np.searchsorted(fed.rows, (first, end)).tolist())
    rows, is_new = fed.rows[part], fed.is_new[part]
    if not len(rows):
        return
    ids, times = frames.ids[rows], frames.t_ns[rows]
    family = trace.family
    is_cycle = ids == family.frame
    alone = _speed_alone(family)
    speed = _Speeds(trace, alone, frames, rows[ids == alone.id]) if alone is not None else None
    before = _times_before(times, is_cycle, trace.last_ns)
    steps = times - before
    must = is_new | (is_cycle & ((steps > trace.pause_ns) | (steps < -BACK_NS)))
    if speed is not None:
        must &= ids != speed.id
    elif family.speed is not None:
        must |= ids == family.speed.id
        must |= is_cycle
    moving, kmh = speed.at(rows, times) if speed is not None else (np.zeros(len(rows), np.bool_), np.zeros(len(rows)))
    moving &= is_cycle
    at = 0
    for event in [*np.flatnonzero(must).tolist(), len(rows)]:
        if event > at:
            _skip(trace, times[at:event], is_cycle[at:event], moving[at:event], kmh[at:event], frames, rows[at:event], places)
        if event < len(rows):
            row = int(rows[event])
            if speed is not None:
                speed.tell(trace, row)
            data = payload_bytes(int(frames.payloads[row]), int(frames.sizes[row]))
            trace.see(int(times[event]), int(ids[event]), data, bool(is_new[event]), int(places[row]))
        at = event + 1
    if speed is not None:
        speed.tell(trace, frames.length)


def _times_before(times: Ints, is_cycle: _Bools, last_ns: int | None) -> Ints:
    """Return for each door frame the time of the one before it, and its own time where there is none."""
    before = times.copy()
    at = np.flatnonzero(is_cycle)
    if len(at):
        before[at[1:]] = times[at[:-1]]
        if last_ns is not None:
            before[at[0]] = last_ns
    return before


def _skip(trace: BodyTrace, times: Ints, is_cycle: _Bools, moving: _Bools, kmh: NDArray[np.float64], frames: PlainFrames, rows: Ints,
          places: Ints) -> None:  # fmt: skip
    """Frames that repeat what was there: they count, and show how long it lasted."""
    at = np.flatnonzero(is_cycle)
    if len(at):
        on_the_move = np.flatnonzero(moving)
        top = float(kmh[on_the_move].max()) if len(on_the_move) else 0.0
        first_ns = int(times[on_the_move[0]]) if len(on_the_move) else 0
        short = int((frames.sizes[rows[at]] < trace.needed).sum())
        trace.repeat(len(at), short, int(times[at[-1]]), int(places[rows[at[-1]]]), moving=(len(on_the_move), first_ns, top))


def _speed_alone(family: Family) -> Scaled | None:
    """Return the speed field where its frame carries nothing else that is read."""
    bits = [b.id for d in family.doors.values() for b in (d.open, d.closed) if b is not None]
    ignition = [] if family.ignition is None else [family.ignition.id]
    others = {family.frame, *bits, *ignition, *(b.id for b in family.lock.values())}
    others |= set() if family.battery is None else {family.battery.id}
    speed = family.speed
    return speed if speed is not None and speed.octets == 2 and speed.id not in others else None


class _Speeds:
    """The speed at any row: the last speed frame before it, or what the trace knew before this batch."""

    def __init__(self, trace: BodyTrace, field: Scaled, frames: PlainFrames, rows: Ints) -> None:
        self.id = field.id
        self._rows = rows
        payloads = frames.payloads[rows]
        high, low = (payloads >> np.uint64(8 * min(n, 7)) & np.uint64(0xFF) for n in (field.byte, field.byte + 1))
        kmh = (high << np.uint64(8) | low).astype(np.int64) * field.scale
        is_good = (frames.sizes[rows] > field.byte + 1) & (kmh <= TOP_KMH)
        known, known_ns = trace.speed
        self._kmh = np.concatenate((np.array([np.nan if known is None else known]), np.where(is_good, kmh, np.nan)))
        self._times = np.concatenate((np.array([known_ns]), frames.t_ns[rows]))

    def at(self, rows: Ints, times: Ints) -> tuple[_Bools, NDArray[np.float64]]:
        """Return at each row whether the car moved, and its speed, km/h."""
        last = np.searchsorted(self._rows, rows)
        kmh = self._kmh[last]
        return (kmh >= MOVING_KMH) & (np.abs(times - self._times[last]) <= SPEED_AGE_NS), kmh

    def tell(self, trace: BodyTrace, row: int) -> None:
        """Let the trace know the speed as it was at `row`."""
        last = int(np.searchsorted(self._rows, row))
        kmh = float(self._kmh[last])
        trace.speed = (None if np.isnan(kmh) else kmh), int(self._times[last])
