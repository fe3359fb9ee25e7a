"""Many recordings on several workers: the same document to the byte, whatever dies; progress and rows in their turn."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import pytest
from analyze_samples import drive, opened, p1, write_candump

from bench.app import analyze_jobs
from bench.app.analyze import analyze
from bench.app.analyze_jobs import Reading, Step
from bench.errors import UsageError
from bench.model.analysis_document import FileAnalysis, FileError
from bench.model.family import Family


def garage(folder: Path) -> list[Path]:
    """Five good recordings, one that is no recording, one that is missing."""
    given = [write_candump(folder / f"{n}.log", drive(3 + n, opened((1, 2), (2.3, 9)) if n % 2 else lambda _: p1())) for n in range(5)]
    (folder / "bad.log").write_text("dear diary\n")
    return [*given[:2], folder / "bad.log", folder / "gone.log", *given[2:]]


@pytest.fixture(params=[True, False], ids=["fork", "spawn"], autouse=True)
def how_workers_start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyze_jobs, "_is_single", lambda: request.param)


def test_two_workers_give_the_same_document_to_the_byte(tmp_path: Path) -> None:
    given = garage(tmp_path)
    one, two = analyze(given, jobs=1), analyze(given, jobs=2)
    assert msgspec.json.encode(one) == msgspec.json.encode(two)
    assert (len(one.files), len(one.errors)) == (5, 2)


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    given = garage(tmp_path)
    killed: list[int] = []

    def kill_one(step: Step) -> None:
        if not killed and step.answer is None:
            victim = next(iter(multiprocessing.active_children())).pid or 0
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    document = analyze(given, jobs=2, watch=kill_one)
    assert killed
    assert msgspec.json.encode(document) == msgspec.json.encode(analyze(given))


def test_a_file_whose_worker_dies_each_time_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    """A worker that dies of its families, as they arrive or as it looks at them, stands for one that the kernel kills."""
    given = garage(tmp_path)[:2]
    answers = list(
        analyze_jobs.answers(
            given, Reading(cast("tuple[Family, ...]", _Poison())), source=analyze_jobs.processes(2), watch=lambda step: None
        )
    )
    assert [type(a).__name__ for a in answers] == ["FileError", "FileError"]
    assert all("its worker ended with code 9 3 times" in a.error for a in answers if isinstance(a, FileError))


def test_workers_end_with_the_one_who_asked(tmp_path: Path) -> None:
    """Killed outright while its workers wait for their next file: their pipes end, and so do they."""
    names = [str(p) for p in garage(tmp_path)]
    script = tmp_path / "asks.py"
    script.write_text(
        "import multiprocessing, time\n"
        "from pathlib import Path\n"
        "from bench.app import analyze_jobs\n"
        "from bench.app.analyze import analyze\n"
        "def told(step):\n"
        "    print(*(p.pid for p in multiprocessing.active_children()), flush=True)\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        f"    analyze_jobs._is_single = lambda: {analyze_jobs._is_single()}\n"
        f"    analyze([Path(n) for n in {names}], jobs=3, watch=told)\n"
    )
    asks = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert asks.stdout is not None
    workers = [int(word) for word in asks.stdout.readline().split()]
    asks.kill()
    asks.communicate()
    assert len(workers) == 3
    deadline = time.monotonic() + 20
    while (alive := [w for w in workers if _is_alive(w)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class _Poison:
    """Ends the process that unpickles it, and any other than its own that iterates over it."""

    home = os.getpid()

    def __iter__(self) -> Iterator[Family]:
        if os.getpid() != self.home:
            os._exit(9)
        return iter(())

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


def test_progress_counts_files_and_bytes_and_answers_come_in_order(tmp_path: Path) -> None:
    given = garage(tmp_path)
    steps: list[Step] = []
    document = analyze(given, jobs=2, watch=steps.append)
    done = [s for s in steps if s.answer is None]
    assert [s.done for s in done] == [1, 2, 3, 4, 5, 6, 7]
    assert done[-1].done_bytes == done[-1].all_bytes == sum(p.stat().st_size for p in given if p.exists())
    assert done[-1].left_s == 0
    told = [Path(s.answer.path).name for s in steps if s.answer is not None]
    assert told == [p.name for p in given]
    assert [f.path for f in document.files] == [s.answer.path for s in steps if isinstance(s.answer, FileAnalysis)]


def test_less_than_one_worker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--jobs 0: at least 1"):
        analyze([tmp_path], jobs=0)
