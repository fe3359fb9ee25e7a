"""The outside of the guest's GPIO lines, through gpio-sim's files: what a line carries, and what pulls on an input."""

import os
from pathlib import Path
from typing import Final

from bench.errors import PortError

_LEVELS: Final = {0: b"pull-down", 1: b"pull-up"}


class SimLine:
    """One line of the simulated chip, held open: reading and pulling are one system call each."""

    def __init__(self, number: int, folder: Path | None = None) -> None:
        where = (folder or Path(os.environ["GPIOSIM"])) / f"sim_gpio{number}"
        try:
            self._value = os.open(where / "value", os.O_RDONLY)
            self._pull = os.open(where / "pull", os.O_WRONLY)
        except OSError as exc:
            raise PortError(f"gpio-sim line {number}: {exc}") from exc
        self._where, self._pulled = where, -1

    def level(self) -> int:
        """Return what the line carries now, 0 or 1, whoever drives it."""
        text = os.pread(self._value, 2, 0) if self._value >= 0 else (self._where / "value").read_bytes()
        return 1 if text[:1] == b"1" else 0

    def pull(self, level: int) -> None:
        """Pull an input up (1) or down (0), as the world outside does."""
        if level != self._pulled:
            os.pwrite(self._pull, _LEVELS[level], 0)
            self._pulled = level

    def close(self) -> None:
        """Let go of the files; the pull stays, and the level can still be asked for."""
        if self._value >= 0:
            os.close(self._value)
            os.close(self._pull)
            self._value = self._pull = -1
