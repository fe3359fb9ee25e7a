"""Statistics as one HTML file with its own drawings: yield, Pareto of the faults, Cpk, gauge R&R. Nothing is fetched."""

from collections.abc import Sequence
from html import escape
from typing import Final

from bench.model.faults import title_of
from bench.model.statistics import CPK_WANTED, Capability, FaultCount, GaugeStudy, Yield
from bench.report.scale import Scale
from bench.report.sheet import CSS
from bench.report.wording import clean, number_text, percent_text

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_LEAD: Final = (
    "Faulty locks are in it: it says how the locks that came in lie, not how well the rig measures (that is the gauge study). "
    "A star: the limits move with temperature and supply, and the place in the window counts."
)
_MORE: Final = """
svg .pole{fill:#7ea6cf}svg .pole.warn{fill:var(--orange)}svg .curve{fill:none;stroke:#14324f;stroke-width:2}
svg .wanted{stroke:var(--orange);stroke-width:1.5;stroke-dasharray:4 3}svg .dot{fill:#0b5394}svg .name{text-anchor:end}
svg .left{text-anchor:start}.tiles{margin-top:24px}
"""
_W: Final = 760
_ROW: Final = 30
_NAME_PX: Final = 300


def stats_page(total: Yield, faults: Sequence[FaultCount], capable: Sequence[Capability], *, about: str) -> str:
    """Return the page of a workshop's runs; `about` says which runs were counted."""
    parts = [
        f'<section class="cards tiles">{_yield_card(total)}</section>',
        "<h2>Faults, the commonest first</h2>",
        f"<figure>{pareto_chart(faults)}</figure>" if faults else '<p class="lead">No run ended FAIL.</p>',
        "<h2>How the measurements keep to their limits (Cpk)</h2>",
        f'<p class="lead">The dashed line is {CPK_WANTED:g}. {_LEAD}</p>',
        f"<figure>{cpk_chart(capable)}</figure>{_cpk_table(capable)}" if capable else '<p class="lead">No measurement with a limit.</p>',
    ]
    return _page("Statistics", about, parts)


def grr_page(studies: Sequence[GaugeStudy], *, about: str) -> str:
    """Return the page of a gauge R&R study: a table of all measurements, and a plot of each."""
    rows = "".join(
        f"<tr><th>{escape(clean(s.name))}</th><td class=n>{_with_unit(s.repeatability, s.unit)}</td>"
        f"<td class=n>{_with_unit(s.reproducibility, s.unit)}</td><td class=n>{_with_unit(s.part_to_part, s.unit)}</td>"
        f"<td class=n>{_share(s.share)}</td><td class=n>{_share(s.of_tolerance)}</td>"
        f"<td class=n>{'-' if s.categories is None else s.categories}</td><td>{escape(s.word)}</td></tr>"
        for s in studies
    )
    head = (
        "<thead><tr><th>Measurement</th><th>Repeatability</th><th>Operators</th><th>Locks</th><th>R&amp;R of all</th><th>of tolerance</th>"
        "<th>Categories</th><th></th></tr></thead>"
    )
    plots = [
        f"<figure><figcaption><b>{escape(clean(s.name))}</b><span class=chip>{escape(s.unit)}</span></figcaption>{gauge_chart(s)}</figure>"
        for s in studies
    ]
    return _page("Gauge R&R", about, [f"<table>{head}<tbody>{rows}</tbody></table>", f'<div class="figures">{"".join(plots)}</div>'])


def _page(title: str, about: str, parts: Sequence[str]) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title><style>{CSS}{_MORE}</style>'
        f'</head><body><header class="band"><div class="wrap"><h1>{escape(title)}</h1><p class="sure">{escape(clean(about))}</p></div>'
        f'</header><main class="wrap">{"".join(parts)}</main></body></html>\n'
    )


def _yield_card(total: Yield) -> str:
    if total.share is None or total.low is None or total.high is None:
        say, more = "No lock was tested to a verdict", ""
    else:
        say = f"{percent_text(total.share)} of {total.units} locks passed in their first test"
        more = f"95 % interval {percent_text(total.low)} to {percent_text(total.high)} (Wilson)."
    more += f" {total.not_counted} runs ended ABORTED or ERROR and are not counted." if total.not_counted else ""
    return f'<div class="card wide"><h3>First-pass yield</h3><p class="say">{escape(say)}</p><p class="muted">{escape(more)}</p></div>'


