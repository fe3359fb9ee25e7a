"""What the body control module says on CAN, for both families; bits as in facts/can.md 2a and 2b."""

from itertools import pairwise

import pytest
from sim_bench import Bench, bench

from bench.model.names import KINDS, Kind

OPEN_BIT = {
    ("60D", "rear_door"): (0, 0x20),
    ("60D", "tailgate"): (0, 0x80),
    ("454", "rear_door"): (5, 0x08),
    ("454", "tailgate"): (6, 0x80),
}
NUMBER = {"60D": 0x60D, "454": 0x454}


def says_open(b: Bench, family: str, kind: Kind) -> bool:
    byte, mask = OPEN_BIT[family, kind]
    return bool(b.frames[-1][2][byte] & mask)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", ["60D", "454"])
def test_the_door_bit_follows_the_switch_within_a_quarter_of_a_second(kind: Kind, family: str) -> None:
    b = Bench(bench(kind, family=family).plant) if kind == "rear_door" else bench(kind, family=family)
    b.wait(0.3)
    assert says_open(b, family, kind) is (kind == "rear_door")
    assert {number for _, number, _ in b.frames} == {NUMBER[family]}
    assert all(len(payload) == 8 for _, _, payload in b.frames)
    b.edges.clear()
    b.frames.clear()
    if kind == "rear_door":
        b.hand("close")
    else:
        b.pulse()
    settled = max(t for t, role, _ in b.edges if role == "ajar")
    byte, mask = OPEN_BIT[family, kind]
    changed = next(t for t, _, p in b.frames if bool(p[byte] & mask) is not (kind == "rear_door"))
    assert 0.0 < changed - settled < 0.25


def test_the_454_family_gives_exactly_one_of_open_and_closed_for_each_door() -> None:
    b = bench(family="454")
    b.hand("close")
    b.hand("open")
    assert {p[5] & 0x0C for _, _, p in b.frames} == {0x04, 0x08}
    assert {p[5] & 0xF3 for _, _, p in b.frames} == {0x51}


def test_frames_come_every_100_ms() -> None:
    b = bench()
    b.wait(2.0)
    times = [t for t, _, _ in b.frames]
    assert all(0.095 < later - earlier < 0.105 for earlier, later in pairwise(times))


def test_the_lock_bits_are_what_was_commanded_even_with_a_dead_motor() -> None:
    b = bench(fault="motor_open")
    b.pulse("drive_lock")
    assert b.frames[-1][2][2] & 0x18 == 0x18
    b.pulse("drive_unlock")
    assert b.frames[-1][2][2] & 0x18 == 0
    assert {p[1] for _, _, p in b.frames} == {0}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("family", ["60D", "454"])
def test_a_stuck_module_says_open_for_ever_while_the_switch_moves(kind: Kind, family: str) -> None:
    b = bench(kind, "bcm_stuck", family=family)
    b.hand("close", 3.0)
    assert b.worlds[-1].inputs["ajar"] == 1
    assert len(b.frames) > 25
    byte, mask = OPEN_BIT[family, kind]
    assert all(p[byte] & mask for _, _, p in b.frames)


def test_a_still_car_goes_to_sleep_and_a_door_wakes_it() -> None:
    b = bench()
    b.wait(95.0, step_s=0.02)
    b.frames.clear()
    b.wait(1.0)
    assert b.frames == []
    b.hand("close")
    assert not says_open(b, "60D", "rear_door")


def test_family_none_is_silent() -> None:
    b = bench(family="none")
    b.wait(1.0)
    assert b.frames == []
