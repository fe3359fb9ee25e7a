"""A microswitch to ground on a line with a pull-up: bounce, contact resistance, leaks and breaks -> level and voltage."""

import math
from random import Random

from bench.sim.knobs import Knobs
from bench.sim.tolerance import Unit

_HYSTERESIS_V = 0.4  # around the input's threshold, confidence E
_GOOD_CONTACT_OHM = 0.15  # sealed microswitch with leads (facts/actuator.md)
_CONDUCTS_S = 1.0 / 5.0  # a chafed wire that touches ground


class Switch:
    """`level` is the rig's input (1 = line high), `line_v` the line. `contact` True: closed to ground."""

    __slots__ = (
        "_bounce_ms", "_edges", "_high_v", "_knobs", "_leak_s", "_low_v", "_pending", "_pull_ohm", "_pull_v", "_rng",
        "_series_ohm", "broken", "contact", "contact_ohm", "level", "line_v", "next_s", "touching",
    )  # fmt: skip

    def __init__(self, unit: Unit, knobs: Knobs, rng: Random, pull_v: float, *, contact: bool) -> None:
        self._knobs, self._rng = knobs, rng
        self._pull_v, self._pull_ohm = pull_v, unit.pull_up_ohm
        self._low_v, self._high_v = unit.gpio_v - _HYSTERESIS_V, unit.gpio_v + _HYSTERESIS_V
        self._bounce_ms, self._edges = unit.bounce_ms, knobs.bounce_edges
        self._series_ohm, self._leak_s = knobs.switch_wire_ohm, knobs.switch_leak_s
        self._pending: list[tuple[float, bool]] = []
        self.next_s = 1e18
        self.broken = self.touching = False
        self.contact = (contact and knobs.never_makes_p < 1.0) or knobs.never_breaks_p >= 1.0
        self.contact_ohm = self._new_contact_ohm()
        self.level = 1
        self.line_v = pull_v
        self._settle()
        self.level = int(self.line_v > unit.gpio_v)

    def _new_contact_ohm(self) -> float:
        spread = math.exp(self._rng.gauss(0.0, 0.35))
        return _GOOD_CONTACT_OHM + self._knobs.contact_ohm * spread

    def actuate(self, t_s: float, closes: bool) -> None:
        """The plunger passes its threshold at `t_s`: the contact closes (or opens), with its bounce, unless it is stuck."""
        if self.contact == closes and not self._pending:
            return
        fails = self._knobs.never_makes_p if closes else self._knobs.never_breaks_p
        if self._rng.random() < fails:
            return
        span_s = 0.001 * min(3.0, self._bounce_ms * math.exp(self._rng.gauss(0.0, 0.4)))
        pairs = self._rng.choice((0, 1, 1, 2))
        if self._edges:
            span_s += 0.001 * self._knobs.bounce_ms * self._rng.uniform(0.7, 1.2)
            pairs += max(1, round(0.5 * self._edges * self._rng.uniform(0.75, 1.2)))
        times = sorted(self._rng.uniform(0.05, 1.0) * span_s for _ in range(2 * pairs))
        self._pending = [(t_s, closes)] + [(t_s + dt, closes != (k % 2 == 0)) for k, dt in enumerate(times)]
        self.contact_ohm = self._new_contact_ohm()
        self.next_s = t_s

    def run_to(self, t0_s: float, t_s: float, role: str, edges: list[tuple[float, str, int]]) -> None:
        """Let the contact move up to `t_s`; append every edge of the input as (seconds after `t0_s`, role, level)."""
        pending = self._pending
        while pending and pending[0][0] <= t_s:
            at_s, self.contact = pending.pop(0)
            self.note(max(0.0, at_s - t0_s), role, edges)
        self.next_s = pending[0][0] if pending else 1e18

    def note(self, dt_s: float, role: str, edges: list[tuple[float, str, int]]) -> None:
        """Work out the line again; append an edge at `dt_s` where the input's level changed."""
        before = self.level
        self._settle()
        if self.level != before:
            edges.append((dt_s, role, self.level))

    def _settle(self) -> None:
        path_s = 1.0 / (self.contact_ohm + self._series_ohm) if self.contact and not self.broken else 0.0
        path_s += self._leak_s + (_CONDUCTS_S if self.touching else 0.0)
        self.line_v = self._pull_v / (1.0 + self._pull_ohm * path_s)
        if self.line_v > self._high_v:
            self.level = 1
        elif self.line_v < self._low_v:
            self.level = 0
