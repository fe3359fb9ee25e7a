"""Read stored runs, run folders or bare observations files, with the profile that judges them; and judge."""

from collections.abc import Sequence
from pathlib import Path

from bench import __version__
from bench.analysis.judge import Judgement, judge
from bench.analysis.session import record_of
from bench.app.given_answers import Given, check_fits, lines_of
from bench.config import load_families, load_profile, profile_ids, profile_sha256, profile_text
from bench.model.observations import Observation, time_of
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.store.folder import CONFIG, OBSERVATIONS, kept_name
from bench.store.late_answers import read_late
from bench.store.reading import StoredRun, open_record


def judge_record(record: RunRecord, profile: Profile, reference: RunRecord | None = None) -> Judgement:
    """Judge a record with the shipped families of its profile, and beside the run of a good lock where there is one."""
    return judge(record, profile, load_families(profile), version=__version__, reference=reference)


def load_run(path: Path, answers: Sequence[Given] = ()) -> tuple[RunRecord, Profile]:
    """Read a run and the profile that it names. Answers given now are added behind the run's last moment.

    Raises UsageError for an answer to a step or test that this run cannot have.
    """
    stored = open_record(path)
    ref = _profile_of(stored)
    profile = load_profile(ref)
    warnings = list(stored.warnings)
    written = stored.header.profile_sha256
    if written is not None and written != profile_sha256(profile_text(ref)):
        warnings.append(f"profile {profile.id} has changed since this run was made")
    lines: list[Observation] = list(stored.lines)
    kept = [(late.step or "", late.question, late.value) for late in read_late(stored.path)]
    lines += lines_of(kept, max((time_of(line) for line in lines), default=0))
    if answers:
        check_fits(
            answers,
            profile,
            [s.key for s in record_of(stored.run_id, lines).steps],
            stored.header.scope,
            confirms=stored.header.confirms is not None,
        )
        lines += lines_of(answers, max((time_of(line) for line in lines), default=0))
    return record_of(stored.run_id, lines, warnings), profile


def _profile_of(stored: StoredRun) -> str:
    """Return the profile that judges a run: the folder's own copy where it is the one used, or nobody else has that id; else by id."""
    header = stored.header
    kept = stored.path.parent / CONFIG / kept_name(f"{header.profile}.toml")
    if stored.path.name != OBSERVATIONS or not kept.is_file():
        return header.profile
    is_the_one = header.profile_sha256 == profile_sha256(profile_text(str(kept)))
    return str(kept) if is_the_one or header.profile not in profile_ids() else header.profile
