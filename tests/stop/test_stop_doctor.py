"""Doctor drives relays and a motor too: whatever of it dies, the feed is dead within 100 ms as the world outside sees it.

Its program and the pin process are two. Also here: the whole of doctor over a world that can be plugged, and the gate that its
findings open and shut.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from stop_bench import Bench, bench_in_memory, wait_for
from stop_doctor import pins_in_memory
from stop_memory import Phase, Slot
from stop_writer import FOLDER, PROFILE

from bench.app.bench_session import BenchOrder, BenchSession, Ended
from bench.app.doctor import DoctorDocument, DoctorOrder, examine
from bench.app.doctor_person import DoctorPerson
from bench.app.panel_orders import BeatOrder, StartOrder
from bench.app.rigs import parse_rig
from bench.config import load_wiring
from bench.model.ceilings import MS
from bench.model.observations import Stop
from bench.store.doctor_state import DoctorState, Stage, doctor_path, read_doctor_state, write_doctor_state

ROOT = Path(__file__).parents[2]
WITHIN_MS = 100
PULSES = 5
COILS = (Slot.ENABLE, Slot.DRIVE_LOCK, Slot.DRIVE_UNLOCK)


@pytest.fixture
def wiring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reference rig's file without a hold button, under a name and in a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    text = (ROOT / "wiring" / "rpi-bench.toml").read_text()
    lines = [line for line in text.replace('name = "rpi-bench"', 'name = "stop-bench"').splitlines() if not line.startswith("hold = ")]
    path = tmp_path / "stop-bench.toml"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_in_memory(tmp_path) as made:
        yield made


def passed(wiring: Path, *stages: Stage) -> None:
    digest = sha256(wiring.read_bytes()).hexdigest()
    state = DoctorState(wiring_sha256=digest, utc="2026-11-25T10:00:00Z", stages=stages)
    write_doctor_state(doctor_path(load_wiring(wiring).name), state)


@pytest.mark.parametrize("phase", [Phase.INRUSH, Phase.MID_STROKE])
@pytest.mark.parametrize(
    ("whom", "number"),
    [("doctor", signal.SIGKILL), ("doctor", signal.SIGSTOP), ("doctor", signal.SIGINT), ("pins", signal.SIGKILL), ("pins", signal.SIGSTOP)],
)
def test_whatever_of_doctor_dies_in_stage_c_the_feed_is_dead_in_time(
    bench: Bench, wiring: Path, tmp_path: Path, whom: str, number: signal.Signals, phase: Phase
) -> None:
    """The act is the world's own, in the midst of the pulse; time runs from there to when the world last saw the feed alive.

    A pulse that doctor's own watch ended before the act (a busy machine) proves nothing, so that another one is begun.
    """
    passed(wiring, "A", "B")
    m = bench.memory
    m[Slot.PHASE] = phase
    if not any(_pulse(bench, wiring, tmp_path / f"pid-{n}", whom, number) for n in range(PULSES)):
        pytest.fail(f"{PULSES} pulses ended before {phase.name}")
    off_ms = (m[Slot.ALIVE_NS] - m[Slot.ACTED_NS]) / MS
    sys.stderr.write(f"{whom} {number.name} in {phase.name}: feed dead after {off_ms:.1f} ms\n")
    assert m[Slot.FEED] == 0
    assert 0 < off_ms <= WITHIN_MS, f"the world was {m[Slot.LATE_NS] / MS:.1f} ms late at worst"
    if whom == "doctor":
        assert [slot.name for slot in COILS if m[slot]] == [], "the pin process is left, and lowers every line"


def _pulse(bench: Bench, wiring: Path, pid_file: Path, whom: str, number: signal.Signals) -> bool:
    """Let doctor drive its pulse; return whether the act came in it. Leaves when a feed would have come back, with nobody alive."""
    m = bench.memory
    program = subprocess.Popen([sys.executable, str(FOLDER / "stop_doctor.py"), str(bench.path), str(wiring), str(pid_file)], cwd=ROOT)
    wait_for(lambda: pid_file.exists() and pid_file.read_text() != "", "doctor did not begin")
    pin = int(pid_file.read_text())
    try:
        m[Slot.ACT_ON], m[Slot.ACT_WITH], m[Slot.ACT] = program.pid if whom == "doctor" else pin, number, 1
        wait_for(lambda: m[Slot.ACTED_NS] != 0 or program.poll() is not None, "neither the act nor an end came")
        if not m[Slot.ACTED_NS]:
            return False
        until_ns = m[Slot.ACTED_NS] + (WITHIN_MS + 150) * MS
        wait_for(lambda: time.monotonic_ns() > until_ns, "time stands still")
        if (whom, number) == ("pins", signal.SIGSTOP):
            assert program.wait(10) != 0, "doctor ends a pin process that hangs, and says so"
        return True
    finally:
        program.send_signal(signal.SIGCONT)
        program.kill()
        program.wait()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pin, signal.SIGCONT)
        wait_for(lambda: not Path(f"/proc/{pin}").exists(), "the pin process outlives doctor")


class Hands:
    """Somebody who does what doctor says: plugs, buttons. `deaf`: what is not done."""

    def __init__(self, bench: Bench, deaf: str = "nothing") -> None:
        self._m, self._deaf = bench.memory, deaf
        self.said: list[str] = []

    def hear(self, text: str) -> None:
        self.said.append(text)
        for words, slot, value in (
            ("press the emergency stop now", Slot.ESTOP, 0), ("release the emergency stop", Slot.ESTOP, 1),
            ("unplug the motor", Slot.MOTOR_OUT, 1), ("plug the motor of a good lock in", Slot.MOTOR_OUT, 0),
        ):  # fmt: skip
            if text.startswith(words) and not text.startswith(self._deaf):
                self._m[slot] = value


def examined(bench: Bench, wiring: Path, hands: Hands) -> DoctorDocument:
    order = DoctorOrder(choice=parse_rig(str(wiring)), yes=True, command=pins_in_memory(bench.path, "calm"))
    return examine(order, say=hands.hear, person=DoctorPerson(hands.hear, yes=True))


def tried(bench: Bench, wiring: Path, out: Path, *, without_doctor: str | None = None) -> Ended:
    """Start a test on this rig and wait for its end."""
    session = BenchSession(
        BenchOrder(rig=str(wiring), out=out, command=pins_in_memory(bench.path, "person"), without_doctor=without_doctor)
    )
    try:
        session.start(StartOrder(profile=PROFILE))
        until_s = time.monotonic() + 30
        ended = session.ended(0.1)
        while ended is None and time.monotonic() < until_s:
            session.give(BeatOrder())
            ended = session.ended(0.1)
        assert ended is not None, "the run did not end"
        return ended
    finally:
        session.close()


def test_the_whole_of_doctor_goes_through_the_pin_process_and_opens_the_gate(bench: Bench, wiring: Path) -> None:
    hands = Hands(bench)
    document = examined(bench, wiring, hands)
    assert document.sound, [c for stage in document.stages for c in stage.checks if c.outcome == "fail"]
    assert [stage.stage for stage in document.stages] == ["A", "B", "C"]
    state = read_doctor_state(doctor_path("stop-bench"))
    assert state is not None
    assert state.has_passed(sha256(wiring.read_bytes()).hexdigest())
    assert bench.memory[Slot.FEED] == 0


def test_an_output_without_a_resistor_of_its_own_fails_stage_a(bench: Bench, wiring: Path) -> None:
    """Asked in the pin process, as all that touches a line is; what stands on it is not tried. A rig that opens slowly hangs not."""
    bench.memory[Slot.LOOSE], bench.memory[Slot.SLOW_MS] = 1, 1500
    document = examined(bench, wiring, Hands(bench))
    assert [(stage.stage, stage.passed) for stage in document.stages] == [("A", False)]
    failed = {check.name: check.text for check in document.stages[0].checks if check.outcome == "fail"}
    assert failed == {
        "pull-down of enable": "GPIO0 follows the internal pull: fit 10 kohm to its off level",
        "pull-down of drive_lock": "GPIO1 follows the internal pull: fit 10 kohm to its off level",
    }
    state = read_doctor_state(doctor_path("stop-bench"))
    assert state is not None
    assert state.stages == ()
    assert bench.memory[Slot.FEED] == 0


def test_a_motor_that_was_not_unplugged_fails_stage_b_and_stage_c_is_not_tried(bench: Bench, wiring: Path) -> None:
    document = examined(bench, wiring, Hands(bench, deaf="unplug"))
    assert [(stage.stage, stage.passed) for stage in document.stages] == [("A", True), ("B", False)]
    state = read_doctor_state(doctor_path("stop-bench"))
    assert state is not None
    assert state.stages == ("A",)


def test_a_proof_test_that_fails_shuts_the_gate_until_doctor_passes_again(bench: Bench, wiring: Path, tmp_path: Path) -> None:
    """DESIGN 6, ring 3: the pin process itself takes the pass away, when everything is off."""
    passed(wiring, "A", "B", "C")
    bench.memory[Slot.WELDED] = 2  # the enable contact is closed whatever its coil does
    ended = tried(bench, wiring, tmp_path / "runs")
    assert ended.kept is not None, ended.error
    assert ended.kept.judgement.document.verdict == "ERROR"
    why = next(line.detail for line in ended.kept.record.observations if isinstance(line, Stop))
    assert "feed " in why  # the proof test or the guard beside it, whichever looks first
    assert why.endswith("(in the proof test at the start)")
    bench.memory[Slot.WELDED] = 0
    again = tried(bench, wiring, tmp_path / "runs")
    assert again.kept is None
    assert "stages A, B, C have not passed for stop-bench" in (again.error or "")
