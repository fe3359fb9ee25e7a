"""A small body bus for tests: door frames of either family every 100 ms among other traffic."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bench.analysis.bus import BusSession
from bench.analysis.findings import findings_of, notes_of
from bench.config import all_families
from bench.model.analysis_document import Finding
from bench.model.can_frame import CanFrame

EPOCH_NS = 1_700_000_000_000_000_000
CYCLE_S = 0.1
FAMILIES = all_families()
IGNITION_ON = 0x06


def p1(*, doors: int = 0, ignition: int = IGNITION_ON, locked: int = 0) -> bytes:
    """Payload of 0x60D: door bits, ignition byte, lock bits."""
    return bytes([doors, ignition, locked, 0, 0, 0, 0, 0])


def p2(*, rear_left: bool = False, both: bool = False, boot: bool = False) -> bytes:
    """Payload of 0x454 with the rear left door, or with both of its bits set."""
    doors = 0x51 | (0x0C if both else 0x08 if rear_left else 0x04)
    return bytes([0, 0, 0, 0, 0, doors, 0x80 if boot else 0, 0])


def frame(t_s: float, identifier: int, data: bytes, channel: str = "can0") -> CanFrame:
    """A frame `t_s` seconds after the first one."""
    return CanFrame(EPOCH_NS + round(t_s * 1e9), identifier, data, channel)


def drive(seconds: float, payload: Callable[[float], bytes | None], *, identifier: int = 0x60D, kmh: float | None = None) -> list[CanFrame]:
    """A recording: the door frame each 100 ms where `payload` gives one, and other traffic each 20 ms."""
    return list(_drive(seconds, payload, identifier, kmh))


def _drive(seconds: float, payload: Callable[[float], bytes | None], identifier: int, kmh: float | None) -> Iterator[CanFrame]:
    for tick in range(round(seconds * 50)):
        t_s = tick / 50
        yield frame(t_s, 0x174, bytes([tick & 0xFF] * 8))
        if kmh is not None:
            yield frame(t_s + 0.001, 0x280, bytes([0, 0, 0, 0, *round(kmh * 100).to_bytes(2, "big"), 0, 0]))
            yield frame(t_s + 0.002, 0x285, bytes([*round(kmh * 200).to_bytes(2, "big"), 0, 0, 0, 0, 0, 0]))
        if tick % 5 == 0 and (data := payload(t_s)) is not None:
            yield frame(t_s + 0.003, identifier, data)


def session_of(frames: list[CanFrame]) -> BusSession:
    """A session that has seen the frames, for every shipped family."""
    session = BusSession(FAMILIES)
    session.feed_frames(frames)
    return session


def findings(frames: list[CanFrame]) -> list[Finding]:
    """What is found in them."""
    session = session_of(frames)
    return list(findings_of(session.story(), session.origin_ns))


def notes(frames: list[CanFrame]) -> str:
    """What is noted about them."""
    session = session_of(frames)
    return " | ".join(notes_of(session.story(), session.origin_ns))


def write_candump(path: Path, frames: list[CanFrame]) -> Path:
    """Write a candump recording."""
    with path.open("w") as file:
        for f in frames:
            micros = f.t_ns // 1000
            file.write(f"({micros // 10**6}.{micros % 10**6:06d}) {f.channel} {f.id:03X}#{f.data.hex().upper()}\n")
    return path


def opened(*spans: tuple[float, float]) -> Callable[[float], bytes | None]:
    """The rear left door (0x20) is open in these spans, s."""
    return lambda t_s: p1(doors=0x20 if any(a <= t_s < b for a, b in spans) else 0)
