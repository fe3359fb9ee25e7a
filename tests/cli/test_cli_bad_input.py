"""The bad input list: each one a single clear message on stderr that names what and where, and the right exit code."""

import gzip
import json
import os
import re
from pathlib import Path
from xml.parsers import expat

import pytest

from tests.command_runs import DOOR, ROOT, RunShelf, lockbench, written

HEAD = {"kind": "run", "schema": 1, "profile": DOOR}
GIGABYTE = 1 << 30
FRAME = "(1700000000.000000) can0 60D#0006000000000000\n"


def one_line_of_a_gigabyte(path: Path, start: bytes) -> Path:
    """Write a sparse file of 1 GiB without a newline: it takes next to no room on disk."""
    with path.open("wb") as file:
        file.write(start + b"x" * (3 << 20))
        file.truncate(GIGABYTE)
        file.seek(GIGABYTE - 1)
        file.write(b"x")
    return path


def profile(folder: Path, old: str, new: str) -> Path:
    """Write a copy of the shipped profile with one change."""
    text = (ROOT / "dbc" / f"{DOOR}.toml").read_text()
    assert old in text
    path = folder / "mine.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def wiring(folder: Path, old: str, new: str) -> Path:
    """Write a copy of the CI rig's wiring with one change."""
    text = (ROOT / "wiring" / "ci.toml").read_text()
    assert old in text
    path = folder / "rig.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def bad_file(folder: Path, sort: str) -> Path:
    """Make a file that is no file of ours."""
    path = folder / "bad"
    match sort:
        case "missing":
            pass
        case "empty":
            path.write_bytes(b"")
        case "blank":
            path.write_bytes(b"\n \n\t\n")
        case "binary":
            path.write_bytes(bytes(range(256)) * 64)
        case "nuls":
            path.write_bytes(bytes(5000))
        case "giant":
            one_line_of_a_gigabyte(path, b'{"kind":"run","profile":"')
        case "folder":
            path.mkdir()
        case "surrogates":
            path.write_bytes(b'{"kind":"run","schema":1,"profile":"\xed\xa0\x80"}\n')
        case "html":
            path.write_text("<html>404</html>\n")
    return path


