"""What only a process of its own can show: streams that close, disks that fill, locales, start-up."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_runs import ROOT, RunShelf, environment, lockbench, spawned, written

HEAD = {"kind": "run", "schema": 1, "profile": "qashqai-j11-rear-door"}
ARGV = [sys.executable, "-m", "bench"]


def small_disk() -> None:
    """In the child: no file grows above 20 kB; the write fails as on a full disk instead of killing the process."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_disk_that_fills_in_mid_run_is_one_sentence_and_keeps_what_was_written(tmp_path: Path) -> None:
    """Exit code 5, no traceback; the lines that reached the disk are whole and can be judged."""
    argv = [*ARGV, "test", "--rig", "sim", "--out", str(tmp_path / "runs"), "--json"]
    done = subprocess.run(
        argv, cwd=ROOT, env=environment(), capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False, preexec_fn=small_disk
    )
    assert done.returncode == 5
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    said = done.stderr.decode().strip().splitlines()[-1]
    assert "observations.jsonl" in said
    folder = next((tmp_path / "runs").iterdir())
    assert (folder / "observations.jsonl").stat().st_size > 10_000
    again = lockbench("judge", "--json", folder)
    assert again.code == 4
    assert again.document["verdict"] == "ABORTED"


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="needs root to mount a small file system")
def test_a_full_file_system_is_one_sentence(tmp_path: Path) -> None:
    """The same with a real file system of 64 kB."""
    tmp_path.joinpath("full").mkdir()
    where = str(tmp_path / "full")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", where], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount")
    try:
        said = lockbench("test", "--rig", "sim", "--out", where, "--json")
        assert said.code == 5
        assert said.out == ""
        assert "No space left" in said.err.strip().splitlines()[-1]
    finally:
        subprocess.run(["umount", where], check=True)


@pytest.mark.parametrize("what", ["a file", "below a file", "too long", "proc"])
def test_a_place_that_takes_no_run_is_one_sentence(what: str, tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("x")
    place = {"a file": file, "below a file": file / "runs", "too long": tmp_path / ("x" * 300), "proc": Path("/proc/runs")}[what]
    said = lockbench("test", "--rig", "sim", "--out", place)
    said.refused(str(place)[:40], code=said.code)
    assert said.code in (2, 5)


@pytest.mark.parametrize("argv", [("faults",), ("faults", "--json"), ("test", "--rig", "sim", "--plan"), ("--help",)])
def test_a_reader_that_goes_away_is_no_error(argv: tuple[str, ...]) -> None:
    """`lockbench faults | head -1`: no traceback, no complaint at exit."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*ARGV, *argv], cwd=ROOT, env=environment(), stdout=writer, stderr=subprocess.PIPE, timeout=30, check=False)
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode in (0, 141)


def test_a_verdict_survives_a_reader_that_went_away(tmp_path: Path) -> None:
    """The run is complete on disk whatever happened to the terminal."""
    reader, writer = os.pipe()
    os.close(reader)
    argv = [*ARGV, "test", "--rig", "plant:tests.cli.odd_silent:dead", "--out", str(tmp_path)]
    done = subprocess.run(
        argv, cwd=ROOT, env=environment(), stdout=writer, stderr=writer, stdin=subprocess.DEVNULL, timeout=30, check=False
    )
    os.close(writer)
    assert done.returncode in (0, 5, 141)
    assert {p.name for p in next(tmp_path.iterdir()).iterdir()} == {"observations.jsonl", "verdict.json", "config", "report.html"}


@pytest.mark.parametrize(
    "env", [{"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_a_plain_locale_gets_the_same_answers(env: dict[str, str], shelf: RunShelf) -> None:
    """No letter of ours may crash a terminal that knows ASCII only."""
    folder = shelf.get("sim:switch_stuck_closed", "--seed", "1").folder
    for argv, code in ((("faults",), 0), (("judge", str(folder)), 1), (("judge", "--json", str(folder)), 1), (("test", "--help"), 0)):
        said = spawned(*argv, env=env)
        assert said.code == code, said.err
        assert said.out
        assert "Traceback" not in said.err
        assert "internal error" not in said.err


def test_a_file_name_that_is_no_utf8_is_worked_with(tmp_path: Path, shelf: RunShelf) -> None:
    """Old cameras and Windows shares leave such names."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/fahrt\xfc"))
    odd.mkdir()
    log, copy = odd / "a.log", odd / "run.jsonl"
    log.write_text("(1700000000.000000) can0 60D#0006000000000000\n")
    shutil.copy(shelf.get("sim", "--seed", "1").observations, copy)
    for argv, code in (
        (("analyze", "--json", log), 0), (("analyze", log), 0), (("judge", "--json", copy), 0), (("judge", copy), 0),
        (("judge", "--json", copy, odd / "missing"), 2), (("report", copy, "-o", odd / "r.html"), 0),
        (("analyze", "--json", odd / "x.log"), 2),
    ):  # fmt: skip
        said = spawned(*argv)
        assert said.code == code, (argv, said)
        assert "internal error" not in said.err
        assert said.out


def test_nobody_waits_for_a_terminal(tmp_path: Path) -> None:
    """With stdin closed nothing hangs: the simulated hands answer."""
    argv = [*ARGV, "test", "--rig", "sim", "--out", str(tmp_path), "--json"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *argv], cwd=ROOT, env=environment(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "PASS"


def test_a_crash_is_exit_5_in_one_line_and_never_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1 says FAIL about a lock: nothing uncaught may say that."""

    def broken(_: object) -> int:
        raise RuntimeError("cogs everywhere")

    monkeypatch.setattr("bench.cli.judge_command.main", broken)
    lockbench_said = lockbench("judge", written(tmp_path / "x.jsonl", [HEAD]))
    assert lockbench_said.code == 5
    assert "cogs everywhere" in lockbench_said.err
    assert "Traceback" not in lockbench_said.err
