"""DESIGN 3.1: the words of the command line, its exit codes, and what goes to which stream."""

import json
import tomllib
from pathlib import Path

import pytest

from bench.model.names import SYMPTOMS
from tests.command_runs import DOOR, GATE, ROOT, RunShelf, lockbench, spawned, written

VERDICTS = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3, "ABORTED": 4, "ERROR": 5}
HEAD = {"kind": "run", "schema": 1, "profile": DOOR}


def bare(folder: Path, name: str = "bare.jsonl") -> Path:
    """Write a run in which nothing happened."""
    return written(folder / name, [HEAD, {"kind": "end", "t": 5_000_000_000}])


@pytest.mark.parametrize(
    ("rig", "argv", "verdict"),
    [
        ("sim", ("--seed", "1"), "PASS"),
        ("sim:switch_stuck_closed", ("--seed", "1"), "FAIL"),
        ("plant:odd_plants:emergency_stop", (), "ABORTED"),
        ("sim:bench_fault", ("--seed", "1"), "ERROR"),
        ("plant:odd_plants:dead_sensor", (), "ERROR"),
    ],
)
def test_the_exit_code_of_a_test_is_its_verdict(shelf: RunShelf, rig: str, argv: tuple[str, ...], verdict: str) -> None:
    run = shelf.get(rig, *argv)
    assert run.document["verdict"] == verdict
    assert run.said.code == VERDICTS[verdict]


def test_a_run_that_decides_nothing_is_inconclusive_and_exits_3(tmp_path: Path) -> None:
    said = lockbench("judge", "--json", bare(tmp_path))
    assert said.document["verdict"] == "INCONCLUSIVE"
    assert said.document["abstained"] is True
    assert said.document["next_test"]
    assert said.code == 3


def test_with_json_stdout_is_one_document_and_progress_goes_to_stderr(shelf: RunShelf) -> None:
    said = shelf.get("sim", "--seed", "1").said
    assert isinstance(json.loads(said.out), dict)
    assert "lock#1" in said.err
    assert "Traceback" not in said.err


def test_without_json_the_verdict_is_for_people_and_says_where_the_report_lies(out: Path) -> None:
    said = lockbench("test", "--rig", "sim:switch_stuck_closed", "--seed", "1", "--out", out)
    assert said.code == 1
    assert "FAIL" in said.out
    assert str(next(out.iterdir()) / "report.html") in said.out.replace("\n", "")


@pytest.mark.parametrize("argv", [("faults",), ("faults", "motor_open")])
def test_the_catalogue_is_text_or_one_document(argv: tuple[str, ...]) -> None:
    assert lockbench(*argv).code == 0
    assert lockbench(*argv, "--json").document["schema"] == "lockbench.faults/1"


def test_several_runs_give_json_lines_in_order_and_a_bad_one_does_not_stop_the_rest(shelf: RunShelf, tmp_path: Path) -> None:
    good = shelf.get("sim", "--seed", "1").folder
    said = lockbench("judge", "--json", good, tmp_path / "missing", bare(tmp_path), good)
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 2
    assert len(lines) == 4
    assert lines[0]["verdict"] == lines[3]["verdict"] == "PASS"
    assert set(lines[1]) == {"path", "error"}
    assert lines[1]["path"] == str(tmp_path / "missing")
    assert lines[1]["error"]
    assert lines[2]["verdict"] == "INCONCLUSIVE"


def test_several_runs_that_were_all_judged_exit_0_whatever_their_verdicts(shelf: RunShelf, tmp_path: Path) -> None:
    failed = shelf.get("sim:switch_stuck_closed", "--seed", "1").folder
    assert lockbench("judge", "--json", failed, bare(tmp_path)).code == 0


def test_one_bad_run_alone_leaves_stdout_empty(tmp_path: Path) -> None:
    lockbench("judge", "--json", tmp_path / "missing").refused("missing", "no such file")


