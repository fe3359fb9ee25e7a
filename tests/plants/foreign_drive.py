"""A motor, its gear and what it pushes, for the foreign worlds: nothing here knows of relays, switches or claws.

The load along the stroke is two tables (torque that pushes back, and friction), so each world draws its own mechanics.
"""

from dataclasses import dataclass, field

CELLS = 64
BRUSH_V = 0.35  # facts/actuator.md 3.1
HEAT_LOST_PER_S = 1 / 60  # in-motor PTC resets in about 60 s, facts/actuator.md 1
SUBSTEP_S = 0.0002


@dataclass(slots=True, kw_only=True)
class Train:
    """One drive as it was built. Torques are at the motor shaft; a stroke runs from 0 to 1, its angle is `lambda_vs / ke`."""

    ohm: float  # winding and brushes at the ambient temperature, with its lead
    ke: float  # V s/rad
    inductance_h: float
    inertia: float  # kg m2
    lambda_vs: float  # Ke times the stroke
    own_nm: float  # friction of motor and first gear, felt in the backlash too
    push_nm: list[float] = field(default_factory=list)  # pushes towards 0 where positive
    rub_nm: list[float] = field(default_factory=list)  # friction of what is moved
    returns: bool = False  # a spring takes it back to 0
    drag: float = 0.0  # N m s/rad
    backlash: float = 0.0  # of the stroke
    lag: float = 0.0  # lost motion behind the gear, of the stroke, each way
    rebound: float = 0.0  # share of the speed that comes back from an end stop
    top: float = 1.0  # where it stops, of the stroke
    slip_nm: float = 1e9  # what the teeth still carry
    ice_nm: float = 0.0
    ice_stick_s: float = 0.0  # how long the ice holds before it first breaks
    ice_thaw: float = 0.0  # decay per stroke
    ptc_j: float = 700.0  # heat at which the PTC has doubled the resistance


class Drive:
    """The same drive, moving."""

    def __init__(self, train: Train) -> None:
        self.train = train
        self.amps = self.speed = self.x = self.play = self.angle = self.heat_j = 0.0
        self.play = -train.backlash / 2
        self.knob = min(train.lag, 1.0)
        self.ice_nm, self.stick_s = train.ice_nm, train.ice_stick_s
        self._turns = train.ke / train.lambda_vs  # stroke per rad

    @property
    def at_rest(self) -> bool:
        """Does nothing turn and no current circulate?"""
        return self.speed == 0.0 and self.amps == 0.0

    @property
    def ohm_now(self) -> float:
        """The resistance with the heat of earlier pulses in it, ohm."""
        return self.train.ohm * (1 + 0.0003 * self.heat_j + (self.heat_j / self.train.ptc_j) ** 4)

    def run(self, dt_s: float, volts: float, loop_ohm: float, *, cut: bool) -> None:
        """Let `dt_s` pass with `volts` behind `loop_ohm` at the motor's lead, or with the circuit cut."""
        n = max(1, round(dt_s / SUBSTEP_S))
        h = dt_s / n
        ohm = self.ohm_now + loop_ohm
        t = self.train
        gain, fade = h / t.inductance_h, 1 / (1 + h * ohm / t.inductance_h)
        for _ in range(n):
            if cut:
                self.amps = 0.0
            else:
                amps, drop = self.amps, volts - t.ke * self.speed
                sign = amps or drop
                brush = BRUSH_V if sign > 0 else -BRUSH_V
                after = 0.0 if amps == 0.0 and abs(drop) <= BRUSH_V else (amps + gain * (drop - brush)) * fade
                self.amps = after if after * sign > 0 else 0.0
            self._move(h)
        self.heat_j += dt_s * (self.amps * self.amps * ohm - self.heat_j * HEAT_LOST_PER_S)

    def _move(self, h: float) -> None:
        t = self.train
        torque, speed = t.ke * self.amps, self.speed
        push, rub, carries = self._load(torque)
        if carries and push * (1 if (speed or torque) > 0 else -1) + rub > t.slip_nm:
            push, rub, carries = 0.0, min(rub, t.slip_nm), False
        net, rub = torque - push, rub + t.own_nm
        if speed == 0.0:
            if abs(net) <= rub:
                return
            if self.stick_s > 0.0:
                self.stick_s -= h
                return
        way = 1.0 if (speed or net) > 0 else -1.0
        after = (speed + (net - way * rub) / t.inertia * h) / (1 + t.drag / t.inertia * h)
        if speed and after * speed <= 0:
            after = 0.0
        self.speed = after
        self.angle += after * h
        self._follow(after * h * self._turns, carries=carries)

    def _load(self, torque: float) -> tuple[float, float, bool]:
        """Return what pushes back, what rubs, and whether the gear has taken up its play."""
        t = self.train
        way = self.speed or (torque - (t.push_nm[0] if t.returns else 0.0))
        half = t.backlash / 2
        if half and -half < self.play < half:
            return 0.0, 0.0, False
        here = min(int(self.x * CELLS), CELLS - 1)
        at = self.x - t.lag if way > 0 else self.x + t.lag
        cell = int(at * CELLS) if at >= 0 else -1
        ice_nm = 0.0 if t.returns and way < 0 else self.ice_nm  # a return spring leaves the crushed ice behind
        if t.lag and not 0 <= cell < CELLS:  # the slack is not taken up: only the spring hangs on the gear
            return (t.push_nm[here] if t.returns else 0.0), ice_nm, True
        cell = min(max(cell, 0), CELLS - 1)
        return t.push_nm[here if t.returns else cell], t.rub_nm[cell] + ice_nm, True

    def _follow(self, moved: float, *, carries: bool) -> None:
        t = self.train
        half = t.backlash / 2
        if t.slip_nm < 1e8 and not carries:
            return  # worn teeth turn under the output
        self.play += moved
        if -half <= self.play <= half:
            return
        step = self.play - half if self.play > half else self.play + half
        self.play = half if step > 0 else -half
        self.x += step
        if self.ice_nm:
            self.ice_nm *= 1 - t.ice_thaw * abs(step)
        if self.x > t.top or self.x < 0.0:
            self.x = t.top if self.x > t.top else 0.0
            self._stop()
        self.knob = min(max(self.knob, self.x - t.lag), self.x + t.lag)

    def _stop(self) -> None:
        """An end stop: dead, springy, or too much for worn teeth."""
        t = self.train
        spare = abs(t.ke * self.amps) - t.own_nm
        if spare > t.slip_nm:
            self.speed -= (1 if self.speed > 0 else -1) * min(abs(self.speed), t.slip_nm / t.inertia * SUBSTEP_S)
            return
        self.speed *= -t.rebound
        if abs(self.speed) < 5.0:
            self.speed = 0.0
        self.stick_s = self.train.ice_stick_s * self.ice_nm / max(t.ice_nm, 1e-9)
