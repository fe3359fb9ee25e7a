"""Where a limit comes from, told in a language: clause by clause, for profiles put the same clauses together in many ways."""

import re
from typing import Final

from bench.model.language import Language, text

AS_J11: Final = text("as the J11, not verified on a J12: ")
_GRADE: Final = re.compile(r"(.*?)( \[[A-E]\])?", re.DOTALL)
CLAUSES: Final = (
    text("carried to {volts} V, {celsius} degrees C"), text("the good lock of run {run}, unit to unit {share}"),
    text("where 19 good locks of 20 of this size stay, from the windows of {profile}"), text("no rung failed, it may be lower"),
    text("set for this stroke"), text("lever or claw followed"), text("stall without gaps"), text("stroke"),
    text("held=yes"), text("half=no"), text("completed"), text("not completed"),
    text("opened=yes"), text("knob_moved=yes"), text("changed on the panel by the workshop; before: {source}"),
)  # fmt: skip
"""What the judge adds to a profile's own words, and what a step expects."""


def clauses_of(source: str) -> tuple[str, tuple[str, ...], str]:
    """Return what stands before the clauses, the clauses, and the confidence letter in its brackets."""
    found = _GRADE.fullmatch(source)
    body, grade = (found[1], found[2] or "") if found else (source, "")
    before = AS_J11 if body.startswith(AS_J11) else ""
    return before, tuple(body.removeprefix(before).split("; ")), grade


def source_text(source: str, language: Language) -> str:
    """Return the source in a language."""
    before, clauses, grade = clauses_of(source)
    return language.say(before) + "; ".join(language.retell(clause) for clause in clauses) + grade if source else ""
