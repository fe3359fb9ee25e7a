"""Keeps what a live bus said as candump text, safe against a power cut; rotates by size and age and never overwrites.

Each batch is one write; a thread of its own syncs the file once a second, so that a slow card never holds up the listener.
After a power cut at most the last second and one torn line are gone; every reader of candump text drops that line.
"""

import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.errors import PortError, UsageError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, FrameBatch
from bench.store.folder import disk

SYNC_S: Final = 1.0
BEFORE_NS: Final = 30_000_000_000
"""An event keeps this much before it, and as much after it, where only events are recorded."""
_ERROR_BIT: Final = 0x2000_0000
_MOST_FILES: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A file ends at `max_bytes` or after `max_s` seconds, whichever comes first."""

    max_bytes: int = 64 << 20
    max_s: float = 3600.0

    def __post_init__(self) -> None:
        if self.max_bytes < 4096:
            raise UsageError(f"a recording of at most {self.max_bytes} bytes: the smallest is 4096 bytes")
        if not self.max_s >= 1:
            raise UsageError(f"a recording of at most {self.max_s:g} s: the shortest is 1 s")


class Recorder:
    """Writes batches whose times are ns of the monitor's clock; each file is anchored to the wall clock when it begins.

    `only_events`: a batch waits in memory and is written only if `event` is called within 30 s after it; 30 s more follow.
    `wall_offset_ns` returns wall clock minus monitor clock. Raises PortError where the disk does.
    """

    def __init__(self, path: Path, rotation: Rotation, *, wall_offset_ns: Callable[[], int], only_events: bool = False) -> None:
        self._base, self._rotation, self._wall_offset_ns = path, rotation, wall_offset_ns
        self._ring: deque[tuple[int, FrameBatch]] | None = deque() if only_events else None
        self._until_ns = -1
        self._file: _SyncedFile | None = None
        self._offset_ns = self._began_ns = 0
        self.paths: list[Path] = []
        self.frames = 0
        if not only_events:
            self._begin(0)

    def write(self, batch: FrameBatch, now_ns: int) -> None:
        """Keep a batch: on disk at once, or in the ring until an event asks for it."""
        if self._ring is not None and now_ns > self._until_ns:
            if batch.t_ns:
                self._ring.append((now_ns, batch))
            while self._ring and now_ns - self._ring[0][0] > BEFORE_NS:
                self._ring.popleft()
            return
        self._put(batch, now_ns)

    def event(self, now_ns: int) -> None:
        """Something happened: what the ring holds is written, and so are the next 30 s."""
        if self._ring is None:
            return
        held, self._ring = self._ring, deque()
        self._until_ns = now_ns + BEFORE_NS
        for _, batch in held:
            self._put(batch, now_ns)

    def close(self) -> None:
        """Make everything durable; a second call does nothing."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def discard_empty(self) -> None:
        """After a failure: a file that took nothing is no recording, and a full disk is not to be filled with names."""
        file, self._file = self._file, None
        if file is not None and not file.size:
            file.close()
            file.path.unlink(missing_ok=True)
            self.paths.remove(file.path)
        elif file is not None:
            file.close()

    def _put(self, batch: FrameBatch, now_ns: int) -> None:
        if not batch.t_ns:
            return
        if self._file is not None and (
            self._file.size >= self._rotation.max_bytes or now_ns - self._began_ns >= self._rotation.max_s * 1e9
        ):
            self.close()
        file = self._file or self._begin(now_ns)
        file.write(candump_text(batch, self._offset_ns).encode("ascii", "replace"))
        self.frames += len(batch.t_ns)

    def _begin(self, now_ns: int) -> "_SyncedFile":
        self._offset_ns, self._began_ns = self._wall_offset_ns(), now_ns
        self._file = _SyncedFile(_fresh(self._base))
        self.paths.append(self._file.path)
        return self._file


