"""I2C chips with 16-bit registers, over anything shaped like smbus2.SMBus."""

from typing import Protocol

from bench.errors import PortError
from bench.rig.border import in_words


class I2cBus(Protocol):
    """The two calls of smbus2.SMBus that 16-bit registers need. SMBus words are little-endian on the wire.

    Word calls and not block reads: the kernel's i2c-stub keeps words for these only, and they are one transaction each.
    """

    def read_word_data(self, address: int, register: int, /) -> int:
        """Return a register, 0..0xffff, low byte first; address 0x08..0x77. Raises OSError where nothing answers."""
        ...

    def write_word_data(self, address: int, register: int, value: int, /) -> None:
        """Write a register, 0..0xffff, low byte first. Raises OSError where nothing answers."""


def swapped(word: int) -> int:
    """Return a 16-bit word with its bytes exchanged: the chips send the high byte first, SMBus the low one."""
    return (word & 0xFF) << 8 | word >> 8 & 0xFF


def signed(word: int) -> int:
    """Return a 16-bit two's complement word as a number, -32768..32767."""
    return word - 0x1_0000 if word & 0x8000 else word


class RegisterChip:
    """One chip by bus and address; complaints name chip, address and bus."""

    def __init__(self, i2c: I2cBus, *, chip: str, address: int, bus: int) -> None:
        self._i2c, self._address = i2c, address
        self.where = f"{chip} at {address:#04x} on I2C bus {bus}"

    def read(self, register: int) -> int:
        """Return a register, 0..0xffff, high byte first; raise PortError where the chip does not answer."""
        try:  # spelt out, not as_port_error: this runs thousands of times a second
            return swapped(self._i2c.read_word_data(self._address, register))
        except OSError as exc:
            raise PortError(f"{self.where}: {in_words(exc)}") from exc

    def write(self, register: int, value: int) -> None:
        """Set a register; raise PortError where the chip does not answer."""
        try:
            self._i2c.write_word_data(self._address, register, swapped(value))
        except OSError as exc:
            raise PortError(f"{self.where}: {in_words(exc)}") from exc

    def set_up(self, register: int, value: int) -> None:
        """Set a register and read it back; raise PortError where the chip keeps something else."""
        self.write(register, value)
        kept = self.read(register)
        if kept != value:
            raise PortError(f"{self.where}: register {register:#04x} reads {kept:#06x} after {value:#06x} was written")
