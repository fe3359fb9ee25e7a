"""The bench's CAN: whatever a reader hears, as observations. It listens, and has nothing to send with.

An adapter that goes away stops no run: each second without it is a gap on record, and it is opened again when it is back.
Times come from can_time.py, the one place that converts wall-clock stamps, so that a step by NTP moves no frame.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bench.model.can_frame import ERROR, REMOTE
from bench.model.names import BusState
from bench.model.observations import Bus, Can, Gap
from bench.model.wiring import CanPort
from bench.ports.frames import FrameReader, Heard
from bench.ports.rig import Clock
from bench.rig.can_listen import KERNEL_INTERFACES, Adapter, Listening, PatientReader, adapter_of, check_link
from bench.rig.can_netlink import CanLink, read_link
from bench.rig.can_python import open_python_can
from bench.rig.can_raw import Filter, open_raw
from bench.rig.can_time import RealtimeStamps

__all__ = ["CanSource", "FrameCounts", "RealtimeStamps", "open_bus"]

CAN_INI: Final = "can.ini"
"""A wiring's `interface` that means: what python-can's own configuration says."""
SILENT_NS: Final = 2_000_000_000
"""No frame for that long: the bus is called silent."""
COUNTERS_NS: Final = 1_000_000_000
"""Between two looks at the controller's counters, and between two lines about error reports."""
LOST_NS: Final = 1_000_000_000
"""A gap that goes on gets a line this often, so that it is on record however the run ends."""

ReadLink = Callable[[str], CanLink | None]


@dataclass(slots=True)
class FrameCounts:
    """What was read and not recorded: remote and error frames carry no state of a door."""

    recorded: int = 0
    remote: int = 0
    errors: int = 0
    dropped: int = 0


class CanSource:
    """Everything heard on one channel. Has `drain` and `close` and nothing that sends.

    A frame of the wrong length is recorded as it came. `ids` None: every frame. `link`: how the kernel describes the
    interface now; None where no kernel has it.
    """

    def __init__(
        self,
        reader: FrameReader,
        *,
        channel: str,
        ids: frozenset[int] | None,
        clock: Clock,
        link: Callable[[], CanLink | None] = lambda: None,
    ) -> None:
        self._reader, self._channel, self._ids, self._clock, self._link = reader, channel, ids, clock, link
        self._heard_ns = self._drained_ns = self._looked_ns = self._told_ns = clock.now_ns()
        self._lost_ns: int | None = None
        self._state: BusState | None = None
        self._told: tuple[int, int | None, int | None] = (0, None, None)
        self._counters: tuple[int | None, int | None] = (None, None)
        self.counts = FrameCounts()

    def drain(self) -> list[Can | Bus | Gap]:
        """Hand over what came since the last call; a lost adapter is a gap, never an error."""
        heard = self._reader.drain()
        now_ns, before_ns = self._clock.now_ns(), self._drained_ns
        self._drained_ns = now_ns
        seen: list[Can | Bus | Gap] = [*self._gaps(heard, before_ns, now_ns)]
        frames = self._frames(heard)
        self.counts.errors += heard.errors
        seen.extend(self._change(heard, frames[0].t if frames else None, now_ns))
        return [*seen, *frames]

    def close(self) -> None:
        """Let go of the bus."""
        self._reader.close()

    def _gaps(self, heard: Heard, before_ns: int, now_ns: int) -> Iterable[Gap]:
        if heard.dropped:
            self.counts.dropped += heard.dropped
            yield Gap(t=before_ns, until=now_ns, source=self._channel, lost=heard.dropped, reason="frames were lost before they were read")
        if heard.lost is not None and self._lost_ns is None:
            self._lost_ns = now_ns
            yield Gap(t=before_ns, until=now_ns, source=self._channel, reason=heard.lost)
        elif self._lost_ns is not None and (heard.lost is None or now_ns - self._lost_ns >= LOST_NS):
            yield Gap(t=self._lost_ns, until=now_ns, source=self._channel, reason=heard.lost or "the adapter was away and is back")
            self._lost_ns = None if heard.lost is None else now_ns

    def _frames(self, heard: Heard) -> list[Can]:
        batch = heard.frames
        found = []
        for t_ns, number, data, flags in zip(batch.t_ns, batch.ids, batch.data, batch.flags, strict=True):
            if flags & ERROR:
                continue
            if flags & REMOTE:
                self.counts.remote += 1
            elif self._ids is None or number in self._ids:
                found.append(Can(t=t_ns, channel=self._channel, id=number, data=data.hex(), count=1, last=t_ns))
        self.counts.recorded += len(found)
        return found

    def _change(self, heard: Heard, first_ns: int | None, now_ns: int) -> Iterable[Bus]:
        """Tell that the bus speaks, from its first frame on, that it has been silent for 2 s, and what its controller says."""
        if first_ns is not None:
            self._heard_ns = now_ns
        state, t_ns = self._state, now_ns
        if heard.state is not None:
            state = heard.state
        elif first_ns is not None and state in {None, "silent"}:
            state, t_ns = "active", first_ns
        elif first_ns is None and now_ns - self._heard_ns >= SILENT_NS and state in {None, "active"}:
            state = "silent"
        if now_ns - self._looked_ns >= COUNTERS_NS:
            self._looked_ns = now_ns
            link = self._link()
            self._counters = (None, None) if link is None else (link.tx_errors, link.rx_errors)
        told = (self.counts.errors, *self._counters)
        grown = told != self._told and now_ns - self._told_ns >= COUNTERS_NS
        if state is not None and (state != self._state or grown):
            self._state, self._told, self._told_ns = state, told, now_ns
            yield Bus(
                t=t_ns, channel=self._channel, state=state, error_frames=told[0] or None, tx_errors=told[1], rx_errors=told[2]
            )  # fmt: skip


