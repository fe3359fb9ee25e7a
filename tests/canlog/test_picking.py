"""Reading the door frames alone tells of doors what reading everything tells; what it does not look at, it does not claim."""

from pathlib import Path

import msgspec
import pytest
from canlog_samples import EPOCH_NS, candump_line
from hypothesis import assume, given
from test_plain import FAMILIES, IN_A_FOLDER, ODD_LINES, texts, told

from bench.analysis.bus import BusSession
from bench.analysis.plain_frames import PickedFrames, PlainFrames
from bench.app.analyze import analyze, analyze_file
from bench.canlog import open_log
from bench.model.can_frame import CanFrame, FrameBatch

WELL_FORMED = [line for line in ODD_LINES if ") can1 123#" in line or "[163" in line or "can1] 123" in line or "]" in line]
"""Broken lines whose form is right: in a frame that nobody wants, nobody sees what is wrong with them."""
IDS = frozenset().union(*(f.ids for f in FAMILIES))


def read_quickly(path: Path) -> tuple[BusSession, list[type]]:
    log, session = open_log(path), BusSession(FAMILIES)
    kinds: list[type] = []
    for piece in log.pieces(IDS):
        kinds.append(type(piece))
        match piece:
            case PickedFrames():
                session.feed_picked(piece)
            case PlainFrames():
                session.feed_plain(piece)
            case FrameBatch():
                session.feed(piece)
    return session, kinds


def read_whole(path: Path) -> BusSession:
    session = BusSession(FAMILIES)
    session.feed_frames(list(open_log(path)))
    return session


@IN_A_FOLDER
@given(texts())
def test_the_doors_tell_the_same_story(tmp_path: Path, text: str) -> None:
    assume(not any(line in text for line in WELL_FORMED))
    path = tmp_path / "a.log"
    path.write_bytes(text.encode("latin-1"))
    (story, shown), (quick, quickly_shown) = told(read_whole(path)), told(read_quickly(path)[0])
    assert quickly_shown == shown
    assert (quick.frames, quick.silences, quick.families_seen) == (story.frames, story.silences, story.families_seen)


def test_a_plain_recording_is_picked_from_and_its_load_unknown(tmp_path: Path) -> None:
    lines = [
        candump_line(CanFrame(EPOCH_NS + n * 10**6, 0x60D if n % 40 == 3 else 0x100 + n % 40, bytes(8), "can0")) for n in range(60_000)
    ]
    path = tmp_path / "a.log"
    path.write_text("".join(lines))
    session, kinds = read_quickly(path)
    assert set(kinds) == {PickedFrames}
    story = session.story()
    assert (story.frames, story.load) == (60_000, None)
    assert story.body is not None
    assert story.body.frames == 1500


@pytest.mark.parametrize("line", ["(1632509059.541604) can0 1G3#00\n", "(1632509059.541604) can0 123#0\n", "(1632509059.541604) can0 123\n",
                                  "(1632509059.541604) can1 123#00\n", "(1632509059.541604) can0 123#001122334455667788\n",
                                  "(1632509059.541604) can0 123##10\n", "x\n"])  # fmt: skip
def test_a_line_of_another_form_sends_its_chunk_the_whole_way(tmp_path: Path, line: str) -> None:
    """So that it is read, or counted and named, as ever."""
    lines = [candump_line(CanFrame(EPOCH_NS + n * 10**6, 0x100 + n % 40, bytes(8), "can0")) for n in range(2000)]
    lines.insert(900, line)
    path = tmp_path / "a.log"
    path.write_text("".join(lines))
    assert PickedFrames not in read_quickly(path)[1]
    quick, whole = analyze_file(path, FAMILIES, is_quick=True), analyze_file(path, FAMILIES)
    assert quick == whole


def test_a_silence_within_a_chunk_is_still_placed(tmp_path: Path) -> None:
    lines = [
        candump_line(CanFrame(EPOCH_NS + n * 10**6 + (n > 500) * 8 * 10**9, 0x60D if n % 100 == 3 else 0x200, bytes(8), "can0"))
        for n in range(1000)
    ]
    path = tmp_path / "a.log"
    path.write_text("".join(lines))
    quick, whole = analyze([path], is_quick=True), analyze([path])
    assert quick == whole
    assert any("silent" in note for note in quick.files[0].notes)


def test_a_real_recording_shows_the_same_doors(tmp_path: Path) -> None:
    path = Path(__file__).resolve().parents[3] / "shared/data/env200_2015-startup-doors.carcan.candump.log"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    quick, whole = analyze([path], is_quick=True).files[0], analyze([path]).files[0]
    assert quick == msgspec.structs.replace(whole, bus_load=None)
    assert [t.to for t in quick.doors["front_right"].transitions] == ["open", "closed"]
