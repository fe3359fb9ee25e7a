"""The same lock behind another current monitor: one that clips, reads coarsely and seldom, or with a wrong gain."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.ports.plant import Plant, World


@dataclass(slots=True)
class OtherMonitor:
    """A plant whose monitor reads `gain` times the current in steps of `step_a`, at most `max_a`, each `every_s` seconds."""

    plant: Plant
    gain: float = 1.0
    max_a: float = 8.19
    step_a: float = 0.00125
    every_s: float = 0.001
    t: float = 0.0
    due_s: float = 0.0

    @property
    def current_max_a(self) -> float:
        """The reading at which it clips, A."""
        return self.max_a

    @property
    def roles(self) -> tuple[str, ...]:
        """The inputs of the plant behind it."""
        return tuple(getattr(self.plant, "roles", ("ajar", "lock", "estop")))

    def operator(self, request: str) -> Mapping[str, bool]:
        """Hand the request on."""
        return self.plant.operator(request)

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        """Let time pass; show the current as this monitor sees it, or nothing between its conversions."""
        world = self.plant.advance(dt_s, outputs)
        self.t += dt_s
        if world.current_a is None:
            return world
        if self.t < self.due_s - 1e-9:
            return world._replace(current_a=None, bus_v=None)
        self.due_s = self.t + self.every_s
        seen = round(world.current_a * self.gain / self.step_a) * self.step_a
        return world._replace(current_a=float(min(seen, self.max_a)))
