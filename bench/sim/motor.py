"""A permanent-magnet DC motor, its gear and its end stops. The inner loop of the simulator: flat on purpose."""

import math
from typing import Final

from bench.sim.knobs import Knobs
from bench.sim.tolerance import AMBIENT_REFERENCE_C, Unit

BINS: Final = 64
"""Bins of a load field over the travel."""
PAD: Final = 16
"""Bins on either side, for the give of the end stops."""
_STOP_NM_PER_RAD: Final = 0.10
_STOP_NM_S_PER_RAD: Final = 6.0e-4
_COPPER_PER_K: Final = 0.003_93  # facts/actuator.md: copper +0.393 %/K
_MAGNET_PER_K: Final = -0.002  # facts/actuator.md: torque constant about -0.2 %/K
_SUBSTEP_S: Final = 0.000_34
_WINDING_J_PER_K: Final = 30.0  # rotor copper and iron, confidence E
_COOLING_S: Final = 120.0


class Motor:
    """State: `i` A, `w` rad/s, `x` rad of travel (0..travel), winding and PTC temperature.

    `load` is the field of signed outer torque by position, `drag` the Coulomb friction in Nm; the mechanism sets both.
    """

    __slots__ = (
        "_ambient_c",
        "_brush_v",
        "_cold_ohm",
        "_fixed_ohm",
        "_inductance_h",
        "_inertia",
        "_ke",
        "_ptc_heat",
        "_ptc_hot_ohm",
        "_ptc_trip_s",
        "_ripple",
        "_scale",
        "_slip_nm",
        "_viscous",
        "_warm_k",
        "drag",
        "high_rad",
        "i",
        "load",
        "slipping",
        "w",
        "x",
    )  # fmt: skip

    def __init__(self, unit: Unit, knobs: Knobs, ambient_c: float) -> None:
        cold_k = ambient_c - AMBIENT_REFERENCE_C
        self._ambient_c = ambient_c
        self._brush_v = unit.brush_v
        self._cold_ohm = unit.winding_ohm * knobs.winding_factor * (1.0 + _COPPER_PER_K * cold_k)
        self._fixed_ohm = unit.brush_ohm + knobs.brush_ohm + unit.ptc_ohm
        self._ke = unit.ke * knobs.ke_factor * (1.0 + _MAGNET_PER_K * cold_k)
        self._inertia = unit.inertia
        self._inductance_h = unit.inductance_h * max(0.2, knobs.winding_factor**2)
        self._viscous = unit.viscous * 2.0 ** (-cold_k / 20.0)  # grease: twice the drag every 20 K colder
        self._ripple = knobs.turn_ripple
        self._slip_nm = knobs.slip_nm
        self._ptc_trip_s = unit.ptc_trip_s
        self._ptc_heat = 0.0
        self._ptc_hot_ohm = 0.0
        self._warm_k = 0.0
        self._scale = BINS / unit.travel_rad
        self.high_rad = unit.travel_rad * knobs.stop_fraction
        self.load = [0.0] * (BINS + 2 * PAD)
        self.drag = unit.coulomb_nm
        self.slipping = False
        self.i = 0.0
        self.w = 0.0
        self.x = 0.0

    def add_viscous(self, nm_s: float) -> None:
        """Add drag that grows with speed, Nm s/rad."""
        self._viscous += nm_s

    @property
    def back_emf_v(self) -> float:
        """Return the voltage that the turning rotor makes, V."""
        return self._ke * self.w

    @property
    def ohm(self) -> float:
        """Return the resistance between the terminals now: winding at its temperature, brushes and PTC."""
        return self._cold_ohm * (1.0 + _COPPER_PER_K * self._warm_k) + self._fixed_ohm + self._ptc_hot_ohm

    def warm(self, dt_s: float) -> None:
        """Heat winding and PTC by the present current for `dt_s`, and let them cool."""
        square = self.i * self.i
        self._warm_k += (square * self._cold_ohm / _WINDING_J_PER_K - self._warm_k / _COOLING_S) * dt_s
        # 3.2 A trips it, cooling included, after 20-45 s; a warm one earlier (facts/actuator.md: below 0.5 A after 20-70 s, reset in 60 s).
        # Once tripped, its own resistance keeps it hot at a small current.
        heating = square * (1.0 + self._ptc_hot_ohm) / (10.24 * self._ptc_trip_s)
        self._ptc_heat += (heating - self._ptc_heat / 60.0) * dt_s
        self._ptc_hot_ohm = 250.0 * max(0.0, self._ptc_heat - 1.0)

    def run(self, dt_s: float, emf_v: float, loop_ohm: float) -> None:
        """Move by `dt_s` on a source of `emf_v` through `loop_ohm` in all (1e12: an open circuit).

        The electrical part is the exact exponential over each substep, the mechanical part semi-implicit Euler; Coulomb
        friction takes speed away but never turns it round, so a standing rotor stands.
        """
        n = int(dt_s / _SUBSTEP_S) + 1
        h = dt_s / n
        keep = math.exp(-h * loop_ohm / self._inductance_h) if loop_ohm < 1e6 else 0.0
        if self._slip_nm or self._ripple:
            self._run_worn(n, h, emf_v, loop_ohm, keep)
            return
        i, w, x = self.i, self.w, self.x
        ke, drop, b, load, scale, high = self._ke, self._brush_v, self._viscous, self.load, self._scale, self.high_rad
        hj = h / self._inertia
        friction = self.drag * hj
        for _ in range(n):
            v = emf_v - ke * w
            if v > drop:
                goal = (v - drop) / loop_ohm
            elif v < -drop:
                goal = (v + drop) / loop_ohm
            else:
                goal = 0.0
            i = goal + (i - goal) * keep
            torque = ke * i - b * w + load[int(x * scale + 16.0)]
            if x > high:  # a bumper pushes, it never pulls
                bumper = _STOP_NM_PER_RAD * (x - high) + _STOP_NM_S_PER_RAD * w
                if bumper > 0.0:
                    torque -= bumper
            elif x < 0.0:
                bumper = _STOP_NM_PER_RAD * x + _STOP_NM_S_PER_RAD * w
                if bumper < 0.0:
                    torque -= bumper
            w += torque * hj
            if w > friction:
                w -= friction
            elif w < -friction:
                w += friction
            else:
                w = 0.0
            x += w * h
        self.i, self.w, self.x = i, w, x

    def _run_worn(self, n: int, h: float, emf_v: float, loop_ohm: float, keep: float) -> None:
        """Do the same with shorted turns (ripple twice a revolution) and teeth that slip above `slip_nm`."""
        i, w, x = self.i, self.w, self.x
        hj = h / self._inertia
        carried = self._slip_nm or 1e9
        own = min(self.drag, 0.0026)  # the motor's own bearings and brushes turn with it, whatever the teeth do
        slipping = False
        for _ in range(n):
            v = emf_v - self._ke * w * (1.0 + self._ripple * math.sin(2.0 * x))
            goal = (v - self._brush_v if v > self._brush_v else v + self._brush_v if v < -self._brush_v else 0.0) / loop_ohm
            i = goal + (i - goal) * keep
            outer = self.load[int(x * self._scale + 16.0)]
            if x > self.high_rad:
                outer -= max(0.0, _STOP_NM_PER_RAD * (x - self.high_rad) + _STOP_NM_S_PER_RAD * w)
            elif x < 0.0:
                outer -= min(0.0, _STOP_NM_PER_RAD * x + _STOP_NM_S_PER_RAD * w)
            ahead = 1.0 if (w or i) >= 0.0 else -1.0
            held = self.drag - own - outer * ahead  # torque that the teeth must carry to move on
            slips = held > carried
            drag = own + (carried if slips else self.drag - own)
            w += (self._ke * i - self._viscous * w + (0.0 if slips else outer)) * hj
            w = math.copysign(max(0.0, abs(w) - drag * hj), w)
            if slips:
                slipping = True
            else:
                x += w * h
        self.i, self.w, self.x, self.slipping = i, w, x, slipping
