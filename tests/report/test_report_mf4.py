"""A run as MF4: every sample of the record is in its channels, and asammdf reads back what was written."""

import math
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.app.judging import load_run
from bench.errors import UsageError
from bench.model.observations import Current, Input
from bench.report.mf4 import channels_of, mf4_report
from tests.command_runs import DOOR, RunShelf, lockbench


def test_no_sample_is_lost_on_the_way_into_the_channels(shelf: RunShelf) -> None:
    record, _ = load_run(shelf.get("sim", "--profile", DOOR).folder)
    channels = {channel.name: channel for channel in channels_of(record)}
    samples = sum(len(seen.dt) for seen in record.observations if isinstance(seen, Current))
    edges = sum(isinstance(seen, Input) and seen.role == "ajar" for seen in record.observations)
    assert len(channels["current"].values) == len(channels["feed"].values) == samples > 1000
    assert len(channels["input_ajar"].values) == edges
    assert all(channel.t_s == sorted(channel.t_s) for channel in channels.values())
    assert max(x for x in channels["current"].values if not math.isnan(x)) > 1


def test_without_asammdf_the_extra_is_named(shelf: RunShelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "asammdf", None)
    folder = shelf.get("sim", "--profile", DOOR).folder
    with pytest.raises(UsageError, match=r"lockbench\[mdf\]"):
        mf4_report(load_run(folder)[0])
    lockbench("report", folder, "-o", tmp_path / "x.mf4").refused("lockbench[mdf]")


@pytest.mark.skipif(find_spec("asammdf") is None, reason="asammdf is not installed (the extra 'mdf'): make test-mf4")
def test_asammdf_reads_back_what_was_written(shelf: RunShelf, tmp_path: Path) -> None:
    from asammdf import MDF

    folder = shelf.get("sim", "--profile", DOOR).folder
    path = tmp_path / "run.mf4"
    assert lockbench("report", folder, "-o", path).code == 0
    wanted = {channel.name: channel for channel in channels_of(load_run(folder)[0])}
    with MDF(path) as file:
        for name, channel in wanted.items():
            read = file.get(name)
            assert read.unit == channel.unit
            assert list(read.timestamps) == pytest.approx(channel.t_s)
            assert list(read.samples) == pytest.approx(channel.values, nan_ok=True)
