"""Run folders that somebody else can write into: what is huge or no plain file neither stalls us nor fills the memory."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import PortError, RecordError
from bench.store import forgetting
from bench.store.forgetting import forget_in_folder
from bench.store.late_answers import LATE, MAX_BYTES, LateAnswer, keep_late, read_late
from tests.command_runs import ROOT

VIN = "SJNFAAJ11U1234567"
ANSWER = LateAnswer(utc="2026-11-25T10:00:00Z", question="probe_at_plug", value="no voltage")
ROOM_MB = 200
"""Address space that the search may use; the file that it meets is longer than that."""
WORDS = st.sampled_from([VIN, VIN.lower(), f'"vin":"{VIN}"', '"vin":"', VIN[:9], "\n", "x", "SJN"])
ON_RUN_LINE = re.compile(f'("vin":)"{VIN}"|{VIN}', re.IGNORECASE)


def test_a_fifo_in_place_of_the_late_answers_is_refused_both_ways(tmp_path: Path) -> None:
    """Nobody writes into it and nobody reads from it: neither side may wait."""
    os.mkfifo(tmp_path / LATE)
    with pytest.raises(RecordError, match="no plain file"):
        read_late(tmp_path / "observations.jsonl")
    with pytest.raises(PortError, match=LATE):
        keep_late(tmp_path, [ANSWER])


def test_no_answers_are_none_and_kept_ones_come_back_in_order(tmp_path: Path) -> None:
    observations = tmp_path / "observations.jsonl"
    assert read_late(observations) == ()
    keep_late(tmp_path, [ANSWER])
    keep_late(tmp_path, [ANSWER])
    assert read_late(observations) == (ANSWER, ANSWER)


def test_late_answers_beyond_their_limit_are_refused_and_never_cut_short(tmp_path: Path) -> None:
    """A reading that stops at a limit would lose the newest answer, which is the one that counts."""
    with (tmp_path / LATE).open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(RecordError, match=f"longer than {MAX_BYTES}"):
        read_late(tmp_path / "observations.jsonl")
    with pytest.raises(PortError, match=f"limit {MAX_BYTES}"):
        keep_late(tmp_path, [ANSWER])
    assert (tmp_path / LATE).stat().st_size == MAX_BYTES + 1


@given(st.lists(WORDS, max_size=12), st.integers(1, 40))
def test_a_vin_is_found_wherever_the_pieces_are_cut(tmp_path_factory: pytest.TempPathFactory, words: list[str], chunk: int) -> None:
    """Read a few bytes at a time, the same is taken out as at once; nothing else changes."""
    folder = tmp_path_factory.mktemp("run")
    text = "".join(words)
    for name in ("observations.jsonl", "report.html"):
        (folder / name).write_text(text)
    usual = forgetting._CHUNK
    try:
        setattr(forgetting, "_CHUNK", chunk)  # noqa: B010
        forget_in_folder(folder, VIN)
    finally:
        setattr(forgetting, "_CHUNK", usual)  # noqa: B010
    seen = (folder / "observations.jsonl").read_text()
    assert VIN.lower() not in seen.lower()
    assert seen == ON_RUN_LINE.sub(lambda found: f"{found[1]}null" if found[1] else "-" * 17, text)
    assert (folder / "report.html").read_text() == text.replace(VIN, "-" * 17).replace(VIN.lower(), "-" * 17)


def test_a_vin_of_mixed_case_is_taken_out_too(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(f"car {VIN.title()}, {VIN.swapcase()}")
    assert forget_in_folder(tmp_path, VIN) == [f"{tmp_path / 'notes.txt'}: VIN taken out"]
    assert (tmp_path / "notes.txt").read_text() == f"car {'-' * 17}, {'-' * 17}"


def test_what_is_no_plain_file_is_passed_over(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(VIN)
    run = tmp_path / "run"
    run.mkdir()
    os.mkfifo(run / "report.html")
    (run / "link.txt").symlink_to(outside)
    assert forget_in_folder(run, VIN) == []
    assert outside.read_text() == VIN


SEARCH = """
import re, sys
from bench.store.forgetting import _parts
with open(sys.argv[1], "rb") as file:
    print(sum(found is not None for _, found in _parts(file, re.compile(sys.argv[2].encode()), 17)))
"""


def test_a_giant_is_searched_in_little_memory(tmp_path: Path) -> None:
    """512 MB of holes with the VIN at the end, in a process that has room for less than half of it."""
    giant = tmp_path / "report.html"
    with giant.open("wb") as file:
        file.seek(512 << 20)
        file.write(VIN.encode())
    room = ROOM_MB << 20
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(giant), VIN], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room)),
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("1", "")
