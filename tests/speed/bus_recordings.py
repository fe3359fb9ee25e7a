"""Makes the inputs of the benchmark: a bus of 40 ids, the same for the same number of frames."""

import random
from collections.abc import Iterator
from pathlib import Path

import can

FOREIGN = (".asc", ".blf", ".csv", ".trc")
_START_US = 1_632_509_059_000_000
_STEP_US = 400  # 2,500 frames a second: a busy bus of 500 kbit/s
_SHORT = (7, 6, 5, 4, 2, 3, 1)
_DOORS = (0x08, 0x10, 0x20, 0x40, 0x80)


def names() -> list[tuple[int, int]]:
    """Return the 40 ids and how many bytes each has."""
    return [(number, len(data)) for _, number, data in bus(40)]


def signals(folder: Path) -> tuple[Path, Path]:
    """Return a DBC of 200 signals, five in each message, and the same as a table for the C floor: id, shift, length."""
    dbc, table = folder / "signals.dbc", folder / "signals.txt"
    text, rows = ['VERSION ""\nBS_:\nBU_: X\n'], []
    for number, size in names():
        text.append(f"BO_ {number} M{number:X}: {size} X\n")
        for n in range(5):
            shift, end = 8 * size * n // 5, 8 * size * (n + 1) // 5
            text.append(f' SG_ S{number:X}_{n} : {shift}|{end - shift}@1+ (0.5,-40) [0|0] "V" X\n')
            rows.append(f"{number} {shift} {end - shift}\n")
    dbc.write_text("".join(text))
    table.write_text("".join(rows))
    return dbc, table


def bus(frames: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield (microseconds, id, data): a door frame, a speed, and 38 others of which half change in each frame and some never."""
    source = random.Random(40)
    ids = [0x60D, 0x280, *source.sample([n for n in range(0x100, 0x7F0) if n not in {0x60D, 0x280, 0x454, 0x285}], 38)]
    data = [source.randbytes(8 if n < 33 else _SHORT[n - 33]) for n in range(40)]
    data[0], data[1] = bytes([0, 6, 0, 0, 0, 0, 0, 0]), bytes(8)
    t_us = _START_US
    for n in range(frames):
        slot, turn = n % 40, n // 40
        t_us += _STEP_US - n % 7
        if slot == 0 and source.random() < 0.004:
            data[0] = bytes([data[0][0] ^ source.choice(_DOORS), *data[0][1:]])
        elif slot == 1:
            data[1] = bytes([0, 0, 0, 0, turn // 600 % 16, turn & 0xFF, 0, 0])
        elif slot % 4 == 3:
            data[slot] = source.randbytes(len(data[slot]))
        elif slot % 4 == 1:
            data[slot] = bytes([turn & 0xFF]) + data[slot][1:]
        yield t_us, ids[slot], data[slot]


def recording(folder: Path, frames: int) -> Path:
    """Return a candump file of so many frames, made once."""
    path = folder / f"bus-{frames}.log"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        with unfinished.open("w") as file:
            for t_us, number, data in bus(frames):
                file.write(f"({t_us // 10**6}.{t_us % 10**6:06d}) can0 {number:03X}#{data.hex().upper()}\n")
        unfinished.rename(path)
    return path


def foreign(folder: Path, frames: int, suffix: str) -> Path:
    """Return a file of another format, written by python-can, made once."""
    path = folder / f"bus-{frames}{suffix}"
    if not path.exists():
        unfinished = folder / f"unfinished{suffix}"
        with can.Logger(unfinished) as logger:
            for t_us, number, data in bus(frames):
                logger(can.Message(timestamp=t_us / 1e6, arbitration_id=number, data=data, is_extended_id=False, channel=0))
        unfinished.rename(path)
    return path
