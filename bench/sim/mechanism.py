"""What the motor moves: lever with over-centre spring (rear door), or return spring and pawl (tailgate), with their drag."""

import math
from random import Random
from typing import Final

from bench.model.names import Kind
from bench.sim.knobs import Knobs
from bench.sim.motor import BINS, PAD, Motor
from bench.sim.tolerance import AMBIENT_REFERENCE_C, Unit

_THAW_PER_STROKE: Final = 0.27  # facts/actuator.md: a frozen lock gets 15-30 % faster from cycle to cycle
_SNAP_S: Final = 0.002  # the lever's own flight from over-centre to its switch, confidence E
_LOCAL_WIDTH: Final = 0.30
_LOCAL_TIMES: Final = 2.5
_TYPICAL_RAD_S: Final = 650.0


class Mechanism:
    """`side` 0: unlocked (tailgate: pawl down); 1: locked (tailgate: pawl lifted). Sets the motor's load and drag."""

    __slots__ = (
        "_bond_until_s", "_coulomb_nm", "_direction", "_jam_at", "_knobs", "_lifts_at", "_loads", "_motor", "_outer_nm", "_pushes_at",
        "_returns_at", "_rng", "_still_varies", "_stroke_nm", "_thaw", "_travel", "rear", "side", "side_before",
    )  # fmt: skip

    def __init__(self, unit: Unit, knobs: Knobs, rng: Random, kind: Kind, motor: Motor, ambient_c: float) -> None:
        self._knobs, self._rng, self._motor = knobs, rng, motor
        self.rear = kind == "rear_door"
        self._travel = unit.travel_rad
        gap = unit.lever_gap + knobs.lever_gap
        lift = unit.over_centre if self.rear else unit.pawl_lift
        self._lifts_at = lift + gap
        self._returns_at = 1.0 - lift - gap if self.rear else lift + gap - 0.06
        self._pushes_at = gap
        self._loads = _rear_loads(unit, knobs, gap) if self.rear else _tailgate_loads(unit, knobs, gap)
        cold_k = AMBIENT_REFERENCE_C - ambient_c
        self._coulomb_nm = unit.coulomb_nm * max(0.6, 1.0 + 0.008 * cold_k)
        self._outer_nm = 0.6 * knobs.drag_nm
        motor.add_viscous(0.4 * knobs.drag_nm / _TYPICAL_RAD_S)
        self._thaw = 1.0
        self._bond_until_s = -1.0
        self._jam_at = 0.5
        self._direction = 1
        self._stroke_nm = self._coulomb_nm + self._outer_nm
        self._still_varies = knobs.ice_nm > 0.0 or knobs.jam_nm > 0.0
        self.side = self.side_before = 0
        motor.load = self._loads[0 if self.rear else 1]
        motor.drag = self._stroke_nm if self.rear else self._coulomb_nm

    def begin(self, t_s: float, direction: int) -> None:
        """The motor is switched on in a direction (+1 lock or release, -1 unlock): a stroke begins."""
        self.side_before = self.side
        self._direction = direction
        self._stroke_nm = self._coulomb_nm * max(0.7, self._rng.gauss(1.0, 0.03)) + self._outer_nm
        done = self._part_done()
        self._jam_at = done + (1.0 - done) * self._rng.uniform(0.15, 0.60)
        self._bond_until_s = t_s + self._knobs.ice_bond_s * self._thaw * self._rng.uniform(0.85, 1.15)
        self._motor.drag = self._stroke_nm
        self._vary(t_s, 0.0)

    def _part_done(self) -> float:
        """Return how far along its way the present stroke is, 0..1."""
        part = self._motor.x / self._travel
        return min(1.0, max(0.0, part if self._direction > 0 else 1.0 - part))

    def let_go(self) -> None:
        """The motor is switched off; the tailgate's gear then runs back alone and leaves a sticky or frozen lever behind."""
        if not self.rear:
            self._direction = 0
            self._motor.drag = self._coulomb_nm

    def _vary(self, t_s: float, moved: float) -> None:
        """Set the drag that changes inside a stroke: ice that thaws with motion, a tooth that jams."""
        knobs, motor = self._knobs, self._motor
        if not self._still_varies or not self._direction:
            return
        drag = self._stroke_nm
        if knobs.ice_nm > 0.0:
            self._thaw *= 1.0 - _THAW_PER_STROKE * min(1.0, abs(moved))
            drag += knobs.ice_nm * self._thaw
            if t_s < self._bond_until_s:
                drag = 1.0
        elif not knobs.jam_is_local:
            drag += knobs.jam_nm
        else:
            part = self._part_done()
            if self._jam_at < part < self._jam_at + _LOCAL_WIDTH:
                drag += _LOCAL_TIMES * knobs.jam_nm
        motor.drag = drag

    def step(self, t0_s: float, dt_s: float, x_before: float) -> float | None:
        """Follow the motor; return the time at which the lever passed its lock switch (rear door), or None."""
        x = self._motor.x
        if self._still_varies:
            self._vary(t0_s + dt_s, (x - x_before) / self._travel)
        part = x / self._travel
        if self.side == 0:
            if part < self._lifts_at:
                return None
            edge, self.side = self._lifts_at, 1
        else:
            if part > self._returns_at:
                return None
            edge, self.side = self._returns_at, 0
        if self.rear:
            self._motor.load = self._loads[self.side]
        moved = part - x_before / self._travel
        return t0_s + dt_s * min(1.0, max(0.0, 1.0 - (part - edge) / moved if moved else 1.0)) + _SNAP_S

    def pawl_loaded(self, *, loaded: bool) -> None:
        """Tell the tailgate's pawl whether it carries the seal's load."""
        if not self.rear:
            self._motor.load = self._loads[0 if loaded else 1]

    @property
    def pawl_lifted(self) -> bool:
        """Has the release lever lifted the pawl (tailgate)?"""
        return not self.rear and self.side == 1

    @property
    def knob_moved(self) -> bool:
        """Did the knob change sides during the last stroke?"""
        return self.side != self.side_before


def _bins(torque_at: list[float]) -> list[float]:
    """Return a field with the end values repeated over the give of the stops."""
    return [torque_at[0]] * PAD + torque_at + [torque_at[-1]] * PAD


def _rear_loads(unit: Unit, knobs: Knobs, gap: float) -> tuple[list[float], list[float]]:
    """Over-centre lever: its spring pushes back until the dead centre, from either side."""
    span = max(0.05, unit.over_centre)
    hump = [
        unit.hump_nm * knobs.hump_factor * math.sin(math.pi * u) if 0.0 < (u := ((k + 0.5) / BINS - gap) / span) < 1.0 else 0.0
        for k in range(BINS)
    ]
    return _bins([-h for h in hump]), _bins(list(reversed(hump)))


def _tailgate_loads(unit: Unit, knobs: Knobs, gap: float) -> tuple[list[float], list[float]]:
    """Return spring all the way; over the last part before the lift the pawl's friction under the seal's load."""
    spring = [-knobs.return_spring_factor * (unit.spring_nm + unit.spring_rise_nm * (k + 0.5) / BINS) for k in range(BINS)]
    start, span = 0.40 + gap, max(0.05, unit.pawl_lift - 0.40)
    hump = unit.hump_nm * knobs.hump_factor * knobs.pawl_hump_factor
    pawl = [hump * math.sin(math.pi * u) if 0.0 < (u := ((k + 0.5) / BINS - start) / span) < 1.0 else 0.0 for k in range(BINS)]
    return _bins([s - p for s, p in zip(spring, pawl, strict=True)]), _bins(spring)
