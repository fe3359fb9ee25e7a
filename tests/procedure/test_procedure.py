"""The two procedures on paper: what they contain, in which order, and what is refused before the first click."""

from dataclasses import replace

import pytest

from bench.errors import ProcedureRefused
from bench.model.limits import Limit
from bench.model.names import Kind
from bench.model.profile import Drive, LockSwitch, Profile
from bench.procedure import Step, ask_first, check, procedure_for, rear_door, summarise, tailgate


def profile(kind: Kind = "rear_door", drive: Drive | None = None) -> Profile:
    return Profile(
        schema=1, id=f"some-{kind}", title="Some lock", kind=kind, roles=("ajar",), lock=LockSwitch(), drive=drive or Drive(),
        limits={"supply_v": Limit(low=11, high=15, unit="V", source="test")},
    )  # fmt: skip


def keys(steps: tuple[Step, ...]) -> list[str]:
    return [step.key for step in steps]


def test_the_rear_door_in_the_order_of_the_issue() -> None:
    """Rest, close, three cycles, open by the lever, close, wiggle, open, and once more shut and opened, rest."""
    assert keys(rear_door(profile())) == [
        "rest#1", "close#1", "lock#1", "unlock#1", "lock#2", "unlock#2", "lock#3", "unlock#3", "open#1", "close#2", "wiggle#1",
        "open#2", "close#3", "open#3", "rest#2",
    ]  # fmt: skip


def test_the_tailgate_is_released_one_way_and_lifted_by_hand() -> None:
    """Four releases, each after a close and before a lift; never a reverse drive; the wiggle with the latch released."""
    steps = tailgate(profile("tailgate"))
    assert keys(steps) == [
        "rest#1", "close#1", "release#1", "open#1", "close#2", "release#2", "open#2", "close#3", "release#3", "open#3",
        "close#4", "release#4", "open#4", "wiggle#1", "rest#2",
    ]  # fmt: skip
    assert {step.drive for step in steps} == {None, "drive_lock"}


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
@pytest.mark.parametrize("cycles", [0, 1, 3, 4])
@pytest.mark.parametrize("hands", [True, False])
def test_every_shipped_shape_passes_its_own_check(kind: Kind, cycles: int, *, hands: bool) -> None:
    """Three cycles at least, of a tailgate four, whatever the profile says; ten actuations at most; nothing that the guard would stop."""
    part = profile(kind, Drive(cycles=cycles))
    steps = procedure_for(part, scope="door", hands=hands)
    check(steps, part)
    strokes = [step for step in steps if step.name in ("lock", "release")]
    assert len(strokes) == max(3 if kind == "rear_door" else 4, cycles)
    assert all(step.expect for step in steps)
    assert all(step.settle_ms >= 500 for step in steps)


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_one_close_is_left_alone_for_a_second_and_every_one_for_eight_tenths(kind: Kind) -> None:
    """To see a door that re-opens by itself, and one that does not hold."""
    closes = [step for step in procedure_for(profile(kind), scope="door") if step.name == "close"]
    assert all(step.settle_ms >= 800 for step in closes)
    assert any(step.settle_ms >= 1000 for step in closes)


def test_the_wiggle_pushes_against_the_stop_where_the_lock_stands() -> None:
    """The last stroke before it went the same way, and its pulses are short and far apart."""
    steps = rear_door(profile())
    at = keys(steps).index("wiggle#1")
    wiggle = steps[at]
    last = [step.drive for step in steps[:at] if step.drive][-1]
    assert wiggle.drive == last == "drive_unlock"
    assert (wiggle.hand, wiggle.on_ms <= 160, wiggle.gap_ms >= 300, wiggle.pulses <= 8) == ("wiggle", True, True, True)


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_without_hands_nobody_is_asked_and_nothing_is_touched(kind: Kind) -> None:
    """Only strokes and rests are left, and no question."""
    steps = procedure_for(profile(kind), scope="lock", hands=False)
    assert {step.name for step in steps} == ({"rest", "lock", "unlock"} if kind == "rear_door" else {"rest", "release"})
    assert not [step for step in steps if step.hand or step.questions]


def test_in_a_car_nothing_is_driven() -> None:
    """Scope car has no procedure."""
    with pytest.raises(ProcedureRefused, match="scope 'car' only listens"):
        procedure_for(profile(), scope="car")


