"""The guard: the only way to any output. Denies by default; nothing raises the ceilings of bench.model.ceilings.

A drive is a train of one or more pulses that the guard itself times, so that no caller can hold a relay on:

    drive relay   ____|~~~~~~~~~~~~~~~~~~~~~~|________
    enable relay  ________|~~~~~~~~~~~~~~|____________     the drive relays switch dry
                      |<->|  20 ms       |<->| 20 ms
                          |<-- on_ms --->|                 the feed time, which the pulse ceiling counts

The heartbeat toggles at the end of each tick, after every limit was checked, from `arm` to `let_go`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bench.engine.stopped import Stopped
from bench.engine.switches import Switches
from bench.engine.watch import CurrentWatch, InputWatch, SupplyWatch
from bench.errors import ProcedureRefused
from bench.model import ceilings
from bench.model.ceilings import MS
from bench.model.names import Hand, OutputRole
from bench.model.observations import Current, Input, Observation, Output, Supply, Trip
from bench.model.profile import Profile
from bench.ports.ledger import ActuationLedger
from bench.ports.rig import Rig

DriveRole = Literal["drive_lock", "drive_unlock"]
Phase = Literal["idle", "selecting", "feeding", "unloading", "resting", "bare"]
DRIVES: tuple[DriveRole, ...] = ("drive_lock", "drive_unlock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """What is to be driven: feed time of each pulse, and the time from one feed's end to the next one's start."""

    role: DriveRole
    on_ms: int
    pulses: int = 1
    gap_ms: int = 0


_NONE = Train(role="drive_lock", on_ms=0)
_LONG_AGO_NS = -(10**18)


class Guard:
    """Gate to one rig's outputs, for one run. `record` takes each switching and each trip, after it was done.

    Raises ProcedureRefused for what no correct engine asks, Stopped where the run must end; `hand` says who is where.
    """

    def __init__(self, rig: Rig, *, profile: Profile, ledger: ActuationLedger, record: Callable[[Observation], None]) -> None:
        self._switches, self._clock, self._ledger, self._record = Switches(rig.outputs, record), rig.clock, ledger, record
        self._drives = tuple(r for r in DRIVES if r in rig.outputs and (profile.kind != "tailgate" or r == "drive_lock"))
        self._one_way, self._realtime = profile.kind == "tailgate", rig.realtime
        self._attended = rig.attendant is not None and "hold" not in rig.fitted  # the hold button says it better
        self._clear_ns: int | None = None  # when hands were said to be clear
        self._counted = False
        part = profile.drive
        self._current = CurrentWatch(
            trip_a=part.trip_a, ceiling_a=rig.ceiling_a, trip_ms=part.trip_ms, blanking_ms=part.blanking_ms,
            max_a=rig.current_max_a, tripped=self._trip,
        )  # fmt: skip
        self._supply = SupplyWatch(logic_min_v=rig.logic_min_v)
        self._inputs = InputWatch(rig.fitted)
        self._phase: Phase = "idle"
        self._due_ns: int | None = None
        self._train = _NONE
        self._left = 0
        self._armed = self._withheld = self._gone = False
        self._last_tick_ns: int | None = None
        self._released_ns = self._fed_until_ns = _LONG_AGO_NS  # when a drive coil, when enable was last let go
        self._wiggled = 0
        self.hand: Hand | None = None
        self.stands: DriveRole | None = None
        self.blocked: frozenset[OutputRole] = frozenset()

    # What the engine asks before it drives

    @property
    def is_idle(self) -> bool:
        """Is nothing energised and no train under way?"""
        return self._phase == "idle"

    @property
    def next_ns(self) -> int | None:
        """When the next tick has something to switch, ns; None: nothing is due."""
        return self._due_ns

    @property
    def holds(self) -> bool:
        """Is the hold button pressed, or none fitted?"""
        return self._inputs.holds

    def needs_clear(self, now_ns: int) -> bool:
        """Must a person say that hands are clear before anything is driven? It lasts for one group of drives."""
        stale = self._clear_ns is None or now_ns - self._clear_ns > ceilings.CLEAR_LASTS_MS * MS
        return self._attended and self._phase == "idle" and stale

    def hands_clear(self) -> None:
        """A person said so now; the countdown begins."""
        self._clear_ns, self._counted = self._clock.now_ns(), False

    def hands_may_reach_in(self) -> None:
        """A hand is asked for something: what was said of hands before does not count any more."""
        self._clear_ns = None

    def countdown_ns(self, now_ns: int) -> int:
        """Return what is left of the countdown since `hands_clear`, ns; 0 where none is needed."""
        if not self._attended or self._counted:
            return 0
        return ceilings.COUNTDOWN_MS * MS if self._clear_ns is None else max(0, self._clear_ns + ceilings.COUNTDOWN_MS * MS - now_ns)

    def rest_needed_ns(self, now_ns: int) -> int:
        """Return how long to wait before the next actuation: the dead time, or the motor's rest, ns."""
        return max(0, self._released_ns + ceilings.DEAD_TIME_MS * MS - now_ns, self._ledger.rest_needed_ns(now_ns))

    # What it may do

    def arm(self) -> None:
        """Let the heartbeat live; refused once everything was let go, for a run never resumes."""
        if self._gone:
            raise ProcedureRefused("guard: armed again after everything was let go")
        self._armed = True

    def hand_begins(self, hand: Hand) -> None:
        """Somebody reaches in; refused while anything is energised."""
        if self._phase != "idle":
            raise ProcedureRefused(f"guard: a hand ({hand}) while the outputs are {self._phase}")
        self.hand, self._wiggled = hand, 0
        if hand != "wiggle":
            self._clear_ns = None
        if hand == "close" and self._one_way:
            self.stands = None  # the latch holds again: a release would move it

    def hand_ends(self) -> None:
        """The hand has done what it was asked for."""
        if self.hand == "wiggle":
            self._clear_ns = None
        self.hand, self._wiggled = None, 0

    def drive(self, train: Train) -> None:
        """Begin a train of pulses; `tick` carries it out. Raises ProcedureRefused with the reason where it may not be."""
        now = self._clock.now_ns()
        if not self._inputs.estop_known:
            raise Stopped("sensor", "the e-stop is fitted, but no level of it was ever seen")
        if (why := self._why_not(train, now)) is not None:
            raise ProcedureRefused(f"guard: {train.role} {train.pulses} x {train.on_ms} ms refused: {why}")
        if self._wiggled == 0:
            self._ledger.record(now)  # before the relay, so that a crash has counted it
        self._wiggled += train.pulses if self.hand == "wiggle" else 0
        self._train, self._left, self._counted = train, train.pulses, True
        self._select(now)

    def _why_not(self, train: Train, now: int) -> str | None:
        wiggles = self.hand == "wiggle"
        longest, most = (
            (ceilings.WIGGLE_PULSE_MAX_MS, ceilings.WIGGLE_PULSES_MAX - self._wiggled) if wiggles else (ceilings.PULSE_MAX_MS, 1)
        )
        rest_ns = self.rest_needed_ns(now)
        since_feed = now + ceilings.DRY_SWITCH_MS * MS - self._fed_until_ns
        reasons = (
            (self._armed, "the guard is not armed"),
            (self._phase == "idle", f"the outputs are {self._phase}"),
            (train.role in self._drives, "this lock has no such drive"),
            (train.role not in self.blocked, "that direction tripped in this run"),
            (self.hand in (None, "wiggle"), f"a hand is at the latch ({self.hand})"),
            (self._inputs.holds, "the hold button is not pressed"),
            (not self.needs_clear(now), "nobody said that hands are clear"),
            (self.countdown_ns(now) == 0, f"the countdown of {ceilings.COUNTDOWN_MS} ms is not over"),
            (0 < train.on_ms <= longest, f"limit {longest} ms"),
            (1 <= train.pulses <= most, f"limit {most} pulses"),
            (not wiggles or self.stands == train.role, f"it would move the lock, which stands at {self.stands}"),
            (
                train.pulses == 1 or train.gap_ms >= ceilings.WIGGLE_GAP_MIN_MS,
                f"{train.gap_ms} ms apart, limit {ceilings.WIGGLE_GAP_MIN_MS} ms",
            ),
            (
                self._wiggled == 0 or since_feed >= ceilings.WIGGLE_GAP_MIN_MS * MS,
                f"limit {ceilings.WIGGLE_GAP_MIN_MS} ms since the last pulse",
            ),
            (rest_ns == 0 or (self._wiggled > 0 and wiggles), f"{rest_ns / 1e9:.3g} s of rest are still due"),
        )
        return next((why for holds, why in reasons if not holds), None)

    def release(self) -> None:
        """End the train, or the bare feed, now: enable opens first, the drive relay follows."""
        self._left = 0
        if self._phase in ("feeding", "bare"):
            self._unload(self._clock.now_ns())
        elif self._phase in ("selecting", "resting"):
            self._deselect(self._clock.now_ns())

    def feed_bare(self, *, silent: bool = False) -> None:
        """Close enable with both drives low, for the proof test; at most ceilings.PULSE_MAX_MS. `silent`: without a heartbeat."""
        if not (self._armed and self._phase == "idle" and self.hand is None):
            raise ProcedureRefused(f"guard: bare feed while the outputs are {self._phase}, hand {self.hand}")
        self._withheld = silent
        self._feed(self._clock.now_ns(), "bare", ceilings.PULSE_MAX_MS)

    def withhold_heartbeat(self) -> None:
        """Stop the heartbeat until the bare feed is released, for the proof test."""
        if self._phase != "bare":
            raise ProcedureRefused(f"guard: heartbeat withheld while the outputs are {self._phase}")
        self._withheld = True

    # What it sees

    def see(self, line: Observation) -> None:
        """Judge one observation as it came; raises Stopped, or trips the direction that is driven."""
        if isinstance(line, Current):
            t0, see = line.t0, self._current.see
            for dt, a, v in zip(line.dt, line.a, line.v, strict=True):
                see(t0 + dt, a, v)
        elif isinstance(line, Input):
            self._inputs.see(line.role, line.level)
        elif isinstance(line, Supply):
            self._supply.see(line.t, line.v)

    def tick(self, now_ns: int) -> None:
        """One turn: the limits first, then what is due, then the heartbeat."""
        if self._phase not in ("idle", "bare") and not self._inputs.holds:
            raise Stopped("operator", "the hold button was released while driving")
        self._check_late(now_ns)
        self._current.check(now_ns)
        self._supply.check(now_ns)
        if self._due_ns is not None and now_ns >= self._due_ns:
            self._advance(now_ns)
        if self._armed and not self._withheld:
            self._switches.beat()
        self._last_tick_ns = now_ns

    def _check_late(self, now_ns: int) -> None:
        """With nothing energised too: the monostable may have run out, and then the relay behind it has dropped."""
        if self._realtime and self._armed and self._last_tick_ns is not None:
            late_ms = (now_ns - self._last_tick_ns) / MS - ceilings.TURN_MS
            if late_ms > ceilings.TURN_LATE_MS:
                raise Stopped("watchdog", f"a turn came {late_ms:.0f} ms late, limit {ceilings.TURN_LATE_MS} ms")

    # How it switches

    def _advance(self, now: int) -> None:
        if self._phase == "selecting":
            self._left -= 1
            self._feed(now, "feeding", self._train.on_ms)
        elif self._phase == "resting":
            self._select(now)
        elif self._phase == "unloading":
            self._deselect(now)
        else:
            self.stands = self._train.role if self._phase == "feeding" and self.hand is None else self.stands
            self._unload(now)

    def _select(self, now: int) -> None:
        for role in self._drives:
            if role != self._train.role:
                self._switches.open(role, now)
        self._switches.close(self._train.role, now)
        self._phase, self._due_ns = "selecting", now + ceilings.DRY_SWITCH_MS * MS

    def _feed(self, now: int, phase: Phase, on_ms: int) -> None:
        self.stands = None if phase == "feeding" and self.hand is None else self.stands  # on its way, until a pulse is whole
        self._phase, self._due_ns = phase, now + on_ms * MS
        self._current.switched(now, fed=True)
        self._switches.close("enable", now)

    def _unload(self, now: int) -> None:
        """Open enable; the drive relay follows when it is dry."""
        bare = self._phase == "bare"
        self._switches.open("enable", now)
        self._current.switched(now, fed=False)
        self._fed_until_ns = now
        if bare:
            self._phase, self._due_ns, self._withheld = "idle", None, False
        else:
            self._phase, self._due_ns = "unloading", now + ceilings.DRY_SWITCH_MS * MS

    def _deselect(self, now: int) -> None:
        for role in self._drives:
            self._switches.open(role, now)
        self._released_ns = now
        if self._left > 0:
            self._phase, self._due_ns = "resting", self._fed_until_ns + (self._train.gap_ms - ceilings.DRY_SWITCH_MS) * MS
        else:
            self._phase, self._due_ns = "idle", None

    def _trip(self, t_ns: int, a: float, limit_a: float) -> None:
        """Over-current: cut the feed at once and never drive that direction again in this run. Not a stop."""
        bare = self._phase == "bare"
        self.release()
        if bare:
            raise Stopped("error", f"proof test: {a:.3g} A with both drives off, limit {limit_a:g} A")
        self.blocked |= {self._train.role}
        self._record(Trip(t=t_ns, role=self._train.role, a=a, limit_a=limit_a))

    def let_go(self) -> tuple[Output, ...]:
        """Everything low, enable first, each one tried even if another fails; for good. Returns what this switched.

        Nothing waits and nothing is recorded here: this is the way out when all else is broken.
        """
        self._armed, self._gone = False, True
        self._phase, self._due_ns, self._left = "idle", None, 0
        return self._switches.all_off(self._clock.now_ns())
