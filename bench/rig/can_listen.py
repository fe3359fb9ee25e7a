"""Opens whatever adapter is named for hearing only: read back from the kernel, or asked of the adapter, or refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.errors import PortError, UsageError
from bench.ports.frames import FrameReader, Heard
from bench.ports.rig import Clock
from bench.rig.can_netlink import CanLink, read_link
from bench.rig.can_raw import Filter, open_raw

KERNEL_INTERFACES: Final = frozenset({"socketcan", "socketcan_native", "socketcan_ctypes"})
DEFAULT_BITRATE: Final = 500_000
"""bit/s of the body CAN of every car in the facts."""
SHORT_TURN_NS: Final = 40_000_000
"""Between two drains: at 500 kbit/s 160 frames, a third of what the kernel's default buffer holds."""
LONG_TURN_NS: Final = 100_000_000
"""Where the kernel granted a wide buffer: 400 frames a turn cost less each, and nobody sees a tenth of a second."""
WIDE_BYTES: Final = 4 << 20
AGAIN_NS: Final = 1_000_000_000
"""Pause between two tries to open an adapter that went away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """An open reader, the bus's bit rate (bit/s), a sentence about listen-only for people, and how often to drain, ns."""

    reader: FrameReader
    bitrate: int
    notice: str
    turn_ns: int = SHORT_TURN_NS


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """Which adapter to hear, by python-can's own names; `bitrate` None: as it is, or 500 kbit/s."""

    interface: str
    channel: str
    bitrate: int | None = None
    filters: tuple[Filter, ...] = field(default=())


def adapter_of(interface: str | None, channel: str | None, bitrate: int | None, filters: Sequence[str] = ()) -> Adapter:
    """Return what was typed, completed from python-can's configuration where something is missing. Raises UsageError."""
    chosen = tuple(_filter(text) for text in filters)
    if interface is None or channel is None:
        from bench.rig.can_python import configured

        try:
            interface, channel, bitrate = configured(interface, channel, bitrate)
        except PortError as exc:
            raise UsageError(f"no CAN interface: give -i and -c, or write them into can.ini ({exc})") from exc
    if not channel:
        raise UsageError(f"-i {interface}: no channel, give -c, for example -c can0")
    if bitrate is not None and not 5_000 <= bitrate <= 1_000_000:
        raise UsageError(f"-b {bitrate}: outside 5000..1000000 bit/s")
    return Adapter(interface=interface, channel=channel, bitrate=bitrate, filters=chosen)


def open_listening(adapter: Adapter, clock: Clock, read: Callable[[str], CanLink | None] = read_link) -> Listening:
    """Open it; without proof of listen-only nothing is opened and the command that gives it is in the PortError."""
    if adapter.interface in KERNEL_INTERFACES:
        link = read(adapter.channel)
        notice = check_link(adapter, link)
        bitrate = adapter.bitrate or (link.bitrate if link else None) or DEFAULT_BITRATE
        reader, granted = open_raw(adapter.channel, clock, adapter.filters)
        turn_ns = LONG_TURN_NS if granted >= WIDE_BYTES else SHORT_TURN_NS
        return Listening(reader=reader, bitrate=bitrate, notice=notice, turn_ns=turn_ns)
    from bench.rig.can_python import WITHOUT_LISTEN_ONLY, open_python_can

    other = open_python_can(adapter.interface, adapter.channel, clock, bitrate=adapter.bitrate, filters=adapter.filters)
    if adapter.interface in WITHOUT_LISTEN_ONLY:
        notice = f"{adapter.interface} is no real bus and has no listen-only mode"
    else:
        notice = f"listen-only was asked of the {adapter.interface} adapter; it cannot be read back from it"
    return Listening(reader=other, bitrate=adapter.bitrate or DEFAULT_BITRATE, notice=notice)


def check_link(adapter: Adapter, link: CanLink | None) -> str:
    """Return the sentence about an interface that may be opened; raise PortError with the commands that make it so."""
    device = adapter.channel
    where = f"CAN channel {device} on {adapter.interface}"
    rate = adapter.bitrate or (link.bitrate if link else None) or DEFAULT_BITRATE
    mode = f"ip link set {device} type can bitrate {rate} listen-only on"
    if link is None:
        raise PortError(f"{where}: no such network interface; plug the adapter in, then: {mode} && ip link set {device} up")
    if link.is_listen_only is False:
        if link.kind != "can":
            raise PortError(f"{where}: is no CAN interface (kind {link.kind or 'none'})")
        down = f"ip link set {device} down && " if link.is_up else ""
        raise PortError(f"{where}: is not listen-only, so it was not opened; type: {down}{mode} && ip link set {device} up")
    if not link.is_up:
        raise PortError(f"{where}: is down; type: ip link set {device} up")
    if link.is_listen_only is None:
        return f"{device} is {link.kind}: no real bus, it has no listen-only mode"
    if adapter.bitrate is not None and link.bitrate not in {None, adapter.bitrate}:
        raise PortError(f"{where}: runs at {link.bitrate} bit/s, -b says {adapter.bitrate}; type: ip link set {device} down && {mode} "
                        f"&& ip link set {device} up")  # fmt: skip
    return f"{device} is listen-only (read back from the kernel), {rate} bit/s"


class PatientReader:
    """A reader that outlives its adapter: where that goes, it says so, and tries each second to open it again.

    Each opening proves listen-only anew: a plug that comes back in another mode is not heard.
    """

    def __init__(self, first: Listening, reopen: Callable[[], Listening], clock: Clock) -> None:
        self._reader: FrameReader | None = first.reader
        self._reopen, self._clock = reopen, clock
        self._lost = ""
        self._again_ns = 0

    def drain(self) -> Heard:
        """Hand over what was heard; `lost` says why there is no adapter."""
        if self._reader is None and not self._try_again():
            return Heard(lost=self._lost)
        try:
            return self._reader.drain() if self._reader is not None else Heard(lost=self._lost)
        except PortError as exc:
            self._lost = str(exc)
            self.close()
            self._again_ns = self._clock.now_ns() + AGAIN_NS
            return Heard(lost=self._lost)

    def close(self) -> None:
        """Let go of the adapter; one that is gone already is no error."""
        reader, self._reader = self._reader, None
        if reader is not None:
            try:
                reader.close()
            except PortError as exc:
                self._lost = self._lost or str(exc)

    def _try_again(self) -> bool:
        now_ns = self._clock.now_ns()
        if now_ns < self._again_ns:
            return False
        self._again_ns = now_ns + AGAIN_NS
        try:
            self._reader = self._reopen().reader
        except PortError as exc:
            self._lost = str(exc)
            return False
        return True


def _filter(text: str) -> Filter:
    """python-can's own form, hexadecimal: <id>:<mask>."""
    number, colon, mask = text.partition(":")
    try:
        chosen = Filter(int(number, 16), int(mask, 16))
    except ValueError:
        raise UsageError(f"--filter {text}: write ID:MASK in hexadecimal, for example 60D:7FF") from None
    if not colon or not 0 <= chosen.identifier <= 0x1FFF_FFFF or not 0 <= chosen.mask <= 0x1FFF_FFFF:
        raise UsageError(f"--filter {text}: id and mask lie in 0..1FFFFFFF")
    return chosen