SORTS = ["missing", "empty", "blank", "binary", "nuls", "giant", "folder", "surrogates", "html"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("argv", [("judge", "--json"), ("judge",), ("report", "-o", "OUT")])
def test_a_run_that_is_none_is_one_sentence(argv: tuple[str, ...], sort: str, tmp_path: Path) -> None:
    path = bad_file(tmp_path, sort)
    told = tuple(str(tmp_path / "r.html") if word == "OUT" else word for word in argv)
    lockbench(*told, path).refused("bad")
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("option", ["--profile", "--rig", "--answers"])
def test_a_toml_file_that_is_none_is_one_sentence(option: str, sort: str, tmp_path: Path, out: Path) -> None:
    found = bad_file(tmp_path, sort)
    path = tmp_path / "bad.toml"
    if found.exists():
        found.rename(path)
    rig = () if option == "--rig" else ("--rig", "sim")
    lockbench("test", *rig, option, path, "--out", out).refused("bad.toml")
    assert not out.exists()


@pytest.mark.parametrize("ending", [".log", ".asc", ".csv", ".trc", ".crtd", ".log.gz", ".blf", ".mf4", ".xyz"])
@pytest.mark.parametrize("sort", ["missing", "empty", "binary", "nuls", "giant", "html"])
def test_a_recording_that_is_none_is_one_entry_of_the_errors(ending: str, sort: str, tmp_path: Path) -> None:
    path = tmp_path / f"bad{ending}"
    found = bad_file(tmp_path, sort)
    if found.exists():
        found.rename(path)
    said = lockbench("analyze", "--json", path)
    assert said.code == 2
    assert said.document["files"] == []
    assert [e["path"] for e in said.document["errors"]] == [str(path)]
    assert "bad" in said.err
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_recording_cut_in_mid_line_keeps_what_was_whole(tmp_path: Path) -> None:
    path = tmp_path / "cut.log"
    path.write_text(FRAME * 10 + FRAME[:20])
    one = lockbench("analyze", "--json", path).document["files"][0]
    assert (one["frames"], one["skipped_lines"]) == (10, 1)


def test_a_gzip_cut_in_the_middle_keeps_what_was_whole_or_says_why_not(tmp_path: Path) -> None:
    path = tmp_path / "cut.log.gz"
    lines = "".join(f"({1700000000 + n / 100:.6f}) can0 60D#{n % 200:02X}06000000000000\n" for n in range(5000))
    packed = gzip.compress(lines.encode())
    path.write_bytes(packed[: len(packed) // 2])
    said = lockbench("analyze", "--json", path)
    document = said.document
    assert said.code in (0, 1, 2)
    assert document["errors"] or (document["files"][0]["frames"] > 100 and document["files"][0]["notes"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "rear_door"', 'kind = "rear_door"\ncolour = "red"', ("colour",)),
        ('kind = "rear_door"', 'kind = "bonnet"', ("kind", "bonnet")),
        ("schema = 1", "schema = 9", ("schema",)),
        ("[limits.travel_ms]\nlow =", "[limits.travel_ms]\nlow = nan #", ("travel_ms", "finite")),
        ("[limits.travel_ms]\nlow =", "[limits.travel_ms]\nlow = 1e9 #", ("travel_ms", "empty band")),
    ],
)
def test_a_profile_mistake_names_file_and_key(old: str, new: str, words: tuple[str, ...], tmp_path: Path, out: Path) -> None:
    text = (ROOT / "dbc" / f"{DOOR}.toml").read_text()
    if old not in text:
        old, new = _inline(text, new)
    path = profile(tmp_path, old, new)
    lockbench("test", "--rig", "sim", "--profile", path, "--out", out).refused("mine.toml", *words)
    assert not out.exists()


def _inline(text: str, new: str) -> tuple[str, str]:
    """The same change where the limit is written in one line."""
    found = re.search(r"travel_ms = \{ *low = [\d.]+", text)
    assert found
    value = new.partition("low = ")[2].split(" ")[0]
    return found[0], found[0].rpartition(" ")[0] + f" {value}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("drive_lock = { pin = 23 }", "drive_lock = { pin = 22 }", ("GPIO22", "enable", "drive_lock")),
        ("ceiling_a = 7.5", "ceiling_a = nan", ("ceiling_a",)),
        ("ceiling_a = 7.5", "ceiling_a = 75", ("ceiling_a", "75")),
        ('name = "ci"', 'name = "ci"\nsmell = 1', ("smell",)),
        ("estop = { pin = 26 }", "", ("estop",)),
        ("shunt_ohm = 0.010", "shunt_ohm = 0.1", ("shunt_ohm", "0.1")),
        ("address = 0x49", "address = 0x48", ("0x48", "ambient")),
    ],
)
def test_a_wiring_mistake_names_file_key_and_both_parties(old: str, new: str, words: tuple[str, ...], tmp_path: Path, out: Path) -> None:
    lockbench("test", "--rig", wiring(tmp_path, old, new), "--out", out).refused("rig.toml", *words)
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('BO_ 1549 BCM: 8 BCM\n SG_ x : 99|200@1+ (1,0) [0|1] "" X\n', ()),
        ("this is no database\n", ()),
        ("", ("empty",)),
        ('VERSION ""\nBU_:\nBO_ 1 A: 8 X\n SG_ s : 0|64@1+ (1,0) [0|0] "" X\n SG_ t : 0|8@1+ (1,0) [0|0] "" X\n', ()),
    ],
)
def test_a_database_that_is_refused_names_file_and_reason(text: str, words: tuple[str, ...], tmp_path: Path) -> None:
    path, log = tmp_path / "mine.dbc", tmp_path / "drive.log"
    path.write_text(text)
    log.write_text(FRAME)
    lockbench("analyze", "--json", "--dbc", path, log).refused("mine.dbc", *words)


