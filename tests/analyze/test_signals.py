"""Every signal of a database over a recording: the values that cantools gives, frame by frame, and the same however it was read."""

import random
from itertools import pairwise
from pathlib import Path
from typing import cast

import cantools
import pytest
from analyze_samples import EPOCH_NS

from bench.analysis.signals import SignalBank
from bench.app.analyze import analyze, analyze_file
from bench.canlog import open_log
from bench.config import all_families, load_fields
from bench.errors import UsageError
from bench.model.analysis_document import SignalStory
from bench.model.can_frame import EXTENDED, REMOTE, CanFrame, FrameBatch

DBC = """VERSION ""
BS_:
BU_: X
BO_ 256 LITTLE: 8 X
 SG_ A : 0|1@1+ (1,0) [0|0] "" X
 SG_ B : 3|12@1- (0.5,-3) [0|0] "V" X
 SG_ C : 20|40@1+ (1,0) [0|0] "" X
BO_ 257 BIG: 8 X
 SG_ D : 7|16@0+ (0.01,0) [0|0] "km/h" X
 SG_ E : 20|9@0- (2,1) [0|0] "" X
 SG_ F : 39|32@0+ (1,0) [0|0] "" X
BO_ 258 WHOLE: 8 X
 SG_ G : 0|64@1+ (1,0) [0|0] "" X
BO_ 259 WHOLE_SIGNED: 8 X
 SG_ H : 7|64@0- (1,0) [0|0] "" X
BO_ 2147484908 LONG: 4 X
 SG_ I : 8|8@1+ (1,-40) [0|0] "C" X
 SG_ J : 24|8@1+ (1,0) [0|0] "" X
BO_ 260 SWITCHED: 8 X
 SG_ M M : 0|2@1+ (1,0) [0|0] "" X
 SG_ K m0 : 8|8@1+ (1,0) [0|0] "" X
 SG_ L m1 : 8|16@1- (1,0) [0|0] "" X
BO_ 261 NEVER: 8 X
 SG_ N : 0|8@1+ (1,0) [0|0] "" X
"""
KINDS = [(256, 8, 0), (257, 8, 0), (258, 8, 0), (259, 8, 0), (1260, 4, EXTENDED), (260, 8, 0), (1260, 8, 0), (0x7FF, 8, 0)]


@pytest.fixture
def dbc(tmp_path: Path) -> Path:
    path = tmp_path / "car.dbc"
    path.write_text(DBC)
    return path


def recording(count: int) -> list[CanFrame]:
    """Frames of every message, of which many repeat, some are short, and some have the same number without being the same message."""
    source = random.Random(7)
    last: dict[tuple[int, int], bytes] = {}
    found = []
    for n in range(count):
        number, size, flags = source.choice(KINDS)
        if source.random() < 0.5 or (number, flags) not in last:
            last[number, flags] = bytes(source.choice([0, 1, 0x7F, 0x80, 0xFF, source.randrange(256)]) for _ in range(size))
            if number == 260:  # cantools knows no other way than to refuse a multiplexer value without signals
                last[number, flags] = bytes([last[number, flags][0] & 0xFD]) + last[number, flags][1:]
        data = last[number, flags] if source.random() > 0.02 else last[number, flags][:3]
        found.append(CanFrame(EPOCH_NS + n * 10**6, number, data, "can0", flags))
    return found


def written(path: Path, frames: list[CanFrame]) -> Path:
    """A candump file of them."""
    names = (f"{f.id:08X}" if f.flags & EXTENDED else f"{f.id:03X}" for f in frames)
    path.write_text(
        "".join(f"({f.t_ns // 10**9}.{f.t_ns // 1000 % 10**6:06d}) can0 {n}#{f.data.hex()}\n" for f, n in zip(frames, names, strict=True))
    )
    return path


def by_cantools(path: Path, frames: list[CanFrame]) -> dict[str, tuple[float, ...]]:
    """Frames, changes, first, last, lowest and highest of each signal that was seen."""
    database = cast("cantools.database.can.Database", cantools.database.load_file(path))
    seen: dict[str, list[float]] = {}
    for message in database.messages:
        for frame in frames:
            if (frame.id, bool(frame.flags & EXTENDED)) != (message.frame_id, message.is_extended_frame):
                continue
            if len(frame.data) < message.length:
                continue
            decoded = cast("dict[str, float]", message.decode(frame.data, decode_choices=False))
            for name, value in decoded.items():
                seen.setdefault(name, []).append(float(value))
    return {name: (len(v), sum(a != b for a, b in pairwise(v)), v[0], v[-1], min(v), max(v)) for name, v in seen.items()}


def shown(stories: tuple[SignalStory, ...]) -> dict[str, tuple[float, ...]]:
    return {s.name: (s.frames, s.changes, s.first, s.last, s.low, s.high) for s in stories}


def test_signals_have_the_values_that_cantools_gives(tmp_path: Path, dbc: Path) -> None:
    """Both byte orders, signed and not, one bit to 64, scaled, multiplexed, short and extended ids."""
    frames = [f for f in recording(3000) if len(f.data) >= (4 if f.id == 1260 else 8)]
    path = written(tmp_path / "a.log", frames)
    found = shown(analyze_file(path, all_families(), fields=load_fields([dbc])).signals)
    assert found == by_cantools(dbc, frames)
    assert "N" not in found


def test_short_frames_carry_no_signal_that_they_have_no_room_for(dbc: Path) -> None:
    bank = SignalBank(load_fields([dbc]))
    bank.feed(FrameBatch.of([CanFrame(0, 256, b"\x01\x00\x00", "can0"), CanFrame(1, 256, b"", "can0", REMOTE)]))
    assert bank.stories() == ()


def test_columns_and_single_frames_give_the_same(tmp_path: Path, dbc: Path) -> None:
    frames = recording(2000)
    path = written(tmp_path / "a.log", frames)
    fields = load_fields([dbc])
    one_by_one = SignalBank(fields)
    for frame in frames:
        one_by_one.feed(FrameBatch.of([frame]))
    batches = SignalBank(fields)
    for batch in open_log(path).batches():
        batches.feed(batch)
    assert shown(one_by_one.stories()) == shown(batches.stories()) == shown(analyze([path], dbc=dbc, with_signals=True).files[0].signals)


def test_signals_need_a_database_and_every_frame(tmp_path: Path, dbc: Path) -> None:
    with pytest.raises(UsageError, match="--signals tells of the signals of --dbc FILE"):
        analyze([tmp_path], with_signals=True)
    with pytest.raises(UsageError, match="cannot be told from --doors-only"):
        analyze([tmp_path], dbc=dbc, with_signals=True, is_quick=True)
