"""The power path: supply, enable relay, two drive relays, harness, motor. Works out who feeds whom, and what a meter sees."""

from random import Random
from typing import Final

from bench.sim.harness import Harness
from bench.sim.knobs import Knobs
from bench.sim.motor import Motor
from bench.sim.relays import ENABLE, LOCK, UNLOCK, Relays
from bench.sim.supply import Supply
from bench.sim.tolerance import Unit

_OPEN_OHM: Final = 1.0e12
_CONTACT_OHM: Final = 0.012  # a relay contact, confidence E
_LEG_DIVIDER_OHM: Final = 2.0e4  # the ADC's divider on a motor leg, confidence E


class Circuit:
    """`direction`: +1 lock or release, -1 unlock, 0 not driven; `live`: the enable contact is closed.

    Legs at rest lie on ground (SPDT), so a motor at rest is shorted and brakes; both legs up give no current.
    """

    __slots__ = (
        "_contact_ohm", "_divider", "_emf_v", "_lead_ohm", "_leak_s", "_loop_ohm", "_shorts_s", "_source_ohm", "_weak", "_weak_ohm",
        "direction", "feed_a", "harness", "live", "motor", "relays", "supply",
    )  # fmt: skip

    def __init__(self, unit: Unit, knobs: Knobs, supply_v: float, motor: Motor, relay_rng: Random, harness_rng: Random) -> None:
        self.motor = motor
        self.supply = Supply(unit, knobs, supply_v)
        self.relays = Relays(unit, relay_rng)
        self.harness = Harness(knobs, harness_rng)
        self._lead_ohm = unit.lead_ohm + knobs.lead_ohm
        self._shorts_s = {1: knobs.short_lock_s, -1: knobs.short_unlock_s}
        self._weak = {"drive_lock": 1, "drive_unlock": -1}.get(knobs.dead_relay, 0)
        self._weak_ohm = knobs.dead_relay_ohm
        self._emf_v, self._loop_ohm, self._divider, self._leak_s = 0.0, _OPEN_OHM, 1.0, 0.0
        self._source_ohm = self._contact_ohm = _CONTACT_OHM
        self.direction = 0
        self.live = False
        self.feed_a = 0.0
        self.rewire()

    def rewire(self) -> None:
        """Work out source and loop anew, after a contact or a wire changed or the winding warmed up."""
        closed = self.relays.closed
        self.live = closed[ENABLE]
        lock, unlock = closed[LOCK], closed[UNLOCK]
        motor_ohm = _OPEN_OHM if self.harness.motor_broken else self._lead_ohm + self.motor.ohm
        self._leak_s, self._divider = 0.0, 1.0
        if lock == unlock:
            self.direction, self._emf_v, self._loop_ohm = 0, 0.0, motor_ohm
            return
        way = 1 if lock else -1
        if not self.live:
            self.direction, self._emf_v, self._loop_ohm = 0, 0.0, _OPEN_OHM
            return
        self._contact_ohm = _CONTACT_OHM + (self._weak_ohm if way == self._weak else 0.0)
        self._source_ohm = self.supply.ohm + _CONTACT_OHM
        before = self._source_ohm + self._contact_ohm
        # A leak from the driven wire to ground, seen from the motor: a divider and its source resistance.
        self._leak_s = self._shorts_s[way]
        self._divider = 1.0 / (1.0 + before * self._leak_s)
        self.direction = way
        self._emf_v = way * self.supply.emf_v * self._divider
        self._loop_ohm = before * self._divider + motor_ohm

    def run(self, dt_s: float) -> None:
        """Let current flow and the motor move for `dt_s`."""
        motor = self.motor
        motor.run(dt_s, self._emf_v, self._loop_ohm)
        way = self.direction
        if way:
            current = motor.i * way
            if self._leak_s:
                before = self._source_ohm + self._contact_ohm
                leg_v = (self.supply.emf_v - current * before) * self._divider
                current += leg_v * self._leak_s
                self.supply.load(current, dt_s)
            self.feed_a = current
        else:
            self.feed_a = 0.0

    @property
    def feed_v(self) -> float:
        """Return the bridge feed, V: after the enable relay; a coasting motor's own voltage where that is open."""
        if self.live:
            idle = self.supply.reading_v(0.0)
            at_load = self.supply.emf_v - self.feed_a * self._source_ohm if self.direction else idle
            return max(0.0, min(idle, at_load))
        lock, unlock = self.relays.closed[LOCK], self.relays.closed[UNLOCK]
        if lock != unlock and not self.harness.motor_broken:
            return max(0.0, self.motor.back_emf_v * (1 if lock else -1))
        return 0.0

    def leg_v(self, way: int) -> float:
        """Return the voltage of the lock (+1) or unlock (-1) leg at the bridge, V."""
        if not self.relays.closed[LOCK if way > 0 else UNLOCK]:
            return 0.0
        contact = _CONTACT_OHM + (self._weak_ohm if way == self._weak else 0.0)
        through = self.feed_a if self.direction == way else 0.0
        return max(0.0, self.feed_v - through * contact) / (1.0 + contact / _LEG_DIVIDER_OHM)
