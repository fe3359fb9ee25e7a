"""A recording of any known format as batches of frames; what is no frame is counted and the first ones named."""

import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.plain_frames import PickedFrames, PlainFrames
from bench.canlog import asc, can_csv, candump, crtd, gvret, trc
from bench.canlog.blf import Unusual, is_cut, plain_stretches
from bench.canlog.chunks import Chunk, ChunkReader, first_bytes, open_bytes
from bench.canlog.foreign import FOREIGN_SUFFIXES, frames_of, suffix_of
from bench.canlog.lines import keep_memory
from bench.canlog.picking import pick_chunk
from bench.canlog.plain import Layout, PlainChunk, layout_of, plain_chunk
from bench.canlog.text_format import TextFormat
from bench.errors import LogError
from bench.model.can_frame import CanFrame, FrameBatch

Piece = FrameBatch | PlainFrames | PickedFrames

SUFFIXES: Final = (".log", ".crtd", *FOREIGN_SUFFIXES)
"""Formats by suffix, each also with .gz behind it."""

_NAMED: Final = 5  # how many skipped lines are named
_BATCH: Final = 4096
_ODD: Final = 24  # lines of another shape in a chunk that are worth cutting it into stretches
_HEADER: Final = 4096  # bytes in which a header must have said what it has to say
_GIVE_UP: Final = 16 << 20  # characters without a single frame: this is no recording


def open_log(path: str | Path) -> "LogReader":
    """Open a recording for reading; raise LogError, one sentence, where it is missing, a folder or of no known format."""
    path = Path(path)
    try:
        if not path.exists():
            raise LogError(f"{path}: no such file")
        if not path.is_dir() and not path.is_file():
            raise LogError(f"{path}: is not a plain file")
    except OSError as exc:
        raise LogError(f"{path}: {exc.strerror or exc}") from exc
    with open_bytes(path):
        pass
    if suffix_of(path) not in SUFFIXES:
        raise LogError(f"{path}: no known format; known are {' '.join(SUFFIXES)}, each also with .gz")
    return LogReader(path)