def test_a_run_folder_and_its_bare_observations_are_judged_alike(shelf: RunShelf) -> None:
    run = shelf.get("sim", "--seed", "1")
    folder, lines = lockbench("judge", "--json", run.folder), lockbench("judge", "--json", run.observations)
    assert folder.document == lines.document


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("test", "--rig", "sim", "--symptom", "it_squeaks"), ("it_squeaks", "no_click")),
        (("test", "--rig", "sim:no_such_fault"), ("no_such_fault", "motor_open")),
        (("test", "--rig", "sim:motor_weak@1.5"), ("1.5", "0..1")),
        (("test", "--rig", "sim:motor_weak@nan"), ("nan", "0..1")),
        (("test", "--rig", "sim:motor_weak@much"), ("much", "number")),
        (("test", "--rig", "hydraulic"), ("hydraulic", "wiring")),
        (("test", "--rig", "plant:nowhere"), ("plant:MODULE:CALLABLE",)),
        (("test", "--rig", "plant:no_such_module:lock"), ("no_such_module",)),
        (("test", "--rig", "plant:odd_plants:no_such_name"), ("no_such_name",)),
        (("test", "--rig", "plant:odd_plants:NOT_CALLABLE"), ("not callable",)),
        (("test", "--rig", "sim", "--profile", "fiat-126"), ("fiat-126", DOOR)),
        (("test", "--rig", "sim", "--kind", "bonnet"), ("bonnet", "rear_door")),
        (("test", "--rig", "sim", "--kind", "tailgate", "--profile", DOOR), ("contradict", DOOR)),
        (("test", "--rig", "sim", "--scope", "garage"), ("garage", "lock, door")),
        (("test", "--rig", "sim", "--seed", "many"), ("--seed", "many")),
        (("test", "--rig", "sim", "--temp", "warm"), ("--temp", "warm")),
        (("test", "--rig", "sim", "--temp", "nan"), ("--temp", "nan")),
        (("test", "--rig", "sim", "--temp", "400"), ("--temp", "400")),
        (("test", "--rig", "sim", "--supply", "inf"), ("--supply", "inf")),
        (("test", "--rig", "sim", "--supply", "-3"), ("--supply", "-3")),
        (("test", "--rig", "wiring/none.toml"), ("wiring/none.toml", "no such file")),
        (("test",), ("--rig",)),
        ((), ("COMMAND",)),
        (("polish",), ("polish",)),
        (("judge",), ("RUN",)),
        (("faults", "motor_sad"), ("motor_sad", "motor_open")),
        (("test", "--rig", "sim", "--vin", "SJNFAAJ11U123456"), ("16 characters", "17")),
        (("test", "--rig", "sim", "--vin", "SJNFAAJ11U12345678"), ("18 characters", "17")),
        (("test", "--rig", "sim", "--vin", "SJNFAAJ11UO123456"), ("O",)),
        (("judge", "x", "--answer", "held"), ("held", "KEY=VALUE")),
    ],
)
def test_a_mistake_is_one_sentence_that_names_it_and_exit_code_2(argv: tuple[str, ...], words: tuple[str, ...], out: Path) -> None:
    """Nothing is run, nothing is written."""
    where = ("--out", out) if argv[:1] == ("test",) else ()
    lockbench(*argv, *where).refused(*words)
    assert not out.exists()


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_every_symptom_of_the_contract_is_known(symptom: str, out: Path) -> None:
    assert lockbench("test", "--rig", "sim", "--symptom", symptom, "--plan", "--out", out).code == 0


def test_a_symptom_is_on_record_and_moves_the_belief_by_no_more_than_its_factor(shelf: RunShelf, tmp_path: Path) -> None:
    run = shelf.get("sim", "--seed", "1")
    head, *rest = run.lines()
    told = lockbench("judge", "--json", written(tmp_path / "told.jsonl", [{**head, "symptom": "no_click"}, *rest])).document
    moved, plain = told["probabilities"], run.document["probabilities"]
    odds = (moved["motor_open"] / moved["healthy"]) / (plain["motor_open"] / plain["healthy"])
    assert 1.0 < odds <= 5.0 + 1e-9


