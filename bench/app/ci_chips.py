"""The chips of the CI rig, as registers on a bus: what the drivers of `bench.rig` talk to where no chip is.

Each keeps its registers as the data sheet says and knows nothing of its driver; the plant's world is written into it.
"""

import errno
from typing import Final, Protocol

from bench.errors import WiringError

_WORD: Final = 0xFFFF


class Chip(Protocol):
    """A chip with 16-bit registers."""

    def read(self, register: int) -> int: ...
    def write(self, register: int, value: int) -> None: ...


class ChipBus:
    """An I2C bus with chips on it, shaped like smbus2.SMBus: words go low byte first, so registers arrive swapped."""

    def __init__(self) -> None:
        self._chips: dict[int, Chip] = {}

    def fit(self, address: int, chip: Chip) -> None:
        """Solder a chip to an address; two on one address raise WiringError."""
        if address in self._chips:
            here, newcomer = type(self._chips[address]).__name__, type(chip).__name__
            raise WiringError(f"I2C address {address:#04x} is given to {here} and to {newcomer}")
        self._chips[address] = chip

    def read_word_data(self, address: int, register: int, /) -> int:
        """Return a register as SMBus shows it; an address without a chip gives the error that the kernel gives."""
        return _swap(self._at(address).read(register) & _WORD)

    def write_word_data(self, address: int, register: int, value: int, /) -> None:
        """Set a register from a word as SMBus sends it."""
        self._at(address).write(register, _swap(value))

    def _at(self, address: int) -> Chip:
        try:
            return self._chips[address]
        except KeyError:
            raise OSError(errno.EREMOTEIO, "Remote I/O error") from None


class Ina226Chip:
    """An INA226 with a shunt: full scale 81.92 mV, 2.5 uV and 1.25 mV a bit; the ready flag falls when it is read."""

    def __init__(self, shunt_ohm: float) -> None:
        self._shunt_ohm = shunt_ohm
        self._registers: dict[int, int] = dict(_INA226_AT_RESET)

    def read(self, register: int) -> int:
        """Return a register; reading 06 clears its ready flag."""
        value = self._registers.get(register, 0)
        if register == 0x06:
            self._registers[0x06] &= ~0x0008
        return value

    def write(self, register: int, value: int) -> None:
        """Set a register that can be set; bit 15 of the configuration resets the chip."""
        if register == 0x00 and value & 0x8000:
            self._registers = dict(_INA226_AT_RESET)
        elif register in (0x00, 0x05, 0x07):
            self._registers[register] = value

    def convert(self, current_a: float, bus_v: float) -> None:
        """Finish a conversion of what flows (A) and stands (V) now, unless the chip is powered down."""
        registers = self._registers
        if not registers[0x00] & 0b111:
            return
        shunt = _held(round(current_a * self._shunt_ohm / 2.5e-6), -0x8000, 0x7FFF)
        bus = _held(round(bus_v / 1.25e-3), 0, 0x7FFF)
        current = _held(shunt * registers[0x05] // 2048, -0x8000, 0x7FFF)
        registers[0x01], registers[0x02] = shunt & _WORD, bus
        registers[0x03], registers[0x04] = abs(current) * bus // 20_000 & _WORD, current & _WORD
        registers[0x06] |= 0x0008


class Ads1115Chip:
    """An ADS1115 in single-shot mode at +-4.096 V: a written start bit begins a conversion of 1/860 s or what DR says."""

    def __init__(self) -> None:
        self._volts = [0.0, 0.0, 0.0, 0.0]
        self._config = 0x8583
        self._result = 0
        self._left_s = 0.0

    def read(self, register: int) -> int:
        """Return conversion or configuration; bit 15 of the latter is set while nothing runs."""
        if register == 0x00:
            return self._result
        return self._config & 0x7FFF | (0x8000 if self._left_s <= 0 else 0)

    def write(self, register: int, value: int) -> None:
        """Set the configuration; bit 15 starts a conversion."""
        if register == 0x01:
            self._config = value & 0x7FFF
            if value & 0x8000:
                self._left_s = 1 / _ADS_RATES[value >> 5 & 0b111]

    def set_volts(self, channel: int, volts: float) -> None:
        """Put a voltage on an input pin, V against ground."""
        self._volts[channel] = volts

    def advance(self, dt_s: float) -> None:
        """Let time pass; a conversion that ends in it takes the voltage that stands now."""
        if self._left_s > 0:
            self._left_s -= dt_s
            if self._left_s <= 0:
                volts = self._volts[self._config >> 12 & 0b11]
                self._result = _held(round(volts / 4.096 * 0x8000), -0x8000, 0x7FFF) & _WORD


class ThermometerChip:
    """A TMP102 (12 bit) or LM75 (9 bit): register 00 holds 1/256 C, rounded down to what the chip resolves."""

    def __init__(self, bits: int) -> None:
        self._step = 1 << 16 - bits
        self._word = 0

    def read(self, register: int) -> int:
        """Return the temperature; the other registers are not modelled and read 0."""
        return self._word if register == 0x00 else 0

    def write(self, register: int, value: int) -> None:
        """Nothing that this model has can be set."""

    def set_celsius(self, celsius: float) -> None:
        """Bring the chip to a temperature, C."""
        self._word = _held(round(celsius * 256) // self._step * self._step, -0x8000, 0x7FFF) & _WORD


_INA226_AT_RESET: Final = {
    0x00: 0x4127,
    0x01: 0,
    0x02: 0,
    0x03: 0,
    0x04: 0,
    0x05: 0,
    0x06: 0,
    0x07: 0,
    0xFE: 0x5449,
    0xFF: 0x2260,
}
_ADS_RATES: Final = (8, 16, 32, 64, 128, 250, 475, 860)


def _swap(word: int) -> int:
    return (word & 0xFF) << 8 | word >> 8 & 0xFF


def _held(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))
