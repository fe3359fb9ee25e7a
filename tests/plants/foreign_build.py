"""What a foreign lock is made of: latch, rig and wiring as plain numbers, for the worlds to fill in and the faults to spoil."""

import random
from dataclasses import dataclass
from typing import Literal

from .foreign_drive import Train
from .foreign_line import BodyModule, Feed, Line, Monitor

Kind = Literal["rear_door", "tailgate"]


@dataclass(slots=True, kw_only=True)
class Latch:
    """Claw, pawl and the hand at them. The claw runs from 0 (open) to 1 (latched); lengths are shares of its turn."""

    ajar_at: float = 0.86  # the contact opens above it, and closes again below it less the hysteresis
    ajar_hysteresis: float = 0.06
    catch_at: float = 0.94  # where the pawl drops into the full notch
    pawl_s: float = 0.01  # how long the pawl takes to drop
    reach: tuple[float, float] = (1.03, 1.06)  # how far a hand pushes
    wait_s: tuple[float, float] = (0.25, 0.6)
    turn_s: tuple[float, float] = (0.3, 0.8)
    dwell_s: tuple[float, float] = (0.08, 0.2)
    fall_s: float = 0.05  # the claw springs open in this time
    springs_to: float = 0.0  # where a release leaves it, before a hand lifts
    handle_at: float = 0.6  # share of the handle's travel that lifts the pawl; above 1: never
    reopens: float = 0.0  # share of the closings that let go again by themselves
    reopens_s: tuple[float, float] = (0.05, 0.5)
    lifts_at: float = 0.74  # stroke that lifts the pawl on a tailgate


@dataclass(slots=True, kw_only=True)
class Build:
    """Everything that makes one lock on one rig, with its fault."""

    kind: Kind
    train: Train
    latch: Latch
    feed: Feed
    ajar: Line
    monitor: Monitor
    rng: random.Random
    emf_v: float
    source_ohm: float
    leg_ohm: float = 0.0  # beyond the drive relays
    short_ohm: float = 1e9
    short_on: tuple[str, ...] = ("drive_lock", "drive_unlock")
    lock: Line | None = None
    locks_at: float = 0.72
    bcm: BodyModule | None = None
    knob_follows: bool = True
    fuse_ohm: float = 0.0
    pull_v: float | None = None
    adc: tuple[str, ...] = ()
    ripple: float = 0.03
    ripple_per_rev: int = 6  # three poles
    ambient_c: float | None = None
    reads_supply: bool = False
    tears: float = 0.0  # how torn the harness is: gaps while it is flexed
    torn: tuple[str, ...] = ("motor", "switch")
    current_max_a: float = 8.19
    roles: tuple[str, ...] = ()


@dataclass(slots=True)
class Hand:
    """One requested movement."""

    request: str
    starts: float
    ends: float
    off: float
    start_claw: float = 0.0
    reach: float = 1.0
