"""The second sheet: the curves that matter, every measurement beside its window, and how likely each fault is."""

from collections.abc import Sequence
from typing import Final

from bench.model.diagnosis import Measurement, VerdictDocument
from bench.model.faults import title_of
from bench.model.language import Language
from bench.report.chart import Mark
from bench.report.curves import envelope_of, from_their_feeds, marks_of
from bench.report.pdf_curves import Frame, draw_chart
from bench.report.pdf_sheet import BLUE, INK, INNER, LINE, MARGIN, ORANGE, PEACH, SOFT, WASH, Sheet
from bench.report.pdf_shown import Shown
from bench.report.pdf_verdict import foot, head
from bench.report.series import StepView, views_of
from bench.report.tables import OUTCOME_WORDS, looked_at
from bench.report.wording import hypothesis_title, summary_of
from bench.report.words import clean, limits_text, measured_words, number_text, percent_text, ranked, step_title, value_text

_MOST_CHARTS, _MOST_ROWS, _MOST_FAULTS = 4, 16, 5
_GUTTER: Final = 6.0
_CHART_WIDTH: Final = (INNER - _GUTTER) / 2
_CHART_HEIGHT: Final = 58.0
_COLUMNS: Final = (0.0, 44.0, 100.0, 136.0)
_ROW: Final = 4.5


def evidence_page(sheet: Sheet, shown: Shown) -> float:
    """Draw the sheet and return how far down it reaches, mm."""
    sheet.page()
    head(sheet, shown)
    sheet.text(shown.language.say("What was measured"), size=16, bold=True)
    sheet.gap(1)
    _legend(sheet, shown)
    _charts(sheet, shown)
    sheet.gap(3)
    _measurements(sheet, shown)
    sheet.gap(4)
    _likelihoods(sheet, shown)
    sheet.gap(3)
    _looked_at(sheet, shown)
    versions = ", ".join(f"{name} {version}" for name, version in shown.document.versions.items())
    about = f"{shown.language.say('Profile')}: {shown.document.profile}. {shown.language.say('Versions')}: {versions}."
    sheet.text(clean(about, 300), size=8, colour=SOFT)
    if shown.document.not_tested:
        names = "; ".join(shown.language.say(title_of(fault)) for fault in shown.document.not_tested)
        sheet.text(clean(f"{shown.language.say('Not tested here')}: {names}.", 900), size=8, colour=SOFT)
    foot(sheet, shown, 2)
    return sheet.y + 2


def _legend(sheet: Sheet, shown: Shown) -> None:
    say, x, y = shown.language.say, MARGIN, sheet.y + 2.5
    items = [("line", say("this lock")), ("band", say("band of a good lock"))]
    items += [("dash", say("reference lock"))] if shown.reference is not None else []
    items += [("mark", say("evidence, numbered as on page 1"))]
    for sort, said in items:
        if sort == "band":
            sheet.box(x, y - 2.4, 6, 2.8, (211, 227, 244))
        else:
            colour = {"line": (20, 50, 79), "dash": (124, 137, 148), "mark": ORANGE}[sort]
            sheet.stroke([(x, y - 1), (x + 6, y - 1)], colour, 0.5, dash=0.0 if sort == "line" else 0.9)
        sheet.line_of(said, x=x + 7.5, y=y, size=8, colour=SOFT)
        x += 7.5 + sheet.pdf.get_string_width(said) + 7
    sheet.y = y + 3


def _charts(sheet: Sheet, shown: Shown) -> None:
    """Draw up to four steps: those with evidence or a failure first, in the order in which they were made."""
    reasons = summary_of(shown.document).why[:5]
    views = [view for view in views_of(shown.record, shown.profile, shown.door) if view.feeds_ns or view.step.name in ("close", "open")]
    failed = {step.name for step in shown.document.steps if step.verdict == "FAIL"}
    marks = {view.step.key: marks_of(reasons, view) for view in views}
    chosen = sorted(views, key=lambda view: _urgency(view, failed, marks))[:_MOST_CHARTS]
    chosen.sort(key=lambda view: view.start_ns)
    good = from_their_feeds(shown.reference, shown.profile) if shown.reference is not None else {}
    top = sheet.y
    for n, view in enumerate(chosen):
        place = Frame(
            x=MARGIN + n % 2 * (_CHART_WIDTH + _GUTTER), y=top + n // 2 * (_CHART_HEIGHT + 2), width=_CHART_WIDTH, height=_CHART_HEIGHT
        )
        draw_chart(
            sheet, view, place, language=shown.language, envelope=envelope_of(view, shown.envelopes), marks=marks[view.step.key],
            reference=good.get(view.step.key, ()),
        )  # fmt: skip
    sheet.y = top + (len(chosen) + 1) // 2 * (_CHART_HEIGHT + 2)


def _urgency(view: StepView, failed: set[str], marks: dict[str, list[Mark]]) -> tuple[int, int, int, int]:
    """Sort by evidence, then failure, then drive, then time."""
    return -len(marks[view.step.key]), -(view.step.key in failed), -bool(view.feeds_ns), view.start_ns


