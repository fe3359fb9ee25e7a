"""Family TOML and DBC say the same, bit for bit; each DBC signal has its source; a foreign DBC is recognised or refused."""

from pathlib import Path

import cantools
import pytest

from bench.config import all_families, load_dbc, shipped
from bench.config.families import load_family
from bench.config.signal_names import door_of
from bench.errors import ConfigError, DbcError
from bench.model.family import Bit, Family

FAMILIES = all_families()


def bits_of(family: Family) -> list[Bit]:
    doors = [b for d in family.doors.values() for b in (d.open, d.closed) if b is not None]
    return [*doors, *family.lock.values()]


def one_bit_frames(size: int) -> list[bytes]:
    return [bytes(size), *((1 << n).to_bytes(size, "little") for n in range(8 * size))]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_every_bit_of_a_family_is_the_dbc_signal_that_it_names(family: Family) -> None:
    """Decoded by cantools over every frame with one bit set, both agree; no TOML bit lacks its signal."""
    database = cantools.database.load_file(shipped(f"dbc/{family.dbc}"), strict=True)
    assert isinstance(database, cantools.database.can.Database)
    for bit in bits_of(family):
        message = database.get_message_by_frame_id(bit.id)
        for frame in one_bit_frames(message.length):
            decoded = message.decode(frame, decode_choices=False)
            assert isinstance(decoded, dict)
            assert bool(decoded[bit.signal]) is bit.read(frame), (bit.signal, frame.hex())


@pytest.mark.parametrize("family", [f for f in FAMILIES if f.ignition], ids=lambda f: f.name)
def test_the_ignition_field_is_the_dbc_signal(family: Family) -> None:
    database = cantools.database.load_file(shipped(f"dbc/{family.dbc}"))
    assert isinstance(database, cantools.database.can.Database)
    assert family.ignition is not None
    for value in range(256):
        frame = bytes([0, value, 0, 0, 0, 0, 0, 0])
        decoded = database.decode_message(family.ignition.id, frame)
        assert isinstance(decoded, dict)
        assert str(decoded[family.ignition.signal]) == family.ignition.read(frame)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_the_speed_of_a_family_is_the_dbc_signal(family: Family) -> None:
    database = cantools.database.load_file(shipped(f"dbc/{family.dbc}"))
    assert isinstance(database, cantools.database.can.Database)
    assert family.speed is not None
    message = database.get_message_by_frame_id(family.speed.id)
    for frame in (bytes(8), bytes(range(8)), bytes(range(255, 247, -1))):
        decoded = message.decode(frame)
        assert isinstance(decoded, dict)
        assert any(value == pytest.approx(family.speed.read(frame)) for value in decoded.values())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_every_dbc_signal_states_its_confidence(family: Family) -> None:
    database = cantools.database.load_file(shipped(f"dbc/{family.dbc}"), strict=True)
    assert isinstance(database, cantools.database.can.Database)
    for message in database.messages:
        for signal in message.signals:
            assert signal.comment is not None, signal.name
            assert signal.comment.startswith("Confidence "), signal.name


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_every_bit_of_a_family_names_source_and_confidence(family: Family) -> None:
    assert all(bit.source and bit.confidence in "ABCD" for bit in bits_of(family))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_a_shipped_dbc_given_by_hand_reads_the_same_doors(family: Family) -> None:
    """What `--dbc` recognises by names equals what the family file says."""
    given = load_dbc(shipped(f"dbc/{family.dbc}"))
    assert given.frame == family.frame
    for door, bits in family.doors.items():
        for frame in one_bit_frames(family.dlc):
            assert given.doors[door].read(frame) is bits.read(frame), (door, frame.hex())
    assert (given.ignition is None) is (family.ignition is None)
    assert given.name == Path(family.dbc).stem


def test_the_bits_of_the_bench_contract_are_the_shipped_ones() -> None:
    """DESIGN 3.4: rear left byte 0 mask 0x20, tailgate 0x80, locked byte 2 mask 0x18."""
    family = next(f for f in FAMILIES if f.name == "60D")
    assert (family.doors["rear_left"].open.byte, family.doors["rear_left"].open.mask) == (0, 0x20)
    assert (family.doors["tailgate"].open.byte, family.doors["tailgate"].open.mask) == (0, 0x80)
    assert {b.byte for b in family.lock.values()} == {2}
    assert sum(b.mask for b in family.lock.values()) == 0x18


NAMES = {
    "DOOR_OPEN_RL": ("rear_left", "open"), "doorOpenRR": ("rear_right", "open"), "DOOR_CLOSED_FL": ("front_left", "closed"),
    "RearLeftDoorAjar": ("rear_left", "open"), "DRIVER_DOOR": ("front_left", "open"), "BOOT_OPEN": ("tailgate", "open"),
    "TrunkOpen": ("tailgate", "open"), "BACK_DOOR_OPEN": ("tailgate", "open"), "DOOR_LOCKED_RL": None, "WINDOW_DOOR_FL": None,
    "SPEED_RL": None, "DOORS": None, "BACK_LIGHT": None,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_signal_name_means_what_people_mean_by_it(name: str) -> None:
    assert door_of(name) == NAMES[name]


HEAD = 'VERSION ""\nBS_:\nBU_: X\n'
BROKEN_DBC = {
    "no dbc": ("hello there\n", r":1: .*[Ii]nvalid syntax at line 1"),
    "big id": ('BO_ 4096 M: 2 X\n SG_ A : 0|8@1+ (1,0) [0|0] "" X\n', r":4: .*more than 11 bits"),
    "digit first": ('BO_ 256 M: 2 X\n SG_ 1A : 0|8@1+ (1,0) [0|0] "" X\n', r":5: .*line 5"),
    "no doors": ('BO_ 256 M: 2 X\n SG_ OIL : 0|8@1+ (1,0) [0|0] "" X\n', r"no door signal recognised"),
}


@pytest.mark.parametrize("name", BROKEN_DBC)
def test_a_dbc_that_is_refused_names_file_line_and_reason(name: str, tmp_path: Path) -> None:
    text, expected = BROKEN_DBC[name]
    path = tmp_path / "car.dbc"
    path.write_text(text if name == "no dbc" else HEAD + text)
    with pytest.raises(DbcError, match=expected) as caught:
        load_dbc(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("content", "expected"), [(b"", "is empty"), (b"\x00\x01\x02", "is binary")])
def test_a_dbc_that_is_no_text_is_refused(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "car.dbc"
    path.write_bytes(content)
    with pytest.raises(DbcError, match=expected):
        load_dbc(path)


def test_a_family_bit_outside_its_frame_is_refused(tmp_path: Path) -> None:
    text = shipped("dbc/family-60d.toml").read_text()
    path = tmp_path / "family.toml"
    path.write_text(text.replace("mask = 0x20", "mask = 0x30"))
    with pytest.raises(ConfigError, match=r"doors\.rear_left\.open\.mask: 0x30 is not one bit"):
        load_family(path)
    path.write_text(text.replace("byte = 0, mask = 0x20", "byte = 8, mask = 0x20"))
    with pytest.raises(ConfigError, match=r"doors\.rear_left\.open\.byte: 8 lies outside"):
        load_family(path)
