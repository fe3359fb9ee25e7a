"""Statistics as one HTML file with its own drawings: yield, Pareto of the faults, Cpk, gauge R&R. Nothing is fetched."""

from collections.abc import Sequence
from html import escape
from typing import Final

from bench.model.faults import title_of
from bench.model.language import ENGLISH, Language, text
from bench.model.statistics import CPK_FROM, CPK_WANTED, Capability, FaultCount, GaugeStudy, Yield
from bench.report.scale import Scale
from bench.report.sheet import CSS
from bench.report.stats_text import cpk_words, gauge_title, limits_of, measurement_title, yield_sentences
from bench.report.words import clean, number_text, percent_text

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_LEAD: Final = text(
    "The dashed line is {wanted}. Faulty locks are in it: it says how the locks that came in lie, not how well the rig measures (that is "
    "the gauge study). A star: the limits move with temperature and supply, and the place in the window counts."
)
_MORE: Final = """
svg .pole{fill:#7ea6cf}svg .pole.warn{fill:var(--orange)}svg .curve{fill:none;stroke:#14324f;stroke-width:2}
svg .wanted{stroke:var(--orange);stroke-width:1.5;stroke-dasharray:4 3}svg .dot{fill:#0b5394}svg .name{text-anchor:end}
svg .left{text-anchor:start}.tiles{margin-top:24px}
@media screen and (max-width:900px){table{font-size:13px}th,td{padding:5px 6px}thead th,td.n{white-space:normal}tbody th{min-width:0}}
"""
_W: Final = 760
_ROW: Final = 30
_NAME_PX: Final = 300


def stats_page(
    total: Yield, faults: Sequence[FaultCount], capable: Sequence[Capability], *, about: str, language: Language = ENGLISH
) -> str:
    """Return the page of a workshop's runs; `about` says which runs were counted."""
    say = language.say
    head, beside = yield_sentences(total, language)
    has_bars = any(c.cpk is not None and c.n >= CPK_FROM for c in capable)
    chart = f"<figure>{pareto_chart(faults, language)}</figure>" if faults else f'<p class="lead">{escape(say("No run ended FAIL."))}</p>'
    capability = (f"<figure>{cpk_chart(capable, language)}</figure>" if has_bars else "") + _cpk_table(capable, language)
    first = (
        f'<section class="cards tiles"><div class="card wide"><h2>{escape(say("First-pass yield"))}</h2>'
        f'<p class="say">{escape(head)}</p><p class="muted">{escape(beside)}</p></div></section>'
        f"<h2>{escape(say('Faults, the commonest first'))}</h2>{chart}"
    )
    second = (
        f"<h2>{escape(say('How the measurements keep to their limits (Cpk)'))}</h2>"
        f'<p class="lead">{escape(say(_LEAD, wanted=language.number(CPK_WANTED, 2)))}</p>{capability}'
    )
    return _page(say("Statistics"), about, [first, second if capable else ""], language)


def grr_page(studies: Sequence[GaugeStudy], *, about: str, language: Language = ENGLISH) -> str:
    """Return the page of a gauge R&R study: a table of all measurements, and a plot of each."""
    say = language.say
    rows = "".join(
        f"<tr><th>{escape(clean(gauge_title(s, language)))}</th><td class=n>{_with_unit(s.repeatability, s.unit, language)}</td>"
        f"<td class=n>{_with_unit(s.reproducibility, s.unit, language)}</td><td class=n>{_with_unit(s.part_to_part, s.unit, language)}</td>"
        f"<td class=n>{_share(s.share, language)}</td><td class=n>{_share(s.of_tolerance, language)}</td>"
        f"<td class=n>{'-' if s.categories is None else s.categories}</td><td>{escape(say(s.word))}</td></tr>"
        for s in studies
    )
    names = (
        say("Measurement"), say("Repeatability"), say("Operators"), say("Locks"), say("R&R of all variation"), say("of the tolerance"),
        say("Categories"), "",
    )  # fmt: skip
    head = "".join(f"<th>{escape(name)}</th>" if name else "<td></td>" for name in names)
    plots = [
        f"<figure><figcaption><b>{escape(clean(gauge_title(s, language)))}</b><span class=chip>{escape(say(s.unit))}</span></figcaption>"
        f"{gauge_chart(s, language)}</figure>"
        for s in studies
    ]
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return _page(say("Gauge R&R"), about, [table, f'<div class="figures">{"".join(plots)}</div>'], language)


def _page(title: str, about: str, parts: Sequence[str], language: Language) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{language.code}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title><style>{CSS}{_MORE}</style>'
        f'</head><body><header class="band"><div class="wrap"><h1>{escape(title)}</h1><p class="sure">{escape(clean(about))}</p></div>'
        f'</header><main class="wrap">{"".join(parts)}</main></body></html>\n'
    )


