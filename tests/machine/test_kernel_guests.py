"""What `make test-kernel` boots, on a machine that boots nothing: the commands that it builds, and what it says where it cannot."""

import os
import shlex

import pytest

from tests.kernel.__main__ import main
from tests.kernel.guests import GUESTS, NATIVE_MODULES, native, native_command, native_guest
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
    assert [guest.name for guest in GUESTS if guest.travels] == ["stops", "whole"]
    assert "not kernel_whole and not kernel_stops" in next(guest for guest in GUESTS if guest.name == "ports").tests[-1]
    assert len(NATIVE_MODULES) == 3
