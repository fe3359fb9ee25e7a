"""The first sheet: the verdict, may the car be driven, what to do, why, what it costs, and when care is due."""

from collections.abc import Sequence
from typing import Final

from bench.model.guides import GUIDES
from bench.model.language import Language
from bench.model.vin import read_vin
from bench.report.advice import care_sentence, cost_sentence, costs_for, part_sentences
from bench.report.confirm_text import confirmation_lines
from bench.report.pdf_sheet import BANDS, BLUE, INK, INNER, LINE, MARGIN, ORANGE, PAPER, PEACH, SOFT, WASH, WIDTH, Colour, Sheet
from bench.report.pdf_shown import Shown
from bench.report.qr import qr_rows
from bench.report.tables import complaint_text
from bench.report.wording import Summary, evidence_sentence, summary_of
from bench.report.words import VERDICT_WORDS, clean, first_sentence, scope_text

_MOST_REASONS: Final = 5
_GUTTER: Final = 6.0
_HALF: Final = (INNER - _GUTTER) / 2
_QR: Final = 24.0
_FOOT: Final = 297.0 - 12


def verdict_page(sheet: Sheet, shown: Shown) -> float:
    """Draw the sheet and return how far down it reaches, mm."""
    sheet.page()
    said = summary_of(shown.document, shown.language)
    head(sheet, shown)
    _band(sheet, shown, said)
    sheet.gap(5)
    _facts(sheet, shown)
    sheet.gap(4)
    _drive(sheet, shown, said)
    sheet.gap(4)
    _confirmed(sheet, shown)
    _two_columns(sheet, shown, said)
    sheet.gap(4)
    _why(sheet, shown, said)
    sheet.gap(3)
    reached = _close(sheet, shown)
    foot(sheet, shown, 1)
    return reached


def head(sheet: Sheet, shown: Shown) -> None:
    """Write the line above everything."""
    say = shown.language.say
    name = clean(shown.workshop.name, 60) if shown.workshop and shown.workshop.name else "lockbench"
    sheet.line_of(name, x=MARGIN, y=12.5, size=10, bold=True)
    after = MARGIN + sheet.pdf.get_string_width(name) + 3
    sheet.line_of(say("Test report of a door lock"), x=after, y=12.5, size=10, colour=SOFT)
    when = shown.language.moment(shown.record.header.utc) if shown.record.header.utc else ""
    sheet.line_of(when, x=WIDTH - MARGIN, y=12.5, size=10, colour=SOFT, align="R")
    sheet.y = 17


def foot(sheet: Sheet, shown: Shown, page: int) -> None:
    """Write the line below everything."""
    sheet.stroke([(MARGIN, _FOOT - 4), (WIDTH - MARGIN, _FOOT - 4)], LINE)
    sheet.line_of(clean(shown.document.run, 80), x=MARGIN, y=_FOOT, size=8, colour=SOFT)
    sheet.line_of(shown.language.say("page {n} of {all}", n=page, all=2), x=WIDTH - MARGIN, y=_FOOT, size=8, colour=SOFT, align="R")


def _band(sheet: Sheet, shown: Shown, said: Summary) -> None:
    """Fill the band from edge to edge: sign, word, fault, how sure, and what cannot be told apart from it."""
    fill, ink = BANDS.get(shown.document.verdict, BANDS["NOT_SET"])
    top, say = sheet.y, shown.language.say
    group = say("This evidence cannot tell it from: {others}.", others="; ".join(said.group)) if said.group else ""
    word = say(VERDICT_WORDS[shown.document.verdict])
    high = 7 + 17 + sheet.height_of(said.headline, size=17, bold=True) + 5
    high += sheet.height_of(said.certainty, size=11) + 1 if said.certainty else 0
    high += sheet.height_of(group, size=10) + 3 if group else 0
    sheet.box(0, top, WIDTH, high, fill)
    _sign(sheet, shown.document.verdict, MARGIN, top + 6.5, 14, ink)
    sheet.line_of(word, x=MARGIN + 19, y=top + 18.6, size=38, bold=True, colour=ink)
    sheet.y = top + 25
    sheet.text(clean(said.headline), size=17, bold=True, colour=ink)
    if said.certainty:
        sheet.y += 1
        sheet.text(clean(said.certainty), size=11, colour=ink)
    if group:
        sheet.y += 2
        sheet.text(clean(group), size=10, colour=ink)
    sheet.y = top + high


