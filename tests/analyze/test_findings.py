"""Each finding on a recording that has it, none on what hands, recorders and sleep do; the BCM is never blamed."""

import pytest
from analyze_samples import IGNITION_ON, drive, findings, frame, notes, opened, p1, p2

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
