"""DBC files as they are in the wild: mended where that is safe and said so, else refused with file, line and reason."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.config import load_dbc, load_dbcs, shipped
from bench.config.dbc_repairs import repaired
from bench.config.signal_names import is_battery
from bench.errors import DbcError

HEAD = 'VERSION ""\nBS_:\nBU_: X\n'
DOOR = 'BO_ 300 DOORS: 8 X\n SG_ DOOR_OPEN_RL : 5|1@1+ (1,0) [0|1] "" X\n'
MENDED = {
    "bare factor": (' SG_ A : 8|8@1+ (.25,-.5) [-.5|.5] "" X\n', "line 6: number without a digit before its point"),
    "comment without a signal": ('CM_ SG_ 300 "a";\n', "line 6: CM_ SG_ of message 300 without a signal, left out"),
    "comment for nobody": ('CM_ SG_ 300 GONE "two\nlines";\n', "line 6: CM_ of signal GONE, which message 300 does not have"),
    "comment for no message": ('CM_ BO_ 999 "a";\n', "line 6: CM_ of message 999, which the file does not define"),
    "values for nobody": ('VAL_ 300 GONE 1 "a" 0 "b" ;\n', "line 6: VAL_ of signal GONE, which message 300 does not have"),
    "attribute for nobody": ('BA_DEF_ SG_ "Q" INT 0 5;\nBA_DEF_DEF_ "Q" 0;\nBA_ "Q" SG_ 300 GONE 1;\n', "line 8: BA_ of signal GONE"),
    "overlap": (' SG_ A : 0|8@1+ (1,0) [0|0] "" X\n', "overlooked: .*overlapping"),
    "past the end": ('BO_ 301 M: 1 X\n SG_ A : 12|8@1+ (1,0) [0|0] "" X\n', "overlooked: .*does not fit"),
}
REFUSED = {
    "big id": ('BO_ 4096 M: 2 X\n SG_ A : 0|8@1+ (1,0) [0|0] "" X\n', r":6: .*more than 11 bits"),
    "digit first": (' SG_ 1A : 0|8@1+ (1,0) [0|0] "" X\n', r":6: .*line 6"),
}


@pytest.mark.parametrize("name", MENDED)
def test_what_can_be_left_out_safely_is_and_is_named(name: str, tmp_path: Path) -> None:
    text, expected = MENDED[name]
    path = tmp_path / "car.dbc"
    path.write_text(HEAD + DOOR + text)
    family = load_dbc(path)
    assert (family.doors["rear_left"].open.id, family.doors["rear_left"].open.mask) == (300, 0x20)
    notes = family.notes if expected.startswith("overlooked") else repaired(path.read_text()).notes
    assert len(notes) == 1
    assert re.search(expected, notes[0])
    assert all(note.startswith("car.dbc: ") for note in family.notes), "where cantools took the file as it was, nothing is said"


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_have_to_be_guessed_is_refused(name: str, tmp_path: Path) -> None:
    text, expected = REFUSED[name]
    path = tmp_path / "car.dbc"
    path.write_text(HEAD + DOOR + text)
    with pytest.raises(DbcError, match=expected) as caught:
        load_dbc(path)
    assert str(caught.value).startswith(str(path))


def test_a_sound_file_is_not_touched() -> None:
    for name in ("dbc/nissan-60d.dbc", "dbc/nissan-454.dbc"):
        text = shipped(name).read_text()
        assert repaired(text) == (text, ())
        assert load_dbc(shipped(name)).notes == ()


@given(st.text(alphabet='BOSGCMVAL_ 0139"\\;:|@+().,[]\nxX', max_size=120))
def test_mending_keeps_the_lines_where_they_are(text: str) -> None:
    assert repaired(HEAD + text).text.count("\n") == (HEAD + text).count("\n")


def test_several_files_give_a_family_each_and_lend_each_other_what_has_no_door(tmp_path: Path) -> None:
    (tmp_path / "doors.dbc").write_text(HEAD + DOOR)
    (tmp_path / "speed.dbc").write_text(
        HEAD + 'BO_ 640 ABS: 8 X\n SG_ VEHICLE_SPEED : 39|16@0+ (0.01,0) [0|0] "km/h" X\n SG_ BATTERY : 0|8@1+ (0.1,0) [0|0] "V" X\n'
    )
    (family,) = load_dbcs([tmp_path / "speed.dbc", tmp_path / "doors.dbc"])
    assert family.name == "doors"
    assert family.speed is not None
    assert (family.speed.id, family.speed.byte, family.speed.octets) == (640, 4, 2)
    assert family.battery is not None
    assert family.battery.read(bytes([125] * 8)) == pytest.approx(12.5)
    assert [f.name for f in load_dbcs([tmp_path / "doors.dbc", shipped("dbc/nissan-60d.dbc")])] == ["doors", "nissan-60d"]
    with pytest.raises(DbcError, match="no door signal recognised"):
        load_dbcs([tmp_path / "speed.dbc"])


@pytest.mark.parametrize(("name", "unit", "is_one"), [("BatteryVoltage", "V", True), ("HV_BATT_V", "V", False), ("BATTERY", "A", False)])
def test_a_battery_signal_is_known_by_name_and_unit(name: str, unit: str, is_one: bool) -> None:
    assert is_battery(name, unit) is is_one
