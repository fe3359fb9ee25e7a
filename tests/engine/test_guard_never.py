"""What must never happen, whatever an engine asks and whatever the sensors say."""

import itertools
from contextlib import suppress

from guard_fakes import Bench
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.engine.guard import Train
from bench.engine.stopped import Stopped
from bench.errors import ProcedureRefused
from bench.model.names import Kind

ROLES = st.sampled_from(["drive_lock", "drive_unlock"])
EDGY = st.sampled_from([-1, 0, 1, 50, 100, 159, 160, 161, 300, 500, 999, 1000, 1001, 5000])
commands = st.one_of(
    st.tuples(st.just("drive"), ROLES, EDGY, st.integers(0, 9), st.sampled_from([0, 299, 300, 301, 400])),
    st.tuples(st.just("go"), st.sampled_from([1, 5, 19, 20, 49, 50, 100, 600, 1200, 20_000])),
    st.tuples(st.just("hand"), st.sampled_from(["close", "open", "wiggle", None])),
    st.tuples(st.just("level"), st.sampled_from(["estop", "hold"]), st.integers(0, 1)),
    st.tuples(st.just("release")),
    st.tuples(st.just("bare")),
    st.tuples(st.just("withhold")),
    st.tuples(st.just("let_go")),
    st.tuples(st.just("current"), st.sampled_from([0.0, 0.04, 0.06, 3.2, 6.0, 6.01, 7.6, 8.19, float("nan"), None])),
)
sequences = st.lists(commands, max_size=40)


class Story:
    """Plays commands as an engine would: after a stop everything is let go and nothing more is asked."""

    def __init__(self, kind: Kind) -> None:
        self.bench = Bench(kind=kind, fitted=frozenset({"estop", "hold"})).ready()
        self.stopped: Stopped | None = None

    def play(self, command: tuple[object, ...]) -> None:
        try:
            with suppress(ProcedureRefused):
                self._do(command)
        except Stopped as exc:
            self.stopped = exc
            self.bench.guard.let_go()

    def _do(self, command: tuple[object, ...]) -> None:
        bench, guard = self.bench, self.bench.guard
        match command:
            case ("drive", ("drive_lock" | "drive_unlock") as role, int(on_ms), int(pulses), int(gap_ms)):
                guard.drive(Train(role=role, on_ms=on_ms, pulses=pulses, gap_ms=gap_ms))
            case ("go", int(ms)):
                bench.step_ms = 1 if ms <= 1200 else 20
                bench.go(ms)
            case ("hand", ("close" | "open" | "wiggle") as hand):
                guard.hand_begins(hand)
            case ("hand", None):
                guard.hand_ends()
            case ("level", ("estop" | "hold") as role, int(level)):
                bench.level(role, level)
            case ("release",):
                guard.release()
            case ("bare",):
                guard.feed_bare()
            case ("withhold",):
                guard.withhold_heartbeat()
            case ("let_go",):
                guard.let_go()
            case ("current", (float() | None) as a):
                bench.current = lambda _: a


def told(kind: Kind, script: list[tuple[object, ...]]) -> Story:
    story = Story(kind)
    for command in script:
        if story.stopped is None:
            story.play(command)
    return story


def overlaps(a: list[tuple[float, float]], b: list[tuple[float, float]], apart_ms: float) -> bool:
    return any(a0 < b1 + apart_ms and b0 < a1 + apart_ms for a0, a1 in a for b0, b1 in b)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["rear_door", "tailgate"]), sequences)
def test_the_coils_keep_every_limit(kind: Kind, script: list[tuple[object, ...]]) -> None:
    """Never both directions nor closer than the dead time, never over a second, never a reverse drive of a tailgate."""
    story = told(kind, script)
    coils = story.bench.coils
    lock, unlock = coils["drive_lock"].pulses_ms(), coils["drive_unlock"].pulses_ms()
    assert not overlaps(lock, unlock, 50)
    for pulses in (lock, unlock):
        assert all(b[0] - a[1] >= 50 for a, b in itertools.pairwise(pulses))
    assert all(ms <= 1000 for ms in story.bench.feeds_ms())
    if kind == "tailgate":
        assert unlock == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["rear_door", "tailgate"]), sequences)
def test_a_stop_leaves_everything_off(kind: Kind, script: list[tuple[object, ...]]) -> None:
    """An e-stop, a released hold button, a NaN: all coils are low and stay low."""
    story = told(kind, script)
    if story.stopped is None:
        return
    assert not any(coil.is_on for coil in story.bench.coils.values())
    story.bench.current = lambda _: 0.0
    for role in ("drive_lock", "drive_unlock"):
        with suppress(ProcedureRefused, Stopped):
            story.bench.pulse(role)
        assert not story.bench.coils[role].is_on


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ROLES, st.sampled_from([20, 500, 1000]), st.sampled_from([0, 200, 3000, 61_000])), max_size=30))
def test_never_more_than_ten_actuations_without_a_minute_of_rest(script: list[tuple[str, int, int]]) -> None:
    """Count starts between two pauses of 60 s: ten at most."""
    bench = Bench().ready()
    bench.step_ms = 10
    for role, on_ms, pause_ms in script:
        with suppress(ProcedureRefused):
            bench.pulse(role, on_ms)
        bench.go(on_ms + 120)
        bench.step_ms = 50 if pause_ms > 10_000 else 10
        bench.go(pause_ms)
        bench.step_ms = 10
    starts = sorted(on for role in ("drive_lock", "drive_unlock") for on, _ in bench.coils[role].pulses_ms())
    in_a_row = 0
    for before, start in zip([-1e9, *starts], starts, strict=False):
        in_a_row = 1 if start - before >= 60_000 else in_a_row + 1
        assert in_a_row <= 10


@settings(max_examples=80, deadline=None)
@given(sequences, st.integers(0, 2000))
def test_an_open_estop_is_never_driven_against(script: list[tuple[object, ...]], more_ms: int) -> None:
    """From the moment it was seen open, no coil is high, whatever is asked afterwards."""
    story = told("rear_door", script)
    with suppress(Stopped):
        story.bench.level("estop", 0)
    story.bench.guard.let_go()
    open_ns = story.bench.clock.t
    for command in script:
        story.play(command)
    with suppress(Stopped, ProcedureRefused):
        story.bench.go(more_ms)
    for coil in story.bench.coils.values():
        assert not any(level for t, level in coil.history if t > open_ns)
