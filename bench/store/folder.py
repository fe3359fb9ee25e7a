"""One run on disk (DESIGN 3.3): a folder that holds what was seen, what was used and what was concluded."""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bench.errors import PortError, UsageError
from bench.model.codec import encode
from bench.model.diagnosis import VerdictDocument
from bench.model.observations import Observation

OBSERVATIONS: Final = "observations.jsonl"
VERDICT: Final = "verdict.json"
CONFIG: Final = "config"
_SUFFIX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")


@contextmanager
def disk(what: str, path: Path) -> Iterator[None]:
    """Turn an OSError into a PortError that says what was to be written, where, and why it was not."""
    try:
        yield
    except PortError:
        raise
    except OSError as exc:
        raise PortError(f"{what} {path}: {exc.strerror or exc}") from exc


def read_small(path: Path, limit: int) -> bytes:
    """Return at most `limit` bytes of a file; raises OSError where there is none, and for a pipe or a device, without waiting for it."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a file", str(path))
        return file.read(limit)


class LineSink:
    """observations.jsonl, append-only: flushed per line, fsynced at each step end (bench.ports.sink.Sink).

    Raises PortError where the disk does; never opens over an older file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with disk("cannot start", path):
            self._file = path.open("xb")
            _sync_folder(path.parent)

    def __call__(self, line: Observation) -> None:
        with disk("cannot write to", self._path):
            self._file.write(encode(line))
            self._file.flush()

    def step_end(self) -> None:
        """Make what was written so far durable."""
        with disk("cannot write to", self._path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Make everything durable and close; a second call does nothing."""
        if not self._file.closed:
            try:
                self.step_end()
            finally:
                with disk("cannot close", self._path):
                    self._file.close()


class RunFolder:
    """`runs/<utc>-<id>/`; everything in it is written once, the observations line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sink: LineSink | None = None

    @classmethod
    def create(cls, root: Path, *, utc: datetime, suffix: str) -> "RunFolder":
        """Make `root/2026-11-23T10-15-02Z-<suffix>/`.

        Never over an older run: where the name is taken, `-2`, `-3` ... is appended. Raises UsageError for a suffix that is
        no plain word, PortError where the disk refuses.
        """
        if not _SUFFIX.fullmatch(suffix):
            raise UsageError(f"run id {suffix!r}: letters, digits, '-' and '_' only, at most 64")
        base = f"{utc.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}-{suffix}"
        with disk("cannot make a run folder in", root):
            root.mkdir(parents=True, exist_ok=True)
            path = _fresh(root, base)
            (path / CONFIG).mkdir()
            _sync_folder(root)
        return cls(path)

    @property
    def run_id(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def observations_path(self) -> Path:
        """Where the lines are."""
        return self.path / OBSERVATIONS

    def sink(self) -> LineSink:
        """Open observations.jsonl; the same sink at every call."""
        if self._sink is None:
            self._sink = LineSink(self.observations_path)
        return self._sink

    def keep_config(self, name: str, content: bytes) -> Path:
        """Keep a file as it was used (wiring, profile, DBC) under config/; raises UsageError for a name with a path in it."""
        return self._put(self.path / CONFIG / _plain(name), content)

    def write_verdict(self, document: VerdictDocument) -> Path:
        """Write verdict.json; what was seen is made durable first."""
        if self._sink is not None:
            self._sink.close()
        return self._put(self.path / VERDICT, msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")

    def write_text(self, name: str, text: str) -> Path:
        """Write a file such as report.html into the folder, whole or not at all."""
        # A lone surrogate (an undecodable argument of the command line) must not lose the report.
        return self._put(self.path / _plain(name), text.encode("utf-8", "replace"))

    def discard(self) -> None:
        """Remove the folder of a run that never began: there is no line in it."""
        if self._sink is not None:
            self._sink.close()
        if not (self.observations_path.exists() and self.observations_path.stat().st_size):
            shutil.rmtree(self.path, ignore_errors=True)

    def _put(self, path: Path, content: bytes) -> Path:
        with disk("cannot write", path):
            write_atomically(path, content)
        return path


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file by rename, durable: after a power cut there is the old one or the new one. Raises OSError."""
    replaced_atomically(path, (content,))


def replaced_atomically(path: Path, parts: Iterable[bytes]) -> None:
    """Do the same with a content that comes piece by piece."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _fresh(root: Path, base: str) -> Path:
    for n in range(1, 1000):
        path = root / (base if n == 1 else f"{base}-{n}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise PortError(f"cannot make a run folder in {root}: {base} and 998 more of that name exist")


def kept_name(name: str) -> str:
    """Return the name under which config/ keeps a file: what is no letter, digit, '.', '-' or '_' becomes '_'."""
    return re.sub(r"[^A-Za-z0-9._-]|^[.-]", "_", name)[-100:]


def _plain(name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        raise UsageError(f"file name {name!r}: letters, digits, '.', '-' and '_' only, no folder, not hidden")
    return name


def _sync_folder(path: Path) -> None:
    """Make a new name in a folder durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
