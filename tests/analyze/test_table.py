"""One row a file, in the files' order, as JSON Lines or as Parquet: the values of the document."""

from pathlib import Path

import msgspec
import pytest
from test_jobs import garage

from bench.app.analyze import analyze
from bench.app.analyze_jobs import Step
from bench.errors import UsageError
from bench.store.analysis_table import open_table

pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (the extra 'fleet')")


def written(folder: Path, name: str) -> Path:
    """The table of the garage."""
    path = folder / name
    with open_table(path) as table:

        def watch(step: Step) -> None:
            if step.answer is not None:
                table.add(step.answer)

        analyze(garage(folder), watch=watch)
    return path


def test_parquet_and_json_lines_hold_the_same_rows_in_order(tmp_path: Path) -> None:
    lines = [msgspec.json.decode(line) for line in written(tmp_path, "t.jsonl").read_bytes().splitlines()]
    rows = pq.read_table(written(tmp_path, "t.parquet")).to_pylist()
    assert [row["path"] for row in rows] == [line["path"] for line in lines] == [str(p) for p in garage(tmp_path)]
    for row, line in zip(rows, lines, strict=True):
        doors = [{"door": door, **timeline} for door, timeline in line.pop("doors").items()] if "doors" in line else None
        assert row.pop("doors") == doors
        assert {key: value for key, value in row.items() if value is not None} == {k: v for k, v in line.items() if v is not None} or (
            {key: value for key, value in row.items() if value} == {key: value for key, value in line.items() if value}
        )
    assert sum(row["error"] is not None for row in rows) == 2


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.parquet", "a.jsonl"):
        assert written(tmp_path, name).read_bytes() == written(tmp_path, f"again-{name}").read_bytes()


@pytest.mark.parametrize("name", ["gone/t.parquet", "gone/t.jsonl"])
def test_a_table_that_cannot_be_written_is_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--table .*: No such file"):
        open_table(tmp_path / name)
