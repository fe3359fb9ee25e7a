"""The actuation count that outlives the process, and the lock that keeps a rig to one program (DESIGN 6, ring 3)."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from bench.errors import PortError
from bench.model.ceilings import ACTUATIONS_MAX, MS, REST_MS
from bench.store.folder import disk, read_small

REST_NS: Final = REST_MS * MS
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_MAX_STATE_BYTES: Final = 4096


class _State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file holds: actuations since the last full rest, and when the last one began (CLOCK_BOOTTIME, ns)."""

    boot: str
    count: int
    last_ns: int


def read_boot_id() -> str:
    """Return the kernel's id of this boot; raises PortError where it cannot be read."""
    with disk("cannot read", BOOT_ID):
        return BOOT_ID.read_text(encoding="ascii").strip()


def boottime_ns() -> int:
    """Return CLOCK_BOOTTIME, ns since boot, suspend included."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def ledger_path(rig_name: str) -> Path:
    """Return where the count of a rig is kept: machine-wide, since pins are; on the boot-time file system where there is one."""
    home = Path("/run/lock")
    if not (home.is_dir() and os.access(home, os.W_OK)):
        home = Path(tempfile.gettempdir())
    word = "".join(c if c.isalnum() or c in "-_" else "_" for c in rig_name)[:80]
    return home / f"lockbench-{word}.json"


class FileLedger:
    """bench.ports.ledger.ActuationLedger in a file; holds a lock on the rig from construction to `close`.

    Rule: after ACTUATIONS_MAX actuations without a pause of REST_NS, rest until REST_NS after the last one. A file that is
    missing, unreadable, of another boot or from the future asks for the full rest first. The time is its own,
    CLOCK_BOOTTIME: a rig's clock begins anew with each run. No fsync: the count need not outlive the boot, and an actuation
    must not wait for a slow card. Raises PortError where another program holds the rig or the disk refuses.
    """

    def __init__(self, path: Path, *, now: Callable[[], int] = boottime_ns, boot_id: Callable[[], str] = read_boot_id) -> None:
        self._path, self._now = path, now
        self._boot = boot_id()
        with disk("cannot use", path):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _RigLock(path.with_name(path.name + ".lock"))
        try:
            self._state = self._load() or self._keep(ACTUATIONS_MAX)
        except BaseException:
            self._lock.release()
            raise

    def rest_needed_ns(self, now_ns: int) -> int:
        """Return how long to rest before the next actuation, ns; 0: none."""
        del now_ns
        paused_ns = self._now() - self._state.last_ns
        if self._state.count < ACTUATIONS_MAX or paused_ns >= REST_NS:
            return 0
        return REST_NS - paused_ns

    def record(self, now_ns: int) -> None:
        """One actuation begins; it is in the file before this returns."""
        del now_ns
        rested = self._now() - self._state.last_ns >= REST_NS
        self._state = self._keep(1 if rested else self._state.count + 1)

    def close(self) -> None:
        """Let go of the rig; a second call does nothing."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _load(self) -> _State | None:
        """Return what the file says, or None where it is not to be believed."""
        try:
            state = msgspec.json.decode(read_small(self._path, _MAX_STATE_BYTES), type=_State)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        believable = state.boot == self._boot and state.count >= 0 and 0 <= state.last_ns <= self._now()
        return state if believable else None

    def _keep(self, count: int) -> _State:
        state = _State(boot=self._boot, count=count, last_ns=self._now())
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        with disk("cannot record an actuation in", self._path):
            try:
                temporary.write_bytes(msgspec.json.encode(state))
                temporary.replace(self._path)
            finally:
                temporary.unlink(missing_ok=True)
        return state


class _RigLock:
    """An advisory lock; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with disk("cannot lock", path):
            self._fd: int | None = os.open(path, flags, 0o666)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._fd, 0)
            os.write(self._fd, str(os.getpid()).encode())
        except BlockingIOError:
            owner = os.read(self._fd, 32).decode("ascii", "replace").strip() or "unknown"
            self.release()
            raise PortError(f"{path}: this rig is in use by process {owner}; one program a rig") from None
        except OSError as exc:
            self.release()
            raise PortError(f"cannot lock {path}: {exc.strerror or exc}") from exc

    def release(self) -> None:
        """Unlock; the file stays, for removing it would race with the next program."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
