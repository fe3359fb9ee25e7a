"""The ADS1115 that watches the lines and the supply. Registers and scales: TI data sheet SBAS444, section 9 (from memory).

00 conversion      signed, 125 uV a bit at +-4.096 V
01 configuration   OS[15] MUX[14:12] PGA[11:9] MODE[8] DR[7:5] comparator[4:0]
                   OS: write 1 to start, reads 1 when no conversion runs
                   MUX 1nn: AINnn against ground   PGA 001: +-4.096 V   MODE 1: single shot   DR 111: 860 /s

Full scale at the line is 4.096 V times the divider's ratio.
"""

from collections.abc import Mapping
from typing import Final

from bench.errors import PortError
from bench.model.observations import Ambient, LineVoltage, Supply
from bench.model.wiring import LineAdc, Thermometer
from bench.ports.rig import Clock
from bench.rig.i2c import I2cBus, RegisterChip, signed
from bench.rig.watched_lines import Watched, WatchedLines

CONVERSION: Final = 0x00
CONFIGURATION: Final = 0x01
IDLE: Final = 0x8000
SINGLE_SHOT: Final = 0x8000 | 0b001 << 9 | 1 << 8 | 0b111 << 5 | 0b00011
LSB_V: Final = 4.096 / 0x8000
CONVERSION_NS: Final = round(1e9 / 860)
"""One conversion at 860 samples a second; the oscillator may be 10 % off."""


def config_of(channel: int) -> int:
    """Return the word that starts one conversion of a channel (0..3) against ground."""
    return SINGLE_SHOT | (0b100 | channel) << 12


class Ads1115:
    """Measures line voltages, the supply (V at the line) and the ambient (degrees C), one channel after the other.

    `poll` reads a finished conversion and starts the next channel, so each of n channels is seen every n / 860 s at best.
    """

    def __init__(self, i2c: I2cBus, watched: Mapping[Watched, LineAdc], clock: Clock, *, thermometer: Thermometer | None = None) -> None:
        first = next(iter(watched.values()))
        self._chip = RegisterChip(i2c, chip="ads1115", address=first.address, bus=first.bus)
        self._clock = clock
        self._watched = tuple(watched.items())
        self._at = 0
        self._lines = WatchedLines(watched, thermometer)
        self._start()
        kept = self._chip.read(CONFIGURATION)
        if kept & 0x7FFF != config_of(first.channel) & 0x7FFF:
            raise PortError(f"{self._chip.where}: configuration reads {kept:#06x} after {config_of(first.channel):#06x}")

    def poll(self) -> bool:
        """Measure: take a finished conversion and start the next; return whether one was finished. PortError on a dead bus."""
        if not self._chip.read(CONFIGURATION) & IDLE:
            return False
        t_ns = self._clock.now_ns()
        role, _ = self._watched[self._at]
        self._lines.tell(t_ns, role, signed(self._chip.read(CONVERSION)) * LSB_V)
        self._at = (self._at + 1) % len(self._watched)
        self._start()
        return True

    def drain(self) -> list[LineVoltage | Supply | Ambient]:
        """Hand over what moved, V at the line and degrees C."""
        return self._lines.drain()

    def _start(self) -> None:
        self._chip.write(CONFIGURATION, config_of(self._watched[self._at][1].channel))
