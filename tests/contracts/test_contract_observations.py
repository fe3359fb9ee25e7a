"""DESIGN 3.4: the lines of a run as they are written, and what a reader does with odd ones."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.model.observations import Current, End, Observation, Output, StepMark, time_of
from tests.command_runs import DOOR, GATE, Run, RunShelf, lockbench, written

KINDS = {
    "run", "step", "output", "current", "input", "line_voltage", "can", "bus", "answer", "ambient", "supply", "stop", "trip", "end",
}  # fmt: skip
STRICT = msgspec.json.Decoder(Observation, strict=True)
MS = 1_000_000
WHOLE = pytest.mark.parametrize(
    ("rig", "more"),
    [("sim", ()), ("sim:wire_intermittent", ()), ("sim:motor_short", ()), ("sim", ("--profile", GATE)), ("sim:bcm_stuck", ())],
)


def whole(shelf: RunShelf, rig: str, more: tuple[str, ...]) -> Run:
    """Return a run that was not stopped."""
    return shelf.get(rig, *more, "--seed", "1")


@WHOLE
def test_every_line_is_one_observation_to_the_letter(shelf: RunShelf, rig: str, more: tuple[str, ...]) -> None:
    raw = whole(shelf, rig, more).observations.read_bytes()
    assert raw.endswith(b"\n")
    lines = raw.splitlines()
    for line in lines:
        STRICT.decode(line)
    kinds = [json.loads(line)["kind"] for line in lines]
    assert set(kinds) <= KINDS
    assert kinds[0] == "run"
    assert kinds.count("run") == 1
    assert kinds[-1] == "end"
    assert kinds.count("end") == 1


@WHOLE
def test_samples_span_no_more_than_50_ms_and_hold_finite_numbers_or_nothing(shelf: RunShelf, rig: str, more: tuple[str, ...]) -> None:
    for line in whole(shelf, rig, more).decoded():
        if isinstance(line, Current):
            assert line.dt[0] == 0
            assert line.dt == sorted(line.dt)
            assert line.dt[-1] <= 50 * MS
            assert all(a is None or a >= 0 for a in line.a)


@WHOLE
def test_a_step_ends_half_a_second_after_its_last_stimulus_at_the_earliest(shelf: RunShelf, rig: str, more: tuple[str, ...]) -> None:
    lines = whole(shelf, rig, more).decoded()
    ends = {(m.name, m.n): m.t for m in lines if isinstance(m, StepMark) and m.phase == "end"}
    starts = {(m.name, m.n): m.t for m in lines if isinstance(m, StepMark) and m.phase == "start"}
    assert ends.keys() == starts.keys()
    assert len(ends) >= 7
    for key, end in ends.items():
        inside = [o.t for o in lines if isinstance(o, Output) and starts[key] <= o.t < end]
        assert end - max(inside, default=starts[key]) >= 500 * MS, key


@WHOLE
def test_the_first_input_line_of_each_fitted_role_is_its_level_at_the_start(shelf: RunShelf, rig: str, more: tuple[str, ...]) -> None:
    lines = whole(shelf, rig, more).lines()
    first: dict[str, int] = {}
    for line in lines:
        if line["kind"] == "input":
            first.setdefault(line["role"], line["t"])
    assert {"ajar", "estop"} <= set(first)
    assert all(t == 0 for t in first.values())
    levels: dict[str, int] = {}
    for line in sorted((x for x in lines if x["kind"] == "input"), key=lambda x: x["t"]):
        assert levels.get(line["role"]) != line["level"], "a level is written when it changes"
        levels[line["role"]] = line["level"]


@WHOLE
def test_no_frame_run_crosses_a_step_end(shelf: RunShelf, rig: str, more: tuple[str, ...]) -> None:
    """The same payload, count times, until last; cut at step ends."""
    lines = whole(shelf, rig, more).lines()
    ends = [line["t"] for line in lines if line["kind"] == "step" and line["phase"] == "end"]
    frames = [line for line in lines if line["kind"] == "can"]
    assert frames
    for frame in frames:
        assert frame["last"] >= frame["t"]
        assert (frame["count"] == 1) == (frame["last"] == frame["t"])
        assert len(bytes.fromhex(frame["data"])) <= 8
        assert not [end for end in ends if frame["t"] < end < frame["last"]], frame


def test_a_tailgate_is_never_driven_in_reverse(shelf: RunShelf) -> None:
    lines = shelf.get("sim", "--profile", GATE, "--seed", "1").lines()
    assert "drive_unlock" not in {line["role"] for line in lines if line["kind"] == "output"}
    assert "release" in {line["name"] for line in lines if line["kind"] == "step"}


def test_a_stopped_run_ends_with_its_stop_and_everything_is_off(shelf: RunShelf) -> None:
    lines = shelf.get("plant:odd_plants:emergency_stop", "--seed", "1").lines()
    assert lines[-1]["kind"] == "stop"
    assert lines[-1]["reason"] == "estop"
    state = {line["role"]: line["energised"] for line in lines if line["kind"] == "output"}
    assert not any(state.values())


def judged(tmp_path: Path, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the document of these lines."""
    return lockbench("judge", "--json", written(tmp_path / "observations.jsonl", lines)).document


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a document concludes; its names and warnings left out."""
    return {k: v for k, v in document.items() if k not in {"run", "warnings"}}


@pytest.fixture
def run(shelf: RunShelf) -> Run:
    """A run in which something is found."""
    return shelf.get("sim:switch_stuck_closed", "--seed", "1")


def test_only_profile_and_schema_must_stand_on_the_run_line(run: Run, tmp_path: Path) -> None:
    document = judged(tmp_path, [{"kind": "run", "schema": 1, "profile": DOOR}, *run.lines()[1:]])
    assert document["probabilities"] == run.document["probabilities"]


def test_lines_may_come_late_readers_sort_them(run: Run, tmp_path: Path) -> None:
    """Also when time goes backwards from line to line: each line stands for its own moment."""
    lines = run.lines()
    head, rest = lines[0], lines[1:]

    def moment(line: dict[str, Any]) -> int:
        return int(line.get("t", line.get("t0", 0)))

    in_time = sorted(rest, key=moment)
    blocks = [in_time[i : i + 40] for i in range(0, len(in_time), 40)]
    assert plain(judged(tmp_path, [head, *in_time])) == plain(run.document)
    backwards = [line for block in reversed(blocks) for line in block]
    late = judged(tmp_path, [head, *backwards])
    assert late["verdict"] == run.document["verdict"]
    assert late["diagnoses"][0]["fault"] == run.document["diagnoses"][0]["fault"]


def test_an_unknown_kind_and_an_unknown_key_are_skipped_with_a_warning(run: Run, tmp_path: Path) -> None:
    head, *rest = run.lines()
    odd = [{**head, "mood": "good"}, {"kind": "smell", "t": 5, "of": "ozone"}, {**rest[0], "colour": "red"}, *rest[1:]]
    document = judged(tmp_path, odd)
    assert plain(document) == plain(run.document)
    said = " ".join(document["warnings"])
    for word in ("smell", "mood", "colour"):
        assert word in said


def test_an_unknown_step_name_is_kept_shown_and_not_judged(run: Run, tmp_path: Path) -> None:
    head, *rest = run.lines()
    end = rest[-1]["t"]
    marks = [{"kind": "step", "t": end, "name": "polish", "n": 1, "phase": p} for p in ("start", "end")]
    document = judged(tmp_path, [head, *rest[:-1], *marks, rest[-1]])
    shown = [step for step in document["steps"] if step["name"] == "polish#1"]
    assert len(shown) == 1
    assert shown[0]["verdict"] != "FAIL"
    assert document["probabilities"] == run.document["probabilities"]


def test_a_profile_with_another_hash_is_judged_with_a_warning(run: Run, tmp_path: Path) -> None:
    head, *rest = run.lines()
    document = judged(tmp_path, [{**head, "profile_sha256": "0" * 64}, *rest])
    assert plain(document) == plain(run.document)
    assert "changed" in " ".join(document["warnings"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"kind":"input","t":1,"role":"ajar","level":2}', ("level",)),
        ('{"kind":"input","t":1,"role":"bonnet","level":1}', ("role",)),
        ('{"kind":"input","role":"ajar","level":1}', ("t",)),
        ('{"kind":"current","t0":1,"dt":[0,1],"a":[0.1],"v":[1.0,2.0]}', ("dt",)),
        ('{"kind":"current","t0":1,"dt":[0],"a":["much"],"v":[1.0]}', ("a",)),
        ('{"kind":"current","t0":1,"dt":[0],"a":[NaN],"v":[1.0]}', (":2",)),
        ('{"kind":"step","t":"soon","name":"lock","n":1,"phase":"start"}', ("t",)),
        ('{"kind":7}', ("kind",)),
        ("[1,2,3]", ("kind",)),
        ("{not json}", (":2",)),
    ],
)
def test_anything_else_malformed_is_an_error_that_names_line_and_key(line: str, words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(f'{{"kind":"run","schema":1,"profile":"{DOOR}"}}\n{line}\n{{"kind":"end","t":9}}\n')
    lockbench("judge", "--json", path).refused(f"{path}:2", *words)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"kind": "run", "schema": 2, "profile": DOOR}, ("schema 2", "1")),
        ({"kind": "run", "schema": 1, "profile": "fiat-126"}, ("fiat-126",)),
        ({"kind": "run", "schema": 1}, ("profile",)),
        ({"kind": "run", "profile": DOOR}, ("schema",)),
        ({"kind": "end", "t": 0}, ("run",)),
    ],
)
def test_a_run_line_that_cannot_be_used_is_refused(head: dict[str, Any], words: tuple[str, ...], tmp_path: Path) -> None:
    lockbench("judge", "--json", written(tmp_path / "odd.jsonl", [head, {"kind": "end", "t": 9}])).refused(*words)


def test_the_times_of_a_record_are_those_of_its_lines(run: Run) -> None:
    """Nothing lies before the run's first moment or behind its end."""
    lines = run.decoded()
    end = next(line.t for line in lines if isinstance(line, End))
    assert all(0 <= time_of(line) <= end for line in lines)
