"""From frames to doors, lock, ignition and load: the family is detected, wrong lengths give no state, nothing crashes."""

import random

import pytest
from analyze_samples import EPOCH_NS, FAMILIES, drive, frame, notes, opened, p1, p2, session_of
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.bus import BusSession
from bench.analysis.bus_bits import frame_bits
from bench.analysis.findings import findings_of
from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame, FrameBatch


def bits_one_by_one(identifier: int, data: bytes, *, is_extended: bool) -> int:
    """The standard's own procedure on a string of bits: the floor that the tables are held against."""
    base = f"{identifier >> 18:011b}11{identifier & 0x3FFFF:018b}000" if is_extended else f"{identifier:011b}000"
    text = "0" + base + f"{len(data):04b}" + "".join(f"{byte:08b}" for byte in data)
    crc = 0
    for bit in text:
        turn = int(bit) ^ crc >> 14
        crc = crc << 1 & 0x7FFF ^ (0x4599 if turn else 0)
    sent, run = "", 0
    for bit in text + f"{crc:015b}":
        run = run + 1 if sent.endswith(bit) else 1
        sent += bit
        if run == 5:
            sent += "10"[int(bit)]
            run = 1
    return len(sent) + 13


@given(st.booleans(), st.integers(0, 2**29 - 1), st.lists(st.sampled_from([0, 255, 0xF0, 0x1F, 0xA5, 7]), max_size=8))
def test_stuff_bits_are_counted_as_the_standard_inserts_them(is_extended: bool, number: int, octets: list[int]) -> None:
    identifier, data = number if is_extended else number & 0x7FF, bytes(octets)
    assert frame_bits(identifier, data, EXTENDED * is_extended) == bits_one_by_one(identifier, data, is_extended=is_extended)


def test_a_standard_frame_of_eight_bytes_takes_111_to_135_bits() -> None:
    seen = {frame_bits(0x60D, random.Random(n).randbytes(8)) for n in range(2000)} | {frame_bits(0, bytes(8))}
    assert min(seen) >= 111
    assert max(seen) <= 135


def test_error_reports_remote_and_fd_frames_have_a_length_too() -> None:
    assert frame_bits(0x80, bytes(8), ERROR) == 20
    assert 47 <= frame_bits(0x123, b"", REMOTE) <= 55
    assert frame_bits(0x123, bytes(64), FD | FAST) < frame_bits(0x123, bytes(64), FD)


def test_load_is_bits_over_time_of_the_busiest_channel() -> None:
    frames = [frame(n / 1000, 0x123, bytes(8)) for n in range(1001)] + [frame(n / 10, 0x123, bytes(8), "can1") for n in range(11)]
    load = session_of(sorted(frames)).story().load
    assert load == pytest.approx(1001 * frame_bits(0x123, bytes(8)) / 500_000)


@pytest.mark.parametrize(("identifier", "payload", "family"), [(0x60D, p1(), "60D"), (0x454, p2(), "454")])
def test_the_family_is_detected_from_the_traffic(identifier: int, payload: bytes, family: str) -> None:
    body = session_of(drive(2, lambda _: payload, identifier=identifier)).story().body
    assert body is not None
    assert body.family.name == family
    assert set(body.doors) == {"front_left", "front_right", "rear_left", "rear_right", "tailgate"}


def test_where_both_families_are_seen_the_one_with_more_door_frames_is_taken() -> None:
    frames = [*drive(3, lambda _: p2(), identifier=0x454), frame(1.5, 0x60D, p1(doors=0x20))]
    body = session_of(sorted(frames)).story().body
    assert body is not None
    assert body.family.name == "454"
    assert "door frames of" in notes(sorted(frames))


def test_without_door_frames_nothing_is_said_about_doors_or_the_bcm() -> None:
    frames = drive(2, lambda _: None)
    assert session_of(frames).story().body is None
    assert "no body frames on this bus" in notes(frames)
    assert findings_of(session_of(frames).story(), EPOCH_NS) == ()


def test_an_extended_frame_with_the_same_number_is_another_frame() -> None:
    frames = [CanFrame(EPOCH_NS, 0x60D, p1(doors=0x20), "can0", EXTENDED), CanFrame(EPOCH_NS, 0x60D, b"", "can0", REMOTE)]
    assert session_of(frames).story().body is None


