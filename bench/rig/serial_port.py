"""A serial port by any pyserial URL: what the drivers need of it, and how it is opened."""

import contextlib
import termios
from contextlib import AbstractContextManager
from typing import Any, Protocol

from bench.errors import PortError
from bench.rig.border import as_port_error


class SerialPort(Protocol):
    """What is needed of serial.Serial, or of anything shaped like it."""

    timeout: float | None
    rts: bool
    dtr: bool

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read at once."""
        ...

    def read(self, size: int = 1, /) -> bytes:
        """Return up to `size` bytes, fewer where `timeout` (s) ran out; raises SerialException where the port is gone."""
        ...

    def read_until(self, expected: bytes = b"\n", size: int | None = None) -> bytes:
        """Return what came up to and with `expected`, or until `size` bytes or `timeout` (s); raises as `read` does."""
        ...

    def write(self, data: bytes, /) -> int | None:
        """Send it all; raises SerialTimeoutException where the port does not take it in WRITE_TIMEOUT_S."""
        ...

    def reset_input_buffer(self) -> None:
        """Forget what came and was not read."""

    def close(self) -> None:
        """Let go of the port; a second call does nothing."""


WRITE_TIMEOUT_S = 0.05
"""An order that a port does not take within a heartbeat monostable's time is a dead port (E: DESIGN 6, 60 ms)."""


def as_serial_error(where: str) -> AbstractContextManager[None]:
    """Turn what pyserial and the kernel raise at a port into PortError that begins with `where`: a pulled plug is termios' own error."""
    import serial

    return as_port_error(where, serial.SerialException, OSError, termios.error, TypeError, ValueError)


def open_serial(url: str, baud: int, *, timeout_s: float = 0.3) -> SerialPort:
    """Open a port or URL with RTS and DTR low and nobody else on it; raise PortError where that fails.

    A kernel raises both lines for a moment when it opens a port, whatever is asked of it: what hangs on them sees one beat.
    """
    import serial  # late: pyserial costs start-up time, and few rigs have a serial port

    with as_serial_error(f"serial port {url}"):
        port: Any = serial.serial_for_url(url, do_not_open=True, baudrate=baud, timeout=timeout_s, write_timeout=WRITE_TIMEOUT_S)
        port.rts = port.dtr = False
        with contextlib.suppress(AttributeError, ValueError):
            port.exclusive = True
        port.open()
    if not port.is_open:
        raise PortError(f"serial port {url}: did not open")
    opened: SerialPort = port
    return opened
