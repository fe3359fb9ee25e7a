"""The panel over TLS with certificate files, as a phone on the workshop's network meets it; and what plain http leaves of it."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from panel_server import Client, panel
from test_panel_access import code_for, own_address

from bench.web.handshakes import HANDSHAKE_S, HANDSHAKES_MAX
from tests.command_runs import lockbench

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine (Debian package openssl)")
RUN = "2026-11-25T00-00-00Z-none"
ORDERS = (
    "/lock", "/scope", "/job", "/symptom", "/connect", "/start", "/run/clear", "/run/done", "/run/answer", "/take", "/code", "/monitor",
    "/limits", f"/check/{RUN}",
)  # fmt: skip


@pytest.fixture(scope="module")
def address() -> str:
    found = own_address()
    if found is None:
        pytest.skip("this machine has no address but loopback")
    return found


@pytest.fixture(scope="module")
def certificate(address: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this address, signed by itself; and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=rig",
            "-addext", f"subjectAltName=IP:{address},IP:127.0.0.1", "-keyout", str(key), "-out", str(cert),
        ],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return cert, key


@pytest.fixture(scope="module")
def served(address: str, certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """A panel that serves https on this machine's own address; and where its runs go."""
    out = tmp_path_factory.mktemp("tls-panel") / "runs"
    cert, key = certificate
    with panel(out, "--host", address, "--cert", str(cert), "--key", str(key), trust=cert) as local:
        yield local, out


@pytest.fixture
def phone(served: tuple[Client, Path], address: str, certificate: tuple[Path, Path]) -> Client:
    """A screen on the network, not paired yet."""
    return Client(served[0].port, served[0].pid, address=address, trust=certificate[0])


def paired(phone: Client, served: tuple[Client, Path], *flags: str) -> str:
    """Pair it; return the cookie as it was set."""
    phone.get("/pair")
    answer = phone.post("/pair", {"code": code_for(*served, *flags)})
    assert answer.status == 303
    assert phone.get("/").status == 200  # and with that page its form token: what is refused from here on is refused for its role
    return answer.headers["set-cookie"] or ""


def refusal(phone: Client, path: str) -> tuple[int, str]:
    """What an order is answered with."""
    return phone.post(path, {}).status, phone.page


def test_an_operator_on_the_network_operates_over_tls(phone: Client, served: tuple[Client, Path]) -> None:
    """Paired, it picks a lock, starts, and stops; what it starts is only armed, and the release is refused."""
    cookie = paired(phone, served)
    assert "; Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert phone.post("/lock", {"profile": "qashqai-j11-rear-door"}).status == 303
    started = phone.post("/start", {})
    assert (started.status, started.headers["location"]) == (303, "/run")
    phone.until("/run", 'data-phase="armed"')
    assert phone.post("/run/clear", {}).status == 403
    assert phone.post("/stop", {}).status == 303


def test_a_watcher_only_watches_over_tls_too(phone: Client, served: tuple[Client, Path]) -> None:
    paired(phone, served, "--role", "watcher")
    assert {refusal(phone, path) for path in ORDERS} == {(403, "This screen may only watch.")}
    assert phone.get("/runs").status == 200
    assert phone.post("/stop", {}).status == 303


def test_every_cookie_is_secure_over_tls(served: tuple[Client, Path], certificate: tuple[Path, Path]) -> None:
    """That of the rig's own screen and that of the language as well."""
    local = Client(served[0].port, served[0].pid, trust=certificate[0])
    assert "; Secure" in (local.get("/").headers["set-cookie"] or "")
    assert "; Secure" in (local.post("/language", {"code": "ru", "back": "/"}).headers["set-cookie"] or "")


def test_a_page_of_plain_http_is_no_page_of_ours(phone: Client, served: tuple[Client, Path], address: str) -> None:
    """The same name over http is another origin: its form is refused. The port speaks no http at all."""
    paired(phone, served)
    assert phone.post("/take", {}).status == 303
    assert phone.post("/lock", {"profile": "qashqai-j11-rear-door"}, origin=f"http://{address}:{phone.port}").status == 403
    assert phone.post("/lock", {"profile": "qashqai-j11-rear-door"}, origin=f"https://{address}:{phone.port}").status == 303
    with pytest.raises(OSError):  # noqa: PT011 (how the connection ends is the system's own)
        Client(phone.port, phone.pid, address=address).get("/")


def test_the_certificate_is_the_one_of_the_file(served: tuple[Client, Path], certificate: tuple[Path, Path], address: str) -> None:
    assert ssl.get_server_certificate((address, served[0].port)).split() == certificate[0].read_text(encoding="ascii").split()


def test_over_plain_http_on_a_named_address_an_operators_code_only_watches(address: str, tmp_path: Path) -> None:
    """Every order is refused, whatever the code said; STOP is not, and needs no pairing."""
    out = tmp_path / "runs"
    with panel(out, "--host", address) as local:
        phone = Client(local.port, local.pid, address=address)
        cookie = paired(phone, (local, out), "--role", "operator")
        assert "Secure" not in cookie
        assert {refusal(phone, path) for path in ORDERS} == {(403, "This screen may only watch.")}
        assert phone.get("/runs").status == 200
        assert phone.post("/stop", {}).status == 303
        assert Client(local.port, local.pid, address=address).post("/stop", {}).status == 303


def test_handshakes_that_never_end_are_bounded_and_keep_nobody_out(served: tuple[Client, Path], certificate: tuple[Path, Path]) -> None:
    """Three hundred connections that say nothing, and as many that begin and go silent: few are held, STOP comes through, all let go."""
    local, _ = served
    begun = open_files(local)
    held = []
    try:
        for n in range(600):
            held.append(socket.create_connection(("127.0.0.1", local.port), timeout=5))
            if n % 2:
                held[-1].sendall(b"\x16\x03\x01\x02\x00\x01\x00")  # the first bytes of a ClientHello
        newest = Client(local.port, local.pid, trust=certificate[0])
        assert newest.post("/stop", {}).status == 303
        assert open_files(local) <= begun + HANDSHAKES_MAX + 4
        until = time.monotonic() + HANDSHAKE_S + 5
        while open_files(local) > begun + 2:
            assert time.monotonic() < until, "a handshake that never ends was never given up"
            time.sleep(0.1)
        assert newest.get("/").status == 200
    finally:
        for one in held:
            one.close()


def open_files(client: Client) -> int:
    return sum(1 for _ in Path(f"/proc/{client.pid}/fd").iterdir())


@pytest.mark.parametrize("broken", ["cert", "key", "not its key", "locked key", "missing"])
def test_a_certificate_that_cannot_be_used_is_refused_in_one_sentence(broken: str, certificate: tuple[Path, Path], tmp_path: Path) -> None:
    """Before a port is opened, with exit code 2; nobody is asked for a password."""
    bad = tmp_path / "bad.pem"
    if broken in ("cert", "key"):
        bad.write_text("no certificate", encoding="ascii")
    elif broken == "not its key":
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(bad)], check=True, capture_output=True, timeout=60)
    elif broken == "locked key":
        locked = ["openssl", "pkcs8", "-topk8", "-in", str(certificate[1]), "-passout", "pass:secret", "-out", str(bad)]
        subprocess.run(locked, check=True, capture_output=True, timeout=60)
    cert, key = (bad, certificate[1]) if broken == "cert" else (certificate[0], bad)
    lockbench("panel", "--cert", cert, "--key", key, "--port", "1").refused("bad.pem")
