"""`lockbench monitor` with a car on a python-can virtual bus of the same process: the doors of docs/drive.log, over and over.

`python tests/web/car_on_a_bus.py --json -i virtual -c car` plays the seconds around the flicker of the rear left door, at the speed of
the recording, for what flickers is a matter of time.
"""

import sys
import threading
import time
from pathlib import Path
from typing import Final

import can

from bench.cli.main import run

ROOT: Final = Path(__file__).resolve().parents[2]
FROM_S, TO_S = 10.5, 16.5


def frames() -> list[tuple[float, can.Message]]:
    """Read what is played: the second of each frame, from the first on, and the frame."""
    found = []
    for line in (ROOT / "docs" / "drive.log").read_text(encoding="ascii").splitlines():
        stamp, _, frame = line.split()
        number, _, data = frame.partition("#")
        t_s = float(stamp.strip("()")) - 1_700_000_000
        if FROM_S <= t_s <= TO_S:
            found.append((t_s - FROM_S, can.Message(arbitration_id=int(number, 16), data=bytes.fromhex(data), is_extended_id=False)))
    return found


def play() -> None:
    """Send until the process ends."""
    bus = can.Bus(interface="virtual", channel="car")
    heard = frames()
    while True:
        began = time.monotonic()
        for t_s, frame in heard:
            time.sleep(max(0.0, began + t_s - time.monotonic()))
            bus.send(frame)


if __name__ == "__main__":
    threading.Thread(target=play, daemon=True).start()
    sys.exit(run(["monitor", *sys.argv[1:]]))