def open_bus(
    port: CanPort,
    *,
    clock: Clock,
    realtime_ns: Callable[[], int] = time.time_ns,
    ids: Iterable[int] | None = None,
    channel: str | None = None,
    read: ReadLink = read_link,
) -> CanSource:
    """Open a channel for listening, by python-can's own names or as can.ini says; it is opened again whenever it was away.

    `channel` overrides the device that is opened; observations keep the name of the wiring. `read` asks the kernel how it
    runs a device: without proof of listen-only, and unless the wiring says `acknowledge`, nothing is opened. Raises
    PortError, and UsageError where can.ini names no adapter.
    """
    wanted = None if ids is None else frozenset(ids)
    adapter = (
        adapter_of(None, None, None)
        if port.interface == CAN_INI
        else Adapter(interface=port.interface, channel=channel or port.channel, bitrate=port.bitrate)
    )
    opening = partial(_opened, adapter, port, clock, realtime_ns, wanted, read)
    in_kernel = adapter.interface in KERNEL_INTERFACES
    return CanSource(
        PatientReader(opening(), opening, clock), channel=port.channel or adapter.channel, ids=wanted, clock=clock,
        link=(lambda: read(adapter.channel)) if in_kernel else (lambda: None),
    )  # fmt: skip


def _opened(
    adapter: Adapter, port: CanPort, clock: Clock, realtime_ns: Callable[[], int], ids: frozenset[int] | None, read: ReadLink
) -> Listening:
    """Open it once; listen-only is proven anew each time."""
    bitrate = adapter.bitrate or port.bitrate
    if adapter.interface not in KERNEL_INTERFACES:
        # Where python-can filters by itself, recv(0) returns None for a frame that it dropped, as for an empty queue: no filters.
        other = open_python_can(
            adapter.interface, adapter.channel, clock, bitrate=bitrate, realtime_ns=realtime_ns, acknowledge=port.mode == "acknowledge"
        )  # fmt: skip
        return Listening(reader=other, bitrate=bitrate, notice="")
    notice = (
        check_link(adapter, read(adapter.channel)) if port.mode == "listen_only" else "acknowledges: for a spare BCM alone on the bench"
    )
    filters = [] if ids is None else [Filter(i, 0x1FFF_FFFF if i > 0x7FF else 0x7FF) for i in sorted(ids)]
    reader, _ = open_raw(adapter.channel, clock, filters, realtime_ns)
    return Listening(reader=reader, bitrate=bitrate, notice=notice)
