"""A bench supply that speaks SCPI over a serial port: set volts and current limit, switch its output, measure.

The dialogue is the one that programmable supplies share (SCPI-99, and the commands of the usual 30 V / 5..10 A makes):

    *IDN?            make,model,serial,version        VOLT 12.600   CURR 8.000   OUTP ON|OFF   (no answer)
    VOLT?            12.600                           MEAS:VOLT?  12.598     MEAS:CURR?  0.012     SYST:ERR?  0,"No error"
"""

import math
import re
from typing import Final

from bench.errors import PortError, PortTimeout
from bench.model.wiring import SupplyPart
from bench.rig.serial_port import SerialPort, as_serial_error

END: Final = b"\n"
ANSWER_MAX: Final = 200
KEPT_V: Final = 0.05
"""A supply that keeps another voltage than it was told, by more than this, did not understand (E: they step 1 to 10 mV)."""
_NUMBER: Final = re.compile(r"([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*[VAva]?")


class ScpiSupply:
    """One supply. Every reading blocks until it answers or the port's time is over; see bench.rig.bench_supply for a run's use."""

    def __init__(self, port: SerialPort, part: SupplyPart) -> None:
        self._port, self._part = port, part
        self._where = f"supply on {part.url}"
        self.identity = self._ask("*IDN?")
        if self.identity == "*IDN?":
            raise PortError(f"{self._where}: gives back what it is asked; is it a loop, or a port that echoes?")
        if self.identity.count(",") < 1:
            raise PortError(f"{self._where}: says {self.identity!r} when asked for make, model, serial and version")
        self.set_limit(part.limit_a)
        self.set_volts(part.volts)

    def set_volts(self, volts: float) -> None:
        """Set the voltage, V, and read back that it was understood; raises PortError."""
        self._tell(f"VOLT {volts:.3f}")
        kept = self._number("VOLT?")
        if abs(kept - volts) > KEPT_V:
            raise PortError(f"{self._where}: keeps {kept:g} V after it was set to {volts:g} V")

    def set_limit(self, amperes: float) -> None:
        """Set the current limit, A."""
        self._tell(f"CURR {amperes:.3f}")

    def set_output(self, *, on: bool) -> None:
        """Control the output."""
        self._tell(f"OUTP {'ON' if on else 'OFF'}")

    def measure_volts(self) -> float:
        """Measure the voltage at the terminals, V."""
        return self._number("MEAS:VOLT?")

    def measure_current(self) -> float:
        """Measure the current that flows, A."""
        return self._number("MEAS:CURR?")

    def get_error(self) -> str | None:
        """Get the oldest error that the supply remembers; None: it has none."""
        answer = self._ask("SYST:ERR?")
        return None if answer.lstrip("+").startswith("0") else answer

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()

    def _tell(self, order: str) -> None:
        with as_serial_error(self._where):
            self._port.write(order.encode("ascii") + END)

    def _ask(self, question: str) -> str:
        """Return the answer's line; raise PortTimeout where there is none, PortError where it is no text."""
        with as_serial_error(self._where):
            self._port.reset_input_buffer()
            self._port.write(question.encode("ascii") + END)
            line = self._port.read_until(END, ANSWER_MAX)
        if not line.endswith(END):
            got = f", only {line!r}" if line else ""
            raise PortTimeout(f"{self._where}: no answer to {question} within {self._port.timeout or 0:g} s{got}")
        try:
            return line.decode("ascii").strip()
        except UnicodeDecodeError as exc:
            raise PortError(f"{self._where}: answered {question} with {line!r}, which is no text") from exc

    def _number(self, question: str) -> float:
        answer = ""
        for last in (False, True):  # a garbled answer is asked for once more: one spike on a cable is no broken supply
            try:
                answer = self._ask(question)
            except PortTimeout:
                raise
            except PortError:
                if last:
                    raise
                continue
            found = _NUMBER.fullmatch(answer)
            if found is not None and math.isfinite(value := float(found[1])):
                return value
        raise PortError(f"{self._where}: answered {question} with {answer!r}, which is no number")
