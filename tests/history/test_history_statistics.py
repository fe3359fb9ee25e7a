"""Statistics: figures that can be worked out on paper, and properties that must hold for any history."""

import math
import random
from pathlib import Path

import msgspec
import pytest
from history_samples import run_folder
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.gauge import gauge_study
from bench.analysis.statistics import cpk_of, wilson
from bench.app.history import HistoryPlace, open_history
from bench.app.stats import Stats, gauge_of, stats_of
from bench.config.languages import load_language
from bench.errors import UsageError
from bench.model.history import RunFilter
from bench.model.statistics import Capability, Yield
from bench.report.stats_page import stats_page
from bench.report.stats_text import cpk_words, stats_text

WHO_AND_MORE = (("anna", 0.0), ("anna", 2.0), ("ben", 1.0), ("ben", 3.0))
"""Two operators, two tests each: what their travel times are above the lock's own, ms."""


def stats(root: Path) -> Stats:
    with open_history(HistoryPlace(runs=root)) as history:
        return stats_of(history, RunFilter())


def test_a_lock_counts_once_by_its_first_test(tmp_path: Path) -> None:
    """A second, passed test of a lock does not erase the failed first one; ABORTED says nothing about a lock."""
    run_folder(tmp_path, 1, job="lock a", verdict="ABORTED")
    run_folder(tmp_path, 2, job="lock a", verdict="FAIL", fault="gear_jam")
    run_folder(tmp_path, 3, job="lock a")
    run_folder(tmp_path, 4, job="lock b")
    total = stats(tmp_path).first_pass_yield
    assert (total.units, total.passed, total.share, total.not_counted) == (2, 1, 0.5, 1)


def test_faults_are_counted_commonest_first_and_add_up(tmp_path: Path) -> None:
    for day, fault in enumerate(("gear_jam", "motor_open", "gear_jam", "frozen", "gear_jam"), start=1):
        run_folder(tmp_path, day, verdict="FAIL", fault=fault)
    rows = stats(tmp_path).faults
    assert [(row.fault, row.count) for row in rows] == [("gear_jam", 3), ("frozen", 1), ("motor_open", 1)]
    assert rows[-1].cumulative == pytest.approx(1.0)


def test_an_empty_history_has_no_yield_and_no_nan(tmp_path: Path) -> None:
    empty = stats(tmp_path)
    assert empty.first_pass_yield.share is None
    assert (empty.faults, empty.capabilities) == ((), ())


def test_cpk_is_the_nearer_limit_over_three_standard_deviations(tmp_path: Path) -> None:
    """Travel 100, 110, 120 ms in [60; 190]: mean 110, s 10, the nearer limit is 50 away: 50 / 30."""
    for day, travel in enumerate((100.0, 110.0, 120.0), start=1):
        run_folder(tmp_path, day, travel_ms=travel)
    (row,) = stats(tmp_path).capabilities
    assert (row.step, row.name, row.n, row.mean, row.sd) == ("lock", "travel_ms", 3, 110.0, 10.0)
    assert row.cpk == pytest.approx(50 / 30)
    assert row.provisional
    assert not row.limits_vary


