"""`lockbench monitor` on the kernel's bus, as the command that people type: events, recording, and no frame lost at any rate."""

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command_runs import ROOT, environment
from tests.kernel.traffic import CHANNEL, CLOSED, OPEN, RawNode, flood

FLOOD_FRAMES = 60_000
IDLE_TICKS = 6
"""Of 10 ms each, in half a second."""


class LiveMonitor:
    """One monitor as a process of its own; its events as they came."""

    def __init__(self, *more: str) -> None:
        words = [sys.executable, "-m", "bench", "monitor", "-i", "socketcan", "-c", CHANNEL, "--json", *more]
        self._process = subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.events: list[dict[str, Any]] = []
        self._next()

    def _next(self) -> None:
        """Wait for the first event: then it listens."""
        assert self._process.stdout is not None
        self.events.append(json.loads(self._process.stdout.readline()))

    def rest(self, limit_s: float = 60) -> None:
        """Wait until it has nothing to do: its CPU time stands (a few ticks a second are its turns)."""
        until, before = time.monotonic() + limit_s, self._ticks()
        while time.monotonic() < until:
            time.sleep(0.5)
            now = self._ticks()
            if now - before <= IDLE_TICKS:
                return
            before = now

    def _ticks(self) -> int:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def end(self, number: int = signal.SIGINT, limit_s: float = 60) -> tuple[int, dict[str, Any], str]:
        """Send a signal; return exit code, summary and stderr."""
        self._process.send_signal(number)
        out, err = self._process.communicate(timeout=limit_s)
        self.events += [json.loads(line) for line in out.splitlines()]
        return self._process.returncode, self.events[-1], err

    def kill(self) -> None:
        """Whatever became of the test."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


Open = Callable[..., LiveMonitor]


@pytest.fixture
def monitor() -> Iterator[Open]:
    made: list[LiveMonitor] = []

    def opened(*more: str) -> LiveMonitor:
        made.append(LiveMonitor(*more))
        return made[-1]

    yield opened
    for each in made:
        each.kill()


def doors(node: RawNode, story: str, period_s: float = 0.1) -> None:
    """The body control module tells a door's state every `period_s`: C closed, O open."""
    for state in story:
        node.send(0x60D, OPEN if state == "O" else CLOSED)
        time.sleep(period_s)


def test_doors_are_told_as_they_move_and_the_recording_holds_every_frame(monitor: Open, tmp_path: Path) -> None:
    log = tmp_path / "drive.log"
    live = monitor("--log", str(log))
    node = RawNode()
    doors(node, "CCCCCOOOOOOOOOOCCCCCCCCCC")
    node.close()
    time.sleep(0.3)
    code, summary, err = live.end()
    assert (code, summary["frames"], summary["dropped"]) == (0, 25, 0), err
    moved = [move["to"] for move in summary["doors"]["rear_left"]["transitions"]]
    assert moved == ["open", "closed"]
    recorded = [line.split()[2] for line in log.read_text().splitlines() if line.startswith("(")]
    assert len(recorded) == 25
    assert recorded[0] == "60D#" + CLOSED.hex().upper()


def test_a_recording_is_read_back_by_analyze_as_the_monitor_told_it(monitor: Open, tmp_path: Path) -> None:
    log = tmp_path / "drive.log"
    live = monitor("--log", str(log))
    node = RawNode()
    doors(node, "C" * 10 + "OCOCOCOCOCOC" + "C" * 10, period_s=0.05)
    node.close()
    time.sleep(0.3)
    code, summary, err = live.end(signal.SIGTERM)
    found = [finding["id"] for finding in summary["findings"]]
    assert (code, found) == (1, ["door_chatter"]), err
    words = [sys.executable, "-m", "bench", "analyze", str(log), "--json"]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    (file,) = json.loads(done.stdout)["files"]
    assert (done.returncode, file["frames"], [f["id"] for f in file["findings"]]) == (1, summary["frames"], found)
    theirs = [(t["to"], round(t["t_s"], 2)) for t in summary["doors"]["rear_left"]["transitions"]]
    ours = [(t["to"], round(t["t_s"], 2)) for t in file["doors"]["rear_left"]["transitions"]]
    assert [to for to, _ in ours] == [to for to, _ in theirs]


def test_no_frame_is_lost_at_the_highest_rate_that_this_guest_can_generate(monitor: Open, tmp_path: Path) -> None:
    log = tmp_path / "flood.log"
    live = monitor("--log", str(log))
    rate = flood(FLOOD_FRAMES)
    sender = resource.getrusage(resource.RUSAGE_CHILDREN)
    live.rest()
    _, summary, err = live.end()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    us = ((after.ru_utime + after.ru_stime) - (sender.ru_utime + sender.ru_stime)) / FLOOD_FRAMES * 1e6
    lost = FLOOD_FRAMES - summary["frames"]
    print(f"\nNUMBER frames lost at {rate:.0f} frames/s, the most that this guest can generate: {lost} of {FLOOD_FRAMES}")
    print(f"NUMBER CPU of the live monitor a frame, recording and start-up included: {us:.1f} us")
    assert (summary["frames"], summary["dropped"]) == (FLOOD_FRAMES, 0), err
    recorded = [line.rsplit("#", 1)[1] for line in log.read_text().splitlines() if line.startswith("(")]
    assert recorded == [n.to_bytes(8, "big").hex().upper() for n in range(FLOOD_FRAMES)]


def test_the_monitor_sends_nothing(monitor: Open) -> None:
    """The kernel counts what goes out on an interface: what the node sent, and nothing else."""
    sent = Path("/sys/class/net", CHANNEL, "statistics", "tx_packets")
    live, node = monitor(), RawNode()
    before = int(sent.read_text())
    doors(node, "CCCCC")
    node.close()
    code, summary, err = live.end()
    assert (code, summary["frames"]) == (0, 5), err
    assert int(sent.read_text()) - before == 5
