"""What a changed guard would say or do otherwise: found by mutation, each one a limit, a reason, or a word that people read."""

import math

import pytest
from engine_fakes import MS
from guard_fakes import Bench, Somebody

from bench.engine.guard import Train
from bench.engine.stopped import Stopped
from bench.engine.watch import CurrentWatch, InputWatch, SupplyWatch
from bench.errors import ProcedureRefused
from bench.model.names import InputRole
from bench.model.observations import Current

HOLD: frozenset[InputRole] = frozenset({"ajar", "estop", "hold"})


def refusal(bench: Bench, role: str = "drive_lock", on_ms: int = 500, pulses: int = 1, gap_ms: int = 0) -> str:
    with pytest.raises(ProcedureRefused) as refused:
        bench.pulse(role, on_ms, pulses, gap_ms)
    return str(refused.value)


def tripping(kind: str) -> Bench:
    bench = Bench().ready()
    bench.current = lambda _: 7.0 if bench.coils["enable"].is_on else 0.0
    bench.stroke(kind)
    return bench


def test_each_refusal_says_why_and_nothing_else() -> None:
    """A person reads it, so it is held to the letter."""
    bench = Bench()
    bench.level("estop", 1)
    assert refusal(bench) == "guard: drive_lock 1 x 500 ms refused: the guard is not armed"
    assert refusal(Bench(kind="tailgate").ready(), "drive_unlock").endswith("refused: this lock has no such drive")
    assert refusal(tripping("drive_lock")).endswith("refused: that direction tripped in this run")
    held = Bench(fitted=HOLD).ready()
    held.level("hold", 0)
    assert refusal(held).endswith("refused: the hold button is not pressed")


def test_an_estop_that_was_never_seen_is_a_sensor_stop() -> None:
    bench = Bench()
    bench.guard.arm()
    with pytest.raises(Stopped) as stop:
        bench.pulse()
    assert (stop.value.reason, stop.value.detail) == ("sensor", "the e-stop is fitted, but no level of it was ever seen")


def test_a_released_button_is_told_as_such() -> None:
    bench = Bench(fitted=HOLD).ready()
    bench.pulse()
    bench.go(100)
    bench.level("hold", 0)
    with pytest.raises(Stopped) as stop:
        bench.guard.tick(bench.clock.t)
    assert (stop.value.reason, stop.value.detail) == ("operator", "the hold button was released while driving")


def test_both_directions_stay_blocked_once_both_have_tripped() -> None:
    """The second trip does not make the guard forget the first."""
    bench = tripping("drive_lock")
    bench.stroke("drive_unlock")
    assert bench.guard.blocked == {"drive_lock", "drive_unlock"}
    assert [trip.role for trip in bench.trips] == ["drive_lock", "drive_unlock"]


def test_the_other_coil_is_written_off_before_one_is_closed() -> None:
    """Even where it should be off already: a relay board may have forgotten."""
    bench = Bench().ready()
    bench.coils["drive_unlock"].told.clear()
    bench.pulse("drive_lock")
    assert bench.coils["drive_unlock"].told == ["drive_unlock"]
    assert bench.on() == {"drive_lock"}


def test_what_was_let_go_of_is_told_with_its_time() -> None:
    bench = Bench().ready()
    bench.pulse()
    bench.go(100)
    changes = bench.guard.let_go()
    assert [(c.role, c.energised, c.t) for c in changes] == [("enable", False, 100 * MS), ("drive_lock", False, 100 * MS)]


def test_a_long_pause_leaves_no_negative_rest() -> None:
    bench = Bench().ready()
    bench.stroke()
    assert bench.guard.rest_needed_ns(bench.clock.t + 5000 * MS) == 0


def test_a_feed_voltage_that_is_no_number_stops_through_the_guard() -> None:
    bench = Bench().ready()
    with pytest.raises(Stopped, match="feed voltage reads nan V") as stop:
        bench.guard.see(Current(t0=0, dt=[0], a=[0.0], v=[math.nan]))
    assert stop.value.reason == "sensor"


def wiggling() -> Bench:
    bench = Bench().ready()
    bench.stroke("drive_unlock")
    bench.guard.hand_begins("wiggle")
    return bench


def test_the_pulses_of_one_wiggle_add_up_over_its_trains() -> None:
    """5, then 2: one is left, however they were asked for."""
    bench = wiggling()
    for pulses in (5, 2):
        bench.go(300)
        bench.pulse("drive_unlock", 100, pulses, 300)
        bench.go(pulses * 500)
    bench.go(300)
    assert refusal(bench, "drive_unlock", 100, 2, 300).endswith("refused: limit 1 pulses")
    bench.pulse("drive_unlock", 100)


@pytest.mark.parametrize(("before", "goes"), [(8, True), (9, False)])
def test_a_wiggle_that_has_begun_may_be_finished_but_none_begins_in_a_rest(before: int, *, goes: bool) -> None:
    """The tenth actuation may be a wiggle of several trains; an eleventh waits for its minute."""
    bench = Bench().ready()
    for _ in range(before):
        bench.stroke("drive_unlock", 100)
    bench.stroke("drive_unlock", 100)
    bench.guard.hand_begins("wiggle")
    bench.go(300)
    if not goes:
        assert "s of rest are still due" in refusal(bench, "drive_unlock", 100)
        return
    bench.pulse("drive_unlock", 100)
    bench.go(500)
    assert bench.guard.rest_needed_ns(bench.clock.t) > 0
    bench.pulse("drive_unlock", 100)
    bench.go(500)
    assert len(bench.coils["enable"].pulses_ms()) == before + 3


