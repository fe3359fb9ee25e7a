"""What of others is carried inside the package: each file named with version, licence and sum, its licence beside it."""

import hashlib
import re
from importlib.metadata import distribution
from pathlib import Path

import pytest

import bench

ROOT = Path(__file__).parents[2]
FOLDERS = ("bench/web/static/vendor", "bench/report/fonts")
"""Where files of others lie, and nowhere else."""
ROW = re.compile(r"^\| (bench/\S+) \| ([\d.]+) \| ([^|]+) \| (\S+) \| [^|]+ \| ([0-9a-f]{64}) \|$", re.MULTILINE)
CARRIED = {row[0]: row[1:] for row in ROW.findall((ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8"))}
WORDS = {"MIT": "Permission is hereby granted, free of charge", "Bitstream Vera and public domain": "Bitstream Vera"}
"""A sentence that each licence's text must hold."""


def test_the_table_lists_every_file_that_is_carried() -> None:
    """And nothing that is not there; a licence's text is no file of its own."""
    texts = {f"{Path(file).parent}/{row[2]}" for file, row in CARRIED.items()}
    there = {str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).iterdir()}
    assert there == CARRIED.keys() | texts


@pytest.mark.parametrize("file", sorted(CARRIED))
def test_a_carried_file_is_the_one_that_was_listed(file: str) -> None:
    """Its sum, its version where the file names one, and its licence beside it."""
    version, licence, text, digest = CARRIED[file]
    content = (ROOT / file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == digest
    named = re.search(rb"v(\d+\.\d+\.\d+)", content[:300]) if file.endswith((".js", ".css")) else None
    assert named is None or named[1].decode() == version
    assert WORDS[licence] in (ROOT / file).with_name(text).read_text(encoding="utf-8")


def test_nothing_of_others_lies_elsewhere_in_the_package() -> None:
    """Minified code, fonts and copyright lines of others stand in those folders only."""
    package = Path(bench.__file__).parent
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not str(path.relative_to(ROOT)).startswith(FOLDERS)
        and (re.search(r"\.min\.|\.(ttf|otf|woff2?)$", path.name) or b"Copyright" in path.read_bytes()[:2000])
    ]  # fmt: skip
    assert elsewhere == []


def test_axe_is_used_by_the_tests_and_shipped_by_nobody() -> None:
    """axe-core (MPL-2.0) comes inside its Python package, whose licence lies beside it; the wheel's contents are asked for elsewhere."""
    files = [str(file) for file in distribution("axe-playwright-python").files or ()]
    assert any(file.endswith("axe.min.js") for file in files)
    assert any("licenses/" in file for file in files)
    assert "axe-core, MPL-2.0" in (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    assert not list(Path(bench.__file__).parent.rglob("axe*"))
