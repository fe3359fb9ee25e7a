"""A test on a rig that moves something: `lockbench test` in a process of its own, at the terminal in front of the person.

Only the pin process may open such a rig (DESIGN 6, ring 2), and somebody must close a door and say what held: pytest's capture is put
aside for that long. Where there is no terminal nothing moves.
"""

import json
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from bench.app.testing import TestRequest
from bench.errors import BenchError

USAGE = 2
"""The exit code of a test that has not begun."""


def run_at_the_rig(request: TestRequest, rig: str, config: pytest.Config) -> Path:
    """Run the command with this test's terminal; return the run folder. Raises BenchError where no run came of it."""
    argv = [sys.executable, "-m", "bench", "test", "--rig", rig, "--profile", request.profile, "--scope", request.scope]
    argv += ["--out", str(request.out), "--json", *(["--job", request.job] if request.job else [])]
    with _terminal(config):
        done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    try:
        return request.out / str(json.loads(done.stdout)["run"])
    except (ValueError, KeyError, TypeError):
        hint = " (pytest must run at a terminal, without -n)" if done.returncode == USAGE else ""
        raise BenchError(f"--lockbench-rig {rig}: no run, exit code {done.returncode}; why stands on stderr{hint}") from None


def _terminal(config: pytest.Config) -> AbstractContextManager[None]:
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        return nullcontext()
    away: AbstractContextManager[None] = capture.global_and_fixture_disabled()
    return away
