"""The software under test of this example: it warns when a rear door is open."""

import can


class DoorWatch:
    """Listens to a bus and keeps what the last door frame said of the rear doors."""

    def __init__(self, bus: can.BusABC) -> None:
        self._bus = bus
        self.open_doors: set[str] = set()

    def poll(self) -> None:
        """Take what has arrived."""
        while (message := self._bus.recv(timeout=0)) is not None:
            if message.arbitration_id == 0x60D:
                bits = {"rear_left": 0x20, "rear_right": 0x40}
                self.open_doors = {door for door, mask in bits.items() if message.data[0] & mask}

    @property
    def warning(self) -> bool:
        """Is the warning lamp on?"""
        return bool(self.open_doors)
