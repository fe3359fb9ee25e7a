"""A monitor that shows nothing of what flows is noticed within 50 ms of drive; a blown fuse and a proof test are no such thing."""

from dataclasses import dataclass, field

import pytest
from rig_fakes import HandClock

from bench.errors import PortError
from bench.model.observations import Current, Observation, Supply
from bench.rig.feed_follow import FeedFollow, WatchedCoil

MS = 1_000_000


class Coil:
    """A coil that remembers."""

    def __init__(self) -> None:
        self.on = False

    def set(self, energised: bool) -> None:
        self.on = energised


@dataclass
class Bench:
    """A rig of coils and one source, turned in steps of 5 ms."""

    feed_v: float = 0.0
    supply_v: float | None = 12.6
    clock: HandClock = field(default_factory=HandClock)
    pending: list[Observation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.enable, self.heartbeat, self.drive = (WatchedCoil(Coil(), self.clock) for _ in range(3))
        self.follow = FeedFollow([self], self.clock, enable=self.enable, heartbeat=self.heartbeat, drives=[self.drive])

    def drain(self) -> list[Observation]:
        pending, self.pending = self.pending, []
        return pending

    def turn(self, ms: int, *, beats: bool = True) -> int:
        """Turn for so long; return the ms at which it was noticed, or -1."""
        for at in range(0, ms, 5):
            self.clock.t_ns += 5 * MS
            if beats:
                self.heartbeat.set(self.heartbeat.on_since_ns is None)
            if self.supply_v is not None:
                self.pending.append(Supply(t=self.clock.t_ns, v=self.supply_v))
            self.pending.append(Current(t0=self.clock.t_ns - 4 * MS, dt=[0, 2 * MS, 4 * MS], a=[0.0] * 3, v=[self.feed_v] * 3))
            try:
                self.follow.drain()
            except PortError:
                return at + 5
        return -1


def driving(bench: Bench) -> Bench:
    bench.turn(100)
    bench.drive.set(True)
    bench.turn(20)
    bench.enable.set(True)
    return bench


def test_a_frozen_sensor_is_noticed_within_50_ms_of_drive() -> None:
    bench = driving(Bench(feed_v=0.0))
    assert 0 < bench.turn(300) <= 50
    with pytest.raises(PortError, match=r"feed reads 0\.00 V for 4\d ms of drive while the supply stands at 12\.6 V, limit 40 ms"):
        bench.follow.drain()


def test_a_feed_that_follows_is_left_alone_however_long_it_is_driven() -> None:
    assert driving(Bench(feed_v=12.3)).turn(1000) == -1


@pytest.mark.parametrize("supply_v", [None, 0.05, 5.9])
def test_without_a_supply_that_stands_a_dead_feed_is_for_the_judge(supply_v: float | None) -> None:
    assert driving(Bench(feed_v=0.0, supply_v=supply_v)).turn(1000) == -1


def test_a_heartbeat_that_is_withheld_may_drop_the_feed() -> None:
    assert driving(Bench(feed_v=0.0)).turn(1000, beats=False) == -1


def test_a_bare_feed_of_the_proof_test_and_enable_open_are_no_drive() -> None:
    bench = Bench(feed_v=0.0)
    bench.turn(50)
    bench.enable.set(True)
    assert bench.turn(500) == -1
    bench.enable.set(False)
    bench.drive.set(True)
    assert bench.turn(500) == -1


def test_a_feed_that_breaks_off_for_less_than_the_window_is_evidence_and_no_failure() -> None:
    bench = driving(Bench(feed_v=12.0))
    bench.turn(100)
    bench.feed_v = 0.0
    assert bench.turn(30) == -1
    bench.feed_v = 12.0
    assert bench.turn(100) == -1
