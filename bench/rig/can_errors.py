"""What SocketCAN's error reports say about the controller (linux/can/error.h)."""

from typing import Final

from bench.model.names import BusState

_CONTROLLER: Final = 0x04
_BUS_OFF: Final = 0x40
_RESTARTED: Final = 0x100
_WARNING: Final = 0x04 | 0x08  # data[1]: receive or transmit counter above 96
_PASSIVE: Final = 0x10 | 0x20  # data[1]: above 127
_ACTIVE: Final = 0x40


def state_of(error_class: int, data: bytes) -> BusState | None:
    """Return the state that an error report announces; None where it announces none (a single error on the wire)."""
    if error_class & _BUS_OFF:
        return "bus_off"
    if error_class & _RESTARTED:
        return "active"
    if error_class & _CONTROLLER and len(data) > 1:
        if data[1] & _PASSIVE:
            return "passive"
        if data[1] & _WARNING:
            return "warning"
        if data[1] & _ACTIVE:
            return "active"
    return None
