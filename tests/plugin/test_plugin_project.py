"""The example project is run as its owner would run it: as a process of its own, in a folder of its own."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from tests.command_runs import GATE, ROOT, spawned

PROJECT = ROOT / "tests" / "example_project"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy with one recorded run in it."""
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    assert spawned("test", "--rig", "sim:spring_weak", "--profile", GATE, "--out", folder / "recorded", "--json").code in (1, 3)
    return folder


def pytest_in(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run pytest there; the plug-in is found by its entry point, as in any installation."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words], cwd=folder, env=clean, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=120, check=False,
    )  # fmt: skip


def test_the_example_project_passes_and_its_junit_file_carries_the_measurements(project: Path) -> None:
    done = pytest_in(project, "--junit-xml=locks.xml")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
    suites = ET.parse(project / "locks.xml")  # noqa: S314 -- our own file
    case = next(c for c in suites.iter("testcase") if c.get("name") == "test_the_lock_passes")
    properties = {p.get("name"): p.get("value") or "" for p in case.iter("property")}
    assert properties["lockbench.verdict"] == "PASS"
    assert properties["lock#1.travel_ms"].endswith("pass")
    assert " ms [" in properties["lock#1.travel_ms"]
    assert any(c.get("name", "").startswith("test_a_recorded_run_keeps_its_verdict[2") for c in suites.iter("testcase"))


def test_the_same_tests_run_on_another_rig_and_faults_are_skipped_where_nobody_can_make_them(project: Path) -> None:
    (project / "my_lock.py").write_text("from tests.plants.other_lock import healthy\n")
    done = pytest_in(project, "-rs", "test_locks.py", "--lockbench-rig", "plant:tests.plants.other_lock:healthy", "-p", "tests")
    assert "2 skipped" in done.stdout, done.stdout
    assert "is real: it tests the lock that is on it" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("test_locks.py", "--lockbench-rig", "smi"), "neither sim"),
        (("test_recordings.py", "--lockbench-runs", "nowhere"), "nowhere"),
        (("test_recordings.py", "--lockbench-runs", "."), "no run folder|Interrupted"),
    ],
)
def test_mistakes_are_named(project: Path, words: tuple[str, ...], said: str) -> None:
    (project / "empty").mkdir()
    done = pytest_in(project, *words)
    assert done.returncode != 0
    assert any(part in done.stdout + done.stderr for part in said.split("|")), done.stdout + done.stderr


def test_pytest_starts_without_the_bench() -> None:
    """The plug-in is loaded by every pytest of its installation: it must cost nothing where nobody asks for a lock."""
    probe = "import sys, bench.pytest_plugin.plugin; sys.exit(any(name in sys.modules for name in ('numpy', 'can', 'cantools', 'msgspec')))"
    assert subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("name", [".github/workflows/locks.yml", ".gitlab-ci.yml"])
def test_the_ci_snippets_are_valid_and_run_what_this_test_runs(name: str) -> None:
    """Parsed, since no CI server is here: both install the wheel and run pytest with a JUnit file."""
    content = yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))
    lines = str(content)
    assert "python -m pytest --junit-xml=locks.xml" in lines
    assert "wheels/lockbench-*.whl" in lines
    assert "locks" in (content.get("jobs") or content)