def candump_text(batch: FrameBatch, offset_ns: int) -> str:
    """Return a batch as candump lines, microseconds since the epoch; `offset_ns` is added to each time."""
    if any(batch.flags) or len(set(batch.channels)) > 1:
        return "".join(_line(*row, offset_ns) for row in zip(*batch, strict=True))
    name = _name(batch.channels[0])
    heads = {number: f") {name} {number:03X}#" for number in set(batch.ids)}
    micros = [str((t_ns + offset_ns) // 1000).zfill(7) for t_ns in batch.t_ns]
    rows = zip(micros, batch.ids, _hexadecimal(batch.data), strict=True)
    return "".join([f"({time[:-6]}.{time[-6:]}{heads[number]}{octets}\n" for time, number, octets in rows])


def _hexadecimal(data: Sequence[bytes]) -> Iterable[str]:
    """Each payload in capitals; all at once where every one has eight bytes, as nearly always."""
    if all(len(octets) == 8 for octets in data):
        text = b"".join(data).hex().upper()
        return [text[at : at + 16] for at in range(0, len(text), 16)]
    return [octets.hex().upper() for octets in data]


def _line(t_ns: int, number: int, data: bytes, channel: str, flags: int, offset_ns: int) -> str:
    micros = (t_ns + offset_ns) // 1000
    number |= _ERROR_BIT if flags & ERROR else 0
    name = f"{number:08X}" if flags & (ERROR | EXTENDED) else f"{number:03X}"
    if flags & REMOTE:
        body = "#R"
    elif flags & FD:
        body = f"##{1 if flags & FAST else 0}{data.hex().upper()}"
    else:
        body = f"#{data.hex().upper()}"
    return f"({micros // 1000000}.{micros % 1000000:06d}) {_name(channel)} {name}{body}\n"


def _name(channel: str) -> str:
    """A channel as one word that candump readers take: `/dev/serial/by-id/usb-x y` becomes `usb-x_y`."""
    return re.sub(r"[^!-~]|#", "_", channel.rsplit("/", 1)[-1])[:32] or "can"


class _SyncedFile:
    """A new file, unbuffered, synced once a second by a thread of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        with disk("cannot start the recording", path):
            self._file = path.open("xb", buffering=0)
            _sync_folder(path.parent)
        self._is_over = threading.Event()
        self._failed: OSError | None = None
        self._thread = threading.Thread(target=self._sync, name=f"sync {path.name}", daemon=True)
        self._thread.start()

    def write(self, text: bytes) -> None:
        """Hand text to the kernel, whole; raise PortError where it, or an earlier sync, failed."""
        with disk("cannot record to", self.path):
            if self._failed is not None:
                raise self._failed
            rest = memoryview(text)
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
        self.size += len(text)

    def close(self) -> None:
        """End the thread, sync and close."""
        self._is_over.set()
        self._thread.join()
        try:
            with disk("cannot record to", self.path):
                os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def _sync(self) -> None:
        while not self._is_over.wait(SYNC_S):
            try:
                os.fdatasync(self._file.fileno())
            except OSError as exc:
                self._failed = exc
                return


def _fresh(base: Path) -> Path:
    """Return `base` itself, or the first free of drive-2.log, drive-3.log ...; the folder is made where it is missing."""
    with disk("cannot start the recording", base):
        base.parent.mkdir(parents=True, exist_ok=True)
    for n in range(1, _MOST_FILES):
        path = base if n == 1 else base.with_name(f"{base.stem}-{n}{base.suffix}")
        if not path.exists() and not path.is_symlink():
            return path
    raise PortError(f"cannot start the recording {base}: {_MOST_FILES - 1} files of that name exist")


def stamped_name(folder: Path, when: datetime) -> Path:
    """Return a name for a recording that begins now: `2026-11-23T10-15-02Z.log` in the folder."""
    return folder / f"{when.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}.log"


def _sync_folder(path: Path) -> None:
    """Make a new name in a folder durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
