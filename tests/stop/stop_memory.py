"""Shared memory between the world outside, the pin process, the writer, and the test: one slot of 8 bytes for each thing."""

import mmap
import os
from enum import IntEnum, auto
from pathlib import Path

RING = 1024
"""Samples that are kept, at one a ms."""
FIELDS = 3


class Slot(IntEnum):
    """What lies where."""

    ENABLE = 0
    DRIVE_LOCK = auto()
    DRIVE_UNLOCK = auto()
    HEARTBEAT = auto()
    ESTOP = auto()
    HOLD = auto()
    AJAR = auto()
    LOCK = auto()
    HAND = auto()  # 1 close, 2 open: asked of the hand
    RESET = auto()  # pressed
    SELF_HOLDING = auto()  # the safety relay needs RESET once it has dropped
    FROZEN = auto()  # the current sensor gives nothing any more
    WELDED = auto()  # the enable contact stays closed
    STUCK = auto()  # the safety relay is closed whatever the heartbeat does
    MOTOR_OUT = auto()  # its plug is pulled
    LOOSE = auto()  # no output has a resistor of its own
    SLOW_MS = auto()  # ms that it takes to open the rig
    DIP = auto()  # the supply is at 5 V
    CAN_LOST = auto()
    PIN_RAISES = auto()
    PIN_DAWDLES = auto()  # ms for which the next turn hangs
    WRITER_RAISES = auto()
    DISK_FULL = auto()
    REFUSED_NS = auto()  # when the disk first refused a line
    SHUT_NS = auto()  # when the terminal was closed
    SHOWN_NS = auto()  # when the program at the terminal last sent a beat of its screen
    DISK_STALLS = auto()  # ms for which each write hangs, once
    UI_DEAD = auto()
    HANG_UP = auto()
    PHASE = auto()  # what to wait for
    ACT = auto()  # 0 nothing, 1 a signal, 2 a slot
    ACT_ON = auto()  # the process, or the slot
    ACT_WITH = auto()  # the signal, or the value
    ACTED_NS = auto()
    FEED = auto()
    ALIVE_NS = auto()  # when the feed was last seen alive
    DIED_NS = auto()  # when it was last seen to die
    ROSE_NS = auto()  # when it last came alive
    LOW_NS = auto()  # when the enable line was last seen to go low
    TOGGLED_NS = auto()  # when the heartbeat was last seen to toggle
    CURRENT_MA = auto()
    LATE_NS = auto()  # the world's own latest turn
    TICKS = auto()
    PIN_TURNS = auto()
    PIN_PID = auto()
    GO_ON = auto()
    HEAD = auto()
    SAMPLES = auto()


TURNS = 8192
"""Begins of the pin process's turns that are kept."""
SIZE = 8 * (Slot.SAMPLES + RING * FIELDS + TURNS)


class Memory:
    """The slots as numbers. `create` makes the file; everybody else opens it."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        fd = os.open(path, os.O_RDWR | (os.O_CREAT | os.O_EXCL if create else 0), 0o600)
        try:
            if create:
                os.ftruncate(fd, SIZE)
            self._map = mmap.mmap(fd, SIZE)
        finally:
            os.close(fd)
        self.slots = memoryview(self._map).cast("q")
        self.turns = self.slots[Slot.SAMPLES + RING * FIELDS :]

    def __getitem__(self, slot: int) -> int:
        return self.slots[slot]

    def __setitem__(self, slot: int, value: int) -> None:
        self.slots[slot] = value

    def close(self) -> None:
        """Let go of it."""
        self.turns.release()
        self.slots.release()
        self._map.close()


class Phase(IntEnum):
    """Where in a stroke something happens."""

    NONE = 0
    IDLE = 1
    INRUSH = 2
    MID_STROKE = 3
    STALL = 4
    DEAD_TIME = 5
