"""Take a VIN out of a run folder. The run stays: what was measured is no personal thing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from bench.store.folder import OBSERVATIONS, disk, replaced_atomically
from bench.store.reading import open_regular

_TEXTS: Final = frozenset({".jsonl", ".json", ".html", ".xml", ".csv", ".txt", ".toml", ".md"})
_CHUNK: Final = 1 << 18


def forget_in_folder(folder: Path, vin: str) -> list[str]:
    """Replace the VIN in every text of the folder and remove other files that may hold it; return what was done, a line each.

    On the run line it becomes null, elsewhere (a job text, a report) 17 dashes, in whatever case it was written. A PDF is
    compressed, so that it is removed: it can be made again from the record. Each file is replaced whole or not at all, a piece at
    a time, however long it is; what is no plain file (a FIFO, a link) is passed over. Raises PortError where the disk refuses.
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
    plain = re.escape(vin.encode())
    on_run_line = b'("vin":)"' + plain + b'"|' if path.name == OBSERVATIONS else b"()(?!)|"
    wanted = re.compile(on_run_line + plain, re.IGNORECASE)
    longest = len('"vin":""') + len(vin)
    with open_regular(path) as file:
        if not any(found for _, found in _parts(file, wanted, longest)):
            return False
    with open_regular(path) as file:
        replaced_atomically(path, (kept + _instead(found, len(vin)) for kept, found in _parts(file, wanted, longest)))
    return True


def _instead(found: re.Match[bytes] | None, length: int) -> bytes:
    if found is None:
        return b""
    return found[1] + b"null" if found[1] else b"-" * length


def _parts(file: BinaryIO, wanted: re.Pattern[bytes], longest: int) -> Iterator[tuple[bytes, re.Match[bytes] | None]]:
    """Yield what lies between the places of a pattern, and each place; whole again when put together. `longest`: of a place, bytes."""
    rest, is_over = b"", False
    while not is_over:
        block = file.read(_CHUNK)
        is_over = not block
        rest += block
        sure = len(rest) if is_over else max(0, len(rest) - longest + 1)  # a place that begins before here is whole
        at = 0
        for found in wanted.finditer(rest):
            if found.start() >= sure:
                break
            yield rest[at : found.start()], found
            at = found.end()
        end = max(at, sure)
        yield rest[at:end], None
        rest = rest[end:]
