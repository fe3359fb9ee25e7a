"""`lockbench tests [ID]`: the manual tests for people (80 columns) and as JSON."""

import textwrap
from dataclasses import fields
from typing import Final

import msgspec

from bench.errors import UsageError
from bench.model.manual_tests import MANUAL_TESTS, RISK_TEXTS, ManualTest

WIDTH: Final = 79
SCHEMA: Final = "lockbench.tests/1"


def manual_text(test_id: str | None = None) -> str:
    """Return one manual test in full, or the table of all; raises UsageError for an unknown id, with all that exist."""
    if test_id is not None:
        return _one(_looked_up(test_id))
    lines = ["MANUAL TESTS  (lockbench tests ID tells all about one)", ""]
    for test in MANUAL_TESTS.values():
        first = f"{test.id:<16}{test.minutes:>3g} min  "
        lines += textwrap.wrap(test.text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))
    return "\n".join([*lines, "", "Enter an outcome with: lockbench judge RUN --answer ID=OUTCOME", ""])


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


def _one(test: ManualTest) -> str:
    lines = [test.id, "=" * len(test.id), "", *_entry("Do", test.text)]
    for n, (word, meaning) in enumerate(test.outcomes.items()):
        lines += _entry("Outcomes" if n == 0 else "", f"{word}: {meaning}")
    if test.bands:
        lines += _entry("Or a number", _bands(test))
    lines += _entry("Takes", f"{test.minutes:g} min (estimate, trim off)")
    lines += _entry("Tools", ", ".join(test.tools) or "none")
    lines += _entry("Risk", f"{test.risk}: {RISK_TEXTS[test.risk]}")
    lines += _entry("Possible", f"scope {', '.join(test.scopes)}; {', '.join(kind.replace('_', ' ') for kind in test.kinds)}")
    if test.note:
        lines += _entry("Mind", test.note)
    return "\n".join([*lines, *_entry("Enter it", f"lockbench judge RUN --answer {test.id}={next(iter(test.outcomes))}"), ""])


def _bands(test: ManualTest) -> str:
    low, parts = "0", []
    for band in test.bands:
        span = f"{low} to {band.below:g} {test.unit}" if band.below < float("inf") else f"{low} {test.unit} and above"
        parts.append(f"{span}: {band.word}")
        low = f"{band.below:g}"
    return ", ".join(parts)


def _entry(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=f"{label:<13}", subsequent_indent=" " * 13, break_on_hyphens=False)