def test_a_cpk_of_few_runs_is_not_told_and_one_of_more_has_its_interval() -> None:
    """Nine values say "too few", ten a number between its ends; on the page as in the text, and no bar for nine."""
    row = Capability(
        profile="p", step="lock", name="travel_ms", unit="ms", n=9, mean=110.0, sd=10.0, low=60.0, high=190.0, limits_vary=False,
        cpk=1.67, cpk_low=0.87, cpk_high=2.47, provisional=True, outside=0,
    )  # fmt: skip
    nobody = Yield(units=0, passed=0, share=None, low=None, high=None, not_counted=0)
    few, enough = row, msgspec.structs.replace(row, n=10)
    assert cpk_words(few) == "too few (9 of 10)"
    assert cpk_words(enough) == "1.67 [0.87; 2.47]"
    assert cpk_words(enough, load_language("ru")) == "1,67 [0,87; 2,47]"
    assert "too few (9 of 10)" in stats_text(nobody, (), (few,))
    assert "1.67" not in stats_text(nobody, (), (few,))
    page = stats_page(nobody, (), (few,), about="9 runs")
    assert "too few (9 of 10)" in page
    assert 'class="pole' not in page
    assert 'class="pole' in stats_page(nobody, (), (enough,), about="10 runs")


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_cpk_does_not_depend_on_where_zero_is(mean: float, sd: float, width: float, shift: float) -> None:
    """Moving values and limits together changes nothing; a one-sided limit never gives less than both."""
    both = cpk_of(mean, sd, mean - width, mean + 2 * width)
    moved = cpk_of(mean + shift, sd, mean + shift - width, mean + shift + 2 * width)
    assert both is not None
    assert moved == pytest.approx(both, rel=1e-6, abs=1e-9)
    assert (cpk_of(mean, sd, None, mean + 2 * width) or 0) >= both
    assert cpk_of(mean, sd, None, None) is None
    assert cpk_of(mean, 0.0, mean - width, mean + width) is None


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_yield_lies_in_its_interval(counts: tuple[int, int]) -> None:
    hits, n = counts
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_gauge_study_worked_out_on_paper() -> None:
    """Two locks, two operators, two tests each.

    Cells 10,12 | 14,16 for lock a and 20,22 | 24,26 for lock b: within a cell s^2 = 2; means 11, 15, 21, 25, no interaction
    (MS 0, so it counts as 0 and the operator's MS 32 stands alone): repeatability^2 = 2, operator^2 = 32 / 4 = 8,
    lock^2 = 200 / 4 = 50.
    """
    cells = {("a", "x"): [10.0, 12.0], ("a", "y"): [14.0, 16.0], ("b", "x"): [20.0, 22.0], ("b", "y"): [24.0, 26.0]}
    study = gauge_study("travel", "ms", cells, low=0.0, high=60.0)
    assert study.repeatability == pytest.approx(math.sqrt(2))
    assert study.reproducibility == pytest.approx(math.sqrt(8))
    assert study.part_to_part == pytest.approx(math.sqrt(50))
    assert study.grr == pytest.approx(math.sqrt(10))
    assert study.share == pytest.approx(math.sqrt(10 / 60))
    assert study.of_tolerance == pytest.approx(6 * math.sqrt(10) / 60)
    assert study.categories == int(1.41 * math.sqrt(5))


def test_gauge_study_finds_the_variances_that_went_in() -> None:
    """30 locks, 3 operators, 4 tests of known spreads: lock 10, operator 0, repeat 2."""
    draw = random.Random(7)
    locks = {f"{n:02d}": draw.gauss(100, 10) for n in range(30)}
    cells = {(lock, who): [draw.gauss(mean, 2) for _ in range(4)] for lock, mean in locks.items() for who in "abc"}
    study = gauge_study("travel", "ms", cells, low=None, high=None)
    assert study.repeatability == pytest.approx(2, rel=0.15)
    assert study.part_to_part == pytest.approx(10, rel=0.35)
    assert study.reproducibility < 1
    assert study.of_tolerance is None


