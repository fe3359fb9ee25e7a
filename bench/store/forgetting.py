"""Take a VIN out of a run folder. The run stays: what was measured is no personal thing."""

from pathlib import Path
from typing import Final

from bench.store.folder import OBSERVATIONS, disk, write_atomically

_TEXTS: Final = frozenset({".jsonl", ".json", ".html", ".xml", ".csv", ".txt", ".toml", ".md"})
_ON_RUN_LINE: Final = '"vin":"{vin}"'


def forget_in_folder(folder: Path, vin: str) -> list[str]:
    """Replace the VIN in every text of the folder and remove other files that may hold it; return what was done, a line each.

    On the run line it becomes null, elsewhere (a job text, a report) 17 dashes. A PDF is compressed, so that it is removed: it
    can be made again from the record. Each file is replaced whole or not at all. Raises PortError where the disk refuses.
    """
    done = []
    with disk("cannot take the VIN out of", folder):
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
            if path.suffix.lower() == ".pdf":
                path.unlink()
                done.append(f"{path}: removed")
            elif path.suffix.lower() in _TEXTS and _replaced(path, vin):
                done.append(f"{path}: VIN taken out")
    return done


def _replaced(path: Path, vin: str) -> bool:
    old = path.read_bytes()
    new = old.replace(_ON_RUN_LINE.format(vin=vin).encode(), b'"vin":null') if path.name == OBSERVATIONS else old
    for spelling in (vin.upper(), vin.lower()):
        new = new.replace(spelling.encode(), b"-" * len(vin))
    if new != old:
        write_atomically(path, new)
    return new != old
