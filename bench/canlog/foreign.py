"""Formats that python-can reads: .asc .blf .csv .trc .mf4; its messages as our frames, its exceptions as LogError."""

import gzip
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from bench.canlog.chunks import CHUNK, MAX_LINE, open_bytes
from bench.errors import LogError
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame

FOREIGN_SUFFIXES: Final = (".asc", ".blf", ".csv", ".trc", ".mf4")
_TEXT: Final = (".asc", ".csv", ".trc")
_BROKEN: Final = (
    OSError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, AssertionError,
    NotImplementedError, struct.error, zlib.error, StopIteration,
)  # fmt: skip
"""What python-can's readers raise on files that are not what their name says."""


def frames_of(path: Path) -> Iterator[CanFrame]:
    """Yield the frames of a file by python-can; raise LogError where it cannot read on."""
    import can  # late: only these formats need it

    kind = suffix_of(path)
    if kind == ".mf4" and not _has_asammdf():
        raise LogError(f"{path}: .mf4 needs the extra 'mdf': pip install 'lockbench[mdf]'")
    _check_start(path, kind)
    broken: tuple[type[Exception], ...] = (can.CanError, can.io.blf.BLFParseError, *_mdf_errors(kind), *_BROKEN)
    try:
        with open_bytes(path) as source:  # opened here: the readers leave a file open that they refuse
            readers: dict[str, Callable[..., Any]] = {
                ".asc": can.ASCReader, ".blf": can.BLFReader, ".csv": can.CSVReader, ".mf4": can.MF4Reader,
            }  # fmt: skip
            text = io.TextIOWrapper(cast("BinaryIO", source), encoding="utf-8", errors="replace") if kind in _TEXT else source
            yield from map(_frame, readers.get(kind, can.TRCReader)(text))
    except broken as exc:
        reason = " ".join(str(exc).split())
        raise LogError(f"{path}: not readable as {kind}: {reason or type(exc).__name__}") from exc


def suffix_of(path: Path) -> str:
    """Return the format's suffix, in small letters, without .gz."""
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _has_asammdf() -> bool:
    from importlib.util import find_spec

    return find_spec("asammdf") is not None


def _mdf_errors(kind: str) -> tuple[type[Exception], ...]:
    """What asammdf raises of its own; it is imported for .mf4 alone."""
    if kind != ".mf4":
        return ()
    from importlib import import_module

    error: type[Exception] = import_module("asammdf.blocks.utils").MdfException
    return (error,)


def _check_start(path: Path, kind: str) -> None:
    """Refuse what would make a reader hold everything in memory, and what is plainly another format."""
    with open_bytes(path) as source:
        try:
            block = source.read(CHUNK)
            if not block:
                raise LogError(f"{path}: the file is empty")
            if kind not in _TEXT:
                return
            if b"\x00" in block:
                raise LogError(f"{path}: is binary, not {kind} text")
            _check_lines(path, source, block)
        except (OSError, EOFError, zlib.error, gzip.BadGzipFile) as exc:
            raise LogError(f"{path}: {exc}") from exc


def _check_lines(path: Path, source: Any, block: bytes) -> None:
    """python-can reads lines whole: a line without an end would fill the memory."""
    number, length = 1, 0
    while block:
        at = 0
        while (end := block.find(b"\n", at)) >= 0 and length + end - at <= MAX_LINE:
            number, length, at = number + 1, 0, end + 1
        length += (len(block) if end < 0 else end) - at
        if length > MAX_LINE:
            raise LogError(f"{path}: line {number} is longer than {MAX_LINE} bytes")
        block = source.read(CHUNK)


def _frame(message: Any) -> CanFrame:
    flags = (
        EXTENDED * bool(message.is_extended_id and not message.is_error_frame)
        | REMOTE * bool(message.is_remote_frame)
        | ERROR * bool(message.is_error_frame)
        | FD * bool(message.is_fd)
        | FAST * bool(message.bitrate_switch)
        | SENT * (not message.is_rx)
    )
    channel = "" if message.channel is None else str(message.channel)
    return CanFrame(round(message.timestamp * 1e9), message.arbitration_id, bytes(message.data or b""), channel, flags)
