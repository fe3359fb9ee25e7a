"""The INA260 monitor with its shunt inside. Register numbers and scales: TI data sheet SBOS656C, section 8 (from memory).

00 configuration   RST 1 1 0 AVG[11:9] VBUSCT[8:6] ISHCT[5:3] MODE[2:0]
01 current         1.25 mA a bit, signed; the shunt carries 15 A
02 bus voltage     1.25 mV a bit
06 mask/enable     bit 3 CVRF: a conversion is ready; cleared by reading this register
FE manufacturer 5449 ("TI")   FF die 227x
"""

from typing import Final

from bench.errors import PortError, WiringError
from bench.rig.i2c import RegisterChip, signed
from bench.rig.ina226 import CONVERSION_US

CONFIGURATION: Final = 0x00
CURRENT: Final = 0x01
BUS_VOLTAGE: Final = 0x02
MASK_ENABLE: Final = 0x06
MANUFACTURER: Final = 0xFE
DIE: Final = 0xFF

FIXED_BITS: Final = 0x6000
CONTINUOUS: Final = 0b111
CONVERSION_READY: Final = 1 << 3
TEXAS: Final = 0x5449
DIE_260: Final = 0x227
A_PER_BIT: Final = 1.25e-3
BUS_LSB_V: Final = 1.25e-3
FULL_SCALE_A: Final = 15.0


def configuration_of(conversion_us: int) -> int:
    """Return the configuration: no averaging, both conversions of that length, continuous; raise WiringError for others."""
    if conversion_us not in CONVERSION_US:
        fitting = ", ".join(map(str, CONVERSION_US))
        raise WiringError(f"current.conversion_us: {conversion_us} us is no conversion time of the INA260; it has {fitting} us")
    code = CONVERSION_US.index(conversion_us)
    return FIXED_BITS | code << 6 | code << 3 | CONTINUOUS


class Ina260:
    """An INA260: no calibration, for the shunt is trimmed inside."""

    full_scale_a = FULL_SCALE_A

    def __init__(self, chip: RegisterChip, *, conversion_us: int) -> None:
        self._chip = chip
        maker, die = chip.read(MANUFACTURER), chip.read(DIE)
        if maker != TEXAS or die >> 4 != DIE_260:
            raise PortError(f"{chip.where}: says maker {maker:#06x} die {die:#06x}, an INA260 says 0x5449 0x227x")
        chip.set_up(CONFIGURATION, configuration_of(conversion_us))

    def take(self) -> tuple[float, float, bool] | None:
        """Measure A and V where a conversion is ready; raise PortError on a dead bus."""
        read = self._chip.read
        if not read(MASK_ENABLE) & CONVERSION_READY:
            return None
        amperes = signed(read(CURRENT)) * A_PER_BIT
        return amperes, signed(read(BUS_VOLTAGE)) * BUS_LSB_V, abs(amperes) >= FULL_SCALE_A
