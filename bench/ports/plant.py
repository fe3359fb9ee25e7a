"""The plant: the world outside the pins (DESIGN 3.5). Public: other people's plants are written against this."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class World(NamedTuple):
    """What the world shows at the end of a step of time.

    `inputs`: raw levels, 0 or 1, by role. `edges`: each one inside the step, as (s into it, role, new level). `current_a` (A),
    `bus_v` (V): of the feed; None: the sensor gave nothing. `line_v`: V by role. `frames`: (s into the step, arbitration id, data).
    `ambient_c` (degrees C), `supply_v` (V): None: not measured. `hand_moving`: a requested movement, or what it set off, goes on.
    """

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

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        """Let `dt_s` of world time pass with these outputs held (0: the levels at the start) and return what the world then shows.

        Steps are 1 ms or less while something moves. `outputs` has the keys enable, drive_lock, drive_unlock and heartbeat.
        """
        ...

    def operator(self, request: str) -> Mapping[str, bool]:
        """Begin a hand's movement (`close`, `open`, `wiggle`; 3 s at most) or only `look`; return what a person sees now.

        Keys: `held`, `half`, `opened`, `knob_moved`, those that apply.
        """
        ...