def _sign(sheet: Sheet, verdict: str, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw the verdict's sign in a square: the word alone is not for everybody."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + px * size, y + py * size) for px, py in points]

    thick = size * 0.17
    if verdict == "PASS":
        sheet.stroke(at((0.08, 0.54), (0.38, 0.84), (0.92, 0.16)), colour, thick)
    elif verdict == "FAIL":
        sheet.stroke(at((0.12, 0.12), (0.88, 0.88)), colour, thick)
        sheet.stroke(at((0.88, 0.12), (0.12, 0.88)), colour, thick)
    elif verdict == "ABORTED":
        sheet.area(at((0.15, 0.15), (0.85, 0.15), (0.85, 0.85), (0.15, 0.85)), colour)
    else:
        sheet.line_of(
            "?" if verdict == "INCONCLUSIVE" else "!", x=x + size / 2, y=y + size * 0.87, size=44, bold=True, colour=colour, align="C"
        )


def _facts(sheet: Sheet, shown: Shown) -> None:
    """Write what was tested, in two columns of label and value."""
    say, header = shown.language.say, shown.record.header
    entries = [
        (say("Lock"), say(shown.profile.title)),
        ("VIN", header.vin or ""),
        (say("Car"), _car(header.vin, shown.language)),
        (say("Job"), header.job or ""),
        (say("Complaint"), complaint_text(header.symptom, shown.language)),
        (say("Scope"), scope_text(shown.document.scope, shown.language)),
        (say("Rig"), header.rig or ""),
    ]
    entries = [(label, clean(value, 160)) for label, value in entries if value]
    left, right = entries[::2], entries[1::2]
    top = sheet.y
    reached = [top]
    for n, column in enumerate((left, right)):
        sheet.y = top
        x = MARGIN + n * (_HALF + _GUTTER)
        for label, value in column:
            y = sheet.y
            sheet.text(label, size=9, colour=SOFT, x=x, width=27)
            low = sheet.y
            sheet.y = y
            sheet.text(value, size=9, x=x + 27, width=_HALF - 27)
            sheet.y = max(low, sheet.y) + 0.6
        reached.append(sheet.y)
    sheet.y = max(reached)


def _car(vin: str | None, language: Language) -> str:
    """Return what the VIN says for certain; empty where it says nothing."""
    reading = read_vin(clean(vin or "", 40))
    return ", ".join(language.say(part) for part in (reading.model, reading.maker) if part)


def _drive(sheet: Sheet, shown: Shown, said: Summary) -> None:
    """Answer whether the car may be driven, in a box of its own."""
    is_no = shown.document.drive == "no"
    title = f"{shown.language.say('May the car be driven?')} {said.drive}"
    inner = INNER - 10
    high = sheet.height_of(title, size=13, bold=True, width=inner) + 6
    high += sheet.height_of(said.drive_reason, size=10, width=inner) + 1 if said.drive_reason else 0
    top = sheet.y
    sheet.box(MARGIN, top, INNER, high, PEACH if is_no else WASH, edge=(232, 162, 124) if is_no else LINE)
    sheet.y = top + 3
    sheet.text(title, size=13, bold=True, colour=(154, 48, 6) if is_no else INK, x=MARGIN + 5, width=inner)
    if said.drive_reason:
        sheet.y += 1
        sheet.text(clean(said.drive_reason), size=10, x=MARGIN + 5, width=inner)
    sheet.y = top + high


def _confirmed(sheet: Sheet, shown: Shown) -> None:
    """Say what the confirmation test says of the repair, where it is one."""
    lines = confirmation_lines(shown.document, shown.language)
    if not lines:
        return
    _title(sheet, shown.language.say("Repair"))
    sheet.text(clean(lines[0], 300), size=11, bold=True)
    for line in lines[1:]:
        sheet.text(clean(line, 900), size=9, colour=SOFT)
    sheet.gap(4)


def _two_columns(sheet: Sheet, shown: Shown, said: Summary) -> None:
    """Write what to do on the left and the next test on the right."""
    say, top = shown.language.say, sheet.y
    blocks = []
    if said.todo:
        first, rest = first_sentence(said.todo)
        tools = say("Tools: {list}", list=", ".join(said.tools)) if said.tools else ""
        blocks.append((say("What to do"), first, (rest, *said.cautions[:2], tools)))
    if said.next_test:
        first, rest = first_sentence(said.next_test)
        blocks.append((say("Next test"), first, (rest,)))
    reached = [top]
    width = _HALF if len(blocks) > 1 else INNER
    for n, (title, first, more) in enumerate(blocks):
        sheet.y, x = top, MARGIN + n * (_HALF + _GUTTER)
        _title(sheet, title, x)
        sheet.text(clean(first), size=11, bold=True, x=x, width=width)
        for line in more:
            if line:
                sheet.gap(1)
                sheet.text(clean(line), size=9, colour=SOFT, x=x, width=width)
        reached.append(sheet.y)
    sheet.y = max(reached)


def _why(sheet: Sheet, shown: Shown, said: Summary) -> None:
    """Write the reasons, numbered as the marks on the second sheet are."""
    if not said.why and not said.reason:
        return
    _title(sheet, shown.language.say("Why"))
    if said.reason:
        sheet.text(clean(said.reason), size=10, bold=shown.document.verdict not in ("PASS", "FAIL"))
        sheet.gap(1)
    for n, evidence in enumerate(said.why[:_MOST_REASONS], start=1):
        y = sheet.y
        badge(sheet, n, MARGIN + 2.2, y + 2.4 * sheet.scale)
        sheet.text(clean(evidence_sentence(evidence, shown.language)), size=10, x=MARGIN + 7, width=INNER - 7)
        sheet.gap(1.2)


def badge(sheet: Sheet, number: int, x: float, y: float) -> None:
    """Draw the number of a reason in a disc around (x, y)."""
    radius = 2.1
    sheet.pdf.set_fill_color(*ORANGE)
    sheet.pdf.circle(x, y, radius, style="F")
    sheet.line_of(str(number), x=x, y=y + 1.05, size=8, bold=True, colour=PAPER, align="C")


def _close(sheet: Sheet, shown: Shown) -> float:
    """Write costs and care on the left, the code of the run's id on the right; return how far down the sheet is used."""
    language, top = shown.language, sheet.y
    width = INNER - _QR - 8
    costs = costs_for(shown.document, shown.profile.kind, shown.workshop)
    if costs:
        _title(sheet, language.say("What it may cost"))
        _lines(sheet, [cost_sentence(cost, language) for cost in costs], width)
        sheet.gap(2)
    parts = part_sentences(shown.document, shown.profile.kind, shown.record.header.vin, shown.workshop, language)
    if parts:
        _title(sheet, language.say("Parts of the workshop's table"))
        _lines(sheet, [clean(part, 300) for part in parts[:3]], width)
        sheet.gap(2)
    care = care_sentence(shown.record, language)
    if care:
        sheet.text(care, size=10, bold=True, colour=BLUE, width=width)
    _guide(sheet, shown, width)
    rows = qr_rows(shown.document.run)
    if rows:
        y = max(top, _FOOT - 8 - _QR)
        module = _QR / len(rows)
        sheet.pdf.set_fill_color(0, 0, 0)
        for n, row in enumerate(rows):
            for m, is_dark in enumerate(row):
                if is_dark:
                    sheet.pdf.rect(WIDTH - MARGIN - _QR + m * module, y + n * module, module + 0.01, module + 0.01, style="F")
        return max(sheet.y, y + _QR)
    return sheet.y


def _guide(sheet: Sheet, shown: Shown, width: float) -> None:
    """Write the steps after the repair (a good lock: its care), where there is room for all of them."""
    say = shown.language.say
    guide = {"FAIL": GUIDES["after_repair"], "PASS": GUIDES["care"]}.get(shown.document.verdict)
    if guide is None:
        return
    lines = [f"{n}. {say(step.text)}" for n, step in enumerate(guide.steps, start=1)]
    high = sum(sheet.height_of(line, size=9, width=width) for line in lines) + 10
    if sheet.y + high > _FOOT - 8:
        return
    sheet.gap(3)
    _title(sheet, say(guide.title))
    for line in lines:
        sheet.text(line, size=9, width=width)


def _title(sheet: Sheet, said: str, x: float = MARGIN) -> None:
    sheet.text(said, size=9, bold=True, colour=SOFT, x=x)
    sheet.gap(0.8)


def _lines(sheet: Sheet, lines: Sequence[str], width: float) -> None:
    for line in lines:
        sheet.text(f"• {line}", size=9, width=width)
