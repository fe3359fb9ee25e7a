"""From volts at a converter's pins to observations: lines and supply through their dividers, a thermometer by its slope."""

from collections import deque
from collections.abc import Mapping
from typing import Final, Literal

from bench.model.names import LineRole
from bench.model.observations import Ambient, LineVoltage, Supply
from bench.model.wiring import LineAdc, Thermometer
from bench.rig.steady import Steady

Watched = LineRole | Literal["supply", "ambient"]

LINE_STEP_V: Final = 0.2
LINE_GAP_NS: Final = 5_000_000
SUPPLY_STEP_V: Final = 0.1
SUPPLY_GAP_NS: Final = 50_000_000
# E: far below what any judgement hangs on (a contact between its levels, a battery that sags), far above the noise.
AMBIENT_STEP_C: Final = 0.5
AMBIENT_GAP_NS: Final = 1_000_000_000


class WatchedLines:
    """Keeps what moved until it is drained. `thermometer`: the one that hangs on the channel with the role "ambient"."""

    def __init__(self, watched: Mapping[Watched, LineAdc], thermometer: Thermometer | None = None) -> None:
        self._ratio = {role: wired.ratio for role, wired in watched.items()}
        self._thermometer = thermometer
        self._told = {role: _steady(role) for role in watched}
        self._seen: deque[LineVoltage | Supply | Ambient] = deque()

    def tell(self, t_ns: int, role: Watched, pin_v: float) -> None:
        """Take the voltage at the converter's pin, V."""
        volts = pin_v * self._ratio[role]
        if role == "ambient":
            part = self._thermometer
            if part is not None and self._told[role].admits(t_ns, c := (volts - part.volts_at_0c) / part.volts_per_c):
                self._seen.append(Ambient(t=t_ns, c=c))
        elif self._told[role].admits(t_ns, volts):
            self._seen.append(Supply(t=t_ns, v=volts) if role == "supply" else LineVoltage(t=t_ns, role=role, v=volts))

    def drain(self) -> list[LineVoltage | Supply | Ambient]:
        """Hand over what moved, V at the line and degrees C."""
        seen = list(self._seen)
        self._seen.clear()
        return seen


def _steady(role: Watched) -> Steady:
    if role == "ambient":
        return Steady(step=AMBIENT_STEP_C, gap_ns=AMBIENT_GAP_NS)
    return Steady(step=SUPPLY_STEP_V, gap_ns=SUPPLY_GAP_NS) if role == "supply" else Steady(step=LINE_STEP_V, gap_ns=LINE_GAP_NS)
