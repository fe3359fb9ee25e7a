"""The guard: coil histories like a scope; every limit at both edges and one step beyond."""

import itertools
import math

import pytest
from engine_fakes import MS
from guard_fakes import Bench

from bench.engine.guard import Train
from bench.engine.stopped import Stopped
from bench.errors import ProcedureRefused
from bench.model.names import InputRole
from bench.model.observations import Ambient, Current, Output, Supply
from bench.model.profile import Drive

HOLD: frozenset[InputRole] = frozenset({"estop", "hold"})


def test_a_pulse_switches_the_drive_relay_dry() -> None:
    """Enable closes 20 ms after the drive relay and opens 20 ms before it; the feed lives exactly as long as asked."""
    bench = Bench().ready()
    bench.pulse(on_ms=500)
    bench.go(600)
    assert bench.coils["drive_lock"].pulses_ms() == [(0, 540)]
    assert bench.coils["enable"].pulses_ms() == [(20, 520)]
    assert bench.coils["drive_unlock"].pulses_ms() == []
    assert bench.guard.is_idle
    assert bench.guard.next_ns is None


def test_each_switching_is_on_record_with_its_time() -> None:
    """Four output lines for one pulse, in the order of the switching."""
    bench = Bench().ready()
    bench.stroke(on_ms=100)
    seen = [(o.t // MS, o.role, o.energised) for o in bench.lines if isinstance(o, Output)]
    assert seen == [(0, "drive_lock", True), (20, "enable", True), (120, "enable", False), (140, "drive_lock", False)]


@pytest.mark.parametrize("on_ms", [1, 999, 1000])
def test_a_pulse_up_to_a_second_is_driven(on_ms: int) -> None:
    """The ceiling itself is allowed."""
    bench = Bench().ready()
    bench.stroke(on_ms=on_ms)
    assert bench.feeds_ms() == [on_ms]


@pytest.mark.parametrize(
    ("train", "why"),
    [
        (Train(role="drive_lock", on_ms=1001), "limit 1000 ms"),
        (Train(role="drive_lock", on_ms=0), "limit 1000 ms"),
        (Train(role="drive_lock", on_ms=-5), "limit 1000 ms"),
        (Train(role="drive_lock", on_ms=500, pulses=2, gap_ms=400), "limit 1 pulses"),
        (Train(role="drive_lock", on_ms=500, pulses=0), "limit 1 pulses"),
    ],
)
def test_what_is_beyond_a_ceiling_is_refused(train: Train, why: str) -> None:
    """The reason names the limit, nothing is energised and nothing is counted."""
    bench = Bench().ready()
    with pytest.raises(ProcedureRefused, match=why):
        bench.guard.drive(train)
    assert bench.lines == []
    bench.go(100)
    assert not bench.coils["drive_lock"].is_on


def test_nothing_is_driven_before_it_is_armed_or_after_all_was_let_go() -> None:
    """Denies by default, and a run never resumes."""
    bench = Bench()
    bench.level("estop", 1)
    with pytest.raises(ProcedureRefused, match="not armed"):
        bench.pulse()
    bench.guard.arm()
    bench.guard.let_go()
    with pytest.raises(ProcedureRefused, match="not armed"):
        bench.pulse()
    with pytest.raises(ProcedureRefused, match="armed again"):
        bench.guard.arm()


def test_a_second_drive_while_one_runs_is_refused() -> None:
    """In each phase of a pulse, and the pulse goes on as it was."""
    bench = Bench().ready()
    bench.pulse("drive_lock", 100)
    for phase in ("selecting", "feeding", "unloading"):
        with pytest.raises(ProcedureRefused, match=phase):
            bench.pulse("drive_unlock")
        bench.go({"selecting": 20, "feeding": 100, "unloading": 20}[phase])
    assert bench.coils["drive_unlock"].pulses_ms() == []
    assert bench.feeds_ms() == [100]


@pytest.mark.parametrize("second", ["drive_lock", "drive_unlock"])
def test_the_dead_time_is_fifty_milliseconds(second: str) -> None:
    """49 ms after a drive coil was let go nothing is driven, after 50 ms it is."""
    bench = Bench().ready()
    bench.pulse(on_ms=100)
    bench.go(140)
    assert bench.guard.rest_needed_ns(bench.clock.t) == 50 * MS
    bench.go(49)
    with pytest.raises(ProcedureRefused, match="rest"):
        bench.pulse(second)
    bench.go(1)
    assert bench.guard.rest_needed_ns(bench.clock.t) == 0
    bench.pulse(second)
    assert bench.coils[second].is_on


def test_ten_actuations_then_a_minute_of_rest() -> None:
    """The eleventh is refused until 60 s after the tenth began."""
    bench = Bench().ready()
    for n in range(10):
        bench.stroke("drive_lock" if n % 2 else "drive_unlock", 100)
    began = bench.coils["drive_lock"].history[-2][0]
    with pytest.raises(ProcedureRefused, match="rest"):
        bench.pulse()
    bench.step_ms = 5
    bench.go((began + 60_000 * MS - bench.clock.t) / MS - 1)
    with pytest.raises(ProcedureRefused, match=r"0\.001 s of rest"):
        bench.pulse()
    bench.go(1)
    bench.pulse()
    assert bench.coils["drive_lock"].is_on


def test_a_tailgate_has_no_reverse_drive() -> None:
    """Even where the rig has the relay, it is never energised."""
    bench = Bench(kind="tailgate").ready()
    with pytest.raises(ProcedureRefused, match="no such drive"):
        bench.pulse("drive_unlock")
    bench.stroke("drive_lock")
    assert bench.feeds_ms() == [500]
    assert bench.coils["drive_unlock"].pulses_ms() == []


def test_release_ends_a_pulse_in_order_in_every_phase() -> None:
    """Enable first, the drive relay 20 ms later; before the feed lived the drive relay drops at once."""
    bench = Bench().ready()
    bench.pulse(on_ms=500)
    bench.go(10)
    bench.guard.release()
    assert bench.on() == set()
    assert bench.coils["enable"].pulses_ms() == []
    bench.go(60)
    bench.pulse(on_ms=500)
    bench.go(120)
    bench.guard.release()
    assert bench.on() == {"drive_lock"}
    bench.guard.release()
    bench.go(20)
    assert bench.on() == set()
    bench.guard.release()
    assert bench.guard.is_idle
    assert bench.feeds_ms() == [100]


# Hands


@pytest.mark.parametrize("hand", ["close", "open"])
def test_no_drive_while_a_hand_is_at_the_latch(hand: str) -> None:
    """Refused while it is there, driven once it is clear."""
    bench = Bench().ready()
    bench.guard.hand_begins("close" if hand == "close" else "open")
    with pytest.raises(ProcedureRefused, match=f"a hand is at the latch .{hand}"):
        bench.pulse()
    bench.guard.hand_ends()
    bench.stroke()
    assert bench.feeds_ms() == [500]


def test_no_hand_while_anything_is_energised() -> None:
    """A hand is refused in the middle of a pulse and in a bare feed."""
    bench = Bench().ready()
    bench.pulse()
    with pytest.raises(ProcedureRefused, match=r"a hand .close. while the outputs are selecting"):
        bench.guard.hand_begins("close")
    bench.go(700)
    bench.guard.feed_bare()
    with pytest.raises(ProcedureRefused, match="bare"):
        bench.guard.hand_begins("wiggle")


def wiggling(kind: str = "rear_door") -> Bench:
    bench = Bench(kind="tailgate" if kind == "tailgate" else "rear_door").ready()
    bench.stroke("drive_lock")
    bench.guard.hand_begins("wiggle")
    return bench


def test_a_wiggle_train_is_short_pulses_far_apart_and_one_actuation() -> None:
    """Eight pulses of 160 ms, 300 ms from one feed to the next, count once."""
    bench = wiggling()
    for _ in range(8):
        bench.ledger.record(bench.clock.t)  # nine actuations so far
    bench.pulse("drive_lock", 160, pulses=8, gap_ms=300)
    bench.go(4000)
    feeds = bench.coils["enable"].pulses_ms()[1:]
    assert [off - on for on, off in feeds] == [160.0] * 8
    assert [b[0] - a[1] for a, b in itertools.pairwise(feeds)] == [300.0] * 7
    bench.guard.hand_ends()
    with pytest.raises(ProcedureRefused, match="rest"):
        bench.pulse("drive_lock")


@pytest.mark.parametrize(
    ("on_ms", "pulses", "gap_ms", "why"),
    [(161, 1, 0, "limit 160 ms"), (160, 9, 300, "limit 8 pulses"), (160, 8, 299, "299 ms apart"), (160, 0, 300, "limit 8 pulses")],
)
def test_a_wiggle_beyond_its_limits_is_refused(on_ms: int, pulses: int, gap_ms: int, why: str) -> None:
    """One step beyond each limit."""
    with pytest.raises(ProcedureRefused, match=why):
        wiggling().pulse("drive_lock", on_ms, pulses=pulses, gap_ms=gap_ms)


def test_wiggle_trains_under_one_hand_share_the_eight_pulses_and_the_gap() -> None:
    """A second train waits for the gap and gets only what the first one left."""
    bench = wiggling()
    bench.pulse("drive_lock", 100, pulses=6, gap_ms=300)
    bench.go(20 + 6 * 100 + 5 * 300 + 20)
    bench.go(259)  # the feed ended 20 ms before, and the next one begins 20 ms after the drive relay
    with pytest.raises(ProcedureRefused, match="since the last pulse"):
        bench.pulse("drive_lock", 100)
    bench.go(1)
    with pytest.raises(ProcedureRefused, match="limit 2 pulses"):
        bench.pulse("drive_lock", 100, pulses=3, gap_ms=300)
    bench.pulse("drive_lock", 100, pulses=2, gap_ms=300)
    bench.go(900)
    feeds = bench.coils["enable"].pulses_ms()[1:]
    assert len(feeds) == 8
    assert min(b[0] - a[1] for a, b in itertools.pairwise(feeds)) == 300


def test_a_wiggle_drives_only_towards_the_stop_where_the_lock_stands() -> None:
    """Not the other way, not after a stroke that was cut short, not from an unknown place."""
    bench = wiggling()
    with pytest.raises(ProcedureRefused, match="would move the lock, which stands at drive_lock"):
        bench.pulse("drive_unlock", 100)
    bench.guard.hand_ends()
    bench.pulse("drive_unlock")
    bench.go(100)
    bench.guard.release()
    bench.go(100)
    bench.guard.hand_begins("wiggle")
    with pytest.raises(ProcedureRefused, match="stands at None"):
        bench.pulse("drive_unlock", 100)


def test_a_wiggle_itself_does_not_change_where_the_lock_stands() -> None:
    """Short pulses against the stop leave it there."""
    bench = wiggling()
    bench.pulse("drive_lock", 100)
    bench.go(200)
    assert bench.guard.stands == "drive_lock"


@pytest.mark.parametrize(("kind", "stands"), [("tailgate", None), ("rear_door", "drive_lock")])
def test_a_tailgate_closed_by_hand_is_not_released_any_more(kind: str, stands: str | None) -> None:
    """On a rear door closing the latch does not move the lock lever."""
    bench = wiggling(kind)
    bench.guard.hand_ends()
    bench.guard.hand_begins("open")
    assert bench.guard.stands == "drive_lock"
    bench.guard.hand_begins("close")
    assert bench.guard.stands == stands


def test_a_train_released_in_its_gap_is_over() -> None:
    """No pulse follows."""
    bench = wiggling()
    bench.pulse("drive_lock", 100, pulses=8, gap_ms=300)
    bench.go(250)
    bench.guard.release()
    assert bench.guard.is_idle
    bench.go(1000)
    assert len(bench.feeds_ms()) == 2


# What is seen


def test_an_open_estop_stops_at_once() -> None:
    """Whatever the phase, the first sight of it."""
    bench = Bench().ready()
    bench.pulse()
    bench.go(50)
    with pytest.raises(Stopped) as stop:
        bench.level("estop", 0)
    assert stop.value.reason == "estop"


def test_an_estop_that_is_not_fitted_says_nothing() -> None:
    """No line, no stop, and driving is allowed without it."""
    bench = Bench(fitted=frozenset({"ajar"})).ready()
    bench.level("estop", 0)
    bench.stroke()
    assert bench.feeds_ms() == [500]


def test_no_drive_before_the_estop_was_seen_closed() -> None:
    """A fitted loop that nobody has read is not taken for closed."""
    bench = Bench()
    bench.guard.arm()
    with pytest.raises(Stopped, match="no level of it was ever seen"):
        bench.pulse()


def test_hold_released_while_driving_stops_as_the_operator() -> None:
    """Released at rest it only refuses the next drive; while driving it ends the run (DESIGN 6; issue 3's stop matrix)."""
    bench = Bench(fitted=HOLD).ready()
    bench.level("hold", 0)
    bench.go(10)
    assert not bench.guard.holds
    with pytest.raises(ProcedureRefused, match="hold button"):
        bench.pulse()
    bench.level("hold", 1)
    bench.pulse()
    bench.go(100)
    bench.level("hold", 0)
    with pytest.raises(Stopped) as stop:
        bench.go(1)
    assert stop.value.reason == "operator"


def test_the_proof_test_needs_no_hold() -> None:
    """Nothing moves in a bare feed."""
    bench = Bench(fitted=HOLD).ready()
    bench.level("hold", 0)
    bench.guard.feed_bare()
    bench.go(50)
    assert bench.coils["enable"].is_on


@pytest.mark.parametrize(("gap_ms", "stops"), [(45, False), (46, True)])
def test_a_late_turn_while_the_feed_lives_is_a_watchdog_stop(gap_ms: int, *, stops: bool) -> None:
    """40 ms late is the limit: 45 ms after the last turn."""
    bench = Bench(realtime=True).ready()
    bench.pulse()
    bench.go(100)
    bench.clock.t += gap_ms * MS
    bench.sample()
    if not stops:
        bench.guard.tick(bench.clock.t)
        assert bench.coils["enable"].is_on
        return
    beats = len(bench.coils["heartbeat"].history)
    with pytest.raises(Stopped) as stop:
        bench.guard.tick(bench.clock.t)
    assert stop.value.reason == "watchdog"
    assert len(bench.coils["heartbeat"].history) == beats, "the heartbeat must not live on after a limit"


def test_a_late_turn_with_a_dead_feed_is_one_too() -> None:
    """The monostable has run out by then, and the relay behind it does not come back by itself."""
    bench = Bench(realtime=True).ready()
    bench.go(10)
    bench.clock.t += 46 * MS
    with pytest.raises(Stopped, match="41 ms late"):
        bench.guard.tick(bench.clock.t)


def test_late_turns_do_not_matter_on_virtual_time_nor_before_the_heartbeat() -> None:
    """There the world waits for the engine; and what was never armed cannot drop."""
    virtual = Bench().ready()
    virtual.pulse()
    virtual.go(50)
    virtual.clock.t += 49 * MS
    virtual.guard.tick(virtual.clock.t)
    assert virtual.coils["enable"].is_on
    asleep = Bench(realtime=True)
    asleep.guard.tick(0)
    asleep.clock.t = 5000 * MS
    asleep.guard.tick(asleep.clock.t)
    assert not asleep.on()


def test_the_first_turn_is_never_late() -> None:
    """There was none before it."""
    bench = Bench(realtime=True).ready()
    bench.guard.feed_bare()
    bench.clock.t = 500 * MS
    bench.sample()
    bench.guard.tick(bench.clock.t)
    assert bench.coils["enable"].is_on


def test_the_heartbeat_toggles_each_turn_from_arm_to_let_go() -> None:
    """Not before, not after; and low at the end."""
    bench = Bench()
    bench.go(20)
    assert bench.coils["heartbeat"].history == [(0, False)]
    bench.guard.arm()
    bench.step_ms = 5
    bench.go(50)
    times = [t // MS for t, _ in bench.coils["heartbeat"].history[1:]]
    assert times == list(range(25, 75, 5))
    bench.go(5)
    bench.guard.let_go()
    assert not bench.coils["heartbeat"].is_on
    beats = len(bench.coils["heartbeat"].history)
    bench.go(50)
    assert len(bench.coils["heartbeat"].history) == beats


def test_supply_and_unjudged_lines_go_to_their_watch() -> None:
    """A low supply stops, an ambient temperature says nothing."""
    bench = Bench().ready()
    bench.guard.see(Ambient(t=0, c=math.nan))
    bench.guard.see(Supply(t=0, v=4.0))
    bench.go(100)
    with pytest.raises(Stopped) as stop:
        bench.go(1)
    assert stop.value.reason == "supply"


# Over-current


def test_an_over_current_cuts_that_direction_for_the_rest_of_the_run() -> None:
    """Enable opens at once, the drive relay dry; the other direction still works."""
    bench = Bench(current=lambda t_ms: 6.5 if t_ms > 50 else 3.0).ready()
    bench.pulse("drive_lock")
    bench.go(200)
    assert [(t.role, t.a, t.limit_a, t.t // MS) for t in bench.trips] == [("drive_lock", 6.5, 6.0, 71)]
    assert bench.coils["enable"].pulses_ms() == [(20, 71)]
    assert bench.coils["drive_lock"].pulses_ms() == [(0, 91)]
    assert bench.guard.blocked == {"drive_lock"}
    assert bench.guard.stands is None
    with pytest.raises(ProcedureRefused, match="tripped"):
        bench.pulse("drive_lock")
    bench.current = lambda _: 0.0
    bench.stroke("drive_unlock")
    assert len(bench.feeds_ms()) == 2


def test_an_over_current_in_a_bare_feed_is_the_benchs_own_fault() -> None:
    """Both drives are off then, so it is no lock that draws it."""
    bench = Bench(current=lambda _: 7.0).ready()
    bench.guard.feed_bare()
    with pytest.raises(Stopped, match="with both drives off") as stop:
        bench.go(100)
    assert stop.value.reason == "error"
    assert not bench.coils["enable"].is_on


# The proof test's own verbs


def test_a_bare_feed_lasts_a_second_at_most() -> None:
    """Then the guard opens enable by itself, and the heartbeat lives again."""
    bench = Bench().ready()
    bench.guard.feed_bare()
    bench.go(400)
    bench.guard.withhold_heartbeat()
    beats = len(bench.coils["heartbeat"].history)
    bench.go(599)
    assert len(bench.coils["heartbeat"].history) == beats
    bench.go(1)
    assert bench.feeds_ms() == [1000]
    bench.go(5)
    assert len(bench.coils["heartbeat"].history) > beats
    assert bench.guard.is_idle
    assert bench.guard.stands is None


def test_bare_feed_and_withheld_heartbeat_are_refused_out_of_place() -> None:
    """Not unarmed, not in a pulse, not with a hand at the latch; the heartbeat only in a bare feed."""
    bench = Bench()
    with pytest.raises(ProcedureRefused, match="bare feed"):
        bench.guard.feed_bare()
    bench.ready()
    with pytest.raises(ProcedureRefused, match="heartbeat withheld"):
        bench.guard.withhold_heartbeat()
    bench.guard.hand_begins("open")
    with pytest.raises(ProcedureRefused, match="bare feed"):
        bench.guard.feed_bare()
    bench.guard.hand_ends()
    bench.pulse()
    with pytest.raises(ProcedureRefused, match="bare feed"):
        bench.guard.feed_bare()


def test_letting_go_lowers_everything_enable_first() -> None:
    """In the middle of a pulse, and the changes are returned for the record."""
    bench = Bench().ready()
    bench.pulse()
    bench.go(100)
    order: list[str] = []
    for coil in bench.coils.values():
        coil.told = order
    changes = bench.guard.let_go()
    assert order == ["enable", "drive_lock", "drive_unlock", "heartbeat"]
    assert [c.role for c in changes] == ["enable", "drive_lock"]
    assert not any(coil.is_on for coil in bench.coils.values())
    assert bench.guard.is_idle
    assert bench.guard.let_go() == ()


def test_a_relay_that_does_not_answer_does_not_keep_the_others_on() -> None:
    """Each output is tried; the failure is heard afterwards."""
    bench = Bench().ready()
    bench.pulse()
    bench.go(100)
    bench.coils["enable"].deaf = True
    with pytest.raises(OSError, match="enable does not answer"):
        bench.guard.let_go()
    assert not bench.coils["drive_lock"].is_on
    assert not bench.coils["heartbeat"].is_on


def test_the_trip_of_a_profile_is_capped_by_wiring_and_ceiling() -> None:
    """The lowest of the three holds."""
    assert trip_of(Bench(drive=Drive(trip_a=20.0), ceiling_a=30.0)) == 7.5
    assert trip_of(Bench(drive=Drive(trip_a=20.0), ceiling_a=4.0)) == 4.0
    assert trip_of(Bench(drive=Drive(trip_a=3.0))) == 3.0


def trip_of(bench: Bench) -> float:
    bench.current = lambda _: 8.0
    bench.ready()
    bench.pulse()
    bench.go(200)
    return bench.trips[0].limit_a


def test_readings_in_one_line_are_judged_each_at_its_own_time() -> None:
    """A line of five samples trips where the fifth one does."""
    bench = Bench(current=lambda _: 3.0).ready()
    bench.pulse()
    bench.go(60)
    bench.guard.see(Current(t0=60 * MS, dt=[n * 5 * MS for n in range(6)], a=[7.0] * 6, v=[12.0] * 6))
    assert [t.t // MS for t in bench.trips] == [80]
