"""Under systemd the panel says when it answers, that its event loop turns, and that it ends; a loop that stands says nothing."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from panel_server import free_port, panel

from bench.web.under_systemd import notifier_of, told_to_systemd
from tests.command_runs import ROOT

PATIENCE_S = 20


class Manager:
    """systemd's end: a datagram socket and all that came in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(PATIENCE_S)

    def next(self) -> list[str]:
        """Wait for one datagram; return its lines."""
        return self._socket.recv(4096).decode().split("\n")

    def drained(self) -> int:
        """Return how many datagrams lie there, and take them."""
        self._socket.setblocking(False)
        count = 0
        try:
            while self._socket.recv(4096):
                count += 1
        except BlockingIOError:
            self._socket.settimeout(PATIENCE_S)
        return count

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    one = Manager(tmp_path / "notify")
    yield one
    one.close()


def test_a_panel_is_ready_once_it_answers_and_then_gives_signs_of_life(
    manager: Manager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(manager.path))
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    with panel(tmp_path / "runs") as client:
        assert manager.next()[0] == "READY=1"
        assert client.get("/healthz").status == 200
        assert [manager.next()[0] for _ in range(2)] == ["WATCHDOG=1"] * 2
        while manager.next() != ["WATCHDOG=1", "STATUS="]:  # the program at the rig is up: nothing to say
            pass
    seen = manager.next()
    while seen[0] == "WATCHDOG=1":
        seen = manager.next()
    assert seen == ["STOPPING=1"]
    assert not list(tmp_path.glob("*.key"))


def test_the_screen_at_the_rig_does_not_wait_for_the_access_point(tmp_path: Path) -> None:
    """192.0.2.1 is nobody's address (RFC 5737): named as an access point it may come later, else it is a mistake."""
    argv = [sys.executable, "-m", "bench", "panel", "--host", "192.0.2.1", "--port", str(free_port()), "--out", str(tmp_path / "runs")]
    refused = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert refused.returncode == 5
    assert "cannot serve on 192.0.2.1" in refused.stderr
    with panel(tmp_path / "runs", "--host", "192.0.2.1", "--access-point") as client:
        assert client.get("/healthz").status == 200


def test_a_loop_that_stands_says_nothing(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign of life from a thread of its own would hide exactly what the watchdog is for."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(manager.path))
    monkeypatch.setenv("WATCHDOG_USEC", "30000")

    async def stand_still() -> int:
        async with told_to_systemd(lambda: True, lambda: ""):
            while (await asyncio.to_thread(manager.next))[0] != "WATCHDOG=1":
                pass
            manager.drained()
            time.sleep(0.3)  # the loop must stand: thirty signs of life are due in that time
            return manager.drained()

    assert asyncio.run(stand_still()) == 0
    assert manager.next() == ["STOPPING=1"]


def test_nobody_is_told_before_the_server_has_started(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(manager.path))
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    started: list[bool] = []

    async def start() -> int:
        async with told_to_systemd(lambda: bool(started), lambda: "starting"):
            await asyncio.sleep(0.2)
            early = manager.drained()
            started.append(True)
            assert await asyncio.to_thread(manager.next) == ["READY=1", "STATUS=starting"]
            return early

    assert asyncio.run(start()) == 0


@pytest.mark.parametrize(
    ("environment", "watchdog_s"),
    [
        ({}, None), ({"WATCHDOG_USEC": "15000000"}, 15.0), ({"WATCHDOG_USEC": "0"}, None), ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": "12"}, None), ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": "77"}, 15.0),
    ],
)  # fmt: skip
def test_the_watchdog_is_the_one_of_this_process(environment: dict[str, str], watchdog_s: float | None) -> None:
    notifier = notifier_of({"NOTIFY_SOCKET": "/run/systemd/notify", **environment}, 77)
    assert notifier is not None
    assert notifier.watchdog_s == watchdog_s


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "relative"])
def test_where_nobody_listens_nothing_is_told(address: str) -> None:
    assert notifier_of({"NOTIFY_SOCKET": address}, 1) is None


def test_an_abstract_address_and_a_manager_that_has_gone_do_no_harm(tmp_path: Path) -> None:
    name = f"@lockbench-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name[1:]}")
        notifier = notifier_of({"NOTIFY_SOCKET": name}, 1)
        assert notifier is not None
        notifier.tell("READY=1", "STATUS=x")
        assert listening.recv(100) == b"READY=1\nSTATUS=x"
    gone = notifier_of({"NOTIFY_SOCKET": str(tmp_path / "gone")}, 1)
    assert gone is not None
    gone.tell("WATCHDOG=1")
    assert not (tmp_path / "gone").exists()
