"""A real PostgreSQL server for tests: its own cluster in a folder of its own, on loopback, as an unprivileged user."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 60


def postgres_binaries() -> Path | None:
    """Return the folder of initdb and postgres, None where they are not installed. Debian keeps them out of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name) if p.parent.name.isdigit() else 0)
    found = [p for p in reversed(folders) if (p / "initdb").exists()]
    on_path = shutil.which("initdb")
    return found[0] if found else Path(on_path).parent if on_path else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server. `password`: of its superuser `keeper`."""

    port: int
    password: str

    def url(self, user: str = "keeper", password: str | None = None, name: str = "postgres") -> str:
        """Return the address of a database for a user."""
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{name}"


@contextmanager
def running_postgres(binaries: Path) -> Iterator[Server]:
    """Start a cluster and take it away again; a server of root's is refused by PostgreSQL, so root hands it to `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix="lb-pg-", dir="/tmp"))
    server = Server(port=_free_port(), password=secrets.token_hex(12))
    user = _unprivileged(folder)
    (folder / "pw").write_text(server.password)
    if user is not None:
        os.chown(folder / "pw", user.pw_uid, user.pw_gid)
    try:
        cluster = folder / "cluster"
        uid, gid, groups = (user.pw_uid, user.pw_gid, ()) if user is not None else (None, None, None)
        options = ["-U", "keeper", "--pwfile", str(folder / "pw"), "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "-N"]
        init = [str(binaries / "initdb"), "-D", str(cluster), *options]
        subprocess.run(init, check=True, capture_output=True, cwd=folder, user=uid, group=gid, extra_groups=groups)
        places = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        line = [str(binaries / "postgres"), "-D", str(cluster), "-p", str(server.port), *places]
        with subprocess.Popen(
            line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, user=uid, group=gid, extra_groups=groups
        ) as process:
            try:
                _wait(binaries, server, process)
                yield server
            finally:
                process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it waits for no client
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user


def _wait(binaries: Path, server: Server, process: "subprocess.Popen[bytes]") -> None:
    ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(server.port)]
    deadline = time.monotonic() + START_S
    while subprocess.run(ready, check=False).returncode != 0:
        assert process.poll() is None, "the server left"
        assert time.monotonic() < deadline, f"the server did not answer within {START_S} s"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
