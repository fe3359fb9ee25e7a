"""The two procedures, and how they read on paper."""

from collections.abc import Iterable
from typing import Final

from bench.errors import ProcedureRefused
from bench.model.asked import FIRST_TEXTS
from bench.model.ceilings import REOPEN_WATCH_MS, SETTLE_MIN_MS
from bench.model.expected import EXPECTED
from bench.model.names import QUESTIONS_OF, Hand, Kind, Scope, StepName
from bench.model.profile import Profile
from bench.procedure.step import Ask, DriveRole, Step

CYCLES_MIN = 3  # issue 2: at least three, so that a trend over cycles can be seen
GATE_CYCLES_MIN = 4  # E: a pawl that misses one closing in three holds three times running in 30 tests of 100, four times in 20
REST_MS = 1000  # confidence E: ten CAN cycles of 100 ms, and a zero reading of the current
HOLD_WATCH_MS = 1200  # one close is left alone this long with no drive, to see it hold
WIGGLE_MS, WIGGLE_GAP_MS, WIGGLE_PULSES = 150, 320, 6  # together 2.5 s, as long as a hand flexes the harness


class Writer:
    """Numbers the steps of each name and adds the expected states and the questions."""

    def __init__(self, profile: Profile, *, hands: bool) -> None:
        self._profile, self._hands = profile, hands
        self._count: dict[StepName, int] = {}
        self.steps: list[Step] = []

    def _add(self, step: Step) -> None:
        if step.hand is None or self._hands:
            self.steps.append(step)

    def _n(self, name: StepName) -> int:
        self._count[name] = self._count.get(name, 0) + 1
        return self._count[name]

    def rest(self) -> None:
        """Watch only."""
        self._add(Step(name="rest", n=self._n("rest"), settle_ms=REST_MS, expect=EXPECTED[self._profile.kind, "rest"]))

    def by_hand(self, name: StepName, hand: Hand, settle_ms: int) -> None:
        """Somebody opens or closes the latch."""
        expect = EXPECTED[self._profile.kind, name]
        asked = QUESTIONS_OF.get(name, ())
        self._add(Step(name=name, n=self._n(name), hand=hand, questions=asked, settle_ms=settle_ms, expect=expect))

    def driven(self, name: StepName, role: DriveRole) -> None:
        """One full pulse."""
        drive, kind = self._profile.drive, self._profile.kind
        asked = QUESTIONS_OF.get(name, ()) if self._hands else ()
        self._add(Step(
            name=name, n=self._n(name), drive=role, on_ms=drive.pulse_ms, questions=asked,
            settle_ms=max(SETTLE_MIN_MS, drive.pause_ms), expect=EXPECTED[kind, name],
        ))  # fmt: skip

    def wiggle(self, role: DriveRole) -> None:
        """A hand flexes the harness while short pulses push against the end stop where the lock already stands."""
        self._add(Step(
            name="wiggle", n=self._n("wiggle"), drive=role, on_ms=WIGGLE_MS, pulses=WIGGLE_PULSES, gap_ms=WIGGLE_GAP_MS,
            hand="wiggle", expect=EXPECTED[self._profile.kind, "wiggle"],
        ))  # fmt: skip


def rear_door(profile: Profile, *, hands: bool = True) -> tuple[Step, ...]:
    """Rest, close, lock and unlock at least three times, open by the lever, close, wiggle at the unlock stop, open, close, open, rest.

    Three closings and openings: a switch or a catch that fails seven times in ten does well twice running in nine tests of a hundred,
    and three times in three (E).
    """
    w = Writer(profile, hands=hands)
    w.rest()
    w.by_hand("close", "close", REOPEN_WATCH_MS)
    for _ in range(max(CYCLES_MIN, profile.drive.cycles)):
        w.driven("lock", "drive_lock")
        w.driven("unlock", "drive_unlock")
    w.by_hand("open", "open", SETTLE_MIN_MS)
    w.by_hand("close", "close", HOLD_WATCH_MS)
    w.wiggle("drive_unlock")  # the last stroke was an unlock: the lock stands at that stop, so nothing moves
    w.by_hand("open", "open", SETTLE_MIN_MS)
    w.by_hand("close", "close", REOPEN_WATCH_MS)
    w.by_hand("open", "open", SETTLE_MIN_MS)
    w.rest()
    return tuple(w.steps)


def tailgate(profile: Profile, *, hands: bool = True) -> tuple[Step, ...]:
    """Close, release one way, lift, at least four times; wiggle with the latch released. Never a reverse drive."""
    w = Writer(profile, hands=hands)
    w.rest()
    for cycle in range(max(GATE_CYCLES_MIN, profile.drive.cycles)):
        w.by_hand("close", "close", HOLD_WATCH_MS if cycle == 1 else REOPEN_WATCH_MS)
        w.driven("release", "drive_lock")
        w.by_hand("open", "open", SETTLE_MIN_MS)
    w.wiggle("drive_lock")
    w.rest()
    return tuple(w.steps)


def procedure_for(profile: Profile, *, scope: Scope, hands: bool = True) -> tuple[Step, ...]:
    """Return the profile's procedure; `hands` False leaves out what needs a person.

    Raises ProcedureRefused in a car, where the bench only listens.
    """
    if scope == "car":
        raise ProcedureRefused(f"{profile.id}: scope 'car' only listens, a driven procedure needs scope 'lock' or 'door'")
    return rear_door(profile, hands=hands) if profile.kind == "rear_door" else tailgate(profile, hands=hands)


ASK_FIRST: Final[dict[Kind, tuple[Ask, ...]]] = {
    "rear_door": (
        Ask(id="child_lock_off", text=FIRST_TEXTS["child_lock_off"], wanted=True),
        Ask(id="double_locked", text=FIRST_TEXTS["double_locked"], wanted=False),
        Ask(id="outside_lever", text=FIRST_TEXTS["outside_lever"]),
    ),
    "tailgate": (
        Ask(id="lid_propped", text=FIRST_TEXTS["lid_propped"], wanted=True),
        Ask(id="doors_recognised_unlocked", text=FIRST_TEXTS["doors_recognised_unlocked"], wanted=True),
    ),
}
"""What to ask before anything moves: a child lock or super-lock looks just like a broken lever (DESIGN 4)."""


def ask_first(profile: Profile) -> tuple[Ask, ...]:
    """Return what to ask before anything moves."""
    return ASK_FIRST[profile.kind]


def summarise(steps: Iterable[Step], profile: Profile) -> str:
    """Say what would happen, on paper: each step with its stimulus and the states that must be seen."""
    rows = [f"{profile.title} ({profile.id})"]
    for step in steps:
        rows.append(f"{step.key}: {_stimulus(step)}; watch {step.settle_ms} ms")
        rows.extend(f"    expect {expected}" for expected in step.expect)
        if step.questions:
            rows.append(f"    ask {', '.join(step.questions)}")
    return "\n".join(rows)


def _stimulus(step: Step) -> str:
    hand = {"close": "a hand closes the latch", "open": "a hand opens it", "wiggle": "a hand flexes the harness", None: ""}[step.hand]
    drive = ""
    if step.drive is not None:
        train = f"{step.pulses} x {step.on_ms} ms, {step.gap_ms} ms apart" if step.pulses > 1 else f"{step.on_ms} ms"
        volts = "" if step.supply_v is None else f" at {step.supply_v:g} V"
        drive = f"{step.drive} {train}{volts}"
    return ", ".join(part for part in (hand, drive) if part) or "nothing is driven"
