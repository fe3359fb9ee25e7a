"""A person at the panel's process: answers every prompt as the simulated hand saw it, and keeps what was told."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tests.command_runs import ROOT

SECONDS = 60
State = Mapping[str, Any]


class Dialogue:
    """One process at a simulated rig, at ten times the speed of the wall unless told."""

    def __init__(self, rig: str, out: Path, *, speed: float = 10) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.app.panel_process", rig, str(out), str(speed), "0"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._limit = threading.Timer(SECONDS, self.process.kill)
        self._limit.start()
        self.beats = True
        self._over = threading.Event()
        threading.Thread(target=self._beat, daemon=True).start()

    def _beat(self) -> None:
        while not self._over.wait(0.2):
            if self.beats:
                self.give(order="beat")

    def give(self, **order: object) -> None:
        """Give an order; one to a process that has ended is lost."""
        pipe = self.process.stdin
        assert pipe is not None
        try:
            pipe.write(msgspec.json.encode(order) + b"\n")
            pipe.flush()
        except (BrokenPipeError, ValueError):
            return

    def news(self) -> Iterator[State]:
        """Yield all that is told."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield msgspec.json.decode(line)

    def play(self, act: Callable[[State], bool] = lambda _: False, **start: object) -> list[State]:
        """Start a test and go through it; `act` may take over a state. Return every state until the run has ended."""
        states: list[State] = []
        for state in self.news():
            if state["news"] != "state":
                continue
            states.append(state)
            if len(states) > 1 and state["phase"] in ("done", "failed", "idle"):
                return states
            if not act(state):
                self._answer(state, start)
        return states

    def _answer(self, state: State, start: Mapping[str, object]) -> None:
        match state["phase"]:
            case "idle":
                self.give(order="start", **{"profile": "qashqai-j11-rear-door", **start})
            case "armed" | "clear":
                self.give(order="clear", step=state["step"] or state["phase"])
            case "hand":
                self.give(order="done", step=state["step"])
            case "ask":
                self.give(order="answer", step=state["step"], answers=state["seen"])
            case _:
                pass

    def close(self) -> None:
        """End the process as the panel would: by going away."""
        self._over.set()
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(20)
        finally:
            self._limit.cancel()
            self.process.kill()
            if self.process.stdout is not None:
                self.process.stdout.close()
