"""What every command says at a terminal in Russian: no English word of ours is left, and ids, options and paths stay what they are."""

import re
from pathlib import Path

import pytest

from bench.cli.main import run
from bench.config.languages import load_language, system_language
from bench.model.language import ENGLISH
from bench.model.names import FAULTS
from bench.report.told_lines import told_lines

ROOT = Path(__file__).resolve().parents[2]
RUSSIAN = load_language("ru")
RIGS = ("rpi-bench", "usb-relay", "in-car")
SAYING = {
    "doctor": ("doctor", "--rig", "sim"),
    "a bench at fault": ("doctor", "--rig", "sim:bench_fault"),
    "plan": ("test", "--rig", "sim", "--plan"),
    "tailgate's plan": ("test", "--rig", "sim", "--plan", "--profile", "qashqai-j11-tailgate"),
    "test": ("test", "--rig", "sim:switch_stuck_closed", "--adaptive"),
    "margin": ("test", "--rig", "sim:motor_weak", "--margin"),
    "wire finder": ("wire", "--rig", "sim:wire_intermittent", "--seconds", "3"),
    "a car": ("monitor", "-i", "virtual", "-c", "nobody", "--seconds", "0.2"),
    "a recording": ("analyze", str(ROOT / "docs" / "drive.log")),
    "reset": ("dtc", "reset"),
    "codes": ("dtc", "read", "-i", "virtual", "-c", "x"),
    "faults": ("faults",),
    "tests": ("tests",),
    "help": ("--help",),
    **{f"wires of {rig}": ("wiring", "show", str(ROOT / "wiring" / f"{rig}.toml")) for rig in RIGS},
    "wiring": ("wiring", "check", str(ROOT / "wiring" / "rpi-bench.toml")),
    "no such rig": ("test", "--rig", "nope"),
    "no rig": ("test",),
    "no such run": ("judge", "nowhere"),
    "no such command": ("frobnicate",),
    "no VIN": ("test", "--rig", "sim", "--vin", "123"),
    "no such day": ("history", "--since", "today", "--runs", str(ROOT)),
    **{f"help of {name}": (name, "--help") for name in ("test", "judge", "monitor", "history", "panel", "doctor", "learn", "stats")},
}
TYPED = """
lockbench sim virtual plant ini reset forget list reindex sync create export show check judge test tests wire doctor
learn panel stats history monitor analyze dtc faults parts report wiring read clear runs grr none yes part operator
watcher run socketcan candump bit can up down moves heavy stuck loose breaks steady cured same whole worn cracked seated
slack off snaps creeps catches dirty fails straight moved dry ice rear door tailgate lock close open unlock release
wiggle rest car known good link set type bitrate listen only on python dask distributed http socket stdout superlock
nobody nope nowhere today rpi udev tty usb ajar ambient hold current heartbeat enable estop supply values supplies shunt wetting
harness pins terminals coils chips feed fuse star healthy other random knock opens short power ground motor volts
"""
OURS = frozenset(TYPED.split())
"""Words that are typed, or names of things."""
NO_WORD = re.compile(r"`[^`]*`|\([\w-]+ = [^)]*\)|'[^']*'|--?[\w-]+|\[[^\]]*\]|\S*[_#/.=|<>@\d~]\S*|\b[A-Z][A-Za-z&|]*")


@pytest.mark.parametrize("argv", SAYING.values(), ids=SAYING.keys())
def test_no_english_word_is_left(
    argv: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCKBENCH_LANG", "ru")
    run(argv)
    said = "".join(capsys.readouterr())
    assert re.search("[а-я]{3}", said)
    left = {word for word in re.findall(r"[a-z]{3,}", NO_WORD.sub(" ", said)) if word not in OURS and word not in FAULTS}
    assert left == set()


def test_the_search_for_english_words_finds_them() -> None:
    assert re.findall(r"[a-z]{3,}", NO_WORD.sub(" ", "да  heartbeat  3 samples a second of `lockbench test` --rig x.toml motor_open")) == [
        "heartbeat", "samples", "second",
    ]  # fmt: skip


def test_columns_indents_marks_and_ids_stay() -> None:
    line = "  note: nothing was heard on this bus: no evidence about doors, lock or BCM"
    assert told_lines(line, RUSSIAN).startswith("  примечание: на этой шине")
    assert told_lines("lock          lock switch line\n              -> x", RUSSIAN, first=False).startswith("lock          линия")
    assert told_lines("close#1: Did it open? [y/n, Enter: cannot say]", RUSSIAN) == "Закрытие 1: Открылось? [д/н, Enter: не могу сказать]"
    assert told_lines("never heard of  this\nfile.toml", RUSSIAN) == "never heard of  this\nfile.toml"
    assert told_lines("Stage A: passed", ENGLISH) == "Stage A: passed"


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, None),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "ru_RU"}, "ru"),
        ({"LANG": "de_DE.UTF-8"}, None),
        ({"LANG": ""}, None),
        ({}, None),
    ],
)
def test_the_systems_language_is_spoken_where_it_is_one_of_ours(environment: dict[str, str], code: str | None) -> None:
    """POSIX's order: LC_ALL, LC_MESSAGES, LANG; a language that nobody has translated is English, and no mistake."""
    assert system_language(environment) == code


def test_what_is_wrong_is_told_in_the_language_that_was_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is parsed too; afterwards English again."""
    monkeypatch.delenv("LOCKBENCH_LANG", raising=False)
    assert run(("test", "--lang", "ru")) == 2
    assert "не хватает: --rig" in capsys.readouterr().err
    assert run(("test", "--lang=ru", "--rig", "nope")) == 2
    assert "это не sim" in capsys.readouterr().err
    assert run(("test",)) == 2
    assert "the following arguments are required: --rig (see lockbench test --help)" in capsys.readouterr().err
