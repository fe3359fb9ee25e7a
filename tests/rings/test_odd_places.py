"""Places in which a program that moves metal may find itself: closed streams, state files that are none, a pin process that hangs."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gate_place import Place, placed
from rings_person import Worker

from bench.app import writer
from bench.app.bench_session import BenchOrder
from bench.app.panel_orders import StartOrder
from bench.errors import PortError
from bench.store.doctor_state import doctor_path
from bench.store.ledger import FileLedger
from tests.command_runs import DOOR, ROOT, environment


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with placed(tmp_path) as made:
        yield made


@pytest.mark.parametrize(("rig", "closed"), [("sim", "1>&-"), ("sim", "2>&-"), ("wiring/ci.toml", "0<&- 1>&- 2>&-")])
def test_closed_streams_change_no_verdict_and_are_nobody_else_s_files(out: Path, rig: str, closed: str) -> None:
    """A service or a cron line may close them: what is opened then gets their numbers, and would be written into by libraries."""
    command = f'"{sys.executable}" -m bench test --rig {rig}:motor_open --profile {DOOR} --adaptive --answers none --out "{out}"'
    done = subprocess.run(
        ["sh", "-c", f"exec {command} {closed}"], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "internal error" not in done.stderr
    (folder,) = out.iterdir()
    assert (folder / "verdict.json").exists()
    assert all(line.startswith(b'{"kind":') for line in (folder / "observations.jsonl").read_bytes().splitlines())
    if "1>&-" in closed:
        assert done.stdout == ""
    elif "2>&-" in closed:
        assert "proof test" not in done.stdout, "what is meant for people is no part of the answer"


def fifo(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def test_a_doctor_s_state_that_is_a_pipe_is_no_pass_and_nothing_waits_for_it(place: Place) -> None:
    fifo(doctor_path(place.name))
    ended = place.tried()
    assert ended.kept is None
    assert "doctor has not passed" in (ended.error or "")
    assert not place.was_opened


@pytest.mark.parametrize("unreadable", [fifo, lambda path: path.write_bytes(b"\0" * 5000), lambda path: path.write_bytes(b"{")])
def test_a_count_that_cannot_be_read_asks_for_the_whole_rest(place: Place, unreadable: Callable[[Path], None]) -> None:
    unreadable(place.ledger)
    with FileLedger(place.ledger) as ledger:
        assert 55e9 < ledger.rest_needed_ns(0) <= 60e9
    assert place.ledger.is_file(), "and the next program can read it"


def test_a_pin_process_that_hangs_before_the_first_line_is_ended_and_said(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chip or a bus that blocks while it is opened: nobody waits for ever at a screen, and nothing is left behind."""
    monkeypatch.setattr(writer, "OPEN_S", 1.0)
    hangs = tmp_path / "hangs.py"
    hangs.write_text(
        "import sys, time\nfrom bench.app.pin_process import main\n"
        "def opener(*_):\n    time.sleep(300)\n"
        "sys.exit(main(sys.argv[1:], opener=opener, real=False))\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    worker = Worker(BenchOrder(rig="sim", out=place.out, command=(sys.executable, str(hangs))))
    try:
        worker.session.start(StartOrder(profile=DOOR))
        pid = worker.session.pin_pid
        ended = worker.session.ended(30)
    finally:
        worker.session.close()
    assert ended is not None
    assert ended.kept is None
    assert "hangs" in (ended.error or "")
    until_s = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until_s:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()
    assert not list(place.out.iterdir())


@pytest.mark.parametrize(("dies", "says"), [("kill -TERM $$", "was killed by SIGTERM before it was ready"), ("exit 1", "ended with 1")])
def test_a_pin_process_that_dies_at_once_is_named_with_how(place: Place, dies: str, says: str) -> None:
    worker = Worker(BenchOrder(rig="sim", out=place.out, command=("sh", "-c", dies)))
    with pytest.raises(PortError, match=re.escape(says)):
        worker.session.start(StartOrder(profile=DOOR))
    assert not place.out.exists()
