"""A bench supply in a run: its dialogue has a thread of its own, for it takes a tenth of a second and the heartbeat has not that.

A supply that no longer answers stops no run: what it fed is measured at the feed. It is a gap on record, and asked again.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from bench.errors import PortError, ProcedureRefused
from bench.model.observations import Gap, Supply
from bench.model.wiring import SupplyPart
from bench.ports.rig import Clock
from bench.rig.scpi_supply import ScpiSupply
from bench.rig.steady import Steady

PERIOD_S: Final = 0.1
AGAIN_S: Final = 1.0
STEP_V: Final = 0.1
GAP_NS: Final = 50_000_000
CLOSE_S: Final = 3.0


class BenchSupply:
    """A settable supply, and a source of what it measures. `tells` False: something better reads the supply after the fuse."""

    def __init__(self, opening: Callable[[], ScpiSupply], part: SupplyPart, clock: Clock, *, tells: bool = True) -> None:
        self._opening, self._part, self._clock, self._tells = opening, part, clock, tells
        self._volts = part.volts
        self._told = Steady(step=STEP_V, gap_ns=GAP_NS)
        self._seen: deque[Supply | Gap] = deque()
        self._wake, self._end = threading.Event(), threading.Event()
        self._device: ScpiSupply | None = opening()
        self._set_v = part.volts
        self._device.set_output(on=True)
        self._last_ns = clock.now_ns()
        self._measure(self._device)
        self._thread = threading.Thread(target=self._run, name="lockbench-supply", daemon=True)
        self._thread.start()

    @property
    def range_v(self) -> tuple[float, float] | None:
        """Lowest and highest voltage of the wiring file, V."""
        return (self._part.volts_min, self._part.volts_max)

    @property
    def volts(self) -> float:
        """Where it was ordered to stand, V."""
        return self._volts

    def set_volts(self, volts: float) -> None:
        """Order a voltage; raises ProcedureRefused outside of the wiring's range."""
        low, high = self._part.volts_min, self._part.volts_max
        if not low <= volts <= high:
            raise ProcedureRefused(f"supply {volts:g} V, limit {low:g}..{high:g} V")
        self._volts = volts
        self._wake.set()

    def drain(self) -> list[Supply | Gap]:
        """Hand over what was measured, V, and when nothing was."""
        seen = list(self._seen)
        self._seen.clear()
        return seen

    def close(self) -> None:
        """Output off, and the port is let go of; one that does not answer any more is no error."""
        self._end.set()
        self._wake.set()
        self._thread.join(timeout=CLOSE_S)
        device, self._device = self._device, None
        if device is not None:
            try:
                device.set_output(on=False)
                device.close()
            except PortError:
                return

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self._turn()
                self._wake.wait(PERIOD_S)
            except PortError as exc:
                self._lose(exc)
                self._end.wait(AGAIN_S)
            self._wake.clear()

    def _turn(self) -> None:
        if self._device is None:
            self._device = self._opening()
            self._set_v = self._part.volts
            self._device.set_output(on=True)
        volts = self._volts
        if volts != self._set_v:
            self._device.set_volts(volts)
            self._set_v = volts
        self._measure(self._device)

    def _measure(self, device: ScpiSupply) -> None:
        volts = device.measure_volts()
        t_ns = self._clock.now_ns()
        self._last_ns = t_ns
        if self._tells and self._told.admits(t_ns, volts):
            self._seen.append(Supply(t=t_ns, v=volts))

    def _lose(self, why: PortError) -> None:
        now_ns = self._clock.now_ns()
        self._seen.append(Gap(t=self._last_ns, until=now_ns, source="supply", reason=str(why)))
        self._last_ns = now_ns
        device, self._device = self._device, None
        if device is not None:
            try:
                device.close()
            except PortError:
                return
