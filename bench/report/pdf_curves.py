"""Curves on paper: current inside its band, the reference dashed, the switches under it, evidence numbered."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.model.diagnosis import Envelope
from bench.model.language import Language
from bench.report.chart import Mark
from bench.report.pdf_sheet import INK, LINE, ORANGE, PAPER, SOFT, Colour, Sheet
from bench.report.scale import Scale, nice_step, pieces, span_text
from bench.report.series import MS, Lane, StepView
from bench.report.words import number_text, step_title

_BAND: Final[Colour] = (211, 227, 244)
_BAND_EDGE: Final[Colour] = (143, 180, 217)
_TRACE: Final[Colour] = (20, 50, 79)
_REFERENCE: Final[Colour] = (124, 137, 148)
_TONES: Final[dict[str, tuple[Colour, Colour]]] = {
    "high": ((59, 110, 165), PAPER), "low": ((201, 216, 232), (34, 56, 78)), "busy": ((44, 58, 71), PAPER),
    "unknown": ((230, 231, 232), (34, 56, 78)),
}  # fmt: skip
_GAP_NS: Final = 60 * MS
_TENTH: Final = 10.0
"""Places are reckoned in tenths of a millimetre, so that samples are thinned to what paper can show."""
_LEFT, _LANE, _LANE_GAP, _AXIS = 17.0, 3.6, 0.8, 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a chart stands on the sheet, mm."""

    x: float
    y: float
    width: float
    height: float


def draw_chart(
    sheet: Sheet,
    view: StepView,
    frame: Frame,
    *,
    language: Language,
    envelope: Envelope | None,
    marks: Sequence[Mark],
    reference: Sequence[tuple[int, float | None]],
) -> None:
    """Draw one step."""
    sheet.line_of(step_title(view.step.key, language), x=frame.x, y=frame.y + 3, size=9.5, bold=True)
    lanes_high = len(view.lanes) * (_LANE + _LANE_GAP)
    top = frame.y + 8
    # A step that nobody drove has no current: its lanes stand at the top and the frame's rest stays empty.
    bottom = frame.y + frame.height - _AXIS - lanes_high - 1.5 if view.feeds_ns else top
    end = bottom + lanes_high + 1.5
    left, right = frame.x + _LEFT, frame.x + frame.width - 1
    x = Scale(view.start_ns, view.end_ns, left, right)
    _time_axis(sheet, view, x, (top, end), language)
    if view.feeds_ns:
        _current(sheet, view, x, (top, bottom), envelope, reference, language)
    for n, lane in enumerate(view.lanes):
        _lane(sheet, lane, x, bottom + 1.5 + n * (_LANE + _LANE_GAP), language)
    for mark in marks:
        if view.start_ns <= mark.t_ns <= view.end_ns:
            at = x(mark.t_ns)
            sheet.stroke([(at, top - 1), (at, end)], ORANGE, 0.3, dash=0.9)
            sheet.pdf.set_fill_color(*ORANGE)
            sheet.pdf.circle(at, top - 2.4, 1.9, style="F")
            sheet.line_of(str(mark.number), x=at, y=top - 1.45, size=7.5, bold=True, colour=PAPER, align="C")


