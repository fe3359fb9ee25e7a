"""A whole run over a virtual rig: what is driven, what is recorded, and in which order."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from engine_fakes import HEADER, MS, Scope, Sink, TinyLock, profile, scoped

from bench.engine.ledger import MemoryLedger
from bench.engine.run import run_procedure
from bench.errors import ProcedureRefused
from bench.model.codec import encode
from bench.model.names import Kind
from bench.model.observations import Ambient, Answer, Can, Current, End, Input, Output, Run, StepMark, Stop, Supply, Trip
from bench.model.profile import Drive, Profile
from bench.ports.ledger import ActuationLedger
from bench.ports.plant import World
from bench.procedure import Step, procedure_for


def run(
    plant: TinyLock,
    kind: Kind = "rear_door",
    steps: tuple[Step, ...] | None = None,
    part: Profile | None = None,
    ledger: ActuationLedger | None = None,
    said: list[str] | None = None,
) -> tuple[Sink, dict[str, Scope]]:
    rig, scopes = scoped(plant, kind)
    part = part or profile(kind)
    sink = Sink()
    run_procedure(
        procedure_for(part, scope="door") if steps is None else steps, rig, header=HEADER, profile=part, sink=sink, ledger=ledger,
        progress=(said if said is not None else []).append,
    )  # fmt: skip
    return sink, scopes


def stop_of(sink: Sink) -> Stop:
    assert not any(isinstance(line, End) for line in sink.lines), "a run that was stopped has no end"
    last = sink.lines[-1]
    assert isinstance(last, Stop)
    return last


LOCK = (Step(name="lock", n=1, drive="drive_lock", on_ms=500),)
BOTH = (*LOCK, Step(name="unlock", n=1, drive="drive_unlock", on_ms=500), Step(name="lock", n=2, drive="drive_lock", on_ms=500))


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_a_healthy_run_begins_with_its_header_and_ends_with_its_end(kind: Kind) -> None:
    """First the run line with what the rig is, last the end, in between each step's marks in order."""
    sink, scopes = run(TinyLock(), kind)
    head = sink.lines[0]
    assert isinstance(head, Run)
    assert (head.rig, head.current_max_a, head.signed) == ("tiny", 8.19, False)
    assert isinstance(sink.lines[-1], End)
    assert not any(isinstance(line, (Stop, Trip)) for line in sink.lines)
    marks = [line for line in sink.lines if isinstance(line, StepMark)]
    steps = procedure_for(profile(kind), scope="door")
    assert [(m.name, m.n, m.phase) for m in marks] == [(s.name, s.n, p) for s in steps for p in ("start", "end")]
    assert sink.ends == len(steps) + 1
    assert not any(scope.level for scope in scopes.values())


def test_every_pulse_of_the_run_is_dry_short_and_alone() -> None:
    """As a scope sees it: enable inside the drive by 20 ms, 500 ms of feed, never both directions."""
    _, scopes = run(TinyLock())
    feeds = scopes["enable"].pulses()
    drives = sorted(scopes["drive_lock"].pulses() + scopes["drive_unlock"].pulses())
    proofs = [f for f in feeds if not any(d[0] < f[0] < d[1] for d in drives)]
    assert len(proofs) == 2
    assert proofs[0] == feeds[0]
    assert proofs[1] == feeds[-1]
    driven = [f for f in feeds if f not in proofs]
    assert [d - f for f, d in zip(sum(driven, ()), sum(drives, ()), strict=True)] == [-20 * MS, 20 * MS] * 12
    assert [round((b - a) / MS) for a, b in driven] == [500] * 6 + [150] * 6
    assert all(b[0] - a[1] >= 50 * MS for a, b in itertools.pairwise(drives))


def test_the_heartbeat_lives_while_the_feed_lives() -> None:
    """It toggles at least every 50 ms, but for the proof test that withholds it."""
    _, scopes = run(TinyLock(), steps=LOCK)
    beats = [t for t, _ in scopes["heartbeat"].history]
    on, off = scopes["enable"].pulses()[1]
    during = [t for t in beats if on - 50 * MS <= t <= off]
    assert max(b - a for a, b in itertools.pairwise(during)) <= 5 * MS
    start, end = scopes["enable"].pulses()[0]
    last = max(t for t in beats if t < end - 100 * MS)
    assert not [t for t in beats if last < t < end]
    assert end - last >= 110 * MS
    assert start < last


