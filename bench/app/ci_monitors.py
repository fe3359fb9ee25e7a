"""The other shunt monitors of a CI rig, as registers: INA219 and INA260, beside the INA226 of ci_chips."""

from typing import Final, Protocol

from bench.app.ci_chips import Ina226Chip
from bench.model.wiring import CurrentMonitor

_WORD: Final = 0xFFFF


class MonitorRegisters(Protocol):
    """A monitor as registers: it is read and written over the bus, and converts what flows when it is told to."""

    def read(self, register: int) -> int: ...
    def write(self, register: int, value: int) -> None: ...
    def convert(self, current_a: float, bus_v: float) -> None: ...


class Ina219Chip:
    """An INA219 at +-320 mV and 32 V: 10 uV and 4 mV a bit; the ready flag is bit 1 of 02 and falls when 03 is read."""

    def __init__(self, shunt_ohm: float) -> None:
        self._shunt_ohm = shunt_ohm
        self._registers: dict[int, int] = {0x00: 0x399F}

    def read(self, register: int) -> int:
        """Return a register; reading 03 clears the ready flag."""
        value = self._registers.get(register, 0)
        if register == 0x03:
            self._registers[0x02] = self._registers.get(0x02, 0) & ~0x0002
        return value

    def write(self, register: int, value: int) -> None:
        """Set a register that can be set; bit 15 of the configuration resets the chip, bit 0 of the calibration is not kept."""
        if register == 0x00 and value & 0x8000:
            self._registers = {0x00: 0x399F}
        elif register == 0x00:
            self._registers[0x00] = value
        elif register == 0x05:
            self._registers[0x05] = value & 0xFFFE

    def convert(self, current_a: float, bus_v: float) -> None:
        """Finish a conversion of what flows (A) and stands (V) now, unless the chip is powered down."""
        if not self._registers[0x00] & 0b111:
            return
        shunt = max(-32_000, min(32_000, round(current_a * self._shunt_ohm / 10e-6)))
        bus = max(0, min(8000, round(bus_v / 4e-3)))
        self._registers[0x01], self._registers[0x02] = shunt & _WORD, bus << 3 | 0x0002


class Ina260Chip:
    """An INA260: 1.25 mA and 1.25 mV a bit; the ready flag is bit 3 of 06 and falls when that is read."""

    def __init__(self) -> None:
        self._registers: dict[int, int] = {0x00: 0x6127, 0xFE: 0x5449, 0xFF: 0x2270}

    def read(self, register: int) -> int:
        """Return a register; reading 06 clears its ready flag."""
        value = self._registers.get(register, 0)
        if register == 0x06:
            self._registers[0x06] = value & ~0x0008
        return value

    def write(self, register: int, value: int) -> None:
        """Set a register that can be set."""
        if register in (0x00, 0x06, 0x07):
            self._registers[register] = value

    def convert(self, current_a: float, bus_v: float) -> None:
        """Finish a conversion of what flows (A) and stands (V) now, unless the chip is powered down."""
        if not self._registers[0x00] & 0b111:
            return
        amperes = max(-0x8000, min(0x7FFF, round(current_a / 1.25e-3)))
        self._registers[0x01], self._registers[0x02] = amperes & _WORD, max(0, min(0x7FFF, round(bus_v / 1.25e-3)))
        self._registers[0x06] = self._registers.get(0x06, 0) | 0x0008


def monitor_registers(wired: CurrentMonitor) -> MonitorRegisters:
    """Return the registers of the chip that a wiring names."""
    if wired.chip == "ina219":
        return Ina219Chip(wired.shunt_ohm)
    return Ina260Chip() if wired.chip == "ina260" else Ina226Chip(wired.shunt_ohm)
