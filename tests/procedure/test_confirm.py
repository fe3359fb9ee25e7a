"""The confirmation test after a repair: its own procedure, its own questions, tied to the run that failed."""

from pathlib import Path

import pytest

from bench.config import load_profile
from bench.errors import ProcedureRefused
from bench.model.asked import AFTER_OF, AFTER_TEXTS
from bench.procedure.checks import check
from bench.procedure.confirm import BY_HAND, ask_after, confirmation_for
from bench.procedure.plan import procedure_for
from tests.command_runs import DOOR, GATE, lockbench

VIN = "SJNFAAJ11U1234567"


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that found a broken lever in a known car."""
    out = tmp_path_factory.mktemp("failed")
    said = lockbench("test", "--rig", "sim:lever_broken", "--profile", DOOR, "--vin", VIN, "--job", "RO 4711", "--out", out, "--json")
    assert said.code == 1, said.err
    return next(out.iterdir())


@pytest.mark.parametrize("ref", [DOOR, GATE, "qashqai-j12-rear-door", "qashqai-j12-tailgate"])
def test_it_is_a_procedure_of_its_own_that_the_guard_would_carry_out(ref: str) -> None:
    profile = load_profile(ref)
    steps = confirmation_for(profile, scope="door")
    check(steps, profile)
    assert steps != procedure_for(profile, scope="door")
    assert sum(1 for step in steps if step.drive) <= 10


def test_it_closes_by_hand_before_anything_is_driven() -> None:
    steps = confirmation_for(load_profile(DOOR), scope="door")
    first_drive = next(n for n, step in enumerate(steps) if step.drive)
    assert [step.name for step in steps[:first_drive]].count("close") == BY_HAND + 1


def test_a_car_that_is_only_listened_to_cannot_be_confirmed() -> None:
    with pytest.raises(ProcedureRefused, match="only listens"):
        confirmation_for(load_profile(DOOR), scope="car")


def test_keyless_alarm_and_gaps_are_asked_about_and_yes_is_wanted() -> None:
    asked = {ask.id: ask for ask in ask_after("rear_door")}
    assert {"confirm_keyless", "confirm_alarm", "confirm_gaps", "confirm_remote", "confirm_by_hand", "confirm_lamp"} == set(asked)
    assert all(ask.wanted for ask in asked.values())
    assert set(AFTER_OF["tailgate"]) < set(AFTER_TEXTS)


def test_a_good_lock_and_every_answer_yes_confirm_the_repair(failed: Path, tmp_path: Path) -> None:
    said = lockbench("test", "--rig", "sim", "--confirms", failed, "--out", tmp_path, "--json")
    assert said.code == 0, said.err
    waiting = said.document["confirms"]
    assert waiting["run"] == failed.name
    assert waiting["repaired"] is None
    assert set(waiting["unanswered"]) == set(AFTER_TEXTS)
    run = next(tmp_path.iterdir())
    header = (run / "observations.jsonl").read_text().splitlines()[0]
    assert f'"confirms":"{failed.name}"' in header
    assert VIN in header
    answers = [part for question in AFTER_TEXTS for part in ("--answer", f"{question}=yes")]
    again = lockbench("judge", run, *answers, "--keep", "--json")
    assert again.document["confirms"] == {"run": failed.name, "repaired": True, "unanswered": [], "upset": []}
    assert lockbench("judge", run, "--json").document["confirms"]["repaired"] is True
    assert "is confirmed" in (run / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("question", sorted(AFTER_TEXTS))
def test_one_no_undoes_the_repair_whatever_the_lock_does(failed: Path, tmp_path: Path, question: str) -> None:
    shelf = failed.parent.parent / "confirmed"
    if not shelf.exists():
        lockbench("test", "--rig", "sim", "--confirms", failed, "--out", shelf, "--json")
    answers = [part for q in AFTER_TEXTS for part in ("--answer", f"{q}={'no' if q == question else 'yes'}")]
    document = lockbench("judge", next(shelf.iterdir()), *answers, "--json").document
    assert document["verdict"] == "PASS"
    assert document["confirms"]["repaired"] is False
    assert document["confirms"]["upset"] == [question]


def test_a_lock_that_fails_again_is_not_repaired(failed: Path, tmp_path: Path) -> None:
    said = lockbench("test", "--rig", "sim:lever_broken", "--confirms", failed, "--out", tmp_path, "--json")
    assert said.code == 1
    assert said.document["confirms"]["repaired"] is False


def test_a_run_that_found_nothing_has_no_repair_to_confirm(failed: Path, tmp_path: Path) -> None:
    good = lockbench("test", "--rig", "sim", "--profile", DOOR, "--out", tmp_path, "--json")
    assert good.document["confirms"] is None
    lockbench("test", "--rig", "sim", "--confirms", next(tmp_path.iterdir()), "--json").refused("PASS", "no repair to confirm")


def test_another_car_or_another_lock_is_refused(failed: Path) -> None:
    lockbench("test", "--rig", "sim", "--confirms", failed, "--vin", "SJNFAAJ11U7654321", "--json").refused("--vin", VIN)
    lockbench("test", "--rig", "sim", "--confirms", failed, "--profile", GATE, "--json").refused("--profile", DOOR)


def test_its_questions_belong_to_confirmation_tests_only(failed: Path) -> None:
    lockbench("judge", failed, "--answer", "confirm_gaps=yes").refused("confirm_gaps", "--confirms")
