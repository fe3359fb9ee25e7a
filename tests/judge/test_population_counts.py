"""The population's own arithmetic: bounds, parts, kept answers, and the README's line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.population import part_of
from tests.population_bounds import wilson
from tests.population_cases import Case
from tests.population_readme import README, put, sentence
from tests.population_results import Answers, Job, Result


def result(fault: str | None, severity: float, verdict: str, *, seed: int = 1, without: tuple[str, ...] = ()) -> Result:
    named = fault or "healthy"
    return Result(
        case=Case(kind="rear_door", fault=fault, severity=severity, seed=seed), verdict=verdict, named=named,
        group=(named,) if verdict == "FAIL" else (), claim=frozenset((named,)), mass=0.95, untestable=False, seconds=0.01, without=without,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(0, 1000, 0.0, 0.0038), (95, 100, 0.8882, 0.9785), (10, 10, 0.7225, 1.0), (0, 0, 0, 1)]
)
def test_wilsons_bounds_are_those_of_the_tables(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=2e-4)


@given(n=st.integers(1, 7), count=st.integers(0, 40))
def test_the_parts_are_the_whole_and_what_shares_a_run_stays_together(n: int, count: int) -> None:
    cases = [Case(kind="tailgate", fault=None, severity=0.0, seed=seed) for seed in range(count)]
    jobs = [Job(case=c, folder=Path(), without=w) for w in ((), ("can",)) for c in cases]
    parts = [part_of(jobs, f"{i}/{n}") for i in range(1, n + 1)]
    assert sorted(j.key for p in parts for j in p) == sorted(j.key for j in jobs)
    assert all({j.case for j in p}.isdisjoint({j.case for j in q}) for p in parts for q in parts if p is not q)


@pytest.mark.parametrize("words", ["0/3", "4/3", "x", "1"])
def test_a_part_that_does_not_exist_is_refused(words: str) -> None:
    with pytest.raises(SystemExit, match=r"--part"):
        part_of([], words)


def test_answers_are_found_again_by_another_process_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    job, poorer = (Job(case=result(None, 0.0, "PASS").case, folder=tmp_path, without=w) for w in ((), ("can",)))
    Answers(tmp_path, "judge").keep(job, result(None, 0.0, "PASS"))
    file = next(tmp_path.glob("answers-judge.*.jsonl"))
    file.write_bytes(file.read_bytes() + b'{"key": "torn')
    again = Answers(tmp_path, "judge")
    assert again.get(job) == result(None, 0.0, "PASS")
    assert again.get(poorer) is None
    assert Answers(tmp_path, "another judge").get(job) is None


def test_the_readme_has_one_place_for_the_figures_and_gets_what_was_counted(tmp_path: Path) -> None:
    home = [*(result("motor_open", 0.85, "FAIL", seed=n) for n in range(9)), result("motor_open", 0.85, "PASS"), result(None, 0.0, "PASS")]
    far = {"world b": [result("motor_open", 0.85, "FAIL"), result("motor_open", 0.85, "INCONCLUSIVE")]}
    text, copy = sentence(home, far), tmp_path / "README.md"
    assert "(10 faults, 1 good locks, all simulated): right 90.0 %" in " ".join(text.split())
    assert "1 of 10 grave faults passed" in " ".join(text.split())
    assert "40.0 points lower" in " ".join(text.split())
    before = README.read_text(encoding="utf-8")
    copy.write_text(before, encoding="utf-8")
    put(text, copy)
    put(text, copy)
    after = copy.read_text(encoding="utf-8")
    assert after.count(text) == 1
    heading = "## How far to trust a verdict"
    assert after.split(heading)[0] == before.split(heading)[0]
    assert after.split("\n\nAt the bench")[1] == before.split("\n\nAt the bench")[1]
    copy.write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match="0 times"):
        put(text, copy)
