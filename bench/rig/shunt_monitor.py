"""What every shunt monitor has in common: poll it, one sample a finished conversion, and lines of at most 50 ms."""

from collections import deque
from typing import Final, Protocol

from bench.model.observations import Current
from bench.model.wiring import CurrentMonitor
from bench.ports.rig import Clock
from bench.rig.i2c import I2cBus, RegisterChip
from bench.rig.ina219 import Ina219
from bench.rig.ina226 import Ina226
from bench.rig.ina260 import Ina260

LINE_SPAN_NS: Final = 50_000_000
"""No line of kind `current` spans more (DESIGN 3.4)."""


class MonitorChip(Protocol):
    """One sort of shunt monitor, set up and converting. `full_scale_a`: the highest current that it can tell, A."""

    full_scale_a: float

    def take(self) -> tuple[float, float, bool] | None:
        """Return amperes, volts and whether it clipped, once for each finished conversion; None: none has finished."""
        ...


class ShuntMonitor:
    """Measures feed current (A) and feed voltage (V), one pair for each finished conversion.

    `poll` is to be called about once a conversion; it stamps the sample with the time at which the ready flag was asked
    for, so a stamp is late by at most the time since the last poll. `samples`, `clipped_samples`: how many there were.
    """

    def __init__(self, chip: MonitorChip, clock: Clock) -> None:
        self._chip, self._clock = chip, clock
        self._samples: deque[tuple[int, float, float]] = deque()
        self.samples = self.clipped_samples = 0
        self.full_scale_a = chip.full_scale_a

    def poll(self) -> bool:
        """Measure: read one sample if a conversion is ready; return whether it was. Raises PortError on a dead bus."""
        t_ns = self._clock.now_ns()
        seen = self._chip.take()
        if seen is None:
            return False
        a, v, clipped = seen
        self.samples += 1
        self.clipped_samples += clipped
        self._samples.append((t_ns, a, v))
        return True

    def drain(self) -> list[Current]:
        """Hand over the samples in lines of at most 50 ms, A and V."""
        lines: list[Current] = []
        samples = self._samples
        while samples:
            t0 = samples[0][0]
            dt, a, v = [], [], []
            while samples and samples[0][0] - t0 <= LINE_SPAN_NS:
                t_ns, amperes, volts = samples.popleft()
                dt.append(t_ns - t0)
                a.append(amperes)
                v.append(volts)
            lines.append(Current(t0=t0, dt=dt, a=list(a), v=list(v)))
        return lines


def current_monitor(i2c: I2cBus, wired: CurrentMonitor, clock: Clock) -> ShuntMonitor:
    """Open the monitor that a wiring names; raise PortError where it is not there or is another chip."""
    chip = RegisterChip(i2c, chip=wired.chip, address=wired.address, bus=wired.bus)
    if wired.chip == "ina226":
        return ShuntMonitor(Ina226(chip, shunt_ohm=wired.shunt_ohm, conversion_us=wired.conversion_us), clock)
    if wired.chip == "ina219":
        return ShuntMonitor(Ina219(chip, shunt_ohm=wired.shunt_ohm, conversion_us=wired.conversion_us), clock)
    return ShuntMonitor(Ina260(chip, conversion_us=wired.conversion_us), clock)
