"""DESIGN 3.1, 3.3 and 6: a signal in the middle of a real-time run ends it with outputs off, exit code 4, and a whole record."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command_runs import ROOT, environment, lockbench

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def under_way(out: Path) -> bool:
    """Has a drive begun, by the record on disk?"""
    return any(b'"drive_lock","energised":true' in path.read_bytes() for path in out.glob("*/observations.jsonl"))


def started(out: Path) -> subprocess.Popen[bytes]:
    """Begin a test over the CI rig, in real time."""
    argv = [sys.executable, "-m", "bench", "test", "--rig", "wiring/ci.toml", "--out", str(out), "--json"]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)


def wait_for_drives(runs: list[Path]) -> None:
    until = time.monotonic() + 40
    while not all(under_way(out) for out in runs):
        assert time.monotonic() < until, "no run got as far as a drive"
        time.sleep(0.05)


def test_a_signal_in_mid_run_aborts_it_with_a_readable_folder(tmp_path: Path) -> None:
    """INT, TERM and HUP, three runs side by side, each hit once its lock is driven."""
    outs = [tmp_path / number.name for number in SIGNALS]
    running = [started(out) for out in outs]
    try:
        wait_for_drives(outs)
        for process, number in zip(running, SIGNALS, strict=True):
            process.send_signal(number)
        said = [process.communicate(timeout=30) for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    for process, number, (stdout, stderr), out in zip(running, SIGNALS, said, outs, strict=True):
        assert process.returncode == 4, stderr
        assert b"Traceback" not in stderr
        document = json.loads(stdout)
        assert document["verdict"] == "ABORTED"
        assert number.name in document["reason"]
        folder = next(out.iterdir())
        assert json.loads((folder / "verdict.json").read_bytes()) == document
        lines = [json.loads(line) for line in (folder / "observations.jsonl").read_bytes().splitlines()]
        assert lines[-1]["kind"] == "stop"
        assert lines[-1]["reason"] == "signal"
        state = {line["role"]: line["energised"] for line in lines if line["kind"] == "output"}
        assert not any(state.values())
        again = lockbench("judge", "--json", folder)
        assert again.code == 4
        assert again.document["probabilities"] == document["probabilities"]


def test_a_killed_run_is_readable_to_its_last_line(tmp_path: Path) -> None:
    """KILL leaves no time for anything: the lines that were seen are there all the same."""
    process = started(tmp_path)
    try:
        wait_for_drives([tmp_path])
    finally:
        process.kill()
        process.communicate()
    folder = next(tmp_path.iterdir())
    said = lockbench("judge", "--json", folder)
    assert said.code == 4
    assert said.document["verdict"] == "ABORTED"
    assert not (folder / "verdict.json").exists()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_before_or_after_a_run_shows_no_traceback(number: signal.Signals) -> None:
    """While a command only writes its answer, a signal ends it quietly, even when its reader goes away in the same moment."""
    argv = [sys.executable, "-m", "bench", "faults", "--json"]
    reader, writer = os.pipe()  # a full pipe that nobody reads: the command hangs in its output
    os.write(writer, bytes(fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ)))
    process = subprocess.Popen(argv, cwd=ROOT, env=environment(), stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    try:
        time.sleep(0.6)
        process.send_signal(number)
        os.close(reader)
        _, stderr = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert b"Traceback" not in stderr
    assert process.returncode in {4, -number, 128 + number}
