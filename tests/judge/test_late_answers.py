"""Answers that came after the run land in its folder: the check-list's among them; the run itself is never touched."""

import shutil
from pathlib import Path

import pytest

from bench.analysis.manual import manual_odds
from bench.model.check_list import CHECK_LIST, sentence_of, ticked
from tests.command_runs import DOOR, lockbench


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose evidence leaves cable and lever open."""
    out = tmp_path_factory.mktemp("late")
    lockbench("test", "--rig", "sim:cable_stretched@1", "--profile", DOOR, "--out", out, "--json")
    return next(out.iterdir())


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / made.name))


def test_the_check_list_is_what_the_article_lists_and_a_tick_says_in_order() -> None:
    assert [item.id for item in CHECK_LIST] == [
        "check_bushings", "check_levers", "check_cable", "check_spring", "check_claw", "check_striker", "check_ice",
    ]  # fmt: skip
    for item in CHECK_LIST:
        assert "(" not in sentence_of(item)
        likeliest = manual_odds(item.id, "healthy")
        assert max(likeliest, key=lambda word: likeliest[word]) == ticked(item)


@pytest.mark.parametrize(
    ("answer", "fault", "other"),
    [("check_cable=off", "cable_stretched", "lever_broken"), ("check_levers=cracked", "lever_broken", "cable_stretched")],
)
def test_what_was_seen_moves_the_verdict_and_stays(run: Path, answer: str, fault: str, other: str) -> None:
    before = lockbench("judge", run, "--json").document
    observations = (run / "observations.jsonl").read_bytes()
    after = lockbench("judge", run, "--answer", answer, "--keep", "--json").document
    assert after["probabilities"][fault] > before["probabilities"][fault]
    assert lockbench("judge", run, "--json").document == after
    assert (run / "observations.jsonl").read_bytes() == observations
    assert fault in (run / "verdict.json").read_text()
    odds = [d["probabilities"][fault] / d["probabilities"][other] for d in (before, after)]
    assert odds[1] > 4 * odds[0], "what was seen with one's own eyes counts"


def test_a_later_answer_counts_and_the_report_says_it(run: Path) -> None:
    lockbench("judge", run, "--answer", "check_cable=off", "--keep")
    lockbench("judge", run, "--answer", "check_cable=seated", "--keep", "--lang", "ru")
    assert (run / "answers.jsonl").read_text().count("check_cable") == 2
    assert "Тросик открывания сидит в рычаге и не провисает" in (run / "report.html").read_text(encoding="utf-8")


def test_what_does_not_fit_is_refused_before_anything_is_written(run: Path) -> None:
    lockbench("judge", run, "--answer", "check_cable=blue", "--keep").refused("check_cable", "seated, slack, off")
    lockbench("judge", run, "--keep").refused("--answer")
    assert not (run / "answers.jsonl").exists()


def test_a_torn_last_line_is_dropped_and_any_other_oddity_is_named(run: Path) -> None:
    lockbench("judge", run, "--answer", "check_cable=off", "--keep")
    kept = run / "answers.jsonl"
    whole = lockbench("judge", run, "--json").document
    kept.write_bytes(kept.read_bytes() + b'{"utc": "2026')
    assert lockbench("judge", run, "--json").document == whole
    kept.write_bytes(b'{"utc": 5}\n')
    lockbench("judge", run).refused("answers.jsonl:1")


def test_a_check_list_item_is_never_proposed_by_itself(made: Path) -> None:
    assert "check_" not in (lockbench("judge", made, "--json").document["next_test"] or "")
