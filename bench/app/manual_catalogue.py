"""`lockbench tests [ID]`: the manual tests for people (80 columns) and as JSON."""

import textwrap
from dataclasses import fields
from typing import Final

import msgspec

from bench.errors import UsageError
from bench.model.check_list import CHECK_LIST
from bench.model.language import ENGLISH, Language, text
from bench.model.manual_tests import MANUAL_TESTS, RISK_TEXTS, ManualTest
from bench.model.names import Kind

WIDTH: Final = 79
SCHEMA: Final = "lockbench.tests/1"
KIND_WORDS: Final[dict[Kind, str]] = {"rear_door": text("rear door"), "tailgate": text("tailgate")}
"""The kinds of lock in words."""


def manual_text(test_id: str | None = None, language: Language = ENGLISH) -> str:
    """Return one manual test in full, or the table of all; raises UsageError for an unknown id, with all that exist."""
    say = language.say
    if test_id is not None:
        return _one(_looked_up(test_id), language)
    lines = [say("MANUAL TESTS  (lockbench tests ID tells all about one)"), ""]
    for test in MANUAL_TESTS.values():
        if not test.in_check_list:
            lines += _row(test, language)
    lines += ["", say("CHECK-LIST OF THE MECHANICS  (enter all that you looked at)"), ""]
    for test in CHECK_LIST:
        lines += _row(test, language)
    return "\n".join([*lines, "", say("Enter an outcome with: {command}", command="lockbench judge RUN --answer ID=OUTCOME"), ""])


def _row(test: ManualTest, language: Language) -> list[str]:
    first = f"{test.id:<16}{test.minutes:>3g} {language.say('min')}  "
    return textwrap.wrap(language.say(test.text), WIDTH, initial_indent=first, subsequent_indent=" " * len(first))


def manual_json(test_id: str | None = None) -> str:
    """Return the same as one JSON document (schema lockbench.tests/1); raises UsageError for an unknown id."""
    chosen = list(MANUAL_TESTS.values()) if test_id is None else [_looked_up(test_id)]
    return msgspec.json.format(msgspec.json.encode({"schema": SCHEMA, "tests": [_plain(t) for t in chosen]}), indent=2).decode()


def _plain(test: ManualTest) -> dict[str, object]:
    """Return a test as JSON can hold it: a band without a bound has none."""
    bands = [{"below": b.below if b.below < float("inf") else None, "word": b.word} for b in test.bands]
    return {**{f.name: getattr(test, f.name) for f in fields(test)}, "bands": bands}


def _looked_up(test_id: str) -> ManualTest:
    try:
        return MANUAL_TESTS[test_id]
    except KeyError:
        raise UsageError(f"no manual test {test_id!r}; there are: {', '.join(MANUAL_TESTS)}") from None


def _one(test: ManualTest, language: Language) -> str:
    say = language.say
    lines = [test.id, "=" * len(test.id), "", *_entry(say("Do"), say(test.text))]
    for n, (word, meaning) in enumerate(test.outcomes.items()):
        lines += _entry(say("Outcomes") if n == 0 else "", f"{word}: {say(meaning)}")
    if test.bands:
        lines += _entry(say("Or a number"), _bands(test, language))
    lines += _entry(say("Takes"), say("{minutes} min (estimate, trim off)", minutes=f"{test.minutes:g}"))
    lines += _entry(say("Tools"), ", ".join(say(tool) for tool in test.tools) or say("none"))
    lines += _entry(say("Risk"), say(RISK_TEXTS[test.risk]))
    kinds = ", ".join(say(KIND_WORDS[kind]) for kind in test.kinds)
    lines += _entry(say("Possible"), f"{say('scope')} {', '.join(test.scopes)}; {kinds}")
    if test.note:
        lines += _entry(say("Mind"), say(test.note))
    return "\n".join([*lines, *_entry(say("Enter it"), f"lockbench judge RUN --answer {test.id}={next(iter(test.outcomes))}"), ""])


def _bands(test: ManualTest, language: Language) -> str:
    low, parts = "0", []
    for band in test.bands:
        high = f"{band.below:g}"
        if band.below < float("inf"):
            span = language.say("{low} to {high} {unit}", low=language.localised(low), high=language.localised(high), unit=test.unit)
        else:
            span = language.say("{low} {unit} and above", low=language.localised(low), unit=test.unit)
        parts.append(f"{span}: {band.word}")
        low = high
    return ", ".join(parts)


def _entry(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"{label:<13}", subsequent_indent=" " * 13, break_on_hyphens=False)
