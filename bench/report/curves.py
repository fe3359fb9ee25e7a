"""The section with the curves: which steps are drawn, with which envelope, evidence and reference."""

from collections.abc import Sequence
from html import escape
from typing import Final

from bench.model.diagnosis import Envelope, Evidence, StepResult, VerdictDocument
from bench.model.language import ENGLISH, Language
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.report.chart import Mark, chart
from bench.report.series import DoorState, StepView, views_of
from bench.report.sources import source_text
from bench.report.words import clean, limits_text, measured_words, measurement_text, step_title, step_verdict

MOST_CHARTS: Final = 24
"""A page stays under 400 kB: a curve has at most about 800 points of 10 bytes."""
_MOST_CHIPS: Final = 4
_OF_CURRENT: Final = frozenset((
    "current_flows", "stroke", "gaps_still", "gaps_flexed", "trip", "resistance_ohm", "lambda_vs", "running_share", "source_ohm",
    "loaded_v", "trend", "lambda_ways", "lambda_spread", "lambda_later", "travel_ms", "running_a", "inrush_a", "plateau_a",
))  # fmt: skip
"""Evidence that is read off the curve: with it, what leaves the band is painted in every step, passed ones too."""
_HAND_STEPS: Final = frozenset({"close", "open", "release"})
_Samples = Sequence[tuple[int, float | None]]


def curves_section(
    document: VerdictDocument,
    record: RunRecord,
    envelopes: Sequence[Envelope],
    *,
    profile: Profile,
    reference: RunRecord | None,
    door: Sequence[DoorState],
    reasons: Sequence[Evidence],
    language: Language = ENGLISH,
) -> str:
    """Return the section, or nothing where no step was driven or moved by hand."""
    views = [v for v in views_of(record, profile, door) if v.feeds_ns or v.step.name in _HAND_STEPS]
    if not views:
        return ""
    results = {step.name: step for step in document.steps}
    # Driven and hand steps stand apart, so that charts of one height stand side by side; where evidence lies comes first.
    kinds = [[v for v in views if v.feeds_ns], [v for v in views if not v.feeds_ns]]
    kinds.sort(key=lambda kind: not any(marks_of(reasons, v) for v in kind))
    good = from_their_feeds(reference, profile) if reference is not None else {}
    curve_speaks = document.verdict == "FAIL" and any(e.feature in _OF_CURRENT for e in reasons)
    grids: list[str] = []
    drawn = 0
    for kind in kinds:
        figures = []
        for view in kind[: MOST_CHARTS - drawn]:
            svg = chart(
                view,
                ident=f"c{drawn}",
                envelope=envelope_of(view, envelopes),
                marks=marks_of(reasons, view),
                reference=good.get(view.step.key, ()),
                show_excursions=view.step.key in results and (curve_speaks or results[view.step.key].verdict == "FAIL"),
                language=language,
            )
            figures.append(f"<figure>{_caption(view, results.get(view.step.key), language)}{svg}</figure>")
            drawn += 1
        if figures:
            head = language.say("Driven by the motor" if kind[0].feeds_ns else "Moved by hand")
            grids.append(f'<h3 class="hand">{head}</h3><div class="figures">{"".join(figures)}</div>')
    left_out = len(views) - drawn
    said = language.say("{n} more steps are in the run folder and not drawn.", n=left_out)
    note = f'<p class="lead">{said}</p>' if left_out > 0 else ""
    lead = language.say("Motor current of each driven step inside the band of a good lock, the switches under it on the same time axis.")
    title = language.say("What was measured")
    head = f'<section class="evidence"><h2>{title}</h2><p class="lead">{lead}</p>{_legend(language, envelopes, has_reference=bool(good))}'
    return f"{head}{''.join(grids)}{note}</section>"


def from_their_feeds(reference: RunRecord, profile: Profile) -> dict[str, _Samples]:
    """Return the current of each driven step of the good lock, its times counted from that step's first feed, ns."""
    return {view.step.key: tuple((t - view.zero_ns, a) for t, a in view.samples) for view in views_of(reference, profile) if view.feeds_ns}


def envelope_of(view: StepView, envelopes: Sequence[Envelope]) -> Envelope | None:
    """Return the band of a good lock for a step, by its key or its name."""
    by_key = {e.step: e for e in envelopes}
    return by_key.get(view.step.key) or by_key.get(view.step.name)


def marks_of(reasons: Sequence[Evidence], view: StepView) -> list[Mark]:
    """Return the evidence of this step. Its name decides: an answer is given in the moment in which one step ends and the next begins."""
    return [
        Mark(number=n, t_ns=e.t_ns)
        for n, e in enumerate(reasons, start=1)
        if e.t_ns is not None and e.step in (None, view.step.key, view.step.name)
    ]


def _caption(view: StepView, result: StepResult | None, language: Language) -> str:
    parts = [f"<b>{escape(clean(step_title(view.step.key, language), 60))}</b>"]
    if result is not None:
        parts.append(f'<span class="v {escape(clean(result.verdict, 20))}">{escape(step_verdict(result.verdict, language))}</span>')
        measured = sorted((m for m in result.measurements if m.value is not None), key=lambda m: m.outcome != "fail")
        for m in measured[:_MOST_CHIPS]:
            # A word is worth a chip only where it is the wrong one; a number where it has limits to stand in.
            if m.outcome != "fail" and (isinstance(m.value, str | bool) or not limits_text(m)):
                continue
            bad = " bad" if m.outcome == "fail" else ""
            text = f"{measured_words(m.name, language)} {measurement_text(m, language)}"
            parts.append(f'<span class="chip{bad}">{escape(clean(text, 120))}</span>')
    return f"<figcaption>{''.join(parts)}</figcaption>"


def _legend(language: Language, envelopes: Sequence[Envelope], *, has_reference: bool) -> str:
    say = language.say
    items = [
        ("#14324f", say("this lock")),
        ("#d3e3f4", say("band of a good lock")),
        ("#c2410c", say("outside the band, evidence (numbered)")),
    ]
    keys = "".join(f'<span><i style="background:{colour}"></i>{text}</span>' for colour, text in items)
    keys += f'<span><i style="border-top:2px dashed #7c8994;height:4px"></i>{say("reference lock")}</span>' if has_reference else ""
    sources = sorted({clean(source_text(e.source, language), 160) for e in envelopes if e.source})
    said = f"<span>{escape(say('Band: {sources}', sources='; '.join(sources[:3])))}</span>" if sources else ""
    return f'<p class="legend">{keys}{said}</p>'
