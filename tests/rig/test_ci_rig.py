"""The whole CI rig: a formula on the far side, the real drivers on the near one, and the same story on both."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from gpiozero import Device
from rig_fakes import AJAR_EDGES_S, LOCK_EDGES_S, FormulaPlant

from bench.app.ci_rig import PacedClock, open_ci_rig
from bench.app.ci_world import WorldTime
from bench.errors import PlantError, WiringError
from bench.model.observations import Ambient, Can, Current, Input, LineVoltage, Observation, Supply
from bench.model.profile import Profile
from bench.model.wiring import InputPin, Wiring
from bench.ports.plant import Plant, World
from bench.ports.rig import Rig
from bench.sim.virtual import virtual_rig

PROFILE = Profile(schema=1, id="formula", title="A formula", kind="rear_door", roles=("ajar", "lock", "estop"), limits={})
MS = 1_000_000


def ci_wiring() -> Wiring:
    text = (Path(__file__).parents[2] / "wiring" / "ci.toml").read_bytes()
    return msgspec.toml.decode(text, type=Wiring)


@contextmanager
def opened(plant: Plant, *, pace: float | None = None, wiring: Wiring | None = None) -> Iterator[Rig]:
    rig = open_ci_rig(wiring or ci_wiring(), PROFILE, plant, pace=pace)
    try:
        yield rig
    finally:
        rig.close()


def story(rig: Rig) -> list[Observation]:
    """A second and a half: the door is closed by hand, then one stroke of 200 ms."""
    seen: list[Observation] = []
    heartbeat = itertools.cycle((True, False))
    rig.operator.begin("close#1", "close")
    orders = {700: ("drive_lock", True), 720: ("enable", True), 920: ("enable", False), 940: ("drive_lock", False)}
    for ms in range(0, 1500, 5):
        if ms in orders:
            role, energised = orders[ms]
            rig.outputs[role].set(energised)
        rig.outputs["heartbeat"].set(next(heartbeat))
        for source in rig.sources:
            seen.extend(source.drain())
        rig.clock.sleep_until((ms + 5) * MS)
    for source in rig.sources:
        seen.extend(source.drain())
    return seen


def told(seen: list[Observation]) -> list[tuple[float, float]]:
    return [
        ((line.t0 + dt) / 1e9, a)
        for line in seen
        if isinstance(line, Current)
        for dt, a in zip(line.dt, line.a, strict=True)
        if a is not None
    ]


def test_the_drivers_tell_the_story_that_the_plant_played() -> None:
    plant = FormulaPlant()
    with opened(plant) as rig:
        seen = story(rig)
    inputs = [(round(line.t / 1e9, 6), line.role, line.level) for line in seen if isinstance(line, Input)]
    started_s = 0.720
    assert inputs == [
        (0.0, "ajar", 0),
        (0.0, "estop", 1),
        (0.0, "lock", 0),
        *((at, "ajar", level) for at, level in AJAR_EDGES_S),
        *((round(started_s + at, 6), "lock", level) for at, level in LOCK_EDGES_S),
    ]
    currents = told(seen)
    assert len(currents) == 1500
    witness = FormulaPlant()
    for t_s, amperes in currents:
        witness._driven_us = 720_000 if 0.720 < t_s <= 0.920 else None
        assert amperes == pytest.approx(witness.current_at(round(t_s * 1e6)), abs=0.13e-3), f"at {t_s} s"
    frames = [line for line in seen if isinstance(line, Can)]
    # python-can hands stamps on as float seconds since the epoch: they resolve a quarter of a microsecond, twice rounded.
    assert [frame.t / 1e6 for frame in frames] == [pytest.approx(at, abs=0.002) for at in range(100, 1501, 100)]
    assert [(frame.id, frame.data[:2]) for frame in frames] == [(0x60D, "20" if at < 400 else "00") for at in range(100, 1501, 100)]
    assert [line.c for line in seen if isinstance(line, Ambient)] == [-7.25]
    assert [line.v for line in seen if isinstance(line, Supply)] == [pytest.approx(12.6, abs=1e-3)]
    ajar = [line.v for line in seen if isinstance(line, LineVoltage) and line.role == "ajar"]
    assert ajar == [pytest.approx(0.1, abs=1e-3), pytest.approx(12.4, abs=1e-3)]
    motor = [line.v for line in seen if isinstance(line, LineVoltage) and line.role == "motor_lock"]
    assert motor == [pytest.approx(v, abs=1e-3) for v in (0.0, 12.3, 0.0)]


def test_the_ci_rig_and_the_virtual_rig_see_the_same() -> None:
    """Same plant, same orders: the same edges within 1 ms, currents within a bit, frames alike, told voltages alike."""
    with opened(FormulaPlant()) as rig:
        near = story(rig)
    virtual = virtual_rig(FormulaPlant(), name="sim", default_roles=frozenset(PROFILE.roles), kind=PROFILE.kind)
    far = story(virtual)

    def edges(seen: list[Observation]) -> list[tuple[str, int, int]]:
        return sorted((line.role, round(line.t / MS), line.level) for line in seen if isinstance(line, Input))

    def frames(seen: list[Observation]) -> list[tuple[int, int, str]]:
        return [(round(line.t / MS), line.id, line.data) for line in seen if isinstance(line, Can)]

    def slow(seen: list[Observation]) -> list[tuple[str, float]]:
        lines = [(str(line.role), round(line.v, 1)) for line in seen if isinstance(line, LineVoltage)]
        supplies = [("supply", round(line.v, 1)) for line in seen if isinstance(line, Supply)]
        return sorted(lines + supplies + [("ambient", line.c) for line in seen if isinstance(line, Ambient)])

    assert edges(near) == edges(far)
    assert frames(near) == frames(far)
    assert slow(near) == slow(far)
    here, there = dict(told(near)), dict(told(far))
    assert len(there) > 500
    del there[0.0]  # a real converter has finished nothing at the moment of opening
    for t_s, amperes in there.items():
        assert here[t_s] == pytest.approx(amperes, abs=0.13e-3), f"at {t_s} s"


def test_the_plant_sees_the_outputs_as_the_engine_set_them_and_every_heartbeat() -> None:
    plant = FormulaPlant()
    with opened(plant) as rig:
        story(rig)
    changes: dict[str, list[tuple[int, bool]]] = {}
    for t_us, outputs in plant.seen_outputs:
        for role, energised in outputs.items():
            history = changes.setdefault(role, [])
            if not history or history[-1][1] != energised:
                history.append((t_us // 1000, energised))
    assert changes["enable"] == [(0, False), (720, True), (920, False)]
    assert changes["drive_lock"] == [(0, False), (700, True), (940, False)]
    assert changes["drive_unlock"] == [(0, False)]
    assert [t_ms for t_ms, _ in changes["heartbeat"][1:]] == list(range(0, 1500, 5))


def test_two_rigs_in_one_process_hear_and_drive_nothing_of_each_other() -> None:
    first, second = FormulaPlant(), FormulaPlant()
    with opened(first) as one, opened(second) as two:
        one.outputs["enable"].set(True)
        for rig in (one, two):
            rig.clock.sleep_until(350 * MS)
        frames = [[line for source in rig.sources for line in source.drain() if isinstance(line, Can)] for rig in (one, two)]
    assert [len(heard) for heard in frames] == [3, 3]
    assert any(outputs["enable"] for _, outputs in first.seen_outputs)
    assert not any(outputs["enable"] for _, outputs in second.seen_outputs)


def test_no_output_moves_while_the_rig_opens_and_all_are_off_when_it_closed() -> None:
    plant = FormulaPlant()
    with opened(plant) as rig:
        for output in rig.outputs.values():
            output.set(True)
        rig.clock.sleep_until(2 * MS)
    assert plant.seen_outputs[0][1] == dict.fromkeys(("enable", "drive_lock", "drive_unlock", "heartbeat"), False)
    rig.close()
    assert Device.pin_factory is None, "the process-wide pin factory of gpiozero must not be chosen"


def test_a_tailgate_has_no_reverse_drive() -> None:
    profile = msgspec.structs.replace(PROFILE, kind="tailgate", roles=("ajar", "estop"))
    rig = open_ci_rig(ci_wiring(), profile, FormulaPlant(), pace=None)
    assert set(rig.outputs) == {"enable", "drive_lock", "heartbeat"}
    rig.close()


def test_what_is_not_fitted_is_not_opened() -> None:
    class Bare(FormulaPlant):
        """No lock switch, no ADC, no thermometer, a smaller sensor."""

        roles = ("ajar", "estop")
        current_max_a = 5.0

        def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
            world = super().advance(dt_s, outputs)
            return world._replace(line_v={}, ambient_c=None, supply_v=None)

    with opened(Bare()) as rig:
        seen = story(rig)
        assert rig.fitted == {"ajar", "estop"}
        assert rig.current_max_a == 5.0
    assert {type(line).__name__ for line in seen} == {"Input", "Current", "Can", "Bus"}


def test_a_sensor_that_gives_nothing_gives_no_sample() -> None:
    class Dead(FormulaPlant):
        """Its current sensor died."""

        def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
            return super().advance(dt_s, outputs)._replace(current_a=None, bus_v=None)

    with opened(Dead()) as rig:
        assert told(story(rig)) == []


@dataclass
class Stopwatch:
    """A wall clock that sleeps at once, and may be made busy."""

    t_s: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.t_s

    def rest(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.t_s += seconds


class Odometer:
    """Stands for the bridge: remembers how far it was taken each turn."""

    def __init__(self, shown: WorldTime) -> None:
        self.shown = shown
        self.turns_ms: list[float] = []

    def advance(self, to_ns: int) -> None:
        self.turns_ms.append((to_ns - self.shown.t_ns) / MS)
        self.shown.t_ns = to_ns


def paced(pace: float | None) -> tuple[PacedClock, Odometer, Stopwatch]:
    shown, watch = WorldTime(), Stopwatch()
    odometer = Odometer(shown)
    return PacedClock(odometer, shown, pace=pace, wall=watch.now, rest=watch.rest), odometer, watch


def test_real_time_takes_as_long_as_it_takes() -> None:
    clock, odometer, watch = paced(1.0)
    for turn in range(1, 201):
        clock.sleep_until(turn * 5 * MS)
    assert watch.t_s == pytest.approx(1.0)
    assert sum(odometer.turns_ms) == pytest.approx(1000)


def test_a_busy_machine_delays_the_world_by_at_most_20_ms_a_turn() -> None:
    clock, odometer, watch = paced(1.0)
    clock.sleep_until(5 * MS)
    watch.t_s += 3.0
    clock.sleep_until(clock.now_ns() + 5 * MS)
    assert odometer.turns_ms[-1] == 20
    clock.sleep_until(clock.now_ns() + 5 * MS)
    assert odometer.turns_ms[-1] == 5, "what was lost is not caught up"
    watch.t_s += 0.0123
    clock.sleep_until(clock.now_ns() + 5 * MS)
    assert odometer.turns_ms[-1] == 12, "a little late is caught up in whole steps"


def test_a_long_sleep_is_taken_in_turns_of_20_ms() -> None:
    clock, odometer, _ = paced(None)
    clock.sleep_until(110 * MS)
    assert odometer.turns_ms == [20, 20, 20, 20, 20, 10]


def test_at_pace_one_a_short_story_takes_its_time_on_the_wall() -> None:
    with opened(FormulaPlant(), pace=1.0) as rig:
        begun_s = time.monotonic()
        rig.clock.sleep_until(300 * MS)
        assert time.monotonic() - begun_s >= 0.29
        assert 300 * MS <= rig.clock.now_ns() <= 340 * MS


def test_a_plant_that_raises_is_named_with_the_world_time() -> None:
    class Broken(FormulaPlant):
        """Raises at 10 ms."""

        def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
            if self.t_us >= 10_000:
                raise RuntimeError("gear box fell off")
            return super().advance(dt_s, outputs)

    with opened(Broken()) as rig, pytest.raises(PlantError, match=r"Broken.*0\.010 s.*gear box fell off"):
        rig.clock.sleep_until(20 * MS)


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (lambda w: w._replace(current_a=float("nan")), "current_a = nan"),
        (lambda w: w._replace(line_v={"ajar": float("inf")}), r"line_v\[ajar\] = inf"),
        (lambda w: w._replace(inputs={"ajar": 3}), "level of ajar = 3"),
        (lambda w: w._replace(edges=[(0.5, "ajar", 1)]), "time of ajar = 0.5"),
        (lambda w: w._replace(frames=[(0.0, 0x60D, bytes(9))]), "frame 1549"),
        (lambda w: w._replace(supply_v="12 V"), "a World: must be real number"),
        (lambda w: w.inputs, "a World: 'dict' object has no attribute"),
    ],
)
def test_a_world_that_cannot_be_is_refused(spoilt: Callable[[World], World], message: str) -> None:
    class Odd(FormulaPlant):
        """Tells nonsense."""

        def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
            return spoilt(super().advance(dt_s, outputs))

    with pytest.raises(PlantError, match=message):
        open_ci_rig(ci_wiring(), PROFILE, Odd(), pace=None)


def test_a_wiring_that_is_no_ci_rig_is_refused_with_the_key() -> None:
    wiring = ci_wiring()
    for wrong, key in (
        (msgspec.structs.replace(wiring, simulated=False), "simulated"),
        (msgspec.structs.replace(wiring, gpio=msgspec.structs.replace(wiring.gpio, factory="lgpio")), "gpio.factory"),
        (
            msgspec.structs.replace(wiring, gpio=msgspec.structs.replace(wiring.gpio, inputs={"ajar": InputPin(pin=4, pull="up")})),
            "pull",
        ),
    ):
        with pytest.raises(WiringError, match=key):
            open_ci_rig(wrong, PROFILE, FormulaPlant(), pace=None)


def test_a_wiring_with_two_roles_on_one_pin_names_both_and_leaves_nothing_open() -> None:
    wiring = ci_wiring()
    twice = msgspec.structs.replace(wiring, gpio=msgspec.structs.replace(wiring.gpio, inputs={"ajar": InputPin(pin=22)}))
    with pytest.raises(OSError, match=r"GPIO22.*'ajar'.*'enable'"):
        open_ci_rig(twice, PROFILE, FormulaPlant(), pace=None)
