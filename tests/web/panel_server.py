"""A panel as its users start it: a process of its own on a free port, and a plain client for its pages."""

import contextlib
import itertools
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.command_runs import ROOT

UP_S = 20
_TRIED = itertools.count()


def free_port() -> int:
    """Return a port that nobody has, below those that the kernel gives to browsers, each test process from its own hundreds.

    A port that the kernel had given for a moment was given to somebody else before the panel could take it.
    """
    while True:
        port = 12_000 + os.getpid() % 200 * 100 + next(_TRIED) % 100
        with contextlib.suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port


@contextmanager
def panel(out: Path, *flags: str, rig: str = "sim", speed: float = 25, trust: Path | None = None, port: int = 0) -> Iterator["Client"]:
    """Run a panel until the block ends. `trust`: the certificate that it serves with, where it does; `port`: 0 any that is free."""
    port = port or free_port()
    settings = os.environ | {"XDG_RUNTIME_DIR": str(out.parent), "XDG_STATE_HOME": str(out.parent / "state")}
    command = [sys.executable, "-m", "bench", "panel", "--rig", rig, "--out", str(out), "--port", str(port), "--speed", str(speed), *flags]
    with started(command, settings, Client(port, 0, trust=trust)) as client:
        yield client


@contextmanager
def started(command: list[str], settings: dict[str, str], client: "Client") -> Iterator["Client"]:
    """Run a program that serves the panel until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=settings, stderr=subprocess.DEVNULL)
    client.pid = process.pid
    try:
        client.wait_up()
        yield client
    finally:
        process.terminate()
        try:
            process.wait(15)
        finally:
            process.kill()
            process.wait()


class Client:
    """A browser without eyes: keeps cookies, knows the form token of the last page."""

    def __init__(self, port: int, pid: int, *, address: str = "127.0.0.1", host: str | None = None, trust: Path | None = None) -> None:
        self.port, self.pid, self.address = port, pid, address
        self.host = host or f"{address}:{port}"
        self.cookies: dict[str, str] = {}
        self.csrf = ""
        self.page = ""
        self._tls = ssl.create_default_context(cafile=trust) if trust else None

    @property
    def home(self) -> str:
        """The address of the first page."""
        return f"{'https' if self._tls else 'http'}://{self.address}:{self.port}/"

    def wait_up(self) -> None:
        """Wait until the panel answers, and its process at the rig too."""
        until = time.monotonic() + UP_S
        while time.monotonic() < until:
            try:
                if self.get("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the panel did not come up in {UP_S} s")

    def until(self, path: str, holds: str) -> None:
        """Get a page until it holds a text: an order has to come to the process at the rig and its news back."""
        until = time.monotonic() + UP_S
        while time.monotonic() < until:
            self.get(path)
            if holds in self.page:
                return
            time.sleep(0.05)
        raise AssertionError(f"{path} never held {holds}")

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Get a page; keep its cookie and its form token."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict[str, str] | None = None, *, csrf: str | None = None, **headers: str) -> HTTPResponse:
        """Send a form as a page of the panel would."""
        fields = {**(form or {}), "csrf": self.csrf if csrf is None else csrf}
        return self._ask("POST", path, urlencode(fields).encode(), {"content-type": "application/x-www-form-urlencoded", **headers})

    def raw(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> HTTPResponse:
        """Send whatever is given."""
        return self._ask(method, path, body, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> HTTPResponse:
        connection = (
            HTTPSConnection(self.address, self.port, timeout=20, context=self._tls)
            if self._tls
            else HTTPConnection(self.address, self.port, timeout=20)
        )
        sent = {"host": self.host, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            self.page = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for value in answer.headers.get_all("set-cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if found := re.search(r'data-csrf="([^"]*)"', self.page):
            self.csrf = found[1]
        return answer
