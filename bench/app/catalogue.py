"""`lockbench faults [ID]`: the fault catalogue for people (80 columns, any language) and as JSON."""

import textwrap
from collections.abc import Sequence
from typing import Final

import msgspec

from bench.errors import UsageError
from bench.model import fault_texts_care as care
from bench.model.faults import FAULT_TEXTS, FaultText
from bench.model.guides import GUIDES, Guide
from bench.model.language import ENGLISH, Language, text
from bench.report.advice import cost_sentence

WIDTH: Final = 79
SCHEMA: Final = "lockbench.faults/1"
DRIVE_WORDS: Final = {
    "no": text("NO: it may open while moving"),
    "care": text("WITH CARE"),
    "yes": text("YES"),
    None: text("NOT KNOWN"),
}
"""May the car be driven? In people's words, by FaultText.drive."""


def faults_text(fault_id: str | None = None, language: Language = ENGLISH, costs: Sequence[care.Cost] = care.COSTS) -> str:
    """Return one fault in full, or the whole catalogue; raises UsageError for an unknown id, with all that exist.

    `costs`: the workshop's own in place of the article's.
    """
    return _Printer(language).one(_looked_up(fault_id)) if fault_id is not None else _Printer(language).all(costs)


def faults_json(fault_id: str | None = None) -> str:
    """Return the same as one JSON document (schema lockbench.faults/1); raises UsageError for an unknown id."""
    if fault_id is not None:
        document: dict[str, object] = {"schema": SCHEMA, "faults": [_looked_up(fault_id)]}
    else:
        document = {
            "schema": SCHEMA,
            "faults": list(FAULT_TEXTS.values()),
            "symptoms": care.SYMPTOM_TABLE,
            "warnings": GUIDES["warnings"].steps,
            "care": GUIDES["care"].steps,
            "replacement": GUIDES["replacement"].steps,
            "guides": list(GUIDES.values()),
            "costs": care.COSTS,
            "cost_note": care.COST_NOTE,
            "battery_reset": GUIDES["module_reset"].steps[1],
            "dead_motor": GUIDES["dead_motor"].steps[0],
            "service_centre": GUIDES["service_centre"].steps,
            "disagreements": care.DISAGREEMENTS,
        }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def _looked_up(fault_id: str) -> FaultText:
    try:
        return FAULT_TEXTS[fault_id]
    except KeyError:
        raise UsageError(f"no fault {fault_id!r}; there are: {', '.join(FAULT_TEXTS)}") from None


class _Printer:
    """Writes the catalogue in one language, in lines of 79 columns."""

    def __init__(self, language: Language) -> None:
        self._language, self._say = language, language.say

    def one(self, fault: FaultText) -> str:
        """Return all about one fault."""
        say = self._say
        title = say(fault.title)
        lines = [title, "=" * len(title), ""]
        if fault.symptom != "-":
            lines += self._entry(say("Customer"), f'"{say(fault.symptom)}"')
        lines += self._entry(say("Causes"), *(say(cause) for cause in fault.causes))
        lines += self._entry(say("Seen by"), say(fault.gives_away))
        lines += self._entry(say("Remedy"), say(fault.remedy))
        lines += self._entry(say("Next test"), say(fault.next_test))
        lines += self._entry(say("Tools"), ", ".join(say(tool) for tool in fault.tools))
        lines += self._entry(say("Drive?"), f"{say(DRIVE_WORDS[fault.drive])}. {say(fault.drive_reason)}")
        lines += self._entry(say("Warning"), *(say(warning) for warning in fault.warnings))
        rows = [row for row in care.SYMPTOM_TABLE if fault.id in row.faults]
        lines += self._entry("--symptom", *(f"{row.id}: {say(row.says)}" for row in rows))
        return "\n".join([*lines, self._entry(say("Id"), fault.id)[0], ""])

    def all(self, costs: Sequence[care.Cost]) -> str:
        """Return the whole catalogue."""
        say = self._say
        lines = [say("FAULTS  (lockbench faults ID tells all about one)"), ""]
        for fault in FAULT_TEXTS.values():
            lines += _wrapped(f"{fault.id:<21}", say(fault.title))
        lines += ["", say("SYMPTOMS  (lockbench test --symptom WORD)"), ""]
        for row in care.SYMPTOM_TABLE:
            lines += _wrapped(f"{row.id}: ", say(row.says))
            lines += self._under(say("think of"), "; ".join(f"{say(FAULT_TEXTS[id_].title)} ({id_})" for id_ in row.faults))
            lines += self._under(say("look first"), say(row.first_look))
            lines += self._under(say("cure"), say(row.remedy))
        for guide in GUIDES.values():
            lines += self._guide(guide)
        return "\n".join([*lines, *self._costs(costs), *self._disagreements(), ""])

    def _guide(self, guide: Guide) -> list[str]:
        lines = ["", self._say(guide.title).upper(), "", *_wrapped("", self._say(guide.lead))]
        for n, advice in enumerate(guide.steps, start=1):
            said = f"{self._say(advice.text)} ({self._say(advice.source)})"
            lines += _wrapped(f"{n:>3}. " if guide.is_numbered else "  - ", said)
        return lines

    def _costs(self, costs: Sequence[care.Cost]) -> list[str]:
        say = self._say
        lines = ["", say("COSTS"), ""]
        for cost in costs:
            lines += _wrapped("  - ", cost_sentence(cost, self._language))
        return lines + _wrapped("  ", say(care.COST_NOTE))

    def _disagreements(self) -> list[str]:
        say = self._say
        lines = ["", say("WHERE SOURCES DISAGREE"), ""]
        for point in care.DISAGREEMENTS:
            lines += _wrapped("", say(point.about))
            lines += self._under(say("article"), say(point.article))
            lines += self._under(say("others"), say(point.others))
            lines += self._under(say("here"), say(point.we_follow))
        return lines

    @staticmethod
    def _under(label: str, said: str) -> list[str]:
        return _wrapped(f"    {label:<11} ", said)

    @staticmethod
    def _entry(label: str, *texts: str) -> list[str]:
        lines: list[str] = []
        for said in texts:
            lines += _wrapped(f"{label if not lines else '':<11} ", said)
        return lines


def _wrapped(first: str, said: str) -> list[str]:
    return textwrap.wrap(said, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False)
