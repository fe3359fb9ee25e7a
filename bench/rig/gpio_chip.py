"""GPIO chips by their label, and who holds a line: asked of the kernel (GPIO character device, linux/gpio.h).

A Pi 4 numbers its header's chip 0, a Pi 5 has had it as 4 and as 0: only the label is the same in every kernel.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.errors import PortError
from bench.rig.border import as_port_error

PI_LABELS: Final = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""The header's chip on a Pi 5, a Pi 4, and the Pis before it."""

_CHIP_INFO: Final = 0x8044_B401  # name[32] label[32] lines u32
_CHIP: Final = struct.Struct("=32s32sI")
_LINE_INFO: Final = 0xC100_B405  # name[32] consumer[32] offset u32 attributes u32 flags u64 attributes[10] 16 padding[4] u32
_LINE: Final = struct.Struct("=32s32sIIQ160x16x")
_USED: Final = 1


@dataclass(frozen=True, slots=True)
class GpioChip:
    """One chip: its device's number, its label, and how many lines it has."""

    number: int
    label: str
    lines: int

    @property
    def device(self) -> str:
        """Its device file."""
        return f"/dev/gpiochip{self.number}"


def chips() -> tuple[GpioChip, ...]:
    """Return every GPIO chip that this program may open, by number."""
    found = []
    for path in Path("/dev").glob("gpiochip*"):
        number = path.name.removeprefix("gpiochip")
        if not number.isdecimal():
            continue
        try:
            answer = _ask(path, _CHIP_INFO, bytes(_CHIP.size))
        except OSError:
            continue
        _, label, lines = _CHIP.unpack(answer)
        found.append(GpioChip(int(number), _text(label), lines))
    return tuple(sorted(found, key=lambda chip: chip.number))


def chip_called(wanted: str | None, there: tuple[GpioChip, ...] | None = None) -> GpioChip:
    """Return the chip of a label or device name; None: the header's chip of whichever Pi this is. Raises PortError."""
    there = chips() if there is None else there
    names = PI_LABELS if wanted is None else (wanted,)
    for name in names:
        for chip in there:
            if name in {chip.label, f"gpiochip{chip.number}", chip.device}:
                return chip
    listed = ", ".join(f"{c.device} {c.label!r}" for c in there) or "none that this user may open"
    raise PortError(f"GPIO chip {' or '.join(map(repr, names))} is not here; there is: {listed}")


def consumer_of(chip: GpioChip, line: int) -> str | None:
    """Return what the kernel knows of who holds a line: the holder's own word, and the programs that have the chip open."""
    with as_port_error(f"{chip.device} line {line}", OSError):
        _, consumer, _, _, flags = _LINE.unpack(_ask(Path(chip.device), _LINE_INFO, _LINE.pack(b"", b"", line, 0, 0)))
    if not flags & _USED:
        return None
    others = ", ".join(f"{name} (pid {pid})" for pid, name in openers_of(chip.device))
    return f"{_text(consumer) or 'nameless'!r} on {chip.device}" + (f", which {others} has open" if others else "")


def openers_of(device: str) -> Iterator[tuple[int, str]]:
    """Yield pid and name of each other program that has a device open, as far as this user may see them."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        try:
            if any(str(fd.readlink()) == device for fd in (folder / "fd").iterdir()):
                yield int(folder.name), (folder / "comm").read_text().strip()
        except OSError:
            continue  # gone meanwhile, or another user's


def _ask(path: Path, number: int, question: bytes) -> bytes:
    device = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return fcntl.ioctl(device, number, question)
    finally:
        os.close(device)


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")