LOCK = Step(name="lock", n=1, drive="drive_lock", on_ms=500)
WIGGLE = Step(name="wiggle", n=1, drive="drive_lock", on_ms=160, pulses=8, gap_ms=300, hand="wiggle")


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (replace(LOCK, on_ms=1001), "lock#1: 1001 ms on, limit 1000 ms"),
        (replace(LOCK, on_ms=0), "lock#1: 0 ms on"),
        (replace(LOCK, settle_ms=499), "lock#1: settles 499 ms, at least 500 ms"),
        (replace(LOCK, pulses=2, gap_ms=400), "lock#1: 2 pulses, limit 1"),
        (replace(LOCK, hand="close"), "lock#1: drive_lock while a hand is at the latch .close."),
        (replace(LOCK, n=0), "steps count from 1"),
        (replace(LOCK, drive=None), "500 ms on, but drives nothing"),
        (replace(WIGGLE, on_ms=161), "161 ms on, limit 160 ms"),
        (replace(WIGGLE, pulses=9), "9 pulses, limit 8"),
        (replace(WIGGLE, gap_ms=299), "299 ms apart, at least 300 ms"),
        (replace(WIGGLE, drive="drive_unlock"), "drive_unlock would move the lock, which stands at drive_lock"),
    ],
)
def test_what_the_guard_would_stop_is_refused_on_paper(step: Step, reason: str) -> None:
    """One step beyond each limit; the limit itself passes."""
    check((LOCK, WIGGLE))
    with pytest.raises(ProcedureRefused, match=reason):
        check((LOCK, step))


def test_a_wiggle_from_an_unknown_stop_is_refused() -> None:
    """Nothing was driven before, or a tailgate was closed again after its release."""
    with pytest.raises(ProcedureRefused, match="an unknown stop"):
        check((WIGGLE,))
    release, close = Step(name="release", n=1, drive="drive_lock", on_ms=500), Step(name="close", n=1, hand="close")
    check((release, WIGGLE))
    with pytest.raises(ProcedureRefused, match="an unknown stop"):
        check((release, close, WIGGLE))
    check((LOCK, close, WIGGLE))


def test_a_reverse_drive_of_a_tailgate_is_refused() -> None:
    """It has no counterpart in the car."""
    steps = (Step(name="unlock", n=1, drive="drive_unlock", on_ms=500),)
    check(steps, profile("rear_door"))
    with pytest.raises(ProcedureRefused, match="driven one way only"):
        check(steps, profile("tailgate"))


def test_eleven_actuations_are_refused_and_ten_are_not() -> None:
    """The motor's own protection opens after about fifteen."""
    ten = tuple(replace(LOCK, n=n) for n in range(1, 11))
    check(ten)
    with pytest.raises(ProcedureRefused, match="11 actuations, limit 10"):
        check((*ten, replace(LOCK, n=11)))


def test_every_reason_is_given_at_once() -> None:
    """Nobody mends one thing to be told of the next."""
    with pytest.raises(ProcedureRefused) as refused:
        check((replace(LOCK, on_ms=2000, settle_ms=1), replace(WIGGLE, pulses=99)))
    assert str(refused.value).count(";") == 2


def test_the_summary_names_each_step_its_stimulus_and_what_must_be_seen() -> None:
    """What `--plan` prints; nothing is opened."""
    part = profile()
    steps = rear_door(part)
    text = summarise(steps, part)
    assert text.startswith("Some lock (some-rear_door)")
    for step in steps:
        assert f"\n{step.key}: " in text
        assert all(str(expected) in text for expected in step.expect)
    assert "drive_unlock 6 x 150 ms, 320 ms apart" in text
    assert "a hand closes the latch" in text
    assert "nothing is driven" in text


def test_what_imitates_a_broken_lever_is_asked_first() -> None:
    """Child lock and double-lock on a door; a propped lid on a tailgate."""
    assert [ask.id for ask in ask_first(profile())] == ["child_lock_off", "double_locked", "outside_lever"]
    assert [ask.id for ask in ask_first(profile("tailgate"))] == ["lid_propped", "doors_recognised_unlocked"]
    assert all(ask.text.endswith("?") for ask in (*ask_first(profile()), *ask_first(profile("tailgate"))))
