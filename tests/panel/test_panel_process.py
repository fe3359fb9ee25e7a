"""The process beside the panel: what it may be told, what it tells, and when it stops."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from panel_dialogue import Dialogue, State

from bench.app.panel_orders import Order
from bench.config import load_profile
from bench.web.edited import profile_ref, save_limits


@pytest.fixture
def dialogue(out: Path) -> Iterator[Dialogue]:
    talk = Dialogue("sim:switch_stuck_closed", out)
    yield talk
    talk.close()


def test_a_whole_test_is_asked_for_step_by_step_and_leaves_its_folder(dialogue: Dialogue, out: Path) -> None:
    """Armed before anything, hands clear before each driven group, a question after each step, a verdict at the end."""
    states = dialogue.play(job="RO 4711", asked={"child_lock_off": True})
    phases = [s["phase"] for s in states]
    assert phases[1] == "armed"
    assert phases[-1] == "done"
    assert states[-1]["verdict"] == "FAIL"
    first_drive = phases.index("drive")
    assert phases[first_drive - 3 : first_drive] == ["clear", "countdown", "countdown"]
    assert [s["step"] for s in states if s["phase"] == "clear"] == ["lock#1", "wiggle#1"]
    run = out / states[-1]["run"]
    assert {p.name for p in run.iterdir()} >= {"observations.jsonl", "verdict.json", "report.html"}
    assert len(states[-1]["over"]) == len(states[-1]["plan"])
    lines = (run / "observations.jsonl").read_text(encoding="utf-8")
    assert '"child_lock_off"' in lines


@pytest.mark.parametrize(("extent", "runs"), [("adaptive", False), pytest.param("margin", True, marks=pytest.mark.slow)])
def test_a_shorter_or_longer_procedure_is_planned_and_carried_out(out: Path, extent: str, runs: bool) -> None:
    """Until a fault is certain: steps of the plan are left out. With lower voltages: the rungs are planned, and driven."""
    talk = Dialogue("sim:switch_stuck_closed", out, speed=50)
    try:
        states = talk.play(lambda _: False, **{extent: True})
    finally:
        talk.close()
    plan, over = states[-1]["plan"], [s["step"] for s in states[-1]["over"]]
    assert states[-1]["verdict"] == "FAIL"
    assert any(step.startswith("margin#") for step in plan) is runs
    assert set(over) <= set(plan)
    assert (len(over) == len(plan)) is runs


def test_a_stop_ends_the_run_wherever_it_stands(dialogue: Dialogue, out: Path) -> None:
    """In the middle of a drive: the record says who stopped it, the verdict is ABORTED."""

    def act(state: State) -> bool:
        if state["phase"] == "drive":
            dialogue.give(order="stop")
        return False

    last = dialogue.play(act)[-1]
    assert (last["phase"], last["verdict"]) == ("done", "ABORTED")
    assert '"reason":"operator","detail":"STOP on the panel' in (out / last["run"] / "observations.jsonl").read_text(encoding="utf-8")


def test_stop_before_the_release_leaves_nothing_but_an_idle_rig(dialogue: Dialogue, out: Path) -> None:
    def act(state: State) -> bool:
        if state["phase"] == "armed":
            dialogue.give(order="stop")
            return True
        return False

    assert dialogue.play(act)[-1]["phase"] == "idle"
    assert not out.exists()


def test_no_beat_while_driving_stops_and_between_drives_only_pauses(out: Path) -> None:
    """At the speed of the wall a wiggle drives for 2.5 s: the screen is lost in it. Before a drive it is only waited for."""
    talk = Dialogue("sim", out, speed=2)
    lost = []

    def act(state: State) -> bool:
        if state["phase"] == "ask" and state["step"] == "close#1":
            talk.beats = False
            time.sleep(1.2)
        if state["phase"] == "paused":
            lost.append(state["step"])
            talk.beats = True
        if state["phase"] == "wiggle":
            talk.beats = False
        return False

    try:
        last = talk.play(act)[-1]
    finally:
        talk.close()
    assert lost == ["lock#1"]
    assert last["verdict"] == "ABORTED"
    assert "no beat for 1 s" in (out / last["run"] / "observations.jsonl").read_text(encoding="utf-8")


def test_when_the_panel_goes_away_the_run_stops_and_says_so(dialogue: Dialogue, out: Path) -> None:
    def act(state: State) -> bool:
        if state["phase"] == "drive" and dialogue.process.stdin is not None:
            dialogue.process.stdin.close()
        return False

    assert dialogue.play(act)[-1]["verdict"] == "ABORTED"
    dialogue.process.wait(20)
    assert dialogue.process.returncode == 0


@pytest.mark.parametrize(
    "line",
    [
        b'{"order":"start","profile":"p","rig":"plant:os:system"}', b'{"order":"drive","role":"drive_lock"}', b'{"order":"stop","pin":16}',
        b'{"order":"start"}', b"[]", b"\xff\xff",
    ],
)  # fmt: skip
def test_what_is_no_order_is_refused(line: bytes) -> None:
    """No rig, pin, role or module can be named."""
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        msgspec.json.decode(line, type=Order)


def test_a_rig_in_real_time_is_run_by_two_processes_and_shown_the_same(out: Path) -> None:
    """The pin process waits for the same orders; its steps are judged when the run is over."""
    talk = Dialogue("wiring/ci.toml:motor_open", out, speed=10)
    try:
        states = talk.play(job="RO 4712")
    finally:
        talk.close()
    assert (states[-1]["phase"], states[-1]["verdict"]) == ("done", "FAIL")
    assert [s["step"] for s in states if s["phase"] == "clear"] == ["lock#1", "wiggle#1"]
    assert len(states[-1]["over"]) == len(states[-1]["plan"])
    assert (out / states[-1]["run"] / "verdict.json").exists()


def test_limits_that_the_workshop_edited_are_used_on_a_rig_in_real_time_too(out: Path, tmp_path: Path) -> None:
    """They are a file, and a run there is started by an id: the pin process is told of the file before."""
    shipped = load_profile("qashqai-j11-rear-door")
    limit = shipped.limits["inrush_a"]
    save_limits(tmp_path, shipped, {"inrush_a": (limit.low, limit.high * 1.5)})
    talk = Dialogue("wiring/ci.toml", out, speed=10)

    def stop_when_it_runs(state: State) -> bool:
        if state["phase"] == "hand":
            talk.give(order="stop")
        return False

    try:
        states = talk.play(stop_when_it_runs, profile=profile_ref(tmp_path, shipped.id))
    finally:
        talk.close()
    assert (states[-1]["phase"], states[-1]["verdict"]) == ("done", "ABORTED")
    kept = [path.read_text(encoding="utf-8") for path in (out / states[-1]["run"] / "config").glob("*.toml")]
    assert any("changed on the panel" in text for text in kept)
