r"""Relay boards on a serial port, and a heartbeat on a modem line.

Two protocols are common. LCUS boards take four bytes and answer nothing; CDC boards take a line of text and echo it:

    lcus   A0 channel state sum        A0 01 01 A2 closes relay 1, A0 01 00 A1 opens it; sum of the first three, mod 256
    text   relay on 0 \r               relay off 0 \r; an echo and a prompt come back and mean nothing here

Such a board keeps its relays when its program dies, and its orders take milliseconds: it cannot follow a heartbeat that
toggles every 5 ms. So it switches only the two drive relays, dry; what lets go when all is dead stays the enable relay behind
its monostable, whose heartbeat comes from a GPIO or from a modem line. A line's ioctl takes some 0.1-1 ms over USB.
"""

from typing import Final

from bench.errors import PortError
from bench.model.wiring import HeartbeatLine, RelayBoard
from bench.rig.serial_port import SerialPort, as_serial_error

LCUS_HEAD: Final = 0xA0
_ECHO_MAX: Final = 4096


def lcus_order(channel: int, *, closed: bool) -> bytes:
    """Return the four bytes that close or open a relay (1..8)."""
    return bytes((LCUS_HEAD, channel, int(closed), LCUS_HEAD + channel + int(closed) & 0xFF))


def text_order(channel: int, *, closed: bool) -> bytes:
    """Return the line that closes or opens a relay (0..31); boards with ten and more number the rest with letters."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
    return f"relay {'on' if closed else 'off'} {digits[channel]}\r".encode()


class BoardRelay:
    """One relay of a board. True means energised. Every order is sent, also one that changes nothing."""

    def __init__(self, port: SerialPort, board: RelayBoard, role: str, channel: int) -> None:
        self._port, self._channel = port, channel
        self._order = lcus_order if board.protocol == "lcus" else text_order
        self._where = f"relay {channel} ({role}) of the board on {board.url}"
        self._open = True
        self.set(False)

    def set(self, energised: bool) -> None:
        """Send the order; raise PortError where the port is gone or does not take it in time."""
        order = self._order(self._channel, closed=energised)
        with as_serial_error(self._where):
            waiting = self._port.in_waiting
            if waiting:
                self._port.read(min(waiting, _ECHO_MAX))
            sent = self._port.write(order)
        if sent is not None and sent != len(order):
            raise PortError(f"{self._where}: took {sent} of {len(order)} bytes")

    def close(self) -> None:
        """Let the relay go; closing twice is allowed."""
        if self._open:
            self._open = False
            self.set(False)


class LineHeartbeat:
    """RTS or DTR as the heartbeat's source. True is the line's active level."""

    def __init__(self, port: SerialPort, wired: HeartbeatLine) -> None:
        self._port, self._line = port, wired.line
        self._where = f"{wired.line.upper()} of {wired.url} (heartbeat)"
        self._open = True
        self.set(False)

    def set(self, energised: bool) -> None:
        """Set the line; raise PortError where the port is gone."""
        with as_serial_error(self._where):
            if self._line == "rts":
                self._port.rts = energised
            else:
                self._port.dtr = energised

    def close(self) -> None:
        """Low, and the port is let go of; closing twice is allowed."""
        if self._open:
            self._open = False
            try:
                self.set(False)
            finally:
                self._port.close()


def relay_board(port: SerialPort, board: RelayBoard) -> dict[str, BoardRelay]:
    """Return the drive relays of a board by role, both let go of."""
    relays = {"drive_lock": BoardRelay(port, board, "drive_lock", board.drive_lock)}
    if board.drive_unlock is not None:
        relays["drive_unlock"] = BoardRelay(port, board, "drive_unlock", board.drive_unlock)
    return relays
