"""Any plant on a virtual clock, as a rig (DESIGN 3.5): time moves only when the engine waits, and the plant with it.

What a plant returns is checked at the border; above this file nobody knows that the world is simulated.
"""

from collections.abc import Iterable, Mapping

from bench.errors import PlantError
from bench.model.names import InputRole, Kind
from bench.model.observations import Current, Observation
from bench.ports.plant import Plant, World
from bench.ports.rig import Rig
from bench.sim.plant_border import PlantBorder, PlantOperator
from bench.sim.plant_supply import supply_of
from bench.sim.world_takers import FrameTaker, InputTaker, SlowTaker, fitted_roles

MS = 1_000_000
ACTIVE_NS = 300 * MS  # after a drive, a hand or a switching of enable the world is still looked at in steps of 1 ms
STEP_NS, STEP_ARMED_NS, STEP_STILL_NS = MS, 5 * MS, 20 * MS
CURRENT_MAX_A = 8.19  # an INA226 with R010: 81.92 mV full scale (facts/actuator.md 3)
OUTPUTS = ("enable", "drive_lock", "drive_unlock", "heartbeat")


class VirtualWorld:
    """The clock, the output ports and the one source of a plant on virtual time. `fitted`: the inputs that have lines."""

    def __init__(self, plant: Plant, *, default_roles: frozenset[InputRole], channel: str) -> None:
        self.border = PlantBorder(plant, self.now_ns)
        self._t_ns = 0
        self._outputs = dict.fromkeys(OUTPUTS, False)
        self._drives = False
        self._active_until_ns = 0
        self._pending: list[Observation] = []
        self._t0 = 0
        self._dt: list[int] = []
        self._a: list[float | None] = []
        self._v: list[float | None] = []
        self._shown: Mapping[str, int] = {}  # levels as the plant last gave them
        self._frames = FrameTaker(self.border, channel)
        self._slow = SlowTaker(self.border)
        self.hand_moving = False
        first = self.border.advance(0, self._outputs)
        self.fitted = fitted_roles(self.border, plant, first, default_roles)
        self._inputs = InputTaker(self.border, self.fitted)
        self._take(first, 0)

    def set_output(self, role: str, *, energised: bool) -> None:
        """Command a coil or the heartbeat; the plant gets a mapping of its own each time."""
        if self._outputs[role] == energised:
            return
        self._outputs = {**self._outputs, role: energised}
        if role != "heartbeat":
            self._drives = self._outputs["drive_lock"] or self._outputs["drive_unlock"]
            self._active_until_ns = self._t_ns + ACTIVE_NS

    def now_ns(self) -> int:
        """Return world time."""
        return self._t_ns

    def sleep_until(self, t_ns: int) -> None:
        """Let the world go on until then, in steps of 1 ms or less while something moves."""
        now = self._t_ns
        if t_ns < now:
            raise ValueError(f"cannot go back from {now} ns to {t_ns} ns")
        advance, take, outputs = self.border.advance, self._take, self._outputs
        still = STEP_ARMED_NS if outputs["enable"] else STEP_STILL_NS
        while now < t_ns:
            if self._drives or self.hand_moving:
                self._active_until_ns = now + ACTIVE_NS
            step = STEP_NS if now < self._active_until_ns else still
            if step > t_ns - now:
                step = t_ns - now
            world = advance(step, outputs)
            now += step
            self._t_ns = now
            take(world, step)

    def drain(self) -> Iterable[Observation]:
        """Hand over what came since the last call."""
        pending, self._pending = self._pending, []
        if self._dt:
            pending.append(Current(t0=self._t0, dt=self._dt, a=self._a, v=self._v))
            self._dt, self._a, self._v = [], [], []
        return pending

    def _take(self, world: World, dt_ns: int) -> None:
        """Check one answer of the plant and turn it into observations."""
        try:
            self._take_checked(world, dt_ns)
        except (AttributeError, TypeError, ValueError, KeyError) as exc:
            raise PlantError(f"{self.border.where('advance')} returned {type(world).__name__}, must be a World: {exc}") from exc

    def _take_checked(self, world: World, dt_ns: int) -> None:
        now, pending = self._t_ns, self._pending
        a, v, edges, frames, inputs = world.current_a, world.bus_v, world.edges, world.frames, world.inputs
        if a is not None or v is not None:
            if type(a) is not float or a - a != 0.0:
                a = self.border.number("current_a", a)
            if type(v) is not float or v - v != 0.0:
                v = self.border.number("bus_v", v)
            if not self._dt:
                self._t0 = now
            self._dt.append(now - self._t0)
            self._a.append(a)
            self._v.append(v)
        if edges or inputs != self._shown:
            self._shown = dict(inputs)
            self._inputs.take(edges, inputs, now - dt_ns, now, pending)
        if frames or now >= self._frames.due_ns:
            self._frames.take(frames, now - dt_ns, now, pending)
        if now >= self._slow.due_ns:
            self._slow.take(world.line_v, world.supply_v, world.ambient_c, now, pending)
        moving: object = world.hand_moving
        self.hand_moving = moving is True or (moving is not False and self.border.level("hand_moving", moving) == 1)


class VirtualPort:
    """One output of the virtual world."""

    def __init__(self, world: VirtualWorld, role: str) -> None:
        self._world, self._role = world, role

    def set(self, energised: bool) -> None:
        """Command it."""
        self._world.set_output(self._role, energised=energised)


def virtual_rig(
    plant: Plant, *, name: str, default_roles: frozenset[InputRole], kind: Kind, ceiling_a: float = 7.5,
    logic_min_v: float = 4.5, channel: str = "can0",
) -> Rig:  # fmt: skip
    """Return a rig on virtual time around any plant.

    `default_roles`: inputs that are fitted where the plant does not say (`roles`); one that the plant never shows is not.
    A tailgate has no reverse drive. Raises PlantError where the plant's first answer is no world.
    """
    world = VirtualWorld(plant, default_roles=default_roles, channel=channel)
    max_a = world.border.number("current_max_a", getattr(plant, "current_max_a", CURRENT_MAX_A))
    if max_a is None or max_a <= 0:
        world.border.refuse("advance", "current_max_a", max_a, "a positive number")
    outputs = {role: VirtualPort(world, role) for role in OUTPUTS if not (kind == "tailgate" and role == "drive_unlock")}
    operator = PlantOperator(world.border, world.now_ns, lambda: world.hand_moving)
    return Rig(
        name=name, outputs=outputs, sources=(world,), clock=world, operator=operator, fitted=world.fitted,
        current_max_a=max_a, ceiling_a=ceiling_a, logic_min_v=logic_min_v, can_channel=channel, supply=supply_of(plant),
    )  # fmt: skip
