"""Recordings on a dask.distributed cluster: the same document to the byte as here, whatever dies; no plain port by accident."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from test_jobs import garage

from bench.app.analyze import analyze
from bench.app.analyze_cluster import cluster
from bench.app.analyze_jobs import Step
from bench.errors import UsageError

distributed: Any = pytest.importorskip("distributed", reason="dask.distributed is not installed (the extra 'fleet')")

PATIENCE_S = 60


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Any]:
    """A cluster of two processes on this machine."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as found:
        yield found


def test_a_cluster_gives_the_same_document_to_the_byte(tmp_path: Path, two_workers: Any) -> None:
    """Broken and missing files among them."""
    given = garage(tmp_path)
    there = analyze(given, scheduler=two_workers.scheduler_address)
    assert msgspec.json.encode(there) == msgspec.json.encode(analyze(given))
    assert len(there.errors) == 2


def test_relative_paths_are_those_of_the_one_who_asks(tmp_path: Path, two_workers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has another working folder; names in the document stay as they were given."""
    names = [Path(p.name) for p in garage(tmp_path)]
    monkeypatch.chdir(tmp_path)
    there = analyze(names, scheduler=two_workers.scheduler_address)
    assert msgspec.json.encode(there) == msgspec.json.encode(analyze(names))


def test_a_killed_worker_loses_nothing(tmp_path: Path, two_workers: Any) -> None:
    given = garage(tmp_path)
    killed: list[int] = []

    def kill_one(step: Step) -> None:
        if not killed and step.answer is None:
            victim = next(iter(two_workers.workers.values())).pid
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    document = analyze(given, scheduler=two_workers.scheduler_address, watch=kill_one)
    assert killed
    assert msgspec.json.encode(document) == msgspec.json.encode(analyze(given))


def test_an_answer_that_died_between_ready_and_asked_for_is_found_again(
    tmp_path: Path, two_workers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client has heard that a file is done, and then the only copy of its answer dies: read again, never called unreadable."""
    given = garage(tmp_path)
    whole = distributed.as_completed
    lost: list[str] = []

    def ready_and_gone(futures: list[Any], *, loop: Any) -> Iterator[Any]:
        for future in whole(futures, loop=loop):
            if not lost:
                for worker in two_workers.workers.values():
                    os.kill(worker.pid, signal.SIGKILL)
                deadline = time.monotonic() + PATIENCE_S
                while future.status == "finished" and time.monotonic() < deadline:
                    time.sleep(0.001)
                lost.append(future.status)
            yield future

    monkeypatch.setattr(distributed, "as_completed", ready_and_gone)
    document = analyze(given, scheduler=two_workers.scheduler_address)
    assert lost != ["finished"]
    assert msgspec.json.encode(document) == msgspec.json.encode(analyze(given))


@pytest.mark.parametrize("url", ["tcp://10.0.0.1:8786", "tcp://example.org:8786"])
def test_a_plain_port_of_another_machine_is_refused_unless_it_is_said(url: str) -> None:
    with pytest.raises(UsageError, match="runs anybody's code; use tls://, or say --insecure"):
        cluster(url)
    cluster(url, is_insecure=True)


@pytest.mark.parametrize("url", ["", "here", "http://127.0.0.1:1", "tls://", "tcp://127.0.0.1", "tls://h:99999", "inproc://1/2"])
def test_what_is_no_address_is_one_sentence(url: str) -> None:
    with pytest.raises(UsageError, match="wanted tls://HOST:PORT"):
        cluster(url)


def _certificates(folder: Path) -> dict[str, str]:
    """A certificate that vouches for itself, and the settings under which dask finds it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command: list[str | Path] = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=lockbench",
        "-keyout",
        key,
        "-out",
        certificate,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
    files = {"CA_FILE": certificate}
    files |= {f"{side}__{what}": path for side in ("CLIENT", "SCHEDULER", "WORKER") for what, path in (("CERT", certificate), ("KEY", key))}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in files.items()}


def _script(name: str) -> list[str]:
    return [sys.executable, "-m", f"distributed.cli.{name}"]


@pytest.mark.slow
def test_the_command_reaches_a_cluster_by_tls(tmp_path: Path) -> None:
    """Scheduler, worker and command are three programs that know each other by certificate; plain tcp:// is not answered."""
    if subprocess.run(["sh", "-c", "command -v openssl"], capture_output=True, check=False).returncode:
        pytest.skip("openssl is not installed")
    environment = os.environ | _certificates(tmp_path)
    address = tmp_path / "scheduler.json"
    given = garage(tmp_path)[:2]
    common = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    scheduler: subprocess.Popen[bytes] = subprocess.Popen(
        [
            *_script("dask_scheduler"),
            "--protocol",
            "tls",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            address,
        ],
        **common,
    )  # type: ignore[call-overload]
    worker: subprocess.Popen[bytes] = subprocess.Popen(
        [*_script("dask_worker"), "--scheduler-file", address, "--no-nanny", "--no-dashboard", "--nthreads", "1"], **common
    )  # type: ignore[call-overload]
    try:
        url = _address(address, scheduler)
        assert url.startswith("tls://")
        command: list[str | Path] = [sys.executable, "-m", "bench", "analyze", "--json", *given]
        there = subprocess.run([*command, "--scheduler", url], env=environment, capture_output=True, timeout=PATIENCE_S, check=False)
        here = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE_S, check=False)
        assert (there.returncode, there.stdout) == (here.returncode, here.stdout), there.stderr.decode()
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait(PATIENCE_S)


def _address(path: Path, scheduler: "subprocess.Popen[bytes]") -> str:
    """What the scheduler wrote; it is asked again until it has."""
    for _ in range(PATIENCE_S * 10):
        if path.exists() and path.stat().st_size:
            return str(msgspec.json.decode(path.read_bytes())["address"])
        assert scheduler.poll() is None, "the scheduler ended"
        subprocess.run(["sleep", "0.1"], check=True)
    pytest.fail("the scheduler wrote no address")


@pytest.mark.slow
def test_a_scheduler_that_goes_away_ends_at_once_with_each_file_read_or_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Killed after the first file: no wait, no stack of a library, and every file is in the document once."""
    address, given = tmp_path / "scheduler.json", garage(tmp_path)
    common: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    loopback: list[str | Path] = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", address]
    scheduler: subprocess.Popen[bytes] = subprocess.Popen([*_script("dask_scheduler"), *loopback], **common)
    worker: subprocess.Popen[bytes] = subprocess.Popen([*_script("dask_worker"), *loopback[4:], "--no-nanny", "--nthreads", "1"], **common)

    def kill(step: Step) -> None:
        if step.answer is None:
            scheduler.kill()

    try:
        document = analyze(given, scheduler=_address(address, scheduler), watch=kill)
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait(PATIENCE_S)
    told = [*(f.path for f in document.files), *(e.path for e in document.errors)]
    assert sorted(told) == sorted(map(str, given))
    assert any("went away; ask again for this file" in e.error for e in document.errors)
    assert "Traceback" not in capfd.readouterr().err


def test_no_certificate_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no certificate is configured"):
        analyze(garage(tmp_path), scheduler="tls://127.0.0.1:9")


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.app.analyze_cluster._PATIENCE_S", 0.3)
    with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:9: not reached within 0 s") as caught:
        analyze(garage(tmp_path), scheduler="tcp://127.0.0.1:9")
    assert "\n" not in str(caught.value)
