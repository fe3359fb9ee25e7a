"""The analysis document for people: one block a file, findings last, then what could not be read."""

from collections.abc import Callable, Sequence
from typing import Final

from bench.model.analysis_document import AnalysisDocument, DoorTimeline, FileAnalysis, SignalStory, TimedState

_SHOWN: Final = 12


def analysis_text(document: AnalysisDocument, tell: Callable[[str], str] = str) -> str:
    """Return the document for people: one block a file, findings last, then what could not be read.

    `tell`: what is said of a finding, in the reader's language.
    """
    blocks = [_file_text(f, tell) for f in document.files]
    blocks += [f"NOT READ: {e.error}" for e in document.errors]
    return "\n\n".join(blocks) + "\n" if blocks else "nothing to analyze\n"


def _file_text(one: FileAnalysis, tell: Callable[[str], str]) -> str:
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
        lines.append(f"  FOUND at {finding.t_s:.2f} s ({finding.probability:.0%}): {tell(finding.text)}")
        lines += [f"    because {tell(evidence)}" for evidence in finding.evidence]
        if finding.next_test:
            lines.append(f"    next: {tell(finding.next_test)}")
        if finding.faults:
            lines.append(f"    could be: {', '.join(finding.faults)}   (lockbench faults ID tells more)")
    if not one.findings:
        lines.append("  nothing found")
    lines += [f"  signal {s.message}.{s.name}: {_signal_text(s)}" for s in one.signals]
    lines += [f"  note: {tell(note)}" for note in one.notes]
    return "\n".join(lines)


def _signal_text(one: SignalStory) -> str:
    unit = f" {one.unit}" if one.unit else ""
    if not one.changes:
        return f"{one.first:g}{unit} in all {one.frames} frames"
    return f"{one.low:g} to {one.high:g}{unit}, first {one.first:g}, last {one.last:g}, {one.changes} changes in {one.frames} frames"


def _door_text(timeline: DoorTimeline) -> str:
    if not timeline.transitions:
        return f"{timeline.first} throughout"
    return f"{timeline.first}, then {_states_text(timeline.transitions)}; open {timeline.open_s:.2f} s in all"


def _states_text(states: Sequence[TimedState]) -> str:
    more = f" ... ({len(states)} in all)" if len(states) > _SHOWN else ""
    return ", ".join(f"{s.to} {s.t_s:.2f} s" for s in states[:_SHOWN]) + more
