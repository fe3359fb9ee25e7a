"""`lockbench panel`."""

import argparse
import ipaddress
import os
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from bench.app.rigs import parse_rig
from bench.errors import UsageError

MISSING: Final = "the panel needs the extra 'panel': pip install 'lockbench[panel]' (starlette, uvicorn, jinja2)"


def main(arguments: argparse.Namespace) -> int:
    """Serve the panel until Ctrl-C; or, with --pair, print a code of the panel that runs on this machine."""
    if arguments.pair:
        print(_code(arguments.port, arguments.role))
        return 0
    try:
        import jinja2  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as exc:
        raise UsageError(f"{MISSING}; {exc.name} is missing") from exc
    from bench.web.access import Settings
    from bench.web.panel import Panel
    from bench.web.server import run

    _check(arguments)
    cert, key = _certificate(arguments.cert, arguments.key)
    settings = Settings(
        rig=arguments.rig, out=Path(arguments.out).absolute(), port=arguments.port, host=arguments.host, hosts=tuple(arguments.allow_host),
        tls=arguments.cert is not None, access_point=arguments.access_point, speed=arguments.speed, seed=arguments.seed,
    )  # fmt: skip
    panel = Panel.of(settings)
    listen = [part for flag, value in (("-i", arguments.interface), ("-c", arguments.channel)) if value for part in (flag, value)]
    panel.car.command += listen
    panel.car.channel = arguments.channel or ""
    where = f"{settings.scheme}://{settings.host or '127.0.0.1'}:{settings.port}/"
    print(f"the panel is at {where}  (Ctrl-C ends it; the red button on the rig is the emergency stop)", file=sys.stderr, flush=True)
    run(panel, cert=cert, key=key, key_file=_key_file(settings.port))
    print("the panel has ended", file=sys.stderr, flush=True)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what contradicts itself before anything is opened."""
    parse_rig(arguments.rig)  # a plant is named on this command line by whoever may start programs here anyway; never from the network
    if not 1 <= arguments.port <= 65535:
        raise UsageError(f"--port {arguments.port}: outside 1..65535")
    if not 0.1 <= arguments.speed <= 50:
        raise UsageError(f"--speed {arguments.speed:g}: outside 0.1..50")
    if arguments.speed != 1 and not arguments.rig.startswith(("sim", "plant:")):
        raise UsageError(f"--speed {arguments.speed:g}: only a simulated rig has a clock of its own")
    if (arguments.cert is None) != (arguments.key is None):
        raise UsageError("--cert and --key come together")
    if arguments.access_point and arguments.host is None:
        raise UsageError("--access-point says that --host is the rig's own access point; --host is missing")
    if arguments.host is not None:
        _check_host(arguments.host)


def _check_host(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise UsageError(f"--host {host}: give the address of one network card, for example 192.168.4.1") from None
    if address.is_unspecified or address.is_multicast:
        raise UsageError(f"--host {host}: give the address of one network card, not all of them")


def _certificate(cert: str | None, key: str | None) -> tuple[Path | None, Path | None]:
    """Return the files of TLS, tried: one that cannot be used is a mistake of the command line, not of the server."""
    if cert is None or key is None:
        return None, None
    import ssl

    for name in (cert, key):
        if not Path(name).is_file():
            raise UsageError(f"{name}: no such file")

    def locked() -> str:
        raise UsageError(f"--key {key}: it is locked with a password, which nobody could type when the rig starts by itself")

    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key, password=locked)
    except (OSError, ssl.SSLError) as exc:
        reason = getattr(exc, "reason", None) or exc.strerror or exc
        raise UsageError(f"--cert {cert} and --key {key} are no certificate (PEM) with its key: {reason}") from exc
    return Path(cert), Path(key)


def _key_file(port: int) -> Path:
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(base) if base else Path(tempfile.gettempdir()) / f"lockbench-{os.getuid()}"
    return folder / f"lockbench-panel-{port}.key"


def _code(port: int, role: str) -> str:
    path = _key_file(port)
    try:
        if path.stat().st_uid != os.getuid():
            raise UsageError(f"{path} belongs to somebody else")
        scheme, number, key = path.read_text(encoding="utf-8").split()
        if scheme == "https":
            import ssl

            context: ssl.SSLContext | None = ssl._create_unverified_context()  # noqa: S323, SLF001 (loopback, and the key is what proves it)
        else:
            context = None
        asked = urllib.request.Request(f"{scheme}://127.0.0.1:{number}/local-code?role={role}", headers={"x-lockbench-key": key})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=5, context=context) as answer:  # noqa: S310 (loopback only)
            return str(answer.read().decode())
    except (OSError, ValueError, urllib.error.URLError) as exc:
        raise UsageError(f"no panel of yours runs on port {port} of this machine ({exc})") from exc
