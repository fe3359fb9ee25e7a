"""A wheel carries everything: built without a network, unpacked anywhere, it tests a lock from any folder."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command_runs import DOOR, ROOT

PARTS = ("bench", "dbc", "wiring", "firmware-notes/pi")
NOT_IN_IT = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the wheel was unpacked."""
    base = tmp_path_factory.mktemp("wheel")
    source = base / "source"
    source.mkdir()
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=NOT_IN_IT)
    for name in ("pyproject.toml", "README.md", "LICENSE", "THIRD-PARTY.md"):
        shutil.copy(ROOT / name, source / name)
    argv = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(base / "dist")]
    built = subprocess.run(argv, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    wheel = next((base / "dist").glob("lockbench-*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(base / "site")
    shutil.rmtree(source)
    return base / "site"


def run(installed: Path, cwd: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONPATH": str(installed)}
    return subprocess.run([sys.executable, *argv], cwd=cwd, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_it_holds_profiles_families_databases_wiring_and_licences(installed: Path) -> None:
    for folder, source in (("dbc", "dbc"), ("wiring", "wiring"), ("pi", "firmware-notes/pi")):
        assert {p.name for p in (installed / "bench" / "_shipped" / folder).iterdir()} == {p.name for p in (ROOT / source).iterdir()}
    assert (installed / "bench" / "py.typed").exists()
    assert not (installed / "tests").exists()
    licences = {p.name for p in installed.rglob("licenses/*")}
    assert {"LICENSE", "THIRD-PARTY.md"} <= licences
    scripts = next(installed.glob("*.dist-info/entry_points.txt")).read_text()
    assert "lockbench = bench.__main__:main" in scripts


def test_it_tests_a_lock_from_another_folder(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-m", "bench", "test", "--rig", "sim", "--profile", DOOR, "--out", "mine", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    folder = next((tmp_path / "mine").iterdir())
    assert document["verdict"] == "PASS"
    kept = {p.name for p in (folder / "config").iterdir()}
    assert {f"{DOOR}.toml", "nissan-60d.dbc"} <= kept
    again = run(installed, tmp_path, "-m", "bench", "judge", "--json", str(folder))
    assert json.loads(again.stdout)["probabilities"] == document["probabilities"]


def test_what_it_runs_is_the_wheel_and_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-c", "import bench; from bench.config import shipped; print(bench.__file__); print(shipped('dbc'))")
    assert done.returncode == 0, done.stderr
    assert all(line.startswith(str(installed)) for line in done.stdout.splitlines())
