"""Any plant on virtual time: how fine it is looked at, what becomes of what it shows, and what no world can be."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from bench.errors import PlantError
from bench.model.names import InputRole
from bench.model.observations import Ambient, Bus, Can, Current, Input, LineVoltage, Observation, Supply
from bench.ports.plant import World
from bench.ports.rig import Rig
from bench.sim.virtual import virtual_rig

MS = 1_000_000
ROLES: frozenset[InputRole] = frozenset({"ajar", "lock", "estop"})
STILL = World(
    inputs={"ajar": 1, "lock": 0, "estop": 1}, edges=(), current_a=0.0, bus_v=0.0, line_v={}, frames=(), ambient_c=21.0, supply_v=12.6,
    hand_moving=False,
)  # fmt: skip


class Script:
    """A plant that shows what it is told: `worlds` by call number, otherwise stillness. Keeps its calls."""

    def __init__(self, worlds: Mapping[int, Any] | None = None, roles: Sequence[str] | None = None) -> None:
        self.worlds = worlds or {}
        self.calls: list[tuple[int, dict[str, bool]]] = []
        self.moving_calls = 0
        self.view: dict[str, Any] = {"held": True, "half": False}
        if roles is not None:
            self.roles = roles

    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        self.calls.append((round(dt_s * 1e9), dict(outputs)))
        world = self.worlds.get(len(self.calls) - 1, STILL)
        if isinstance(world, Exception):
            raise world
        self.moving_calls -= self.moving_calls > 0
        return world._replace(hand_moving=self.moving_calls > 0) if world is STILL else cast("World", world)

    def operator(self, request: str) -> Mapping[str, bool]:
        if request == "wiggle":
            raise KeyError("no harness")
        if request != "look":
            self.moving_calls = 400
        return self.view


def rig_of(plant: Script, kind: str = "rear_door") -> Rig:
    return virtual_rig(plant, name="script", default_roles=ROLES, kind="tailgate" if kind == "tailgate" else "rear_door")


def seen(rig: Rig, until_ms: float = 0, every_ms: float = 5) -> list[Observation]:
    lines = list(rig.sources[0].drain())
    while rig.clock.now_ns() < until_ms * MS:
        rig.clock.sleep_until(min(round(until_ms * MS), rig.clock.now_ns() + round(every_ms * MS)))
        lines += rig.sources[0].drain()
    return lines


# The clock


def test_time_moves_only_when_somebody_waits_and_never_back() -> None:
    """The plant has seen exactly the time that was slept."""
    plant = Script()
    rig = rig_of(plant)
    assert rig.clock.now_ns() == 0
    rig.clock.sleep_until(1_234_567)
    assert rig.clock.now_ns() == 1_234_567 == sum(dt for dt, _ in plant.calls)
    rig.clock.sleep_until(1_234_567)
    with pytest.raises(ValueError, match="cannot go back"):
        rig.clock.sleep_until(1_234_566)


def steps_after(plant: Script, rig: Rig, ms: float) -> set[float]:
    before = len(plant.calls)
    rig.clock.sleep_until(rig.clock.now_ns() + round(ms * MS))
    return {dt / MS for dt, _ in plant.calls[before:]}


def test_a_world_at_rest_is_looked_at_every_twenty_milliseconds_and_an_armed_one_every_five() -> None:
    """Enable was switched: first 300 ms in steps of 1 ms."""
    plant = Script()
    rig = rig_of(plant)
    assert steps_after(plant, rig, 100) == {20}
    rig.outputs["enable"].set(True)
    assert steps_after(plant, rig, 300) == {1}
    assert steps_after(plant, rig, 100) == {5}
    rig.outputs["enable"].set(False)
    assert steps_after(plant, rig, 300) == {1}
    assert steps_after(plant, rig, 40) == {20}


@pytest.mark.parametrize("role", ["drive_lock", "drive_unlock"])
def test_a_drive_is_looked_at_every_millisecond_until_well_after_it(role: str) -> None:
    """As long as it is on, and 300 ms more; a heartbeat alone moves nothing."""
    plant = Script()
    rig = rig_of(plant)
    rig.outputs["heartbeat"].set(True)
    assert steps_after(plant, rig, 40) == {20}
    rig.outputs[role].set(True)
    assert steps_after(plant, rig, 2000) == {1}
    rig.outputs[role].set(False)
    assert steps_after(plant, rig, 300) == {1}
    assert steps_after(plant, rig, 40) == {20}


def test_a_moving_hand_is_looked_at_every_millisecond() -> None:
    """From the first world that shows it."""
    plant = Script()
    rig = rig_of(plant)
    rig.operator.begin("close#1", "close")
    steps_after(plant, rig, 5)
    assert steps_after(plant, rig, 600) == {1}
    assert steps_after(plant, rig, 400) >= {20}


def test_the_plant_gets_all_four_outputs_as_they_stand_and_a_mapping_of_its_own() -> None:
    """Also on a tailgate, whose rig has no reverse drive."""
    plant = Script()
    rig = rig_of(plant, "tailgate")
    assert set(rig.outputs) == {"enable", "drive_lock", "heartbeat"}
    rig.outputs["enable"].set(True)
    rig.outputs["heartbeat"].set(True)
    rig.clock.sleep_until(MS)
    assert plant.calls[0] == (0, dict.fromkeys(("enable", "drive_lock", "drive_unlock", "heartbeat"), False))
    assert plant.calls[-1][1] == {"enable": True, "drive_lock": False, "drive_unlock": False, "heartbeat": True}


# What becomes of what it shows


def test_the_start_is_on_record_at_time_zero() -> None:
    """Levels, supply, ambient, line voltages."""
    lines = seen(rig_of(Script({0: STILL._replace(line_v={"ajar": 12.0})})))
    assert lines[:6] == [
        Input(t=0, role="ajar", level=1), Input(t=0, role="lock", level=0), Input(t=0, role="estop", level=1),
        LineVoltage(t=0, role="ajar", v=12.0), Supply(t=0, v=12.6), Ambient(t=0, c=21.0),
    ]  # fmt: skip


def test_an_edge_keeps_its_own_time_and_a_silent_change_gets_the_steps_end() -> None:
    """Bounce inside one step is kept; roles that are not fitted have no line."""
    open_ = STILL._replace(
        inputs={"ajar": 0, "lock": 1, "estop": 1, "fog_lamp": 1},
        edges=[(0.0006, "ajar", 0), (0.0002, "ajar", 0), (0.0004, "ajar", 1), (0.0001, "fog_lamp", 1)],
    )
    plant = Script({1: open_, 2: open_._replace(edges=())})
    rig = rig_of(plant)
    seen(rig)
    rig.outputs["enable"].set(True)
    lines = [line for line in seen(rig, 2) if isinstance(line, Input)]
    assert [(line.t, line.role, line.level) for line in lines] == [
        (200_000, "ajar", 0), (400_000, "ajar", 1), (600_000, "ajar", 0), (MS, "lock", 1),
    ]  # fmt: skip


def test_samples_are_stamped_and_a_missing_one_is_missing() -> None:
    """Neither current nor voltage: no sample. One of them: the other is null."""
    plant = Script(
        {1: STILL._replace(current_a=1.5, bus_v=None), 2: STILL._replace(current_a=None, bus_v=None), 3: STILL._replace(current_a=2)}
    )
    rig = rig_of(plant)
    seen(rig)
    rig.outputs["enable"].set(True)
    lines = [line for line in seen(rig, 3) if isinstance(line, Current)]
    assert lines == [Current(t0=MS, dt=[0, 2 * MS], a=[1.5, 2.0], v=[None, 0.0])]


def test_frames_keep_their_time_and_the_bus_is_said_to_be_active_once() -> None:
    """And silent where nothing came for two seconds."""
    plant = Script({1: STILL._replace(frames=[(0.01, 0x60D, b"\x20\x06"), (0.02, 0x60D, b"")]), 2: STILL._replace(frames=[(0.0, 1, b"")])})
    lines = [line for line in seen(rig_of(plant), 3000, 20) if isinstance(line, (Bus, Can))]
    assert lines == [
        Bus(t=20 * MS, channel="can0", state="active"), Can(t=10 * MS, channel="can0", id=0x60D, data="2006", count=1, last=10 * MS),
        Can(t=20 * MS, channel="can0", id=0x60D, data="", count=1, last=20 * MS),
        Can(t=20 * MS, channel="can0", id=1, data="", count=1, last=20 * MS),
    ]  # fmt: skip
    assert [line for line in seen(rig_of(Script()), 5000, 20) if isinstance(line, Bus)] == [
        Bus(t=2000 * MS, channel="can0", state="silent")
    ]


def test_a_bus_that_speaks_late_is_silent_first_and_active_then() -> None:
    """The gap is on record."""
    plant = Script({150: STILL._replace(frames=[(0.0, 1, b"")])})
    assert [line.state for line in seen(rig_of(plant), 5000, 20) if isinstance(line, Bus)] == ["silent", "active"]


def test_slow_things_are_recorded_when_they_change() -> None:
    """Supply by more than 0.1 V at most every 50 ms, ambient by 0.5 degrees, lines by 0.2 V."""
    worlds = {
        n: STILL._replace(supply_v=12.6 - 0.3 * (n % 2), ambient_c=21.0 + 0.004 * n, line_v={"ajar": 0.19 * (n // 100)})
        for n in range(1, 400)
    }
    plant = Script(worlds)
    rig = rig_of(plant)
    rig.outputs["drive_lock"].set(True)
    lines = seen(rig, 399)
    supply = [line.t for line in lines if isinstance(line, Supply)]
    assert len(supply) > 3
    assert min(b - a for a, b in itertools.pairwise(supply)) >= 50 * MS
    assert [round(line.c, 3) for line in lines if isinstance(line, Ambient)] == [21.0, 21.52, 22.04, 22.56]
    assert [line.v for line in lines if isinstance(line, LineVoltage)] == pytest.approx([0.0, 0.38])


# Roles, operator


def test_fitted_are_the_plants_roles_or_the_default_ones_that_it_shows() -> None:
    """An e-stop that the world shows is always fitted; a role that is never shown is a broken promise."""
    assert rig_of(Script(roles=("ajar",))).fitted == {"ajar"}
    assert rig_of(Script()).fitted == ROLES
    assert rig_of(Script({0: STILL._replace(inputs={"ajar": 1})})).fitted == {"ajar"}
    only = virtual_rig(Script(), name="x", default_roles=frozenset({"ajar", "hold"}), kind="tailgate")
    assert only.fitted == {"ajar", "estop"}
    with pytest.raises(PlantError, match="'hold'"):
        rig_of(Script(roles=("ajar", "hold")))


def test_the_hand_moves_from_the_request_until_the_world_says_it_is_over() -> None:
    """Also before the world has moved on once."""
    plant = Script()
    rig = rig_of(plant)
    assert not rig.operator.is_moving()
    rig.operator.begin("close#1", "close")
    assert rig.operator.is_moving()
    seen(rig, 300)
    assert rig.operator.is_moving()
    seen(rig, 1000)
    assert not rig.operator.is_moving()


def test_a_hand_that_never_ends_is_no_world() -> None:
    """A movement takes 3 s at most; nothing may be driven beside one that goes on."""
    plant = Script()
    rig = rig_of(plant)
    rig.operator.begin("close#1", "close")
    plant.moving_calls = 10**9
    seen(rig, 3499)
    assert rig.operator.is_moving()
    seen(rig, 3500)
    with pytest.raises(PlantError, match=r"3\.5 s after it was asked"):
        rig.operator.is_moving()


def test_only_what_was_asked_is_answered() -> None:
    """A view that lacks it says nothing."""
    rig = rig_of(Script())
    assert rig.operator.answer("close#1", ("held", "opened")) == {"held": True}


# What no world can be

BAD = [
    ({"current_a": math.nan}, "current_a = nan"),
    ({"current_a": math.inf}, "current_a = inf"),
    ({"current_a": "3 A"}, "current_a = '3 A'"),
    ({"bus_v": -math.inf}, "bus_v = -inf"),
    ({"supply_v": math.nan}, "supply_v = nan"),
    ({"ambient_c": math.nan}, "ambient_c = nan"),
    ({"line_v": {"ajar": math.nan}}, "line_v"),
    ({"inputs": {"ajar": 2, "lock": 0, "estop": 1}}, "inputs.'ajar'. = 2"),
    ({"inputs": {"ajar": math.nan, "lock": 0, "estop": 1}}, "= nan, must be 0 or 1"),
    ({"inputs": None}, "must be a (World|mapping)"),
    ({"edges": [(0.0, "ajar", 3)]}, "an edge of ajar = 3"),
    ({"edges": [(9.0, "ajar", 1)]}, "time of the edge = 9.0"),
    ({"edges": [(-0.001, "ajar", 1)]}, "time of the edge = -0.001"),
    ({"edges": [(0.0, "ajar")]}, "must be a World"),
    ({"edges": 5}, "must be a World"),
    ({"frames": [(0.0, 0x60D, b"123456789")]}, "0 to 8 bytes"),
    ({"frames": [(0.0, 0x60D, "20")]}, "0 to 8 bytes"),
    ({"frames": [(0.0, -1, b"")]}, "arbitration id of a frame = -1"),
    ({"frames": [(0.0, 1 << 29, b"")]}, "arbitration id"),
    ({"frames": [(math.nan, 1, b"")]}, "time of the frame = nan"),
    ({"frames": [(None, 1, b"")]}, "time of the frame = None"),
    ({"hand_moving": 7}, "hand_moving = 7"),
]


@pytest.mark.parametrize(("fields", "message"), BAD)
@pytest.mark.parametrize("call", [0, 3])
def test_what_no_world_can_be_names_the_plant_the_field_and_the_time(fields: dict[str, Any], message: str, call: int) -> None:
    """At the start as in the middle of a run."""
    plant = Script({call: STILL._replace(**fields)})
    with pytest.raises(PlantError, match=message) as refused:
        seen(rig_of(plant), 200, 20)
    assert f"plant Script.advance at {0.02 * call:.3f} s" in str(refused.value)


@pytest.mark.parametrize("answer", [None, "hello"])
def test_an_answer_that_is_no_world_is_refused(answer: object) -> None:
    """It says what came instead."""
    with pytest.raises(PlantError, match=r"NoneType|str"):
        seen(rig_of(Script({2: answer})), 100)


def test_what_a_plant_raises_names_class_method_time_and_cause() -> None:
    """In advance, in operator, in roles and in current_max_a."""
    with pytest.raises(PlantError, match=r"plant Script.advance at 0.040 s raised ZeroDivisionError: oops"):
        seen(rig_of(Script({3: ZeroDivisionError("oops")})), 100, 20)
    rig = rig_of(Script())
    with pytest.raises(PlantError, match=r"operator\('wiggle'\) in wiggle#1 at 0.000 s raised KeyError"):
        rig.operator.begin("wiggle#1", "wiggle")
    plant = Script()
    plant.view = {"held": "perhaps"}
    with pytest.raises(PlantError, match="held = 'perhaps', must be True or False"):
        rig_of(plant).operator.answer("close#1", ("held",))


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, "8 A"])
def test_a_range_that_means_nothing_is_refused(value: object) -> None:
    """current_max_a decides what is clipped."""
    plant = Script()
    vars(plant)["current_max_a"] = value
    with pytest.raises(PlantError, match="current_max_a"):
        rig_of(plant)
