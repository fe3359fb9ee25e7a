"""Hands clear: where no hold button is fitted, a person says so, and two seconds pass before a group of drives begins."""

import pytest
from engine_fakes import MS
from guard_fakes import Bench, Clock, Coil, Somebody

from bench.engine.switches import Switches
from bench.errors import ProcedureRefused
from bench.model.names import Hand, InputRole


def attended(*, hold: bool = False) -> Bench:
    fitted: frozenset[InputRole] = frozenset({"ajar", "estop", "hold"}) if hold else frozenset({"ajar", "estop"})
    return Bench(attendant=Somebody(), fitted=fitted).ready()


def refusal(bench: Bench) -> str:
    with pytest.raises(ProcedureRefused) as refused:
        bench.pulse()
    return str(refused.value)


def test_nothing_is_driven_before_hands_are_clear_and_the_countdown_is_over() -> None:
    """At 1999 ms it is refused, at 2000 ms it goes."""
    bench = attended()
    assert bench.guard.needs_clear(bench.clock.t)
    assert bench.guard.countdown_ns(bench.clock.t) == 2000 * MS
    assert "nobody said that hands are clear" in refusal(bench)
    bench.guard.hands_clear()
    assert not bench.guard.needs_clear(bench.clock.t)
    assert "countdown of 2000 ms" in refusal(bench)
    bench.go(1999)
    assert bench.guard.countdown_ns(bench.clock.t) == 1 * MS
    assert "countdown of 2000 ms" in refusal(bench)
    bench.go(1)
    assert bench.guard.countdown_ns(bench.clock.t) == 0
    bench.stroke()
    assert bench.coils["enable"].pulses_ms()


def test_it_counts_for_a_whole_group_of_drives() -> None:
    bench = attended()
    bench.guard.hands_clear()
    bench.go(2000)
    for role in ("drive_lock", "drive_unlock", "drive_lock"):
        bench.stroke(role)
        assert not bench.guard.needs_clear(bench.clock.t)
    assert len(bench.coils["enable"].pulses_ms()) == 3


@pytest.mark.parametrize("hand", ["close", "open"])
def test_a_hand_at_the_latch_ends_it(hand: Hand) -> None:
    """Clear is what hands were before they were asked to reach in."""
    bench = attended()
    bench.guard.hands_clear()
    bench.go(2000)
    bench.guard.hand_begins(hand)
    bench.guard.hand_ends()
    assert "nobody said that hands are clear" in refusal(bench)


def test_hands_at_the_harness_are_clear_of_the_latch_and_only_for_that_step() -> None:
    """A wiggle is driven with what was said before it, and what follows needs it said anew."""
    bench = attended()
    bench.guard.hands_clear()
    bench.go(2000)
    bench.stroke("drive_unlock")
    bench.guard.hands_may_reach_in()
    assert bench.guard.needs_clear(bench.clock.t)
    bench.guard.hands_clear()
    bench.go(2000)
    bench.guard.hand_begins("wiggle")
    bench.pulse("drive_unlock", 150, pulses=2, gap_ms=320)
    bench.go(1000)
    assert len(bench.coils["enable"].pulses_ms()) == 3
    bench.guard.hand_ends()
    assert bench.guard.needs_clear(bench.clock.t)


@pytest.mark.parametrize(("waited_ms", "stale"), [(60_000, False), (60_001, True)])
def test_it_does_not_last_for_ever(waited_ms: int, *, stale: bool) -> None:
    """A minute after it was said, somebody may stand there again."""
    bench = attended()
    bench.guard.hands_clear()
    bench.step_ms = 50
    bench.go(waited_ms)
    assert bench.guard.needs_clear(bench.clock.t) is stale


def test_a_new_word_begins_a_new_countdown() -> None:
    """The countdown that led to the last group is over and done with."""
    bench = attended()
    bench.guard.hands_clear()
    bench.go(2000)
    bench.stroke()
    bench.guard.hands_clear()
    assert "countdown" in refusal(bench)


def test_the_hold_button_says_it_better() -> None:
    """Where one is fitted nobody is asked, and the drive goes while it is pressed."""
    bench = attended(hold=True)
    assert not bench.guard.needs_clear(bench.clock.t)
    assert bench.guard.countdown_ns(bench.clock.t) == 0
    bench.stroke()
    assert bench.coils["enable"].pulses_ms()


def test_simulated_hands_need_no_word() -> None:
    bench = Bench().ready()
    assert not bench.guard.needs_clear(bench.clock.t)
    assert bench.guard.countdown_ns(bench.clock.t) == 0


def test_nobody_is_asked_while_something_is_driven() -> None:
    bench = attended()
    bench.guard.hands_clear()
    bench.go(2000)
    bench.pulse()
    bench.guard.hands_may_reach_in()
    assert not bench.guard.needs_clear(bench.clock.t)


def test_a_bare_feed_may_be_silent_from_its_beginning() -> None:
    """So the proof test sees whether the feed lives though no heartbeat was ever given; afterwards the heartbeat begins."""
    bench = Bench()
    bench.level("estop", 1)
    bench.guard.arm()
    bench.guard.feed_bare(silent=True)
    bench.go(200)
    assert bench.coils["enable"].is_on
    assert len(bench.coils["heartbeat"].history) == 1
    bench.guard.release()
    bench.go(10)
    assert len(bench.coils["heartbeat"].history) > 5
    bench.guard.feed_bare()
    before = len(bench.coils["heartbeat"].history)
    bench.go(10)
    assert len(bench.coils["heartbeat"].history) > before


def test_a_rig_without_a_reverse_drive_lets_go_of_what_it_has() -> None:
    """A tailgate has no port for it: what is there goes off, enable first, and each change is told."""
    clock = Clock()
    coils = {role: Coil(clock, role) for role in ("enable", "drive_lock", "heartbeat")}
    switches = Switches(coils, lambda _: None)
    switches.close("drive_lock", 0)
    switches.close("enable", 0)
    switches.beat()
    for coil in coils.values():
        coil.told.clear()
    assert [change.role for change in switches.all_off(1)] == ["enable", "drive_lock"]
    assert not any(coil.is_on for coil in coils.values())