def test_a_step_ends_half_a_second_after_its_last_stimulus_at_least() -> None:
    """So that bounce, BCM latency and recoil are inside; a close is watched for 0.8 s after the hand stops."""
    plant = TinyLock()
    sink, _ = run(plant)
    ends = {(m.name, m.n): m.t for m in sink.lines if isinstance(m, StepMark) and m.phase == "end"}
    starts = {(m.name, m.n): m.t for m in sink.lines if isinstance(m, StepMark) and m.phase == "start"}
    for key, end in ends.items():
        stimuli = [o.t for o in sink.lines if isinstance(o, (Output, Input)) and starts[key] <= o.t < end]
        assert end - max([*stimuli, starts[key]]) >= 500 * MS - 5 * MS
        if key[0] == "close":
            assert end - max(o.t for o in sink.lines if isinstance(o, Input) and o.role == "ajar" and o.t < end) >= 800 * MS


def test_samples_are_one_millisecond_apart_while_the_motor_moves() -> None:
    """And no line spans two steps."""
    sink, _ = run(TinyLock(), steps=LOCK)
    end = next(m.t for m in sink.lines if isinstance(m, StepMark) and m.phase == "end")
    start = next(m.t for m in sink.lines if isinstance(m, StepMark))
    lines = [line for line in sink.lines if isinstance(line, Current)]
    times = [line.t0 + dt for line in lines for dt in line.dt]
    moving = [t for t in times if start + 21 * MS <= t <= start + 519 * MS]
    assert moving == list(range(moving[0], moving[0] + len(moving) * MS, MS))
    assert not [line for line in lines if line.t0 <= end < line.t0 + line.dt[-1]]
    assert [a for line in lines for a in line.a if a == 3.2]


def test_frames_are_cut_at_step_ends() -> None:
    """A run-length never hides when in a step the bus spoke."""
    sink, _ = run(TinyLock())
    ends = [m.t for m in sink.lines if isinstance(m, StepMark) and m.phase == "end"]
    frames = [line for line in sink.lines if isinstance(line, Can)]
    assert frames
    assert not [(f, e) for f in frames for e in ends if f.t <= e < f.last]


def test_answers_follow_the_step_and_an_unknown_one_is_null() -> None:
    """Asked of the operator at the end of the step, before its end mark."""
    sink, _ = run(TinyLock())
    answers = [line for line in sink.lines if isinstance(line, Answer)]
    assert {(a.step, a.question, a.value) for a in answers} >= {
        ("close#1", "held", True),
        ("close#1", "half", False),
        ("open#1", "opened", True),
    }
    rig, _ = scoped(TinyLock())

    class Silent:
        begin, is_moving = rig.operator.begin, rig.operator.is_moving

        def answer(self, step: str, questions: tuple[str, ...]) -> dict[str, bool | None]:
            return {}

    sink = Sink()
    close = (Step(name="close", n=1, hand="close", questions=("held", "half")),)
    run_procedure(close, replace(rig, operator=Silent()), header=HEADER, profile=profile(), sink=sink, answered={"child_lock_off": True})
    assert [(a.step, a.question, a.value) for a in sink.lines if isinstance(a, Answer)] == [
        (None, "child_lock_off", True), ("close#1", "held", None), ("close#1", "half", None),
    ]  # fmt: skip


def test_the_first_things_recorded_are_levels_supply_and_ambient() -> None:
    """Before anything is switched."""
    sink, _ = run(TinyLock())
    first = sink.lines[: next(n for n, line in enumerate(sink.lines) if isinstance(line, Output))]
    assert {type(line) for line in first} >= {Run, Input, Supply, Ambient}
    assert all(line.t == 0 for line in first if isinstance(line, (Input, Supply, Ambient)))


def test_two_runs_of_the_same_world_give_identical_lines() -> None:
    """To the byte."""
    one, two = (b"".join(map(encode, run(TinyLock())[0].lines)) for _ in range(2))
    assert one == two


