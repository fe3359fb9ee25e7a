"""The one module of the in-car side that transmits: diagnostic requests to the BCM, from an allow-list, over ISO-TP (ISO 15765-2).

Nothing of the monitor reaches it. It carries two locks of its own: only CAN id 0x745 is ever sent, and only services that read or
clear fault codes; anything that moves an actuator (0x2F, 0x30, 0x31) or writes memory is refused here, whoever asks.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from bench.errors import PortError, PortTimeout, Unsafe, UsageError
from bench.rig.can_python import as_listening_error, without_asammdf

REQUEST_ID: Final = 0x745
RESPONSE_ID: Final = 0x765
"""The body control module of J10, 370Z, Leaf and others (facts: A/B); on the J11 unverified."""
SERVICES: Final = frozenset({0x10, 0x14, 0x17, 0x18, 0x19})
"""Session, clear, and the three ways to read codes; nothing else is sent."""
TIMEOUT_S: Final = 1.0
"""A module answers within 50 ms by the standard; a gateway in between and a waking bus get the rest."""
PENDING_S: Final = 5.0
"""After "response pending" (0x78) the standard allows 5 s."""
PENDING_MOST_S: Final = 30.0
"""The standard bounds each wait and not their number; a module that is still not ready then is stuck (estimate)."""
_PENDING: Final = 0x78
_PADDING: Final = 0x00  # frames are filled to 8 bytes; the value is free by the standard


class BcmLink:
    """Asks the BCM one thing at a time. Made by `open_link`."""

    def __init__(self, connection: Any, where: str) -> None:
        self._connection, self._where = connection, where

    def ask(self, request: bytes) -> bytes | None:
        """Send one request and return the answer's payload, positive or negative; None where none came in time.

        What answers another request is passed over. Raises Unsafe for a service that is not on the list, PortError where the bus
        fails, PortTimeout where the module asks to wait for more than PENDING_MOST_S.
        """
        if not request or request[0] not in SERVICES:
            service = request[0] if request else 0
            raise Unsafe("diagnostic service that this program never sends", service, max(SERVICES), "(service id)")
        with as_listening_error(self._where):
            self._connection.empty_rxqueue()
            self._connection.send(request)
        until = time.monotonic() + TIMEOUT_S
        last = time.monotonic() + PENDING_MOST_S
        while (left := until - time.monotonic()) > 0:
            with as_listening_error(self._where):
                answer = self._connection.wait_frame(timeout=left, exception=False)
            if answer is None:
                return None
            if answer[:2] == b"\x7f" + request[:1] and answer[2:3] == bytes([_PENDING]):
                if time.monotonic() > last:
                    raise PortTimeout(
                        f"the BCM asks to wait, again and again, and does not answer within {PENDING_MOST_S:g} s: ignition off and on first"
                    )
                until = time.monotonic() + PENDING_S
                continue
            if answer[:1] == bytes([request[0] + 0x40]) or answer[:2] == b"\x7f" + request[:1]:
                return bytes(answer)
        return None


class DiagnosticBus:
    """A python-can bus that may send, and only to the BCM. `listen` hears without sending."""

    def __init__(self, bus: Any, where: str) -> None:
        self._bus, self._where = bus, where

    def listen(self, seconds: float) -> Iterator[tuple[int, bytes]]:
        """Yield (arbitration id, data) of every standard data frame for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            with as_listening_error(self._where):
                message = self._bus.recv(timeout=left)
            if message is not None and not (message.is_error_frame or message.is_remote_frame or message.is_extended_id):
                yield message.arbitration_id, bytes(message.data)

    @contextmanager
    def link(self) -> Iterator[BcmLink]:
        """Connect to the BCM; on leaving, nothing is sent any more."""
        import isotp
        from udsoncan.connections import PythonIsoTpConnection

        address = isotp.Address(isotp.AddressingMode.Normal_11bits, rxid=RESPONSE_ID, txid=REQUEST_ID)
        parameters = {"tx_padding": _PADDING, "tx_data_min_length": 8}
        layer = isotp.TransportLayer(rxfn=self._receive, txfn=self._transmit, address=address, params=parameters)
        connection = PythonIsoTpConnection(layer)
        connection.open()
        try:
            yield BcmLink(connection, self._where)
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of the bus."""
        with as_listening_error(self._where):
            self._bus.shutdown()

    def _receive(self, timeout: float) -> Any:
        import isotp

        message = self._bus.recv(timeout)
        if message is None or message.is_error_frame or message.is_remote_frame:
            return None
        return isotp.CanMessage(
            arbitration_id=message.arbitration_id, data=bytes(message.data), dlc=message.dlc, extended_id=message.is_extended_id
        )

    def _transmit(self, message: Any) -> None:
        import can

        if message.arbitration_id != REQUEST_ID or message.is_extended_id:
            raise Unsafe("CAN id that this program never sends", message.arbitration_id, REQUEST_ID, "(arbitration id)")
        self._bus.send(can.Message(arbitration_id=REQUEST_ID, data=message.data, is_extended_id=False))


def open_diagnostic_bus(interface: str, channel: str, bitrate: int | None) -> DiagnosticBus:
    """Open a bus for sending; raises PortError, or UsageError where the extra `dtc` is not installed."""
    where = f"CAN channel {channel} on {interface}"
    try:
        import isotp
        import udsoncan
    except ImportError as exc:
        raise UsageError(f"dtc needs the extra 'dtc': pip install 'lockbench[dtc]' ({exc.name} is missing)") from exc
    if not (hasattr(isotp, "TransportLayer") and hasattr(udsoncan, "Response")):
        raise PortError(f"{where}: can-isotp 2 and udsoncan 1 are needed, other versions are installed")
    with without_asammdf():
        import can
    options: dict[str, Any] = {} if bitrate is None else {"bitrate": bitrate}
    with as_listening_error(where):
        bus = can.Bus(channel=channel, interface=interface, receive_own_messages=False, **options)
    return DiagnosticBus(bus, where)
