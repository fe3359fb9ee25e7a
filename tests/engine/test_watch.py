"""The limits on what is seen, at both edges and one step beyond."""

import math

import pytest
from engine_fakes import MS

from bench.engine.stopped import Stopped
from bench.engine.watch import CurrentWatch, InputWatch, SupplyWatch
from bench.errors import ProcedureRefused


class Trips(list[tuple[int, float, float]]):
    def __call__(self, t_ns: int, a: float, limit_a: float) -> None:
        self.append((t_ns // MS, a, limit_a))


def watch(trip_ms: float = 20, blanking_ms: float = 15, trip_a: float = 6.0, max_a: float = 8.19) -> tuple[CurrentWatch, Trips]:
    trips = Trips()
    w = CurrentWatch(trip_a=trip_a, ceiling_a=7.5, trip_ms=trip_ms, blanking_ms=blanking_ms, max_a=max_a, tripped=trips)
    return w, trips


def feed(w: CurrentWatch, *readings: tuple[int, float | None]) -> None:
    w.switched(0, fed=True)
    for t_ms, a in readings:
        w.see(t_ms * MS, a, 12.0)


@pytest.mark.parametrize(
    ("readings", "trips"),
    [
        ([(20, 6.0), (30, 6.0), (60, 6.0)], []),
        ([(20, 6.01), (39, 6.01)], []),
        ([(20, 6.01), (40, 6.01)], [40]),
        ([(20, 6.01), (30, 5.9), (40, 6.01), (59, 6.01)], []),
        ([(0, 7.0), (14, 7.0), (34, 7.0)], []),
        ([(14, 7.0), (15, 7.0), (34, 7.0)], []),
        ([(14, 7.0), (15, 7.0), (35, 7.0)], [35]),
        ([(20, -6.5), (40, -6.5)], [40]),
        ([(20, 6.5), (30, None), (40, 6.5)], [40]),
    ],
)
def test_over_current_lasts_twenty_milliseconds_after_blanking(readings: list[tuple[int, float | None]], trips: list[int]) -> None:
    """6 A is allowed, more is not; 20 ms from the first such reading after 15 ms of blanking, in either direction."""
    w, seen = watch()
    feed(w, *readings)
    assert [t for t, _, _ in seen] == trips


@pytest.mark.parametrize(
    ("readings", "trips"),
    [
        ([(1, 8.15), (5, 8.15)], []),
        ([(1, 8.15), (6, 8.15)], [6]),
        ([(1, 8.14), (6, 8.14)], []),
        ([(1, 8.15), (4, 8.0), (6, 8.15), (10, 8.15)], []),
    ],
)
def test_a_clipped_reading_trips_after_five_milliseconds_even_in_the_inrush(
    readings: list[tuple[int, float | None]], trips: list[int]
) -> None:
    """8.149 A is 99.5 % of 8.19 A; blanking does not hide a reading at the end of the range."""
    w, seen = watch()
    feed(w, *readings)
    assert [t for t, _, _ in seen] == trips


def test_a_profile_cannot_stretch_the_times() -> None:
    """A trip of 500 ms after 500 ms is cut to the ceilings."""
    w, seen = watch(trip_ms=500, blanking_ms=500)
    feed(w, (15, 7.0), (35, 7.0))
    assert [t for t, _, _ in seen] == [35]


def test_a_reading_stamped_before_the_feed_is_not_judged_as_the_feeds() -> None:
    """A late sample of the time before is neither over-current nor a leak."""
    w, seen = watch()
    w.switched(100 * MS, fed=True)
    for t_ms in (40, 60, 80, 99):
        w.see(t_ms * MS, 8.19, 12.0)
    assert seen == []


@pytest.mark.parametrize(
    ("readings", "leaks"),
    [
        ([(100, 0.05), (300, 0.05)], False),
        ([(99, 3.0), (100, 0.06), (200, 0.06)], False),
        ([(99, 3.0), (100, 0.06), (201, 0.06)], True),
        ([(100, 0.06), (150, 0.0), (201, 0.06), (300, 0.06)], False),
        ([(100, -0.06), (201, -0.06)], True),
    ],
)
def test_current_with_the_outputs_off_is_a_broken_bench(readings: list[tuple[int, float]], *, leaks: bool) -> None:
    """More than 50 mA for more than 100 ms, not counting 100 ms of run-down."""
    w, _ = watch()
    w.switched(0, fed=False)
    if not leaks:
        for t_ms, a in readings:
            w.see(t_ms * MS, a, 0.0)
        return
    for t_ms, a in readings[:-1]:
        w.see(t_ms * MS, a, 0.0)
    with pytest.raises(Stopped, match="with the outputs off") as stop:
        w.see(readings[-1][0] * MS, readings[-1][1], 0.0)
    assert stop.value.reason == "error"


@pytest.mark.parametrize(("a", "v"), [(math.nan, 12.0), (math.inf, 12.0), (-math.inf, 12.0), (1.0, math.nan), (None, math.inf)])
def test_a_reading_that_is_no_number_is_a_broken_sensor(a: float | None, v: float) -> None:
    """Whether the feed lives or not."""
    for fed in (True, False):
        w, _ = watch()
        w.switched(0, fed=fed)
        with pytest.raises(Stopped) as stop:
            w.see(0, a, v)
        assert stop.value.reason == "sensor"


def test_fifty_milliseconds_without_a_reading_while_driving_stop_the_run() -> None:
    """Counted from the feed's start or the last reading; an element that was not read is none."""
    w, _ = watch()
    w.check(10**12)
    w.switched(1000 * MS, fed=True)
    w.check(1050 * MS)
    with pytest.raises(Stopped):
        w.check(1050 * MS + 1)
    w.see(1040 * MS, 1.0, None)
    w.see(1060 * MS, None, 12.0)
    w.check(1090 * MS)
    with pytest.raises(Stopped) as stop:
        w.check(1091 * MS)
    assert stop.value.reason == "sensor"
    w.switched(1100 * MS, fed=False)
    w.check(10**12)


@pytest.mark.parametrize("name", ["trip_a", "trip_ms", "max_a", "blanking_ms"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_a_trip_that_means_nothing_is_refused(name: str, value: float) -> None:
    """NaN would compare false for ever and never trip."""
    numbers = {"trip_a": 6.0, "trip_ms": 20.0, "blanking_ms": 15.0, "max_a": 8.19} | {name: value}
    with pytest.raises(ProcedureRefused, match="guard"):
        watch(**numbers)


def test_zero_blanking_is_allowed_and_a_zero_trip_is_not() -> None:
    """Zero blanking judges the inrush; a trip of zero could never be armed."""
    w, seen = watch(blanking_ms=0)
    feed(w, (0, 7.0), (20, 7.0))
    assert len(seen) == 1
    with pytest.raises(ProcedureRefused):
        watch(trip_a=0.0)


@pytest.mark.parametrize(("v", "stops"), [(1.0, False), (1.01, True), (6.49, True), (6.5, False), (0.0, False), (12.6, False)])
def test_a_supply_too_low_for_the_logic_stops_and_a_dead_one_does_not(v: float, *, stops: bool) -> None:
    """Between 1 V and what the logic needs, for more than 100 ms."""
    w = SupplyWatch(logic_min_v=6.5)
    w.see(0, v)
    w.check(100 * MS)
    if not stops:
        w.check(10_000 * MS)
        return
    with pytest.raises(Stopped) as stop:
        w.check(100 * MS + 1)
    assert stop.value.reason == "supply"


def test_a_supply_that_recovers_starts_anew() -> None:
    """Two dips of 80 ms are no 160 ms; further low readings do not restart the count."""
    w = SupplyWatch(logic_min_v=6.5)
    for t_ms, v in ((0, 5.0), (80, 12.0), (90, 5.0)):
        w.see(t_ms * MS, v)
        w.check((t_ms + 79) * MS)
    w.see(150 * MS, 5.5)
    with pytest.raises(Stopped):
        w.check(191 * MS)
    with pytest.raises(Stopped, match="supply reads nan"):
        w.see(0, math.nan)


def test_hold_and_estop_count_only_where_they_are_fitted() -> None:
    """Fitted and never seen is not pressed, and not closed."""

    def states(watch: InputWatch) -> tuple[bool, bool]:
        return watch.holds, watch.estop_known

    assert states(InputWatch(frozenset())) == (True, True)
    both = InputWatch(frozenset({"hold", "estop"}))
    assert states(both) == (False, False)
    both.see("hold", 1)
    both.see("ajar", 0)
    assert states(both) == (True, False)
    both.see("estop", 1)
    assert states(both) == (True, True)
    both.see("hold", 0)
    assert states(both) == (False, True)


LEFT = [(1.0, 60, 300, False), (1.01, 60, 101, True), (1.01, 60, 100, False), (1.01, 0, 59, False)]


@pytest.mark.parametrize(("v", "from_ms", "to_ms", "stops"), LEFT)
def test_a_feed_that_lives_on_with_enable_open_is_a_stop(v: float, from_ms: int, to_ms: int, *, stops: bool) -> None:
    """Above 1.0 V for more than 40 ms, beginning 60 ms after enable opened."""
    watch = CurrentWatch(trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.19, tripped=lambda *_: None)
    watch.switched(0, fed=False)
    stopped: Stopped | None = None
    try:
        for ms in range(from_ms, to_ms + 1):
            watch.see(ms * MS, 0.0, v)
    except Stopped as exc:
        stopped = exc
    assert (stopped is not None) == stops
    assert stopped is None or (stopped.reason == "error" and "limit 1 V" in stopped.detail)


def test_a_feed_that_dies_in_between_is_measured_anew() -> None:
    """Two short remnants are no welded relay, and while the feed is wanted nobody asks."""
    watch = CurrentWatch(trip_a=6.0, ceiling_a=7.5, trip_ms=20, blanking_ms=15, max_a=8.19, tripped=lambda *_: None)
    watch.switched(0, fed=False)
    for ms in range(60, 200):
        watch.see(ms * MS, 0.0, 0.0 if ms % 40 == 0 else 12.0)
    watch.switched(200 * MS, fed=True)
    for ms in range(200, 400):
        watch.see(ms * MS, 0.0, 12.0)
    watch.switched(400 * MS, fed=False)
    for ms in range(460, 501):
        watch.see(ms * MS, 0.0, 12.0)
    with pytest.raises(Stopped, match="welded"):
        watch.see(501 * MS, 0.0, 12.0)
