"""Hand, claw, ajar switch and harness, for both kinds."""

import pytest
from sim_bench import Bench, bench

from bench.errors import UsageError
from bench.model.names import KINDS, Kind

CLOSED, OPEN = 1, 0


def ajar(b: Bench) -> int:
    return b.worlds[-1].inputs["ajar"]


def ajar_edges(b: Bench) -> list[tuple[float, int]]:
    return [(t, level) for t, role, level in b.edges if role == "ajar"]


def test_a_rear_door_closes_holds_and_opens_by_the_handle() -> None:
    b = bench()
    b.wait(0.1)
    assert ajar(b) == OPEN
    assert b.hand("close") == {"held": True, "half": False, "opened": False, "knob_moved": False}
    assert ajar(b) == CLOSED
    assert b.hand("open")["opened"] is True
    assert ajar(b) == OPEN


def test_a_locked_rear_doors_handle_does_nothing() -> None:
    b = bench()
    b.hand("close")
    b.pulse("drive_lock")
    assert b.hand("open")["opened"] is False
    b.pulse("drive_unlock")
    assert b.hand("open")["opened"] is True


def test_the_knob_follows_a_stroke_and_only_a_stroke() -> None:
    b = bench()
    for role, level, moved in (
        ("drive_lock", 1, True), ("drive_lock", 1, False), ("drive_unlock", 0, True), ("drive_unlock", 0, False),
    ):  # fmt: skip
        b.pulse(role)
        assert b.worlds[-1].inputs["lock"] == level
        assert b.plant.operator("look")["knob_moved"] is moved


def test_a_tailgate_is_released_by_the_motor_and_the_lid_lifts_only_then() -> None:
    b = bench("tailgate")
    assert ajar(b) == CLOSED
    assert b.hand("open")["opened"] is False
    assert ajar(b) == CLOSED
    curve = b.pulse()
    assert curve.edge_s("ajar") is not None
    assert ajar(b) == OPEN
    assert b.hand("open") == {"held": False, "half": False, "opened": True}
    assert b.hand("close") == {"held": True, "half": False, "opened": False}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hand_takes_under_3_s_and_the_view_before_the_move_comes_back(kind: Kind) -> None:
    b = bench(kind)
    held_before = kind == "tailgate"
    for request in ("close", "open", "wiggle"):
        view = b.plant.operator(request)
        assert view["held"] is held_before
        start = b.now_s
        while b.wait(0.005).hand_moving:
            assert b.now_s - start < 3.0
        assert b.now_s - start > 0.3
        held_before = bool(b.plant.operator("look")["held"])


def test_an_unknown_request_is_refused() -> None:
    with pytest.raises(UsageError, match="'shove'"):
        bench().plant.operator("shove")


@pytest.mark.parametrize("kind", KINDS)
def test_a_healthy_event_bounces_at_most_3_ms_and_5_edges(kind: Kind) -> None:
    for seed in range(8):
        b = bench(kind, seed=seed)
        b.edges.clear()
        if kind == "rear_door":
            b.hand("close")
        else:
            b.pulse()
        times = [t for t, _ in ajar_edges(b)]
        assert 1 <= len(times) <= 5
        assert times[-1] - times[0] <= 0.0031


def test_a_bouncing_switch_shows_many_edges_over_many_ms() -> None:
    for seed in range(8):
        b = bench(fault="switch_bounce", seed=seed)
        b.hand("close")
        times = [t for t, _ in ajar_edges(b)]
        assert len(times) > 8
        assert times[-1] - times[0] > 0.008
        assert ajar(b) == CLOSED


@pytest.mark.parametrize(("fault", "level", "low", "high"), [
    ("switch_stuck_open", CLOSED, 12.0, 13.0), ("wire_open_switch", CLOSED, 12.0, 13.0),
    ("switch_stuck_closed", OPEN, 0.0, 0.5), ("wire_short_switch", OPEN, 0.0, 0.5),
])  # fmt: skip
@pytest.mark.parametrize("kind", KINDS)
def test_a_dead_switch_or_wire_shows_one_level_for_ever(kind: Kind, fault: str, level: int, low: float, high: float) -> None:
    for seed in range(3):
        b = bench(kind, fault, seed=seed)
        b.hand("close")
        b.pulse()
        b.hand("open")
        assert ajar(b) == level
        assert ajar_edges(b) == []
        assert low <= b.line_v("ajar") <= high


def test_a_high_contact_resistance_leaves_the_open_doors_line_between_levels() -> None:
    volts = []
    for seed in range(10):
        b = bench(fault="switch_high_r", seed=seed)
        b.wait(0.05)
        volts.append(b.line_v("ajar"))
    assert all(1.0 < v < 9.5 for v in volts)
    assert max(volts) - min(volts) > 1.0


def test_a_misaligned_striker_is_closed_only_while_pushed_and_stands_half_latched() -> None:
    for seed in range(4):
        b = bench(fault="striker_misaligned", seed=seed)
        seen = b.hand("close")
        assert (seen["held"], seen["half"]) == (False, True)
        assert ajar(b) == OPEN
        assert CLOSED in [level for _, level in ajar_edges(b)]


def test_a_weak_spring_does_not_hold_and_opens_slowly() -> None:
    for seed in range(4):
        b = bench(fault="spring_weak", seed=seed)
        seen = b.hand("close")
        assert (seen["held"], seen["half"], seen["opened"]) == (False, False, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_door_that_reopens_is_closed_for_50_to_500_ms_and_nobody_drove_it(kind: Kind) -> None:
    for seed in range(6):
        b = bench(kind, "reopens", seed=seed)
        b.edges.clear()
        seen = b.hand("close")
        edges = ajar_edges(b)
        closed = [t for t, level in edges if level == CLOSED]
        opened = [t for t, level in edges if level == OPEN and t > closed[0] + 0.01]
        assert 0.05 <= opened[0] - closed[0] <= 0.5
        assert seen["opened"] is True


def test_a_stretched_cable_or_broken_lever_may_leave_the_handle_without_effect() -> None:
    """Of twelve units with a broken lever at least one has the opening lever broken, at least one has not."""
    outcomes = set()
    for seed in range(12):
        b = bench(fault="lever_broken", seed=seed)
        b.hand("close")
        outcomes.add(b.hand("open")["opened"])
    assert outcomes == {True, False}


@pytest.mark.parametrize("kind", KINDS)
def test_a_flexed_bad_harness_breaks_the_motor_current_and_makes_bursts(kind: Kind) -> None:
    gaps = bursts = 0
    for seed in range(4):
        b = bench(kind, "wire_intermittent", seed=seed)
        if kind == "rear_door":
            b.hand("close")
            b.edges.clear()
            role = "drive_unlock"
        else:
            b.pulse()
            role = "drive_lock"
        b.plant.operator("wiggle")
        for _ in range(5):
            curve = b.pulse(role, on_s=0.16, rest_s=0.3)
            gaps += sum(1 for t, a, v in curve.samples if 0.02 < t < 0.14 and a < 0.1 and v > 11.0)
        bursts += len(b.edges)
    assert gaps > 40
    assert bursts > 4


def test_a_sound_harness_is_silent_when_flexed() -> None:
    b = bench()
    b.hand("close")
    b.edges.clear()
    b.hand("wiggle", 3.2)
    assert b.edges == []


def test_on_a_removed_lock_there_is_no_striker_and_no_body_module() -> None:
    b = bench(fault="striker_misaligned", scope="lock")
    assert b.hand("close")["held"] is True
    b.wait(1.0)
    assert b.frames == []