def test_a_frame_of_the_wrong_length_gives_no_state_and_is_counted() -> None:
    frames = [frame(0.0, 0x60D, p1()), frame(0.1, 0x60D, b""), frame(0.2, 0x60D, b"\x20"), frame(0.3, 0x60D, p1(doors=0x20))]
    story = session_of(frames).story()
    assert story.body is not None
    assert story.body.short_frames == 1, "one byte carries the door bits, none carries nothing"
    assert [(t - EPOCH_NS, o) for t, o in story.body.doors["rear_left"].changes] == [(200_000_000, True)]
    assert [state for _, state in story.body.ignition] == ["on"]
    assert "1 of 4 frames 0x60D were too short" in notes(frames)


def test_a_door_of_454_is_unknown_while_its_bits_disagree() -> None:
    frames = [frame(n / 10, 0x454, p2(both=n in {3, 4}, rear_left=n >= 5)) for n in range(8)]
    body = session_of(frames).story().body
    assert body is not None
    assert [(t - EPOCH_NS, o) for t, o in body.doors["rear_left"].changes] == [(500_000_000, True)]
    assert body.twins["rear_left"].frames == 2


def test_lock_and_ignition_follow_their_bits() -> None:
    steps = [p1(ignition=0), p1(ignition=2), p1(), p1(ignition=4), p1(), p1(locked=0x10), p1(locked=0x18), p1(locked=0)]
    body = session_of([frame(n / 10, 0x60D, data) for n, data in enumerate(steps)]).story().body
    assert body is not None
    assert [state for _, state in body.ignition] == ["off", "acc", "on", "start", "on"]
    assert [state for _, state in body.lock_changes()] == ["partly", "locked", "unlocked"]


def test_time_open_counts_to_the_last_door_frame() -> None:
    body = session_of(drive(10, opened((2, 4), (7, 99)))).story().body
    assert body is not None
    assert body.doors["rear_left"].open_ns / 1e9 == pytest.approx(2 + 2.9, abs=0.01)


def test_a_flood_of_ids_channels_and_changes_stays_small() -> None:
    """Random ids and channels, and a door that changes in each frame: lists end, counts go on."""
    source = random.Random(1)
    session = BusSession(FAMILIES)
    frames = [frame(n / 1e4, 0x60D, p1(doors=0x20 * (n & 1))) for n in range(12_000)]
    frames += [CanFrame(EPOCH_NS, source.getrandbits(29), b"", f"can{source.getrandbits(20)}", EXTENDED) for _ in range(60_000)]
    session.feed_frames(frames)
    story = session.story()
    assert story.frames == 72_000
    assert story.body is not None
    assert story.body.doors["rear_left"].count == 11_999
    assert len(story.body.doors["rear_left"].changes) == 10_000
    assert len(session._slots) <= 50_000
    assert len(session._channels) <= 64


any_frame = st.builds(
    CanFrame,
    st.integers(0, 10**11),
    st.sampled_from([0x60D, 0x454, 0x280, 0x285, 0x123, 0x1FFFFFFF]),
    st.binary(max_size=9),
    st.sampled_from(["can0", "can1"]),
    st.sampled_from([0, 0, 0, EXTENDED, REMOTE, ERROR, FD, FD | FAST, SENT]),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(any_frame, max_size=60))
def test_no_traffic_breaks_the_analysis(frames: list[CanFrame]) -> None:
    """Whatever comes, in whatever order of time: a story, probabilities within 0..1, and one batch or many give the same."""
    whole, single = BusSession(FAMILIES), BusSession(FAMILIES)
    whole.feed_frames(frames)
    for one in frames:
        single.feed(FrameBatch.of([one]))
    story, again = whole.story(), single.story()
    found = findings_of(story, whole.origin_ns)
    assert found == findings_of(again, single.origin_ns)
    assert all(0 < f.probability <= 1 and f.evidence and f.text for f in found)
    assert (story.frames, story.load, story.span_s) == (again.frames, again.load, again.span_s)
