"""Serial relay boards say what their manuals say, and a heartbeat may come from a modem line."""

import time
from collections.abc import Callable, Iterator

import pytest
from serial_fakes import PtyDevice

from bench.errors import PortError
from bench.model.wiring import HeartbeatLine, RelayBoard
from bench.rig.relay_board import LineHeartbeat, lcus_order, relay_board, text_order
from bench.rig.serial_port import open_serial


@pytest.fixture
def device() -> Iterator[Callable[..., PtyDevice]]:
    made: list[PtyDevice] = []

    def make(**how: object) -> PtyDevice:
        made.append(PtyDevice(lambda _: None, **how))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.vanish()


def heard(device: PtyDevice, count: int) -> list[bytes]:
    """Wait until so many orders came: the device is a thread of its own."""
    until = time.monotonic() + 5
    while len(device.heard) < count and time.monotonic() < until:
        time.sleep(0.005)
    return device.heard[:count]


def test_the_orders_are_those_of_the_manuals() -> None:
    assert lcus_order(1, closed=True) == bytes.fromhex("A00101A2")
    assert lcus_order(1, closed=False) == bytes.fromhex("A00100A1")
    assert lcus_order(4, closed=True) == bytes.fromhex("A00401A5")
    assert text_order(0, closed=True) == b"relay on 0\r"
    assert text_order(10, closed=False) == b"relay off A\r"


def test_an_lcus_board_is_let_go_of_at_opening_and_at_closing(device: Callable[..., PtyDevice]) -> None:
    far = device(size=4)
    port = open_serial(far.url, 9600)
    relays = relay_board(port, RelayBoard(protocol="lcus", url=far.url, drive_lock=1, drive_unlock=2))
    relays["drive_lock"].set(True)
    for relay in relays.values():
        relay.close()
        relay.close()
    wanted = [lcus_order(1, closed=False), lcus_order(2, closed=False), lcus_order(1, closed=True), lcus_order(1, closed=False),
              lcus_order(2, closed=False)]  # fmt: skip
    assert heard(far, 5) == wanted
    port.close()


def test_a_board_that_echoes_never_fills_up_and_never_blocks(device: Callable[..., PtyDevice]) -> None:
    far = PtyDevice(lambda line: line + b"\n>" * 200, ends=b"\r")
    port = open_serial(far.url, 115_200)
    relay = relay_board(port, RelayBoard(protocol="text", url=far.url, drive_lock=0))["drive_lock"]
    for n in range(100):
        relay.set(n % 2 == 0)
    assert heard(far, 101)[-1] == b"relay off 0\r"
    port.close()
    far.vanish()


def test_a_board_that_was_unplugged_is_a_port_error_that_names_relay_role_and_port(device: Callable[..., PtyDevice]) -> None:
    far = device(size=4)
    port = open_serial(far.url, 9600)
    relay = relay_board(port, RelayBoard(protocol="lcus", url=far.url, drive_lock=3))["drive_lock"]
    far.vanish()
    with pytest.raises(PortError, match=rf"relay 3 \(drive_lock\) of the board on {far.url}"):
        relay.set(True)
    port.close()


def test_a_port_that_does_not_exist_is_a_port_error_that_names_it() -> None:
    with pytest.raises(PortError, match="serial port /dev/ttyNOWHERE"):
        open_serial("/dev/ttyNOWHERE", 9600)
    with pytest.raises(PortError, match="serial port nonsense://x"):
        open_serial("nonsense://x", 9600)


@pytest.mark.parametrize("line", ["rts", "dtr"])
def test_a_heartbeat_toggles_its_own_modem_line(line: str) -> None:
    """`loop://` ties RTS to CTS and DTR to DSR."""
    port = open_serial("loop://", 9600)
    beat = LineHeartbeat(port, HeartbeatLine(url="loop://", line="rts" if line == "rts" else "dtr"))
    seen = []
    for level in (True, False, True):
        beat.set(level)
        seen.append(getattr(port, "cts" if line == "rts" else "dsr"))
    assert seen == [True, False, True]
    beat.close()
