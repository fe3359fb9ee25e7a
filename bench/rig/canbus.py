"""A python-can bus as a source of the bench's rig: it listens, and has nothing to send with (the car's monitor: can_listen.py).

python-can hands on SocketCAN's stamps as float seconds that resolve about a quarter of a microsecond; can_time.py converts.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import can

from bench.errors import PortError
from bench.model.observations import Bus, Can
from bench.model.wiring import CanPort
from bench.ports.rig import Clock
from bench.rig.border import as_port_error
from bench.rig.can_netlink import listens_only as reads_listen_only
from bench.rig.can_time import RealtimeStamps

__all__ = ["CanSource", "FrameCounts", "RealtimeStamps", "open_bus"]

FOREIGN: Final = (can.CanError, OSError, ValueError)
"""What python-can lets out: its own errors, the kernel's, and ValueError for a channel that its interface does not know."""

WITHOUT_LISTEN_ONLY: Final = frozenset({"virtual", "udp_multicast"})
"""Interfaces that are no bus at all: nothing on them acknowledges, and there is no listen-only to read back."""

SILENT_NS: Final = 2_000_000_000
"""No frame for that long: the bus is called silent."""
FRAMES_A_DRAIN: Final = 20_000
"""Above a full 1 Mbit/s bus for a second; what is left comes with the next drain."""


@dataclass(slots=True)
class FrameCounts:
    """What was read and not recorded: remote and error frames carry no state of a door."""

    recorded: int = 0
    remote: int = 0
    errors: int = 0


class CanSource:
    """Everything heard on one channel. Has `drain` and `close` and nothing that sends.

    A frame of the wrong length is recorded as it came. `ids` None: every frame.
    """

    def __init__(self, bus: can.BusABC, *, channel: str, ids: frozenset[int] | None, clock: Clock, realtime_ns: Callable[[], int]) -> None:
        self._bus, self._channel, self._ids, self._clock = bus, channel, ids, clock
        self._stamps = RealtimeStamps(clock, realtime_ns)
        self._heard_ns = clock.now_ns()
        self._state: str | None = None
        self.counts = FrameCounts()

    def drain(self) -> list[Can | Bus]:
        """Hand over what came since the last call, and the bus falling silent or waking; raise PortError on a lost adapter."""
        self._stamps.refresh()
        seen: list[Can] = []
        with as_port_error(f"CAN channel {self._channel}", *FOREIGN):
            for _ in range(FRAMES_A_DRAIN):
                message = self._bus.recv(timeout=0)
                if message is None:
                    break
                frame = self._frame(message)
                if frame is not None:
                    seen.append(frame)
        return [*self._change(seen[0].t if seen else None), *seen]

    def close(self) -> None:
        """Let go of the bus."""
        with as_port_error(f"CAN channel {self._channel}", *FOREIGN):
            self._bus.shutdown()

    def _frame(self, message: can.Message) -> Can | None:
        if message.is_error_frame:
            self.counts.errors += 1
            return None
        if message.is_remote_frame:
            self.counts.remote += 1
            return None
        if self._ids is not None and message.arbitration_id not in self._ids:
            return None
        self.counts.recorded += 1
        t_ns = self._stamps.to_run_ns(message.timestamp)
        payload = bytes(message.data).hex()
        return Can(t=t_ns, channel=self._channel, id=message.arbitration_id, data=payload, count=1, last=t_ns)

    def _change(self, first_ns: int | None) -> list[Bus]:
        """Tell that the bus speaks, from its first frame on, and that it has been silent for 2 s."""
        now_ns = self._clock.now_ns()
        if first_ns is not None:
            self._heard_ns = now_ns
            if self._state != "active":
                self._state = "active"
                return [Bus(t=first_ns, channel=self._channel, state="active")]
        elif self._state != "silent" and now_ns - self._heard_ns >= SILENT_NS:
            self._state = "silent"
            return [Bus(t=now_ns, channel=self._channel, state="silent")]
        return []


def open_bus(
    port: CanPort,
    *,
    clock: Clock,
    realtime_ns: Callable[[], int] = time.time_ns,
    ids: Iterable[int] | None = None,
    channel: str | None = None,
    listens_only: Callable[[str], bool | None] = reads_listen_only,
) -> CanSource:
    """Open a channel for listening.

    `channel` overrides the device that is opened; observations keep the name of the wiring. `listens_only` reads back
    whether a device is in listen-only mode (None: its kind has none); without that proof, and unless the wiring says
    `acknowledge`, nothing is opened. Raises PortError.
    """
    device = channel or port.channel
    where = f"CAN channel {device} on {port.interface}"
    if port.mode == "listen_only" and port.interface not in WITHOUT_LISTEN_ONLY and listens_only(device) is False:
        raise PortError(
            f"{where}: is not seen to be listen-only, so it was not opened; "
            f"ip link set {device} type can bitrate {port.bitrate} listen-only on"
        )
    wanted = None if ids is None else frozenset(ids)
    with as_port_error(where, *FOREIGN):
        bus = can.Bus(
            channel=device,
            interface=port.interface,
            bitrate=port.bitrate,
            receive_own_messages=False,
            # Where python-can filters by itself, recv(0) returns None for a frame that it dropped, as for an empty queue.
            can_filters=_kernel_filters(wanted) if port.interface == "socketcan" else None,
            ignore_config=port.interface in WITHOUT_LISTEN_ONLY,
        )
    return CanSource(bus, channel=port.channel, ids=wanted, clock=clock, realtime_ns=realtime_ns)


def _kernel_filters(ids: frozenset[int] | None) -> list[can.typechecking.CanFilter] | None:
    if ids is None:
        return None
    return [{"can_id": i, "can_mask": 0x1FFF_FFFF, "extended": i > 0x7FF} for i in sorted(ids)]
