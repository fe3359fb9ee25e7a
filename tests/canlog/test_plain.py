"""The quick way to read candump text gives what the slow way gives, whatever the text; and so does the analysis that follows."""

import random
from pathlib import Path

import pytest
from canlog_samples import EPOCH_NS, candump_line, frames
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.analysis.bus import BusSession, BusStory
from bench.analysis.findings import findings_of, notes_of
from bench.analysis.plain_frames import PickedFrames, PlainFrames
from bench.canlog import LogReader, open_log
from bench.config import all_families
from bench.model.can_frame import EXTENDED, SENT, CanFrame, FrameBatch

IN_A_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=120)
FAMILIES = all_families()
ODD_LINES = [
    "(1632509059.541604) can1 123#R8\n", "(1632509059.541604) can1 123##3112233445566778899AABBCC\n", "junk\n", "\n", "()\n", " \n",
    "(1632509059.541604) can1 20000080#0000000000000000\n", "(1632509059.541604123) can1 123#01\n", "(1632509059.5416) can1 123#01\n",
    "(1632509059.541604) can1 123#0\n", "(1632509059.541604) can1 123#001122334455667788\n", "(1632509059.541604) can1 800#00\n",
    "(1632509059.541604) can1 123#GG\n", "(16325090x9.541604) can1 123#00\n", "(1632509059.54160:) can1 123#00\n", "x" * 70 + "\n",
    "(1632509059/541604) can1 123#00\n", "[1632509059.541604) can1 123#00\n", "(1632509059.541604] can1 123#00\n", "(1.0) can1 1#\n",
    "(1632509059.541604) can1 123#00 R\n", "(1632509059.541604) can1 123#00 T\r\n", "(1632509059.541604) can1 3FFFFFFF#00\n",
    "(1632509059.541604)  can0  123   [2]  11 22\n", "(1632509059.541604) can1 1G3#00\n", "(1632509059.541604) can1 12#00\n",
    "(1632509059.541604) c\x7fn1 123#00\n", "(1632509059.541604) slcan0 123#00\n", "(0632509059.541604) can1 00000123#00\n",
    "(1632509059.541604) can1 0000123##\n", "(1632509059.541604) can1 ##########\n", "\x00\x00\n",
]  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A recording whose lines are mostly of one shape, with odd ones among them."""
    source = random.Random(draw(st.integers(0, 2**32)))
    ending = draw(st.sampled_from(["\n", "\n", "\r\n", " R\n", "mixed"]))
    is_small = draw(st.booleans())
    base = draw(st.sampled_from([EPOCH_NS, 0, 5 * 10**9, 998_000_000_000, 10**18]))
    step = draw(st.sampled_from([10**5, 10**7, 3 * 10**9]))
    names = draw(st.sampled_from([["can0"], ["can0", "can1"], ["a"], ["vcan0", "can1"], ["longest_channel_name"]]))
    longs = draw(st.booleans())
    lines, t_ns = [], base
    data = bytes(8)
    for _ in range(draw(st.integers(1, 120))):
        t_ns += source.randrange(step)
        t_ns += (source.random() < 0.01) * 7_000_000_000
        number = source.choice([0x60D, 0x60D, 0x280, 0x454, 0x285, 0x174, 0x7FF])
        if source.random() < 0.3:
            data = bytes(source.choice([0, 6, 0x20, 0xFF, 0x51, 8]) for _ in range(source.choice([8, 8, 8, 0, 1, 5, 7])))
        flags = EXTENDED * (longs and source.random() < 0.3)
        line = candump_line(CanFrame(t_ns // 1000 * 1000, number, data, source.choice(names), flags))
        line = line.lower() if is_small else line
        line = line[:-1] + (source.choice([" R\n", " T\n"]) if ending == "mixed" else ending)
        lines.append(line)
    for odd in draw(st.lists(st.sampled_from(ODD_LINES), max_size=4)):
        lines.insert(source.randrange(len(lines) + 1), odd)
    if draw(st.booleans()):
        lines.insert(source.randrange(len(lines)), candump_line(draw(frames(is_fd_allowed=False))))
    return "".join(lines)


def slowly(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[CanFrame], LogReader]:
    """Read by regular expression alone."""
    with monkeypatch.context() as patch:
        patch.setattr(LogReader, "_plain", lambda self, octets: None)
        log = open_log(path)
        return list(log), log


def quickly(path: Path) -> tuple[list[FrameBatch | PlainFrames], LogReader]:
    log = open_log(path)
    return [piece for piece in log.pieces() if not isinstance(piece, PickedFrames)], log


def told(session: BusSession) -> tuple[BusStory, object]:
    story = session.story()
    body = story.body
    shown = body and (body.doors, body.twins, body.moving, body.lock, body.ignition, body.gaps, body.frames, body.short_frames)
    return story, (shown, findings_of(story, session.origin_ns), notes_of(story, session.origin_ns))


@IN_A_FOLDER
@given(texts())
def test_quick_and_slow_give_the_same_frames_counts_and_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(text.encode("latin-1"))
    expected, slow_log = slowly(path, monkeypatch)
    pieces, log = quickly(path)
    seen = [frame for piece in pieces for frame in (piece.batch() if isinstance(piece, PlainFrames) else piece).frames()]
    assert seen == expected
    assert (log.frames, log.skipped_lines, log.remarks, log.skipped) == (
        slow_log.frames, slow_log.skipped_lines, slow_log.remarks, slow_log.skipped,
    )  # fmt: skip
    one_by_one, by_columns = BusSession(FAMILIES), BusSession(FAMILIES)
    one_by_one.feed_frames(expected)
    for piece in pieces:
        if isinstance(piece, PlainFrames):
            cut = random.Random(len(text)).randrange(piece.length + 1)
            by_columns.feed_plain(piece.slice(0, cut))
            by_columns.feed_plain(piece.slice(cut, piece.length))
        else:
            by_columns.feed(piece)
    (story, shown), (other, other_shown) = told(one_by_one), told(by_columns)
    assert shown == other_shown
    assert (story.frames, story.first_ns, story.last_ns, story.load, story.silences, story.families_seen) == (
        other.frames, other.first_ns, other.last_ns, other.load, other.silences, other.families_seen,
    )  # fmt: skip


def test_a_plain_recording_takes_the_quick_way(tmp_path: Path) -> None:
    """Also with a few odd lines, marks of direction, long ids and two channels."""
    lines = [candump_line(CanFrame(EPOCH_NS + n * 10**6, 0x100 + n % 40, bytes([n % 256] * 8), f"can{n % 2}")) for n in range(3000)]
    lines[700] = "(1632509059.541604) can1 123#R\n"
    lines[800] = "(1632509059.541604) can1 00000123#01\n"
    for ending in ("\n", " T\n", "\r\n"):
        path = tmp_path / "a.log"
        path.write_bytes("".join(line[:-1] + ending for line in lines).encode())
        pieces, log = quickly(path)
        assert log.frames == 3000
        assert [type(p) is PlainFrames for p in pieces] == [True, False, True]
        assert all(p.flags is not None and (p.flags & SENT).all() for p in pieces if isinstance(p, PlainFrames)) == (ending == " T\n")


def test_every_character_of_a_line_matters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte of a line put at each place: quick and slow agree on whether it is a frame, and which."""
    good = "(1632509059.541604) can1 1A4#00b0C0AA0F000000\n"
    long = "(1632509059.541604) can1 18DAF1b0#0aB0\n"
    for line in (good, long):
        for place in range(len(line) - 1):
            rows = [line[:place] + chr(code) + line[place + 1 :] for code in range(256) if code != 10]
            path = tmp_path / "a.log"
            path.write_bytes((line * 12).join(["", *rows]).encode("latin-1"))
            expected, slow_log = slowly(path, monkeypatch)
            with monkeypatch.context() as patch:
                patch.setattr("bench.canlog.reader._ODD", 10_000)
                pieces, log = quickly(path)
            assert [f for p in pieces for f in (p.batch() if isinstance(p, PlainFrames) else p).frames()] == expected
            assert (log.skipped_lines, log.remarks) == (slow_log.skipped_lines, slow_log.remarks)
            assert any(isinstance(p, PlainFrames) for p in pieces)
