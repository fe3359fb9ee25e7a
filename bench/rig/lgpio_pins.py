"""gpiozero's LGPIOFactory on the chip that the wiring names, and on that one only. Imported late: only where a chip is.

Three things differ from gpiozero's own: a pin becomes an output at its level in one call (gpiozero makes it one at 0 and sets
the level then, which an active-low relay hears); off a Pi the factory says that it is a Pi 3, so that lines have numbers; and
each factory has a table of pins of its own.
"""

import contextlib
import tempfile
from collections import defaultdict
from typing import Any, Final, Protocol

from bench.errors import PortError
from bench.rig.border import in_words
from bench.rig.gpio_chip import GpioChip

OFF_A_PI: Final = 0xA02082
"""Revision code of a Pi 3B, whose GPIO0..27 are numbered as on every Pi: where /proc names no Pi, lines still have numbers."""


class ClosingFactory(Protocol):
    """A gpiozero pin factory that can be closed, and can make SPI devices."""

    def pin(self, name: int, /) -> Any:
        """Return the pin with that number, GPIO0..27; raises GPIOZeroError for another."""
        ...

    def spi(self, **spi_args: int) -> Any:
        """Open an SPI device by `port` and `device` (chip select); raises GPIOZeroError or lgpio.error."""
        ...

    def close(self) -> None:
        """Let go of every pin of this factory, and of the chip."""


def lgpio_factory(chip: GpioChip) -> tuple[ClosingFactory, tuple[type[Exception], ...]]:
    """Open a chip; return the factory and what its library raises. Raises PortError where lgpio is missing or refused."""
    try:
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # lgpio makes a FIFO where it is imported
            import lgpio
            from gpiozero import PinUnknownPi
            from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
    except ImportError as exc:
        raise PortError(f"{chip.device}: lgpio is not installed ({exc}); Debian: python3-lgpio, else pip install 'lockbench[pi]'") from exc

    class Line(LGPIOPin):  # type: ignore[misc]  # gpiozero has no types
        def output_with_state(self, state: object) -> None:
            """Make it an output at that level in one call of the kernel."""
            lgpio.gpio_claim_output(self.factory._handle, self._number, int(bool(state)))  # noqa: SLF001

    class Factory(LGPIOFactory):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(chip=chip.number)
            self.pin_class = Line
            # gpiozero gives every local factory one shared table of pins, and closing one factory resets them all: a rig
            # that closes would switch another one's lines to inputs. Who holds a line is kept by PinClaims and the kernel.
            self.pins: dict[Any, Any] = {}
            self._reservations: dict[Any, list[Any]] = defaultdict(list)

        def _get_revision(self) -> int:
            try:
                return int(super()._get_revision())
            except PinUnknownPi:
                return OFF_A_PI

    try:
        factory: ClosingFactory = Factory()
    except (lgpio.error, OSError) as exc:
        raise PortError(f"{chip.device} ({chip.label}): {in_words(exc)}") from exc
    return factory, (lgpio.error,)
