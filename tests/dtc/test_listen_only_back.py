"""Listen-only comes back after a diagnostic request: on leaving, on an error, and when the process is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.errors import PortError
from bench.rig.can_netlink import CanLink
from bench.rig.dtc_listen_only import Command, commands_for, shown, start_guardian, transmitting

LINK = CanLink(name="can0", kind="can", is_up=True, ctrlmode=2, bitrate=500_000)
ROOT = str(Path(__file__).parents[2])


class Kernel:
    """An interface and a stand-in for `ip` that both it and the guardian run; the mode is a file."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mode, self.told = folder / "mode", folder / "told"
        self.mode.write_text("on")
        self.told.write_text("")
        program = folder / "bin" / "ip"
        program.parent.mkdir()
        on, off = (f'*"listen-only {word}") echo {word} > {self.mode};;' for word in ("on", "off"))
        program.write_text(f'#!/bin/sh\necho "$@" >> {self.told}\ncase "$*" in {on} {off} esac\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    def read(self, _device: str) -> CanLink:
        mode = 2 if self.mode.read_text().strip() == "on" else 0
        return CanLink(name="can0", kind="can", is_up=True, ctrlmode=mode, bitrate=500_000)

    def is_on(self) -> bool:
        return self.mode.read_text().strip() == "on"


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(tmp_path, monkeypatch)


def test_the_commands_keep_the_bit_rate_and_take_the_interface_down_first() -> None:
    assert shown(commands_for(LINK, listen_only=True)) == (
        "ip link set can0 down && ip link set can0 type can bitrate 500000 listen-only on && ip link set can0 up"
    )


def test_it_is_off_inside_and_on_again_after(kernel: Kernel) -> None:
    with transmitting("can0", read=kernel.read) as was_switched:
        assert was_switched
        assert not kernel.is_on()
    assert kernel.is_on()
    assert kernel.told.read_text().splitlines()[-1] == "link set can0 up"


def test_it_is_on_again_after_an_error(kernel: Kernel) -> None:
    with pytest.raises(ZeroDivisionError), transmitting("can0", read=kernel.read):
        raise ZeroDivisionError
    assert kernel.is_on()


def test_an_interface_that_is_not_listen_only_is_left_alone(kernel: Kernel) -> None:
    kernel.mode.write_text("off")
    with transmitting("can0", read=kernel.read) as was_switched:
        assert not was_switched
    assert kernel.told.read_text() == ""


def test_without_root_nothing_is_sent_and_the_command_is_named(kernel: Kernel) -> None:
    def refused(_command: Command) -> int:
        return 2

    with pytest.raises(PortError, match="root is needed"), transmitting("can0", read=kernel.read, run=refused):
        raise AssertionError("must not be entered")
    assert kernel.is_on()


def test_a_way_back_that_failed_is_an_error_that_names_the_command(kernel: Kernel) -> None:
    def read(_device: str) -> CanLink:
        is_first = kernel.told.read_text() == ""
        return LINK if is_first else CanLink(name="can0", kind="can", is_up=True, ctrlmode=0)

    with pytest.raises(PortError, match="IS NOT LISTEN-ONLY ANY MORE; type: ip link"), transmitting("can0", read=read):
        pass


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_is_on_again_after_the_process_was_killed(kernel: Kernel, number: signal.Signals) -> None:
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from bench.rig.can_netlink import CanLink\n"
        "from bench.rig.dtc_listen_only import transmitting\n"
        "link = CanLink(name='can0', kind='can', is_up=True, ctrlmode=2, bitrate=500000)\n"
        "with transmitting('can0', read=lambda _: link):\n"
        "    print('off', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, ROOT], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"off\n"
        assert not kernel.is_on()
        os.kill(child.pid, number)
    deadline = time.monotonic() + 5
    while not kernel.is_on() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert kernel.is_on()


def test_the_guardian_does_not_die_of_a_signal_that_ends_its_parent(kernel: Kernel) -> None:
    guardian = start_guardian(commands_for(LINK, listen_only=True))
    kernel.mode.write_text("off")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(guardian.pid, number)
    guardian.communicate(timeout=5)
    assert guardian.returncode == 0
    assert kernel.is_on()
