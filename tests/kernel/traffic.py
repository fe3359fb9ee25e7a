"""Frames for the guest's virtual bus: the doors of a car that opens one, and as many frames as this machine can make."""

import socket
import struct
import subprocess
import sys
from typing import Final

CHANNEL: Final = "vcan0"
_FRAME: Final = struct.Struct("=IB3x8s")
CLOSED, OPEN = bytes([0x00, 0x06, 0x18, 0, 0, 0, 0, 0]), bytes([0x20, 0x06, 0x18, 0, 0, 0, 0, 0])
FLOOD: Final = """
import socket, struct, sys, time
node = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
node.bind((sys.argv[1],))
count = int(sys.argv[2])
frames = [struct.pack("=IB3x8s", 0x100 + 7 * (n % 40), 8, n.to_bytes(8, "big")) for n in range(count)]
began = time.monotonic()
for frame in frames:
    node.send(frame)
print(time.monotonic() - began, flush=True)
"""
"""Sends `count` numbered frames as fast as one process can; prints how long it took, s."""


class RawNode:
    """Somebody on the bus who sends, without any of lockbench's code."""

    def __init__(self, channel: str = CHANNEL) -> None:
        self._socket = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
        self._socket.bind((channel,))

    def send(self, arbitration_id: int, payload: bytes) -> None:
        """Send one classic frame."""
        self._socket.send(_FRAME.pack(arbitration_id | (0x8000_0000 if arbitration_id > 0x7FF else 0), len(payload), payload))

    def close(self) -> None:
        """Leave the bus."""
        self._socket.close()


def flood(count: int, channel: str = CHANNEL) -> float:
    """Let another process send `count` frames as fast as it can; return frames a second."""
    done = subprocess.run([sys.executable, "-c", FLOOD, channel, str(count)], capture_output=True, text=True, timeout=120, check=True)
    return count / float(done.stdout)
