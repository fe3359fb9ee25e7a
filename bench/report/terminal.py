"""What `lockbench test` prints: the verdict, why, what to do and where the report lies."""

import textwrap
from typing import Final

from bench.model.diagnosis import VerdictDocument
from bench.report.wording import clean, evidence_sentence, measured_words, measurement_text, scope_text, step_title, summary_of

_RESET: Final = "\x1b[0m"
_COLOUR: Final = {
    "PASS": "\x1b[1;97;44m",  # white on blue
    "FAIL": "\x1b[1;30;48;5;208m",  # black on orange: one man in twelve does not tell red from green
    "INCONCLUSIVE": "\x1b[1;30;47m",
    "ABORTED": "\x1b[1;97;100m",
    "ERROR": "\x1b[1;30;103m",
}
_SIGN: Final = {"PASS": "[v]", "FAIL": "[X]", "INCONCLUSIVE": "[?]", "ABORTED": "[=]", "ERROR": "[!]"}
_MOST_REASONS: Final = 5


def terminal_report(document: VerdictDocument, *, width: int = 80, colour: bool = False, where: str | None = None) -> str:
    """Return the verdict for a terminal, no line longer than `width` - 1 columns; `where` is the path of the report."""
    columns = max(40, width) - 1
    said = summary_of(document)
    lines = [_bar(document.verdict, said.headline, columns, colour=colour), ""]
    add = _Adder(lines, columns)
    add("Certainty", said.certainty)
    if said.group:
        add("", "This evidence cannot tell it from: " + "; ".join(said.group) + ".")
    add("", said.reason if said.reason != said.headline else "")
    for n, evidence in enumerate(said.why[:_MOST_REASONS]):
        add("Why" if n == 0 else "", evidence_sentence(evidence))
    for n, failed in enumerate(_failed(document)[:_MOST_REASONS]):
        add("Outside" if n == 0 else "", failed)
    for n, evidence in enumerate(said.against[:2]):
        add("Against it" if n == 0 else "", evidence_sentence(evidence))
    add("What to do", said.todo)
    add("Tools", ", ".join(said.tools))
    add("Next test", said.next_test)
    for n, caution in enumerate(said.cautions):
        add("Beware" if n == 0 else "", caution)
    add("Drive?", f"{said.drive} {said.drive_reason}".strip())
    if document.not_tested:
        add("Not tested", ", ".join(document.not_tested) + f" (scope {scope_text(document.scope)})")
    for n, warning in enumerate(document.warnings[:_MOST_REASONS]):
        add("Note" if n == 0 else "", warning)
    add("Run", document.run)
    if where:
        # A path is for copying: it is never wrapped.
        lines.append(f"{'Report':<12}{clean(where)}")
    return "\n".join(lines) + "\n"


class _Adder:
    """Appends wrapped lines under a label in the first twelve columns; skips what is empty."""

    def __init__(self, lines: list[str], columns: int) -> None:
        self._lines, self._columns = lines, columns

    def __call__(self, label: str, text: str) -> None:
        if text:
            first = f"{label:<12}"
            self._lines.extend(textwrap.wrap(clean(text), self._columns, initial_indent=first, subsequent_indent=" " * 12))


def _bar(verdict: str, headline: str, columns: int, *, colour: bool) -> str:
    text = textwrap.wrap(f"{_SIGN.get(verdict, '[ ]')} {verdict}   {clean(headline)}", columns - 2, subsequent_indent=" " * 4)
    if not colour:
        return "\n".join(["=" * columns, *(f" {line}" for line in text), "=" * columns])
    rows = ["", *text, ""]
    return "\n".join(f"{_COLOUR.get(verdict, '')} {row:<{columns - 2}} {_RESET}" for row in rows)


def _failed(document: VerdictDocument) -> list[str]:
    return [
        f"{step_title(step.name)}: {measured_words(m.name)} {measurement_text(m)}"
        for step in document.steps
        for m in step.measurements
        if m.outcome == "fail"
    ]
