"""Our software beside a body control module that is not there: a virtual one on a virtual bus."""

import can
import pytest
from door_watch import DoorWatch


@pytest.fixture
def watch(virtual_bcm):
    with can.Bus(interface="virtual", channel=virtual_bcm.bus.channel_id) as bus:
        yield DoorWatch(bus)


@pytest.mark.parametrize("door", ["rear_left", "rear_right"])
def test_an_open_rear_door_warns(virtual_bcm, watch, door):
    virtual_bcm.set_door(door, is_open=True)
    virtual_bcm.send()
    watch.poll()
    assert watch.open_doors == {door}
    virtual_bcm.set_door(door, is_open=False)
    virtual_bcm.send()
    watch.poll()
    assert not watch.warning


def test_a_front_door_does_not(virtual_bcm, watch):
    virtual_bcm.set_door("front_left", is_open=True)
    virtual_bcm.send()
    watch.poll()
    assert not watch.warning
