"""The rig's I2C chips as the guest's kernel shows them: registers in its stub, filled from outside of lockbench.

The models are those of the CI rig (bench.app.ci_chips), which know the data sheets; here their registers are copied into the
kernel, through a file of our own on /dev/i2c-N. Two habits live in the kernel itself (build_uml.sh): the INA226's ready flag falls
when lockbench reads it, and the ADS1115 is busy from the start bit that lockbench writes until the conversion is put there.
"""

from typing import Final

from smbus2 import SMBus

from bench.app.ci_chips import Ads1115Chip, Ina226Chip, ThermometerChip
from bench.model.wiring import LineAdc, Wiring
from bench.rig.i2c import swapped

READY: Final = 0x0008
_IDLE: Final = 0x80  # bit 15 of the ADS1115's configuration, in the byte that goes over the bus first
_FASTEST: Final = 0xE3  # low byte of the configuration: 860 conversions a second, comparator off


class ChipRegisters:
    """One shunt monitor, one converter and one thermometer, at the addresses of a wiring, as after power-up."""

    def __init__(self, wiring: Wiring) -> None:
        self._bus = SMBus(wiring.current.bus)
        self._monitor_at = wiring.current.address
        self._monitor, self._adc = Ina226Chip(wiring.current.shunt_ohm), Ads1115Chip()
        self._channels: dict[str, LineAdc] = {str(role): wired for role, wired in wiring.lines.items()}
        if wiring.supply_line is not None:
            self._channels["supply"] = wiring.supply_line
        self._adc_at = next((wired.address for wired in self._channels.values()), None)
        self._adc_runs = False
        self._ambient_at = wiring.ambient.address if wiring.ambient else None
        self._ambient_c: float | None = None
        self.conversions = 0
        self.is_frozen = False
        for register in (0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xFE, 0xFF):
            self._put(self._monitor_at, register, self._monitor.read(register))
        if self._adc_at is not None:
            self._put(self._adc_at, 0x00, 0)
            self._put(self._adc_at, 0x01, 0x0583)
            self._bus.write_byte_data(self._adc_at, 0x01, 0x85)  # a byte, not a word: the kernel starts nothing

    def convert(self, a: float, v: float) -> None:
        """Finish one conversion of the shunt monitor, A and V; the ready flag comes last."""
        if self.is_frozen:
            return
        self._monitor.convert(a, v)
        self._put(self._monitor_at, 0x01, self._monitor.read(0x01))
        self._put(self._monitor_at, 0x02, self._monitor.read(0x02))
        self._put(self._monitor_at, 0x06, READY)
        self.conversions += 1

    def set_volts(self, role: str, volts: float) -> None:
        """Put a voltage on a watched line or on the supply, V at the line."""
        if (wired := self._channels.get(role)) is not None:
            self._adc.set_volts(wired.channel, volts / wired.ratio)

    def set_celsius(self, celsius: float) -> None:
        """Bring the thermometer to a temperature, C."""
        if self._ambient_at is not None and celsius != self._ambient_c:
            self._ambient_c = celsius
            chip = ThermometerChip(12)
            chip.set_celsius(celsius)
            self._put(self._ambient_at, 0x00, chip.read(0x00))

    def advance(self, dt_s: float) -> None:
        """Let time pass: a conversion that lockbench has started goes on, and is put there when it is done."""
        if self._adc_at is None:
            return
        if not self._adc_runs:
            first = self._bus.read_byte_data(self._adc_at, 0x01)
            if first & _IDLE:
                return
            self._adc.write(0x01, (_IDLE | first) << 8 | _FASTEST)
            self._adc_runs = True
        self._adc.advance(dt_s)
        done = self._adc.read(0x01)
        if done >> 8 & _IDLE:
            self._put(self._adc_at, 0x00, self._adc.read(0x00))
            self._bus.write_byte_data(self._adc_at, 0x01, done >> 8)
            self._adc_runs = False

    def close(self) -> None:
        """Let go of the bus; the registers stay."""
        self._bus.close()

    def _put(self, at: int, register: int, value: int) -> None:
        self._bus.write_word_data(at, register, swapped(value))
