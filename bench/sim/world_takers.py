"""From a plant's world to observations: levels with their edges, frames, and what changes slowly. Each checks its part."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from bench.model.names import InputRole, LineRole
from bench.model.observations import Ambient, Bus, Can, Input, LineVoltage, Observation, Supply
from bench.ports.plant import Plant, World
from bench.sim.plant_border import PlantBorder

MS: Final = 1_000_000
INPUTS: Final[tuple[InputRole, ...]] = ("ajar", "lock", "estop", "hold")
LINES: Final[tuple[LineRole, ...]] = ("ajar", "motor_lock", "motor_unlock")
SLOW_EVERY_NS: Final = 5 * MS
SUPPLY_EVERY_NS: Final = 50 * MS
LINE_STEP_V, SUPPLY_STEP_V, AMBIENT_STEP_C = 0.2, 0.1, 0.5
SILENT_NS: Final = 2000 * MS  # a bus that carried nothing for this long from the start is said to be silent
ID_MAX: Final = 0x1FFF_FFFF
FRAME_BYTES_MAX: Final = 8


def fitted_roles(border: PlantBorder, plant: Plant, first: World, default_roles: frozenset[InputRole]) -> frozenset[InputRole]:
    """Return the inputs that have lines: the plant's own `roles`, or the default ones that its first world shows.

    An e-stop that the world shows is always fitted. Raises PlantError for a role unknown or never shown.
    """
    shown = frozenset(role for role in INPUTS if role in border.mapping(first, "inputs"))
    declared = getattr(plant, "roles", None)
    if declared is None:
        return frozenset(default_roles & shown) | (shown & {"estop"})
    names = tuple(declared)
    for name in names:
        if name not in shown:
            border.refuse("advance", f"inputs without the role {name!r} that its roles name; levels", sorted(shown), "complete")
    return frozenset(role for role in INPUTS if role in names)


class InputTaker:
    """Levels: every edge with its own time, and a level that changed without one at the end of the step."""

    def __init__(self, border: PlantBorder, fitted: frozenset[InputRole]) -> None:
        self._border, self._roles = border, tuple(role for role in INPUTS if role in fitted)
        self._level: dict[InputRole, int] = {}

    def take(
        self, edges: Sequence[tuple[float, str, int]], inputs: Mapping[str, int], start_ns: int, now_ns: int,
        into: list[Observation],
    ) -> None:  # fmt: skip
        """Append what changed."""
        for t, name, raw in sorted(
            ((self._border.within("edge", s, start_ns, now_ns), name, raw) for s, name, raw in edges), key=lambda edge: edge[0]
        ):  # stable: edges at one moment keep the plant's order
            level = self._border.level(f"an edge of {name}", raw)
            for role in self._roles:
                if role == name:
                    self._level[role] = level
                    into.append(Input(t=t, role=role, level=level))
        for role in self._roles:
            if role in inputs:
                level = self._border.level(f"inputs[{role!r}]", inputs[role])
                if self._level.get(role) != level:
                    self._level[role] = level
                    into.append(Input(t=now_ns, role=role, level=level))


class FrameTaker:
    """CAN frames; says once that the bus is active, or that it was silent from the start."""

    def __init__(self, border: PlantBorder, channel: str) -> None:
        self._border, self._channel = border, channel
        self._active = False
        self.due_ns = SILENT_NS

    def take(self, frames: Sequence[tuple[float, int, bytes]], start_ns: int, now_ns: int, into: list[Observation]) -> None:
        """Append each frame with its own time."""
        if not frames:
            into.append(Bus(t=now_ns, channel=self._channel, state="silent"))
        elif not self._active:
            self._active = True
            into.append(Bus(t=now_ns, channel=self._channel, state="active"))
        self.due_ns = 1 << 62  # said once
        for offset_s, arbitration_id, payload in frames:
            t = self._border.within("frame", offset_s, start_ns, now_ns)
            if type(arbitration_id) is not int or not 0 <= arbitration_id <= ID_MAX:
                self._border.refuse("advance", "arbitration id of a frame", arbitration_id, f"0..{ID_MAX:#x}")
            if not isinstance(payload, (bytes, bytearray)) or len(payload) > FRAME_BYTES_MAX:
                self._border.refuse("advance", f"payload of frame {arbitration_id:#x}", payload, "0 to 8 bytes")
            into.append(Can(t=t, channel=self._channel, id=arbitration_id, data=payload.hex(), count=1, last=t))


class SlowTaker:
    """Line voltages, supply and ambient: at the start, and where they changed by more than a step."""

    def __init__(self, border: PlantBorder) -> None:
        self._border = border
        self._line_v: dict[LineRole, float] = {}
        self._supply_v = self._ambient_c = math.inf
        self._supply_due_ns = 0
        self.due_ns = 0

    def take(self, line_v: Mapping[str, float], supply: float | None, ambient: float | None, now_ns: int, into: list[Observation]) -> None:
        """Append what changed."""
        self.due_ns = now_ns + SLOW_EVERY_NS
        number = self._border.number
        for role in LINES:
            if role in line_v:
                v = number(f"line_v[{role!r}]", line_v[role])
                if v is not None and abs(v - self._line_v.get(role, math.inf)) > LINE_STEP_V:
                    self._line_v[role] = v
                    into.append(LineVoltage(t=now_ns, role=role, v=v))
        v = number("supply_v", supply)
        if v is not None and now_ns >= self._supply_due_ns and abs(v - self._supply_v) > SUPPLY_STEP_V:
            self._supply_v, self._supply_due_ns = v, now_ns + SUPPLY_EVERY_NS
            into.append(Supply(t=now_ns, v=v))
        c = number("ambient_c", ambient)
        if c is not None and abs(c - self._ambient_c) > AMBIENT_STEP_C:
            self._ambient_c = c
            into.append(Ambient(t=now_ns, c=c))
