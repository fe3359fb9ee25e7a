"""Keep what was found out after a run: answers land in its folder, and its verdict and report are made anew."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.analysis.judge import Judgement
from bench.app.given_answers import parse_answer
from bench.app.judging import judge_record, load_run
from bench.app.kept_reference import reference_for
from bench.app.reporting import page_of
from bench.errors import UsageError
from bench.model.language import ENGLISH, Language
from bench.store.folder import OBSERVATIONS, RunFolder
from bench.store.late_answers import LateAnswer, keep_late


def keep_answers(path: Path, answers: Sequence[str], language: Language = ENGLISH) -> Judgement:
    """Add answers (KEY=VALUE) to a run folder for good and judge it again.

    Raises UsageError for an answer that the run cannot have, and for a bare observations file, which has no folder of its own.
    """
    if not (path / OBSERVATIONS).is_file():
        raise UsageError(f"--keep {path}: answers are kept in a run folder, and this is none")
    given = [parse_answer(text) for text in answers]
    if not given:
        raise UsageError("--keep: there is nothing to keep, give at least one --answer")
    utc = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    load_run(path, given)  # refuses what does not fit, before anything is written
    keep_late(path, [LateAnswer(utc=utc, step=step or None, question=question, value=value) for step, question, value in given])
    record, profile = load_run(path)
    reference = reference_for(path, None, profile)
    judgement = judge_record(record, profile, reference)
    folder = RunFolder(path)
    folder.write_verdict(judgement.document)
    folder.write_text("report.html", page_of(judgement, record, profile, reference, language))
    return judgement
