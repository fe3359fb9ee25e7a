"""A text file as chunks of whole lines, in constant memory, whatever the file holds."""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Final, NamedTuple

from bench.errors import LogError

CHUNK: Final = 1 << 20
"""Bytes read at a time."""
MAX_LINE: Final = 64 << 10
"""Longest line that is looked at; a CAN FD frame needs 200 bytes."""
_BOM: Final = b"\xef\xbb\xbf"
"""What editors write before UTF-8."""


class Chunk(NamedTuple):
    """Whole lines, each ending in a newline; or one special line: cut short at the file's end, or longer than MAX_LINE."""

    octets: bytes
    is_cut: bool = False
    is_too_long: bool = False

    @property
    def text(self) -> str:
        """The same as text; every byte is one character."""
        return self.octets.decode("latin-1")


def open_bytes(path: Path) -> BufferedIOBase:
    """Open a log for reading, unpacking gzip whatever the name says; raise LogError where it is missing, a folder, or not for reading."""
    try:
        if path.is_dir():
            raise LogError(f"{path}: is a folder, not a recording")
        with path.open("rb") as source:
            start = source.read(4)
        if start == b"PK\x03\x04":
            raise LogError(f"{path}: is a zip archive: unpack it first")
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise LogError(f"{path}: is UTF-16 text: save it as UTF-8 first (iconv -f UTF-16 -t UTF-8)")
        return gzip.open(path, "rb") if start[:2] == b"\x1f\x8b" else path.open("rb")
    except (OSError, ValueError) as exc:
        if isinstance(exc, LogError):
            raise
        raise LogError(f"{path}: {getattr(exc, 'strerror', None) or exc}") from exc


def first_bytes(path: Path, count: int = 64) -> bytes:
    """Return how a log begins; b"" where that cannot be read, which reading it will explain."""
    with open_bytes(path) as source:
        try:
            return source.read(count).removeprefix(_BOM)
        except (OSError, EOFError, zlib.error):
            return b""


class ChunkReader:
    """Reads a file as Chunks. `trouble`: why it ended early (a damaged .gz), or None; `has_nul`: a NUL byte was met."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trouble: str | None = None
        self.has_nul = False
        self.is_empty = True

    def __iter__(self) -> Iterator[Chunk]:
        """Yield chunks until the file ends; never holds more than one chunk and one line."""
        rest = b""
        skipping = False  # inside a line that is too long
        with open_bytes(self._path) as source:
            while block := self._read(source):
                block = block.removeprefix(_BOM) if self.is_empty else block
                self.is_empty = False
                self.has_nul = self.has_nul or b"\x00" in block
                if skipping:
                    end = block.find(b"\n")
                    if end < 0:
                        continue
                    block, skipping = block[end + 1 :], False
                end = block.rfind(b"\n") + 1
                if end:
                    yield Chunk(b"".join((rest, memoryview(block)[:end])))
                    rest = block[end:]
                else:
                    rest += block
                if len(rest) > MAX_LINE:
                    yield Chunk(rest[:80], is_too_long=True)
                    rest, skipping = b"", True
        if rest:
            yield Chunk(rest, is_cut=True)

    def _read(self, source: BufferedIOBase) -> bytes:
        """Return the next CHUNK, less at the end; what was unpacked before a .gz turned out damaged is not lost."""
        parts: list[bytes] = []
        wanted = CHUNK
        while wanted and self.trouble is None:
            try:
                part = source.read1(wanted)
            except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
                self.trouble = f"the gzip stream is damaged or cut short ({exc})"
            except OSError as exc:
                self.trouble = f"reading stopped: {exc.strerror or exc}"
            else:
                if not part:
                    break
                parts.append(part)
                wanted -= len(part)
        return b"".join(parts)
