"""The 12 V that feeds the bench: EMF, internal resistance, fuse, and what the supply reading shows."""

from bench.sim.knobs import Knobs
from bench.sim.tolerance import Unit

_NOMINAL_LOOP_OHM = 3.7  # a healthy motor with its wires at stall, facts/actuator.md section 2
_READING_OHM = 2.0e4  # the divider before the reading loads an open fuse, confidence E
_FUSE_A = 7.5  # DESIGN 6: fuse 5-7.5 A
_FUSE_A2S = 120.0  # a blade fuse at twice its rating lasts some 0.5-1 s, confidence E


class Supply:
    """`emf_v` behind `ohm` (source and fuse together); the fuse melts by its own i2t where nobody trips before."""

    __slots__ = ("_emf_share", "_melt", "_source_ohm", "emf_v", "fuse_ohm", "ohm")

    def __init__(self, unit: Unit, knobs: Knobs, supply_v: float) -> None:
        missing = knobs.sag_fraction
        by_source = missing * knobs.sag_in_source
        self._emf_share = 1.0 - missing + by_source
        self.emf_v = supply_v * self._emf_share
        # What the source resistance takes at stall, on top of the lower EMF, makes up the rest of what is missing.
        self._source_ohm = unit.source_ohm + _NOMINAL_LOOP_OHM * by_source / max(0.05, 1.0 - missing)
        self.fuse_ohm = unit.fuse_ohm + knobs.fuse_ohm
        self.ohm = self._source_ohm + self.fuse_ohm
        self._melt = 0.0

    def set_volts(self, supply_v: float) -> None:
        """Set the bench supply, V; what a fault keeps from it, it keeps at every voltage."""
        self.emf_v = supply_v * self._emf_share

    def reading_v(self, current_a: float) -> float:
        """Return the voltage after the fuse, before the enable relay, V."""
        fed = self.emf_v * _READING_OHM / (_READING_OHM + self.ohm)
        return max(0.0, fed - current_a * self.ohm) if self.ohm < 1e3 else fed

    def load(self, current_a: float, dt_s: float) -> None:
        """Heat the fuse; above its rating it melts after some time and stays open."""
        if current_a > _FUSE_A:
            self._melt += (current_a * current_a - _FUSE_A * _FUSE_A) * dt_s
            if self._melt > _FUSE_A2S:
                self.fuse_ohm = 1.0e7
                self.ohm = self._source_ohm + self.fuse_ohm