def pareto_chart(faults: Sequence[FaultCount]) -> str:
    """Return the bars of the faults and the line of their cumulative share."""
    height = _ROW * len(faults) + 20
    x = Scale(0, max(f.count for f in faults), _NAME_PX, _W - 90)
    share = Scale(0, 1, _NAME_PX, _W - 90)
    rows, points = [], []
    for n, f in enumerate(faults):
        y = n * _ROW + 6
        rows.append(
            f'<text class="name" x="{_NAME_PX - 8}" y="{y + 15}">{escape(clean(title_of(f.fault), 38))}</text>'
            f'<rect class="pole" x="{_NAME_PX}" y="{y}" width="{max(1.0, x(f.count) - _NAME_PX):.1f}" height="20"/>'
            f'<text class="left" x="{_W - 84}" y="{y + 15}">{f.count} ({percent_text(f.share)})</text>'
        )
        points.append(f"{share(f.cumulative):.1f} {y + 10}")
    line = f'<path class="curve" d="M{"L".join(points)}"/>' + "".join(
        f'<circle class="dot" r="3.5" cx="{p.split()[0]}" cy="{p.split()[1]}"/>' for p in points
    )
    return f'<svg viewBox="0 0 {_W} {height}" role="img" aria-label="faults by count">{"".join(rows)}{line}</svg>'


def cpk_chart(capable: Sequence[Capability]) -> str:
    """Return a bar a measurement; one below the wanted figure is orange."""
    shown = [c for c in capable if c.cpk is not None]
    x = Scale(0, max(2.0, *(min(c.cpk or 0.0, 4.0) for c in shown)) if shown else 2.0, _NAME_PX, _W - 90)
    rows = []
    for n, c in enumerate(shown):
        y, cpk = n * _ROW + 6, c.cpk or 0.0
        kind = "pole warn" if cpk < CPK_WANTED else "pole"
        rows.append(
            f'<text class="name" x="{_NAME_PX - 8}" y="{y + 15}">{escape(clean(f"{c.step}: {c.name}", 44))}</text>'
            f'<rect class="{kind}" x="{_NAME_PX}" y="{y}" width="{max(1.0, x(min(max(cpk, 0.0), 4.0)) - _NAME_PX):.1f}" height="20"/>'
            f'<text class="left" x="{_W - 84}" y="{y + 15}">{cpk:.2f}{" (few)" if c.provisional else ""}</text>'
        )
    at, height = x(CPK_WANTED), _ROW * len(shown) + 12
    return (
        f'<svg viewBox="0 0 {_W} {height}" role="img" aria-label="Cpk of each measurement">{"".join(rows)}'
        f'<path class="wanted" d="M{at:.1f} 0V{height}"/></svg>'
    )


def gauge_chart(study: GaugeStudy) -> str:
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
    ends = (
        f'<text class="tick" x="54" y="154">{number_text(min(seen))}</text><text class="tick" x="54" y="18">{number_text(max(seen))}</text>'
    )
    return f'<svg viewBox="0 0 520 184" role="img" aria-label="values by part and operator">{"".join(rails + names + marks)}{ends}</svg>'


def _cpk_table(capable: Sequence[Capability]) -> str:
    rows = "".join(
        f"<tr><th>{escape(clean(f'{c.step}: {c.name}'))}</th><td class=n>{c.n}</td><td class=n>{_with_unit(c.mean, c.unit)}</td>"
        f"<td class=n>{'-' if c.sd is None else _with_unit(c.sd, c.unit)}</td><td class=n>{_limits(c)}</td>"
        f"<td class=n>{'-' if c.cpk is None else _cpk_text(c)}</td><td class=n>{c.outside}</td></tr>"
        for c in capable
    )
    head = "<th>Measurement</th><th>n</th><th>Mean</th><th>s</th><th>Limits</th><th>Cpk (95 %)</th><th>Outside</th>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cpk_text(c: Capability) -> str:
    return f"{c.cpk:.2f} ({c.cpk_low:.2f} to {c.cpk_high:.2f})"


def _limits(c: Capability) -> str:
    low, high = ("" if v is None else number_text(v) for v in (c.low, c.high))
    return f"[{low}; {high}]{'*' if c.limits_vary else ''}"


def _with_unit(value: float, unit: str) -> str:
    return escape(f"{number_text(value)} {unit}".strip())


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"