@given(
    st.lists(st.lists(st.floats(-1e4, 1e4), min_size=6, max_size=6), min_size=2, max_size=5),
)
def test_any_balanced_study_gives_finite_shares(values: list[list[float]]) -> None:
    """Never a negative variance, never a NaN, and R&R with the locks makes up the total."""
    cells = {(f"p{n}", who): row[3 * k : 3 * k + 3] for n, row in enumerate(values) for k, who in enumerate("ab")}
    study = gauge_study("m", "", cells, low=0.0, high=1.0)
    assert math.isfinite(study.total)
    assert study.total**2 == pytest.approx(study.grr**2 + study.part_to_part**2, rel=1e-6, abs=1e-9)
    assert study.share is None or 0 <= study.share <= 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({("a", "x"): [1.0, 2.0]}, "at least 2"),
        ({("a", "x"): [1.0], ("b", "x"): [2.0]}, "repeatability"),
        ({("a", "x"): [1.0, 2.0], ("b", "x"): [1.0]}, "part b, operator x: 1"),
        ({("a", "x"): [1.0, 2.0], ("b", "y"): [1.0, 2.0]}, "part a, operator y: 0"),
    ],
)
def test_a_study_that_is_not_crossed_is_refused_with_what_it_lacks(cells: dict[tuple[str, str], list[float]], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        gauge_study("travel_ms", "ms", cells, low=None, high=None)


def test_a_study_is_found_in_the_job_texts_or_in_a_file(tmp_path: Path) -> None:
    """Both ways give the same study."""
    rows = ["run,part,operator"]
    tests = [(part, who, base + more) for part, base in (("1", 100.0), ("2", 140.0)) for who, more in WHO_AND_MORE]
    for day, (part, who, travel) in enumerate(tests, start=1):
        folder = run_folder(tmp_path / "runs", day, job=f"study part={part} operator={who}", travel_ms=travel)
        rows.append(f"{folder.name},{part},{who}")
    (tmp_path / "study.csv").write_text("\n".join(rows))
    with open_history(HistoryPlace(runs=tmp_path / "runs")) as history:
        by_job = gauge_of(history, RunFilter(), study=None, measurement="travel_ms")
        by_file = gauge_of(history, RunFilter(), study=tmp_path / "study.csv", measurement=None)
        assert by_job == by_file
        (study,) = by_job.studies
        assert (study.parts, study.operators, study.trials) == (2, 2, 2)
        assert study.word == "good"
        with pytest.raises(UsageError, match="travel_ms"):
            gauge_of(history, RunFilter(), study=None, measurement="nonsense")


PUBLISHED = {
    "a": """0.29 -0.56 1.34 0.47 -0.80 0.02 0.59 -0.31 2.26 -1.36
            0.41 -0.68 1.17 0.50 -0.92 -0.11 0.75 -0.20 1.99 -1.25
            0.64 -0.58 1.27 0.64 -0.84 -0.21 0.66 -0.17 2.01 -1.31""",
    "b": """0.08 -0.47 1.19 0.01 -0.56 -0.20 0.47 -0.63 1.80 -1.68
            0.25 -1.22 0.94 1.03 -1.20 0.22 0.55 0.08 2.12 -1.62
            0.07 -0.68 1.34 0.20 -1.28 0.06 0.83 -0.34 2.19 -1.50""",
    "c": """0.04 -1.38 0.88 0.14 -1.46 -0.29 0.02 -0.46 1.77 -1.49
            -0.11 -1.13 1.09 0.20 -1.07 -0.67 0.01 -0.56 1.45 -1.77
            -0.15 -0.96 0.67 0.11 -1.45 -0.49 0.21 -0.49 1.87 -2.16""",
}
"""The worked example of the AIAG manual (MSA, 4th edition): three appraisers, three trials (rows), ten parts (columns)."""
MS_APPRAISER, MS_PART, MS_BOTH, MS_GAUGE = 1.58363, 9.81799, 0.01994, 0.04598
"""Its analysis of variance as printed there. The manual then pools the interaction into the gauge (0.19993); this product never does."""


def test_the_published_gauge_study_gives_the_published_figures() -> None:
    rows = {who: [[float(x) for x in line.split()] for line in text.splitlines()] for who, text in PUBLISHED.items()}
    cells = {(f"{part:02d}", who): [line[part] for line in lines] for who, lines in rows.items() for part in range(10)}
    study = gauge_study("length", "mm", cells, low=None, high=None)
    assert study.repeatability**2 == pytest.approx(MS_GAUGE, abs=5e-6)
    assert study.reproducibility**2 == pytest.approx((MS_APPRAISER - MS_BOTH) / 30, abs=5e-6)
    assert study.part_to_part**2 == pytest.approx((MS_PART - MS_BOTH) / 9, abs=5e-6)
    assert study.categories == 4, "as published"
    pooled = (18 * MS_BOTH + 60 * study.repeatability**2) / 78
    assert math.sqrt(pooled) == pytest.approx(0.199933, abs=5e-6), "the manual's repeatability, pooled by hand"
    assert study.share == pytest.approx(0.279, abs=0.01), "27.9 % there"


def test_the_published_capability_gives_the_published_figure() -> None:
    """NIST/SEMATECH handbook, 7.1.6: limits 8 and 20, mean 16, s 2: Cpk 0.6667."""
    assert cpk_of(16.0, 2.0, 8.0, 20.0) == pytest.approx(2 / 3)
    assert cpk_of(16.0, 2.0, 8.0, None) == pytest.approx(4 / 3)
