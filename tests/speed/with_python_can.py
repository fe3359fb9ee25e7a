"""What a script of python-can and cantools does to find the door changes: three ids decoded, everything else passed over."""

import sys
from pathlib import Path
from typing import cast

import can
import cantools
from cantools.database import Database

DBC = Path(__file__).resolve().parents[2] / "dbc" / "nissan-60d.dbc"
IDS = {0x60D, 0x280, 0x454}


def door_changes(path: str) -> int:
    """Count the changes of every door signal."""
    database = cast("Database", cantools.database.load_file(DBC))
    known = {message.frame_id: message for message in database.messages if message.frame_id in IDS}
    last: dict[str, object] = {}
    changes = 0
    for frame in can.LogReader(path):
        message = known.get(frame.arbitration_id)
        if message is None:
            continue
        for name, value in cast("dict[str, float]", message.decode(bytes(frame.data), decode_choices=False)).items():
            if "OPEN" in name:
                changes += last.get(name, value) != value
                last[name] = value
    return changes


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[0] == "--count":
        print(sum(1 for _ in can.LogReader(words[1])))
    elif words[0] != "none":
        print(door_changes(words[0]))
