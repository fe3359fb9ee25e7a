"""Finds the files that come with the package: dbc/ and wiring/, in a checkout and in an installed wheel."""

from pathlib import Path
from typing import Final

from bench.errors import ConfigError

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_ROOTS: Final = (_PACKAGE / "_shipped", _PACKAGE.parent)
"""A wheel carries its copies inside the package; an editable checkout has them beside it."""


def shipped(name: str) -> Path:
    """Return the path of a shipped file or folder, for example `dbc/nissan-60d.dbc` or `wiring`.

    Raises ConfigError where the installation lacks it.
    """
    for root in _ROOTS:
        path = root / name
        if path.exists():
            return path
    raise ConfigError(f"{name}: this installation of lockbench does not carry it, reinstall the package")


def shipped_files(folder: str, pattern: str) -> tuple[Path, ...]:
    """Return the shipped files of a folder that match a glob pattern, by name."""
    return tuple(sorted(shipped(folder).glob(pattern)))
