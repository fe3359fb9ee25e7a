"""Take a VIN out of a run folder. The run stays: what was measured is no personal thing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from bench.store.folder import OBSERVATIONS, disk, replaced_atomically
from bench.store.reading import open_regular

_TEXTS: Final = frozenset({".jsonl", ".json", ".html", ".xml", ".csv", ".txt", ".toml", ".md"})
_CLOSED: Final = frozenset({".pdf", ".mf4", ".gz", ".zip"})
"""What cannot be looked into: made again from the record where it is wanted."""
_CHUNK: Final = 1 << 18


def forget_in_folder(folder: Path, vin: str) -> list[str]:
    """Replace the VIN in every text of the folder and remove other files that may hold it; return what was done, a line each.

    A folder none of whose texts holds it is left as it is. On the run line it becomes null, elsewhere (a job text, a report) 17
    dashes, in whatever case it was written. What is packed (a PDF, MF4, an archive) is removed: it can be made again from the record.
    Each file is replaced whole or not at all, a piece at a time, however long it is; what is no plain file (a FIFO, a link) is passed
    over. Raises PortError where the disk refuses.
    """
    done = []
    with disk("cannot take the VIN out of", folder):
        files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
        holding = [path for path in files if path.suffix.lower() in _TEXTS and _holds(path, vin)]
        for path in (p for p in files if holding and p.suffix.lower() in _CLOSED):
            path.unlink()
            done.append(f"{path}: removed")
        # The record last: whatever breaks off before it, the folder is found again.
        for path in sorted(holding, key=lambda p: p.name == OBSERVATIONS):
            _replace(path, vin)
            done.append(f"{path}: VIN taken out")
    return done


def forget_in_file(path: Path, vin: str) -> bool:
    """Replace the VIN in one text beside the run folders (an audit, an export); return whether it stood there."""
    with disk("cannot take the VIN out of", path):
        if not path.is_file() or path.is_symlink() or path.suffix.lower() not in _TEXTS or not _holds(path, vin):
            return False
        _replace(path, vin)
        return True


def _wanted(path: Path, vin: str) -> tuple[re.Pattern[bytes], int]:
    plain = re.escape(vin.encode())
    on_run_line = b'("vin":)"' + plain + b'"|' if path.name == OBSERVATIONS else b"()(?!)|"
    return re.compile(on_run_line + plain, re.IGNORECASE), len('"vin":""') + len(vin)


def _holds(path: Path, vin: str) -> bool:
    wanted, longest = _wanted(path, vin)
    with open_regular(path) as file:
        return any(found for _, found in _parts(file, wanted, longest))


def _replace(path: Path, vin: str) -> None:
    wanted, longest = _wanted(path, vin)
    with open_regular(path) as file:
        replaced_atomically(path, (kept + _instead(found, len(vin)) for kept, found in _parts(file, wanted, longest)))


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