@pytest.mark.parametrize(("a", "told"), [(7.96, [(5 * MS, 7.96, 6.0)]), (7.9599, [])])
def test_a_reading_right_at_the_clip_counts_as_clipped_and_is_told(a: float, told: list[tuple[int, float, float]]) -> None:
    """99.5 % of full scale, for 5 ms: at its edge and one step below it."""
    trips: list[tuple[int, float, float]] = []
    watch = CurrentWatch(
        trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.0, tripped=lambda t, x, limit: trips.append((t, x, limit))
    )
    watch.switched(0, fed=True)
    for ms in range(6):
        watch.see(ms * MS, a, 12.0)
    assert trips == told


def test_each_watch_says_what_it_saw_and_its_limit() -> None:
    watch = CurrentWatch(trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.19, tripped=lambda *_: None)
    watch.switched(0, fed=True)
    with pytest.raises(Stopped) as silent:
        watch.check(51 * MS)
    assert silent.value.detail == "no current reading for 51 ms while the feed lives, limit 50 ms"
    supply = SupplyWatch(logic_min_v=6.5)
    with pytest.raises(Stopped) as odd:
        supply.see(0, math.inf)
    assert (odd.value.reason, odd.value.detail) == ("sensor", "supply reads inf V")
    supply.see(0, 5.0)
    with pytest.raises(Stopped) as low:
        supply.check(101 * MS)
    assert (low.value.reason, low.value.detail) == ("supply", "supply 5.00 V for more than 100 ms, the rig needs 6.5 V")
    with pytest.raises(Stopped) as pressed:
        InputWatch(frozenset({"estop"})).see("estop", 0)
    assert (pressed.value.reason, pressed.value.detail) == ("estop", "pressed, or its wire is broken")


def test_a_train_has_one_pulse_and_no_gap_unless_told() -> None:
    assert (Train(role="drive_lock", on_ms=1).pulses, Train(role="drive_lock", on_ms=1).gap_ms) == (1, 0)


@pytest.mark.parametrize("name", ["trip_a", "ceiling_a", "trip_ms", "current_max_a"])
def test_a_limit_that_means_nothing_is_refused_by_its_name(name: str) -> None:
    """0 is refused, the smallest positive number is a limit."""
    limits = {"trip_a": 6.0, "ceiling_a": 7.5, "trip_ms": 20.0, "current_max_a": 8.19}

    def made(value: float) -> CurrentWatch:
        given = {**limits, name: value}
        return CurrentWatch(
            trip_a=given["trip_a"], ceiling_a=given["ceiling_a"], trip_ms=given["trip_ms"], blanking_ms=15, max_a=given["current_max_a"],
            tripped=lambda *_: None,
        )  # fmt: skip

    with pytest.raises(ProcedureRefused) as refused:
        made(0)
    assert str(refused.value) == f"guard: {name} is 0, must be a positive number"
    assert made(0.5).trip_a == min(0.5 if name in ("trip_a", "ceiling_a") else 6.0, 6.0)


def test_blanking_begins_with_the_feed_whenever_that_is() -> None:
    """Fed at 1.0 s: 7 A trips at 1.035 s, not at 1.020 s."""
    trips: list[int] = []
    watch = CurrentWatch(trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.19, tripped=lambda t, *_: trips.append(t // MS))
    watch.switched(1000 * MS, fed=True)
    for ms in range(1000, 1036):
        watch.see(ms * MS, 7.0, 12.0)
    assert trips == [1035]


def test_a_remnant_is_measured_from_when_enable_opened() -> None:
    """Opened at 1.0 s: what is still there before 1.06 s does not count."""
    watch = CurrentWatch(trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.19, tripped=lambda *_: None)
    watch.switched(1000 * MS, fed=False)
    for ms in range(1000, 1101):
        watch.see(ms * MS, 0.0, 12.0)
    with pytest.raises(Stopped, match="welded"):
        watch.see(1101 * MS, 0.0, 12.0)


@pytest.mark.parametrize(("a", "v", "says"), [(0.2, 0.0, "current 0.2 A with the outputs off"), (0.0, 12.0, "feed 12 V with enable open")])
def test_a_leak_that_was_there_from_the_first_reading_on_is_found(a: float, v: float, says: str) -> None:
    """Nothing was ever switched: the first reading comes late, and counts all the same."""
    watch = CurrentWatch(trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.19, tripped=lambda *_: None)
    watch.see(150 * MS, a, v)
    with pytest.raises(Stopped) as stop:
        watch.see(251 * MS, a, v)
    assert stop.value.detail.startswith(says)


def test_a_current_that_is_no_number_is_told_as_such() -> None:
    watch = CurrentWatch(trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.19, tripped=lambda *_: None)
    with pytest.raises(Stopped) as stop:
        watch.see(0, math.nan, 12.0)
    assert (stop.value.reason, stop.value.detail) == ("sensor", "motor current reads nan A")


def test_what_was_let_go_of_is_never_armed_again() -> None:
    bench = Bench().ready()
    bench.guard.let_go()
    with pytest.raises(ProcedureRefused) as refused:
        bench.guard.arm()
    assert str(refused.value) == "guard: armed again after everything was let go"


def test_hands_clear_counts_from_when_it_was_said_late_in_a_run_too() -> None:
    """Said at 100 s of the run: it goes, and what is refused before says so to the letter."""
    bench = Bench(attendant=Somebody()).ready()
    bench.clock.t = 100_000 * MS
    assert refusal(bench).endswith("refused: nobody said that hands are clear")
    bench.guard.hands_clear()
    assert not bench.guard.needs_clear(bench.clock.t)
    bench.go(2000)
    bench.pulse()
    assert bench.on() == {"drive_lock"}
