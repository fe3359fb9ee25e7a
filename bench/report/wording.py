"""Words and numbers for people: what every report (page, terminal, JUnit) says in the same way."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bench.model.diagnosis import Diagnosis, Evidence, Measurement, VerdictDocument
from bench.model.faults import FAULT_TEXTS, title_of
from bench.model.names import FAULTS, Drive

DRIVE_ANSWER: Final[dict[Drive | None, str]] = {
    "no": "No, do not drive.",
    "care": "With care.",
    "yes": "Yes.",
    None: "Not known.",
}
_SENTENCES: Final = {
    "INCONCLUSIVE": "Not decided",
    "ABORTED": "The test was stopped",
    "ERROR": "The bench is at fault; the lock was not judged",
    "NOT_SET": "Nothing was tested",
}
_NAMES: Final = {
    "supply_v": "supply voltage", "inrush_a": "inrush current", "running_a": "running current", "plateau_a": "stall current",
    "resistance_ohm": "resistance", "lambda_vs": "stroke Λ", "travel_ms": "travel time", "edge_fraction": "edge position",
    "can_latency_ms": "CAN latency", "rest_current_a": "rest current", "source_ohm": "source resistance",
    "ajar": "door switch", "lock": "lock switch", "door_bit": "door bit on CAN",
}  # fmt: skip
"""Measurements whose names need more than their underscores replaced."""
_IDS: Final = re.compile(r"\b(" + "|".join(sorted((f for f in FAULTS if "_" in f), key=len, reverse=True)) + r"|(?<!looks )healthy)\b")
_SHARE: Final = re.compile(r"(?<![\d.])(?:0\.\d+|1\.00?)(?![\d.]*\d| [A-Za-z°])")
"""A probability in the rule's answer: a bare number from 0 to 1, without a unit behind it."""
_STEP: Final = re.compile(r"\b(?:close|open|lock|unlock|release|wiggle|rest)#\d+\b")
_SAID_ABOVE: Final = re.compile(r"[a-z_]+(?: or [a-z_]+)* with probability [\d.]+")
_ALL_GOOD: Final = re.compile(r"healthy with probability [\d.]+, every step as expected")
_TODO: Final = {
    "INCONCLUSIVE": "Do not replace anything yet. Do the next test, then run this one again.",
    "ABORTED": "Put right what stopped the test, then run it again. Nothing is said about the lock.",
    "ERROR": "Run `lockbench doctor` and repair the rig. Nothing is said about the lock.",
}
_DECIDED: Final = frozenset({"PASS", "FAIL"})
_SCOPES: Final = {
    "lock": "removed lock on the bench's own lead",
    "door": "lock in the door, bench at the body side of the corrugation",
    "car": "listening in the car only",
}


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


def summary_of(document: VerdictDocument) -> Summary:
    """Put the verdict document into the words of the first screen."""
    best = document.diagnoses[0] if document.diagnoses else None
    text = FAULT_TEXTS.get(best.fault if best else "healthy" if document.verdict == "PASS" else "")
    evidence = best.evidence if best else ()
    return Summary(
        headline=_headline(document, best),
        certainty=_certainty(document, best),
        group=tuple(title_of(f) for f in best.group if f != best.fault) if best and document.verdict == "FAIL" else (),
        reason=reason_sentence(document),
        drive=DRIVE_ANSWER.get(document.drive, "Not known."),
        drive_reason=_drive_reason(document, best),
        why=tuple(e for e in evidence if e.log_likelihood_ratio > 0),
        against=tuple(e for e in evidence if e.log_likelihood_ratio <= 0),
        todo=_TODO.get(document.verdict) or (best.remedy if best else "") or (text.remedy if text else ""),
        next_test=document.next_test or (best.next_test if best else ""),
        # A hypothesis that is not sure enough to be named is no reason to take the door apart.
        tools=text.tools if text and document.verdict in _DECIDED else (),
        cautions=text.warnings if text and document.verdict in _DECIDED else (),
    )


def reason_sentence(document: VerdictDocument) -> str:
    """Return the rule's answer as a sentence with titles, percentages and step names; empty where the headline says the same."""
    if document.verdict == "FAIL" and _SAID_ABOVE.fullmatch(document.reason):
        return ""
    if document.verdict == "PASS" and _ALL_GOOD.fullmatch(document.reason):
        return "Every step went as it does in a good lock."
    text = _IDS.sub(lambda found: f'"{title_of(found[0])}"', document.reason)
    text = _SHARE.sub(lambda found: percent_text(min(float(found[0]), 0.995)), text)
    text = _STEP.sub(lambda found: f'"{step_title(found[0])}"', text)
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""


