"""`lockbench test` as a mechanic runs it: the program itself on a terminal of its own, and a person at it.

The person reads what the program asks for on that terminal, and does that and nothing else: moves the latch on the far side, says by
Enter that it is done, looks, answers y or n. The document comes on standard output, which is no terminal.
"""

import contextlib
import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.cli.bench_dialogue import PROMPTS, QUESTIONS
from tests.command_runs import ROOT, environment
from tests.kernel.far_side import Hand
from tests.kernel.kernel_rig import RIG, WITHOUT_DOCTOR

RUN_S: Final = 240.0
"""A whole test lasts about 100 s, the motor's minute of rest included."""
LOOK_S: Final = 0.05
_ASKED: Final = re.compile(r"^(?P<step>[a-z]+#\d+): (?P<text>.+?)( \[y/n, Enter: cannot say\])?$")
_ASKED_FIRST: Final = re.compile(r"^(?P<text>.+) \[y/n, Enter: cannot say\]$")
_KEYS: Final = {text: key for key, text in QUESTIONS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CliRun:
    """What one run left: its exit code, the document of `--json`, its folder, and all that stood on the terminal."""

    code: int
    document: dict[str, Any]
    folder: Path
    shown: str


class Person:
    """Sits at a terminal. `hand`: theirs, on the far side."""

    def __init__(self, terminal: int, hand: Hand) -> None:
        self._terminal, self._hand = terminal, hand
        self._rest = ""
        self._view: tuple[str, dict[str, Any]] = ("", {})
        self.shown = ""

    def attend(self, program: "subprocess.Popen[bytes]", until_s: float) -> None:
        """Do what is asked until the program is over; raises TimeoutError where that takes too long."""
        while program.poll() is None:
            if time.monotonic() > until_s:
                raise TimeoutError(f"lockbench test did not end within {RUN_S:g} s; on its terminal:\n{self.shown}")
            self._read()
        self._read()

    def _read(self) -> None:
        if not select.select([self._terminal], [], [], LOOK_S)[0]:
            return
        with contextlib.suppress(OSError):  # its other end was closed: all has been read
            self._rest += os.read(self._terminal, 4096).decode("utf-8", "replace")
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            self.shown += f"{line.rstrip()}\n"
            if asked := _ASKED.match(line.strip()):
                self._act(asked["step"], asked["text"])
            elif _ASKED_FIRST.match(line.strip()):
                self._type("")  # of the car around it a person who sees the lock alone knows nothing

    def _act(self, step: str, text: str) -> None:
        if text in (PROMPTS["hand close"], PROMPTS["hand open"]):
            self._move("close" if text == PROMPTS["hand close"] else "open")
            self._type("")
        elif text == PROMPTS["wiggle"]:
            self._hand.ask(do="hand", request="wiggle")
        elif text in (PROMPTS["clear"], PROMPTS["clear wiggle"], PROMPTS["reset"]):
            self._type("")
        elif text in _KEYS:
            seen = self._look(step).get(_KEYS[text])
            self._type("" if seen is None else "y" if seen else "n")

    def _move(self, request: str) -> None:
        self._hand.ask(do="hand", request=request)
        while self._hand.ask(do="moving")["moving"]:
            time.sleep(LOOK_S)

    def _look(self, step: str) -> dict[str, Any]:
        """Look once in a step, however many questions there are."""
        if self._view[0] != step:
            self._view = (step, self._hand.ask(do="hand", request="look"))
        return self._view[1]

    def _type(self, line: str) -> None:
        os.write(self._terminal, f"{line}\n".encode())


def whole_test(far: Path, out: Path, profile: str) -> CliRun:
    """Run `lockbench test` on the guest's rig from its start to its exit code; raises TimeoutError."""
    words = ["test", "--rig", RIG, "--profile", profile, "--out", str(out), "--json", "--without-doctor", WITHOUT_DOCTOR]
    ours, theirs = pty.openpty()
    hand = Hand(far)
    with tempfile.TemporaryFile() as document:
        program = subprocess.Popen(
            [sys.executable, "-m", "bench", *words], cwd=ROOT, env=environment(), stdin=theirs, stdout=document, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        person = Person(ours, hand)
        try:
            person.attend(program, time.monotonic() + RUN_S)
        finally:
            program.kill()
            program.wait()
            os.close(ours)
            hand.close()
        document.seek(0)
        text = document.read()
    assert text, f"no document; exit code {program.returncode}; on its terminal:\n{person.shown}"
    said: dict[str, Any] = json.loads(text)
    return CliRun(code=program.returncode, document=said, folder=out / said["run"], shown=person.shown)
