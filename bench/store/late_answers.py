"""Answers that came after the run: a file beside the observations, appended to and never changed, for the run itself has ended.

One JSON object a line: `{"utc": "...", "step": null, "question": "check_spring", "value": "creeps"}`. A later answer to a question counts.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.errors import PortError, RecordError
from bench.store.folder import disk
from bench.store.reading import open_regular

LATE: Final = "answers.jsonl"
MAX_BYTES: Final = 1 << 20
"""Longest file of answers that is read or added to: one answer has about 100 bytes."""


class LateAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer: to a step's question, to a question about the car, or the outcome of a manual test. `value` None: could not say."""

    utc: str
    question: str
    value: bool | float | str | None
    step: str | None = None


def keep_late(folder: Path, answers: Iterable[LateAnswer]) -> None:
    """Append answers to a run's folder, durable when this returns; raises PortError where the disk refuses.

    What is there under that name and is no plain file, or longer than is ever read again, is left alone: PortError.
    """
    path = folder / LATE
    lines = b"".join(msgspec.json.encode(answer) + b"\n" for answer in answers)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO that nobody reads must not hold us up
    with disk("cannot write to", path), os.fdopen(os.open(path, flags, 0o666), "ab") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise PortError(f"cannot write to {path}: it is no plain file")
        if found.st_size + len(lines) > MAX_BYTES:
            raise PortError(f"cannot write to {path}: {found.st_size + len(lines)} bytes of answers, limit {MAX_BYTES}")
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read_late(observations: Path) -> Sequence[LateAnswer]:
    """Return what was kept beside an observations file, in order; a torn last line is dropped. Raises RecordError for anything else odd."""
    path = observations.with_name(LATE)
    try:
        with open_regular(path) as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ()
    except OSError as exc:
        raise RecordError(f"{path}: {exc.strerror or exc}") from exc
    if len(content) > MAX_BYTES:
        raise RecordError(f"{path}: longer than {MAX_BYTES} bytes, which is the limit")
    lines, found = content.split(b"\n"), []
    for n, line in enumerate(lines[:-1], start=1):
        try:
            found.append(msgspec.json.decode(line, type=LateAnswer))
        except msgspec.MsgspecError as exc:
            raise RecordError(f"{path}:{n}: {exc}") from exc
    return tuple(found)
