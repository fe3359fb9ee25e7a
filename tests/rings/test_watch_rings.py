"""The wire finder at a real rig: the pin process owns the pins, and no output is switched; before doctor passed, too."""

import ast
import contextlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gate_place import ROOT, Place, placed

from bench.app.judging import judge_record, load_run
from bench.app.panel_orders import FinishOrder, StopOrder
from bench.app.rigs import parse_rig
from bench.app.wire_at_rig import find_at_rig
from bench.app.wire_finder import WireOutcome, WireRequest
from bench.errors import BenchError
from bench.model.observations import Output, Stop
from bench.store.ledger import FileLedger

PROFILE = "qashqai-j11-rear-door"
SPEED = 10.0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with placed(tmp_path) as made:
        yield made


def watched(place: Place, wanted: Callable[[], FinishOrder | StopOrder | None], *, sim: str = "sim:wire_intermittent") -> WireOutcome:
    request = WireRequest(rig=parse_rig(str(place.path)), profile=PROFILE, seconds=9.0, out=place.out)
    heard: list[str] = []
    found = find_at_rig(
        request, heard=lambda line, _: heard.append(line), wanted=wanted, progress=lambda _: None, speed=SPEED,
        command=place.command(sim=sim),
    )  # fmt: skip
    assert len(heard) == sum(dropout.line != "door_bit" for dropout in found.dropouts), "each was told as it came"
    return found


def test_a_real_rig_is_watched_in_the_pin_process_and_nothing_is_switched(place: Place) -> None:
    """No stage of doctor has passed, for nothing moves; the record is judged and never passes a lock."""
    found = watched(place, lambda: None)
    assert len(found.dropouts) >= 3
    assert {"ajar"} <= set(found.watched)
    assert [int(pid) for pid in place.opened.read_text().split()] != [os.getpid()]
    record, profile = load_run(found.folder)
    assert not [line for line in record.observations if isinstance(line, Output | Stop)]
    assert {span.name for span in record.steps} == {"wiggle"}
    assert judge_record(record, profile).document.verdict == found.verdict != "PASS"


def test_a_tap_ends_it_and_stop_is_a_stop(place: Place) -> None:
    looks = itertools.count()
    assert watched(place, lambda: FinishOrder() if next(looks) > 3 else None, sim="sim").seconds < 9.0
    stopped = watched(place, lambda: StopOrder(detail="STOP in the test"), sim="sim")
    record, _ = load_run(stopped.folder)
    assert next(line.detail for line in record.observations if isinstance(line, Stop)).startswith("STOP in the test")
    assert stopped.verdict == "ABORTED"


def test_a_pin_process_that_is_killed_cuts_it_short_and_that_is_said(place: Place) -> None:
    def kill() -> None:
        records = list(place.out.glob("*/observations.jsonl"))
        if records and b'"wiggle"' in records[0].read_bytes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(place.opened.read_text()), signal.SIGKILL)

    found = watched(place, kill, sim="sim")
    assert "SIGKILL" in (found.stopped or "")
    assert found.verdict == "ABORTED"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 4)])
def test_ctrl_c_ends_the_watch_and_term_cuts_it_short(out: Path, number: signal.Signals, code: int) -> None:
    """As it is typed; with the exit code that a script sees."""
    command = [sys.executable, "-m", "bench", "wire", "--rig", "wiring/ci.toml", "--seconds", "60", "--out", str(out)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as typed:
        assert typed.stderr is not None
        assert "Bend the loom" in typed.stderr.readline()
        typed.send_signal(number)
        said, complained = typed.communicate(timeout=30)
    assert typed.returncode == code, complained
    assert "0 dropouts" in said
    assert ("cut short: SIGTERM" in complained) == (code == 4)


def test_while_a_test_holds_the_rig_no_watch_opens_it(place: Place) -> None:
    with FileLedger(place.ledger), pytest.raises(BenchError, match=f"in use by process {os.getpid()}"):
        watched(place, lambda: None)
    assert not place.was_opened
    assert not list(place.out.glob("*"))


def test_a_rig_on_drivers_is_watched_the_same_way(out: Path) -> None:
    """The plant behind mock pins, through the real pin process as it is typed."""
    request = WireRequest(rig=parse_rig("wiring/ci.toml:wire_intermittent"), profile=PROFILE, seconds=9.0, out=out)
    found = find_at_rig(request, heard=lambda *_: None, wanted=lambda: None, progress=lambda _: None, speed=20.0)
    assert found.dropouts
    assert found.verdict != "PASS"


def test_nobody_but_the_pin_process_opens_a_real_rig() -> None:
    """DESIGN 6, ring 2: only what that process is started with imports what opens pins."""
    importers = set()
    for path in (ROOT / "bench").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in {"bench.app.real_rig", "bench.rig.real", "bench.rig.lgpio_pins"}:
                importers.add(path.stem)
    assert importers == {"real", "real_rig", "pin_rigs", "pin_pulls"}
