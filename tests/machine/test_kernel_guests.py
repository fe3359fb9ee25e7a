"""What `make test-kernel` boots, on a machine that boots nothing: the commands that it builds, and what it says where it cannot."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command_runs import ROOT
from tests.kernel.__main__ import main
from tests.kernel.guests import GUESTS, NATIVE_MODULES, clear_away, native, native_command, native_guest
from tests.kernel.kernels import CannotRun

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="asks for modules only as root")


def words_of_native() -> list[str]:
    return shlex.split(native_command(native_guest(GUESTS))[-1])


def test_natively_the_suite_runs_in_a_mount_namespace_on_the_same_rig_and_far_side() -> None:
    command = native_command(native_guest(GUESTS))
    assert command[:3] == ["unshare", "-m", "bash"]
    assert command[3].endswith("tests/kernel/native.sh")
    words = words_of_native()
    assert words[:4] == ["exec", ".venv/bin/python", "-m", "pytest"]
    ports = next(guest for guest in GUESTS if guest.name == "ports")
    assert words[words.index("--rig") + 1] == ports.tests[ports.tests.index("--rig") + 1] == "wiring/kernel.toml"
    assert words[words.index("--far-side") + 1] == "tests.kernel.port_far_side:far_side"
    assert {"tests/rig/ports", "tests/kernel"} <= set(words)


def test_natively_nothing_is_run_that_needs_a_patched_kernel() -> None:
    """Registers with the habits of a chip, and a clock that waits: an ordinary kernel has neither."""
    words = words_of_native()
    assert "not kernel_whole" in words[words.index("-m", 4) + 1]
    assert "not kernel_stops" in words[words.index("-m", 4) + 1]
    assert "ready_flag" in words[words.index("-k") + 1]


@root_only
def test_a_kernel_without_the_modules_is_named_with_what_it_lacks() -> None:
    with pytest.raises(CannotRun, match=r"NATIVE=1: the kernel of this machine \(.+\) has no module gpio-sim"):
        native(GUESTS, has=lambda module: module != "gpio-sim")


def test_native_without_root_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotRun, match="needs root"):
        native(GUESTS)


def test_a_machine_that_cannot_is_a_skip_with_a_reason_and_ends_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("sys.argv", ["tests.kernel", "--native"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("SKIPPED: kernel tests: NATIVE=1")


def test_what_is_told_in_ms_of_this_machine_runs_on_its_own_clock() -> None:
    """Where the clock waits for the CPU nothing is ever late: such a guest proves what programs do, not how fast."""
    assert [guest.name for guest in GUESTS if guest.travels] == ["stops", "screen", "whole"]
    assert "not kernel_whole and not kernel_stops" in next(guest for guest in GUESTS if guest.name == "ports").tests[-1]
    assert len(NATIVE_MODULES) == 3


WATCHES = """
from tests.kernel.__main__ import die_at_once
from tests.kernel.guests import Guest, watched
die_at_once()
watched(Guest(name="guest", kind="native", tests=(), limit_s=60), ["sh", "-c", "echo $$; exec sleep 60"])
"""


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv (util-linux) is not here")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_guest_dies_with_the_program_that_booted_it(number: signal.Signals, tmp_path: Path) -> None:
    """A killed `make test-kernel` leaves no kernel running."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", WATCHES], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as boots:
        assert boots.stdout is not None
        guest = int(boots.stdout.readline().split("|")[1])
        assert Path(f"/proc/{guest}").exists()
        boots.send_signal(number)
        assert boots.wait(10) == -number
    until_s = time.monotonic() + 10
    while Path(f"/proc/{guest}").exists() and time.monotonic() < until_s:
        time.sleep(0.02)
    assert not Path(f"/proc/{guest}").exists()


def test_what_a_killed_run_left_is_cleared_away_and_nothing_of_one_that_goes_on(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    mine, left = tmp_path / f"boot-{os.getpid()}-x", tmp_path / f"boot-{gone.pid}-x"
    for folder in (mine, left, tmp_path / "uml-0123"):
        folder.mkdir()
    clear_away(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([mine.name, "uml-0123"])
