"""The INA219 shunt monitor. Register numbers and scales: TI data sheet SBOS448G, section 8 (from memory).

00 configuration   RST . BRNG PG[12:11] BADC[10:7] SADC[6:3] MODE[2:0]
                   BRNG 1: 32 V   PG 11: +-320 mV   ADC 00xx: 9 to 12 bits   MODE 111: shunt and bus, continuous
01 shunt voltage   10 uV a bit, signed, +-32000 at +-320 mV
02 bus voltage     [15:3] 4 mV a bit   bit 1 CNVR: a conversion is ready   bit 0 OVF
03 power           reading it clears CNVR
05 calibration     0.04096 V / (A a bit x ohm); the current register is not read here

It has no identity register. Stock boards carry 100 mOhm and clip at 3.2 A, just where a good drive stalls.
"""

from typing import Final

from bench.errors import WiringError
from bench.rig.i2c import RegisterChip, signed

CONFIGURATION: Final = 0x00
SHUNT_VOLTAGE: Final = 0x01
BUS_VOLTAGE: Final = 0x02
POWER: Final = 0x03
CALIBRATION: Final = 0x05

RANGE_32_V: Final = 1 << 13
GAIN_320_MV: Final = 0b11 << 11
CONTINUOUS: Final = 0b111
CONVERSION_READY: Final = 1 << 1
SHUNT_LSB_V: Final = 10e-6
BUS_LSB_V: Final = 4e-3
FULL_SCALE: Final = 32_000
CONVERSION_US: Final = (84, 148, 276, 532)
CALIBRATION_V: Final = 0.04096


def configuration_of(conversion_us: int) -> int:
    """Return the configuration: 32 V, 320 mV, both conversions of that length, continuous; raise WiringError for others."""
    if conversion_us not in CONVERSION_US:
        fitting = ", ".join(map(str, CONVERSION_US))
        raise WiringError(f"current.conversion_us: {conversion_us} us is no conversion time of the INA219; it has {fitting} us")
    code = CONVERSION_US.index(conversion_us)
    return RANGE_32_V | GAIN_320_MV | code << 7 | code << 3 | CONTINUOUS


def calibration_of(shunt_ohm: float, a_per_bit: float) -> int:
    """Return the calibration register that makes the current register count in `a_per_bit` over that shunt; bit 0 is none."""
    return round(CALIBRATION_V / (a_per_bit * shunt_ohm)) & 0xFFFE


class Ina219:
    """An INA219 at its widest range: 32 V and 320 mV."""

    def __init__(self, chip: RegisterChip, *, shunt_ohm: float, conversion_us: int) -> None:
        self._chip = chip
        self._a_per_bit = SHUNT_LSB_V / shunt_ohm
        self.full_scale_a = FULL_SCALE * self._a_per_bit
        chip.set_up(CONFIGURATION, configuration_of(conversion_us))
        chip.set_up(CALIBRATION, calibration_of(shunt_ohm, self._a_per_bit))

    def take(self) -> tuple[float, float, bool] | None:
        """Measure A and V where a conversion is ready; raise PortError on a dead bus."""
        read = self._chip.read
        bus = read(BUS_VOLTAGE)
        if not bus & CONVERSION_READY:
            return None
        shunt = signed(read(SHUNT_VOLTAGE))
        read(POWER)  # nothing else lowers the ready flag
        return shunt * self._a_per_bit, (bus >> 3) * BUS_LSB_V, abs(shunt) >= FULL_SCALE
