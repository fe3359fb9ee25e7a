"""The two processes of a real-time rig: a whole run, what is asked, what is refused, and what is left of a run that is stopped."""

import os
import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rings_person import Worker, order

from bench.app.judging_again import judge_paths
from bench.app.panel_orders import StartOrder, StopOrder
from bench.app.private_socket import OrderInbox, accept, listen, private_folder
from bench.errors import BenchError, PortError, UsageError
from bench.model.observations import Answer, Run, Stop
from bench.model.pin_news import Where
from tests.command_runs import ROOT


@pytest.fixture
def worker(out: Path) -> Iterator[Worker]:
    made = Worker(order(out, "sim:switch_stuck_closed"))
    yield made
    made.session.close()


def phases(worker: Worker, step: str) -> list[str]:
    return [place.phase for place in worker.places if place.step == step]


def test_a_whole_run_is_asked_for_turn_by_turn_and_leaves_its_folder(worker: Worker, out: Path) -> None:
    """Hands clear and a countdown before each driven group, and not within one; the folder judges again to the same verdict."""
    ended = worker.play(job="RO 4711", asked={"child_lock_off": True})
    assert ended.kept is not None, ended.error
    assert ended.kept.judgement.document.verdict == "FAIL"
    assert phases(worker, "lock#1")[:5] == ["drive", "clear", "countdown", "countdown", "drive"]
    assert "clear" not in phases(worker, "unlock#1")
    assert [p.step for p in worker.places if p.phase == "clear"] == ["lock#1", "wiggle#1"]
    assert next(p for p in worker.places if p.phase == "clear" and p.step == "wiggle#1").hand == "wiggle"
    again = next(judge_paths([ended.kept.folder]))
    assert again.judgement is not None
    assert again.judgement.document.probabilities == ended.kept.judgement.document.probabilities
    run = next(line for line in worker.lines if isinstance(line, Run))
    assert (run.job, run.rig) == ("RO 4711", "sim")
    assert [a.value for a in worker.lines if isinstance(a, Answer) and a.question == "child_lock_off"] == [True]
    assert {p.name for p in ended.kept.folder.iterdir()} >= {"observations.jsonl", "verdict.json", "report.html", "config"}


def test_the_same_pin_process_runs_one_test_after_the_other(out: Path) -> None:
    """A stopped run never goes on; the next one is a new one, over the same rig."""
    worker = Worker(order(out, "sim:motor_open"))

    def stop_at(place: Where) -> bool:
        if place.phase == "clear":
            worker.session.give(StopOrder(detail="STOP in the test"))
        return False

    worker.act = stop_at
    try:
        first = worker.play()
        pid = worker.session.pin_pid
        worker.act = lambda _: False
        second = worker.play()
    finally:
        worker.session.close()
    assert first.kept is not None
    assert first.kept.judgement.document.verdict == "ABORTED"
    stop = next(line for line in first.kept.record.observations if isinstance(line, Stop))
    assert (stop.reason, stop.detail) == ("operator", "STOP in the test (in lock#1)")
    assert second.kept is not None
    assert second.kept.judgement.document.verdict == "FAIL"
    assert worker.session.pin_pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)


def test_a_pin_process_that_was_killed_is_a_stop_and_the_next_run_has_a_new_one(worker: Worker) -> None:
    """Whoever kills it: the record says so, the verdict is ABORTED."""
    killed: list[int] = []

    def kill(place: Where) -> bool:
        if place.phase == "countdown" and not killed:
            killed.append(worker.session.pin_pid or 0)
            os.kill(killed[0], 9)
        return False

    worker.act = kill
    ended = worker.play()
    assert ended.kept is not None, ended.error
    assert ended.kept.judgement.document.verdict == "ABORTED"
    assert "SIGKILL" in next(line.detail for line in ended.kept.record.observations if isinstance(line, Stop))
    worker.act = lambda _: False
    assert worker.play().kept is not None
    assert worker.session.pin_pid not in (None, *killed)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ({"profile": "no-such-profile"}, "no-such-profile"),
        ({"profile": "dbc/qashqai-j11-rear-door.toml"}, "id of a profile"),
        ({"symptom": "sulks"}, "sulks"),
        ({"vin": "SHORT"}, "17"),
    ],
)
def test_what_cannot_begin_is_refused_at_once(worker: Worker, out: Path, start: dict[str, object], says: str) -> None:
    """One sentence, exit code 2, nothing on disk."""
    with pytest.raises(BenchError, match=re.escape(says)) as refused:
        worker.play(**start)
    assert refused.value.exit_code == 2
    assert not out.exists()


def test_what_the_pin_process_refuses_leaves_no_folder(worker: Worker, out: Path) -> None:
    """In a car the bench only listens: the refusal comes over there, before anything was opened."""
    ended = worker.play(scope="car")
    assert ended.kept is None
    assert "only listens" in str(ended.error)
    assert ended.exit_code == 2
    assert not list(out.iterdir())


def test_one_run_at_a_time(worker: Worker) -> None:
    """A second start is refused while the first goes on."""
    worker.session.start(StartOrder(profile="qashqai-j11-rear-door"))
    with pytest.raises(UsageError, match="one at a time"):
        worker.session.start(StartOrder(profile="qashqai-j11-rear-door"))


def test_only_its_own_parent_may_give_orders() -> None:
    """The folder is closed to others, the socket is of mode 0600, and a caller that is not the parent is sent away."""
    folder = private_folder()
    path = folder / "orders"
    server = listen(path)
    try:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        caller = f"import socket,sys; s=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET); s.connect({str(path)!r}); s.recv(1)"
        with subprocess.Popen([sys.executable, "-c", caller]) as stranger:
            with pytest.raises(PortError, match=f"only {os.getpid()}"):
                accept(server, parent=os.getpid(), timeout_s=20)
            assert stranger.wait(20) == 0
    finally:
        server.close()
        path.unlink()
        folder.rmdir()


@pytest.mark.parametrize(
    "packet",
    [
        b'{"order":"start","profile":"p","rig":"plant:os:system"}', b'{"order":"drive","role":"drive_lock"}',
        b'{"order":"stop","pin":16}', b'{"order":"ack","lines":1}', b"[]", b"\xff\xff", b"{" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_order_does_nothing(packet: bytes) -> None:
    """It is counted, and that is all."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        ours.settimeout(0)
        theirs.send(packet)
        inbox = OrderInbox(ours)
        assert inbox.take() == []
        assert inbox.refused == 1
        assert not inbox.has_ended
        theirs.close()
        assert inbox.take() == []
        assert inbox.has_ended


def test_when_the_writer_is_killed_the_pin_process_ends_by_itself(out: Path) -> None:
    """Its record stays readable, and is listed as ABORTED."""
    script = (
        "import sys; sys.path[:0] = ['tests/rings']\n"
        "from pathlib import Path\nfrom rings_person import Worker, order\nimport os, signal\n"
        "w = Worker(order(Path(sys.argv[1]), speed=1.0))\n"
        "def act(p):\n"
        "    if p.phase == 'clear':\n"
        "        print(w.session.pin_pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
        "w.act = act\nw.play()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(out)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    pid = int(done.stdout)
    until = time.monotonic() + 10
    while time.monotonic() < until and Path(f"/proc/{pid}").exists():
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()
    assert done.stderr == "", "with nobody left to tell, nothing is told: a person at that terminal would see a traceback"
    judged = next(judge_paths([next(out.iterdir())]))
    assert judged.judgement is not None, judged.error
    assert judged.judgement.document.verdict == "ABORTED"
