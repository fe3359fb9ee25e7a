"""The INA226 shunt monitor at the bridge feed. Register numbers and scales: TI data sheet SBOS547A, section 7 (from memory).

00 configuration   RST . . . AVG[11:9] VBUSCT[8:6] VSHCT[5:3] MODE[2:0]    bit 14 reads 1
01 shunt voltage   2.5 uV a bit, signed, full scale 81.92 mV
02 bus voltage     1.25 mV a bit
03 power   04 current = shunt x calibration / 2048   05 calibration
06 mask/enable     bit 3 CVRF: a conversion is ready; cleared by reading this register
FE manufacturer 5449 ("TI")   FF die 226x

With 10 mOhm full scale is 8.19 A and a bit 0.25 mA; with the stock boards' 100 mOhm it clips at 0.82 A.
"""

from typing import Final

from bench.errors import PortError, WiringError
from bench.rig.i2c import RegisterChip, signed

CONFIGURATION: Final = 0x00
SHUNT_VOLTAGE: Final = 0x01
BUS_VOLTAGE: Final = 0x02
POWER: Final = 0x03
CURRENT: Final = 0x04
CALIBRATION: Final = 0x05
MASK_ENABLE: Final = 0x06
MANUFACTURER: Final = 0xFE
DIE: Final = 0xFF

RESET: Final = 0x8000
CONFIG_AT_RESET: Final = 0x4127
CONTINUOUS: Final = 0b111
CONVERSION_READY: Final = 1 << 3
TEXAS: Final = 0x5449
DIE_226: Final = 0x226
SHUNT_LSB_V: Final = 2.5e-6
BUS_LSB_V: Final = 1.25e-3
FULL_SCALE: Final = 0x7FFF
CONVERSION_US: Final = (140, 204, 332, 588, 1100, 2116, 4156, 8244)
CALIBRATION_V: Final = 0.00512  # calibration = 0.00512 V / (A a bit x ohm)


def calibration_of(shunt_ohm: float, a_per_bit: float) -> int:
    """Return the calibration register that makes the current register count in `a_per_bit` over that shunt."""
    return round(CALIBRATION_V / (a_per_bit * shunt_ohm))


def configuration_of(conversion_us: int) -> int:
    """Return the configuration: no averaging, both conversions of that length, continuous; raise WiringError for others."""
    if conversion_us not in CONVERSION_US:
        fitting = ", ".join(map(str, CONVERSION_US))
        raise WiringError(f"current.conversion_us: {conversion_us} us is no conversion time of the INA226; it has {fitting} us")
    code = CONVERSION_US.index(conversion_us)
    return 0x4000 | code << 6 | code << 3 | CONTINUOUS


class Ina226:
    """An INA226 that converts shunt and bus one after the other: in a pair the voltage is one conversion time younger."""

    def __init__(self, chip: RegisterChip, *, shunt_ohm: float, conversion_us: int) -> None:
        self._chip = chip
        self._a_per_bit = SHUNT_LSB_V / shunt_ohm
        self.full_scale_a = FULL_SCALE * self._a_per_bit
        maker, die = chip.read(MANUFACTURER), chip.read(DIE)
        if maker != TEXAS or die >> 4 != DIE_226:
            raise PortError(f"{chip.where}: says maker {maker:#06x} die {die:#06x}, an INA226 says 0x5449 0x226x")
        chip.set_up(CONFIGURATION, configuration_of(conversion_us))
        chip.set_up(CALIBRATION, calibration_of(shunt_ohm, self._a_per_bit))

    def take(self) -> tuple[float, float, bool] | None:
        """Measure A and V where a conversion is ready; raise PortError on a dead bus."""
        read = self._chip.read
        if not read(MASK_ENABLE) & CONVERSION_READY:
            return None
        shunt, bus = signed(read(SHUNT_VOLTAGE)), signed(read(BUS_VOLTAGE))
        return shunt * self._a_per_bit, bus * BUS_LSB_V, shunt >= FULL_SCALE or shunt <= -FULL_SCALE - 1
