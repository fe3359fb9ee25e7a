"""Stored runs: the list, the verdict over the full width, the curve behind each reason, and the report."""

from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bench.model.asked import AFTER_OF, AFTER_TEXTS
from bench.model.diagnosis import VerdictDocument
from bench.model.fault_texts_care import COST_NOTE
from bench.model.language import Language, text
from bench.report.advice import cost_sentence, costs_for
from bench.report.page_script import POLICY
from bench.report.sheet import SIGNS
from bench.report.wording import evidence_sentence, first_sentence, summary_of
from bench.web.answer_pages import REPAIRABLE, kind_of
from bench.web.manual_shown import KEYS, entered, proposed, test_shown
from bench.web.panel import Panel
from bench.web.reports import Reports

WORDS: Final = {
    "PASS": text("PASS"), "FAIL": text("FAIL"), "INCONCLUSIVE": text("INCONCLUSIVE"), "ABORTED": text("ABORTED"), "ERROR": text("ERROR"),
}  # fmt: skip
"""The verdict in one word; the contracts keep the English one."""
REASONS: Final = 3
"""Lines of evidence on the first screen; the report has all."""
REPORT_POLICY: Final = f"sandbox allow-scripts; {POLICY}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""A report has no origin that it could share with the panel, and its one script is known by its hash."""
WIRES: Final = frozenset({"wire_intermittent", "wire_open_switch", "wire_short_switch", "switch_bounce", "switch_high_r"})
"""Faults for which bending the loom while it is listened to tells something."""
UNITS: Final = (text("roubles"), text("hours"))
PLOT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


class RecordPages:
    """The pages of what was recorded."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._reports = Reports()

    def routes(self) -> list[Route]:
        """Return them with their addresses."""
        return [
            Route("/runs", self.runs), Route("/verdict/{run}", self.verdict), Route("/plot/{run}/{number:int}", self.plot),
            Route("/report/{run}", self.report),
        ]  # fmt: skip

    async def runs(self, request: Request) -> Response:
        """The newest runs."""
        return self._panel.render(request, "runs.html", runs=self._panel.records.newest())

    async def verdict(self, request: Request) -> Response:
        """One verdict; an older one carries a banner."""
        run = request.path_params["run"]
        document = self._panel.records.document(run)
        if document is None:
            return self._panel.message(
                request, text("No such test"), text("There is no stored test of that name."), back="/runs", status=404
            )
        language = self._panel.language(request)
        header = self._panel.records.header(run)
        where = " · ".join(part for part in ((header.job, header.vin) if header else ()) if part)[:80]
        when = language.moment(header.utc) if header and header.utc else run[:16]
        return self._panel.render(
            request, "verdict.html", v=verdict_shown(document, run, language), run=run, old=run != self._panel.fresh, when=when,
            where=where, **self._more(run, document, language),
        )  # fmt: skip

    def _more(self, run: str, document: VerdictDocument, language: Language) -> dict[str, Any]:
        """Return what may be done with the verdict: an answer to give, what answers changed, the wire finder, the repair."""
        folder, test, before = self._panel.records.folder(run), proposed(document), self._panel.before.of(run)
        header = self._panel.records.header(run)
        return {
            "finder": bool(document.diagnoses) and bool(WIRES & {document.diagnoses[0].fault, *document.diagnoses[0].group}),
            "test": test_shown(test, language) if test else None, "entered": entered(folder, language) if folder else [],
            "before": verdict_shown(before, run, language) if before else None,
            "changed": before is not None and _named(before) != _named(document),
            "may_confirm": document.verdict in REPAIRABLE and header is not None and header.scope != "car",
            "repair": _repair(document, language),
        }  # fmt: skip

    async def plot(self, request: Request) -> Response:
        """The curve of one reason as a picture."""
        run, number = request.path_params["run"], request.path_params["number"]
        folder = self._panel.records.folder(run)
        drawn = await self._panel.plots.of(folder, self._panel.language(request).code) if folder else []
        svg = drawn[number - 1] if 0 < number <= len(drawn) else None
        if svg is None:
            return PlainTextResponse("This reason has no place on one curve.", 404)
        return Response(svg, media_type="image/svg+xml", headers={"content-security-policy": PLOT_POLICY, "cache-control": "no-cache"})

    async def report(self, request: Request) -> Response:
        """The report, in a sandbox: whatever stands in it can reach neither the panel nor its cookies."""
        run = request.path_params["run"]
        folder = self._panel.records.folder(run)
        page = await self._reports.of(folder, self._panel.language(request).code) if folder else None
        if page is None:
            return self._panel.message(request, text("No such report"), text("This test has no report."), back="/runs", status=404)
        headers = {"content-security-policy": REPORT_POLICY}
        if request.query_params.get("save"):
            headers["content-disposition"] = f'attachment; filename="{run}.html"'
        return Response(page, media_type="text/html", headers=headers)


def verdict_shown(document: VerdictDocument, run: str, language: Language) -> dict[str, Any]:
    """Return the verdict's screen in a language."""
    said = summary_of(document, language)
    tell = language.retell
    lines = [evidence_sentence(e, language) for e in said.why[:REASONS]]
    why = [{"text": line, "plot": _plot(run, n, line) if e.t_ns is not None else None}
           for n, (line, e) in enumerate(zip(lines, said.why, strict=False), start=1)]  # fmt: skip
    todo, todo_more = first_sentence(tell(said.todo))
    costs = [cost_sentence(cost, language) for cost in costs_for(document, kind_of(document))]
    return {
        "verdict": document.verdict if document.verdict in SIGNS else "NOT_SET", "word": document.verdict,
        "sign": Markup(SIGNS.get(document.verdict, "")),  # noqa: S704 (our own strokes, by a closed set of verdicts)
        "headline": tell(said.headline), "certainty": tell(said.certainty), "group": "; ".join(tell(g) for g in said.group),
        "drive_id": document.drive or "unknown", "drive": tell(said.drive), "drive_reason": tell(said.drive_reason),
        "todo": todo, "todo_more": todo_more, "cautions": [tell(c) for c in said.cautions],
        "reason": tell(said.reason), "why": why, "next_test": KEYS.sub("", tell(said.next_test)),
        "tools": ", ".join(tell(tool) for tool in said.tools),
        "costs": costs,
        "cost_note": tell(COST_NOTE) if costs else "",
    }  # fmt: skip


def _named(document: VerdictDocument) -> tuple[str, str, str]:
    """Return what a person would call the same verdict: its word, its fault, its chance in whole percents."""
    best = document.diagnoses[0] if document.diagnoses else None
    return document.verdict, best.fault if best else "", f"{best.probability:.0%}" if best else ""


def _repair(document: VerdictDocument, language: Language) -> dict[str, Any] | None:
    """Return how a confirmed repair stands; None where the run confirms none."""
    found = document.confirms
    if found is None:
        return None
    said = {True: text("The repair is confirmed."), False: text("The repair is not done."), None: text("The repair is not confirmed yet.")}
    asks = [(q, language.say(AFTER_TEXTS[q])) for q in AFTER_OF[kind_of(document)]]
    return {
        "run": found.run, "done": found.repaired, "said": language.say(said[found.repaired]),
        "upset": [language.say(AFTER_TEXTS[q]) for q in found.upset], "asks": asks, "open": set(found.unanswered), "no": set(found.upset),
    }  # fmt: skip


def _plot(run: str, number: int, line: str) -> Markup:
    return Markup('<img src="/plot/{}/{}" loading="lazy" width="720" height="430" alt="{}">').format(run, number, line)
