"""The virtual BCM says on the bus exactly what it was told, in every shipped family."""

from collections.abc import Iterator

import can
import pytest

from bench.app.virtual_bcm import VirtualBcm
from bench.config import all_families
from bench.errors import UsageError
from bench.model.family import Family

FAMILIES = all_families()


@pytest.fixture
def buses(request: pytest.FixtureRequest) -> Iterator[tuple[can.BusABC, can.BusABC]]:
    channel = request.node.nodeid
    with can.Bus(interface="virtual", channel=channel) as ours, can.Bus(interface="virtual", channel=channel) as theirs:
        yield ours, theirs


def heard(bus: can.BusABC) -> dict[int, bytes]:
    """The last payload of each id that waits on the bus."""
    found: dict[int, bytes] = {}
    while (message := bus.recv(timeout=0)) is not None:
        found[message.arbitration_id] = bytes(message.data)
    return found


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_each_door_reads_back_as_it_was_set_and_no_other_moves(family: Family, buses: tuple[can.BusABC, can.BusABC]) -> None:
    ours, theirs = buses
    bcm = VirtualBcm(ours, family.name)
    for door in family.doors:
        bcm.set_door(door, is_open=True)
        bcm.send()
        frames = heard(theirs)
        assert {d: bits.read(frames[bits.open.id]) for d, bits in family.doors.items()} == {d: d == door for d in family.doors}
        bcm.set_door(door, is_open=False)


def test_lock_ignition_and_speed_read_back(buses: tuple[can.BusABC, can.BusABC]) -> None:
    ours, theirs = buses
    family = next(f for f in FAMILIES if f.name == "60D")
    assert family.ignition is not None
    assert family.speed is not None
    bcm = VirtualBcm(ours)
    for word in ("acc", "on", "start", "off"):
        bcm.set_ignition(word)
        bcm.set_locked(locked=word == "on")
        bcm.set_speed(12.34)
        bcm.send()
        frames = heard(theirs)
        assert family.ignition.read(frames[family.ignition.id]) == word
        assert {bit.read(frames[bit.id]) for bit in family.lock.values()} == {word == "on"}
        assert family.speed.read(frames[family.speed.id]) == pytest.approx(12.34, abs=family.speed.scale)


def test_it_sends_cyclically_until_it_falls_silent(buses: tuple[can.BusABC, can.BusABC]) -> None:
    """Within a context it speaks by itself, and a changed door is in the next frame; afterwards the bus is still."""
    ours, theirs = buses
    with VirtualBcm(ours) as bcm:
        assert theirs.recv(timeout=5) is not None
        bcm.set_door("rear_left", is_open=True)
        frames = (theirs.recv(timeout=5) for _ in range(50))
        assert any(m is not None and m.arbitration_id == 0x60D and m.data[0] == 0x20 for m in frames)
    heard(theirs)
    assert theirs.recv(timeout=0.3) is None


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_what_a_family_does_not_carry_is_refused_by_name(family: Family, buses: tuple[can.BusABC, can.BusABC]) -> None:
    bcm = VirtualBcm(buses[0], family.name)
    with pytest.raises(UsageError, match="carries no"):
        bcm.set_door("bonnet", is_open=True)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="ignition"):
        bcm.set_ignition("warp")
    with pytest.raises(UsageError, match="km/h"):
        bcm.set_speed(-1)
    with pytest.raises(UsageError, match="there are"):
        VirtualBcm(buses[0], "nonsense")
