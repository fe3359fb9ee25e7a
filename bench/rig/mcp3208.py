"""The MCP3208 on SPI that watches lines, supply and an analogue thermometer. Microchip data sheet DS21298, section 6 (from memory).

    sent      0 0 0 0 0 1 S D2 | D1 D0 x x x x x x | x x x x x x x x      S 1: one channel against ground
    received  x x x x x x x x  | x x x 0 B11..B8   | B7 .. B0

One transfer is one conversion; there is nothing to wait for and nothing that says whether a chip is there: an open bus reads
all ones or all zeros. Full scale at the line is the reference times the divider's ratio.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from bench.errors import PortError
from bench.model.observations import Ambient, LineVoltage, Supply
from bench.model.wiring import LineAdc, Thermometer
from bench.ports.rig import Clock
from bench.rig.border import in_words
from bench.rig.watched_lines import Watched, WatchedLines

COUNTS: Final = 4096


class SpiDevice(Protocol):
    """What is needed of gpiozero's SPI objects, or anything shaped like them."""

    def transfer(self, data: Sequence[int], /) -> Sequence[int]:
        """Exchange bytes, 0..255 each, in one selection of the chip; return as many as were sent."""
        ...


def order_of(channel: int) -> list[int]:
    """Return the three bytes that convert a channel (0..7) against ground."""
    return [0b110 | channel >> 2, (channel & 0b11) << 6, 0]


class Mcp3208:
    """Measures line voltages, the supply (V at the line) and the ambient (degrees C), one channel a poll, in turn."""

    def __init__(
        self, spi: SpiDevice, watched: Mapping[Watched, LineAdc], clock: Clock, *,
        thermometer: Thermometer | None = None, foreign: tuple[type[Exception], ...] = (),
    ) -> None:  # fmt: skip
        first = next(iter(watched.values()))
        self._spi, self._clock = spi, clock
        self._foreign: tuple[type[Exception], ...] = (OSError, *foreign)
        self._where = f"mcp3208 on SPI {first.spi}.{first.select}"
        self._watched = tuple(watched.items())
        self._lines = WatchedLines(watched, thermometer)
        self._at = 0
        self.poll()

    def poll(self) -> bool:
        """Measure the next channel; returns True. Raises PortError where the bus fails or nobody drives it."""
        role, wired = self._watched[self._at]
        self._at = (self._at + 1) % len(self._watched)
        t_ns = self._clock.now_ns()
        try:
            answer = self._spi.transfer(order_of(wired.channel))
        except self._foreign as exc:
            raise PortError(f"{self._where}: {in_words(exc)}") from exc
        if len(answer) != 3 or answer[1] & 0x10:
            raise PortError(f"{self._where}: no null bit before the value of channel {wired.channel}; is the chip there?")
        self._lines.tell(t_ns, role, ((answer[1] & 0x0F) << 8 | answer[2]) / COUNTS * wired.reference_v)
        return True

    def drain(self) -> list[LineVoltage | Supply | Ambient]:
        """Hand over what moved, V at the line and degrees C."""
        return self._lines.drain()
