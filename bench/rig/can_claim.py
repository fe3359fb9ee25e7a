"""One claim a CAN channel: any number may listen, or one may send; never both at once. The kernel forgets it with the process."""

import fcntl
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from bench.errors import PortError

_FOLDERS: Final = ("/run/lock", "/var/lock")


class ChannelClaim:
    """A claim on a channel, held until `close` or the end of the process, killed or not. Raises PortError where it is refused."""

    def __init__(self, interface: str, channel: str, *, alone: bool, folder: Path | None = None) -> None:
        self._path = (folder or _folder()) / f"lockbench-can-{re.sub(r'[^A-Za-z0-9._-]', '_', f'{interface}-{channel}')}.lock"
        try:
            self._file = _opened(self._path)
        except OSError as exc:
            raise PortError(f"cannot claim {channel} by {self._path}: {exc.strerror or exc}") from exc
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as exc:
            os.close(self._file)
            busy = "a monitor or another dtc command runs" if alone else "a dtc command runs"
            raise PortError(f"{busy} on {interface} {channel} ({self._path}); end it first") from exc

    def close(self) -> None:
        """Give the claim back; the file stays, so that two processes never lock two files of one name."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _folder() -> Path:
    """A folder that every user of this machine shares."""
    return next((Path(f) for f in _FOLDERS if os.access(f, os.W_OK)), Path(tempfile.gettempdir()))


def _opened(path: Path) -> int:
    """Open for reading, which is enough to lock, so that a file of another user serves too."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        return os.open(path, flags | os.O_CREAT, 0o644)
