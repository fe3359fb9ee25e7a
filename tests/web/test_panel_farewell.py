"""The panel ends when it is told to: in order, with a word, and with 0, for that was no failure."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from panel_server import Client, free_port

from tests.command_runs import ROOT


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_a_farewell_and_no_complaint(tmp_path: Path, told: signal.Signals) -> None:
    """While a test is armed and a screen is there; nothing is left behind, and --pair finds no panel any more."""
    port = free_port()
    settings = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "bench", "panel", "--rig", "sim", "--out", str(tmp_path / "runs"), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=settings, stderr=subprocess.PIPE, text=True) as panel:
        try:
            client = Client(port, panel.pid)
            client.wait_up()
            client.get("/")
            client.post("/lock", {"profile": "qashqai-j11-rear-door"})
            client.post("/start", {})
            panel.send_signal(told)
            _, said = panel.communicate(timeout=20)
        finally:
            panel.kill()
    assert panel.returncode == 0
    assert said.splitlines()[1:] == ["the panel has ended"]
    assert not list(tmp_path.glob("*.key"))
