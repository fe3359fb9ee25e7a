"""What a hostile network or folder may put before the panel: STOP gets through all the same."""

import os
import socket
from pathlib import Path

import pytest
from panel_server import panel

from tests.command_runs import lockbench


def test_stop_gets_through_a_flood_of_connections_that_ask_nothing(tmp_path: Path) -> None:
    """Neither open connections nor half requests by the hundred use up the room that STOP needs."""
    with panel(tmp_path / "runs") as client:
        held = [socket.create_connection(("127.0.0.1", client.port), timeout=5) for _ in range(260)]
        for one in held[::2]:
            one.send(b"GET / HTTP/1.1\r\n")
        try:
            answer = client.post("/stop", {})
            assert (answer.status, answer.headers["location"]) == (303, "/stopped")
        finally:
            for one in held:
                one.close()


def test_a_fifo_or_a_giant_in_a_run_folder_does_not_hold_up_the_panel(tmp_path: Path) -> None:
    """The list leaves such folders out, and STOP is answered after it."""
    runs = tmp_path / "runs"
    for name in ("verdict.json", "observations.jsonl", "report.html"):
        folder = runs / f"2026-01-01T00-00-00Z-{name[:3]}"
        folder.mkdir(parents=True)
        os.mkfifo(folder / name)
    giant = runs / "2026-01-01T00-00-00Z-giant"
    giant.mkdir()
    with (giant / "verdict.json").open("wb") as file:
        file.truncate(1 << 31)
    with panel(runs) as client:
        assert client.get("/runs").status == 200
        assert client.get("/report/2026-01-01T00-00-00Z-rep").status == 404
        assert client.post("/stop", {}).status == 303


def test_a_flood_of_stop_is_answered_each_time_and_fills_no_disk(tmp_path: Path) -> None:
    """Every STOP is an order; the audit keeps a line a second and address."""
    runs = tmp_path / "runs"
    with panel(runs) as client:
        assert {client.post("/stop", {}).status for _ in range(60)} == {303}
    lines = [line for line in (runs / "panel-audit.jsonl").read_text().splitlines() if '"STOP"' in line]
    assert 1 <= len(lines) <= 20


@pytest.mark.parametrize("rig", ["sim:NOSUCH", "smi", "sim:motor_weak@7", "plant:only"])
def test_a_rig_that_does_not_exist_is_refused_before_the_page_is_served(rig: str) -> None:
    lockbench("panel", "--rig", rig).refused("--rig")
