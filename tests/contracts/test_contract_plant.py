"""DESIGN 3.5: any outside plant runs; a broken one is named; and the bench keeps its own side of the contract."""

import json
from pathlib import Path

import pytest
from odd_plants import Watching

from bench.model.names import FAULTS
from tests.command_runs import DOOR, ROOT, Run, RunShelf, lockbench

MOVING_NS = 1_000_000


@pytest.fixture(autouse=True)
def from_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plants are imported from the current folder, as a user's are."""
    monkeypatch.chdir(ROOT)


def other(shelf: RunShelf, name: str) -> Run:
    """Return the run of a lock of the other make."""
    return shelf.get(f"plant:tests.plants.other_lock:{name}")


@pytest.mark.parametrize("name", ["healthy", "weak_motor", "welded_switch"])
def test_another_make_of_lock_runs_through_the_same_engine(shelf: RunShelf, name: str) -> None:
    """No lock switch, no CAN: the run is whole, has no line of a role that is not fitted, and the bus is said to be silent."""
    run = other(shelf, name)
    lines = run.lines()
    assert run.said.code in (0, 1, 3)
    assert lines[-1]["kind"] == "end"
    assert {line["role"] for line in lines if line["kind"] == "input"} == {"ajar", "estop"}
    assert not [line for line in lines if line["kind"] == "can"]
    assert lines[0]["rig"] == f"plant:tests.plants.other_lock:{name}"
    assert "bcm_stuck" in run.document["not_tested"]


def test_a_good_lock_of_the_other_make_is_not_called_faulty(shelf: RunShelf) -> None:
    run = other(shelf, "healthy")
    assert run.document["verdict"] != "FAIL"
    assert run.document["probabilities"]["healthy"] > max(run.document["probabilities"][f] for f in FAULTS)


def test_the_other_makes_welded_switch_is_found(shelf: RunShelf) -> None:
    run = other(shelf, "welded_switch")
    assert run.document["verdict"] == "FAIL"
    assert "switch_stuck_closed" in run.document["diagnoses"][0]["group"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tests.plants.other_lock:raises", ("RuntimeError", "no such lock on the shelf", "when it was made")),
        ("odd_plants:Unmakeable", ("RuntimeError", "no such lock on the shelf", "when it was made")),
        ("odd_plants:Handless", ("operator",)),
    ],
)
def test_a_plant_that_cannot_be_made_is_named_before_anything_is_written(name: str, words: tuple[str, ...], out: Path) -> None:
    lockbench("test", "--rig", f"plant:{name}", "--out", out).refused(name, *words, code=5)
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raises_in_advance", ("advance", "ZeroDivisionError", "the world came to an end", "1.5")),
        ("raises_in_operator", ("operator('close')", "LookupError", "nobody is here", "close#1")),
        ("nan_current", ("current_a", "nan", "finite")),
        ("endless_voltage", ("bus_v", "inf", "finite")),
        ("nan_supply", ("supply_v", "nan", "finite")),
        ("level_of_three", ("ajar", "3", "0 or 1")),
        ("edge_of_tomorrow", ("edge", "inside this step")),
        ("edge_of_yesterday", ("edge", "inside this step")),
        ("fat_frame", ("frame 0x60d", "8 bytes")),
        ("no_world", ("dict", "World")),
    ],
)
def test_a_plant_that_breaks_in_mid_run_is_an_error_on_record(shelf: RunShelf, name: str, words: tuple[str, ...]) -> None:
    """The stop names plant, field, value and time; outputs are off; what was recorded before is kept and judged as ERROR."""
    run = shelf.get(f"plant:odd_plants:{name}")
    lines = run.lines()
    stop = lines[-1]
    assert run.said.code == 5
    assert run.document["verdict"] == "ERROR"
    assert "Traceback" not in run.said.err
    assert "internal error" not in run.said.err
    assert stop["kind"] == "stop"
    assert stop["reason"] == "error"
    for word in words:
        assert word in stop["detail"]
        assert word in run.document["reason"]
    assert len([line for line in lines if line["kind"] == "current"]) > 5
    state = {line["role"]: line["energised"] for line in lines if line["kind"] == "output"}
    assert state
    assert not any(state.values())
    assert (run.folder / "report.html").exists()


def test_a_plant_that_leaves_is_no_pass(out: Path) -> None:
    """Whatever it wants to exit with, the answer is exit code 5, and what was recorded is there."""
    said = lockbench("test", "--rig", "plant:odd_plants:leaves", "--out", out, "--json")
    folder = next(out.iterdir())
    assert said.code == 5
    assert "Traceback" not in said.err
    assert lockbench("judge", "--json", folder).code == 5


@pytest.mark.parametrize(("name", "words"), [("odd_module:x", ("ZeroDivisionError",)), ("odd_script:x", ("SystemExit",)), ("..x:y", ())])
def test_a_module_that_cannot_be_imported_is_a_wrong_word_on_the_command_line(name: str, words: tuple[str, ...], out: Path) -> None:
    lockbench("test", "--rig", f"plant:{name}", "--out", out).refused(name, *words)
    assert not out.exists()


def test_what_a_plant_prints_is_no_part_of_the_answer(out: Path) -> None:
    said = lockbench("test", "--rig", "plant:odd_plants:speaks", "--out", out, "--json")
    assert said.document["verdict"] == "ERROR"
    assert '{"verdict": "PASS"}' in said.err


