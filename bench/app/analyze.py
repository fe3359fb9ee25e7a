"""Use case: recorded CAN logs in, one analysis document out. A file that fails is reported and the rest go on."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.app.analyze_cluster import cluster
from bench.app.analyze_file import analyze_file
from bench.app.analyze_jobs import Reading, Step, Watch, answers, processes
from bench.app.analyze_text import analysis_text
from bench.canlog import SUFFIXES
from bench.config import all_families, load_dbcs, load_fields, swap_front
from bench.errors import DbcError, LogError, UsageError
from bench.model.analysis_document import AnalysisDocument, FileAnalysis, FileError
from bench.model.family import Family
from bench.model.signal_field import SignalField
from bench.model.text import readable

__all__ = ["Watch", "analysis_text", "analyze", "analyze_file", "exit_code", "families_of", "recordings"]


def analyze(
    paths: Sequence[str | Path],
    *,
    dbc: Path | Sequence[Path] | None = None,
    is_front_swapped: bool = False,
    jobs: int = 1,
    scheduler: str | None = None,
    is_insecure: bool = False,
    is_quick: bool = False,
    with_signals: bool = False,
    watch: Watch | None = None,
) -> AnalysisDocument:
    """Read every file, folder (all recordings below it) and glob pattern; return one document.

    Door frames are looked for in `dbc` alone where it is given, else in every shipped family; `is_front_swapped` exchanges the two
    front doors, whose sides are disputed. `jobs` worker processes share the files, or the workers of the dask.distributed cluster at
    `scheduler` do (`is_insecure` lets it be any tcp:// one); the document is the same for any number. `is_quick`: see `analyze_file`.
    `with_signals`: tell what every signal of `dbc` did.
    `watch` hears of each file when its turn in the document has come. Raises DbcError where a DBC is refused, UsageError where
    `jobs` is below 1 or signals of no DBC are wanted; a recording that cannot be read is an entry of `errors`.
    """
    if jobs < 1:
        raise UsageError(f"--jobs {jobs}: at least 1")
    given_dbc = [dbc] if isinstance(dbc, Path) else list(dbc or ())
    if with_signals and (is_quick or not given_dbc):
        raise UsageError("--signals tells of the signals of --dbc FILE" + (", and cannot be told from --doors-only" if is_quick else ""))
    fields = load_fields(given_dbc) if with_signals else ()
    families = _families_beside(fields, given_dbc) if with_signals else families_of(given_dbc)
    families = tuple(swap_front(f) for f in families) if is_front_swapped else families
    files: list[FileAnalysis] = []
    errors: list[FileError] = []
    given = _found(paths)
    source = processes(jobs) if scheduler is None else cluster(scheduler, is_insecure=is_insecure)
    for result in answers(given, Reading(families, is_quick, fields), source=source, watch=watch or _unwatched):
        if isinstance(result, FileAnalysis):
            files.append(result)
        else:
            errors.append(result)
    return AnalysisDocument(files=tuple(files), errors=tuple(errors))


def _families_beside(fields: Sequence[SignalField], dbc: Sequence[Path]) -> tuple[Family, ...]:
    """The families of the DBC files; where none describes a door, their signals are wanted all the same, and the shipped families."""
    try:
        return families_of(dbc)
    except DbcError:
        if fields:
            return families_of(None)
        raise


def _unwatched(_: Step) -> None:
    return


def families_of(dbc: Path | Sequence[Path] | None, *, is_front_swapped: bool = False) -> tuple[Family, ...]:
    """Return the families of the given DBC files, or every shipped one; raise DbcError where a DBC is refused."""
    given = [dbc] if isinstance(dbc, Path) else list(dbc or ())
    families = load_dbcs(given) if given else all_families()
    return tuple(swap_front(f) for f in families) if is_front_swapped else families


def _found(paths: Sequence[str | Path]) -> list[Path | FileError]:
    """Every recording that the paths mean, in order; what means none is an error in its place."""
    found: list[Path | FileError] = []
    for given in paths:
        try:
            found += recordings(given)
        except LogError as exc:
            found.append(FileError(path=readable(str(given)), error=readable(str(exc))))
    return found


def exit_code(document: AnalysisDocument) -> int:
    """Return 2 where any file could not be read (what was found is still shown), 1 where something was found, else 0."""
    if document.errors:
        return 2
    return 1 if any(f.findings for f in document.files) else 0


def recordings(given: str | Path) -> Iterator[Path]:
    """Yield the recordings that a path means: itself, all below a folder by name, or what a glob pattern matches.

    What is named like one and is a broken link or no plain file is yielded too: whoever reads it will say so. Raises LogError where a
    folder or a pattern means none, and after all the others where a folder below may not be looked into.
    """
    path = Path(given)
    closed: list[OSError] = []
    try:
        if path.is_dir():
            below = (Path(folder, name) for folder, _, names in os.walk(path, onerror=closed.append) for name in names)
            found = sorted(p for p in below if _is_recording(p))
            missing = f"the folder holds no recording; known are {' '.join(SUFFIXES)}, each also with .gz"
        elif not path.exists() and any(mark in str(given) for mark in "*?["):
            found = sorted(p for p in Path(path.anchor).glob(str(path.relative_to(path.anchor))) if p.is_file())
            missing = "no file matches this pattern"
        else:
            found, missing = [path], ""
    except (OSError, ValueError, NotImplementedError) as exc:
        raise LogError(f"{given}: {getattr(exc, 'strerror', None) or exc}") from exc
    yield from found
    if closed:
        more = f", and {len(closed) - 1} more folders" if len(closed) > 1 else ""
        raise LogError(f"{closed[0].filename}: {closed[0].strerror}{more}: what lies in there was not read")
    if not found:
        raise LogError(f"{given}: {missing}")


def _is_recording(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(SUFFIXES)
