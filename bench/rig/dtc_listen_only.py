"""Switches listen-only off for a diagnostic request and on again, whatever becomes of this process.

A small guardian process is started first. It waits for the end of a pipe that only this process holds: whether it closes the
pipe or is killed, the guardian then puts the interface back. So the way back is the same one each time, and tried each time.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bench.errors import PortError
from bench.rig.border import in_words
from bench.rig.can_netlink import CanLink, read_link

GUARDIAN: Final = """
import json, signal, subprocess, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
print("ready", flush=True)
commands = json.loads(sys.stdin.readline() or "[]")
sys.stdin.read()
failed = 0
for command in commands:
    failed |= subprocess.run(command, check=False).returncode
sys.exit(1 if failed else 0)
"""
"""Told its commands in one line; then it waits for the pipe to end."""
RESTORE_S: Final = 10.0

Command = list[str]


def commands_for(link: CanLink, *, listen_only: bool) -> list[Command]:
    """Return the `ip` commands that put an interface into or out of listen-only mode, and up."""
    rate = ["bitrate", str(link.bitrate)] if link.bitrate else []
    down = ["ip", "link", "set", link.name, "down"]
    mode = ["ip", "link", "set", link.name, "type", "can", *rate, "listen-only", "on" if listen_only else "off"]
    up = ["ip", "link", "set", link.name, "up"]
    return [down, mode, up]


@contextmanager
def transmitting(
    device: str,
    *,
    read: Callable[[str], CanLink | None] = read_link,
    run: Callable[[Command], int] = lambda command: subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode,
) -> Iterator[bool]:
    """While entered, a kernel interface may send; gives True where it had to be switched. Raises PortError.

    On leaving, listen-only is read back; an interface that did not come back is a PortError that names the command.
    """
    link = read(device)
    if link is None:
        raise PortError(f"{device}: no such network interface")
    if link.is_listen_only is not True:
        yield False
        return
    if shutil.which("ip") is None:
        raise PortError(f"{device} is listen-only and there is no `ip` program to switch it (Debian: iproute2)")
    away, back = commands_for(link, listen_only=False), commands_for(link, listen_only=True)
    guardian = start_guardian(back)
    try:
        for command in away:
            if run(command) != 0:
                raise PortError(
                    f"{device}: could not be switched out of listen-only (root is needed): {shown(away)}; afterwards: {shown(back)}"
                )
        yield True
    finally:
        _finish(guardian, device)
    after = read(device)
    if after is None or after.is_listen_only is not True:
        raise PortError(f"{device}: IS NOT LISTEN-ONLY ANY MORE; type: {shown(back)}")


def start_guardian(back: Sequence[Command]) -> "subprocess.Popen[str]":
    """Start the process that runs `back` when its pipe ends; returns when it is ready. Raises PortError."""
    import json

    try:
        guardian = subprocess.Popen(
            [sys.executable, "-I", "-c", GUARDIAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
    except OSError as exc:
        raise PortError(f"the guardian that restores listen-only did not start: {in_words(exc)}") from exc
    if guardian.stdout is None or guardian.stdin is None or guardian.stdout.readline().strip() != "ready":
        guardian.kill()
        raise PortError("the guardian that restores listen-only did not start; nothing was switched")
    guardian.stdin.write(json.dumps(list(back)) + "\n")
    guardian.stdin.flush()
    return guardian


def _finish(guardian: "subprocess.Popen[str]", device: str) -> None:
    """End the pipe and wait: the guardian puts the interface back."""
    try:
        guardian.communicate(timeout=RESTORE_S)
    except subprocess.TimeoutExpired as exc:
        raise PortError(f"{device}: restoring listen-only takes longer than {RESTORE_S:g} s; check it with ip -details link") from exc


def shown(commands: Sequence[Command]) -> str:
    """Return commands as one line for a shell."""
    return " && ".join(" ".join(command) for command in commands)
