"""What `lockbench test` prints: the verdict, why, what to do and where the report lies."""

import textwrap
from typing import Final

from bench.model.diagnosis import VerdictDocument
from bench.model.language import ENGLISH, Language
from bench.report.confirm_text import confirmation_lines
from bench.report.wording import evidence_sentence, summary_of
from bench.report.words import VERDICT_WORDS, clean, measured_words, measurement_text, scope_text, step_title

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


def terminal_report(
    document: VerdictDocument, *, width: int = 80, colour: bool = False, where: str | None = None, language: Language = ENGLISH
) -> str:
    """Return the verdict for a terminal, no line longer than `width` - 1 columns; `where` is the path of the report."""
    columns = max(40, width) - 1
    said, say = summary_of(document, language), language.say
    lines = [_bar(document.verdict, say(VERDICT_WORDS[document.verdict]), said.headline, columns, colour=colour), ""]
    add = _Adder(lines, columns)
    add(say("Certainty"), said.certainty)
    if said.group:
        add("", say("This evidence cannot tell it from: {others}.", others="; ".join(said.group)))
    add("", said.reason if said.reason != said.headline else "")
    for n, evidence in enumerate(said.why[:_MOST_REASONS]):
        add(say("Why") if n == 0 else "", evidence_sentence(evidence, language))
    for n, failed in enumerate(_failed(document, language)[:_MOST_REASONS]):
        add(say("Outside") if n == 0 else "", failed)
    for n, evidence in enumerate(said.against[:2]):
        add(say("Against it") if n == 0 else "", evidence_sentence(evidence, language))
    add(say("What to do"), said.todo)
    add(say("Tools"), ", ".join(said.tools))
    add(say("Next test"), said.next_test)
    for n, caution in enumerate(said.cautions):
        add(say("Beware") if n == 0 else "", caution)
    add(say("Drive?"), f"{said.drive} {said.drive_reason}".strip())
    for n, line in enumerate(confirmation_lines(document, language)):
        add(say("Repair") if n == 0 else "", line)
    if document.not_tested:
        add(say("Not tested"), f"{', '.join(document.not_tested)} ({say('scope')} {scope_text(document.scope, language)})")
    for n, warning in enumerate(document.warnings[:_MOST_REASONS]):
        add(say("Note") if n == 0 else "", language.retell(warning))
    add(say("Run"), document.run)
    if where:
        # A path is for copying: it is never wrapped.
        lines.append(f"{say('Report'):<12}{clean(where)}")
    return "\n".join(lines) + "\n"


class _Adder:
    """Appends wrapped lines under a label in the first twelve columns; skips what is empty."""

    def __init__(self, lines: list[str], columns: int) -> None:
        self._lines, self._columns = lines, columns

    def __call__(self, label: str, text: str) -> None:
        if text:
            first = f"{label:<11} "
            self._lines.extend(textwrap.wrap(clean(text), self._columns, initial_indent=first, subsequent_indent=" " * len(first)))


def _bar(verdict: str, word: str, headline: str, columns: int, *, colour: bool) -> str:
    text = textwrap.wrap(f"{_SIGN.get(verdict, '[ ]')} {word}   {clean(headline)}", columns - 2, subsequent_indent=" " * 4)
    if not colour:
        return "\n".join(["=" * columns, *(f" {line}" for line in text), "=" * columns])
    rows = ["", *text, ""]
    return "\n".join(f"{_COLOUR.get(verdict, '')} {row:<{columns - 2}} {_RESET}" for row in rows)


def _failed(document: VerdictDocument, language: Language) -> list[str]:
    return [
        f"{step_title(step.name, language)}: {measured_words(m.name, language)} {measurement_text(m, language)}"
        for step in document.steps
        for m in step.measurements
        if m.outcome == "fail"
    ]
