"""Each finding on a recording that has it, none on what hands, recorders and sleep do; the BCM is never blamed."""

from collections.abc import Callable

import pytest
from analyze_samples import IGNITION_ON, drive, findings, frame, notes, opened, p1, p2

from bench.model.can_frame import CanFrame
from bench.model.names import FAULTS

SHAKY = opened(*[(5 + n * 0.4, 5.2 + n * 0.4) for n in range(8)])
CASES = {
    "chatter": (drive(12, SHAKY), "door_chatter"),
    "one blip": (drive(12, opened((5, 5.2))), "door_chatter"),
    "reopens": (drive(12, opened((2, 5), (5.3, 9))), "closed_then_open"),
    "open while moving": (drive(12, opened((5, 8)), kmh=40), "open_while_moving"),
    "twins": (drive(12, lambda t: p2(both=4 < t < 6), identifier=0x454), "bits_disagree"),
    "stale": (drive(20, lambda t: p1() if t < 5 or t > 12 else None), "frame_stale"),
    "stale at the end": (drive(20, lambda t: p1() if t < 5 else None), "frame_stale"),
    "silent": ([*drive(3, lambda _: p1()), frame(30, 0x60D, p1())], "bus_silent"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_finding_is_made_once_with_evidence_and_known_faults(name: str) -> None:
    frames, expected = CASES[name]
    found = findings(frames)
    assert [f.id for f in found] == [expected]
    assert set(found[0].faults) <= set(FAULTS)
    assert found[0].evidence
    assert "bcm_stuck" not in found[0].faults


HEALTHY = {
    "shut throughout": drive(10, lambda _: p1()),
    "opened and shut by hand": drive(20, opened((3, 5), (8, 8.9), (12, 19))),
    "a door slammed, with a bounce": drive(20, opened((3, 5), (5.2, 5.4))),
    "driving with doors shut": drive(10, lambda _: p1(), kmh=90),
    "door open at a crawl": drive(10, opened((3, 5)), kmh=4),
    "speed invalid": drive(10, opened((3, 5)), kmh=327),
    "recorder gaps": drive(20, lambda t: p1() if int(t * 10) % 19 in {0, 1} else None),
    "asleep with the ignition off": [*drive(3, lambda _: p1(ignition=0)), frame(300, 0x60D, p1(ignition=0))],
    "asleep with doors silent first": [*drive(4, lambda t: p1(ignition=0) if t < 3 else None),
                                       *(f._replace(t_ns=f.t_ns + 10**12) for f in drive(4, lambda _: p1(ignition=0)))],
    "ignition switched off": drive(10, lambda t: p1(ignition=IGNITION_ON if t < 5 else 0)),
    "locked and unlocked": drive(10, lambda t: p1(locked=0x18 if 4 < t < 6 else 0)),
    "454": drive(20, lambda t: p2(rear_left=3 < t < 8, boot=t > 10), identifier=0x454, kmh=0),
    "454 in transition": drive(20, lambda t: p2(rear_left=t > 5.3, both=5 < t < 5.3), identifier=0x454),
}  # fmt: skip


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_found_where_nothing_is_wrong(name: str) -> None:
    assert findings(HEALTHY[name]) == []


def test_an_open_door_that_moves_is_a_safety_warning_with_its_speed() -> None:
    (found,) = findings(CASES["open while moving"][0])
    assert found.text.startswith("SAFETY")
    assert "40 km/h" in found.evidence[0]
    assert found.door == "rear_left"
    assert found.t_s == pytest.approx(5.0, abs=0.11)


def test_many_changes_weigh_more_than_one_blip() -> None:
    (many,), (one,) = findings(CASES["chatter"][0]), findings(CASES["one blip"][0])
    assert many.probability > one.probability


def test_bits_that_always_disagree_speak_of_another_layout_not_of_a_fault() -> None:
    (found,) = findings(drive(5, lambda _: p2(both=True), identifier=0x454))
    assert found.faults == ()
    assert "uses the bits differently" in found.evidence[0]


def test_ordinary_sleep_is_noted_with_its_length() -> None:
    assert "the bus was silent (asleep, or the recorder paused) for 297.0" in notes(HEALTHY["asleep with the ignition off"])


def battery(seconds: float, volts: Callable[[float], float], ignition: int = IGNITION_ON) -> list[CanFrame]:
    """A drive with the supply on 0x6F6, each 100 ms."""
    frames = drive(seconds, lambda _: p1(ignition=ignition))
    frames += [frame(n / 10 + 0.05, 0x6F6, bytes([round(volts(n / 10) * 10), 0])) for n in range(round(seconds * 10))]
    return sorted(frames)


def test_a_supply_dip_is_found_with_its_depth_and_length() -> None:
    (found,) = findings(battery(10, lambda t: 7.5 if 4 <= t < 5 else 12.6))
    assert (found.id, found.faults) == ("supply_dip", ("supply_low", "wire_high_r"))
    assert "fell to 7.5 V" in found.text
    assert "from 4.05 s for 1.00 s" in found.evidence[0]
    assert "confidence C" in found.evidence[1]


def test_cranking_a_good_supply_and_another_layout_are_no_supply_dips() -> None:
    assert findings(battery(10, lambda t: 7.5 if 4 <= t < 5 else 12.6, ignition=0x04)) == []
    assert findings(battery(10, lambda _: 9.0)) == []
    assert findings(battery(10, lambda t: t % 25)) == []


def test_a_lock_that_locks_itself_again_is_found_unless_a_door_was_opened() -> None:
    def flapping(t: float) -> bytes:
        return p1(locked=0 if 4 <= t < 5 or 8 <= t < 8.6 else 0x18)

    (found,) = findings(drive(12, flapping))
    assert (found.id, found.probability) == ("locked_again", 0.5)
    assert "unlocked at 4.00 s, locked again 1.00 s later" in found.evidence[0]
    assert findings(drive(12, lambda t: p1(locked=0 if 4 <= t < 6.5 else 0x18, doors=0x20 if 4.5 <= t < 6 else 0))) == []
    assert findings(drive(20, lambda t: p1(locked=0 if 4 <= t < 12 else 0x18))) == [], "8 s unlocked is a person's"


def test_a_lock_state_lost_on_the_move_is_a_safety_warning_with_its_speed() -> None:
    def lost(t: float) -> bytes:
        return p1(locked=0x18 if t < 6 else 0)

    (found,) = findings(drive(12, lost, kmh=60))
    assert found.id == "lock_lost"
    assert found.text.startswith("SAFETY")
    assert "60 km/h" in found.evidence[0]
    assert findings(drive(12, lost, kmh=0)) == []
    assert findings(drive(12, lambda t: p1(locked=0 if t < 6 else 0x18), kmh=60)) == [], "locking by speed is what it should do"


@pytest.mark.parametrize(("still", "fault"), [(0x00, "switch_stuck_open"), (0x20, "switch_stuck_closed")])
def test_a_door_that_never_changes_while_all_others_do_is_found(still: int, fault: str) -> None:
    def all_others(t: float) -> bytes:
        return p1(doors=still | (0x08, 0x10, 0x40, 0x80)[int(t) // 5] if 2 < t % 5 < 4 else still)

    (found,) = findings(drive(20, all_others))
    assert (found.id, found.door) == ("door_never_changes", "rear_left")
    assert fault in found.faults
    assert found.probability <= 0.5
    assert findings(drive(10, all_others)) == [], "two other doors prove nothing"


def test_flicker_on_the_move_names_the_speed_and_the_corrugation_first() -> None:
    found = {f.id: f for f in findings(drive(12, SHAKY, kmh=70))}
    assert "while driving, at up to 70 km/h" in found["door_chatter"].text
    assert found["door_chatter"].faults[0] == "wire_intermittent"


@pytest.mark.parametrize("name", CASES)
def test_every_finding_says_what_to_do_next(name: str) -> None:
    assert all(len(f.next_test) > 20 for f in findings(CASES[name][0]))
