"""Recordings as one HTML page: a timeline a file that one zooms with wheel, keys or fingers. Nothing is fetched; all words are escaped."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

from bench.model.analysis_document import AnalysisDocument, FileAnalysis, Finding, TimedState
from bench.report.page_script import source_hash
from bench.report.timeline_sheet import SCRIPT, STYLE
from bench.report.wording import clean

_POLICY: Final = f"default-src 'none'; style-src 'unsafe-inline'; script-src {source_hash(SCRIPT)}"
_MOST_SPANS: Final = 4000
"""Stretches drawn a lane; more only a broken wire makes, and the page says so."""
_LANE: Final = 26
_TOP: Final = 26
_TONES: Final = ("open", "closed", "locked", "unlocked", "partly", "off", "acc", "on", "start")
_KEY: Final = " ".join(f'<span class="key {tone}"></span>{tone}' for tone in _TONES)


class _Span(NamedTuple):
    """A stretch of one state; times in s."""

    from_s: float
    to_s: float
    state: str


class _Lane(NamedTuple):
    """One row: its name and its stretches in order of time."""

    name: str
    spans: Sequence[_Span]


def timeline_page(document: AnalysisDocument) -> str:
    """Return the page: findings in words, lanes for doors, lock and ignition, marks where something was found."""
    parts = [_file(n, one) for n, one in enumerate(document.files)]
    parts += [f'<section class="failed"><h2>Not read</h2><p>{_text(e.error, 400)}</p></section>' for e in document.errors]
    found = sum(len(one.findings) for one in document.files)
    head = f"{_counted(len(document.files), 'recording')}, {_counted(found, 'finding')}" + (
        f", {len(document.errors)} not read" if document.errors else ""
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(head)}</title><style>{STYLE}</style></head><body><main><h1>{escape(head)}</h1>"
        '<p class="how">Zoom: wheel, two fingers, or + and - on a focused timeline. Move: drag, or the arrow keys. Back to all: double '
        f"click, or 0.</p><p>{_KEY}</p>" + "\n".join(parts) + f"</main><script>{SCRIPT}</script></body></html>\n"
    )


def _file(number: int, one: FileAnalysis) -> str:
    load = "" if one.bus_load is None else f", bus load {one.bus_load:.0%}"
    skipped = f", {one.skipped_lines} lines skipped" if one.skipped_lines else ""
    about = f"{one.frames} frames in {one.span_s:.2f} s{load}{skipped}; door frames: {one.family or 'none'}"
    findings = "".join(_finding(number, n, finding) for n, finding in enumerate(one.findings, start=1))
    notes = "".join(f"<li>{_text(note, 400)}</li>" for note in one.notes)
    return (
        f"<section><h2>{_text(one.path, 300)}</h2><p>{_text(about, 300)}</p>{_chart(number, one)}"
        + (f'<ol class="findings">{findings}</ol>' if findings else "<p>Nothing was found.</p>")
        + (f'<ul class="notes">{notes}</ul>' if notes else "")
        + "</section>"
    )


def _finding(file: int, number: int, finding: Finding) -> str:
    because = "".join(f"<li>{_text(evidence, 400)}</li>" for evidence in finding.evidence)
    faults = f"<p>Could be: {_text(', '.join(finding.faults), 300)}</p>" if finding.faults else ""
    then = f"<p><b>Next</b> {_text(finding.next_test, 500)}</p>" if finding.next_test else ""
    return (
        f'<li id="f{file}-{number}"><p><button type="button" data-go="{file}" data-at="{finding.t_s:.6f}">at {finding.t_s:.2f} s</button> '
        f"<b>{_text(finding.text, 400)}</b> {finding.probability:.0%}</p><ul>{because}</ul>{faults}{then}</li>"
    )


def _chart(number: int, one: FileAnalysis) -> str:
    lanes = list(_lanes(one))
    if not lanes or one.span_s <= 0:
        return ""
    foot = _TOP + _LANE * len(lanes)
    height = foot + 22
    rows = "".join(_lane(lane, _TOP + _LANE * n) for n, lane in enumerate(lanes))
    names = "".join(f'<text class="name" x="8" y="{_TOP + _LANE * n + 16}">{_text(lane.name, 30)}</text>' for n, lane in enumerate(lanes))
    marks = "".join(
        f'<g class="mark" data-t="{f.t_s:.6f}"><title>{_text(f.text, 300)}</title><path d="M0 20V{foot}"/><circle cy="12" r="9"/>'
        f'<text y="16">{n}</text></g>'
        for n, f in enumerate(one.findings, start=1)
    )
    cut = sum(len(lane.spans) > _MOST_SPANS for lane in lanes)
    more = f'<p class="how">{cut} lanes change too often to be drawn whole: the first {_MOST_SPANS} stretches are shown.</p>' if cut else ""
    return (
        f'<svg class="timeline" id="t{number}" tabindex="0" role="img" aria-label="timeline of {_text(one.path, 200)}" '
        f'data-span="{one.span_s:.6f}" height="{height}"><g class="axis" data-height="{foot}"></g>'
        f'<g class="lanes">{rows}</g><g class="marks">{marks}</g><rect class="names" width="104" height="{height}"/>{names}</svg>{more}'
    )


def _lane(lane: _Lane, top: int) -> str:
    spans = "".join(
        f'<rect class="{_tone(s.state)}" data-a="{s.from_s:.6f}" data-b="{s.to_s:.6f}" y="{top}" height="{_LANE - 6}">'
        f"<title>{_text(f'{lane.name}: {s.state} from {s.from_s:.3f} s for {s.to_s - s.from_s:.3f} s', 200)}</title></rect>"
        for s in lane.spans[:_MOST_SPANS]
    )
    return f"<g>{spans}</g>"


def _lanes(one: FileAnalysis) -> Iterator[_Lane]:
    for door, timeline in one.doors.items():
        yield _Lane(door.replace("_", " "), _spans([TimedState(t_s=0.0, to=timeline.first), *timeline.transitions], one.span_s))
    for name, states in (("lock", one.lock), ("ignition", one.ignition)):
        if states:
            yield _Lane(name, _spans(states, one.span_s))


def _spans(states: Sequence[TimedState], end_s: float) -> list[_Span]:
    ends = [*(s.t_s for s in states[1:]), max(end_s, states[-1].t_s)]
    return [_Span(state.t_s, end, state.to) for state, end in zip(states, ends, strict=True)]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tone(state: str) -> str:
    """One of the style sheet's classes; a word of a DBC's own gets the neutral one."""
    return state if state in _TONES else "other"


def _text(text: str, most: int) -> str:
    return escape(clean(text, most))
