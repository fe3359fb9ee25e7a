"""CAN interfaces of the guest: what `ip` does to them, what the kernel counts, and a serial-line adapter on a pty."""

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
import time
import tty
from pathlib import Path
from typing import Final

_N_SLCAN: Final = struct.pack("i", 17)
_SIOCGIFNAME: Final = 0x8910


def ip(words: str) -> None:
    """Run `ip` with these words; raise where it refuses."""
    subprocess.run(["ip", *words.split()], check=True, capture_output=True, text=True, timeout=10)


def exists(name: str) -> bool:
    """Is there such a network interface?"""
    return Path("/sys/class/net", name).exists()


def counted(name: str, what: str) -> int:
    """Return one of the kernel's counters of an interface, such as tx_packets or tx_dropped."""
    return int(Path("/sys/class/net", name, "statistics", what).read_text())


class SlcanAdapter:
    """The far end of a serial CAN adapter (LAWICEL's protocol): keeps every command that the kernel sends down the line.

    `S6` sets 500 kbit/s, `O` opens the bus, `L` opens it listen-only, `t` sends a frame, `C` closes it.
    """

    def __init__(self) -> None:
        self._far, near = pty.openpty()
        tty.setraw(near)
        fcntl.ioctl(near, termios.TIOCSETD, _N_SLCAN)
        self._near = near
        self.name = fcntl.ioctl(near, _SIOCGIFNAME, bytes(40)).split(b"\0", 1)[0].decode()
        self.commands: list[str] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def say(self, frame: str) -> None:
        """A frame on the bus, as the adapter tells it: t, three digits of id, one of length, the data."""
        os.write(self._far, f"{frame}\r".encode())

    def wait_for(self, command: str, *, since: int = 0, limit_s: float = 5.0) -> bool:
        """Wait until the kernel has sent a command that begins so; return whether it came."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            if any(sent.startswith(command) for sent in self.commands[since:]):
                return True
            time.sleep(0.01)
        return False

    def close(self) -> None:
        """Pull the plug."""
        for end in (self._near, self._far):
            with contextlib.suppress(OSError):
                os.close(end)
        self._thread.join(timeout=2)

    def _listen(self) -> None:
        rest = b""
        while True:
            try:
                rest += os.read(self._far, 256)
            except OSError:
                return
            *whole, rest = rest.split(b"\r")
            self.commands += [command.decode(errors="replace") for command in whole]