def test_hands_are_clear_while_a_full_pulse_is_driven() -> None:
    """No drive relay is energised while the plant says that a hand moves, but for the wiggle."""
    moved: set[str] = set()

    class Watched(TinyLock):
        def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
            world = super().advance(dt_s, outputs)
            if self.hand is not None and (outputs["drive_lock"] or outputs["drive_unlock"]):
                moved.add(self.hand[1])
            return world

    run(Watched())
    assert moved == {"wiggle"}


def test_a_short_trips_each_direction_once_and_the_rest_goes_on() -> None:
    """An over-current is an observation: the run ends normally, and that direction is not driven again."""
    said: list[str] = []
    sink, scopes = run(TinyLock(short=0.0), steps=BOTH, said=said)
    assert [t.role for t in sink.lines if isinstance(t, Trip)] == ["drive_lock", "drive_unlock"]
    assert isinstance(sink.lines[-1], End)
    assert len(scopes["drive_lock"].pulses()) == 1
    assert all(b - a < 30 * MS for a, b in scopes["enable"].pulses()[1:3])
    assert any("tripped before" in text for text in said)


def test_a_wiggle_after_a_trip_only_watches() -> None:
    """The lock may stand anywhere then."""
    wiggle = Step(name="wiggle", n=1, drive="drive_unlock", on_ms=150, pulses=3, gap_ms=320, hand="wiggle")
    said: list[str] = []
    sink, scopes = run(TinyLock(), steps=(*LOCK, wiggle), said=said)
    assert scopes["drive_unlock"].pulses() == []
    assert isinstance(sink.lines[-1], End)
    assert any("only watching" in text for text in said)


def test_a_needed_rest_is_waited_out_before_the_step() -> None:
    """The ledger has seen ten actuations: the eleventh waits a minute, is announced, and lies outside of the step."""
    ledger = MemoryLedger()
    for _ in range(10):
        ledger.record(0)
    said: list[str] = []
    sink, scopes = run(TinyLock(), steps=LOCK, ledger=ledger, said=said)
    start = next(m.t for m in sink.lines if isinstance(m, StepMark))
    assert start == 60_000 * MS
    assert scopes["drive_lock"].pulses()[0][0] == start
    assert "lock#1: the motor rests for 60 s" in said


def test_a_blown_fuse_reaches_the_judge() -> None:
    """A dead feed and supply are no failure of the proof test and no stop."""
    sink, _ = run(TinyLock(fuse_blown=0.0), steps=LOCK)
    assert isinstance(sink.lines[-1], End)


@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [
        ("welded_enable", "error", "proof test: feed 12.6 V with enable open, limit 0.5 V"),
        ("deaf_monostable", "error", "proof test: feed 12.6 V with the heartbeat withheld"),
        ("leak", "error", "proof test: current 0.2 A with enable closed and both drives off, limit 0.05 A"),
        ("deaf", "sensor", "proof test: no feed voltage was read with enable open"),
    ],
)
def test_a_failed_proof_test_stops_the_run_before_the_first_step(fault: str, reason: str, detail: str) -> None:
    """What was read and its limit are in the detail; nothing is driven."""
    sink, scopes = run(TinyLock(**{fault: 0.0}))
    stop = stop_of(sink)
    assert stop.reason == reason
    assert stop.detail.startswith(detail)
    assert scopes["drive_lock"].pulses() == []
    assert not any(isinstance(line, StepMark) for line in sink.lines)


def test_the_proof_test_at_the_end_is_heard_too() -> None:
    """A monostable that begins to hold for ever in mid-run makes the whole run worthless."""
    sink, _ = run(TinyLock(deaf_monostable=0.6), steps=LOCK)
    stop = stop_of(sink)
    assert "the proof test at the end" in stop.detail


def test_an_enable_relay_that_welds_in_a_pulse_is_found_right_after_it() -> None:
    """The feed stays alive though enable is open: nothing more is driven."""
    sink, scopes = run(TinyLock(welded_enable=0.6), steps=LOCK)
    stop = stop_of(sink)
    assert stop.detail.startswith("feed 12.6 V with enable open, limit 1 V")
    assert (stop.t - scopes["enable"].history[-1][0]) / MS <= 110


def test_a_sensor_that_dies_between_the_feeds_is_found_by_the_proof_test() -> None:
    """No current with enable closed: nothing can be said."""
    sink, _ = run(TinyLock(deaf=0.1))
    assert stop_of(sink).reason == "sensor"


