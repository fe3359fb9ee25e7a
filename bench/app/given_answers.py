"""Answers that come after the run: `close#1.held=no`, `child_lock_off=yes`, `probe_at_plug=12.4V`."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final

from bench.analysis.manual import outcome
from bench.errors import UsageError
from bench.model.asked import AFTER_OF, AFTER_TEXTS
from bench.model.manual_tests import MANUAL_TESTS, ManualTest
from bench.model.names import QUESTIONS_OF
from bench.model.observations import Answer
from bench.model.profile import Profile
from bench.procedure.plan import ASK_FIRST, ask_first

Given = tuple[str, str, bool | float | str | None]
"""Step (empty where it belongs to none), question, value."""

_YES: Final = ("yes", "true", "y")
_NO: Final = ("no", "false", "n")
_NUMBER: Final = re.compile(r"([-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?)\s*(m|k|M)?\s*(V|volts?|A|Ω|ohms?|R)?", re.IGNORECASE)
_FACTORS: Final = {"": 1.0, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6}
_UNITS: Final = {"v": "V", "volt": "V", "volts": "V", "a": "A", "ω": "ohm", "ohm": "ohm", "ohms": "ohm", "r": "ohm"}
_FIRST: Final = frozenset(ask.id for asks in ASK_FIRST.values() for ask in asks)
_AFTER: Final = frozenset(AFTER_TEXTS)
_NO_END: Final = ("ol", "o.l", "over", "inf", "infinite", "∞")
"""What a meter shows where no current flows at all."""


def parse_answer(text: str) -> Given:
    """Read KEY=VALUE; raise UsageError that says what is possible where key or value is none of ours."""
    key, equals, given = text.partition("=")
    if not equals or not key.strip():
        raise UsageError(f"--answer {text!r}: write KEY=VALUE, for example close#1.held=no")
    step, _, question = key.strip().rpartition(".")
    value = given.strip()
    if step:
        _check_step(step, question)
    elif question in MANUAL_TESTS:
        return "", question, None if value.lower() in ("unknown", "") else _outcome(MANUAL_TESTS[question], value)
    elif question not in _FIRST | _AFTER:
        raise UsageError(
            f"--answer {question}: neither STEP.QUESTION (close#1.held) nor a manual test (`lockbench tests` lists them): "
            f"{', '.join(MANUAL_TESTS)}; nor asked first: {', '.join(sorted(_FIRST))}"
        )
    return step, question, _yes_or_no(key.strip(), value)


def check_fits(given: Sequence[Given], profile: Profile, steps: Iterable[str], scope: str, *, confirms: bool = False) -> None:
    """Raise UsageError where an answer belongs to no step of this run, or to a test that this lock or set-up cannot have."""
    names = tuple(steps)
    first = {ask.id for ask in ask_first(profile)}
    for step, question, _ in given:
        if step and step not in names:
            raise UsageError(f"--answer {step}.{question}: this run has no step {step}; it has {', '.join(names) or 'none'}")
        test = MANUAL_TESTS.get(question) if not step else None
        if test is not None and profile.kind not in test.kinds:
            raise UsageError(f"--answer {question}: not for a {profile.kind}, only for {' and '.join(test.kinds)}")
        if test is not None and scope not in test.scopes:
            raise UsageError(f"--answer {question}: cannot be made in scope {scope}, only in {' or '.join(test.scopes)}")
        if question in _AFTER:
            if not confirms or question not in AFTER_OF[profile.kind]:
                raise UsageError(f"--answer {question}: only a confirmation test (test --confirms) of a {profile.kind} is asked that")
            continue
        if test is None and not step and question not in first:
            raise UsageError(f"--answer {question}: not asked of a {profile.kind}; asked first: {', '.join(sorted(first))}")


def lines_of(given: Sequence[Given], t_ns: int) -> list[Answer]:
    """Return the answers as observations at a time, ns."""
    return [Answer(t=t_ns, step=step or None, question=question, value=value) for step, question, value in given]


def _check_step(step: str, question: str) -> None:
    name, mark, n = step.partition("#")
    asked = next((questions for known, questions in QUESTIONS_OF.items() if known == name), ())
    if not mark or not n.isdecimal() or not asked:
        raise UsageError(f"--answer {step}.{question}: {step!r} is no step that is asked about, write for example close#1.held=no")
    if question not in asked:
        raise UsageError(f"--answer {step}.{question}: a step {name} is asked {' and '.join(asked)}, not {question!r}")


def _yes_or_no(key: str, value: str) -> bool | None:
    word = value.lower()
    if word in ("unknown", ""):
        return None
    if word not in (*_YES, *_NO):
        raise UsageError(f"--answer {key}={value}: the answer is yes, no or unknown")
    return word in _YES


def _outcome(test: ManualTest, value: str) -> str:
    if value.lower() in test.outcomes:
        return value.lower()
    if test.bands and test.unit == "ohm" and value.lower() in _NO_END:
        return test.bands[-1].word
    number = _NUMBER.fullmatch(value)
    if number is None or not test.bands:
        return outcome(test, value)
    digits, factor, unit = number.groups()
    found = _UNITS.get((unit or "").lower(), test.unit)
    if found != test.unit:
        raise UsageError(f"--answer {test.id}={value}: a number in {test.unit} is asked for, not in {found}")
    read = float(digits.replace(",", ".")) * _FACTORS[_prefix(factor)]
    return outcome(test, read if math.isfinite(read) else value)


def _prefix(factor: str | None) -> str:
    """Milli and mega differ in their capital only; all else does not care."""
    return "" if factor is None else factor if factor in _FACTORS else factor.lower()
