"""Stored runs, read back: a run folder or a bare observations.jsonl, in constant steps and with clear refusals."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from bench.errors import RecordError
from bench.model.codec import Decoder, header_of
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import End, Observation, Run
from bench.model.text import readable
from bench.store.folder import OBSERVATIONS, VERDICT

MAX_LINE_BYTES: Final = 1 << 20
"""Longest line that is read: one of 50 ms of samples has a few kB, so 1 MiB is no line of ours."""
_CHUNK: Final = 1 << 18
_MAX_VERDICT_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """The lines of one run in file order, and what was dropped or skipped while reading."""

    run_id: str
    path: Path
    header: Run
    lines: tuple[Observation, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """One run folder as a list shows it; `problem` says why nothing more is known."""

    run_id: str
    path: Path
    header: Run | None
    verdict: str | None
    problem: str | None = None


def open_record(path: Path) -> StoredRun:
    """Read a run folder or a bare observations file; the run's id is the folder's name, or the file's stem.

    Raises RecordError, one sentence, for what is missing, empty, not a record, or torn anywhere but at its end.
    """
    lines_path = observations_of(path)
    run_id = lines_path.resolve().parent.name if lines_path.name == OBSERVATIONS else lines_path.name.split(".")[0]
    shown = readable(str(lines_path))
    decoder = Decoder(shown)
    try:
        with open_regular(lines_path) as file:
            lines = tuple(decoder.decode(_lines(file, lines_path)))
    except OSError as exc:
        raise RecordError(f"{lines_path}: {exc.strerror or exc}") from exc
    if not lines:
        raise RecordError(f"{lines_path}: holds no observation")
    warnings = list(decoder.warnings)
    if not any(isinstance(line, End) for line in lines):
        warnings.append(f"{shown}: no end line, the run was cut short")
    header = header_of(lines, str(lines_path))
    return StoredRun(run_id=readable(run_id) or "run", path=lines_path, header=header, lines=lines, warnings=tuple(warnings))


def open_regular(path: Path) -> BinaryIO:
    """Open a plain file for reading; raises OSError for anything else. A FIFO in a run folder must not hold up who reads it."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(f"{path.name} is no plain file")
    return os.fdopen(fd, "rb")


def observations_of(path: Path) -> Path:
    """Return the observations file of a run folder, or the file itself; raises RecordError where there is none."""
    try:
        if path.is_dir():
            if not (path / OBSERVATIONS).is_file():
                raise RecordError(f"{path}: a folder without {OBSERVATIONS}")
            return path / OBSERVATIONS
        if not path.exists():
            raise RecordError(f"{path}: no such file or run folder")
        if not path.is_file():
            raise RecordError(f"{path}: neither a file nor a run folder")
    except (OSError, ValueError) as exc:
        if isinstance(exc, RecordError):
            raise
        raise RecordError(f"{str(path)!r}: {exc}") from exc
    return path


def read_verdict(folder: Path) -> VerdictDocument | None:
    """Return the stored verdict of a run folder, None where there is none; raises RecordError where it is unreadable."""
    path = folder / VERDICT
    try:
        with open_regular(path) as file:
            content = file.read(_MAX_VERDICT_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise RecordError(f"{path}: {exc.strerror or exc}") from exc
    if len(content) > _MAX_VERDICT_BYTES:
        raise RecordError(f"{path}: longer than {_MAX_VERDICT_BYTES} bytes, no verdict document")
    try:
        return msgspec.json.decode(content, type=VerdictDocument)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise RecordError(f"{path}: {exc}") from exc


def list_runs(root: Path) -> list[ListedRun]:
    """Return every run folder under `root`, oldest first; a run without a verdict is listed as ABORTED.

    One that cannot be read is listed with its problem and does not stop the others. Raises RecordError for a missing root.
    """
    return [listed(folder) for folder in run_folders(root)]


def run_folders(root: Path) -> list[Path]:
    """Return the run folders under `root`, oldest first; raises RecordError for a missing root."""
    try:
        return sorted(p for p in root.iterdir() if (p / OBSERVATIONS).is_file())
    except OSError as exc:
        raise RecordError(f"{root}: {exc.strerror or exc}") from exc


def listed(folder: Path) -> ListedRun:
    """Return one run folder as a list shows it; what cannot be read is its `problem`."""
    try:
        header = _first_header(folder / OBSERVATIONS)
        document = read_verdict(folder)
    except RecordError as exc:
        return ListedRun(run_id=folder.name, path=folder, header=None, verdict=None, problem=str(exc))
    # No verdict was reached before the power went or the process was killed (DESIGN 3.3).
    verdict = document.verdict if document is not None else "ABORTED"
    return ListedRun(run_id=folder.name, path=folder, header=header, verdict=verdict)


def _first_header(path: Path) -> Run:
    try:
        with open_regular(path) as file:
            for line in Decoder(str(path)).decode(_lines(file, path)):
                return header_of([line], str(path))
    except OSError as exc:
        raise RecordError(f"{path}: {exc.strerror or exc}") from exc
    raise RecordError(f"{path}: holds no observation")


def _lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield lines with their newlines; a line over the limit is refused before it is held in memory."""
    rest = b""
    number = 0
    while chunk := file.read(_CHUNK):
        block = rest + chunk
        if number == 0 and not block.lstrip(b" \t\r\n\x00\xef\xbb\xbf").startswith(b"{") and block.strip(b" \t\r\n\x00"):
            raise RecordError(f"{path}: is no record of observations (the first line does not start with '{{')")
        whole = block.splitlines(keepends=True) if b"\r" not in block else _split(block)
        rest = b"" if whole[-1].endswith(b"\n") else whole.pop()
        for line in whole:
            number += 1
            _check_length(line, path, number)
            yield line
        if rest.endswith(b"\x00") and len(rest) > _CHUNK:
            rest = rest.rstrip(b"\x00") + b"\x00"  # a long tail of NULs after a power cut is dropped, not refused
        _check_length(rest, path, number + 1)
    if rest:
        yield rest


def _split(block: bytes) -> list[bytes]:
    """Split at newlines only: a carriage return alone ends no line of JSON Lines."""
    parts = [part + b"\n" for part in block.split(b"\n")]
    parts[-1] = parts[-1][:-1]
    return parts if parts[-1] else parts[:-1]


def _check_length(line: bytes, path: Path, number: int) -> None:
    if len(line) > MAX_LINE_BYTES:
        raise RecordError(f"{path}:{number}: a line longer than {MAX_LINE_BYTES} bytes, which is the limit")
