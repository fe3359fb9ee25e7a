"""The foreign worlds keep the contract of DESIGN 3.5."""

import math

import pytest
from foreign_rounds import Bench, made

from bench.model.names import FAULTS
from bench.ports.plant import World

KINDS = ("rear_door", "tailgate")
EVERY = [(world, kind) for world in "bcd" for kind in KINDS]


def fed(part: list[World]) -> list[float]:
    return [w.bus_v for w in part if w.bus_v is not None]


@pytest.mark.parametrize(("world", "kind"), EVERY)
def test_the_first_look_takes_no_time_and_shows_an_open_latch(world: str, kind: str) -> None:
    lock = made(world, kind)
    seen = lock.advance(0.0, {})
    assert lock.t == 0
    assert seen.inputs["ajar"] == 0
    assert seen.inputs["estop"] == 1
    assert set(seen.inputs) == set(lock.roles)
    assert list(seen.edges) == []
    assert not seen.hand_moving
    assert ("lock" in lock.roles) == (kind == "rear_door" and world != "c")


@pytest.mark.parametrize("world", "bcd")
def test_the_feed_lives_only_with_enable_and_a_heartbeat_within_100_ms(world: str) -> None:
    bench = Bench(made(world))
    assert max(fed(bench.hold(200))) < 0.1, "enable low"
    assert max(fed(Bench(made(world)).hold(200, "enable", beats=False))) < 0.1, "no heartbeat at all"
    assert min(fed(bench.hold(100, "enable")[20:])) > 9
    while bench.ms % 20:
        bench.hold(1, "enable")
    held = bench.hold(140, "enable", beats=False)
    assert min(fed(held[:95])) > 9, "alive for 95 ms after the last toggle"
    assert max(fed(held[105:])) < 0.1, "dead 105 ms after it"
    assert min(fed(bench.hold(100, "enable")[40:])) > 9
    assert max(fed(bench.hold(20, beats=True))) < 0.1, "enable low again"


@pytest.mark.parametrize("world", "bcd")
def test_nothing_moves_without_a_feed(world: str) -> None:
    bench = Bench(made(world))
    before = bench.lock.operator("look")
    part = bench.hold(500, "enable", "drive_lock", beats=False)
    assert max(w.current_a or 0 for w in part) < 0.05
    assert bench.lock.operator("look") == before


@pytest.mark.parametrize(("world", "kind"), EVERY)
@pytest.mark.parametrize("fault", [None, "switch_bounce"])
def test_edges_alternate_within_their_step_and_end_at_the_level(world: str, kind: str, fault: str | None) -> None:
    bench = Bench(made(world, kind, fault))
    bench.hand("close")
    bench.pulse("drive_lock")
    levels = dict.fromkeys(bench.lock.roles, 0) | {"estop": 1}
    for seen in bench.seen:
        times = [at for at, _, _ in seen.edges]
        assert all(0 <= at <= 0.001 + 1e-12 for at in times)
        assert times == sorted(times)
        for _, role, level in seen.edges:
            assert level != levels[role]
            levels[role] = level
        assert seen.inputs == levels


@pytest.mark.parametrize("world", "bcd")
def test_a_hand_closes_and_opens_a_healthy_side_door(world: str) -> None:
    for seed in range(2):
        bench = Bench(made(world, "rear_door", None, 0.0, seed))
        view = bench.lock.operator("look")
        assert (view["opened"], view["held"]) == (True, False)
        _, view = bench.hand("close")
        assert (view["opened"], view["held"], view["half"]) == (False, True, False)
        assert bench.seen[-1].inputs["ajar"] == 1
        bench.pulse("drive_lock")
        assert bench.lock.operator("look")["knob_moved"]
        _, view = bench.hand("open")
        assert not view["opened"], "a locked door stays shut"
        bench.pulse("drive_unlock")
        _, view = bench.hand("open")
        assert (view["opened"], view["held"]) == (True, False)
        assert bench.seen[-1].inputs["ajar"] == 0


@pytest.mark.parametrize("world", "bcd")
def test_a_tailgate_lifts_only_after_its_release_and_springs_back(world: str) -> None:
    for seed in range(2):
        bench = Bench(made(world, "tailgate", None, 0.0, seed))
        bench.hand("close")
        assert not bench.hand("open")[1]["opened"]
        first = bench.pulse("drive_lock")
        assert first.edges("ajar")[-1][1] == 0
        assert bench.hand("open")[1]["opened"]
        assert bench.hand("close")[1]["held"]
        assert bench.lock.stroke < 0.03, "the spring has taken the drive home"
        assert bench.pulse("drive_lock").edges("ajar")[-1][1] == 0


@pytest.mark.parametrize("world", "bcd")
def test_a_request_moves_the_hand_for_a_while_and_look_does_not(world: str) -> None:
    bench = Bench(made(world))
    bench.lock.operator("look")
    assert not bench.hold(1)[0].hand_moving
    part, _ = bench.hand("wiggle")
    assert 2.0 < sum(w.hand_moving for w in part) * 0.001 <= 3.0


@pytest.mark.parametrize(("world", "kind"), EVERY)
def test_the_same_seed_gives_the_same_run_and_another_seed_another(world: str, kind: str) -> None:
    def run(seed: int) -> list[World]:
        bench = Bench(made(world, kind, "wire_intermittent", 0.7, seed))
        bench.hand("close")
        bench.pulse("drive_lock")
        bench.hand("wiggle")
        return list(bench.seen)

    assert run(5) == run(5)
    assert run(5) != run(6)


@pytest.mark.parametrize(("world", "kind"), EVERY)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_stays_inside_what_a_world_can_show(world: str, kind: str, fault: str) -> None:
    bench = Bench(made(world, kind, fault, 1.0, 7))
    bench.lock.operator("close")
    bench.pulse("drive_lock", 50)
    for seen in bench.seen:
        shown = [x for x in (seen.current_a, seen.bus_v, seen.supply_v, *seen.line_v.values()) if x is not None]
        assert all(math.isfinite(x) and x >= 0 for x in shown)
        assert (seen.current_a or 0) <= bench.lock.current_max_a
        assert set(seen.inputs.values()) <= {0, 1}


def test_an_unknown_fault_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'gremlins'"):
        made("b", "rear_door", "gremlins")


@pytest.mark.parametrize("world", "bd")
def test_the_monitor_pauses_now_and_then_for_5_to_20_ms(world: str) -> None:
    gaps = "".join("." if w.current_a is None else "x" for w in Bench(made(world)).hold(6000)).split("x")
    pauses = [len(gap) for gap in gaps if gap]
    assert pauses
    assert all(4 <= n <= 21 for n in pauses)
