"""The same work on a dask.distributed cluster that is already there; its workers see the files under the same paths."""

import logging
import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from bench.app.analyze_jobs import Answer, Reading, Source, read_one
from bench.errors import UsageError
from bench.model.analysis_document import FileError
from bench.model.text import readable

_RETRIES: Final = 2
_PATIENCE_S: Final = 10.0
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def cluster(url: str, *, is_insecure: bool = False) -> Source:
    """Return a source that lets the cluster at `url` read.

    Certificates of tls:// are those of dask's own configuration (`distributed.comm.tls`). Raises UsageError where the address is no
    tls:// one, nor on this machine, and `is_insecure` is not said: whoever can write to a plain port runs code on the workers and here.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.scheme not in {"tls", "tcp"}:
        raise UsageError(f"--scheduler {url}: wanted tls://HOST:PORT, or tcp://HOST:PORT on this machine")
    if parts.scheme == "tcp" and host not in _LOOPBACK and not is_insecure:
        raise UsageError(f"--scheduler {url}: plain tcp:// to another machine runs anybody's code; use tls://, or say --insecure")

    def read(tasks: Sequence[tuple[int, Path]], reading: Reading) -> Iterator[tuple[int, Answer]]:
        client = _connected(url)
        try:
            yield from _answers(client, tasks, reading, url)
        finally:
            client.close()

    return read


def _connected(url: str) -> Any:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as exc:
        raise UsageError("--scheduler needs the extra 'fleet': pip install 'lockbench[fleet]'") from exc
    for name in ("distributed.client", "distributed.core"):  # a lost scheduler is told in our own words, once a file, without its stack
        logging.getLogger(name).setLevel(logging.CRITICAL)
    security: Any = distributed.Security()
    if url.startswith("tls:") and security.get_connection_args("client").get("ssl_context") is None:
        raise UsageError(f"--scheduler {url}: no certificate is configured: dask's own settings need distributed.comm.tls")
    try:
        return distributed.Client(url, timeout=_PATIENCE_S, security=security, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as exc:
        raise UsageError(f"--scheduler {url}: not reached within {_PATIENCE_S:.0f} s: {' '.join(str(exc).split())}") from exc


def _answers(client: Any, tasks: Sequence[tuple[int, Path]], reading: Reading, url: str) -> Iterator[tuple[int, Answer]]:
    """Yield answers as they come. The scheduler gives the files of a dead worker to another one."""
    distributed: Any = import_module("distributed")
    here = Path.cwd()
    numbers: dict[Any, tuple[int, Path]] = {
        client.submit(_read_there, path, here, reading, pure=False, retries=_RETRIES, key=f"lockbench-{os.getpid()}-{number}"): (
            number,
            path,
        )
        for number, path in tasks
    }
    for future in distributed.as_completed(list(numbers), loop=client.loop):
        number, path = numbers.pop(future)
        try:
            answer: Answer = future.result()  # waits: what died with its worker after it was done is read again by another one
        except Exception as exc:  # noqa: BLE001 -- dask hands over whatever was raised there
            shown, why = readable(str(path)), f"no worker could read it: {' '.join(str(exc).split())}"
            if future.cancelled():
                why = f"not read, for the scheduler {url} went away; ask again for this file"
            answer = FileError(path=shown, error=readable(f"{shown}: {why}"))
        yield number, answer


def _read_there(path: Path, home: Path, reading: Reading) -> Answer:
    """On a worker, whose working folder is another one; the answer names the path as it was given."""
    answer = read_one(home / path, reading)
    given, there = readable(str(path)), readable(str(home / path))
    if isinstance(answer, FileError):
        return FileError(path=given, error=answer.error.replace(there, given))
    return msgspec.structs.replace(answer, path=given)
