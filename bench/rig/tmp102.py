"""A TMP102 or LM75 thermometer beside the lock. Register 00: temperature, signed, left-justified, so 1/256 C a bit.

Both chips put whole degrees into the high byte; the TMP102 fills 4 bits below it (0.0625 C), the LM75 one (0.5 C).
Source: TI data sheets SBOS397 and LM75A (from memory).
"""

from collections import deque
from typing import Final

from bench.model.observations import Ambient
from bench.model.wiring import Thermometer
from bench.ports.rig import Clock
from bench.rig.i2c import I2cBus, RegisterChip, signed
from bench.rig.steady import Steady

TEMPERATURE: Final = 0x00
C_PER_BIT: Final = 1 / 256
PERIOD_NS: Final = 1_000_000_000
"""Four times the TMP102's own conversion period of 0.25 s."""
STEP_C: Final = 0.5


class Tmp102:
    """Measures the ambient temperature, C, at opening and then once a second where it moved by 0.5 C."""

    def __init__(self, i2c: I2cBus, wired: Thermometer, clock: Clock) -> None:
        self._chip = RegisterChip(i2c, chip=wired.chip, address=wired.address, bus=wired.bus)
        self._clock = clock
        self._due_ns = clock.now_ns()
        self._told = Steady(step=STEP_C, gap_ns=0)
        self._seen: deque[Ambient] = deque()
        self.poll()

    def poll(self) -> bool:
        """Measure, if the last reading is a second old; return whether it was. Raises PortError where nothing answers."""
        t_ns = self._clock.now_ns()
        if t_ns < self._due_ns:
            return False
        self._due_ns = t_ns + PERIOD_NS
        celsius = signed(self._chip.read(TEMPERATURE)) * C_PER_BIT
        if self._told.admits(t_ns, celsius):
            self._seen.append(Ambient(t=t_ns, c=celsius))
        return True

    def drain(self) -> list[Ambient]:
        """Hand over what moved, C."""
        seen = list(self._seen)
        self._seen.clear()
        return seen
