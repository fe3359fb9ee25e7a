"""lgpio with a memory instead of a chip: which handle holds which line, as what, at which level. The names are lgpio's own."""

from types import ModuleType
from typing import Any


class FakeChip:
    """One GPIO chip. `lines`: line number to (handle, "in" or "out", level)."""

    def __init__(self) -> None:
        self.lines: dict[int, tuple[int, str, int]] = {}
        self._handles = 0

    def open(self, _chip: int) -> int:
        self._handles += 1
        return self._handles

    def close(self, handle: int) -> None:
        self.lines = {n: line for n, line in self.lines.items() if line[0] != handle}

    def claim(self, handle: int, number: int, way: str, level: int) -> None:
        holder = self.lines.get(number, (handle, "", 0))[0]
        if holder != handle:
            raise OSError(16, "GPIO busy")
        self.lines[number] = (handle, way, level)

    def free(self, handle: int, number: int) -> None:
        if self.lines.get(number, (0, "", 0))[0] == handle:
            del self.lines[number]

    def write(self, handle: int, number: int, level: int) -> None:
        holder, way, _ = self.lines[number]
        assert (holder, way) == (handle, "out"), f"handle {handle} writes to line {number}, which {holder} holds as {way!r}"
        self.lines[number] = (handle, way, int(level))


def fake_lgpio(chip: FakeChip) -> ModuleType:
    """Return a module that gpiozero's LGPIOFactory takes for lgpio."""
    made: Any = ModuleType("lgpio")
    made.error = type("error", (Exception,), {})
    made.SET_PULL_NONE, made.SET_PULL_UP, made.SET_PULL_DOWN = 128, 32, 64
    made.BOTH_EDGES, made.RISING_EDGE, made.FALLING_EDGE = 3, 1, 2
    made.gpiochip_open, made.gpiochip_close = chip.open, chip.close
    made.gpio_claim_input = lambda handle, number, _flags=0: chip.claim(handle, number, "in", 0)
    made.gpio_claim_output = lambda handle, number, level=0, _flags=0: chip.claim(handle, number, "out", level)
    made.gpio_free = chip.free
    made.gpio_write = chip.write
    made.gpio_read = lambda handle, number: chip.lines[number][2]
    made.gpio_get_mode = lambda handle, number: 2 if chip.lines[number][1] == "out" else 0
    module: ModuleType = made
    return module
