"""The good lock's run that another run was judged beside: a copy lies in the run's folder, so that `judge` needs nothing else."""

from pathlib import Path
from typing import Final

from bench.analysis.session import record_of
from bench.app.judging import judge_record, load_run
from bench.errors import RecordError, UsageError
from bench.model.codec import encode
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.store.folder import CONFIG, RunFolder, kept_name
from bench.store.reading import open_record

PREFIX: Final = "against-"
NONE: Final = "none"
"""`--against none`: judge without the reference that lies in the folder."""


def keep_reference(folder: RunFolder, reference: RunRecord | None) -> None:
    """Put a copy of the reference's lines into the run's folder, where there is a reference."""
    if reference is not None:
        content = b"".join(encode(line) for line in reference.observations)
        folder.keep_config(kept_name(f"{PREFIX}{reference.run_id}.jsonl"), content)


def reference_for(run: Path, against: Path | None, profile: Profile) -> RunRecord | None:
    """Return the run to judge beside: the one asked for, else the copy in the run's folder, else None."""
    if against is not None:
        return None if str(against) == NONE else load_reference(against, profile)
    kept = sorted((run / CONFIG).glob(f"{PREFIX}*.jsonl")) if run.is_dir() else []
    if not kept:
        return None
    if len(kept) > 1:
        raise RecordError(f"{run}: {len(kept)} references lie in {CONFIG}, there can be one; say which with --against")
    stored = open_record(kept[0])
    return record_of(stored.run_id.removeprefix(PREFIX), stored.lines)


def load_reference(path: Path | None, profile: Profile) -> RunRecord | None:
    """Return the good lock's run; raise UsageError where it is of another kind of lock or was itself found faulty."""
    if path is None:
        return None
    record, own = load_run(path)
    if own.kind != profile.kind:
        raise UsageError(f"--against {path}: that run is of a {own.kind}, this one of a {profile.kind}")
    verdict = judge_record(record, own).document.verdict
    if verdict not in ("PASS", "INCONCLUSIVE"):
        raise UsageError(f"--against {path}: the verdict of that run is {verdict}; a good lock is needed to compare with")
    return record
