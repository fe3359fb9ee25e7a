"""The shipped profiles load and carry their sources; each mistake in a profile is one sentence that names file and key."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.config import load_families, load_profile, profile_ids, profile_sha256, profile_text, shipped
from bench.errors import ConfigError

GOOD = profile_text("qashqai-j11-rear-door").decode()


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("ref", profile_ids())
def test_each_shipped_profile_names_source_and_confidence_of_every_limit(ref: str) -> None:
    profile = load_profile(ref)
    assert profile.id == ref
    assert all(len(limit.source) > 10 and limit.confidence in "ABCDE" for limit in profile.limits.values())
    assert [f.name for f in load_families(profile)] == ["60D", "454"]
    assert profile.ajar.location == "unknown", "no source says where the switch sits"


def test_four_profiles_are_shipped() -> None:
    """Both cars, both locks."""
    assert profile_ids() == ("qashqai-j11-rear-door", "qashqai-j11-tailgate", "qashqai-j12-rear-door", "qashqai-j12-tailgate")


@pytest.mark.parametrize("ref", [r for r in profile_ids() if "j12" in r])
def test_a_j12_profile_says_what_is_unknown_and_trusts_nothing(ref: str) -> None:
    profile = load_profile(ref)
    assert {limit.confidence for limit in profile.limits.values()} <= {"D", "E"}
    assert any("Nothing public is known" in note for note in profile.notes)


def test_a_tailgate_has_no_lock_switch_and_no_edge() -> None:
    profile = load_profile("qashqai-j11-tailgate")
    assert profile.lock is None
    assert "lock" not in profile.roles
    assert "edge_fraction" not in profile.limits


def test_swap_front_exchanges_the_front_doors_and_nothing_else(tmp_path: Path) -> None:
    plain, swapped = (
        load_families(load_profile(written(tmp_path, GOOD.replace("swap_front = false", f"swap_front = {word}"))))[0]
        for word in ("false", "true")
    )
    assert swapped.doors["front_left"] == plain.doors["front_right"]
    assert swapped.doors["front_right"] == plain.doors["front_left"]
    assert swapped.doors["rear_left"] == plain.doors["rear_left"]


def test_the_hash_is_of_the_bytes_on_disk() -> None:
    assert profile_sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert profile_text("qashqai-j11-tailgate") == shipped("dbc/qashqai-j11-tailgate.toml").read_bytes()


def supply(text: str, key: str, value: str) -> str:
    """Set one key of limits.supply_v."""
    return re.sub(rf"(\[limits\.supply_v\][^\[]*?\n{key} = )[^\n]*", lambda found: found[1] + value, text)


MISTAKES: dict[str, tuple[Callable[[str], str], str]] = {
    "unknown key": (lambda t: t.replace("swap_front", "swap_fronts"), r"can\.swap_fronts: unknown key"),
    "unknown key of a limit": (lambda t: t + "\nhigher = 3\n", r"limits\.dropouts\.higher: unknown key"),
    "wrong type": (lambda t: t.replace("pulse_ms = 500", 'pulse_ms = "500"'), r"drive\.pulse_ms: Expected `int`, got `str`"),
    "not a number": (lambda t: supply(t, "low", "nan"), r"limits\.supply_v\.low: nan is not a finite number"),
    "infinite": (lambda t: supply(t, "high", "inf"), r"limits\.supply_v\.high: inf is not a finite number"),
    "empty band": (lambda t: supply(t, "low", "99.0"), r"limits\.supply_v: empty band: 99\.\."),
    "no source": (lambda t: supply(t, "source", '" "'), r"limits\.supply_v: .* names no source"),
    "no kind": (lambda t: t.replace('kind = "rear_door"\n', ""), r"kind: missing"),
    "strange kind": (lambda t: t.replace('"rear_door"', '"bonnet"'), r"kind: Invalid enum value 'bonnet'"),
    "schema of the future": (lambda t: t.replace("schema = 1", "schema = 2"), r"schema: Invalid enum value 2"),
    "missing limit": (lambda t: t.replace("limits.lambda_vs", "limits.lamda_vs"), r"limits\.lambda_vs: missing"),
    "unknown family": (lambda t: t.replace('"454"]', '"999"]'), r"can\.families: '999' is unknown, known are 454, 60D"),
    "lock without table": (lambda t: t.replace("[lock]", "[lock_]").replace('["ajar", "lock"', '["ajar", "lock"'), r"lock_: unknown key"),
    "tailgate with lock": (lambda t: t.replace('kind = "rear_door"', 'kind = "tailgate"'), r"'tailgate' has no lock switch"),
    "no pulse": (lambda t: t.replace("pulse_ms = 500", "pulse_ms = 0"), r"drive\.pulse_ms: 0 is not above 0"),
    "strange role": (lambda t: t.replace('"estop"]', '"horn"]'), r"roles\[2\]: Invalid enum value 'horn'"),
    "syntax": (lambda t: t.replace("schema = 1", "schema = = 1"), r"not valid TOML: .*line 5, column 10"),
    "twice": (lambda t: t + '\n[limits.dropouts]\nlow = 1\n', r"not valid TOML: .*line \d+"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_names_file_key_and_reason_in_one_line(name: str, tmp_path: Path) -> None:
    change, expected = MISTAKES[name]
    text = change(GOOD)
    assert text != GOOD
    path = written(tmp_path, text)
    with pytest.raises(ConfigError, match=expected) as caught:
        load_profile(path)
    assert str(caught.value).startswith(path)
    assert "\n" not in str(caught.value)


def test_an_unknown_id_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"'qashqai-j13' is unknown; known are qashqai-j11-rear-door, .*qashqai-j12-tailgate"):
        load_profile("qashqai-j13")


BAD_FILES = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "binary": (b"\x7fELF\x00\x01", "is binary"),
    "latin": (b'title = "T\xfcr"', "is not UTF-8"),
    "deep": (b"a = " + b"[" * 100_000, "nested too deeply|not valid TOML"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_toml_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    content, expected = BAD_FILES[name]
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=expected):
        load_profile(str(path))


def test_what_is_no_file_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_profile(str(tmp_path / "gone.toml"))
    with pytest.raises(ConfigError, match="is a folder"):
        load_profile(str(tmp_path) + "/.")
    with pytest.raises(ConfigError, match="is not a plain file"):
        load_profile("/dev/zero")
    with pytest.raises(ConfigError):
        load_profile("x" * 5000 + ".toml")


def test_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(1 << 30)  # sparse
    with pytest.raises(ConfigError, match=r"1073741824 bytes, limit 1048576 bytes"):
        load_profile(str(path))


def test_shipped_files_are_found_inside_a_wheel_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel carries its copies in bench/_shipped; what is nowhere is said."""
    (tmp_path / "_shipped" / "dbc").mkdir(parents=True)
    (tmp_path / "_shipped" / "dbc" / "family-60d.toml").write_text("x")
    monkeypatch.setattr("bench.config.package_files._ROOTS", (tmp_path / "_shipped", tmp_path / "nowhere"))
    assert shipped("dbc/family-60d.toml") == tmp_path / "_shipped" / "dbc" / "family-60d.toml"
    with pytest.raises(ConfigError, match=r"wiring/rpi-bench\.toml: this installation"):
        shipped("wiring/rpi-bench.toml")