def test_a_line_of_a_record_with_a_giant_number_is_refused_not_hung(tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"
    path.write_text(json.dumps(HEAD) + '\n{"kind":"end","t":' + "9" * 5000 + "}\n")
    lockbench("judge", "--json", path).refused("observations.jsonl:2")


@pytest.mark.parametrize("t", [-5, 2**62, 2**63 - 1])
def test_odd_times_in_a_record_neither_crash_nor_hang(t: int, shelf: RunShelf, tmp_path: Path) -> None:
    lines = shelf.get("sim", "--seed", "1").lines()
    odd = [lines[0], {"kind": "input", "t": t, "role": "ajar", "level": 1}, {"kind": "supply", "t": t, "v": 12.5}, *lines[1:]]
    said = lockbench("judge", "--json", written(tmp_path / "odd.jsonl", odd))
    assert said.code in {0, 1, 2, 3, 4}
    assert "internal error" not in said.err


@pytest.mark.parametrize("value", [1e308, -1e308, 1e-320])
def test_readings_beyond_sense_are_judged_without_a_crash(value: float, shelf: RunShelf, tmp_path: Path) -> None:
    lines = shelf.get("sim", "--seed", "1").lines()
    odd = [{**line, "a": [value] * len(line["a"])} if line["kind"] == "current" else line for line in lines]
    said = lockbench("judge", "--json", written(tmp_path / "odd.jsonl", odd))
    assert said.code in {1, 3, 5}, said.err
    assert "internal error" not in said.err
    if said.out:
        assert said.document["verdict"] != "PASS"
        assert abs(sum(said.document["probabilities"].values()) - 1) < 1e-9


def test_steps_without_ends_twice_and_inside_out_are_judged_without_a_crash(shelf: RunShelf, tmp_path: Path) -> None:
    lines = shelf.get("sim", "--seed", "1").lines()
    without = [line for line in lines if not (line["kind"] == "step" and line["phase"] == "end")]
    swapped = [{**x, "phase": "end" if x["phase"] == "start" else "start"} if x["kind"] == "step" else x for x in lines]
    doubled = [x for line in lines for x in ([line, line] if line["kind"] == "step" else [line])]
    for n, odd in enumerate((without, swapped, doubled, lines[:1] + lines[1:] * 2)):
        said = lockbench("judge", "--json", written(tmp_path / f"odd{n}.jsonl", odd))
        assert said.code in {0, 1, 3, 4, 5}
        assert "internal error" not in said.err, (n, said.err)


@pytest.mark.parametrize("kind", ["step", "output", "current", "input", "line_voltage", "can", "bus", "answer", "supply", "ambient"])
def test_a_record_without_one_kind_of_line_is_judged_without_a_crash(kind: str, shelf: RunShelf, tmp_path: Path) -> None:
    """What was not seen says nothing: a healthy lock without one sense is never called faulty."""
    lines = [line for line in shelf.get("sim", "--seed", "1").lines() if line["kind"] != kind]
    said = lockbench("judge", "--json", written(tmp_path / "part.jsonl", lines))
    assert said.document["verdict"] in {"PASS", "INCONCLUSIVE"}


def test_a_thousand_runs_are_judged_one_line_each(tmp_path: Path) -> None:
    path = written(tmp_path / "bare.jsonl", [HEAD, {"kind": "end", "t": 5_000_000_000}])
    said = lockbench("judge", "--json", *[path] * 999, tmp_path / "missing")
    assert said.code == 2
    assert len(said.out.splitlines()) == 1000
    assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize(("job", "words"), [("ж" * 1_000_000, ("--job", "1000000", "1000")), ("\ud800 half", ("--job", "text"))])
def test_a_job_text_that_no_record_can_hold_is_refused(job: str, words: tuple[str, ...], out: Path) -> None:
    lockbench("test", "--rig", "plant:odd_silent:dead", "--job", job, "--out", out).refused(*words)
    assert not out.exists()


@pytest.mark.parametrize("job", ["line\nbreak \x1b[31m\x00\x07 \u202e", "ж" * 1000, "<script>alert(1)</script> &", "", "]]> \uffff"])
def test_any_other_job_text_is_kept_and_does_no_harm(job: str, out: Path) -> None:
    """It is on record and in the report, and it neither breaks the page nor moves a terminal's cursor."""
    said = lockbench("test", "--rig", "plant:odd_silent:dead", "--job", job, "--out", out)
    folder = next(out.iterdir())
    assert "\x1b[31m" not in said.out + said.err
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert lockbench("judge", folder, "--json").document["verdict"] == "ERROR"
    assert lockbench("report", folder, "-o", folder / "r.xml").code == 0
    expat.ParserCreate().Parse((folder / "r.xml").read_bytes(), True)


def test_a_vin_in_small_letters_is_written_in_capitals(out: Path) -> None:
    lockbench("test", "--rig", "plant:odd_silent:dead", "--vin", " sjnfaaj11u1234567 ", "--out", out)
    first = json.loads((next(out.iterdir()) / "observations.jsonl").read_text().splitlines()[0])
    assert first["vin"] == "SJNFAAJ11U1234567"


def test_a_profile_file_of_another_id_is_used_kept_and_judged_again(tmp_path: Path, out: Path) -> None:
    """The folder carries the profile as it was used: the run can be judged wherever the folder goes."""
    path = profile(tmp_path, f'id = "{DOOR}"', 'id = "my-own-lock"')
    said = lockbench("test", "--rig", "sim", "--profile", path, "--out", out, "--json")
    assert said.code == 0, said.err
    assert said.document["profile"] == "my-own-lock"
    folder = next(out.iterdir())
    assert (folder / "config" / "my-own-lock.toml").read_bytes() == path.read_bytes()
    again = lockbench("judge", "--json", folder)
    assert again.code == 0, again.err
    assert again.document["probabilities"] == said.document["probabilities"]


@pytest.mark.parametrize("profile_id", [DOOR, "my own/lock: left", "..", "-x"])
def test_a_run_is_judged_again_by_the_very_profile_that_it_used(profile_id: str, tmp_path: Path, out: Path) -> None:
    """Also where a changed copy kept the shipped id, and where the id is no file name."""
    path = profile(tmp_path, f'id = "{DOOR}"', f'id = "{profile_id}"')
    path.write_text(path.read_text() + "\n# mine\n")
    said = lockbench("test", "--rig", "plant:odd_silent:dead", "--profile", path, "--out", out, "--json")
    assert said.code == 5
    again = lockbench("judge", "--json", next(out.iterdir()))
    assert again.code == 5
    assert again.document["profile"] == profile_id
    assert "has changed" not in again.err


def test_a_file_with_a_space_in_its_name_is_kept(tmp_path: Path, out: Path) -> None:
    path = profile(tmp_path, f'id = "{DOOR}"', 'id = "mine"').rename(tmp_path / "my own lock.toml")
    assert lockbench("test", "--rig", "plant:odd_silent:dead", "--profile", path, "--out", out, "--json").code == 5
    assert (next(out.iterdir()) / "config" / "mine.toml").exists()


@pytest.mark.parametrize("what", ["folder", "no ending", "odd ending", "missing folder"])
def test_a_report_that_cannot_be_written_is_one_sentence(what: str, shelf: RunShelf, tmp_path: Path) -> None:
    target = {
        "folder": tmp_path,
        "no ending": tmp_path / "r",
        "odd ending": tmp_path / "r.docx",
        "missing folder": tmp_path / "no" / "r.html",
    }
    lockbench("report", shelf.get("sim", "--seed", "1").folder, "-o", target[what]).refused(
        target[what].suffix or "nothing" if what != "folder" else ""
    )


def test_a_scope_of_listening_is_no_test(out: Path) -> None:
    lockbench("test", "--rig", "sim", "--scope", "car", "--out", out).refused("scope 'car'")
    assert not out.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.toml"
    os.mkfifo(path)
    lockbench("judge", "--json", path).refused("pipe")
    lockbench("test", "--rig", "sim", "--profile", path).refused("pipe.toml")
    log = tmp_path / "pipe.log"
    os.mkfifo(log)
    assert lockbench("analyze", "--json", log).code == 2
