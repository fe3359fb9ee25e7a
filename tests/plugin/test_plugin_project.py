"""The example project is run as its owner would run it: as a process of its own, in a folder of its own."""

import os
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from bench.app.rigs import parse_rig
from bench.app.testing import TestRequest
from bench.pytest_plugin.bench_fixture import LockBench
from tests.command_runs import DOOR, GATE, ROOT, spawned

PROJECT = ROOT / "tests" / "example_project"


CI_FILES = (".github/workflows/locks.yml", ".gitlab-ci.yml")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one recorded run in it; nobody changes it."""
    folder = tmp_path_factory.mktemp("example") / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    assert spawned("test", "--rig", "sim:spring_weak", "--profile", GATE, "--out", folder / "recorded", "--json").code in (1, 3)
    return folder


@pytest.fixture
def project(recorded: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    shutil.copytree(recorded, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "project"


def pytest_in(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run pytest there; the plug-in is found by its entry point, as in any installation."""
    return shell_in(folder, shlex.join(["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]))


def shell_in(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    """Run a line there as a CI server would; `python` is this one."""
    path = folder.parent / "path"
    path.mkdir(exist_ok=True)
    (path / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (path / "python").chmod(0o755)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=clean | {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def steps_of(name: str) -> list[str]:
    """Return the shell commands of a CI file, in order: GitHub's `run` steps, GitLab's `script`."""
    content = yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))
    jobs = (content.get("jobs") or content).values()
    return [line for job in jobs for line in job.get("script") or [step["run"] for step in job["steps"] if "run" in step]]


def test_the_example_project_passes_by_the_commands_of_its_ci_files_and_junit_carries_the_measurements(project: Path) -> None:
    """No CI server is here: both files say the same, and all but the installation is run (tests/pi installs a wheel)."""
    install, *steps = steps_of(CI_FILES[0])
    assert steps_of(CI_FILES[1]) == [install, *steps]
    assert install == "python -m pip install pytest wheels/lockbench-*.whl"
    done = [shell_in(project, step) for step in steps]
    assert [step.returncode for step in done] == [0] * len(steps), done[-1].stdout
    assert " passed" in done[-1].stdout
    assert "skipped" not in done[-1].stdout
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


def test_a_real_rig_is_not_moved_without_a_terminal_and_by_nobody_but_its_pin_process(project: Path) -> None:
    """Where a person must close the door and nobody can be asked, the test fails with the reason, and there is no run."""
    done = pytest_in(project, "test_locks.py", "-k", "passes", "--lockbench-rig", "wiring/rpi-bench.toml")
    assert done.returncode == 1
    assert "there is no terminal to ask at" in done.stderr
    assert "no run, exit code 2" in done.stdout
    assert "pytest must run at a terminal" in done.stdout


@pytest.mark.slow
def test_the_way_to_a_real_rig_leads_through_the_command_and_brings_its_run_back(
    tmp_path: Path, record_property: Callable[[str, object], None], pytestconfig: pytest.Config
) -> None:
    """The very function, on the CI rig: two processes in real time, read back from the folder that they left."""
    choice = parse_rig("wiring/ci.toml")
    bench = LockBench("wiring/ci.toml", tmp_path / "runs", record_property, pytestconfig)
    run = bench._at_the_rig(TestRequest(rig=choice, profile=DOOR, scope="door", out=tmp_path / "runs"))
    assert run.verdict == "PASS"
    assert run.folder.parent == tmp_path / "runs"
    assert len(run.measurements("travel_ms")) == 6


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