@pytest.mark.parametrize("profile", [DOOR, GATE])
@pytest.mark.parametrize("rig", ["sim", "sim:motor_open", "wiring/ci.toml", "wiring/rpi-bench.toml"])
def test_a_plan_prints_the_steps_and_touches_nothing(rig: str, profile: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = lockbench("test", "--rig", rig, "--profile", profile, "--plan", "--out", out)
    assert said.code == 0
    assert ("release#1" if profile == GATE else "lock#3") in said.out
    assert "ajar" in said.out
    assert not out.exists()


def test_a_plan_as_json_is_one_document(out: Path) -> None:
    document = lockbench("test", "--rig", "sim", "--plan", "--json", "--out", out).document
    assert document["schema"] == "lockbench.plan/1"
    assert [step["name"] for step in document["steps"]].count("lock") >= 3
    assert not out.exists()


def test_a_plan_needs_no_plant(out: Path) -> None:
    """`--plan` of a plant that cannot even be made still prints: nothing is opened."""
    assert lockbench("test", "--rig", "plant:odd_plants:Unmakeable", "--plan", "--out", out).code == 0


def test_the_kind_chooses_the_profile_where_none_is_named(shelf: RunShelf) -> None:
    assert shelf.get("sim", "--kind", "tailgate", "--seed", "1").document["profile"] == GATE
    assert shelf.get("sim", "--seed", "1").document["profile"] == DOOR


def test_the_scope_decides_what_can_be_tested(shelf: RunShelf) -> None:
    """With the lock alone there is no striker, no corrugation, no BCM; by default it is in the door."""
    lock, door = shelf.get("sim", "--scope", "lock", "--seed", "1"), shelf.get("sim", "--seed", "1")
    assert {"striker_misaligned", "wire_open_motor", "wire_intermittent", "bcm_stuck"} <= set(lock.document["not_tested"])
    assert "striker_misaligned" not in door.document["not_tested"]
    assert door.lines()[0]["scope"] == "door"
    assert lock.lines()[0]["scope"] == "lock"
    named = {fault for d in lock.document["diagnoses"] for fault in (d["fault"], *d["group"])}
    assert not named & set(lock.document["not_tested"])


def test_answers_of_a_file_are_those_on_record(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('"close#1".held = false\n"lock#1".knob_moved = "unknown"\n')
    said = lockbench("test", "--rig", "sim", "--answers", file, "--out", out, "--json")
    lines = [json.loads(line) for line in (next(out.iterdir()) / "observations.jsonl").read_text().splitlines()]
    answers = {(line["step"], line["question"]): line["value"] for line in lines if line["kind"] == "answer" and line.get("step")}
    assert said.code in VERDICTS.values()
    assert answers["close#1", "held"] is False
    assert answers["lock#1", "knob_moved"] is None
    assert answers["close#1", "half"] is None


def test_unattended_nothing_is_answered_and_nothing_is_waited_for(shelf: RunShelf) -> None:
    run = shelf.get("sim", "--answers", "none", "--seed", "1")
    assert {line["value"] for line in run.lines() if line["kind"] == "answer"} <= {None}
    assert run.said.code in (0, 3)


def test_a_bad_answers_file_stops_the_run_before_it_begins(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('"close#1".held = "perhaps"\n')
    lockbench("test", "--rig", "sim", "--answers", file, "--out", out).refused("answers.toml", "close#1.held", "perhaps")
    assert not out.exists()


def test_an_answer_given_later_is_judged_with_the_rest(shelf: RunShelf) -> None:
    run = shelf.get("sim", "--answers", "none", "--seed", "1")
    without = lockbench("judge", "--json", run.folder).document
    with_it = lockbench("judge", "--json", run.folder, "--answer", "close#1.held=no", "--answer", "close#2.held=no").document
    assert with_it["probabilities"] != without["probabilities"]


def test_a_real_rig_asks_nobody_without_a_terminal_and_ends_with_code_2(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in the way of a real rig here, it is said before a relay moves, and nothing hangs."""
    monkeypatch.chdir(ROOT)
    lockbench("test", "--rig", "wiring/rpi-bench.toml", "--out", out).refused("rpi-bench")
    assert not out.exists()


@pytest.mark.parametrize("rig", ["sim", "sim:wire_intermittent", "sim:switch_bounce"])
def test_the_same_seed_gives_the_same_record_to_the_byte_but_for_the_run_line(rig: str, shelf: RunShelf, out: Path) -> None:
    first = shelf.get(rig, "--seed", "1")
    lockbench("test", "--rig", rig, "--seed", "1", "--out", out, "--json")
    second = next(out.iterdir()) / "observations.jsonl"
    one, two = first.observations.read_bytes().split(b"\n", 1), second.read_bytes().split(b"\n", 1)
    assert one[1] == two[1]
    head_one, head_two = json.loads(one[0]), json.loads(two[0])
    assert {k for k in head_one if head_one[k] != head_two[k]} <= {"utc"}


def test_another_seed_is_another_lock(shelf: RunShelf) -> None:
    one, two = shelf.get("sim", "--seed", "1"), shelf.get("sim", "--seed", "2")
    assert one.observations.read_bytes().split(b"\n", 1)[1] != two.observations.read_bytes().split(b"\n", 1)[1]


def test_temperature_and_supply_of_the_simulated_world_are_what_was_asked(shelf: RunShelf) -> None:
    lines = shelf.get("sim", "--temp", "-10", "--supply", "13.4", "--seed", "1").lines()
    ambient = [line["c"] for line in lines if line["kind"] == "ambient"]
    supply = [line["v"] for line in lines if line["kind"] == "supply"]
    assert ambient
    assert all(abs(c + 10) < 2 for c in ambient)
    assert abs(supply[0] - 13.4) < 0.3


def test_the_module_is_the_command_and_its_version_is_the_distributions() -> None:
    said = spawned("--version")
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert said.code == 0
    assert said.out.startswith("lockbench ")
    assert scripts == {"lockbench": "bench.__main__:main"}


def test_help_names_every_exit_code() -> None:
    said = lockbench("test", "--help")
    assert said.code == 0
    for word in ("0 PASS", "1 FAIL", "3 INCONCLUSIVE", "4 ABORTED", "5 ERROR"):
        assert word in " ".join(said.out.split())
