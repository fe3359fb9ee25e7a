"""Fakes with a memory for the driver tests: a clock to turn by hand, pins that remember, a small plant that is a formula."""

from collections.abc import Mapping
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from bench.ports.plant import World


class HandClock:
    """A clock that the test turns."""

    def __init__(self, t_ns: int = 0) -> None:
        self.t_ns = t_ns

    def now_ns(self) -> int:
        return self.t_ns

    def sleep_until(self, t_ns: int) -> None:
        self.t_ns = max(self.t_ns, t_ns)


def mock_factory() -> Any:
    """A MockFactory of its own, whatever the environment asks for."""
    return MockFactory(revision="a02082", pin_class=MockPin)


LOCK_EDGES_S = ((0.0800, 1), (0.0803, 0), (0.0807, 1))
AJAR_EDGES_S = ((0.4000, 1), (0.4004, 0), (0.4011, 1))


class FormulaPlant:
    """A lock whose every signal is a formula of time, so any two ways of stepping it must agree.

    The drive takes 3 A falling to 0.7 A and rising again; the lock switch bounces 80 ms into it; a closing hand shuts the
    door 0.4 s after it was asked, with bounce; the BCM sends every 100 ms. The feed
    is dead 100 ms after the last heartbeat.
    """

    roles: tuple[str, ...] = ("ajar", "lock", "estop")

    def __init__(self) -> None:
        self.t_us = 0
        self.seen_outputs: list[tuple[int, Mapping[str, bool]]] = []
        self.locked, self.closed = 0, 0
        self._driven_us: int | None = None
        self._hand_us: int | None = None
        self._beat, self._beat_us = False, 0

    def operator(self, request: str) -> Mapping[str, bool]:
        if request == "close":
            self._hand_us = self.t_us
        return {"held": bool(self.closed), "half": False, "knob_moved": bool(self.locked)}

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        if not self.seen_outputs or self.seen_outputs[-1][1] != outputs:
            self.seen_outputs.append((self.t_us, dict(outputs)))
        begin_us, end_us = self.t_us, self.t_us + round(dt_s * 1e6)
        self.t_us = end_us
        if outputs["heartbeat"] != self._beat:
            self._beat, self._beat_us = outputs["heartbeat"], begin_us
        alive = outputs["enable"] and end_us - self._beat_us <= 100_000
        fed = alive and outputs["drive_lock"]
        self._driven_us = (begin_us if self._driven_us is None else self._driven_us) if fed else None
        edges = [
            *self._edges("lock", self._driven_us, LOCK_EDGES_S, begin_us),
            *self._edges("ajar", self._hand_us, AJAR_EDGES_S, begin_us),
        ]
        frames = [
            ((at_us - begin_us) / 1e6, 0x60D, bytes((0x00 if self.closed else 0x20, 0, 0x18, 0, 0, 0, 0, 0)))
            for at_us in range(begin_us // 100_000 * 100_000, end_us + 1, 100_000)
            if begin_us < at_us <= end_us
        ]
        amperes = self.current_at(end_us)
        return World(
            inputs={"ajar": self.closed, "lock": self.locked, "estop": 1},
            edges=edges,
            current_a=amperes,
            bus_v=12.6 - 0.1 * amperes if alive else 0.0,
            line_v={"ajar": 12.4 if self.closed else 0.1, "motor_lock": 12.3 if fed else 0.0, "motor_unlock": 0.0},
            frames=frames,
            ambient_c=-7.25,
            supply_v=12.6,
            hand_moving=self._hand_us is not None and end_us - self._hand_us < 600_000,
        )

    def current_at(self, t_us: int) -> float:
        """Motor current, A, at a time of the world."""
        if self._driven_us is None:
            return 0.0
        ms = (t_us - self._driven_us) / 1000
        return 3.1 - 0.024 * ms if ms < 100 else 3.2

    def _edges(
        self, role: str, since_us: int | None, pattern: tuple[tuple[float, int], ...], begin_us: int
    ) -> list[tuple[float, str, int]]:
        edges = []
        for at_s, level in pattern:
            at_us = -1 if since_us is None else since_us + round(at_s * 1e6)
            if begin_us < at_us <= self.t_us:
                edges.append(((at_us - begin_us) / 1e6, role, level))
                if role == "lock":
                    self.locked = level
                else:
                    self.closed = level
        return edges
