"""Names, numbers and steps in words, in a language: what every report writes in the same way."""

import math
from collections.abc import Iterable
from typing import Final

from bench.model.diagnosis import Measurement
from bench.model.language import ENGLISH, Language, text

_NAMES: Final = {
    "supply_v": text("supply voltage"), "inrush_a": text("inrush current"), "running_a": text("running current"),
    "plateau_a": text("stall current"),
    "resistance_ohm": text("resistance"), "lambda_vs": text("stroke Λ"),
    "travel_ms": text("travel time"), "edge_fraction": text("edge position"),
    "running_share": text("running share of stall"), "release_fraction": text("release position"),
    "load_share": text("steady load as a share of stall"), "hump_fraction": text("position of the pawl's load"),
    "margin_v": text("lowest voltage of a stroke"),
    "line_high_v": text("line high"), "line_low_v": text("line low"),
    "can_latency_ms": text("CAN latency"), "rest_current_a": text("rest current"), "source_ohm": text("source resistance"),
    "ajar": text("door switch"), "lock": text("lock switch"), "door_bit": text("door bit on CAN"),
    "current": text("current"), "dropouts": text("dropouts"), "edges_per_event": text("edges per event"), "bounce_ms": text("bounce"),
    "held": text("held"), "half": text("half"), "opened": text("opened"), "knob_moved": text("knob moved"),
}  # fmt: skip
"""Measurements and answers as people call them."""
_SCOPES: Final = {
    "lock": text("removed lock on the bench's own lead"),
    "door": text("lock in the door, bench at the body side of the corrugation"),
    "car": text("listening in the car only"),
}
VERDICT_WORDS: Final = {
    "PASS": text("PASS"), "FAIL": text("FAIL"), "INCONCLUSIVE": text("INCONCLUSIVE"), "ABORTED": text("ABORTED"),
    "ERROR": text("ERROR"), "NOT_SET": text("NOT SET"),
}  # fmt: skip
"""The verdicts as people read them; documents keep their names."""
_STEP_VERDICTS: Final = {
    "PASS": text("step|PASS"), "FAIL": text("step|FAIL"), "INCONCLUSIVE": text("step|INCONCLUSIVE"), "NOT_SET": text("step|NOT SET"),
}  # fmt: skip
"""A step passes or not, a lock is good or not: the same word in English, not in every language. What stands before the bar is not shown."""
_STEPS: Final = {
    "close": text("Close {n}"), "open": text("Open {n}"), "lock": text("Lock {n}"), "unlock": text("Unlock {n}"),
    "release": text("Release {n}"), "wiggle": text("Wiggle {n}"), "rest": text("Rest {n}"),
    "margin": text("Margin {n}"),
}  # fmt: skip
_VALUES: Final = (
    text("open"), text("closed"), text("locked"), text("unlocked"), text("none"), text("any"), text("unchanged"), text("over-current"),
    text("feed lost"), text("flows"), text("no end stop"), text("full stroke"), text("stall from the start"), text("{n} gaps"),
    text("{n} edges"),
    text("A"), text("V"), text("ms"), text("ohm"), text("V s"), text("Vs"), text("°C"), text("{value} A"), text("expected: {state}"),
)  # fmt: skip
"""Words that documents hold as values and units: they are retold."""


def measurement_text(measurement: Measurement, language: Language = ENGLISH) -> str:
    """Return `value unit [low; high]`; a value that was not seen says so and is never 0."""
    unit = f" {language.say(measurement.unit)}" if measurement.unit and measurement.value is not None else ""
    return f"{value_text(measurement.value, language)}{unit}{limits_text(measurement, language)}"


def limits_text(measurement: Measurement, language: Language = ENGLISH) -> str:
    """Return ` [low; high]`, with a dash for an open end; empty where there is no limit."""
    if measurement.low is None and measurement.high is None:
        return ""
    low = "-" if measurement.low is None else number_text(measurement.low, language)
    high = "-" if measurement.high is None else number_text(measurement.high, language)
    return f" [{low}; {high}]"


def value_text(value: float | bool | str | None, language: Language = ENGLISH) -> str:
    """Return a value for people: yes and no, `not seen` for None, numbers with three digits."""
    match value:
        case None:
            return language.say("not seen")
        case bool():
            return language.say("yes" if value else "no")
        case str():
            return language.retell(value)
        case _:
            return number_text(value, language)


def number_text(value: float, language: Language = ENGLISH) -> str:
    """Return a number with three digits that count, no exponent below a million, and the language's separator."""
    if not math.isfinite(value):
        return language.say("no finite number")
    if abs(value) >= 1e6 or (value and abs(value) < 1e-4):
        return f"{value:.3g}".replace(".", language.decimal)
    decimals = max(0, 2 - (math.floor(math.log10(abs(value))) if value else 0))
    shown = f"{value:.{decimals}f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown).replace(".", language.decimal)


def percent_text(probability: float, language: Language = ENGLISH) -> str:
    """Return a probability for people; never a 0 % or 100 % that is not exactly one."""
    if 0 < probability < 0.01:
        return "< 1 %"
    if 0.99 < probability < 1:
        return "> 99 %"
    return f"{probability:.0%}".replace("%", " %").replace(".", language.decimal)


def step_title(key: str, language: Language = ENGLISH) -> str:
    """Return `Lock 1` for `lock#1`."""
    name, _, n = key.partition("#")
    if name in _STEPS:
        return language.say(_STEPS[name], n=n).strip()
    return f"{words_of(name).capitalize()} {n}".strip()


def step_verdict(verdict: str, language: Language = ENGLISH) -> str:
    """Return a step's verdict as people read it; a word of a later version is not shown."""
    said = language.say(_STEP_VERDICTS.get(verdict, ""))
    return said.partition("|")[2] or said


def measured_words(name: str, language: Language = ENGLISH) -> str:
    """Return a measurement's name as people say it."""
    return language.say(_NAMES.get(name) or words_of(name))


def words_of(name: str) -> str:
    """Return a name of the contracts as words, without its unit where it ends in one."""
    words = name.split("_")
    if len(words) > 1 and words[-1] in {"ns", "ms", "a", "v", "ohm", "c", "vs"}:
        words = words[:-1]
    return " ".join(words)


def scope_text(scope: str, language: Language = ENGLISH) -> str:
    """Return what the rig was connected to, in words."""
    return f"{scope}: {language.say(_SCOPES[scope])}" if scope in _SCOPES else scope


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
