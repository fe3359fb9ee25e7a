"""One step as inline SVG: current inside its expected envelope, lanes under it, evidence marked, one time axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from bench.model.diagnosis import Envelope
from bench.model.language import ENGLISH, Language
from bench.report.scale import Scale, broken_line, nice_step, span_text
from bench.report.series import MS, Lane, Segment, StepView
from bench.report.words import clean, number_text, step_title

_WIDTH, _LEFT, _RIGHT = 480, 106, 14
_TOP, _PLOT, _LANE, _LANE_GAP, _AXIS = 28, 176, 22, 6, 46
_GAP_NS: Final = 60 * MS
"""Samples farther apart than this are not joined: the trace shows that nothing was read."""
_SHORT_NAME: Final = 11
"""A longer name of a lane is set smaller."""
_LEAST_TOP_A: Final = 4.0
_MOST_MARKS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of evidence in the window: its number in the list of reasons and its time."""

    number: int
    t_ns: int


def chart(
    view: StepView,
    *,
    ident: str,
    envelope: Envelope | None,
    marks: Sequence[Mark] = (),
    reference: Sequence[tuple[int, float | None]] = (),
    show_excursions: bool = True,
    language: Language = ENGLISH,
) -> str:
    """Return the SVG of one step; `reference` samples count from their own feed's closing, ns.

    `ident` must be unique in the page. Where nothing was driven there is no current plot, only the lanes.
    """
    x = Scale(view.start_ns, view.end_ns, _LEFT, _WIDTH - _RIGHT)
    plot = _PLOT if view.feeds_ns else 0
    lanes_top = _TOP + plot + (10 if plot else 0)
    bottom = lanes_top + len(view.lanes) * (_LANE + _LANE_GAP)
    parts = [_time_axis(view, x, _TOP, bottom, language)]
    if plot:
        parts += _current(view, x, ident, envelope, reference, language, show_excursions=show_excursions)
    parts += [_lane(lane, x, lanes_top + n * (_LANE + _LANE_GAP), language) for n, lane in enumerate(view.lanes)]
    parts += [_mark(mark, x, bottom) for mark in marks[:_MOST_MARKS] if view.start_ns <= mark.t_ns <= view.end_ns]
    label = language.say("{step}: current and switch states over time", step=step_title(view.step.key, language))
    return f'<svg viewBox="0 0 {_WIDTH} {bottom + _AXIS}" role="img" aria-label="{escape(clean(label, 120))}">' + "".join(parts) + "</svg>"


def _current(
    view: StepView,
    x: Scale,
    ident: str,
    envelope: Envelope | None,
    reference: Sequence[tuple[int, float | None]],
    language: Language,
    *,
    show_excursions: bool,
) -> list[str]:
    read = [a for _, a in view.samples if a is not None]
    highest = max([_LEAST_TOP_A, *read, *(envelope.high_a if envelope else ())]) * 1.08
    y = Scale(min([0.0, *read]), highest, _TOP + _PLOT, _TOP)
    parts = [_current_axis(y, highest, language)]
    line = broken_line(view.samples, x, y, _GAP_NS)
    if envelope is not None and len(envelope.t_ms) > 1:
        parts.append(_band(envelope, view, x, y))
    if reference:
        shifted = [(t + view.zero_ns, a) for t, a in reference if view.start_ns <= t + view.zero_ns <= view.end_ns]
        parts.append(f'<path class="ref" d="{broken_line(shifted, x, y, _GAP_NS)}"/>')
    # Drawn by reference, for styles that name an ancestor do not reach the copy that marks the excursions.
    parts.append(f'<defs><path id="{ident}" d="{line}"/></defs><use class="amp" href="#{ident}"/>')
    if show_excursions and envelope is not None and len(envelope.t_ms) > 1:
        parts.append(_excursions(envelope, view, x, y, ident))
    if not read:
        middle = (x.low_px + x.high_px) / 2
        parts.append(f'<text class="none" x="{middle:.0f}" y="{_TOP + _PLOT / 2:.0f}">{language.say("no current was read")}</text>')
    for trip in view.trips:
        at = x(trip.t)
        parts.append(f'<path class="trip" d="M{at:.1f} {_TOP}V{_TOP + _PLOT}"/>')
        said = language.say("trip {value} A", value=number_text(trip.a, language))
        parts.append(f'<text class="triptext" x="{at + 4:.1f}" y="{_TOP + 12}">{escape(said)}</text>')
    return parts


def _polygon(envelope: Envelope, feed_ns: int, x: Scale, y: Scale, right: float = math.inf) -> str:
    """Return the envelope's outline from one closing of the feed on, cut at the window's edge and at `right` (px)."""
    points = list(zip(envelope.t_ms, envelope.low_a, envelope.high_a, strict=False))
    kept = [(min(right, x(feed_ns + t * MS)), low, high) for t, low, high in points if x.low <= feed_ns + t * MS <= x.high]
    upper = [f"{px:.1f} {y(high):.1f}" for px, _, high in kept]
    lower = [f"{px:.1f} {y(low):.1f}" for px, low, _ in reversed(kept)]
    return "M" + "L".join(upper + lower) + "Z" if len(kept) > 1 else ""