def test_a_sensor_that_dies_is_no_fault_of_the_lock(shelf: RunShelf) -> None:
    run = shelf.get("plant:odd_plants:dead_sensor")
    stop = run.lines()[-1]
    assert run.document["verdict"] == "ERROR"
    assert stop["kind"] == "stop"
    assert stop["reason"] == "sensor"


def test_frames_of_the_wrong_length_say_nothing_and_break_nothing(shelf: RunShelf) -> None:
    run = shelf.get("plant:odd_plants:short_frames")
    assert run.said.code in (0, 3)
    assert {len(bytes.fromhex(line["data"])) for line in run.lines() if line["kind"] == "can"} == {2}
    assert "bcm_stuck" not in [d["fault"] for d in run.document["diagnoses"]]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Watching, list[dict[str, object]]]:
    """A whole run against a plant that keeps every call, and the lines of that run."""
    out = tmp_path_factory.mktemp("watched")
    said = lockbench("test", "--rig", "plant:odd_plants:Watching", "--out", out, "--json")
    lines = (next(out.iterdir()) / "observations.jsonl").read_text().splitlines()
    assert said.code == 0
    return Watching.last, [json.loads(line) for line in lines]


def test_the_world_is_first_looked_at_without_time_passing(watched: tuple[Watching, object]) -> None:
    dt_s, outputs, _ = watched[0].calls[0]
    assert dt_s == 0.0
    assert not any(outputs.values())


def test_outputs_are_the_four_of_the_contract(watched: tuple[Watching, object]) -> None:
    assert {frozenset(outputs) for _, outputs, _ in watched[0].calls} == {frozenset({"enable", "drive_lock", "drive_unlock", "heartbeat"})}


def test_steps_are_a_millisecond_or_less_while_something_moves(watched: tuple[Watching, object]) -> None:
    """A hand, a drive, and 100 ms after a drive: relays and motor run on."""
    after_s = 1.0
    for dt_s, outputs, is_hand_moving in watched[0].calls[1:]:
        is_driven = outputs["enable"] and (outputs["drive_lock"] or outputs["drive_unlock"])
        after_s = 0.0 if is_driven else after_s + dt_s
        if is_hand_moving or after_s <= 0.1:
            assert dt_s <= 0.001 + 1e-12
        assert dt_s <= 0.020 + 1e-12


def test_the_heartbeat_toggles_at_least_every_50_ms_while_the_feed_must_live(watched: tuple[Watching, object]) -> None:
    """Must live: enable is on and a drive is on."""
    t_s, toggled_s, beat, worst_s = 0.0, 0.0, False, 0.0
    for dt_s, outputs, _ in watched[0].calls:
        if outputs["heartbeat"] != beat:
            beat, toggled_s = outputs["heartbeat"], t_s
        t_s += dt_s
        if outputs["enable"] and (outputs["drive_lock"] or outputs["drive_unlock"]):
            worst_s = max(worst_s, t_s - toggled_s)
    assert 0 < worst_s <= 0.050 + 1e-9


def test_never_both_directions_and_never_a_switching_drive_under_enable(watched: tuple[Watching, object]) -> None:
    """Drives switch dry: enable closes last and opens first."""
    before = watched[0].calls[0][1]
    driven = 0
    for _, outputs, _ in watched[0].calls:
        assert not (outputs["drive_lock"] and outputs["drive_unlock"])
        driven += outputs["drive_lock"] or outputs["drive_unlock"]
        for role in ("drive_lock", "drive_unlock"):
            if outputs[role] != before[role]:
                assert not (outputs["enable"] and before["enable"]), role
        before = outputs
    assert driven > 1000


def test_no_pulse_is_longer_than_a_second_and_everything_is_off_at_the_end(watched: tuple[Watching, object]) -> None:
    on_s = longest_s = 0.0
    for dt_s, outputs, _ in watched[0].calls:
        fed = outputs["enable"] and (outputs["drive_lock"] or outputs["drive_unlock"])
        on_s = on_s + dt_s if fed else 0.0
        longest_s = max(longest_s, on_s)
    last = watched[0].calls[-1][1]
    assert 0.3 < longest_s <= 1.0
    assert not any(last[role] for role in ("enable", "drive_lock", "drive_unlock"))


def test_the_record_says_what_the_plant_was_given(watched: tuple[Watching, list[dict[str, object]]]) -> None:
    """Every switching of a coil is one line, in the same order."""
    plant, lines = watched
    given: list[tuple[str, bool]] = []
    state = {"enable": False, "drive_lock": False, "drive_unlock": False}
    for _, outputs, _ in plant.calls:
        for role in state:
            if outputs[role] != state[role]:
                state[role] = outputs[role]
                given.append((role, outputs[role]))
    told = [(line["role"], line["energised"]) for line in lines if line["kind"] == "output"]
    assert told[: len(given)] == given


def test_a_hand_that_never_stops_ends_the_run_and_nothing_is_driven_beside_it(tmp_path: Path) -> None:
    """DESIGN 6: no drive while a hand is at the latch. The world breaks its own limit of 3 s: ERROR, with the record kept."""
    said = lockbench("test", "--rig", "plant:odd_plants:restless_hand", "--profile", DOOR, "--out", tmp_path, "--json")
    assert said.document["verdict"] == "ERROR"
    (record,) = tmp_path.rglob("observations.jsonl")
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    asked_at = next(line["t"] for line in lines if line["kind"] == "step" and line["name"] == "close")
    assert not [
        line for line in lines if line["kind"] == "output" and line["role"] != "enable" and line["energised"] and line["t"] > asked_at
    ]
    assert any(line["kind"] == "stop" and "hand still moves" in line["detail"] for line in lines)