def pareto_chart(faults: Sequence[FaultCount], language: Language = ENGLISH) -> str:
    """Return the bars of the faults and the line of their cumulative share."""
    height = _ROW * len(faults) + 20
    x = Scale(0, max(f.count for f in faults), _NAME_PX, _W - 90)
    share = Scale(0, 1, _NAME_PX, _W - 90)
    rows, points = [], []
    for n, f in enumerate(faults):
        y = n * _ROW + 6
        rows.append(
            f'<text class="name" x="{_NAME_PX - 8}" y="{y + 15}">{escape(clean(language.say(title_of(f.fault)), 38))}</text>'
            f'<rect class="pole" x="{_NAME_PX}" y="{y}" width="{max(1.0, x(f.count) - _NAME_PX):.1f}" height="20"/>'
            f'<text class="left" x="{_W - 84}" y="{y + 15}">{f.count} ({percent_text(f.share, language)})</text>'
        )
        points.append(f"{share(f.cumulative):.1f} {y + 10}")
    line = f'<path class="curve" d="M{"L".join(points)}"/>' + "".join(
        f'<circle class="dot" r="3.5" cx="{p.split()[0]}" cy="{p.split()[1]}"/>' for p in points
    )
    return f'<svg viewBox="0 0 {_W} {height}" role="img" aria-label="faults by count">{"".join(rows)}{line}</svg>'


def cpk_chart(capable: Sequence[Capability], language: Language = ENGLISH) -> str:
    """Return a bar a measurement of which there are enough values; one below the wanted figure is orange."""
    shown = [c for c in capable if c.cpk is not None and c.n >= CPK_FROM]
    x = Scale(0, max(2.0, *(min(c.cpk or 0.0, 4.0) for c in shown)) if shown else 2.0, _NAME_PX, _W - 90)
    rows, few = [], f" ({language.say('few')})"
    for n, c in enumerate(shown):
        y, cpk = n * _ROW + 6, c.cpk or 0.0
        kind = "pole warn" if cpk < CPK_WANTED else "pole"
        rows.append(
            f'<text class="name" x="{_NAME_PX - 8}" y="{y + 15}">{escape(clean(measurement_title(c.step, c.name, language), 38))}</text>'
            f'<rect class="{kind}" x="{_NAME_PX}" y="{y}" width="{max(1.0, x(min(max(cpk, 0.0), 4.0)) - _NAME_PX):.1f}" height="20"/>'
            f'<text class="left" x="{_W - 84}" y="{y + 15}">{language.number(cpk, 2)}{few if c.provisional else ""}</text>'
        )
    at, height = x(CPK_WANTED), _ROW * len(shown) + 12
    return (
        f'<svg viewBox="0 0 {_W} {height}" role="img" aria-label="Cpk of each measurement">{"".join(rows)}'
        f'<path class="wanted" d="M{at:.1f} 0V{height}"/></svg>'
    )


def gauge_chart(study: GaugeStudy, language: Language = ENGLISH) -> str:
    """Return every value over its part, the operators side by side within a part."""
    parts = sorted({part for part, _, _ in study.cells})
    operators = sorted({operator for _, operator, _ in study.cells})
    seen = [value for _, _, values in study.cells for value in values]
    y = Scale(min(seen), max(seen), 150, 12)
    x = Scale(0, len(parts), 60, 500)
    marks = []
    for part, operator, values in study.cells:
        place = parts.index(part) + (operators.index(operator) + 1) / (len(operators) + 1)
        marks += [f'<circle class="dot" r="3.5" cx="{x(place):.1f}" cy="{y(value):.1f}"/>' for value in values]
    names = [f'<text class="tock" x="{x(n + 0.5):.1f}" y="176">{escape(clean(part, 10))}</text>' for n, part in enumerate(parts)]
    rails = [f'<path class="grid" d="M{x(n):.1f} 8V156"/>' for n in range(len(parts) + 1)]
    places = ((154, min(seen)), (18, max(seen)))
    ends = "".join(f'<text class="tick" x="54" y="{at}">{number_text(value, language)}</text>' for at, value in places)
    return f'<svg viewBox="0 0 520 184" role="img" aria-label="values by part and operator">{"".join(rails + names + marks)}{ends}</svg>'


def _cpk_table(capable: Sequence[Capability], language: Language) -> str:
    say = language.say
    rows = "".join(
        f"<tr><th>{escape(clean(measurement_title(c.step, c.name, language)))}</th><td class=n>{c.n}</td>"
        f"<td class=n>{_with_unit(c.mean, c.unit, language)}</td>"
        f"<td class=n>{'-' if c.sd is None else _with_unit(c.sd, c.unit, language)}</td>"
        f"<td class=n>{limits_of(c.low, c.high, language)}{'*' if c.limits_vary else ''}</td>"
        f"<td class=n>{cpk_words(c, language)}</td><td class=n>{c.outside}</td></tr>"
        for c in capable
    )
    names = (say("Measurement"), "n", say("Mean"), "s", say("Limits"), "Cpk (95 %)", say("Outside"))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _with_unit(value: float, unit: str, language: Language) -> str:
    return escape(f"{number_text(value, language)} {language.say(unit)}".strip())


def _share(value: float | None, language: Language) -> str:
    return "-" if value is None else percent_text(value, language)
