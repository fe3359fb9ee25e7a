"""One run as one HTML file: nothing is fetched, one script of ours and no other runs, every foreign word is escaped."""

from collections.abc import Sequence
from html import escape
from typing import Final

from bench.model.diagnosis import Envelope, VerdictDocument
from bench.model.faults import title_of
from bench.model.language import ENGLISH, Language
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.model.workshop import Workshop
from bench.report.advice import advice_section
from bench.report.confirm_text import confirmation_lines
from bench.report.curves import curves_section
from bench.report.page_script import POLICY, SCRIPT
from bench.report.series import DoorState
from bench.report.sheet import CSS, SIGNS
from bench.report.tables import about_section, answers_section, probabilities_section, steps_section
from bench.report.wording import Summary, evidence_sentence, summary_of
from bench.report.words import VERDICT_WORDS, clean, first_sentence, percent_text, ranked

MOST_REASONS: Final = 6
_LONG: Final = 6
"""A verdict with more letters than this is set smaller, so that it stands on one line."""
_KNOWN: Final = frozenset(SIGNS)


def html_report(
    document: VerdictDocument,
    record: RunRecord,
    envelopes: Sequence[Envelope],
    *,
    profile: Profile,
    reference: RunRecord | None = None,
    door: Sequence[DoorState] = (),
    language: Language = ENGLISH,
    workshop: Workshop | None = None,
) -> str:
    """Return the page.

    `envelopes`: the expected bands, by step key (`lock#1`) or step name. `reference`: the good lock's run, drawn dashed.
    `door`: the door bit of the CAN frames as (t_ns, "open" / "closed" / None); the switch lanes come from the record itself.
    """
    said = summary_of(document, language)
    reasons = said.why[:MOST_REASONS]
    body = [
        _band(document, record, profile, said, language, workshop.name if workshop else ""),
        '<main class="wrap">',
        _cards(document, said, language),
        advice_section(document, record, profile.kind, language, workshop),
        curves_section(document, record, envelopes, profile=profile, reference=reference, door=door, reasons=reasons, language=language),
        steps_section(document, language),
        probabilities_section(document, language),
        answers_section(record, language),
        about_section(document, record, profile, language),
        "</main>",
    ]
    title = f"{language.say(VERDICT_WORDS[document.verdict])}: {said.headline}"
    return (
        f'<!DOCTYPE html>\n<html lang="{language.code}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(clean(title, 200))}</title><style>{CSS}</style></head><body>"
        + "\n".join(body)
        + f"<script>{SCRIPT}</script></body></html>\n"
    )


def _band(document: VerdictDocument, record: RunRecord, profile: Profile, said: Summary, language: Language, name: str) -> str:
    verdict = document.verdict if document.verdict in _KNOWN else "NOT_SET"
    header = record.header
    say = language.say
    where = [name, say(profile.title), say("run {id}", id=document.run), header.utc and language.moment(header.utc)]
    where += [header.vin and f"VIN {header.vin}", header.job and say("job {text}", text=header.job)]
    word = say(VERDICT_WORDS[document.verdict])
    shown = "".join(f"<span>{escape(clean(w, 160))}</span>" for w in where if w)
    group = "; ".join(f"<b>{escape(clean(title))}</b>" for title in said.group)
    parts = [
        f'<header class="band {verdict}{" long" if len(word) > _LONG else ""}"><div class="wrap"><p class="where">{shown}</p>',
        f'<p class="big"><svg viewBox="0 0 100 100" aria-hidden="true">{SIGNS.get(verdict, "")}</svg>',
        f"<span>{escape(word)}</span></p><h1>{escape(clean(said.headline))}</h1>",
        f'<p class="sure">{escape(clean(said.certainty))}</p>' if said.certainty else "",
        f'<p class="group">{escape(say("This evidence cannot tell it from: {others}.")).format(others=group)}</p>' if group else "",
        "</div></header>",
    ]
    return "".join(parts)


def _cards(document: VerdictDocument, said: Summary, language: Language) -> str:
    say = language.say
    cards = [_card(say("May the car be driven?"), said.drive, (said.drive_reason,), kind=f" drive-{document.drive or 'unknown'}")]
    tools = f"<b>{say('Tools')}</b> {escape(clean(', '.join(said.tools)))}" if said.tools else ""
    if said.todo:
        head, rest = first_sentence(said.todo)
        cards.append(_card(say("What to do"), head, (rest, *said.cautions), raw=tools))
    if said.next_test:
        head, rest = first_sentence(said.next_test)
        cards.append(_card(say("Next test"), head, (rest,)))
    confirmed = confirmation_lines(document, language)
    if confirmed:
        cards.append(_card(say("Repair"), confirmed[0], confirmed[1:]))
    cards.append(_why(document, said, language))
    return f'<section class="cards">{"".join(cards)}</section>'


def _card(head: str, say: str, more: Sequence[str], *, kind: str = "", raw: str = "") -> str:
    rest = "".join(f'<p class="muted">{escape(clean(text))}</p>' for text in more if text)
    rest += f'<p class="muted">{raw}</p>' if raw else ""
    return f'<div class="card{kind}"><h2>{head}</h2><p class="say">{escape(clean(say))}</p>{rest}</div>'


def _why(document: VerdictDocument, said: Summary, language: Language) -> str:
    items = [
        f'<li><span class="num">{n}</span><span>{escape(clean(evidence_sentence(evidence, language)))}</span></li>'
        for n, evidence in enumerate(said.why[:MOST_REASONS], start=1)
    ]
    # Where nothing was decided the reason is the answer; else it only sums up what the list below says better.
    weight = "muted" if document.verdict in ("PASS", "FAIL") else "say"
    lead = f'<p class="{weight}">{escape(clean(said.reason))}</p>' if said.reason else ""
    if document.verdict == "PASS":
        lead += f'<p class="muted">{_counted(document, language)}</p>'
    against = " ".join(evidence_sentence(e, language) for e in said.against[:3])
    could_be = f'<p class="muted"><b>{language.say("Against it")}</b> {escape(clean(against))}</p>' if against else ""
    if document.verdict == "INCONCLUSIVE" and document.probabilities:
        names = [f"{language.say(title_of(f))} ({percent_text(p, language)})" for f, p in ranked(document.probabilities) if p >= 0.02][:5]
        could_be += f'<p class="muted"><b>{language.say("It could be")}</b> {escape(clean("; ".join(names)))}</p>' if names else ""
    listed = f'<ol class="why">{"".join(items)}</ol>' if items else ""
    return f'<div class="card wide"><h2>{language.say("Why")}</h2>{lead}{listed}{could_be}</div>' if lead or listed or could_be else ""


def _counted(document: VerdictDocument, language: Language) -> str:
    measured = [m for step in document.steps for m in step.measurements]
    seen = [m for m in measured if m.outcome != "not_seen"]
    inside = sum(m.outcome == "pass" for m in seen)
    return language.say(
        "{inside} of {seen} measurements in {steps} steps lay inside their windows.",
        inside=inside,
        seen=len(seen),
        steps=len(document.steps),
    )
