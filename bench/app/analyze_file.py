"""One recording in, one entry of the analysis document out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.analysis.body_doors import DoorTrace
from bench.analysis.body_trace import BodyTrace
from bench.analysis.bus import BusSession
from bench.analysis.findings import findings_of, notes_of
from bench.analysis.plain_frames import PickedFrames, PlainFrames
from bench.analysis.signals import SignalBank
from bench.canlog import open_log
from bench.model.analysis_document import DoorTimeline, FileAnalysis, TimedState
from bench.model.can_frame import FrameBatch
from bench.model.family import Family
from bench.model.names import DOORS, Door
from bench.model.signal_field import SignalField
from bench.model.text import readable

_MANY: Final = 256
"""Frames in a batch from which on columns cost less than a look at each."""


def analyze_file(path: Path, families: Sequence[Family], *, is_quick: bool = False, fields: Sequence[SignalField] = ()) -> FileAnalysis:
    """Return what one recording shows; raise LogError where it cannot be read or holds no frame.

    `is_quick`: of plain candump text only the families' frames are read, several times as fast; the bus load is then unknown.
    `fields`: signals whose stories are wanted; every frame is then read.
    """
    log = open_log(path)
    session = BusSession(families)
    bank = SignalBank(fields)
    for piece in log.pieces(frozenset().union(*(f.ids for f in families)) if is_quick and not fields else None):
        if isinstance(piece, FrameBatch) and len(piece.t_ns) >= _MANY:
            piece = PlainFrames.of(piece) or piece
        if isinstance(piece, PickedFrames):
            session.feed_picked(piece)
        elif isinstance(piece, PlainFrames):
            session.feed_plain(piece)
            if fields:
                bank.feed_plain(piece)
        else:
            session.feed(piece)
            if fields:
                bank.feed(piece)
    story, origin_ns = session.story(), session.origin_ns
    body = story.body
    notes = [*notes_of(story, origin_ns), *(body.family.notes if body else ())]
    if log.skipped_lines:
        notes.append(f"{log.skipped_lines} lines skipped, first: {'; '.join(log.skipped)}")
    if log.trouble:
        notes.append(f"the file ended early: {log.trouble}")
    return FileAnalysis(
        path=readable(str(path)), frames=log.frames, skipped_lines=log.skipped_lines, span_s=round(story.span_s, 6),
        family=body.family.name if body else None, bus_load=None if story.load is None else round(story.load, 4),
        doors=_doors(body, origin_ns), lock=_timeline(body.lock_changes() if body else [], origin_ns),
        ignition=_timeline(body.ignition if body else [], origin_ns), findings=findings_of(story, origin_ns), notes=tuple(notes),
        signals=bank.stories() if fields else (),
    )  # fmt: skip


def _doors(body: BodyTrace | None, origin_ns: int) -> dict[Door, DoorTimeline]:
    return {door: _door(body.doors[door], origin_ns) for door in DOORS if door in body.doors} if body else {}


def _door(trace: DoorTrace, origin_ns: int) -> DoorTimeline:
    return DoorTimeline(
        first="open" if trace.first else "closed", last="open" if trace.state else "closed", open_s=round(trace.open_ns / 1e9, 6),
        transitions=_timeline([(t, "open" if is_open else "closed") for t, is_open in trace.changes], origin_ns),
    )  # fmt: skip


def _timeline(states: Sequence[tuple[int, str]], origin_ns: int) -> tuple[TimedState, ...]:
    return tuple(TimedState(t_s=round((t_ns - origin_ns) / 1e9, 6), to=to) for t_ns, to in states)
