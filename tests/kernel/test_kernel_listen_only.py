"""Listen-only on real kernel controllers: read back over netlink, refused without it, and a send that is seen to be dropped."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import can
import pytest

from bench.errors import PortError
from bench.ports.frames import FrameReader, Heard
from bench.rig.can_listen import Adapter, open_listening
from bench.rig.can_netlink import read_link
from bench.rig.clock import MonotonicClock
from bench.rig.dtc_listen_only import transmitting
from tests.kernel.can_links import SlcanAdapter, counted, exists, ip

RATE = "type can bitrate 500000"
KILLED = """
import os, signal, sys
from bench.rig.dtc_listen_only import transmitting
with transmitting(sys.argv[1]):
    print("switched", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def node_on(name: str) -> can.BusABC:
    return can.Bus(interface="socketcan", channel=name, ignore_config=True)


def message(arbitration_id: int = 0x60D) -> can.Message:
    return can.Message(arbitration_id=arbitration_id, data=b"\x20\x06", is_extended_id=False)


def heard_on(name: str, send: Callable[[], None]) -> Heard:
    """Open for listening, which must say that it was read back, let something be sent, and return what came within 5 s."""
    listening = open_listening(Adapter(interface="socketcan", channel=name), MonotonicClock())
    assert "read back from the kernel" in listening.notice
    try:
        send()
        until = time.monotonic() + 5
        while time.monotonic() < until:
            heard = listening.reader.drain()
            if heard.frames.ids:
                return heard
            time.sleep(0.01)
        return Heard()
    finally:
        listening.reader.close()


def drain_for(reader: FrameReader, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reader.drain()
        time.sleep(0.01)


@pytest.fixture
def slcan() -> Iterator[SlcanAdapter]:
    adapter = SlcanAdapter()
    yield adapter
    adapter.close()


@pytest.fixture
def controllers() -> Iterator[tuple[str, str]]:
    """Two controllers on one bus: can0 as it is found, can1 up and able to send."""
    names = [name for name in ("can0", "can1") if exists(name) and os.environ["LOCKBENCH_GUEST"] == "qemu"]
    if len(names) < 2:
        pytest.skip("no two CAN controllers here: the QEMU guest has them")
    for name in names:
        ip(f"link set {name} down")
        ip(f"link set {name} {RATE} listen-only off")
        ip(f"link set {name} up")
    yield names[0], names[1]
    for name in names:
        ip(f"link set {name} down")


def commands_in(error: pytest.ExceptionInfo[PortError]) -> list[str]:
    """The shell commands that a refusal names."""
    found = re.search(r"type: (.*)$", str(error.value))
    assert found, str(error.value)
    return found[1].split(" && ")


def make_listen_only(name: str) -> None:
    """What the refusal tells a person to type, typed."""
    with pytest.raises(PortError, match="not listen-only") as refused:
        open_listening(Adapter(interface="socketcan", channel=name, bitrate=500_000), MonotonicClock())
    for command in commands_in(refused):
        subprocess.run(command.split(), check=True, capture_output=True, timeout=10)
    link = read_link(name)
    assert link is not None
    assert (link.is_listen_only, link.is_up, link.bitrate) == (True, True, 500_000)


def test_a_controller_that_may_send_is_refused_and_what_the_refusal_names_makes_it_listen(controllers: tuple[str, str]) -> None:
    ours, theirs = controllers
    make_listen_only(ours)
    with node_on(theirs) as node:
        heard = heard_on(ours, lambda: node.send(message()))
    assert list(heard.frames.ids) == [0x60D]


def test_a_frame_sent_into_a_listen_only_controller_is_dropped_and_nobody_hears_it(controllers: tuple[str, str]) -> None:
    """The same send is heard by the other node before listen-only and not after: so the silence means something."""
    ours, theirs = controllers
    with node_on(theirs) as other, node_on(ours) as node:
        node.send(message(0x111))
        first = other.recv(5)
        assert first is not None
        assert first.arbitration_id == 0x111
    make_listen_only(ours)
    before, dropped = counted(ours, "tx_packets"), counted(ours, "tx_dropped")
    with node_on(theirs) as other, node_on(ours) as node:
        node.send(message(0x222))
        assert other.recv(1) is None
    assert (counted(ours, "tx_packets") - before, counted(ours, "tx_dropped") - dropped) == (0, 1)


def test_a_killed_diagnosis_leaves_the_controller_listen_only(slcan: SlcanAdapter) -> None:
    ours = slcan.name
    ip(f"link set {ours} {RATE}")
    ip(f"link set {ours} up")
    make_listen_only(ours)
    with transmitting(ours) as was_switched:
        assert was_switched
        link = read_link(ours)
        assert link is not None
        assert link.is_listen_only is False
    killed = subprocess.run([sys.executable, "-c", KILLED, ours], capture_output=True, text=True, timeout=60, check=False)
    assert (killed.stdout, killed.returncode) == ("switched\n", -9)
    until = time.monotonic() + 10
    while (link := read_link(ours)) is not None and not (link.is_listen_only and link.is_up) and time.monotonic() < until:
        time.sleep(0.05)
    assert link is not None
    assert (link.is_listen_only, link.is_up) == (True, True)


def test_a_serial_adapter_is_told_to_listen_only_and_never_told_to_send(slcan: SlcanAdapter) -> None:
    ip(f"link set {slcan.name} {RATE}")
    ip(f"link set {slcan.name} up")
    assert slcan.wait_for("O")
    with node_on(slcan.name) as node:
        node.send(message(0x123))
    assert slcan.wait_for("t123"), slcan.commands
    make_listen_only(slcan.name)
    assert slcan.wait_for("L"), slcan.commands
    mark = len(slcan.commands)
    with node_on(slcan.name) as node:
        node.send(message(0x124))
    assert not slcan.wait_for("t", since=mark, limit_s=0.5), slcan.commands
    heard = heard_on(slcan.name, lambda: slcan.say("t60D22006"))
    assert [(number, bytes(data)) for number, data in zip(heard.frames.ids, heard.frames.data, strict=True)] == [(0x60D, b"\x20\x06")]


def test_an_adapter_that_is_pulled_out_is_a_port_error_that_names_the_channel(slcan: SlcanAdapter) -> None:
    ip(f"link set {slcan.name} {RATE} listen-only on")
    ip(f"link set {slcan.name} up")
    listening = open_listening(Adapter(interface="socketcan", channel=slcan.name), MonotonicClock())
    slcan.close()
    try:
        with pytest.raises(PortError, match=f"CAN channel {slcan.name}"):
            drain_for(listening.reader, 5)
    finally:
        listening.reader.close()


def test_a_virtual_bus_has_no_such_mode_and_the_notice_says_so() -> None:
    listening = open_listening(Adapter(interface="socketcan", channel="vcan0"), MonotonicClock())
    listening.reader.close()
    assert "no listen-only mode" in listening.notice
