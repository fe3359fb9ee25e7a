"""Words and numbers for people: what every report (page, terminal, JUnit) says in the same way."""

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from bench.model.diagnosis import Compound, Diagnosis, Evidence, VerdictDocument
from bench.model.faults import FAULT_TEXTS, title_of
from bench.model.language import ENGLISH, Language, text
from bench.model.names import FAULTS, Drive
from bench.report.words import (
    clean,
    first_sentence,
    limits_text,
    measured_words,
    measurement_text,
    number_text,
    percent_text,
    ranked,
    scope_text,
    step_title,
    value_text,
    words_of,
)

__all__ = [
    "DRIVE_ANSWER",
    "Summary",
    "clean",
    "evidence_sentence",
    "first_sentence",
    "hypothesis_title",
    "limits_text",
    "measured_words",
    "measurement_text",
    "number_text",
    "percent_text",
    "ranked",
    "reason_sentence",
    "scope_text",
    "step_title",
    "summary_of",
    "value_text",
    "words_of",
]

DRIVE_ANSWER: Final[dict[Drive | None, str]] = {
    "no": text("No, do not drive."),
    "care": text("With care."),
    "yes": text("Yes."),
    None: text("Not known."),
}
_SENTENCES: Final = {
    "INCONCLUSIVE": text("Not decided"),
    "ABORTED": text("The test was stopped"),
    "ERROR": text("The bench is at fault; the lock was not judged"),
    "NOT_SET": text("Nothing was tested"),
}
_IDS: Final = re.compile(r"\b(" + "|".join(sorted((f for f in FAULTS if "_" in f), key=len, reverse=True)) + r"|(?<!looks )healthy)\b")
_SHARE: Final = re.compile(r"(?<![\d.])(?:0\.\d+|1\.00?)(?![\d.]*\d| [A-Za-z°])")
"""A probability in the rule's answer: a bare number from 0 to 1, without a unit behind it."""
_STEP: Final = re.compile(r"\b(?:close|open|lock|unlock|release|wiggle|rest)#\d+\b")
_SAID_ABOVE: Final = re.compile(r"[a-z_]+(?: or [a-z_]+)* with probability [\d.]+")
_ALL_GOOD: Final = re.compile(r"healthy with probability [\d.]+, every step as expected")
_TODO: Final = {
    "INCONCLUSIVE": text("Do not replace anything yet. Do the next test, then run this one again."),
    "ABORTED": text("Put right what stopped the test, then run it again. Nothing is said about the lock."),
    "ERROR": text("Run `lockbench doctor` and repair the rig. Nothing is said about the lock."),
}
_REASONS: Final = (
    text("The bench itself is at fault (probability {share})."), text("The bench is under suspicion too (probability {share})."),
    text("Looks healthy, but {steps} failed."), text('"{first}", {rest}'), text('"{title}"'),
    text("The evidence does not decide: the likeliest is {fault} with {share}, a firm answer needs {needed}."),
    text("other"), text("frozen"), text("reopens"), text("The record ends before the run did."),
    text("Stopped by {cause}."), text("Stopped by {cause}: {detail}."), text("estop"), text("signal"), text("sensor"), text("supply"),
    text("watchdog"), text("operator"), text("error"),
)  # fmt: skip
"""The rule's answers, as reason_sentence spells them: they are retold."""
FIRM: Final = 0.7
"""From this probability on an answer is firm (DESIGN 2)."""
ONE_BY_ONE: Final = text("Put the easier one right first, then run this test again: what is left shows by itself.")
THEN_AGAIN: Final = text("After the repair run this test again, for this fault hides others.")
_DECIDED: Final = frozenset({"PASS", "FAIL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The first screen in words; an empty tuple or string is not shown."""

    headline: str
    certainty: str
    group: tuple[str, ...]
    reason: str
    drive: str
    drive_reason: str
    why: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    todo: str
    next_test: str
    tools: tuple[str, ...]
    cautions: tuple[str, ...]


def summary_of(document: VerdictDocument, language: Language = ENGLISH) -> Summary:
    """Put the verdict document into the words of the first screen, in a language."""
    if (two := _firm_two(document)) is not None:
        return _summary_of_two(document, two, language)
    best, say, retell = document.diagnoses[0] if document.diagnoses else None, language.say, language.retell
    about = FAULT_TEXTS.get(best.fault if best else "healthy" if document.verdict == "PASS" else "")
    evidence = best.evidence if best else ()
    return Summary(
        headline=say(_headline(document, best)),
        certainty=_certainty(document, best, language),
        group=tuple(say(title_of(f)) for f in best.group if f != best.fault) if best and document.verdict == "FAIL" else (),
        reason=reason_sentence(document, language),
        drive=say(DRIVE_ANSWER[document.drive]),
        drive_reason=say(_drive_reason(document, best)),
        why=tuple(e for e in evidence if e.log_likelihood_ratio > 0),
        against=tuple(e for e in evidence if e.log_likelihood_ratio <= 0),
        todo=_todo(document, best, language),
        next_test=retell(document.next_test or (best.next_test if best else "")),
        # A hypothesis that is not sure enough to be named is no reason to take the door apart.
        tools=tuple(say(tool) for tool in about.tools) if about and document.verdict in _DECIDED else (),
        cautions=tuple(say(warning) for warning in about.warnings) if about and document.verdict in _DECIDED else (),
    )


def _todo(document: VerdictDocument, best: Diagnosis | None, language: Language) -> str:
    """Return what to do; behind a fault that hides others the lock was not seen whole, so that it is tested again after the repair."""
    known = FAULT_TEXTS.get(best.fault if best else "healthy" if document.verdict == "PASS" else "")
    said = language.retell(_TODO.get(document.verdict) or (best.remedy if best else "") or (known.remedy if known else ""))
    if best is None or document.verdict != "FAIL" or not best.hides:
        return said
    return " ".join((said, language.say(THEN_AGAIN), language.retell(best.hides)))


def _firm_two(document: VerdictDocument) -> Compound | None:
    """Return the two faults where nothing but two at once explains the run."""
    found = document.compound
    return found if found is not None and document.verdict == "INCONCLUSIVE" and found.probability >= FIRM else None


def hypothesis_title(document: VerdictDocument, fault: str) -> str:
    """Return a hypothesis' title; where two faults at once explain the run, that is what lies outside of the catalogue."""
    return text("Two faults at once") if fault == "other" and _firm_two(document) is not None else title_of(fault)


def _summary_of_two(document: VerdictDocument, two: Compound, language: Language) -> Summary:
    say, (first, second) = language.say, two.parts
    share = percent_text(two.probability, language)
    # By turns, so that a screen with room for three names reasons for both.
    told = [e for pair in zip_longest(*(part.evidence[:3] for part in two.parts)) for e in pair if e is not None]
    return Summary(
        headline=say("Two faults at once"),
        certainty=say("{first}; and: {second}. Probability {share}", first=say(first.title), second=say(second.title), share=share),
        group=(),
        reason=reason_sentence(document, language),
        drive=say(DRIVE_ANSWER[document.drive]),
        drive_reason=say(_drive_reason(document, None)),
        why=tuple(e for e in told if e.log_likelihood_ratio > 0),
        against=tuple(e for e in told if e.log_likelihood_ratio <= 0),
        todo=" ".join((say(ONE_BY_ONE), language.retell(first.remedy), language.retell(second.remedy))),
        next_test=language.retell(document.next_test or ""),
        tools=(),
        cautions=(),
    )


def reason_sentence(document: VerdictDocument, language: Language = ENGLISH) -> str:
    """Return the rule's answer as a sentence with titles, percentages and step names; empty where the headline says the same."""
    if document.verdict == "FAIL" and _SAID_ABOVE.fullmatch(document.reason):
        return ""
    if document.verdict == "PASS" and _ALL_GOOD.fullmatch(document.reason):
        return language.say("Every step went as it does in a good lock.")
    told = _IDS.sub(lambda found: f'"{title_of(found[0])}"', document.reason)
    told = _SHARE.sub(lambda found: percent_text(min(float(found[0]), 0.995)), told)
    told = _STEP.sub(lambda found: f'"{step_title(found[0])}"', told)
    return language.retell(f"{told[0].upper()}{told[1:].rstrip('.')}.") if told else ""


def evidence_sentence(evidence: Evidence, language: Language = ENGLISH) -> str:
    """Return what was seen and what a good lock shows, in one sentence."""
    if evidence.text:
        return language.retell(evidence.text)
    name = measured_words(evidence.feature, language)
    seen = language.say("{name} is {value}", name=f"{name[0].upper()}{name[1:]}", value=value_text(evidence.value, language))
    if evidence.expected is not None:
        seen = language.say("{seen}, a good lock shows {value}", seen=seen, value=value_text(evidence.expected, language))
    where = f" ({step_title(evidence.step, language)})" if evidence.step else ""
    return f"{seen}{where}."


def _headline(document: VerdictDocument, best: Diagnosis | None) -> str:
    if document.verdict == "PASS":
        return FAULT_TEXTS["healthy"].title
    if document.verdict == "FAIL" and best:
        return best.title
    return _SENTENCES.get(document.verdict, text("The lock has failed"))


def _certainty(document: VerdictDocument, best: Diagnosis | None, language: Language) -> str:
    if document.verdict == "PASS" and document.probabilities:
        return language.say("Probability {share}", share=percent_text(document.probabilities.get("healthy", 0.0), language))
    if best is None:
        return ""
    if document.verdict == "FAIL":
        grouped = sum(document.probabilities.get(f, 0.0) for f in best.group) if document.probabilities else best.probability
        return language.say("Probability {share}", share=percent_text(min(1.0, max(grouped, best.probability)), language))
    top, probability = next(iter(ranked(document.probabilities or {best.fault: best.probability})))
    return language.say("Likeliest so far: {title}, {share}", title=language.say(title_of(top)), share=percent_text(probability, language))


def _drive_reason(document: VerdictDocument, best: Diagnosis | None) -> str:
    """Return the reason of the fault, or of that member of its group, which asks for this very answer."""
    if document.verdict == "PASS":
        return FAULT_TEXTS["healthy"].drive_reason
    if document.verdict not in _DECIDED and document.drive is None:
        return text("The lock was not judged: treat it as one that may open.")
    members = (best.fault, *best.group) if best else ()
    texts = (FAULT_TEXTS[f] for f in members if f in FAULT_TEXTS)
    fallback = text("The door may open while moving.") if document.drive == "no" else ""
    return next((t.drive_reason for t in texts if t.drive == document.drive), fallback)
