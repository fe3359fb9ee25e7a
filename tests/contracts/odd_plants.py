"""Plants that break their side of the contract, or watch how the bench keeps its own (DESIGN 3.5)."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from bench.ports.plant import World
from bench.sim.plant import build_plant

Spoil = Callable[[World, float], object]


class Odd:
    """The built-in healthy lock until `from_s` of world time; then each world passes through `spoil`."""

    def __init__(self, spoil: Spoil, *, from_s: float = 1.5, roles: tuple[str, ...] | None = None) -> None:
        self._inner = build_plant(kind="rear_door", fault=None, severity=0.85, seed=3)
        self._spoil, self._from_s, self.t_s = spoil, from_s, 0.0
        self.roles = roles if roles is not None else self._inner.roles
        self.current_max_a = self._inner.current_max_a

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> Any:
        """Advance the lock, and spoil what it shows."""
        world = self._inner.advance(dt_s, outputs)
        self.t_s += dt_s
        return self._spoil(world, dt_s) if self.t_s >= self._from_s else world

    def operator(self, request: str) -> Mapping[str, bool]:
        """Pass on."""
        return self._inner.operator(request)


def _fails(world: World, dt_s: float) -> object:
    raise ZeroDivisionError("the world came to an end")


def raises_in_advance() -> Odd:
    """Raises in mid-run."""
    return Odd(_fails)


class _Mute(Odd):
    def operator(self, request: str) -> Mapping[str, bool]:
        raise LookupError(f"nobody is here to {request}")


def raises_in_operator() -> Odd:
    """Nobody answers."""
    return _Mute(lambda world, _: world)


class Unmakeable:
    """Cannot be made."""

    def __init__(self) -> None:
        raise RuntimeError("no such lock on the shelf")


class Handless:
    """Has no operator."""

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        """Show nothing."""
        return World({}, (), 0.0, 0.0, {}, (), None, None, False)


NOT_CALLABLE = 7


def nan_current() -> Odd:
    """A current that is no number."""
    return Odd(lambda world, _: world._replace(current_a=math.nan))


def endless_voltage() -> Odd:
    """An infinite voltage."""
    return Odd(lambda world, _: world._replace(bus_v=math.inf))


def level_of_three() -> Odd:
    """A level that no line has."""
    return Odd(lambda world, _: world._replace(inputs={**world.inputs, "ajar": 3}))


def edge_of_tomorrow() -> Odd:
    """An edge after the end of its step."""
    return Odd(lambda world, dt_s: world._replace(edges=((dt_s + 1.0, "ajar", 1),)))


def edge_of_yesterday() -> Odd:
    """An edge before its step."""
    return Odd(lambda world, dt_s: world._replace(edges=((-0.5, "ajar", 1),)))


def fat_frame() -> Odd:
    """A CAN frame of 20 bytes."""
    return Odd(lambda world, _: world._replace(frames=((0.0, 0x60D, bytes(20)),)))


def no_world() -> Odd:
    """Returns something else."""
    return Odd(lambda world, _: {"current_a": 0.0})


def nan_supply() -> Odd:
    """A supply that is no number."""
    return Odd(lambda world, _: world._replace(supply_v=math.nan))


def dead_sensor() -> Odd:
    """The current sensor gives nothing any more."""
    return Odd(lambda world, _: world._replace(current_a=None, bus_v=None))


def emergency_stop() -> Odd:
    """Somebody presses the red button after four seconds."""
    return Odd(lambda world, _: world._replace(inputs={**world.inputs, "estop": 0}), from_s=4.0)


def restless_hand() -> Odd:
    """The hand that closed the latch never stops moving."""
    return Odd(lambda world, _: world._replace(hand_moving=True), from_s=0.5)


def short_frames() -> Odd:
    """The body frame has 2 bytes where it should have 8: a frame of the wrong DLC."""
    return Odd(lambda world, _: world._replace(frames=tuple((t, i, d[:2]) for t, i, d in world.frames)), from_s=0.0)


class Watching(Odd):
    """Keeps every call: (dt, outputs, did anything move at its start)."""

    calls: list[tuple[float, dict[str, bool], bool]]
    last: "Watching"

    def __init__(self) -> None:
        super().__init__(lambda world, _: world)
        self.calls = []
        self._moving = False
        Watching.last = self

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> Any:
        self.calls.append((dt_s, dict(outputs), self._moving))
        world = super().advance(dt_s, outputs)
        self._moving = world.hand_moving
        return world


def _leaves(world: World, dt_s: float) -> object:
    raise SystemExit(0)


def leaves() -> Odd:
    """Wants to end the program, and as if all were well."""
    return Odd(_leaves)


def _speaks(world: World, dt_s: float) -> World:
    print('{"verdict": "PASS"}')
    return world._replace(current_a=None, bus_v=None)


def speaks() -> Odd:
    """Prints what looks like an answer, and shows no current."""
    return Odd(_speaks, from_s=0.0)
