"""The page's tables: steps with their measurements, probabilities, answers, and what was used."""

from html import escape
from typing import Final

from bench.model.asked import ASKED_TEXTS
from bench.model.diagnosis import Measurement, VerdictDocument
from bench.model.fault_texts_care import SYMPTOM_TABLE
from bench.model.faults import title_of
from bench.model.language import ENGLISH, Language, text
from bench.model.manual_tests import MANUAL_TESTS
from bench.model.observations import Ambient, Answer, Stop, Supply, Trip
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.report.sources import source_text
from bench.report.wording import hypothesis_title
from bench.report.words import (
    clean,
    measured_words,
    measurement_text,
    number_text,
    percent_text,
    ranked,
    scope_text,
    step_title,
    step_verdict,
    value_text,
    words_of,
)

OUTCOME_WORDS: Final = {"pass": text("inside"), "fail": text("OUTSIDE"), "not_seen": text("not seen")}
"""How a measurement lies to its window."""
_MORE: Final = '<section class="more">'
"""A section for the screen: paper gets one sheet of verdict and one of evidence."""
_MOST_ROWS: Final = 400
_SHORT: Final = 40
"""A source of so few letters is repeated as it is."""
_MOST_NOTES: Final = 50


def steps_section(document: VerdictDocument, language: Language = ENGLISH) -> str:
    """Return the table of steps: each measurement as `value unit [low; high]` with the source of its limit."""
    say, rows = language.say, list[str]()
    told: dict[str, str] = {}
    for step in document.steps:
        title = escape(clean(step_title(step.name, language), 60))
        verdict, word = escape(clean(step.verdict, 20)), escape(step_verdict(step.verdict, language))
        rows.append(f'<tr class="step"><th colspan="4" scope="rowgroup">{title} <span class="v {verdict}">{word}</span></th></tr>')
        for m in step.measurements:
            # The source of a window is read once; a table that repeats it for every cycle is not read at all.
            known = told.get(m.name) == _uncarried(m.source)
            told[m.name] = _uncarried(m.source)
            rows.append(
                _measurement_row(m, say("as above") if known and len(m.source) > _SHORT else source_text(m.source, language), language)
            )
    if not rows:
        return ""
    columns = (say("Measurement"), say("Value and window"), say("Outcome"), say("Source of the window"))
    head = f"<tr>{''.join(f'<th>{column}</th>' for column in columns)}</tr>"
    left = say("{n} more rows are in verdict.json.", n=len(rows) - _MOST_ROWS)
    more = f'<p class="lead">{left}</p>' if len(rows) > _MOST_ROWS else ""
    table = f'<table class="wideable"><thead>{head}</thead><tbody>{"".join(rows[:_MOST_ROWS])}</tbody></table>'
    return f"{_MORE}<h2>{say('Steps')}</h2>{table}{more}</section>"


def probabilities_section(document: VerdictDocument, language: Language = ENGLISH) -> str:
    """Return the probability of every hypothesis, the likely ones first and the unlikely ones folded away."""
    if not document.probabilities:
        return ""
    rows = [
        _probability_row(hypothesis_title(document, fault), p, language, first=n == 0)
        for n, (fault, p) in enumerate(ranked(document.probabilities))
    ]
    likely = max(3, sum(p >= 0.01 for p in document.probabilities.values()))
    rest = len(rows) - likely
    said = language.say("{n} less likely ones", n=rest)
    folded = f"<details><summary>{said}</summary>{_table(rows[likely:])}</details>" if rest > 0 else ""
    title = language.say("How likely each fault is")
    return f"{_MORE}<h2>{title}</h2>{_table(rows[:likely])}{folded}</section>"


def answers_section(record: RunRecord, language: Language = ENGLISH) -> str:
    """Return what the person at the lock said."""
    given = [o for o in record.observations if isinstance(o, Answer)]
    if not given:
        return ""
    say = language.say
    rows = [
        f"<tr><th>{escape(clean(step_title(a.step, language) if a.step else say('By itself'), 60))}</th>"
        f"<td>{escape(clean(asked_words(a.question, language), 200))}</td>"
        f"<td>{escape(clean(_answer_text(a, language), 200))}</td></tr>"
        for a in given[:_MOST_ROWS]
    ]
    return f"{_MORE}<h2>{say('What the person at the lock saw')}</h2>{_table(rows)}</section>"


def looked_at(record: RunRecord, language: Language = ENGLISH) -> tuple[str, ...]:
    """Return the outcomes of manual tests, the check-list's among them, each once and the latest; what nobody could say is left out."""
    found: dict[str, str] = {}
    for answer in record.observations:
        if isinstance(answer, Answer) and answer.question in MANUAL_TESTS:
            found.pop(answer.question, None)
            if answer.value is not None:
                found[answer.question] = _answer_text(answer, language)
    return tuple(found.values())


