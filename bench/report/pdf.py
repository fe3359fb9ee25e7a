"""One run as two sheets of A4: the verdict on the first, its evidence on the second. Needs fpdf2 (extra `pdf`)."""

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bench.errors import UsageError
from bench.report.pdf_evidence import evidence_page
from bench.report.pdf_sheet import HEIGHT, MARGIN, Sheet
from bench.report.pdf_shown import Shown
from bench.report.pdf_verdict import verdict_page
from bench.report.words import VERDICT_WORDS

if TYPE_CHECKING:
    from fpdf import FPDF

_SCALES: Final = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68, 0.6)
"""Tried in turn until both pages hold what they have to."""
LOWEST: Final = HEIGHT - MARGIN
"""Nothing but the foot stands below this, mm."""


def pdf_report(shown: Shown) -> bytes:
    """Return the document: two pages, the same bytes for the same run. Raises UsageError where fpdf2 is not installed."""
    for scale in _SCALES:
        with closing(Sheet(_document(shown), scale)) as sheet:
            lowest = max(verdict_page(sheet, shown), evidence_page(sheet, shown))
            if lowest <= LOWEST or scale == _SCALES[-1]:
                return bytes(sheet.pdf.output())
    raise AssertionError("the last scale is always taken")


def _made(utc: str | None) -> datetime:
    """Return the moment that stands in the file: the run's own, so that the same run gives the same bytes."""
    try:
        return datetime.fromisoformat(utc or "")
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)


def _document(shown: Shown) -> "FPDF":
    try:
        from fpdf import FPDF
    except ImportError as exc:
        raise UsageError("a PDF report needs fpdf2, which is not installed: pip install 'lockbench[pdf]'") from exc
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_creation_date(_made(shown.record.header.utc))
    pdf.set_title(f"{shown.language.say(VERDICT_WORDS[shown.document.verdict])} {shown.document.run}")
    pdf.set_creator("lockbench")
    pdf.set_lang(shown.language.code)
    return pdf
