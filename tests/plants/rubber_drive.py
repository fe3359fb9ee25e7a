"""The drive of world G: friction that sticks, grease that doubles each 20 K, end stops of rubber, no inductance.

A motor whose current follows its voltage at once, a gear without backlash, a load by place, and stops that give way as
springs do, so that the end of a stroke is a slope and no edge. Shares no line with the other worlds or with bench/sim.
All numbers are estimates (E) inside facts/actuator.md 1.
"""

import math
from dataclasses import dataclass

STEP_S = 0.00012
BRUSH_V = 0.4


@dataclass(slots=True, kw_only=True)
class RubberDrive:
    """Angles in rad and torques in Nm at the motor; the stroke runs from 0 to `stroke_rad`."""

    ohm: float
    ke: float
    inertia: float
    stroke_rad: float
    dry_nm: float
    wet: float  # N m s/rad
    hump_nm: float
    spring_nm: float = 0.0  # returns to 0 where there is one
    spring_rise_nm: float = 0.0
    rubber: float = 0.007  # Nm/rad of the stops
    slips: tuple[str, ...] = ()  # ways in which the teeth slip at the stop: "lock", "unlock"
    free: bool = False  # nothing is carried at all
    low_rad: float = 0.0
    ice_nm: float = 0.0
    bond_s: float = 0.0
    extra_ohm: float = 0.0
    angle: float = 0.0
    speed: float = 0.0
    amps: float = 0.0
    _stuck_s: float = 0.0

    def run(self, dt_s: float, volts: float, source_ohm: float, *, cut: bool) -> None:
        """Let `dt_s` pass with `volts` behind a source, or with the circuit cut."""
        n = max(1, round(dt_s / STEP_S))
        h, ohm = dt_s / n, self.ohm + self.extra_ohm + source_ohm
        for _ in range(n):
            drop = volts - self.ke * self.speed
            alive = not cut and abs(drop) > BRUSH_V
            self.amps = (drop - math.copysign(BRUSH_V, drop)) / ohm if alive else 0.0
            self._turn(h)

    @property
    def rests(self) -> bool:
        """Does nothing move, and nothing pull?"""
        return self.speed == 0.0 and self.amps == 0.0 and not (self.spring_nm and self.angle > 0.01)

    @property
    def place(self) -> float:
        """Where it stands, 0 to 1 and a little beyond either end."""
        return self.angle / self.stroke_rad

    def _turn(self, h: float) -> None:
        net = self.ke * self.amps - self._push()
        stribeck = 1 + 0.45 * math.exp(-((self.speed / 35.0) ** 2))
        dry = self.dry_nm * stribeck * (0.5 if self.free else 1.0) + (0.0 if self.free else self.ice_nm)
        if self.speed == 0.0:
            if abs(net) <= dry:
                return
            self._stuck_s += h
            if self._stuck_s < self.bond_s:
                return
            self.bond_s = self._stuck_s = 0.0
        way = math.copysign(1.0, self.speed or net)
        after = self.speed + (net - way * dry - self.wet * self.speed) / self.inertia * h
        if self.speed and after * self.speed <= 0:
            after = 0.0
        self.speed = after
        before, self.angle = self.angle, self.angle + after * h
        if self.ice_nm:
            self.ice_nm *= 1 - 0.3 * abs(self.angle - before) / self.stroke_rad
        self._slip()

    def _push(self) -> float:
        """Return what pushes back towards lower angles, Nm."""
        if self.free:
            return 0.0
        x = self.angle / self.stroke_rad
        rise = (x - 0.55) / 0.16
        hump = -2 * rise * math.exp(-rise * rise) * self.hump_nm  # over the dead centre: against it, then with it
        spring = self.spring_nm + self.spring_rise_nm * max(x, 0.0) if self.spring_nm and self.angle > 0 else 0.0
        stop = 0.0
        if self.angle > self.stroke_rad:
            stop = self.rubber * (self.angle - self.stroke_rad)
        elif self.angle < self.low_rad:
            stop = self.rubber * (self.angle - self.low_rad)
        return spring - (hump if not self.spring_nm else 0.0) + stop

    def _slip(self) -> None:
        """Worn teeth jump at the stop: the angle falls back by a tooth and the motor runs on."""
        if "lock" in self.slips and self.angle > self.stroke_rad + 0.5:
            self.angle = self.stroke_rad - 0.5
        if "unlock" in self.slips and self.angle < self.low_rad - 0.5:
            self.angle = self.low_rad + 0.5
