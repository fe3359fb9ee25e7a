"""What a person found out after the run: the outcome of a manual test, and what only somebody at the car can say after a repair."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.model.asked import AFTER_OF, AFTER_TEXTS
from bench.model.diagnosis import VerdictDocument
from bench.model.language import text
from bench.model.manual_tests import MANUAL_TESTS, ManualTest
from bench.model.names import Kind
from bench.model.observations import Run
from bench.web.gate import form_of
from bench.web.keeping import keep
from bench.web.manual_shown import test_shown
from bench.web.panel import Draft, Panel, to

NUMBER: Final = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,4})?")
REPAIRABLE: Final = ("FAIL", "INCONCLUSIVE")
"""Verdicts after which there may be a repair to confirm."""
_WORDS: Final = ("yes", "no", "unknown")


class AnswerPages:
    """Answers to a stored run, and the confirmation test of its repair."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def routes(self) -> list[Route]:
        """Return them with their addresses."""
        return [
            Route("/answer/{run}/{test}", self.show), Route("/answer/{run}", self.answer, methods=["POST"]),
            Route("/after/{run}", self.after, methods=["POST"]), Route("/confirm/{run}", self.confirm),
            Route("/confirm/{run}", self.begin, methods=["POST"]),
        ]  # fmt: skip

    async def show(self, request: Request) -> Response:
        """One manual test with its outcomes, be it to correct what was tapped before."""
        run, test = request.path_params["run"], MANUAL_TESTS.get(request.path_params["test"])
        document = self._panel.records.document(run)
        if test is None or document is None:
            return self._no_run(request)
        return self._panel.render(request, "answer.html", run=run, test=test_shown(test, self._panel.language(request)))

    async def answer(self, request: Request) -> Response:
        """Keep the outcome of a manual test; the run is judged again."""
        run, form = request.path_params["run"], form_of(request)
        test = MANUAL_TESTS.get(form.get("test", ""))
        if test is None or self._panel.records.document(run) is None:
            return self._no_run(request)
        value = _outcome(test, form.get("outcome", ""), form.get("number", "").strip())
        return to(f"/answer/{run}/{test.id}") if value is None else await self._keep(request, run, [f"{test.id}={value}"])

    async def after(self, request: Request) -> Response:
        """Keep what was asked about the car after a repair."""
        run, form = request.path_params["run"], form_of(request)
        document = self._panel.records.document(run)
        if document is None or document.confirms is None:
            return self._no_run(request)
        given = [f"{question}={form[question]}" for question in AFTER_OF[kind_of(document)] if form.get(question) in _WORDS]
        return await self._keep(request, run, given) if given else to(f"/verdict/{run}")

    async def confirm(self, request: Request) -> Response:
        """What the confirmation test does, and the run that it refers to."""
        run = request.path_params["run"]
        found = self._failed(run)
        if found is None:
            return self._not_to_confirm(request, run)
        document, header = found
        title = document.diagnoses[0].title if document.diagnoses else ""
        asks = [AFTER_TEXTS[question] for question in AFTER_OF[kind_of(document)]]
        when = self._panel.language(request).moment(header.utc) if header.utc else ""
        return self._panel.render(
            request, "confirm.html", run=run, document=document, title=title, header=header, asks=asks, when=when, kind=kind_of(document)
        )

    async def begin(self, request: Request) -> Response:
        """Take lock, car and job over from the failed run; on to the connection and START."""
        run, panel, session = request.path_params["run"], self._panel, self._panel.session(request)
        found = self._failed(run)
        if found is None or session is None:
            return self._not_to_confirm(request, run)
        document, header = found
        panel.drafts[session.name] = Draft(profile=document.profile, scope=header.scope, job=header.job, vin=header.vin, confirms=run)
        return to("/connect")

    def _failed(self, run: str) -> tuple[VerdictDocument, Run] | None:
        document, header = self._panel.records.document(run), self._panel.records.header(run)
        if document is None or header is None or document.verdict not in REPAIRABLE or header.scope == "car":
            return None
        return (document, header) if any(lock.id == document.profile for lock in self._panel.locks) else None

    async def _keep(self, request: Request, run: str, given: list[str]) -> Response:
        panel = self._panel
        if not await keep(panel.records, panel.before, run, given, panel.language(request).code):
            return panel.message(
                request, text("Not kept"), text("The answers could not be added to this test."), back=f"/verdict/{run}", status=409
            )
        panel.note(request, "answer", run=run, answers=" ".join(given))
        return to(f"/verdict/{run}")

    def _no_run(self, request: Request) -> Response:
        return self._panel.message(request, text("No such test"), text("There is no stored test of that name."), back="/runs", status=404)

    def _not_to_confirm(self, request: Request, run: str) -> Response:
        if self._panel.records.document(run) is None:
            return self._no_run(request)
        return self._panel.message(
            request, text("Nothing to confirm"), text("That test found nothing to repair, so there is no repair to confirm."),
            back=f"/verdict/{run}", status=409,
        )  # fmt: skip


def kind_of(document: VerdictDocument) -> Kind:
    """Return the kind of lock that a verdict is about."""
    return "tailgate" if "tailgate" in document.profile else "rear_door"


def _outcome(test: ManualTest, word: str, number: str) -> str | None:
    """Return what goes behind KEY=: one of the test's words, a plain number in its unit, or unknown; None where it is none of these."""
    if word in test.outcomes or word == "unknown":
        return word
    return number.replace(",", ".") if word == "number" and test.bands and NUMBER.fullmatch(number) else None