def _answer_text(answer: Answer, language: Language) -> str:
    """Return what was answered: the outcome's own sentence where it is a manual test."""
    if answer.value is None:
        return language.say("could not say")
    test = MANUAL_TESTS.get(answer.question)
    if test is not None and answer.value in test.outcomes:
        return language.say(test.outcomes[str(answer.value)])
    return value_text(answer.value, language)


def about_section(document: VerdictDocument, record: RunRecord, profile: Profile, language: Language = ENGLISH) -> str:
    """Return run, rig, profile, scope, versions, what was not tested, and every warning."""
    header, say = record.header, language.say
    entries: list[tuple[str, str]] = [
        (say("Run"), document.run),
        (say("Profile"), f"{document.profile} ({say(profile.title)})"),
        (say("Profile SHA-256"), header.profile_sha256 or ""),
        (say("Rig"), header.rig or ""),
        (say("Scope"), scope_text(document.scope, language)),
        (say("Complaint"), complaint_text(header.symptom, language)),
        (say("Supply"), _extremes([o.v for o in record.observations if isinstance(o, Supply)], "V", language)),
        (say("Ambient"), _extremes([o.c for o in record.observations if isinstance(o, Ambient)], "°C", language)),
        (say("Not tested here"), "; ".join(say(title_of(f)) for f in document.not_tested)),
        (say("Versions"), ", ".join(f"{k} {v}" for k, v in document.versions.items())),
    ]
    retell = language.retell
    entries += [(say("Stopped"), f"{say(o.reason)}: {retell(o.detail)}") for o in record.observations if isinstance(o, Stop)]
    entries += [(say("Over-current"), _trip_text(o, language)) for o in record.observations if isinstance(o, Trip)]
    warnings = list(dict.fromkeys((*document.warnings, *record.warnings)))
    entries += [(say("Warning"), retell(text)) for text in warnings[:_MOST_NOTES]]
    if len(warnings) > _MOST_NOTES:
        entries.append((say("Warning"), say("{n} more", n=len(warnings) - _MOST_NOTES)))
    entries += [(say("About the profile"), say(note)) for note in profile.notes]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(clean(text))}</dd>" for name, text in entries if text)
    foot = f"<footer>{say('Made by lockbench. Keep the run folder: it can be judged again by a later version.')}</footer>"
    return f"{_MORE}<h2>{say('What was used')}</h2><dl>{listed}</dl></section>{foot}"


def _uncarried(source: str) -> str:
    """Return a source without the conditions that its window was carried to: they differ by a tenth of a volt from step to step."""
    return source.partition("; carried to")[0]


def _measurement_row(measurement: Measurement, source: str, language: Language) -> str:
    bad = ' class="bad"' if measurement.outcome == "fail" else ""
    return (
        f"<tr{bad}><th>{escape(clean(measured_words(measurement.name, language), 80))}</th>"
        f'<td class="n">{escape(clean(measurement_text(measurement, language), 200))}</td>'
        f'<td class="o">{language.say(OUTCOME_WORDS[measurement.outcome])}</td>'
        f'<td class="src">{escape(clean(source, 300))}</td></tr>'
    )


def _probability_row(title: str, probability: float, language: Language, *, first: bool) -> str:
    mark = " first" if first else ""
    width = f"{100 * min(1.0, max(0.0, probability)):.1f}"
    return (
        f'<tr><th>{escape(clean(language.say(title), 120))}</th><td class="n">{percent_text(probability, language)}</td>'
        f'<td class="w"><span class="bar{mark}" style="width:{width}%"></span></td></tr>'
    )


def _table(rows: list[str]) -> str:
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _extremes(values: list[float], unit: str, language: Language) -> str:
    if not values:
        return ""
    low, high, unit = number_text(min(values), language), number_text(max(values), language), language.say(unit)
    return f"{low} {unit}" if low == high else language.say("{low} to {high} {unit}", low=low, high=high, unit=unit)


def _trip_text(trip: Trip, language: Language) -> str:
    return language.say(
        "{direction}: {value} A, limit {limit} A; not driven again in this run", direction=language.say(words_of(trip.role)),
        value=number_text(trip.a, language), limit=number_text(trip.limit_a, language),
    )  # fmt: skip


def complaint_text(symptom: str | None, language: Language = ENGLISH) -> str:
    """Return the complaint in the customer's words; empty where there is none."""
    says = next((row.says for row in SYMPTOM_TABLE if row.id == symptom), words_of(symptom or ""))
    return language.say(says)


def asked_words(question: str, language: Language = ENGLISH) -> str:
    """Return what was asked, in words: a question before or after the test, a manual test, or what was seen in a step."""
    return language.say(ASKED_TEXTS.get(question) or "") or measured_words(question, language)