def _band(envelope: Envelope, view: StepView, x: Scale, y: Scale) -> str:
    outline = "".join(_polygon(envelope, feed, x, y) for feed in view.feeds_ns)
    return f'<path class="band" d="{outline}"/>'


def _excursions(envelope: Envelope, view: StepView, x: Scale, y: Scale, ident: str) -> str:
    """Paint the trace again where it leaves the band; the clip is the band's time, less the band."""
    outside = []
    for feed in view.feeds_ns:
        left = x(max(x.low, feed + envelope.t_ms[0] * MS))
        right = x(min(x.high, feed + envelope.t_ms[-1] * MS)) - 2  # the fall at switching off is no excursion
        outside.append(f"M{left:.1f} 0H{right:.1f}V{_TOP + _PLOT + 3}H{left:.1f}Z{_polygon(envelope, feed, x, y, right)}")
    return (
        f'<clipPath id="{ident}o"><path clip-rule="evenodd" d="{"".join(outside)}"/></clipPath>'
        f'<use class="out" href="#{ident}" clip-path="url(#{ident}o)"/>'
    )


def _current_axis(y: Scale, highest: float, language: Language) -> str:
    step = nice_step(highest, 5)
    parts = [f'<text class="unit" x="{_LEFT - 30}" y="{_TOP - 11}">{language.say("current, A")}</text>']
    n = 0
    while n * step <= highest:
        at = y(n * step)
        parts.append(f'<path class="grid" d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text class="tick" x="{_LEFT - 8}" y="{at + 5:.1f}">{number_text(n * step, language)}</text>')
        n += 1
    return "".join(parts)


def _time_axis(view: StepView, x: Scale, top: float, bottom: float, language: Language) -> str:
    span_ms = (view.end_ns - view.start_ns) / MS
    in_seconds = span_ms > 2000
    step_ms = nice_step(span_ms, 5)
    first = -(-(view.start_ns - view.zero_ns) // (step_ms * MS))
    parts = []
    n = int(first)
    while (t := view.zero_ns + n * step_ms * MS) <= view.end_ns:
        at = x(t)
        parts.append(f'<path class="grid" d="M{at:.1f} {top}V{bottom}"/>')
        parts.append(
            f'<text class="tock" x="{at:.1f}" y="{bottom + 18}">{language.localised(span_text(n * step_ms, in_seconds=in_seconds))}</text>'
        )
        n += 1
    unit = language.say("s" if in_seconds else "ms")
    said = language.say("{unit} after the 12 V feed closed" if view.feeds_ns else "{unit} after the step began", unit=unit)
    middle = (x.low_px + x.high_px) / 2
    parts.append(f'<text class="axis" x="{middle:.0f}" y="{bottom + 39}">{escape(said)}</text>')
    return "".join(parts)


def _lane(lane: Lane, x: Scale, top: float, language: Language) -> str:
    name = clean(language.say(lane.name), 20)
    # A long name fills the margin and no more, whatever size of letters screen or paper has.
    small = " small" if len(name) > _SHORT_NAME else ""
    fits = f' textLength="{_LEFT - 10}" lengthAdjust="spacingAndGlyphs"' if small else ""
    parts = [f'<text class="lane{small}" x="{_LEFT - 8}" y="{top + 16}"{fits}>{escape(name)}</text>']
    parts.append(f'<path class="rail" d="M{x.low_px} {top + _LANE / 2}H{x.high_px}"/>')
    for left, right, segment in _painted(lane.segments, x):
        tone = segment.tone if segment else "chatter"
        parts.append(f'<rect class="{tone}" x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{_LANE}" rx="2"/>')
        word = clean(language.say(segment.word), 12) if segment else ""
        if word and right - left > 10 * len(word):
            middle = (left + right) / 2
            parts.append(f'<text class="word {tone}" x="{middle:.1f}" y="{top + 16}">{escape(word)}</text>')
    return "".join(parts)


def _painted(segments: Sequence[Segment], x: Scale) -> list[tuple[float, float, Segment | None]]:
    """Return (left, right, segment) in pixels; neighbours under 2 px become one stretch of chatter (segment None)."""
    drawn: list[tuple[float, float, Segment | None]] = []
    for segment in segments:
        left, right = x(segment.start_ns), x(segment.end_ns)
        if right - left >= 2:
            drawn.append((left, right, segment))
        elif drawn and drawn[-1][2] is None and left - drawn[-1][1] < 2:
            drawn[-1] = (drawn[-1][0], max(right, drawn[-1][0] + 2), None)
        else:
            drawn.append((left, left + 2, None))
    return drawn


def _mark(mark: Mark, x: Scale, bottom: float) -> str:
    at = x(mark.t_ns)
    return (
        f'<path class="mark" d="M{at:.1f} 23V{bottom}"/><circle class="mark" cx="{at:.1f}" cy="12" r="11"/>'
        f'<text class="mark" x="{at:.1f}" y="17">{mark.number}</text>'
    )
