"""The plant: the world outside the pins (DESIGN 3.5). Public: other people's plants are written against this."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class World(NamedTuple):
    """What the world shows at the end of a step of time."""

    inputs: Mapping[str, int]
    edges: Sequence[tuple[float, str, int]]
    current_a: float | None
    bus_v: float | None
    line_v: Mapping[str, float]
    frames: Sequence[tuple[float, int, bytes]]
    ambient_c: float | None
    supply_v: float | None
    hand_moving: bool


class Plant(Protocol):
    """A world to test against; may also carry `current_max_a` (A, default 8.19), `roles` (inputs that are fitted), `set_supply(volts)`."""

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World: ...
    def operator(self, request: str) -> Mapping[str, bool]: ...
