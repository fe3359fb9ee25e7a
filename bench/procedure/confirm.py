"""The confirmation test after a repair: first by hand, then by the motor, and the questions that no rig can answer.

It is a procedure of its own, for a repaired lock is not searched for a fault: it has to prove that it catches, holds and opens each
time, before and after it was driven, and that nothing else was upset.
"""

from typing import Final

from bench.errors import ProcedureRefused
from bench.model.asked import AFTER_OF, AFTER_TEXTS
from bench.model.ceilings import REOPEN_WATCH_MS, SETTLE_MIN_MS
from bench.model.names import Kind, Scope
from bench.model.profile import Profile
from bench.procedure.plan import CYCLES_MIN, GATE_CYCLES_MIN, HOLD_WATCH_MS, Writer
from bench.procedure.step import Ask, Step

BY_HAND: Final = 3
"""Closings by hand before anything is driven: a catch that fails now and then seldom fails at the first try."""


def confirmation_for(profile: Profile, *, scope: Scope) -> tuple[Step, ...]:
    """Return the confirmation test of a profile. Raises ProcedureRefused in a car, where the bench only listens."""
    if scope == "car":
        raise ProcedureRefused(f"{profile.id}: scope 'car' only listens, a confirmation test needs scope 'lock' or 'door'")
    return _rear_door(profile) if profile.kind == "rear_door" else _tailgate(profile)


def _rear_door(profile: Profile) -> tuple[Step, ...]:
    """By hand three times, then lock and unlock at least three times, the harness flexed, and by hand once more."""
    w = Writer(profile, hands=True)
    w.rest()
    for _ in range(BY_HAND):
        w.by_hand("close", "close", HOLD_WATCH_MS)
        w.by_hand("open", "open", SETTLE_MIN_MS)
    w.by_hand("close", "close", REOPEN_WATCH_MS)
    for _ in range(max(CYCLES_MIN, profile.drive.cycles)):
        w.driven("lock", "drive_lock")
        w.driven("unlock", "drive_unlock")
    w.wiggle("drive_unlock")
    w.by_hand("open", "open", SETTLE_MIN_MS)
    w.rest()
    return tuple(w.steps)


def _tailgate(profile: Profile) -> tuple[Step, ...]:
    """Close, release, lift, as often as in the full test, each closing watched longer; the harness flexed with the latch released."""
    w = Writer(profile, hands=True)
    w.rest()
    for _ in range(max(GATE_CYCLES_MIN, profile.drive.cycles)):
        w.by_hand("close", "close", HOLD_WATCH_MS)
        w.driven("release", "drive_lock")
        w.by_hand("open", "open", SETTLE_MIN_MS)
    w.wiggle("drive_lock")
    w.rest()
    return tuple(w.steps)


def ask_after(kind: Kind) -> tuple[Ask, ...]:
    """Return what is asked about the car once the confirmation test has run: yes is wanted each time."""
    return tuple(Ask(id=question, text=AFTER_TEXTS[question], wanted=True) for question in AFTER_OF[kind])
