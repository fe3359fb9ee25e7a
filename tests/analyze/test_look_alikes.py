"""What looks like a fault and is the recording's own doing: glued files, a clock that was set, an adapter away. No lock is accused."""

from itertools import pairwise

import pytest
from analyze_samples import EPOCH_NS, drive, findings, notes, opened, p1, p2, session_of

from bench.model.can_frame import CanFrame


def later(frames: list[CanFrame], seconds: float) -> list[CanFrame]:
    """The same frames by a clock that is ahead."""
    return [f._replace(t_ns=f.t_ns + round(seconds * 1e9)) for f in frames]


BY_HAND = opened((5, 9), (15, 19), (30, 35))
LOCKED, UNLOCKED = p1(locked=0x18), p1()
INNOCENT = {
    "two recordings, the second one earlier": [*later(drive(60, BY_HAND), 100), *drive(60, BY_HAND)],
    "the same recording twice": [*drive(60, BY_HAND), *drive(60, BY_HAND)],
    "the clock was set back by an hour": [*later(drive(60, BY_HAND), 3600), *later(drive(60, BY_HAND), 61)],
    "driving at its end, open and standing at the next one's start": [*later(drive(20, lambda _: p1(), kmh=80), 1000),
                                                                      *drive(20, opened((0, 8)))],
    "open at its end, opened soon in the next one": [*drive(20, opened((10, 30))), *later(drive(20, opened((0.3, 8))), 600)],
    "shut at its end, shut soon in the next one": [*drive(20, lambda _: p1()), *later(drive(20, opened((0, 0.2))), 600)],
    "an adapter away for 10 s, a door meanwhile": [f for f in drive(40, opened((14, 20.25))) if not 10 < (f.t_ns - EPOCH_NS) / 1e9 < 20],
    "begins just before a slam bounces": drive(10, opened((0.3, 0.5))),
    "begins with an open door": drive(10, opened((0, 3))),
    "locked at its end, driving unlocked in the next one": [
        *drive(20, lambda _: LOCKED, kmh=80), *later(drive(20, lambda _: UNLOCKED, kmh=60), 600)],
    "unlocked at its end, an earlier one locked": [
        *later(drive(20, lambda t: LOCKED if t < 10 else UNLOCKED), 1000), *drive(20, lambda _: LOCKED)],
    "a passenger gets out at a crawl": drive(30, opened((10, 14)), kmh=3),
    "slow loading": drive(120, lambda t: p1(doors=(0x20, 0x40, 0x80, 0x08, 0x10)[int(t) // 4 % 5] if t % 4 < 2.2 else 0)),
    "a valet": drive(60, lambda t: p1(doors=0x10 if 5 < t < 9 or 40 < t < 46 else 0, ignition=6 if 10 < t < 38 else 0)),
    "both bits of the other family for a moment at the start": drive(20, lambda t: p2(both=t < 0.4), identifier=0x454),
    "the car wakes now and then": [
        f for k in range(20) for f in later(drive(3, lambda t: p1(doors=0x10 if t < 2.5 else 0, ignition=0)), k * 300)],
}  # fmt: skip


@pytest.mark.parametrize("name", INNOCENT)
def test_no_fault_is_named_where_only_the_recording_is_odd(name: str) -> None:
    assert [f for f in findings(INNOCENT[name]) if f.faults] == []


def test_time_stamps_that_run_backwards_are_told_with_their_number() -> None:
    assert "time stamps run backwards (1 x, first behind 59.90 s)" in notes(INNOCENT["the same recording twice"])
    assert "backwards" not in notes(drive(20, BY_HAND))
    assert session_of(INNOCENT["the same recording twice"]).story().load is None, "over which time?"


def test_what_comes_before_and_behind_a_break_is_still_judged() -> None:
    shaky = opened(*[(5 + n * 0.4, 5.2 + n * 0.4) for n in range(8)])
    found = findings([*later(drive(12, shaky), 100), *drive(12, shaky)])
    assert [(f.id, f.door) for f in found] == [("door_chatter", "rear_left")]
    assert "32 of 32 changes" in found[0].text


def test_a_press_on_the_remote_is_named_where_the_lock_was_locked_again() -> None:
    """The bus does not show who asked for it: no great probability."""
    (found,) = findings(drive(60, lambda t: LOCKED if t < 10 or 11 < t < 30 or t > 31.5 else UNLOCKED))
    assert found.id == "locked_again"
    assert found.probability <= 0.5
    assert "remote" in found.text


def test_a_load_that_no_wire_carries_is_said_to_be_none() -> None:
    """As `candump -t d` writes it: each stamp is the time since the frame before."""
    frames = drive(20, BY_HAND)
    steps = [b.t_ns - a.t_ns for a, b in pairwise(frames)]
    assert "no wire carries" in notes([f._replace(t_ns=step) for f, step in zip(frames, steps, strict=False)])


def test_door_frames_on_two_channels_are_told() -> None:
    frames = sorted([*drive(10, BY_HAND), *(f._replace(channel="can1") for f in drive(5, BY_HAND))])
    assert "on 2 channels (can0, can1); can0 has more and was taken" in notes(frames)
