"""The command as a process: silence is told, signals end it with a summary, stdout carries JSON lines and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "bench", "monitor"]


def run(*words: str, seconds: float = 30) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_a_summary_and_silence_was_told(number: signal.Signals, tmp_path: Path) -> None:
    words = [*COMMAND, "-i", "virtual", "-c", f"x{number}", "--json", "--log", str(tmp_path / "d.log")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        lines = [json.loads(child.stdout.readline()) for _ in range(3)]
        os.kill(child.pid, number)
        lines += [json.loads(line) for line in child.stdout]
        assert child.wait(10) == 0
    assert [line["event"] for line in lines] == ["listening", "recording", "silent", "summary"]
    assert 1.9 < lines[2]["t_s"] < 4
    assert lines[3]["ended"] == number.name
    assert lines[3]["schema"] == "lockbench.monitor/1"
    assert (tmp_path / "d.log").stat().st_size == 0


def test_it_ends_by_itself_after_the_time_asked_for_and_plain_lines_say_what_happened() -> None:
    began = time.monotonic()
    done = run("-i", "virtual", "-c", "y", "--seconds", "0.5")
    assert done.returncode == 0
    assert time.monotonic() - began < 20
    assert "no real bus" in done.stdout
    assert "ended: 0.5 s are over" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-i", "socketcan", "-c", "nocan7"), 5, "ip link set nocan7 type can bitrate 500000 listen-only on"),
        (("-i", "socketcan", "-c", "lo"), 5, "is no CAN interface"),
        (("-i", "gs_usb", "-c", "0"), 5, "cannot switch 'gs_usb' to listen-only"),
        (("-i", "virtual", "-c", "z", "--seconds", "-1"), 2, "--seconds"),
        (("-i", "virtual", "-c", "z", "--filter", "zz"), 2, "--filter zz"),
        (("-i", "virtual", "-c", "z", "--dbc", "nowhere.dbc"), 2, "nowhere.dbc"),
        (("-i", "virtual", "-c", "z", "--learn", "--door", "bonnet"), 2, "bonnet"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_an_exit_code(words: tuple[str, ...], code: int, said: str) -> None:
    done = run(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_learning_without_anybody_there_ends_with_a_clear_sentence(tmp_path: Path) -> None:
    done = run("-i", "virtual", "-c", "w", "--learn", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "nobody is there to answer" in done.stderr


def test_listening_on_socketcan_imports_neither_python_can_nor_cantools() -> None:
    script = "import sys, bench.cli.monitor_command, bench.rig.can_raw; print({'can', 'cantools', 'asammdf', 'serial'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_python_can_is_imported_as_if_asammdf_were_not_there() -> None:
    script = (
        "import sys\n"
        "from bench.rig.can_python import without_asammdf\n"
        "with without_asammdf():\n"
        "    try:\n"
        "        import asammdf\n"
        "    except ImportError:\n"
        "        print('hidden')\n"
        "print('asammdf' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "hidden\nFalse\n"