def _measurements(sheet: Sheet, shown: Shown) -> None:
    """Write one row a measurement: its values over all steps, its window, and whether all lay inside."""
    language = shown.language
    heads = (language.say("Measurement"), language.say("Values"), language.say("Window"), language.say("Outcome"))
    _row(sheet, heads, bold=True, colour=SOFT)
    for name, group in _grouped(shown.document)[:_MOST_ROWS]:
        bad = [(step, m) for step, m in group if m.outcome == "fail"]
        where = step_title(bad[0][0], language) + (f" (+{len(bad) - 1})" if len(bad) > 1 else "") if bad else ""
        outcome = f"{language.say(OUTCOME_WORDS['fail'])}: {where}" if bad else language.say(OUTCOME_WORDS[group[0][1].outcome])
        if bad:
            sheet.box(MARGIN, sheet.y, INNER, _ROW * sheet.scale, PEACH)
        window = limits_text(group[0][1], language).strip()
        _row(sheet, (measured_words(name, language), _values(group, language), window, outcome), bold=bool(bad))


def _values(group: Sequence[tuple[str, Measurement]], language: Language) -> str:
    """Return the values of all steps: each different word, or the span of the numbers and how many there are."""
    numbers = [m.value for _, m in group if isinstance(m.value, float)]
    if len(numbers) == len(group) and len(set(numbers)) > 2:
        span = f"{number_text(min(numbers), language)} … {number_text(max(numbers), language)}"
        said = language.say("{span} ({n} times)", span=f"{span} {language.say(group[0][1].unit)}".strip(), n=len(numbers))
    else:
        each = dict.fromkeys(value_text(m.value, language) for _, m in group)
        said = f"{' · '.join(each)} {language.say(group[0][1].unit)}"
    return said.strip()


def _grouped(document: VerdictDocument) -> list[tuple[str, list[tuple[str, Measurement]]]]:
    """Return the measurements by name, those with a failure first; what was never seen is left out."""
    found: dict[str, list[tuple[str, Measurement]]] = {}
    for step in document.steps:
        for measurement in step.measurements:
            if measurement.value is not None:
                found.setdefault(measurement.name, []).append((step.name, measurement))
    return sorted(found.items(), key=lambda item: not any(m.outcome == "fail" for _, m in item[1]))


def _row(sheet: Sheet, cells: Sequence[str], *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
    high = _ROW * sheet.scale
    ends = (*_COLUMNS[1:], INNER)
    for said, start, end in zip(cells, _COLUMNS, ends, strict=True):
        sheet.line_of(_cut(sheet, clean(said, 200), end - start - 1.5, bold=bold), x=MARGIN + start + 1, y=sheet.y + high * 0.72,
                      size=8 * sheet.scale, bold=bold, colour=colour)  # fmt: skip
    sheet.y += high
    sheet.stroke([(MARGIN, sheet.y), (MARGIN + INNER, sheet.y)], LINE, 0.15)


def _cut(sheet: Sheet, said: str, width: float, *, bold: bool) -> str:
    """Return the text, shortened where it is wider than its column."""
    sheet.pdf.set_font(style="B" if bold else "", size=8 * sheet.scale)
    if sheet.pdf.get_string_width(said) <= width:
        return said
    while said and sheet.pdf.get_string_width(said + "…") > width:
        said = said[:-1]
    return said.rstrip() + "…"


def _looked_at(sheet: Sheet, shown: Shown) -> None:
    """Write what was found by hand: the check-list and the manual tests, in a line or two."""
    found = looked_at(shown.record, shown.language)
    if found:
        sheet.text(clean(f"{shown.language.say('Looked at by hand')}: {'; '.join(found)}.", 1200), size=9)
        sheet.gap(2)


def _likelihoods(sheet: Sheet, shown: Shown) -> None:
    """Draw the likeliest hypotheses as bars."""
    if not shown.document.probabilities:
        return
    sheet.text(shown.language.say("How likely each fault is"), size=10, bold=True)
    sheet.gap(1)
    for n, (fault, probability) in enumerate(list(ranked(shown.document.probabilities))[:_MOST_FAULTS]):
        high = 4.4 * sheet.scale
        sheet.line_of(
            _cut(sheet, shown.language.say(hypothesis_title(shown.document, fault)), 82, bold=False),
            x=MARGIN,
            y=sheet.y + high * 0.72,
            size=8 * sheet.scale,
        )
        sheet.box(MARGIN + 84, sheet.y + 0.7, 70, high - 1.6, WASH)
        sheet.box(MARGIN + 84, sheet.y + 0.7, max(0.3, 70 * min(1.0, probability)), high - 1.6, BLUE if n == 0 else (157, 184, 211))
        sheet.line_of(percent_text(probability, shown.language), x=MARGIN + 157, y=sheet.y + high * 0.72, size=8 * sheet.scale)
        sheet.y += high
