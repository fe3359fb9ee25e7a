"""`lockbench dtc` against a body control module whose end of the line is the kernel's own ISO-TP, not a library's."""

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from simulated_bcm import Manner, SimulatedBcm

from tests.command_runs import ROOT, environment
from tests.kernel.traffic import CHANNEL, RawNode

REQUEST, RESPONSE = 0x745, 0x765
MANY = {f"A{n:05X}": 0x08 for n in range(0x60200, 0x60200 + 60)}
"""Sixty codes: 243 bytes, which take a first frame, flow control and 34 consecutive ones."""


class KernelBcm(SimulatedBcm):
    """The module of tests/dtc, which answers through an ISO-TP socket of the kernel. Closed by `close`."""

    def __init__(self, manner: Manner) -> None:
        self.manner, self.channel = manner, CHANNEL
        self.asked: list[bytes] = []
        self._session = 0
        self._over = threading.Event()
        self._line = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP)
        self._line.bind((CHANNEL, REQUEST, RESPONSE))
        self._line.settimeout(0.05)
        self._node = RawNode()
        self._threads = [threading.Thread(target=self._listen), threading.Thread(target=self._roll)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._line.close()
        self._node.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                request = self._line.recv(4095)
            except TimeoutError:
                continue
            self.asked.append(request)
            if not self.manner.is_silent:
                self._line.send(self.answer(request))

    def _roll(self) -> None:
        while not self._over.wait(0.02):
            if self.manner.speed_kmh is not None:
                self._node.send(0x280, bytes(4) + round(self.manner.speed_kmh * 100).to_bytes(2, "big") + bytes(2))


@pytest.fixture
def bcm() -> Iterator[KernelBcm]:
    made = KernelBcm(Manner(codes=dict(MANY), present=("A60200",)))
    yield made
    made.close()


def dtc(*words: str, cwd: Path) -> tuple[int, dict[str, Any] | None, str]:
    argv = [sys.executable, "-m", "bench", "dtc", *words, "-i", "socketcan", "-c", CHANNEL, "--json"]
    done = subprocess.run(argv, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_codes_that_take_many_frames_arrive_whole(bcm: KernelBcm, tmp_path: Path) -> None:
    code, document, err = dtc("read", "--allow-transmit", cwd=tmp_path)
    assert code == 1, err
    assert document is not None
    assert [entry["raw"].upper() for entry in document["codes"]] == list(MANY)
    assert bcm.asked[:2] == [b"\x10\xc0", b"\x19\x02\xff"]


def test_clearing_saves_the_codes_first_and_shows_what_is_back_at_once(bcm: KernelBcm, tmp_path: Path) -> None:
    _, document, err = dtc("clear", "--allow-transmit", cwd=tmp_path)
    assert document is not None, err
    assert [entry["raw"].upper() for entry in document["after"]] == ["A60200"]
    saved = json.loads(Path(tmp_path, document["saved"]).read_text())
    assert len(saved["codes"]) == len(MANY)


def test_a_moving_car_is_asked_nothing(bcm: KernelBcm, tmp_path: Path) -> None:
    bcm.manner.speed_kmh = 7.0
    code, document, err = dtc("read", "--allow-transmit", cwd=tmp_path)
    assert (code, document, bcm.asked) == (2, None, []), err
    assert "moves (7.0 km/h)" in err


def test_while_a_monitor_listens_nothing_is_sent(bcm: KernelBcm, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "bench", "monitor", "-i", "socketcan", "-c", CHANNEL, "--json"]
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as monitor:
        assert monitor.stdout is not None
        monitor.stdout.readline()
        code, _, err = dtc("read", "--allow-transmit", cwd=tmp_path)
        monitor.send_signal(signal.SIGINT)
        monitor.communicate(timeout=30)
    assert (code, bcm.asked) == (5, []), err
    assert "monitor" in err
