"""The wire finder hears every dropout while the loom is bent, drives nothing, and leaves a record that can be judged."""

import contextlib
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.app.judging import judge_record, load_run
from bench.app.rigs import parse_rig
from bench.app.wire_finder import Listener, WireRequest, find_wire
from bench.errors import UsageError
from bench.model.observations import Input, Output, StepMark
from tests.command_runs import DOOR, GATE, ROOT, lockbench


def watched(rig: str, out: Path, *, profile: str = DOOR, seconds: float = 9.0) -> tuple[list[tuple[str, float]], object]:
    heard: list[tuple[str, float]] = []
    request = WireRequest(rig=parse_rig(rig), profile=profile, seconds=seconds, out=out)
    found = find_wire(request, heard=lambda line, t_s: heard.append((line, t_s)), is_over=lambda: False, progress=lambda _: None)
    return heard, found


@pytest.mark.parametrize("profile", [DOOR, GATE])
def test_a_breaking_wire_is_heard_at_once_and_counted(out: Path, profile: str) -> None:
    said = lockbench("wire", "--rig", "sim:wire_intermittent", "--profile", profile, "--seconds", "9", "--out", out, "--json")
    assert said.code == 1
    document = said.document
    dropouts = document["dropouts"]
    assert len(dropouts) >= 5
    assert all(0 < d["t_s"] <= document["seconds"] and d["line"] in document["watched"] for d in dropouts)
    assert [d["t_s"] for d in dropouts] == sorted(d["t_s"] for d in dropouts)
    assert sum("line" in line and " s  " in line for line in said.err.splitlines()) == sum(d["line"] != "door_bit" for d in dropouts)


@pytest.mark.parametrize("rig", ["sim", "sim:switch_bounce", "sim:motor_open", "sim:wire_open_switch"])
def test_where_no_wire_breaks_nothing_is_heard(out: Path, rig: str) -> None:
    said = lockbench("wire", "--rig", rig, "--profile", DOOR, "--seconds", "9", "--out", out)
    assert said.code == 0
    assert "0 dropouts" in said.out
    assert "nothing is driven" in said.out


def test_nothing_is_switched_and_the_record_is_judged_but_never_passes(out: Path) -> None:
    """No output line at all: not the drives, not enable, not for a proof test. And nine seconds of bending test no lock."""
    for rig in ("sim", "sim:wire_intermittent"):
        _, found = watched(rig, out)
        record, profile = load_run(found.folder)  # type: ignore[attr-defined]
        assert not [line for line in record.observations if isinstance(line, Output)]
        assert {span.name for span in record.steps} == {"wiggle"}
        document = judge_record(record, profile).document
        assert document.verdict == found.verdict == "INCONCLUSIVE" or (rig != "sim" and document.verdict == "FAIL")  # type: ignore[attr-defined]
        if rig != "sim":
            assert max(document.probabilities or {}, key=(document.probabilities or {}).__getitem__) == "wire_intermittent"


def test_somebody_may_end_it_early(out: Path) -> None:
    turns = itertools.count()
    request = WireRequest(rig=parse_rig("sim"), profile=DOOR, seconds=600, out=out)
    found = find_wire(request, heard=lambda *_: None, is_over=lambda: next(turns) >= 2, progress=lambda _: None)
    assert found.seconds < 10


@pytest.mark.parametrize("seconds", [0.0, -1.0, 601.0, float("nan"), float("inf")])
def test_a_time_beyond_reason_is_refused(out: Path, seconds: float) -> None:
    with pytest.raises(UsageError, match=r"outside 1\.\.600 s"):
        watched("sim", out, seconds=seconds)


@given(gaps=st.lists(st.tuples(st.integers(1, 10**8), st.integers(1, 10**8)), max_size=20), rest=st.sampled_from([0, 1]))
def test_every_departure_from_rest_is_one_dropout_of_its_own_length(gaps: list[tuple[int, int]], rest: Literal[0, 1]) -> None:
    heard: list[float] = []
    away: Literal[0, 1] = 1 if rest == 0 else 0
    listener = Listener(lambda _line, t_s: heard.append(t_s))
    listener.see(Input(t=0, role="ajar", level=rest))
    listener.see(StepMark(t=0, name="wiggle", n=1, phase="start"))
    t, wanted = 0, []
    for still, gone in gaps:
        listener.see(Input(t=t + still, role="ajar", level=away))
        listener.see(Input(t=t + still + gone, role="ajar", level=rest))
        wanted.append(((t + still) / 1e9, gone / 1e6))
        t += still + gone
    assert heard == [begun for begun, _ in wanted]
    assert [(d.t_s, d.ms) for d in listener.all()] == [(round(b, 4), round(ms, 2)) for b, ms in wanted]


def test_a_real_rig_that_is_not_there_is_one_clear_sentence(out: Path) -> None:
    said = lockbench("wire", "--rig", "wiring/rpi-bench.toml", "--profile", DOOR, "--out", out)
    assert said.code in (2, 5)
    assert "internal error" not in said.err
    lockbench("wire", "--rig", "wiring/rpi-bench.toml:reopens", "--profile", DOOR).refused("real rig", "reopens")


def test_a_wire_that_stays_broken_is_a_dropout_to_the_end() -> None:
    listener = Listener(lambda *_: None)
    listener.see(Input(t=0, role="lock", level=1))
    listener.see(StepMark(t=0, name="wiggle", n=1, phase="start"))
    listener.see(Input(t=5_000_000, role="lock", level=0))
    assert [(d.line, d.ms) for d in listener.all()] == [("lock", None)]


def test_at_a_terminal_each_dropout_rings_the_bell_and_shows_its_moment(out: Path) -> None:
    """A pseudo-terminal is what sounds; what it shows are the dropouts of the record, in order, none twice."""
    ours, theirs = os.openpty()
    asked = ("--rig", "sim:wire_intermittent", "--profile", DOOR, "--seconds", "6", "--out", str(out), "--json")
    command = [sys.executable, "-m", "bench", "wire", *asked]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, cwd=ROOT, check=False)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # a terminal that nobody holds any more ends in an error
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    dropouts = [d for d in json.loads(done.stdout)["dropouts"] if d["line"] != "door_bit"]
    rung = [line for line in shown.decode().splitlines() if "\a" in line]
    assert len(rung) == len(dropouts) >= 5
    assert [f"{d['t_s']:.3f}" for d in dropouts] == [line.strip("\a ").split()[0] for line in rung]
