"""A manual test on the page: what to do, its outcomes as buttons, and what was entered before."""

import re
from pathlib import Path
from typing import Any, Final

from bench.errors import BenchError
from bench.model.asked import ASKED_TEXTS
from bench.model.check_list import sentence_of
from bench.model.diagnosis import VerdictDocument
from bench.model.language import Language, text
from bench.model.manual_test import RISK_TEXTS
from bench.model.manual_tests import MANUAL_TESTS, ManualTest
from bench.report.wording import step_title
from bench.store.folder import OBSERVATIONS
from bench.store.late_answers import LateAnswer, read_late

KEYS: Final = re.compile(r" ?\([a-z_0-9]+ ?[=,][^)]*\)")
"""What the command line wants typed, `(pull_cable = opens or nothing)`: nobody types it here."""
UNKNOWN: Final = text("could not say")


def proposed(document: VerdictDocument) -> ManualTest | None:
    """Return the manual test that a verdict proposes; None where it proposes none, or none of the catalogue."""
    return next((test for test in MANUAL_TESTS.values() if test.text == document.next_test), None)


def test_shown(test: ManualTest, language: Language) -> dict[str, Any]:
    """Return a test for a page."""
    return {
        "id": test.id, "text": KEYS.sub("", language.say(test.text)), "unit": language.say(test.unit) if test.unit else "",
        "outcomes": [(word, language.say(said)) for word, said in test.outcomes.items()], "takes_number": bool(test.bands),
        "minutes": f"{test.minutes:g}", "tools": ", ".join(language.say(tool) for tool in test.tools),
        "risk": language.say(RISK_TEXTS[test.risk]) if test.risk != "none" else "", "note": language.say(test.note) if test.note else "",
    }  # fmt: skip


def entered(folder: Path, language: Language) -> list[dict[str, str]]:
    """Return what was entered after the run, the last answer to a question only; nothing where that cannot be read."""
    try:
        given = {(late.step, late.question): late for late in read_late(folder / OBSERVATIONS)}
    except BenchError:
        return []
    return [_entered(late, language) for late in given.values()]


def _entered(late: LateAnswer, language: Language) -> dict[str, str]:
    test = MANUAL_TESTS.get(late.question) if late.step is None else None
    if test is not None:
        value = language.say(UNKNOWN) if late.value is None else language.say(test.outcomes.get(str(late.value), str(late.value)))
        return {"question": sentence_of(test, language) if test.in_check_list else "", "value": value,
                "test": "" if test.in_check_list else test.id}  # fmt: skip
    asked = ASKED_TEXTS.get(late.question) or late.question
    where = f"{language.retell(step_title(late.step))}: " if late.step else ""
    word = UNKNOWN if late.value is None else text("Yes") if late.value is True else text("No") if late.value is False else str(late.value)
    return {"question": f"{where}{language.say(asked)}", "value": language.say(word), "test": ""}
