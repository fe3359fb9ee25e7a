"""Answers that came after the run: a file beside the observations, appended to and never changed, for the run itself has ended.

One JSON object a line: `{"utc": "...", "step": null, "question": "check_spring", "value": "creeps"}`. A later answer to a question counts.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench.errors import RecordError
from bench.store.folder import disk

LATE: Final = "answers.jsonl"
_MAX_BYTES: Final = 1 << 20


class LateAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer: to a step's question, to a question about the car, or the outcome of a manual test. `value` None: could not say."""

    utc: str
    question: str
    value: bool | float | str | None
    step: str | None = None


def keep_late(folder: Path, answers: Iterable[LateAnswer]) -> None:
    """Append answers to a run's folder, durable when this returns; raises PortError where the disk refuses."""
    path = folder / LATE
    lines = b"".join(msgspec.json.encode(answer) + b"\n" for answer in answers)
    with disk("cannot write to", path), path.open("ab") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read_late(observations: Path) -> Sequence[LateAnswer]:
    """Return what was kept beside an observations file, in order; a torn last line is dropped. Raises RecordError for anything else odd."""
    path = observations.with_name(LATE)
    if not path.is_file():
        return ()
    try:
        content = path.read_bytes()[:_MAX_BYTES]
    except OSError as exc:
        raise RecordError(f"{path}: {exc.strerror or exc}") from exc
    lines, found = content.split(b"\n"), []
    for n, line in enumerate(lines[:-1], start=1):
        try:
            found.append(msgspec.json.decode(line, type=LateAnswer))
        except msgspec.MsgspecError as exc:
            raise RecordError(f"{path}:{n}: {exc}") from exc
    return tuple(found)
