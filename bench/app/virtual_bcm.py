"""A body control module on a python-can bus, for tests of software that listens to a car: it sends what it is told to be true."""

from types import TracebackType
from typing import Final, Self

import can

from bench.config import all_families
from bench.errors import UsageError
from bench.model.family import Bit, Family
from bench.model.names import Door

_LENGTH: Final = 8


class VirtualBcm:
    """Sends the frames of one door-frame family on a bus of the caller's, once per `send` or every cycle between `start` and `stop`.

    At first all doors are closed, nothing is locked and the ignition is off. It never reads from the bus. Use it as a context
    manager to send cyclically: the family's own period, by python-can's `send_periodic`.
    """

    def __init__(self, bus: can.BusABC, family: str = "60D") -> None:
        self.bus, self.family = bus, _family(family)
        self._payloads = {number: bytearray(_LENGTH) for number in sorted(_state_ids(self.family))}
        self._tasks: dict[int, can.CyclicSendTaskABC] = {}
        for door in self.family.doors:
            self._put_door(door, is_open=False)
        self.sent = 0

    def set_door(self, door: Door, *, is_open: bool) -> None:
        """Open or close a door; raises UsageError for one that this family does not carry."""
        if door not in self.family.doors:
            raise UsageError(f"family {self.family.name} carries no {door}; it carries {', '.join(self.family.doors)}")
        self._put_door(door, is_open=is_open)
        self._changed()

    def set_locked(self, *, locked: bool) -> None:
        """Set every lock bit: what a BCM commanded, not what the locks did. Raises UsageError where the family has none."""
        if not self.family.lock:
            raise UsageError(f"family {self.family.name} carries no lock state")
        for bit in self.family.lock.values():
            self._put(bit, value=locked)
        self._changed()

    def set_ignition(self, word: str) -> None:
        """Set the ignition: off, acc, on or start; raises UsageError for another word or a family without it."""
        field = self.family.ignition
        values = {name: int(value) for value, name in field.values.items()} if field else {}
        if field is None or word not in values:
            raise UsageError(f"ignition {word!r}: family {self.family.name} carries {', '.join(values) or 'none'}")
        frame = self._payloads[field.id]
        frame[field.byte] = frame[field.byte] & ~(field.mask << field.shift) | values[word] << field.shift
        self._changed()

    def set_speed(self, km_h: float) -> None:
        """Set the vehicle speed, km/h, 0..300; raises UsageError outside of it or for a family without it."""
        scaled = self.family.speed
        if scaled is None or scaled.octets != 2 or not 0 <= km_h <= 300:
            raise UsageError(f"speed {km_h:g} km/h: family {self.family.name} carries {'0..300 km/h' if scaled else 'none'}")
        self._payloads[scaled.id][scaled.byte : scaled.byte + 2] = round(km_h / scaled.scale).to_bytes(2, "big")
        self._changed()

    def send(self) -> None:
        """Send every frame once, as it is now."""
        for message in self._messages():
            self.bus.send(message)
            self.sent += 1

    def start(self) -> None:
        """Send cyclically from now on; a second call does nothing."""
        if not self._tasks:
            period_s = self.family.cycle_ms / 1000
            self._tasks = {m.arbitration_id: self.bus.send_periodic(m, period_s) for m in self._messages()}

    def stop(self) -> None:
        """Fall silent, as a sleeping bus does."""
        tasks, self._tasks = self._tasks, {}
        for task in tasks.values():
            task.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _changed(self) -> None:
        for message in self._messages():
            task = self._tasks.get(message.arbitration_id)
            if isinstance(task, can.ModifiableCyclicTaskABC):
                task.modify_data(message)

    def _messages(self) -> list[can.Message]:
        return [can.Message(arbitration_id=n, data=bytes(data), is_extended_id=n > 0x7FF) for n, data in self._payloads.items()]

    def _put_door(self, door: Door, *, is_open: bool) -> None:
        bits = self.family.doors[door]
        self._put(bits.open, value=is_open)
        if bits.closed is not None:
            self._put(bits.closed, value=not is_open)

    def _put(self, bit: Bit, *, value: bool) -> None:
        frame = self._payloads[bit.id]
        frame[bit.byte] = frame[bit.byte] | bit.mask if value else frame[bit.byte] & ~bit.mask


def _state_ids(family: Family) -> set[int]:
    """Doors, locks, ignition and speed; a supply voltage that nobody set would read as 0 V."""
    bits = [b.id for d in family.doors.values() for b in (d.open, d.closed) if b is not None]
    return {family.frame, *bits, *(f.id for f in (*family.lock.values(), family.ignition, family.speed) if f is not None)}


def _family(name: str) -> Family:
    known = {family.name: family for family in all_families()}
    if name not in known:
        raise UsageError(f"family {name!r}: there are {', '.join(known)}")
    return known[name]
