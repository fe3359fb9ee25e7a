"""Known-good locks become a part's windows: honest about few units, every number with its source, and sharper for that part."""

import math
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.part_windows import COVERED, UnitReadings, interval, learnt_windows, outliers, shown_by_too_few, student_t
from bench.analysis.reference import TOLERANCE, nominal_readings
from bench.app.judging import judge_record
from bench.config import load_families, load_profile, profile_ids
from bench.config.profile_writer import profile_toml
from bench.config.source_file import parse_toml
from bench.config.typed import typed
from bench.model.profile import Profile
from bench.model.record import RunRecord
from tests.command_runs import DOOR, GATE, RunShelf, lockbench
from tests.plants.world_e import PULSE_MS
from tests.population_cases import Case, recorded

BASE = load_profile(DOOR)


@pytest.mark.parametrize(("freedom", "covered", "t"), [(1, 0.95, 12.706), (2, 0.95, 4.303), (10, 0.95, 2.228), (30, 0.99, 2.750)])
def test_students_t_is_that_of_the_tables(freedom: int, covered: float, t: float) -> None:
    assert student_t(freedom, covered) == pytest.approx(t, abs=6e-4)


@pytest.mark.parametrize("n", [1, 3, 6, 20])
def test_a_window_holds_the_share_of_good_parts_that_it_claims(n: int) -> None:
    """Parts of the estimated spread, windows from n of them: the next part lies inside as often as is claimed, or more."""
    draw, usual, inside, rounds = random.Random(n), 0.08, 0, 3000
    for _ in range(rounds):
        low, high, _, _ = interval([math.exp(draw.gauss(0, usual)) for _ in range(n)], usual)
        inside += low <= math.exp(draw.gauss(0, usual)) <= high
    assert inside / rounds > COVERED - 0.004


@given(values=st.lists(st.floats(0.1, 10), min_size=1, max_size=12), usual=st.sampled_from(sorted(TOLERANCE.values())))
def test_a_window_lies_around_what_was_measured_and_narrows_with_more_units_that_agree(values: list[float], usual: float) -> None:
    low, high, _, _ = interval(values, usual)
    middle = math.exp(sum(math.log(v) for v in values) / len(values))
    assert low < middle < high
    one, many = interval([middle], usual), interval([middle] * 12, usual)
    assert many[1] / many[0] < one[1] / one[0]


def unit(label: str, **values: float) -> UnitReadings:
    return UnitReadings(label=label, runs=(f"run-{label}",), values=values)


def test_who_does_not_fit_is_named_and_still_counts() -> None:
    units = [unit(str(n), resistance_ohm=3.8 + 0.05 * n) for n in range(6)] + [unit("odd", resistance_ohm=9.0)]
    found = outliers(BASE, units)
    assert [(o.label, o.name) for o in found] == [("odd", "resistance_ohm")]
    assert found[0].low < 3.8 < found[0].high < 9.0
    assert outliers(BASE, units[:2]) == ()
    with_it, without = (learnt_windows(BASE, u, "2026-11-25").limits["resistance_ohm"] for u in (units, units[:-1]))
    assert with_it.high > without.high


def test_a_learnt_window_says_where_it_comes_from_and_is_never_wider_than_the_one_before() -> None:
    made = learnt_windows(BASE, [unit("a", running_share=0.3)], "2026-11-25")
    new, old = made.limits["running_share"], BASE.limits["running_share"]
    assert new.high / new.low <= old.high / old.low * 1.001
    assert all(words in new.source for words in ("learnt from 1 units", "2026-11-25", "run-a", "Student t"))
    assert made.limits["lambda_vs"] == BASE.limits["lambda_vs"]


def test_what_only_some_units_show_is_not_learnt_from_them() -> None:
    """A monitor that clips reads the resistance of the weak ones only; a window around those would shut good locks out."""
    some = [unit("weak", resistance_ohm=4.7, running_a=0.45), *(unit(str(n), running_a=0.6 + 0.02 * n) for n in range(5))]
    made = learnt_windows(BASE, some, "2026-11-25")
    assert made.limits["resistance_ohm"] == BASE.limits["resistance_ohm"]
    assert made.limits["plateau_a"] == BASE.limits["plateau_a"]
    assert made.limits["running_a"] != BASE.limits["running_a"]
    told = shown_by_too_few(BASE, some)
    assert told["resistance_ohm"] == 1
    assert "running_a" not in told


@pytest.mark.parametrize("profile_id", profile_ids())
def test_a_written_profile_reads_back_as_it_was(profile_id: str) -> None:
    profile = load_profile(profile_id)
    text = profile_toml(profile, ["heading"])
    assert typed(parse_toml(text.encode(), "x"), Profile, "x") == profile