def _current(
    sheet: Sheet,
    view: StepView,
    x: Scale,
    span: tuple[float, float],
    envelope: Envelope | None,
    reference: Sequence[tuple[int, float | None]],
    language: Language,
) -> None:
    top, bottom = span
    read = [a for _, a in view.samples if a is not None and math.isfinite(a)]
    shifted = [(t + view.zero_ns, a) for t, a in reference if view.start_ns <= t + view.zero_ns <= view.end_ns]
    highest = max([4.0, *read, *(a for _, a in shifted if a is not None), *(envelope.high_a if envelope else ())]) * 1.06
    y = Scale(min([0.0, *read]), highest, bottom, top)
    step = nice_step(highest, 4)
    for n in range(int(highest / step) + 1):
        at = y(n * step)
        sheet.stroke([(x.low_px, at), (x.high_px, at)], LINE, 0.15)
        sheet.line_of(number_text(n * step, language), x=x.low_px - 1.2, y=at + 1, size=7, colour=SOFT, align="R")
    sheet.line_of(language.say("current, A"), x=x.low_px - _LEFT, y=top - 1.6, size=7, colour=SOFT)
    with sheet.clipped(x.low_px, top - 0.5, x.high_px - x.low_px, bottom - top + 1):
        if envelope is not None:
            for feed in view.feeds_ns:
                outline = _outline(envelope, feed, x, y)
                sheet.area(outline, _BAND)
                sheet.stroke([*outline, *outline[:1]], _BAND_EDGE, 0.2)
        _trace(sheet, shifted, x, y, _REFERENCE, 0.3, dash=0.9)
        _trace(sheet, view.samples, x, y, _TRACE, 0.38)
    for trip in view.trips:
        sheet.stroke([(x(trip.t), top), (x(trip.t), bottom)], ORANGE, 0.5)
        said = language.say("trip {value} A", value=number_text(trip.a, language))
        sheet.line_of(said, x=x(trip.t) + 1, y=top + 3, size=7, bold=True, colour=ORANGE)
    if not read:
        middle = (x.low_px + x.high_px) / 2
        sheet.line_of(language.say("no current was read"), x=middle, y=(top + bottom) / 2, size=8, colour=SOFT, align="C")


def _outline(envelope: Envelope, feed_ns: int, x: Scale, y: Scale) -> list[tuple[float, float]]:
    kept = [(x(feed_ns + t * MS), low, high) for t, low, high in zip(envelope.t_ms, envelope.low_a, envelope.high_a, strict=False)]
    return [(at, y(high)) for at, _, high in kept] + [(at, y(low)) for at, low, _ in reversed(kept)]


def _trace(
    sheet: Sheet, samples: Sequence[tuple[int, float | None]], x: Scale, y: Scale, colour: Colour, width: float, dash: float = 0.0
) -> None:
    fine_x = Scale(x.low, x.high, x.low_px * _TENTH, x.high_px * _TENTH)
    fine_y = Scale(y.low, y.high, y.low_px * _TENTH, y.high_px * _TENTH)
    for piece in pieces(samples, fine_x, fine_y, _GAP_NS):
        sheet.stroke([(px / _TENTH, py / _TENTH) for px, py in piece], colour, width, dash)


def _lane(sheet: Sheet, lane: Lane, x: Scale, top: float, language: Language) -> None:
    sheet.line_of(language.say(lane.name), x=x.low_px - 1.2, y=top + 2.6, size=6.5, colour=SOFT, align="R")
    for segment in lane.segments:
        fill, ink = _TONES[segment.tone]
        left, right = x(segment.start_ns), x(segment.end_ns)
        sheet.box(left, top, max(0.15, right - left), _LANE, fill)
        word = language.say(segment.word)
        sheet.pdf.set_font_size(6.5)
        if right - left > sheet.pdf.get_string_width(word) + 2:
            sheet.line_of(word, x=(left + right) / 2, y=top + 2.6, size=6.5, colour=ink, align="C")


def _time_axis(sheet: Sheet, view: StepView, x: Scale, span: tuple[float, float], language: Language) -> None:
    top, bottom = span
    span_ms = (view.end_ns - view.start_ns) / MS
    in_seconds = span_ms > 2000
    step_ms = nice_step(span_ms, 5)
    n = -int(-((view.start_ns - view.zero_ns) // -(step_ms * MS)))
    while (t := view.zero_ns + n * step_ms * MS) <= view.end_ns:
        if t >= view.start_ns:
            sheet.stroke([(x(t), top), (x(t), bottom)], LINE, 0.15)
            said = language.localised(span_text(n * step_ms, in_seconds=in_seconds))
            sheet.line_of(said, x=x(t), y=bottom + 3, size=7, colour=SOFT, align="C")
        n += 1
    unit = language.say("s" if in_seconds else "ms")
    said = language.say("{unit} after the 12 V feed closed" if view.feeds_ns else "{unit} after the step began", unit=unit)
    sheet.line_of(said, x=(x.low_px + x.high_px) / 2, y=bottom + 6.2, size=7, colour=SOFT, align="C")
    sheet.stroke([(x.low_px, bottom), (x.high_px, bottom)], INK, 0.15)
