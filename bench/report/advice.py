"""What comes after the verdict: repair in steps, what it costs, the check after it, and when care is due."""

from html import escape
from typing import Final

from bench.model.care_due import next_care_due
from bench.model.diagnosis import VerdictDocument
from bench.model.fault_texts_care import COST_NOTE, COSTS, Cost
from bench.model.guides import GUIDES, Guide
from bench.model.language import ENGLISH, Language
from bench.model.names import Kind
from bench.model.record import RunRecord
from bench.model.vin import read_vin, vin_sentences
from bench.model.workshop import Price, Workshop, parts_for
from bench.report.qr import qr_svg
from bench.report.words import clean

_NEW_LOCK: Final = ("motor_open", "motor_short", "motor_weak", "gear_jam", "gear_stripped", "rod_bent")
_NEW_SWITCH: Final = ("switch_stuck_open", "switch_stuck_closed", "switch_high_r", "switch_bounce")
_GUIDES_OF: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(_NEW_LOCK, ("before_buying", "replacement", "dead_motor")),
    **dict.fromkeys((*_NEW_SWITCH, "lever_broken", "spring_weak"), ("before_buying", "replacement")),
    "cable_stretched": ("reseat_cable",),
    "reopens": ("reseat_cable",),
    "frozen": ("winter",),
    "gear_stiff": ("care",),
    "bcm_stuck": ("module_reset",),
}
"""Which guides go with a repair. A fault that is not named needs none but the check afterwards."""


def guides_for(document: VerdictDocument) -> tuple[Guide, ...]:
    """Return the guides that go with a verdict: those of the named fault and the check after it; care where the lock is good."""
    if document.verdict == "PASS":
        return (GUIDES["care"],)
    if document.verdict != "FAIL" or not document.diagnoses:
        return ()
    names = dict.fromkeys(name for fault in document.diagnoses[0].group for name in _GUIDES_OF.get(fault, ()))
    return (*(GUIDES[name] for name in names), GUIDES["after_repair"], GUIDES["service_centre"])


def costs_for(document: VerdictDocument, kind: Kind, workshop: Workshop | None = None) -> tuple[Cost | Price, ...]:
    """Return what a new lock costs, where a price is known: the workshop's own, else the article's, which is of a rear door lock."""
    if GUIDES["replacement"] not in guides_for(document):
        return ()
    own = tuple(price for price in workshop.cost if price.kind == kind) if workshop else ()
    return own or (COSTS if kind == "rear_door" else ())


def part_sentences(
    document: VerdictDocument, kind: Kind, vin: str | None, workshop: Workshop | None, language: Language
) -> tuple[str, ...]:
    """Return the parts of the workshop's table that fit, where a new lock is the remedy; never a number that nobody entered."""
    if GUIDES["replacement"] not in guides_for(document):
        return ()
    return tuple(
        language.say("{number}: {what} ({source}, {day})", number=p.number, what=p.what, source=p.source, day=language.date(p.date))
        for p in parts_for(workshop, kind, vin)
    )


def care_sentence(record: RunRecord, language: Language = ENGLISH) -> str:
    """Return when care is due next; empty where the run names no day."""
    due = next_care_due(record.header.utc)
    return language.say("Next care due: {day} (every six months)", day=language.date(due)) if due else ""


def cost_sentence(cost: Cost | Price, language: Language = ENGLISH) -> str:
    """Return what something costs, from low to high, with its unit and who says so."""
    say = language.say
    return say(
        "{what}: {low} to {high} {unit} ({source})", what=say(cost.what), low=language.whole(cost.low), high=language.whole(cost.high),
        unit=say(cost.unit), source=say(cost.source),
    )  # fmt: skip


def advice_section(
    document: VerdictDocument, record: RunRecord, kind: Kind, language: Language = ENGLISH, workshop: Workshop | None = None
) -> str:
    """Return the section: guides that fold out, costs, care, the car by its VIN, and the QR code of the run's id."""
    say = language.say
    parts = [f'<section class="advice"><h2>{escape(say("What comes next"))}</h2>']
    known = costs_for(document, kind, workshop)
    if known:
        lines = "".join(f"<li>{escape(cost_sentence(cost, language))}</li>" for cost in known)
        note = f'<p class="muted">{escape(say(COST_NOTE))}</p>' if known == COSTS else ""
        parts.append(f"<h3>{escape(say('What it may cost'))}</h3><ul>{lines}</ul>{note}")
    fitting = part_sentences(document, kind, record.header.vin, workshop, language)
    if fitting:
        title = escape(say("Parts of the workshop's table"))
        lines = "".join(f"<li>{escape(clean(line, 700))}</li>" for line in fitting)
        parts.append(f"<h3>{title}</h3><ul>{lines}</ul>")
    parts += [_guide(guide, language) for guide in guides_for(document)]
    care = care_sentence(record, language)
    parts.append(f'<p class="due">{escape(care)}</p>' if care else "")
    vin = clean(record.header.vin or "", 40)
    if vin:
        known_of_it = clean(" ".join(vin_sentences(read_vin(vin), language)), 400)
        parts.append(f'<p class="muted">VIN {escape(vin)}: {escape(known_of_it)}</p>')
    parts.append(f'<div class="id">{qr_svg(document.run, language)}<span>{escape(clean(document.run, 80))}</span></div></section>')
    return "".join(parts)


def _guide(guide: Guide, language: Language) -> str:
    tag = "ol" if guide.is_numbered else "ul"
    items = "".join(
        f"<li>{escape(language.say(step.text))} <span>({escape(language.say(step.source))})</span></li>" for step in guide.steps
    )
    head = f"<summary>{escape(language.say(guide.title))}</summary>"
    return f'<details>{head}<p class="muted">{escape(language.say(guide.lead))}</p><{tag}>{items}</{tag}></details>'
