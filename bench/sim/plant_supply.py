"""The supply of a simulated rig: a plant that has `set_supply(volts)` can be tried at any voltage."""

from collections.abc import Callable
from typing import Final

from bench.errors import PlantError, ProcedureRefused
from bench.ports.plant import Plant

RANGE_V: Final = (0.0, 16.0)
"""No further than a real bench supply is set (the lock accepts 9..16 V: J11 DLK-85)."""
NOMINAL_V: Final = 12.6


class PlantSupply:
    """Sets the supply of a plant. `volts`: where it stands."""

    def __init__(self, set_supply: Callable[[float], None], volts: float) -> None:
        self._set, self._volts = set_supply, volts

    @property
    def range_v(self) -> tuple[float, float] | None:
        """Lowest and highest voltage, V."""
        return RANGE_V

    @property
    def volts(self) -> float:
        """Where it was set, V."""
        return self._volts

    def set_volts(self, volts: float) -> None:
        """Set it; raises ProcedureRefused outside of the range, PlantError where the plant raises."""
        low, high = RANGE_V
        if not low <= volts <= high:
            raise ProcedureRefused(f"supply {volts:g} V, limit {low:g}..{high:g} V")
        try:
            self._set(volts)
        except Exception as exc:
            raise PlantError(f"plant.set_supply({volts:g}) raised {type(exc).__name__}: {exc}") from exc
        self._volts = volts


def supply_of(plant: Plant) -> PlantSupply | None:
    """Return the plant's settable supply; None where it has none. Its `supply_v` says where it stands (default 12.6 V)."""
    settable = getattr(plant, "set_supply", None)
    if not callable(settable):
        return None
    volts = getattr(plant, "supply_v", NOMINAL_V)
    return PlantSupply(settable, float(volts) if isinstance(volts, int | float) else NOMINAL_V)