def evidence_sentence(evidence: Evidence) -> str:
    """Return what was seen and what a good lock shows, in one sentence."""
    if evidence.text:
        return evidence.text
    seen = f"{measured_words(evidence.feature)} is {value_text(evidence.value)}"
    wanted = f", a good lock shows {value_text(evidence.expected)}" if evidence.expected is not None else ""
    where = f" ({step_title(evidence.step)})" if evidence.step else ""
    return f"{seen[0].upper()}{seen[1:]}{wanted}{where}."


def measurement_text(measurement: Measurement) -> str:
    """Return `value unit [low; high]`; a value that was not seen says so and is never 0."""
    unit = f" {measurement.unit}" if measurement.unit and measurement.value is not None else ""
    return f"{value_text(measurement.value)}{unit}{limits_text(measurement)}"


def limits_text(measurement: Measurement) -> str:
    """Return ` [low; high]`, with a dash for an open end; empty where there is no limit."""
    if measurement.low is None and measurement.high is None:
        return ""
    low = "-" if measurement.low is None else number_text(measurement.low)
    high = "-" if measurement.high is None else number_text(measurement.high)
    return f" [{low}; {high}]"


def value_text(value: float | bool | str | None) -> str:
    """Return a value for people: yes and no, `not seen` for None, numbers with three digits."""
    match value:
        case None:
            return "not seen"
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case _:
            return number_text(value)


def number_text(value: float) -> str:
    """Return a number with three digits that count and no exponent below a million."""
    if not math.isfinite(value):
        return "no finite number"
    if abs(value) >= 1e6 or (value and abs(value) < 1e-4):
        return f"{value:.3g}"
    decimals = max(0, 2 - (math.floor(math.log10(abs(value))) if value else 0))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(probability: float) -> str:
    """Return a probability for people; never a 0 % or 100 % that is not exactly one."""
    if 0 < probability < 0.01:
        return "< 1 %"
    if 0.99 < probability < 1:
        return "> 99 %"
    return f"{probability:.0%}".replace("%", " %")


def step_title(key: str) -> str:
    """Return `Lock 1` for `lock#1`."""
    name, _, n = key.partition("#")
    return f"{words_of(name).capitalize()} {n}".strip()


def measured_words(name: str) -> str:
    """Return a measurement's name as people say it."""
    return _NAMES.get(name) or words_of(name)


def words_of(name: str) -> str:
    """Return a name of the contracts as words, without its unit where it ends in one."""
    words = name.split("_")
    if len(words) > 1 and words[-1] in {"ns", "ms", "a", "v", "ohm", "c", "vs"}:
        words = words[:-1]
    return " ".join(words)


def scope_text(scope: str) -> str:
    """Return what the rig was connected to, in words."""
    return f"{scope}: {_SCOPES[scope]}" if scope in _SCOPES else scope


def first_sentence(text: str) -> tuple[str, str]:
    """Split a text after its first sentence: what to do, and what follows from it."""
    head, stop, rest = text.partition(". ")
    return (f"{head}.", rest) if stop else (text, "")


def clean(text: str, limit: int = 2000) -> str:
    """Return foreign text on one line, without control characters, no longer than `limit`."""
    shown = "".join(c if c.isprintable() else " " if c in "\n\r\t" else "\N{REPLACEMENT CHARACTER}" for c in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def ranked(probabilities: dict[str, float]) -> Iterable[tuple[str, float]]:
    """Return the hypotheses, the likeliest first."""
    return sorted(probabilities.items(), key=lambda item: (-item[1], item[0]))


def _headline(document: VerdictDocument, best: Diagnosis | None) -> str:
    if document.verdict == "PASS":
        return FAULT_TEXTS["healthy"].title
    if document.verdict == "FAIL" and best:
        return best.title
    return _SENTENCES.get(document.verdict, "The lock has failed")


def _certainty(document: VerdictDocument, best: Diagnosis | None) -> str:
    if document.verdict == "PASS" and document.probabilities:
        return f"Probability {percent_text(document.probabilities.get('healthy', 0.0))}"
    if best is None:
        return ""
    if document.verdict == "FAIL":
        grouped = sum(document.probabilities.get(f, 0.0) for f in best.group) if document.probabilities else best.probability
        return f"Probability {percent_text(min(1.0, max(grouped, best.probability)))}"
    top, probability = next(iter(ranked(document.probabilities or {best.fault: best.probability})))
    return f"Likeliest so far: {title_of(top)}, {percent_text(probability)}"


def _drive_reason(document: VerdictDocument, best: Diagnosis | None) -> str:
    """Return the reason of the fault, or of that member of its group, which asks for this very answer."""
    if document.verdict == "PASS":
        return FAULT_TEXTS["healthy"].drive_reason
    if document.verdict not in _DECIDED and document.drive is None:
        return "The lock was not judged: treat it as one that may open."
    members = (best.fault, *best.group) if best else ()
    texts = (FAULT_TEXTS[f] for f in members if f in FAULT_TEXTS)
    fallback = "The door may open while moving." if document.drive == "no" else ""
    return next((t.drive_reason for t in texts if t.drive == document.drive), fallback)
