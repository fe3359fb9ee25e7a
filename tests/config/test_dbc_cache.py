"""A DBC is parsed once: the copy says the same, and no copy, a damaged one or none that can be kept is never an error."""

import subprocess
import sys
from pathlib import Path

import pytest
from test_databases import DOOR, HEAD

from bench.config import databases, load_dbc, load_fields
from bench.errors import DbcError


@pytest.fixture
def car(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A DBC with a repaired line, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "car.dbc"
    path.write_text(HEAD + DOOR + ' SG_ A : 8|8@1+ (.25,-.5) [-.5|.5] "" X\n')
    return path


def copies(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.*"))


def test_the_second_start_parses_nothing_and_says_the_same(car: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_dbc(car), load_fields([car])
    assert [p.suffix for p in copies(tmp_path)] == [".msgpack"]
    monkeypatch.setattr(databases, "_parsed", lambda *_: pytest.fail("parsed again"))
    assert (load_dbc(car), load_fields([car])) == first


def test_the_second_start_does_not_even_load_the_parser(car: Path) -> None:
    load_dbc(car)
    script = "import sys; from bench.config import load_dbc; load_dbc(sys.argv[1]); print('cantools' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script, car], check=True, timeout=60, capture_output=True, text=True)
    assert told.stdout == "False\n"


def test_a_changed_file_is_parsed_anew(car: Path) -> None:
    before = load_dbc(car)
    car.write_text(car.read_text().replace("5|1@1", "6|1@1"))
    assert load_dbc(car).doors["rear_left"].open.mask == 0x40 != before.doors["rear_left"].open.mask


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\x80"])
def test_a_damaged_copy_is_made_anew(car: Path, tmp_path: Path, content: bytes) -> None:
    first = load_dbc(car)
    (copy,) = copies(tmp_path)
    whole = copy.read_bytes()
    copy.write_bytes(content)
    assert load_dbc(car) == first
    assert copy.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_error(car: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    for name in (str(tmp_path / "file"), "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", name)
        assert load_dbc(car).doors
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    assert load_dbc(car).doors


def test_a_refused_file_is_refused_each_time(car: Path, tmp_path: Path) -> None:
    car.write_text(HEAD + DOOR + ' SG_ 1A : 0|8@1+ (1,0) [0|0] "" X\n')
    for _ in range(2):
        with pytest.raises(DbcError, match="line 6"):
            load_dbc(car)
    assert copies(tmp_path) == []
