"""What a confirmation test says of the repair, in sentences."""

from bench.model.asked import AFTER_TEXTS
from bench.model.diagnosis import VerdictDocument
from bench.model.language import ENGLISH, Language, text

_ANSWER = {
    True: text("The repair after run {run} is confirmed."),
    False: text("The repair after run {run} is not done."),
    None: text("The repair after run {run} is not confirmed yet."),
}


def confirmation_lines(document: VerdictDocument, language: Language = ENGLISH) -> tuple[str, ...]:
    """Return the answer, what is not in order, and what is still to be answered; nothing where the run confirms nothing."""
    found, say = document.confirms, language.say
    if found is None:
        return ()
    lines = [say(_ANSWER[found.repaired], run=found.run)]
    if found.upset:
        lines.append(say("Answered with no: {questions}", questions=" ".join(say(AFTER_TEXTS[q]) for q in found.upset)))
    if found.unanswered:
        asked = "; ".join(f"{say(AFTER_TEXTS[q])} ({q})" for q in found.unanswered)
        lines.append(say("Still to be answered: {questions}. Enter it: {command}", questions=asked, command=_command(found.unanswered[0])))
    return tuple(lines)


def _command(question: str) -> str:
    return f"lockbench judge RUN --answer {question}=yes"