class LogReader:
    """Iterates the frames of one file, once. The counts grow while it is read.

    `frames`: frames so far. `skipped_lines`: lines that should have held one and did not; `skipped` names the first few.
    `remarks`: comment, event and blank lines. frames + skipped_lines + remarks = lines of the file.
    `trouble`: why the file ended early, or None. A file without a single frame raises LogError at its end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.frames = 0
        self.skipped_lines = 0
        self.remarks = 0
        self.skipped: list[str] = []
        self.trouble: str | None = None
        self._line = 0  # lines consumed so far
        self._layout: Layout | None = None
        self._wanted: NDArray[np.bool_] | None = None
        self._last_picked = b""
        self._is_timeless = False  # a frame without a time was met

    def __iter__(self) -> Iterator[CanFrame]:
        for batch in self.batches():
            yield from batch.frames()

    def batches(self) -> Iterator[FrameBatch]:
        """Yield frames as columns of some thousand, in the order of the file."""
        for piece in self.pieces():
            yield _batch(piece)

    def pieces(self, ids: frozenset[int] | None = None) -> Iterator[Piece]:
        """Yield the same as `batches`, plain candump text as numpy columns; the quick way to read.

        With `ids`, of plain candump text only frames with these ids and a few others, in every five seconds at least one.
        """
        if ids is not None:
            self._wanted = np.zeros(1 << 12, np.bool_)
            self._wanted[[n for n in ids if n <= 0x7FF]] = True
        text_format = self._text_format()
        source = self._foreign() if text_format is None else self._text(text_format)
        if suffix_of(self.path) == ".blf":
            source = self._blf()
        for piece in source:
            self.frames += _count(piece)
            yield piece

    def _text_format(self) -> TextFormat | None:
        """Ours where the format is one of ours, else None; what a .csv, .asc or .trc is in particular, its beginning says."""
        match suffix_of(self.path):
            case ".log":
                return candump
            case ".crtd":
                return crtd
            case ".csv":
                head = first_bytes(self.path).lstrip(b"\xef\xbb\xbf")
                return gvret if head.startswith(gvret.HEADER) else can_csv
            case ".asc":
                return asc.Decimal() if asc.is_decimal(first_bytes(self.path, _HEADER)) else asc
            case ".trc":
                return trc.format_of(first_bytes(self.path, _HEADER))
        return None

    def _blf(self) -> Iterator[Piece]:
        """By columns while nothing but plain data frames comes, then by python-can from there on."""
        with open_bytes(self.path) as source:
            try:
                yield from plain_stretches(source)
            except (Unusual, OSError, EOFError, zlib.error):
                pass
            else:
                if self.frames:
                    return
        yield from self._foreign(skip=self.frames)
        if self.trouble is None:
            with open_bytes(self.path) as source:
                self.trouble = "it ends in the middle of an object" if is_cut(source) else None

    def _foreign(self, *, skip: int = 0) -> Iterator[FrameBatch]:
        batch: list[CanFrame] = []
        try:
            for frame in islice(frames_of(self.path), skip, None):
                batch.append(frame)
                if len(batch) == _BATCH:
                    yield FrameBatch.of(batch)
                    batch = []
        except LogError as exc:
            if not self.frames and not batch:
                raise
            self.trouble = str(exc).removeprefix(f"{self.path}: ")
        if batch:
            yield FrameBatch.of(batch)
        if not self.frames:
            raise LogError(f"{self.path}: holds no CAN frame")

    def _text(self, text_format: TextFormat) -> Iterator[Piece]:
        keep_memory()
        source = ChunkReader(self.path)
        last: Piece = FrameBatch.of(())
        seen = read = 0
        for chunk in source:
            for batch in self._batches_in(chunk, text_format, last):
                seen += _count(batch)
                last = batch
                yield batch
            read += len(chunk.octets)
            if not seen and (source.has_nul or read > _GIVE_UP or chunk.is_too_long):
                break
        self.trouble = source.trouble
        if not seen:
            raise LogError(f"{self.path}: {self._why_nothing(source)}")

    def _why_nothing(self, source: ChunkReader) -> str:
        if source.trouble:
            return source.trouble
        if source.is_empty:
            return "the file is empty"
        if source.has_nul:
            return "is binary, not a CAN recording in text form"
        if self._is_timeless:
            return "its lines carry no time stamps: record with candump -L, or with -t a"
        first = f", first {self.skipped[0]}" if self.skipped else ""
        return f"holds no CAN frame ({self.skipped_lines} lines skipped{first})"

    def _batches_in(self, chunk: Chunk, text_format: TextFormat, last: Piece) -> Iterator[Piece]:
        """One batch a chunk; where lines are odd, the plain stretches between them and the odd ones by themselves."""
        if chunk.is_too_long:
            self._line += 1
            self._skip("longer than 64 KiB")
            return
        if chunk.is_cut:
            yield from self._cut_line(chunk.text, text_format, self._last_batch(last))
            return
        picked = self._picked(chunk.octets) if text_format is candump and self._wanted is not None else None
        if picked is not None:
            self._line += picked.total
            yield picked
            return
        plain = self._plain(chunk.octets) if text_format is candump else None
        if plain is not None:
            yield from self._plain_pieces(plain, chunk.octets)
            return
        table = can_csv.whole(chunk.text) if text_format is can_csv else None
        if table is None:
            yield from self._row_batches(chunk, text_format)
        else:
            self._line += len(table.t_ns)
            yield table

    def _plain(self, octets: bytes) -> PlainChunk | None:
        """The chunk as numpy columns, or None where its lines are of many shapes."""
        layout = layout_of(octets[: octets.index(b"\n")]) or self._layout
        if layout is None:
            return None
        self._layout = layout
        plain = plain_chunk(octets, layout)
        return plain if len(plain.odd) <= min(_ODD, plain.frames.length // 8) else None

    def _picked(self, octets: bytes) -> PickedFrames | None:
        layout = layout_of(octets[: octets.index(b"\n")])
        self._last_picked = octets
        return None if layout is None or self._wanted is None else pick_chunk(octets, layout, self._wanted)

    def _last_batch(self, last: Piece) -> FrameBatch:
        """The frames before a line that was cut, every one of them."""
        layout = layout_of(self._last_picked[: self._last_picked.find(b"\n")])
        if isinstance(last, PickedFrames) and layout is not None:
            return plain_chunk(self._last_picked, layout).frames.batch()
        return _batch(last)

    def _plain_pieces(self, plain: PlainChunk, octets: bytes) -> Iterator[Piece]:
        """The stretches between odd lines, and the odd lines one by one."""
        first = 0
        for odd in [*plain.odd.tolist(), plain.frames.length]:
            if odd > first:
                self._line += odd - first
                yield plain.frames.slice(first, odd)
            if odd < plain.frames.length:
                line = octets[plain.starts[odd] : plain.ends[odd]].decode("latin-1")
                frame = self._frame_in(line, candump)
                if frame is not None:
                    yield FrameBatch.of((frame,))
            first = odd + 1

    def _row_batches(self, chunk: Chunk, text_format: TextFormat) -> Iterator[FrameBatch]:
        """By regular expression, several lines of one kind at a time."""
        rows: list[tuple[str, ...]] = text_format.ROWS.findall(chunk.text)
        odd = [n for n, row in enumerate(rows) if not row[0]]
        first = 0
        for end in [*odd, len(rows)]:
            if end > first:
                yield from self._stretch(rows, first, end, chunk, text_format)
            if end < len(rows) and (frame := self._frame_in(rows[end][-1], text_format)) is not None:
                yield FrameBatch.of((frame,))
            first = end + 1

    def _stretch(self, rows: list[tuple[str, ...]], first: int, end: int, chunk: Chunk, text_format: TextFormat) -> Iterator[FrameBatch]:
        """Rows `first` up to `end`, all usual frames by their form; one by one where one of them contradicts itself."""
        batch = self._columns(rows[first:end], text_format)
        if batch is None:
            lines = chunk.text.split("\n")[first:end]
            batch = FrameBatch.of([frame for line in lines if (frame := self._frame_in(line, text_format)) is not None])
        if len(batch.t_ns):
            yield batch

    def _columns(self, rows: list[tuple[str, ...]], text_format: TextFormat) -> FrameBatch | None:
        try:
            batch = text_format.columns(rows)
        except ValueError:  # a line among them contradicts itself: each by itself then
            return None
        self._line += len(rows)
        return batch

    def _frame_in(self, line: str, text_format: TextFormat) -> CanFrame | None:
        self._line += 1
        frame: CanFrame | None = text_format.parse(line)
        if frame is None and text_format.is_remark(line):
            self.remarks += 1
        elif frame is None:
            self._is_timeless = self._is_timeless or (text_format is candump and candump.is_without_time(line))
            self._skip(_excerpt(line))
        return frame

    def _cut_line(self, line: str, text_format: TextFormat, last: FrameBatch) -> Iterator[FrameBatch]:
        """The last line without its newline: a frame only where nothing can be missing, or its length is the usual one."""
        frame = self._frame_in(line, text_format)
        if frame is None:
            return
        usual = {len(data) for number, data in zip(last.ids, last.data, strict=True) if number == frame.id}
        if text_format.is_whole(line) or len(frame.data) in usual:
            yield FrameBatch.of((frame,))
        else:
            self._skip("the last line is cut short")

    def _skip(self, what: str) -> None:
        self.skipped_lines += 1
        if len(self.skipped) < _NAMED:
            self.skipped.append(f"line {self._line}: {what}")


def _count(piece: Piece) -> int:
    return piece.total if isinstance(piece, PickedFrames) else len(piece.t_ns)


def _batch(piece: Piece) -> FrameBatch:
    plain = piece.frames if isinstance(piece, PickedFrames) else piece
    return plain.batch() if isinstance(plain, PlainFrames) else plain


def _excerpt(line: str) -> str:
    shown = line.strip()[:60]
    return ascii(shown)
