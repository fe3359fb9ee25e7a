"""Analyses of many recordings as one table, a row a file in their order: Parquet where the name ends so, else JSON Lines."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import msgspec

from bench.errors import UsageError
from bench.model.analysis_document import FileAnalysis, FileError

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS: Final = 1000  # rows that wait for a row group of Parquet


class Table(Protocol):
    """Takes rows until it is closed."""

    def add(self, row: FileAnalysis | FileError) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


def open_table(path: Path) -> Table:
    """Open a table for writing; raise UsageError, one sentence, where that cannot be."""
    try:
        return _Parquet(path) if path.suffix == ".parquet" else _Lines(path)
    except OSError as exc:
        raise UsageError(f"--table {path}: {exc.strerror or exc}") from exc
    except ImportError as exc:
        raise UsageError(f"--table {path}: Parquet needs the extra 'fleet': pip install 'lockbench[fleet]'") from exc


class _Lines:
    """One JSON object a line, flushed as it comes."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, row: FileAnalysis | FileError) -> None:
        self._file.write(msgspec.json.encode(row) + b"\n")
        self._file.flush()


class _Parquet:
    """The fields of the analysis document as columns, `error` beside them; doors as a list, each with its name."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self._schema = _schema()
        self._file = path.open("wb")
        self._writer = pq.ParquetWriter(self._file, self._schema)
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._write()
        finally:
            self._writer.close()
            self._file.close()

    def add(self, row: FileAnalysis | FileError) -> None:
        columns: dict[str, Any] = msgspec.to_builtins(row)
        if "doors" in columns:
            columns["doors"] = [{"door": door, **timeline} for door, timeline in columns["doors"].items()]
        self._rows.append(columns)
        if len(self._rows) >= _ROWS:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa

        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []


def _schema() -> "pa.Schema":
    import pyarrow as pa

    text, number, texts = pa.string(), pa.float64(), pa.list_(pa.string())
    states = pa.list_(pa.struct([("t_s", number), ("to", text)]))
    door = pa.struct([("door", text), ("first", text), ("last", text), ("transitions", states), ("open_s", number)])
    finding = pa.struct([
        ("id", text), ("door", text), ("t_s", number), ("faults", texts), ("probability", number), ("text", text),
        ("evidence", texts), ("next_test", text),
    ])  # fmt: skip
    signal = pa.struct([
        ("message", text), ("name", text), ("unit", text), ("frames", pa.int64()), ("changes", pa.int64()), ("first", number),
        ("last", number), ("low", number), ("high", number),
    ])  # fmt: skip
    return pa.schema([
        ("path", text), ("error", text), ("frames", pa.int64()), ("skipped_lines", pa.int64()), ("span_s", number), ("family", text),
        ("bus_load", number), ("doors", pa.list_(door)), ("lock", states), ("ignition", states), ("findings", pa.list_(finding)),
        ("notes", texts), ("signals", pa.list_(signal)),
    ])  # fmt: skip