@given(title=st.text(max_size=40), note=st.text(max_size=40))
def test_any_text_in_a_profile_survives_being_written(title: str, note: str) -> None:
    """Quotes, control characters and other alphabets too; lone surrogates are no text."""
    if any("\ud800" <= c <= "\udfff" for c in title + note):
        return
    profile = msgspec.structs.replace(BASE, title=title, notes=(note,))
    assert typed(parse_toml(profile_toml(profile, []).encode(), "x"), Profile, "x") == profile


def good_folders(shelf: RunShelf) -> list[Path]:
    return [shelf.get("sim", "--profile", DOOR, "--seed", str(n), "--job", f"unit {n}").folder for n in (21, 22, 23)]


def test_the_command_writes_a_profile_that_test_takes(shelf: RunShelf, out: Path, tmp_path: Path) -> None:
    folders, path = good_folders(shelf), tmp_path / "mine.toml"
    said = lockbench("learn", *folders, "-o", path, "--id", "mine")
    assert said.code == 0, said
    assert "3 units, 3 runs" in said.out
    assert "mostly estimate" in said.out
    profile = load_profile(str(path))
    assert profile.id == "mine"
    assert profile.limits["lambda_vs"] != BASE.limits["lambda_vs"]
    assert lockbench("test", "--rig", "sim", "--seed", "24", "--profile", path, "--out", out, "--json").document["verdict"] == "PASS"
    lockbench("learn", *folders, "-o", path).refused("not overwritten")


def test_two_runs_of_one_unit_count_once(shelf: RunShelf, tmp_path: Path) -> None:
    folders = good_folders(shelf)
    labels = [word for folder in folders[:2] for word in ("--unit", f"{folder}=left door")]
    document = lockbench("learn", *folders, *labels, "-o", tmp_path / "p.toml", "--json").document
    assert [(u["label"], len(u["runs"])) for u in document["units"]] == [("left door", 2), ("unit 23", 1)]
    assert "from 2 units" in document["limits"]["lambda_vs"]["source"]
    rest = lockbench("learn", *folders, *labels, "--leave-out", "unit 23", "-o", tmp_path / "q.toml", "--json").document
    assert [u["label"] for u in rest["units"]] == ["left door"]


def test_what_cannot_be_learnt_from_is_refused(shelf: RunShelf, tmp_path: Path) -> None:
    folders, gate = good_folders(shelf), shelf.get("sim", "--profile", GATE).folder
    path = tmp_path / "p.toml"
    lockbench("learn", folders[0], gate, "-o", path).refused("tailgate")
    lockbench("learn", *folders, "--leave-out", "nobody", "-o", path).refused("nobody", "unit 21")
    lockbench("learn", *folders, "--unit", "elsewhere=x", "-o", path).refused("elsewhere")
    aborted = tmp_path / "none"
    lockbench("learn", aborted, "-o", path).refused("none")
    assert not path.exists()


def run_of(world: str, fault: str | None, seed: int, severity: float = 0.0) -> RunRecord:
    pulse_ms = PULSE_MS if world == "e" else None
    return recorded(Case(kind="rear_door", fault=fault, severity=severity, seed=seed, world=world, pulse_ms=pulse_ms), None)


@pytest.mark.parametrize(("world", "fault", "severity"), [("b", "cable_stretched", 0.35), ("e", "motor_short", 0.35)])
def test_windows_learnt_on_another_make_sharpen_the_verdict_on_it(world: str, fault: str, severity: float) -> None:
    """Six good locks of another make, and a milder fault: what the shipped windows leave open, the learnt ones decide; good ones pass."""
    families = load_families(BASE)
    good = [run_of(world, None, 100 + n) for n in range(6)]
    units = [UnitReadings(label=str(n), runs=(str(n),), values=nominal_readings(r, BASE, families)) for n, r in enumerate(good)]
    learnt = learnt_windows(BASE, units, "2026-11-25")
    shown = [(None, run_of(world, None, 200)), (fault, run_of(world, fault, 200, severity)), (fault, run_of(world, fault, 201, severity))]

    def right(profile: Profile) -> int:
        found = [(f, judge_record(record, profile).document) for f, record in shown]
        return sum(d.verdict == "PASS" if f is None else d.verdict == "FAIL" and f in d.diagnoses[0].group for f, d in found)

    before, after = right(BASE), right(learnt)
    assert before < after == len(shown)


def test_windows_learnt_behind_a_monitor_that_clips_shut_no_good_lock_out() -> None:
    """World c: 3.2 A of range, stall currents of 2.4 to 5.5 A. Nothing is gained there, and nothing may be lost."""
    families = load_families(BASE)
    good = [run_of("c", None, 82000 + n) for n in range(8)]
    units = [UnitReadings(label=str(n), runs=(str(n),), values=nominal_readings(r, BASE, families)) for n, r in enumerate(good)]
    learnt = learnt_windows(BASE, units, "2026-11-25")
    for seed in (45000, 45001, 45004, 45005):
        record = run_of("c", None, seed)
        assert judge_record(record, learnt).document.verdict == judge_record(record, BASE).document.verdict
