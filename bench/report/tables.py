"""The page's tables: steps with their measurements, probabilities, answers, and what was used."""

from html import escape
from typing import Final

from bench.model.diagnosis import Measurement, VerdictDocument
from bench.model.faults import title_of
from bench.model.observations import Ambient, Answer, Stop, Supply, Trip
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.report.wording import (
    clean,
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

_OUTCOMES: Final = {"pass": "inside", "fail": "OUTSIDE", "not_seen": "not seen"}
_MOST_ROWS: Final = 400
_SHORT: Final = 40
"""A source of so few letters is repeated as it is."""
_MOST_NOTES: Final = 50


def steps_section(document: VerdictDocument) -> str:
    """Return the table of steps: each measurement as `value unit [low; high]` with the source of its limit."""
    rows: list[str] = []
    told: dict[str, str] = {}
    for step in document.steps:
        title = escape(clean(step_title(step.name), 60))
        verdict = escape(clean(step.verdict, 20))
        rows.append(f'<tr class="step"><th colspan="4" scope="rowgroup">{title} <span class="v {verdict}">{verdict}</span></th></tr>')
        for m in step.measurements:
            # The source of a window is read once; a table that repeats it for every cycle is not read at all.
            known = told.get(m.name) == _uncarried(m.source)
            told[m.name] = _uncarried(m.source)
            rows.append(_measurement_row(m, "as above" if known and len(m.source) > _SHORT else m.source))
    if not rows:
        return ""
    head = "<tr><th>Measurement</th><th>Value and window</th><th>Outcome</th><th>Source of the window</th></tr>"
    more = f'<p class="lead">{len(rows) - _MOST_ROWS} more rows are in verdict.json.</p>' if len(rows) > _MOST_ROWS else ""
    table = f'<table class="wideable"><thead>{head}</thead><tbody>{"".join(rows[:_MOST_ROWS])}</tbody></table>'
    return f"<section><h2>Steps</h2>{table}{more}</section>"


def probabilities_section(document: VerdictDocument) -> str:
    """Return the probability of every hypothesis, the likely ones first and the unlikely ones folded away."""
    if not document.probabilities:
        return ""
    rows = [_probability_row(fault, p, first=n == 0) for n, (fault, p) in enumerate(ranked(document.probabilities))]
    likely = max(3, sum(p >= 0.01 for p in document.probabilities.values()))
    rest = len(rows) - likely
    folded = f"<details><summary>{rest} less likely ones</summary>{_table(rows[likely:])}</details>" if rest > 0 else ""
    return f"<section><h2>How likely each fault is</h2>{_table(rows[:likely])}{folded}</section>"


def answers_section(record: RunRecord) -> str:
    """Return what the person at the lock said."""
    given = [o for o in record.observations if isinstance(o, Answer)]
    if not given:
        return ""
    rows = [
        f"<tr><th>{escape(clean(step_title(a.step) if a.step else 'Before the test', 60))}</th>"
        f"<td>{escape(clean(words_of(a.question), 200))}</td>"
        f"<td>{escape(clean('could not say' if a.value is None else value_text(a.value), 200))}</td></tr>"
        for a in given[:_MOST_ROWS]
    ]
    return f"<section><h2>What the person at the lock saw</h2>{_table(rows)}</section>"


def about_section(document: VerdictDocument, record: RunRecord, profile: Profile) -> str:
    """Return run, rig, profile, scope, versions, what was not tested, and every warning."""
    header = record.header
    entries: list[tuple[str, str]] = [
        ("Run", document.run),
        ("Profile", f"{document.profile} ({profile.title})"),
        ("Profile SHA-256", header.profile_sha256 or ""),
        ("Rig", header.rig or ""),
        ("Scope", scope_text(document.scope)),
        ("Complaint", words_of(header.symptom) if header.symptom else ""),
        ("Supply", _extremes([o.v for o in record.observations if isinstance(o, Supply)], "V")),
        ("Ambient", _extremes([o.c for o in record.observations if isinstance(o, Ambient)], "°C")),
        ("Not tested here", "; ".join(title_of(f) for f in document.not_tested)),
        ("Versions", ", ".join(f"{k} {v}" for k, v in document.versions.items())),
    ]
    entries += [("Stopped", f"{o.reason}: {o.detail}") for o in record.observations if isinstance(o, Stop)]
    entries += [("Over-current", _trip_text(o)) for o in record.observations if isinstance(o, Trip)]
    warnings = list(dict.fromkeys((*document.warnings, *record.warnings)))
    entries += [("Warning", text) for text in warnings[:_MOST_NOTES]]
    if len(warnings) > _MOST_NOTES:
        entries.append(("Warning", f"{len(warnings) - _MOST_NOTES} more"))
    entries += [("About the profile", note) for note in profile.notes]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(clean(text))}</dd>" for name, text in entries if text)
    foot = "<footer>Made by lockbench. Keep the run folder: it can be judged again by a later version.</footer>"
    return f"<section><h2>What was used</h2><dl>{listed}</dl></section>{foot}"


def _uncarried(source: str) -> str:
    """Return a source without the conditions that its window was carried to: they differ by a tenth of a volt from step to step."""
    return source.partition("; carried to")[0]


def _measurement_row(measurement: Measurement, source: str) -> str:
    bad = ' class="bad"' if measurement.outcome == "fail" else ""
    return (
        f"<tr{bad}><th>{escape(clean(measured_words(measurement.name), 80))}</th>"
        f'<td class="n">{escape(clean(measurement_text(measurement), 200))}</td>'
        f'<td class="o">{_OUTCOMES.get(measurement.outcome, "")}</td>'
        f'<td class="src">{escape(clean(source, 300))}</td></tr>'
    )


def _probability_row(fault: str, probability: float, *, first: bool) -> str:
    mark = " first" if first else ""
    width = f"{100 * min(1.0, max(0.0, probability)):.1f}"
    return (
        f'<tr><th>{escape(clean(title_of(fault), 120))}</th><td class="n">{percent_text(probability)}</td>'
        f'<td class="w"><span class="bar{mark}" style="width:{width}%"></span></td></tr>'
    )


def _table(rows: list[str]) -> str:
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _extremes(values: list[float], unit: str) -> str:
    if not values:
        return ""
    low, high = number_text(min(values)), number_text(max(values))
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _trip_text(trip: Trip) -> str:
    return f"{words_of(trip.role)}: {number_text(trip.a)} A, limit {number_text(trip.limit_a)} A; not driven again in this run"