def test_a_rig_with_nonsense_limits_is_refused_before_a_line_is_written() -> None:
    """The guard takes no NaN."""
    rig, _ = scoped(TinyLock())
    with pytest.raises(ProcedureRefused, match="ceiling_a is nan"):
        run_procedure(LOCK, replace(rig, ceiling_a=float("nan")), header=HEADER, profile=profile(), sink=Sink())


def test_steps_may_come_from_a_generator_that_looks_at_the_record() -> None:
    """Adaptive procedures are an iterable of the same steps."""
    rig, _ = scoped(TinyLock())
    sink = Sink()

    def adaptive() -> Iterator[Step]:
        yield LOCK[0]
        if any(isinstance(line, Input) and line.role == "lock" and line.level == 1 for line in sink.lines):
            yield Step(name="unlock", n=1, drive="drive_unlock", on_ms=500)

    run_procedure(adaptive(), rig, header=HEADER, profile=profile(), sink=sink)
    assert [m.name for m in sink.lines if isinstance(m, StepMark) and m.phase == "end"] == ["lock", "unlock"]


def test_the_pulse_of_the_profile_is_what_the_lock_gets() -> None:
    """A part with another pulse is another number, never another code path."""
    part = profile(drive=Drive(pulse_ms=303, pause_ms=500))
    _, scopes = run(TinyLock(), part=part)
    assert {round((b - a) / MS) for a, b in scopes["drive_lock"].pulses()} == {343}


@pytest.mark.parametrize(
    ("from_s", "detail"),
    [(0.0, "no current reading for 55 ms while the feed lives"), (0.116, "proof test: no current was read with enable closed")],
)
def test_a_rig_without_current_readings_fails_the_proof_test(from_s: float, detail: str) -> None:
    """The feed voltage alone proves nothing about a leak."""
    sink, _ = run(TinyLock(no_current=from_s))
    stop = stop_of(sink)
    assert stop.reason == "sensor"
    assert stop.detail.startswith(detail)


def test_a_driven_step_waits_for_the_hold_button() -> None:
    """Where one is fitted; the wait is announced and lies outside of the step."""
    said: list[str] = []
    sink, scopes = run(TinyLock(held=2.5), steps=LOCK, said=said)
    assert isinstance(sink.lines[-1], End)
    assert 2500 * MS <= scopes["drive_lock"].pulses()[0][0] <= 2540 * MS
    assert "lock#1: press and keep the hold button" in said


def test_nobody_at_the_hold_button_ends_the_run_after_a_minute() -> None:
    """As the operator's stop."""
    sink, scopes = run(TinyLock(held=1e9), steps=LOCK)
    stop = stop_of(sink)
    assert stop.reason == "operator"
    assert "not pressed for 60 s" in stop.detail
    assert scopes["drive_lock"].pulses() == []


def test_letting_the_hold_button_go_in_mid_stroke_lets_the_lock_go() -> None:
    """Within a turn."""
    sink, scopes = run(TinyLock(held=0.0, let_go=0.6), steps=LOCK)
    stop = stop_of(sink)
    assert stop.reason == "operator"
    assert stop.t <= 606 * MS
    assert not any(scope.level for scope in scopes.values())


def test_while_nobody_has_decided_which_step_is_next_the_loop_turns_and_nothing_is_driven() -> None:
    """The heartbeat lives on, so that the relay behind it stays closed and no RESET is needed."""
    rig, scopes = scoped(TinyLock(), "rear_door")
    waits: list[int] = []

    def undecided() -> Iterator[Step | None]:
        yield LOCK[0]
        waits.append(rig.clock.now_ns())
        for _ in range(100):
            yield None
        waits.append(rig.clock.now_ns())

    run_procedure(undecided(), rig, header=HEADER, profile=profile(), sink=Sink())
    begin, end = waits
    assert end - begin >= 100 * 5 * MS
    beats = [t for t, _ in scopes["heartbeat"].history if begin <= t <= end]
    assert all(b - a <= 50 * MS for a, b in itertools.pairwise([begin, *beats, end]))
    for role in ("enable", "drive_lock", "drive_unlock"):
        assert not [t for t, _ in scopes[role].history if begin < t < end]
