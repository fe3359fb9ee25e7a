"""Recordings as one HTML page: a timeline a file that one zooms with wheel, keys or fingers. Nothing is fetched; all words are escaped."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

from bench.model.analysis_document import AnalysisDocument, FileAnalysis, Finding, TimedState
from bench.model.faults import title_of
from bench.model.language import ENGLISH, Language
from bench.report.bus_words import told
from bench.report.page_script import source_hash
from bench.report.timeline_sheet import SCRIPT, STYLE
from bench.report.words import clean, percent_text

_POLICY: Final = f"default-src 'none'; style-src 'unsafe-inline'; script-src {source_hash(SCRIPT)}"
_MOST_SPANS: Final = 4000
"""Stretches drawn a lane; more only a broken wire makes, and the page says so."""
_LANE: Final = 26
_TOP: Final = 26
_TONES: Final = ("open", "closed", "locked", "unlocked", "partly", "off", "acc", "on", "start")


class _Span(NamedTuple):
    """A stretch of one state; times in s."""

    from_s: float
    to_s: float
    state: str


class _Lane(NamedTuple):
    """One row: its name and its stretches in order of time."""

    name: str
    spans: Sequence[_Span]


def timeline_page(document: AnalysisDocument, language: Language = ENGLISH) -> str:
    """Return the page: findings in words, lanes for doors, lock and ignition, marks where something was found."""
    say = language.say
    parts = [_file(n, one, language) for n, one in enumerate(document.files)]
    parts += [
        f'<section class="failed"><h2>{_text(say("Not read"), 60)}</h2><p>{_text(e.error, 400)}</p></section>' for e in document.errors
    ]
    found = sum(len(one.findings) for one in document.files)
    head = say("Recordings: {n}, findings: {found}", n=len(document.files), found=found)
    head += ", " + say("not read: {n}", n=len(document.errors)) if document.errors else ""
    key = " ".join(f'<span class="key {tone}"></span>{_text(say(tone), 20)}' for tone in _TONES)
    how = say("Zoom: wheel, two fingers, or + and - on a focused timeline. Move: drag, or the arrow keys. Back to all: double click, or 0.")
    return (
        f'<!DOCTYPE html>\n<html lang="{language.code}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(head)}</title><style>{STYLE}</style></head><body><main><h1>{escape(head)}</h1>"
        f'<p class="how">{escape(how)}</p><p>{key}</p>' + "\n".join(parts) + f"</main><script>{SCRIPT}</script></body></html>\n"
    )


def _file(number: int, one: FileAnalysis, language: Language) -> str:
    say = language.say
    about = say("{frames} frames in {s} s", frames=one.frames, s=language.number(one.span_s, 2))
    about += "" if one.bus_load is None else ", " + say("bus load {share}", share=percent_text(one.bus_load, language))
    about += ", " + say("{n} lines skipped", n=one.skipped_lines) if one.skipped_lines else ""
    about += "; " + say("door frames: {family}", family=one.family or say("none"))
    findings = "".join(_finding(number, n, finding, language) for n, finding in enumerate(one.findings, start=1))
    notes = "".join(f"<li>{_text(told(note, language), 400)}</li>" for note in one.notes)
    return (
        f"<section><h2>{_text(one.path, 300)}</h2><p>{_text(about, 300)}</p>{_chart(number, one, language)}"
        + (f'<ol class="findings">{findings}</ol>' if findings else f"<p>{escape(say('Nothing was found.'))}</p>")
        + (f'<ul class="notes">{notes}</ul>' if notes else "")
        + "</section>"
    )


def _finding(file: int, number: int, finding: Finding, language: Language) -> str:
    say = language.say
    because = "".join(f"<li>{_text(told(evidence, language), 400)}</li>" for evidence in finding.evidence)
    causes = "; ".join(say(title_of(fault)) for fault in finding.faults)
    faults = f"<p>{escape(say('Could be:'))} {_text(causes, 400)}</p>" if finding.faults else ""
    then = f"<p><b>{escape(say('Next'))}</b> {_text(told(finding.next_test, language), 500)}</p>" if finding.next_test else ""
    at = say("at {s} s", s=language.number(finding.t_s, 2))
    return (
        f'<li id="f{file}-{number}"><p><button type="button" data-go="{file}" data-at="{finding.t_s:.6f}">{escape(at)}</button> '
        f"<b>{_text(told(finding.text, language), 400)}</b> {percent_text(finding.probability, language)}</p><ul>{because}</ul>"
        f"{faults}{then}</li>"
    )


def _chart(number: int, one: FileAnalysis, language: Language) -> str:
    lanes = list(_lanes(one, language))
    if not lanes or one.span_s <= 0:
        return ""
    foot = _TOP + _LANE * len(lanes)
    height = foot + 22
    rows = "".join(_lane(lane, _TOP + _LANE * n, language) for n, lane in enumerate(lanes))
    names = "".join(f'<text class="name" x="8" y="{_TOP + _LANE * n + 16}">{_text(lane.name, 30)}</text>' for n, lane in enumerate(lanes))
    marks = "".join(
        f'<g class="mark" data-t="{f.t_s:.6f}"><title>{_text(told(f.text, language), 300)}</title>'
        f'<path d="M0 20V{foot}"/><circle cy="12" r="9"/>'
        f'<text y="16">{n}</text></g>'
        for n, f in enumerate(one.findings, start=1)
    )
    label = _text(language.say("timeline of {path}", path=one.path), 200)
    cut = sum(len(lane.spans) > _MOST_SPANS for lane in lanes)
    said = language.say("{n} lanes change too often to be drawn whole: the first {most} stretches are shown.", n=cut, most=_MOST_SPANS)
    more = f'<p class="how">{escape(said)}</p>' if cut else ""
    return (
        f'<svg class="timeline" id="t{number}" tabindex="0" role="img" aria-label="{label}" '
        f'data-span="{one.span_s:.6f}" height="{height}"><g class="axis" data-height="{foot}"></g>'
        f'<g class="lanes">{rows}</g><g class="marks">{marks}</g><rect class="names" width="104" height="{height}"/>{names}</svg>{more}'
    )


def _lane(lane: _Lane, top: int, language: Language) -> str:
    def title(s: _Span) -> str:
        times = {"start": language.number(s.from_s, 3), "s": language.number(s.to_s - s.from_s, 3)}
        return language.say("{lane}: {state} from {start} s for {s} s", lane=lane.name, state=language.say(s.state), **times)

    spans = "".join(
        f'<rect class="{_tone(s.state)}" data-a="{s.from_s:.6f}" data-b="{s.to_s:.6f}" y="{top}" height="{_LANE - 6}">'
        f"<title>{_text(title(s), 200)}</title></rect>"
        for s in lane.spans[:_MOST_SPANS]
    )
    return f"<g>{spans}</g>"


def _lanes(one: FileAnalysis, language: Language) -> Iterator[_Lane]:
    for door, timeline in one.doors.items():
        name = language.say(door.replace("_", " "))
        yield _Lane(name, _spans([TimedState(t_s=0.0, to=timeline.first), *timeline.transitions], one.span_s))
    for name, states in (("lock", one.lock), ("ignition", one.ignition)):
        if states:
            yield _Lane(language.say(name), _spans(states, one.span_s))


def _spans(states: Sequence[TimedState], end_s: float) -> list[_Span]:
    ends = [*(s.t_s for s in states[1:]), max(end_s, states[-1].t_s)]
    return [_Span(state.t_s, end, state.to) for state, end in zip(states, ends, strict=True)]


def _tone(state: str) -> str:
    """One of the style sheet's classes; a word of a DBC's own gets the neutral one."""
    return state if state in _TONES else "other"


def _text(text: str, most: int) -> str:
    return escape(clean(text, most))
