"""Use case: recorded CAN logs in, one analysis document out. A file that fails is reported and the rest go on."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bench.analysis.body_trace import BodyTrace, DoorTrace
from bench.analysis.bus import BusSession
from bench.analysis.findings import findings_of, notes_of
from bench.canlog import SUFFIXES, open_log
from bench.config import all_families, load_dbc, swap_front
from bench.errors import LogError
from bench.model.analysis_document import AnalysisDocument, DoorTimeline, FileAnalysis, FileError, TimedState
from bench.model.family import Family
from bench.model.names import DOORS, Door

_SHOWN: Final = 12


def analyze(paths: Sequence[str | Path], *, dbc: Path | None = None, is_front_swapped: bool = False) -> AnalysisDocument:
    """Read every file, folder (all recordings below it) and glob pattern; return one document.

    Door frames are looked for in `dbc` alone where it is given, else in every shipped family; `is_front_swapped` exchanges the two
    front doors, whose sides are disputed. Raises DbcError where the DBC is refused; a recording that cannot be read is an entry
    of `errors`.
    """
    families = (load_dbc(dbc),) if dbc is not None else all_families()
    families = tuple(swap_front(f) for f in families) if is_front_swapped else families
    files: list[FileAnalysis] = []
    errors: list[FileError] = []
    for given in paths:
        try:
            for path in recordings(given):
                try:
                    files.append(analyze_file(path, families))
                except LogError as exc:
                    errors.append(FileError(path=str(path), error=str(exc)))
        except LogError as exc:
            errors.append(FileError(path=str(given), error=str(exc)))
    return AnalysisDocument(files=tuple(files), errors=tuple(errors))


def exit_code(document: AnalysisDocument) -> int:
    """Return 2 where any file could not be read (what was found is still shown), 1 where something was found, else 0."""
    if document.errors:
        return 2
    return 1 if any(f.findings for f in document.files) else 0


def recordings(given: str | Path) -> Iterator[Path]:
    """Yield the recordings that a path means: itself, all below a folder by name, or what a glob pattern matches.

    Raises LogError where a folder or a pattern means none.
    """
    path = Path(given)
    try:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and _is_recording(p))
            missing = f"the folder holds no recording; known are {' '.join(SUFFIXES)}, each also with .gz"
        elif not path.exists() and any(mark in str(given) for mark in "*?["):
            found = sorted(p for p in Path(path.anchor).glob(str(path.relative_to(path.anchor))) if p.is_file())
            missing = "no file matches this pattern"
        else:
            found, missing = [path], ""
    except (OSError, ValueError, NotImplementedError) as exc:
        raise LogError(f"{given}: {getattr(exc, 'strerror', None) or exc}") from exc
    if not found:
        raise LogError(f"{given}: {missing}")
    yield from found


def analyze_file(path: Path, families: Sequence[Family]) -> FileAnalysis:
    """Return what one recording shows; raise LogError where it cannot be read or holds no frame."""
    log = open_log(path)
    session = BusSession(families)
    for batch in log.batches():
        session.feed(batch)
    story, origin_ns = session.story(), session.origin_ns
    body = story.body
    notes = list(notes_of(story, origin_ns))
    if log.skipped_lines:
        notes.append(f"{log.skipped_lines} lines skipped, first: {'; '.join(log.skipped)}")
    if log.trouble:
        notes.append(f"the file ended early: {log.trouble}")
    return FileAnalysis(
        path=str(path), frames=log.frames, skipped_lines=log.skipped_lines, span_s=round(story.span_s, 6),
        family=body.family.name if body else None, bus_load=None if story.load is None else round(story.load, 4),
        doors=_doors(body, origin_ns), lock=_timeline(body.lock_changes() if body else [], origin_ns),
        ignition=_timeline(body.ignition if body else [], origin_ns), findings=findings_of(story, origin_ns), notes=tuple(notes),
    )  # fmt: skip


def analysis_text(document: AnalysisDocument) -> str:
    """Return the document for people: one block a file, findings last, then what could not be read."""
    blocks = [_file_text(f) for f in document.files]
    blocks += [f"NOT READ: {e.error}" for e in document.errors]
    return "\n\n".join(blocks) + "\n" if blocks else "nothing to analyze\n"


def _is_recording(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(SUFFIXES)


def _doors(body: BodyTrace | None, origin_ns: int) -> dict[Door, DoorTimeline]:
    return {door: _door(body.doors[door], origin_ns) for door in DOORS if door in body.doors} if body else {}


def _door(trace: DoorTrace, origin_ns: int) -> DoorTimeline:
    return DoorTimeline(
        first="open" if trace.first else "closed", last="open" if trace.state else "closed", open_s=round(trace.open_ns / 1e9, 6),
        transitions=_timeline([(t, "open" if is_open else "closed") for t, is_open in trace.changes], origin_ns),
    )  # fmt: skip


def _timeline(states: Sequence[tuple[int, str]], origin_ns: int) -> tuple[TimedState, ...]:
    return tuple(TimedState(t_s=round((t_ns - origin_ns) / 1e9, 6), to=to) for t_ns, to in states)


def _file_text(one: FileAnalysis) -> str:
    load = "" if one.bus_load is None else f", bus load {one.bus_load:.0%}"
    skipped = f", {one.skipped_lines} lines skipped" if one.skipped_lines else ""
    lines = [one.path, f"  {one.frames} frames in {one.span_s:.2f} s{load}{skipped}; door frames: {one.family or 'none'}"]
    for door, timeline in one.doors.items():
        lines.append(f"  {door.replace('_', ' '):12} {_door_text(timeline)}")
    if one.lock:
        lines.append(f"  {'lock':12} {_states_text(one.lock)}  (commanded, not sensed)")
    if one.ignition:
        lines.append(f"  {'ignition':12} {_states_text(one.ignition)}")
    for finding in one.findings:
        lines.append(f"  FOUND at {finding.t_s:.2f} s ({finding.probability:.0%}): {finding.text}")
        lines += [f"    because {evidence}" for evidence in finding.evidence]
        if finding.faults:
            lines.append(f"    could be: {', '.join(finding.faults)}   (lockbench faults ID tells more)")
    if not one.findings:
        lines.append("  nothing found")
    lines += [f"  note: {note}" for note in one.notes]
    return "\n".join(lines)


def _door_text(timeline: DoorTimeline) -> str:
    if not timeline.transitions:
        return f"{timeline.first} throughout"
    return f"{timeline.first}, then {_states_text(timeline.transitions)}; open {timeline.open_s:.2f} s in all"


def _states_text(states: Sequence[TimedState]) -> str:
    more = f" ... ({len(states)} in all)" if len(states) > _SHOWN else ""
    return ", ".join(f"{s.to} {s.t_s:.2f} s" for s in states[:_SHOWN]) + more
