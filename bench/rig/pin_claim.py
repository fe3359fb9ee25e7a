"""One claim a GPIO line, for all programs of this bench: a locked file that says who holds it, as what, with which pid.

The kernel refuses a second holder anyway, but it knows only "lg". It forgets the lock with the process, killed or not.
"""

import fcntl
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from bench.errors import PortError

_FOLDERS: Final = ("/run/lock", "/var/lock")


class PinClaims:
    """The lines of one chip that this rig holds. `folder` None: where every user of this machine may lock."""

    def __init__(self, chip: str, folder: Path | None = None) -> None:
        self._chip = re.sub(r"[^A-Za-z0-9._-]", "_", chip)
        self._folder = folder or next((Path(f) for f in _FOLDERS if os.access(f, os.W_OK)), Path(tempfile.gettempdir()))
        self._files: dict[int, int] = {}

    def hold(self, line: int, as_what: str) -> None:
        """Claim a line; raise PortError that says who holds it, where another rig does."""
        path = self._path(line)
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        except OSError as exc:
            raise PortError(f"cannot claim line {line} of {self._chip} by {path}: {exc.strerror or exc}") from exc
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            other = os.pread(file, 500, 0).decode("utf-8", "replace").strip() or "an unknown role"
            os.close(file)
            raise PortError(f"GPIO{line}: wanted as {as_what}, already in use as {other}") from exc
        os.ftruncate(file, 0)
        os.pwrite(file, f"{as_what} (pid {os.getpid()})\n".encode(), 0)
        self._files[line] = file

    def close(self) -> None:
        """Give every line back; the files stay, so that two programs never lock two files of one name."""
        while self._files:
            os.close(self._files.popitem()[1])

    def _path(self, line: int) -> Path:
        return self._folder / f"lockbench-{self._chip}-{line}.lock"
