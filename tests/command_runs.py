"""The command line as tests see it: called in this process, or as a process of its own where the process matters."""

import contextlib
import fcntl
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.cli.main import run
from bench.model.codec import Decoder
from bench.model.observations import Observation

ROOT = Path(__file__).resolve().parent.parent
DOOR = "qashqai-j11-rear-door"
GATE = "qashqai-j11-tailgate"


@dataclass(frozen=True)
class Said:
    """What one command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout; fails where there is anything else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    def refused(self, *words: str, code: int = 2) -> None:
        """Hold it to the house's rule for a mistake: one clear sentence on stderr with these words in it, nothing on stdout."""
        assert self.code == code, self
        assert self.out == "", self
        assert len(self.err.strip().splitlines()) == 1, self
        assert "Traceback" not in self.err
        assert "internal error" not in self.err, self
        for word in words:
            assert word in self.err, f"{word!r} is not in {self.err!r}"


@dataclass(frozen=True)
class Run:
    """A whole test as it was run: what it said, and the folder that it left."""

    said: Said
    folder: Path

    @property
    def document(self) -> dict[str, Any]:
        """The verdict document on stdout."""
        return self.said.document

    @property
    def observations(self) -> Path:
        """The lines of the run."""
        return self.folder / "observations.jsonl"

    def lines(self) -> list[dict[str, Any]]:
        """Each line as plain JSON, in the order of the file."""
        return [json.loads(line) for line in self.observations.read_bytes().splitlines()]

    def decoded(self) -> list[Observation]:
        """Each line as an observation."""
        with self.observations.open("rb") as file:
            return list(Decoder().decode(file))


def lockbench(*argv: str | Path) -> Said:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(word) for word in argv])
    return Said(code, out.getvalue(), err.getvalue())


def spawned(*argv: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Said:
    """Run one command as a process of its own, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", *(str(word) for word in argv)], cwd=cwd or ROOT, env=environment(env), capture_output=True,
        stdin=subprocess.DEVNULL, timeout=60, check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment with the checkout importable from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}


class RunShelf:
    """Whole runs by their arguments: each is made once, whatever the number of tests and of workers that look at it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, rig: str, *argv: str) -> Run:
        """Return the run of `test --rig RIG --json ARGV`."""
        place = self._root / "".join(c if c.isalnum() else "_" for c in " ".join((rig, *argv)))
        place.mkdir(parents=True, exist_ok=True)
        with (place / "lock").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            stored = place / "said.json"
            if not stored.exists():
                said = lockbench("test", "--rig", rig, "--out", place / "runs", "--json", *argv)
                stored.write_bytes(msgspec.json.encode(said))
        folders = list((place / "runs").iterdir())
        assert len(folders) == 1
        return Run(msgspec.json.decode(stored.read_bytes(), type=Said), folders[0])


def written(path: Path, lines: Sequence[Mapping[str, Any]]) -> Path:
    """Write observations, one object a line."""
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path
