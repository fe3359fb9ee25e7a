"""What the panel tells systemd where systemd started it: that it is up, that its event loop still turns, that it ends.

The words and the socket are those of sd_notify(3): one datagram of NAME=VALUE lines to the Unix socket in $NOTIFY_SOCKET. A loop that
stands still sends nothing, and after WatchdogSec= systemd ends the panel and starts it anew; the rig let go long before (DESIGN 6 ring 2).
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

SHARE: Final = 3
"""How often within the watchdog's time the loop reports: one late report, or one that was lost, is no restart."""
LOOK_S: Final = 0.05
"""How often it is looked whether the server has started; READY is late by that much at most."""


class Notifier:
    """One service's line to systemd. What cannot be told is dropped: a panel works without anybody who watches it."""

    def __init__(self, address: str, watchdog_s: float | None) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.watchdog_s = watchdog_s
        """Seconds after which silence is taken for a loop that stands; None: nobody counts them."""

    def tell(self, *lines: str) -> None:
        """Send lines such as READY=1, together, without waiting."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.settimeout(0)
            line.sendto("\n".join(lines).encode(), self._address)


def notifier_of(environment: Mapping[str, str], pid: int) -> Notifier | None:
    """Return the line to systemd, None where nobody listens; WATCHDOG_PID names whose watchdog it is, and 0 or nonsense is none."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return None
    given, whose = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", str(pid))
    counted = given.isascii() and given.isdigit() and int(given) > 0 and whose == str(pid)
    return Notifier(address, int(given) / 1e6 if counted else None)


@asynccontextmanager
async def told_to_systemd(is_started: Callable[[], bool], status: Callable[[], str]) -> AsyncIterator[None]:
    """While the block runs: READY once `is_started`, then a sign of life with `status` within a third of the watchdog's time."""
    notifier = notifier_of(os.environ, os.getpid())
    if notifier is None:
        yield
        return
    os.environ.pop("NOTIFY_SOCKET", None)  # the process at the rig is not the service, and must not speak for it
    telling = asyncio.create_task(_tell(notifier, is_started, status))
    try:
        yield
    finally:
        telling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await telling
        notifier.tell("STOPPING=1")


async def _tell(notifier: Notifier, is_started: Callable[[], bool], status: Callable[[], str]) -> None:
    while not is_started():
        await asyncio.sleep(LOOK_S)
    notifier.tell("READY=1", f"STATUS={status()}")
    if notifier.watchdog_s is None:
        return
    while True:
        await asyncio.sleep(notifier.watchdog_s / SHARE)
        notifier.tell("WATCHDOG=1", f"STATUS={status()}")
