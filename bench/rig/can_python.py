"""A python-can bus as a frame reader, for adapters that SocketCAN does not serve. Imported late: python-can costs 0.2 s."""

import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from bench.errors import PortError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame, FrameBatch
from bench.ports.frames import Heard
from bench.ports.rig import Clock
from bench.rig.border import as_port_error
from bench.rig.can_errors import state_of
from bench.rig.can_raw import Filter
from bench.rig.can_time import RealtimeStamps

WITHOUT_LISTEN_ONLY: Final = frozenset({"virtual", "udp_multicast"})
"""Interfaces that are no bus at all: nothing on them acknowledges, so they have no listen-only."""

LISTEN_ONLY_BY: Final[Mapping[str, Mapping[str, object]]] = {
    "slcan": {"listen_only": True},
    "vector": {"listen_only": True},
    "nixnet": {"listen_only": True},
    "cantact": {"monitor": True},
    "kvaser": {"driver_mode": False},  # DRIVER_MODE_SILENT
    "seeedstudio": {"operation_mode": "silent"},
    "pcan": {"state": "PASSIVE"},
    "systec": {"state": "PASSIVE"},
}
"""What each of python-can's interfaces (4.6) is told so that its adapter neither acknowledges nor sends."""

FRAMES_A_DRAIN: Final = 20_000


@contextmanager
def without_asammdf() -> Iterator[None]:
    """Import python-can as if asammdf were not installed: python-can pulls it in, and it costs eight times as much."""
    modules: dict[str, Any] = sys.modules  # None in it is Python's own way to say "not installed"
    missing = "asammdf" not in modules
    if missing:
        modules["asammdf"] = None
    try:
        yield
    finally:
        if missing:
            del modules["asammdf"]


def as_listening_error(where: str) -> AbstractContextManager[None]:
    """Turn what python-can lets out into PortError: its own errors, the kernel's, a missing driver, an unknown channel."""
    import can

    return as_port_error(where, can.CanError, OSError, ValueError, TypeError, ImportError, NotImplementedError)


class PythonCanReader:
    """Hears one python-can bus. Raises PortError where the adapter is gone."""

    def __init__(self, bus: Any, channel: str, clock: Clock, realtime_ns: Callable[[], int] = time.time_ns) -> None:
        self._bus, self._channel = bus, channel
        self._stamps = RealtimeStamps(clock, realtime_ns)

    def drain(self) -> Heard:
        """Hand over what the adapter's driver holds."""
        self._stamps.refresh()
        frames: list[CanFrame] = []
        with as_listening_error(f"CAN channel {self._channel}"):
            while len(frames) < FRAMES_A_DRAIN:
                message = self._bus.recv(timeout=0)
                if message is None:
                    break
                frames.append(self._frame(message))
        reports = [frame for frame in frames if frame.flags & ERROR]
        states = [state for frame in reports if (state := state_of(frame.id, frame.data)) is not None]
        return Heard(frames=FrameBatch.of(frames), errors=len(reports), state=states[-1] if states else None)

    def close(self) -> None:
        """Let go of the bus."""
        with as_listening_error(f"CAN channel {self._channel}"):
            self._bus.shutdown()

    def _frame(self, message: Any) -> CanFrame:
        flags = EXTENDED * message.is_extended_id | REMOTE * message.is_remote_frame | SENT * (not message.is_rx)
        if message.is_error_frame:
            flags = ERROR
        elif message.is_fd:
            flags |= FD | FAST * message.bitrate_switch
        data = b"" if message.is_remote_frame else bytes(message.data)
        return CanFrame(self._stamps.to_run_ns(message.timestamp), message.arbitration_id, data, self._channel, int(flags))


def open_python_can(
    interface: str,
    channel: str,
    clock: Clock,
    *,
    bitrate: int | None = None,
    filters: Sequence[Filter] = (),
    realtime_ns: Callable[[], int] = time.time_ns,
    acknowledge: bool = False,
) -> PythonCanReader:
    """Open an adapter in listen-only mode; raises PortError where it fails or where python-can cannot switch it silent.

    `acknowledge`: as an ordinary node that never sends by itself, for a spare BCM alone on the bench.
    """
    where = f"CAN channel {channel} on {interface}"
    if not acknowledge and interface not in LISTEN_ONLY_BY and interface not in WITHOUT_LISTEN_ONLY:
        raise PortError(
            f"{where}: python-can cannot switch {interface!r} to listen-only, so it was not opened; "
            "candleLight and most other USB adapters have a kernel driver: use -i socketcan -c can0"
        )
    with without_asammdf():
        import can
    logging.getLogger("can").setLevel(logging.ERROR)
    options: dict[str, Any] = {} if acknowledge else dict(LISTEN_ONLY_BY.get(interface, {}))
    if options.get("state") == "PASSIVE":
        options["state"] = can.BusState.PASSIVE
    if interface in WITHOUT_LISTEN_ONLY:
        options["ignore_config"] = True  # what it would be told is meant for a real adapter
    if bitrate is not None:
        options["bitrate"] = bitrate
    if filters:
        options["can_filters"] = [{"can_id": f.identifier, "can_mask": f.mask, "extended": f.identifier > 0x7FF} for f in filters]
    with as_listening_error(where):
        bus = can.Bus(channel=channel, interface=interface, receive_own_messages=False, **options)
    return PythonCanReader(bus, channel, clock, realtime_ns)


def configured(interface: str | None, channel: str | None, bitrate: int | None) -> tuple[str, str, int | None]:
    """Complete what was typed from python-can's own configuration (can.ini, .canrc, CAN_INTERFACE, CAN_CHANNEL ...)."""
    with without_asammdf():
        import can.util
    given = {key: value for key, value in (("interface", interface), ("channel", channel), ("bitrate", bitrate)) if value is not None}
    with as_listening_error("can.ini"):
        config = can.util.load_config(config=given)
    rate = config.get("bitrate")
    return str(config["interface"]), str(config.get("channel", "")), int(rate) if rate is not None else None
