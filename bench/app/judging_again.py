"""Judge stored runs again, one path after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.analysis.judge import Judgement
from bench.app.given_answers import parse_answer
from bench.app.judging import judge_record, load_run
from bench.app.kept_reference import reference_for
from bench.errors import BenchError
from bench.model.profile import Profile
from bench.model.record import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One run, judged; or the path and the error where it could not be."""

    path: Path
    judgement: Judgement | None = None
    record: RunRecord | None = None
    profile: Profile | None = None
    error: str | None = None


def judge_paths(paths: Sequence[Path], answers: Sequence[str] = (), against: Path | None = None) -> Iterator[Judged]:
    """Judge one path after the other; one that cannot be judged does not stop the rest."""
    extra = [parse_answer(text) for text in answers]
    for path in paths:
        try:
            record, profile = load_run(path, extra)
            reference = reference_for(path, against, profile)
            yield Judged(path=path, judgement=judge_record(record, profile, reference), record=record, profile=profile)
        except BenchError as exc:
            yield Judged(path=path, error=str(exc))
