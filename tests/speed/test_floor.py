"""What `make bench` compares does the same work: the C floors find the changes that lockbench finds, in the same recording."""

import shutil
import subprocess
from pathlib import Path

import pytest
from bus_recordings import recording, signals

from bench.app.analyze import analyze

HERE = Path(__file__).resolve().parent
FRAMES = 40_000


def floor(folder: Path, name: str, *words: str | Path) -> list[int]:
    """Build and run a floor; skip where there is no C compiler."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler (cc) on this machine")
    subprocess.run(["cc", "-O2", "-o", folder / name, HERE / f"{name}.c"], check=True, timeout=60)
    told = subprocess.run([folder / name, *words], check=True, capture_output=True, text=True, timeout=60)
    return [int(word) for word in told.stdout.split()]


def test_the_floor_finds_the_same_door_changes(tmp_path: Path) -> None:
    path = recording(tmp_path, FRAMES)
    frames, changes, _ = floor(tmp_path, "floor", path)
    for is_quick in (False, True):
        found = analyze([path], is_quick=is_quick).files[0]
        assert found.frames == frames == FRAMES
        assert sum(len(door.transitions) for door in found.doors.values()) == changes > 0


def test_the_floor_sees_the_same_signals_change(tmp_path: Path) -> None:
    path, (dbc, table) = recording(tmp_path, FRAMES), signals(tmp_path)
    frames, changes, _ = floor(tmp_path, "floor_signals", path, table)
    found = analyze([path], dbc=dbc, with_signals=True).files[0]
    assert found.frames == frames == FRAMES
    assert len(found.signals) == 200
    assert sum(signal.changes for signal in found.signals) == changes > 0
