"""The INA226 shunt monitor at the bridge feed. Register numbers and scales: TI data sheet SBOS547A, section 7 (from memory).

00 configuration   RST . . . AVG[11:9] VBUSCT[8:6] VSHCT[5:3] MODE[2:0]    bit 14 reads 1
01 shunt voltage   2.5 uV a bit, signed, full scale 81.92 mV
02 bus voltage     1.25 mV a bit
03 power   04 current = shunt x calibration / 2048   05 calibration
06 mask/enable     bit 3 CVRF: a conversion is ready; cleared by reading this register
FE manufacturer 5449 ("TI")   FF die 226x

With 10 mOhm full scale is 8.19 A and a bit 0.25 mA; with the stock boards' 100 mOhm it clips at 0.82 A.
"""

from collections import deque
from typing import Final

from bench.errors import PortError, WiringError
from bench.model.observations import Current
from bench.model.wiring import CurrentMonitor
from bench.ports.rig import Clock
from bench.rig.i2c import I2cBus, RegisterChip, signed

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

LINE_SPAN_NS: Final = 50_000_000
"""No line of kind `current` spans more (DESIGN 3.4)."""


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
    """Measures feed current (A) and feed voltage (V), one pair for each finished conversion.

    `poll` is to be called about once a conversion; it stamps the sample with the time at which the ready flag was asked
    for, so a stamp is late by at most the time since the last poll. Shunt and bus are converted one after the other:
    within a pair, the voltage is one conversion time younger than the current.
    """

    def __init__(self, i2c: I2cBus, wired: CurrentMonitor, clock: Clock) -> None:
        self._chip = RegisterChip(i2c, chip="ina226", address=wired.address, bus=wired.bus)
        self._clock = clock
        self._a_per_bit = SHUNT_LSB_V / wired.shunt_ohm
        self._samples: deque[tuple[int, float, float]] = deque()
        self.clipped_samples = 0
        self.full_scale_a = FULL_SCALE * self._a_per_bit
        self._identify()
        self._configure(configuration_of(wired.conversion_us), calibration_of(wired.shunt_ohm, self._a_per_bit))

    def poll(self) -> bool:
        """Measure: read one sample if a conversion is ready; return whether it was. Raises PortError on a dead bus."""
        t_ns = self._clock.now_ns()
        if not self._chip.read(MASK_ENABLE) & CONVERSION_READY:
            return False
        shunt, bus = signed(self._chip.read(SHUNT_VOLTAGE)), signed(self._chip.read(BUS_VOLTAGE))
        if shunt >= FULL_SCALE or shunt <= -FULL_SCALE - 1:
            self.clipped_samples += 1
        self._samples.append((t_ns, shunt * self._a_per_bit, bus * BUS_LSB_V))
        return True

    def drain(self) -> list[Current]:
        """Hand over the samples in lines of at most 50 ms, A and V."""
        lines: list[Current] = []
        while self._samples:
            t0 = self._samples[0][0]
            dt, a, v = [], [], []
            while self._samples and self._samples[0][0] - t0 <= LINE_SPAN_NS:
                t_ns, amperes, volts = self._samples.popleft()
                dt.append(t_ns - t0)
                a.append(amperes)
                v.append(volts)
            lines.append(Current(t0=t0, dt=dt, a=list(a), v=list(v)))
        return lines

    def _identify(self) -> None:
        maker, die = self._chip.read(MANUFACTURER), self._chip.read(DIE)
        if maker != TEXAS or die >> 4 != DIE_226:
            raise PortError(f"{self._chip.where}: says maker {maker:#06x} die {die:#06x}, an INA226 says 0x5449 0x226x")

    def _configure(self, configuration: int, calibration: int) -> None:
        for register, value in ((CONFIGURATION, configuration), (CALIBRATION, calibration)):
            self._chip.write(register, value)
            kept = self._chip.read(register)
            if kept != value:
                raise PortError(f"{self._chip.where}: register {register:#04x} reads {kept:#06x} after {value:#06x} was written")
