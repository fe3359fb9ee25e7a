"""The index over run folders: it says what the folders say, finds what is asked for, and forgets what must be forgotten."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from history_samples import VIN, bytes_of, judged_again, run_folder

from bench.app.history import HistoryPlace, forget, make_filter, open_history
from bench.app.history_exports import export_runs
from bench.errors import RecordError, UsageError
from bench.model.history import FoundRun, RunFilter
from bench.store.index import INDEX_NAME


def found(root: Path, wanted: RunFilter | None = None) -> list[FoundRun]:
    with open_history(HistoryPlace(runs=root)) as history:
        return history.search(wanted or RunFilter())


def names(root: Path, wanted: RunFilter | None = None) -> list[str]:
    return [one.run.run[-3:] for one in found(root, wanted)]


def test_every_run_is_listed_newest_first_with_its_verdict(tmp_path: Path) -> None:
    """A run that was cut before it had a verdict is listed as ABORTED (DESIGN 3.3)."""
    run_folder(tmp_path, 1)
    run_folder(tmp_path, 3, verdict="FAIL", fault="motor_open")
    run_folder(tmp_path, 2, verdict=None)
    assert [(one.run.run[-3:], one.verdict.verdict) for one in found(tmp_path)] == [("d03", "FAIL"), ("d02", "ABORTED"), ("d01", "PASS")]


def test_the_index_follows_the_folders(tmp_path: Path) -> None:
    """New, judged again and removed folders: the next look shows them as they are."""
    first, second = run_folder(tmp_path, 1), run_folder(tmp_path, 2)
    assert names(tmp_path) == ["d02", "d01"]
    judged_again(first, verdict="FAIL", fault="gear_jam")
    shutil.rmtree(second)
    run_folder(tmp_path, 3)
    assert [(one.run.run[-3:], one.verdict.verdict) for one in found(tmp_path)] == [("d03", "PASS"), ("d01", "FAIL")]


def test_reindexing_from_the_folders_alone_gives_the_same_history(tmp_path: Path) -> None:
    """The database is an index: deleted or made anew, it says the same."""
    for day in range(1, 6):
        run_folder(tmp_path, day, vin=VIN if day % 2 else None, travel_ms=100.0 + day)
    before = found(tmp_path)
    for name in (INDEX_NAME, f"{INDEX_NAME}-wal", f"{INDEX_NAME}-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    assert found(tmp_path) == before
    with open_history(HistoryPlace(runs=tmp_path), anew=True) as history:
        assert history.search(RunFilter()) == before


def test_a_folder_that_cannot_be_read_is_named_and_stops_nothing(tmp_path: Path) -> None:
    run_folder(tmp_path, 1)
    bad = tmp_path / "2026-11-09T00-00-00Z-bad"
    bad.mkdir()
    (bad / "observations.jsonl").write_text("not a record\n")
    torn = run_folder(tmp_path, 2)
    (torn / "verdict.json").write_text('{"schema": ')
    with open_history(HistoryPlace(runs=tmp_path)) as history:
        assert [one.run.run[-3:] for one in history.search(RunFilter())] == ["d01"]
        assert len(history.problems) == 2
        assert any("no record of observations" in problem for problem in history.problems)


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"vin": VIN}, [1]),
        ({"vin": VIN.lower()}, [1]),
        ({"job": "ro 47"}, [2]),
        ({"job": "%"}, []),
        ({"fault": "motor_open"}, [3]),
        ({"fault": "wire_open_motor"}, [3]),
        ({"fault": "frozen"}, []),
        ({"verdict": "pass"}, [2, 1]),
        ({"since": "2026-11-02"}, [3, 2]),
        ({"until": "2026-11-02"}, [2, 1]),
        ({"since": "2026-11-02", "until": "2026-11-02"}, [2]),
        ({"limit": 1}, [3]),
        ({"profile": "other"}, []),
    ],
)
def test_a_search_finds_what_fits_and_nothing_else(tmp_path: Path, asked: dict[str, str], days: list[int]) -> None:
    """By VIN, job (part of it, no wildcards), fault (named or in its group), verdict, profile and day (the last one included)."""
    run_folder(tmp_path, 1, vin=VIN)
    run_folder(tmp_path, 2, job="RO 4711")
    run_folder(tmp_path, 3, verdict="FAIL", fault="motor_open")
    assert names(tmp_path, make_filter(**asked)) == [f"d{day:02d}" for day in days]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"fault": "motor_opne"}, "motor_open"),
        ({"verdict": "GOOD"}, "PASS"),
        ({"since": "yesterday"}, "2026-11-23"),
        ({"limit": 0}, "at least 1"),
        ({"vin": "SHORT"}, "17"),
    ],
)
def test_a_search_that_means_nothing_is_refused_with_what_would_do(asked: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        make_filter(**asked)  # type: ignore[arg-type]


def test_a_forgotten_vin_is_nowhere_any_more(tmp_path: Path) -> None:
    """Neither in the record, nor in the report, nor in the database file and its log; the run itself stays, under the same key."""
    run_folder(tmp_path, 1, vin=VIN, job=f"car {VIN.lower()}", travel_ms=100.0)
    run_folder(tmp_path, 2, vin="SJNFAAJ11U7654321")
    key = found(tmp_path, make_filter(vin=VIN))[0].run.key
    assert VIN.encode() in bytes_of(tmp_path)
    said = forget(HistoryPlace(runs=tmp_path), VIN)
    assert said[-1].endswith("taken out of 1 run")
    everything = bytes_of(tmp_path)
    assert VIN.encode() not in everything
    assert VIN.lower().encode() not in everything
    assert b"SJNFAAJ11U7654321" in everything
    assert names(tmp_path, make_filter(vin=VIN)) == []
    assert [one.run.key for one in found(tmp_path)][1] == key


def test_a_vin_is_forgotten_wherever_it_stands(tmp_path: Path) -> None:
    """In a job text alone, in the kept copy of a good lock's run, in the panel's audit and in a table beside the folders."""
    run_folder(tmp_path, 1, job=f"RO 7 {VIN}")
    other = run_folder(tmp_path, 2, vin="SJNFAAJ11U7654321")
    copy = other / "config" / "reference.jsonl"
    copy.parent.mkdir(exist_ok=True)
    copy.write_text(f'{{"kind":"run","schema":1,"vin":"{VIN}"}}\n')
    (other / "report.pdf").write_bytes(b"%PDF packed")
    (tmp_path / "panel-audit.jsonl").write_text(f'{{"did":"job","job":"{VIN.lower()}"}}\n')
    (tmp_path / "runs.csv").write_text(f"run,vin\n1,{VIN}\n")
    untouched = run_folder(tmp_path, 3, vin="SJNFAAJ11U1111111")
    (untouched / "report.pdf").write_bytes(b"%PDF of another car")
    said = forget(HistoryPlace(runs=tmp_path), VIN)
    everything = bytes_of(tmp_path).lower()
    assert VIN.lower().encode() not in everything
    assert b"sjnfaaj11u7654321" in everything
    assert said[-1].endswith("taken out of 2 runs")
    assert "exported or printed earlier" in said[-2]
    assert not (other / "report.pdf").exists()
    assert (untouched / "report.pdf").exists()
    assert len(found(tmp_path)) == 3


@pytest.mark.parametrize("job", [f"RO 7 {VIN}", f"{VIN.lower()}/left", f"({VIN})"])
def test_a_vin_in_a_job_text_leaves_in_no_export(tmp_path: Path, job: str) -> None:
    """Though the run names no car, and in whatever case it was typed; an order number stays."""
    run_folder(tmp_path, 1, job=f"{job} order 2026-11-0000471-A")
    with open_history(HistoryPlace(runs=tmp_path, vin_key=tmp_path / "key")) as history:
        for name in ("out.csv", "out.jsonl", "out.xml"):
            export_runs(history, RunFilter(), tmp_path / name, with_vin=False, measurements=False)
            written = (tmp_path / name).read_text()
            assert VIN.lower() not in written.lower()
            assert "order 2026-11-0000471-A" in written


def test_a_folder_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="No such file"), open_history(HistoryPlace(runs=tmp_path / "nowhere")):
        pass
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("command", ["history", "stats"])
def test_without_the_extra_the_command_says_which_one_it_needs(command: str, tmp_path: Path) -> None:
    """An installation without SQLAlchemy is a usage error that names the extra, no internal error."""
    code = "import sys; sys.modules['sqlalchemy'] = None; from bench.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code, command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "lockbench[fleet]" in done.stderr
    assert "internal error" not in done.stderr
