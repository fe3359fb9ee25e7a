"""The third ring is covered whole by its own tests: each line and each branch (DESIGN 6)."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.command_runs import ROOT

RING = ("guard.py", "watch.py", "switches.py")
TESTS = ("test_guard.py", "test_guard_clear.py", "test_watch.py")


def test_every_line_and_branch_of_the_guard_is_run_by_its_own_tests(tmp_path: Path) -> None:
    """Measured anew each time, in a process of its own; what is missing is named."""
    where = {**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage")}
    for name in [name for name in where if name.startswith("PYTEST_XDIST")]:
        del where[name]
    include = ",".join(f"bench/engine/{name}" for name in RING)
    tests = [f"tests/engine/{name}" for name in TESTS]
    run = [
        sys.executable,
        "-m",
        "coverage",
        "run",
        "--branch",
        f"--include={include}",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    done = subprocess.run(run, cwd=ROOT, env=where, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
    report = tmp_path / "coverage.json"
    subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)], cwd=ROOT, env=where, timeout=60, check=True)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    assert {Path(name).name for name in files} == set(RING)
    missing = {name: (f["missing_lines"], f["missing_branches"]) for name, f in files.items() if f["summary"]["percent_covered"] < 100}
    assert not missing
