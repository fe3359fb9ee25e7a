"""`lockbench faults [ID]`: the fault catalogue for people (80 columns) and as JSON."""

import textwrap
from collections.abc import Iterable
from typing import Final

import msgspec

from bench.errors import UsageError
from bench.model import fault_texts_care as care
from bench.model.faults import FAULT_TEXTS, FaultText

WIDTH: Final = 79
SCHEMA: Final = "lockbench.faults/1"
DRIVE_WORDS: Final = {
    "no": "NO: it may open while moving",
    "care": "WITH CARE",
    "yes": "YES",
    None: "NOT KNOWN",
}
"""May the car be driven? In people's words, by FaultText.drive."""


def faults_text(fault_id: str | None = None) -> str:
    """Return one fault in full, or the whole catalogue; raises UsageError for an unknown id, with all that exist."""
    return _one(_looked_up(fault_id)) if fault_id is not None else _all()


def faults_json(fault_id: str | None = None) -> str:
    """Return the same as one JSON document (schema lockbench.faults/1); raises UsageError for an unknown id."""
    if fault_id is not None:
        document: dict[str, object] = {"schema": SCHEMA, "faults": [_looked_up(fault_id)]}
    else:
        document = {
            "schema": SCHEMA,
            "faults": list(FAULT_TEXTS.values()),
            "symptoms": care.SYMPTOM_TABLE,
            "warnings": care.WARNINGS,
            "care": care.CARE,
            "replacement": care.REPLACEMENT_STEPS,
            "battery_reset": care.BATTERY_RESET,
            "dead_motor": care.WITH_A_DEAD_MOTOR,
            "service_centre": care.SERVICE_CENTRE,
            "costs": care.COSTS,
            "cost_note": care.COST_NOTE,
            "disagreements": care.DISAGREEMENTS,
        }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def _looked_up(fault_id: str) -> FaultText:
    try:
        return FAULT_TEXTS[fault_id]
    except KeyError:
        raise UsageError(f"no fault {fault_id!r}; there are: {', '.join(FAULT_TEXTS)}") from None


def _one(text: FaultText) -> str:
    lines = [text.title, "=" * len(text.title), ""]
    if text.symptom != "-":
        lines += _entry("Customer", f'"{text.symptom}"')
    lines += _entry("Causes", *text.causes)
    lines += _entry("Seen by", text.gives_away)
    lines += _entry("Remedy", text.remedy)
    lines += _entry("Next test", text.next_test)
    lines += _entry("Tools", ", ".join(text.tools))
    lines += _entry("Drive?", f"{DRIVE_WORDS[text.drive]}. {text.drive_reason}")
    lines += _entry("Warning", *text.warnings)
    rows = [row for row in care.SYMPTOM_TABLE if text.id in row.faults]
    lines += _entry("--symptom", *(f"{row.id}: {row.says}" for row in rows))
    return "\n".join([*lines, _entry("Id", text.id)[0], ""])


def _all() -> str:
    lines = ["FAULTS  (lockbench faults ID tells all about one)", ""]
    for text in FAULT_TEXTS.values():
        lines += _wrapped(f"{text.id:<21}", text.title)
    lines += ["", "SYMPTOMS  (lockbench test --symptom WORD)", ""]
    for row in care.SYMPTOM_TABLE:
        lines += _wrapped(f"{row.id}: ", row.says)
        lines += _wrapped("    think of    ", ", ".join(row.faults))
        lines += _wrapped("    look first  ", row.first_look)
        lines += _wrapped("    cure        ", row.remedy)
    lines += _advice("WARNINGS", care.WARNINGS)
    lines += _advice("CARE", care.CARE)
    lines += _advice("REPLACING THE LOCK", care.REPLACEMENT_STEPS, numbered=True)
    lines += _advice("MODULE STUCK, MOTOR DEAD", (care.BATTERY_RESET, care.WITH_A_DEAD_MOTOR))
    lines += _advice("WHEN TO GO TO A SERVICE CENTRE", care.SERVICE_CENTRE)
    lines += ["", "COSTS", ""]
    lines += [f"  {c.what:<30} {c.low:,.0f} to {c.high:,.0f} {c.unit} ({c.source})" for c in care.COSTS]
    lines += _wrapped("  ", care.COST_NOTE)
    lines += ["", "WHERE SOURCES DISAGREE", ""]
    for point in care.DISAGREEMENTS:
        lines += [point.about]
        lines += _wrapped("    article   ", point.article)
        lines += _wrapped("    others    ", point.others)
        lines += _wrapped("    here      ", point.we_follow)
    return "\n".join([*lines, ""])


def _advice(head: str, advices: Iterable[care.Advice], *, numbered: bool = False) -> list[str]:
    lines = ["", head, ""]
    for n, advice in enumerate(advices, start=1):
        lines += _wrapped(f"{n:>3}. " if numbered else "  - ", f"{advice.text} ({advice.source})")
    return lines


def _entry(label: str, *texts: str) -> list[str]:
    lines: list[str] = []
    for text in texts:
        lines += _wrapped(f"{label if not lines else '':<11}", text)
    return lines


def _wrapped(first: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False)
