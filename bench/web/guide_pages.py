"""The guides on the panel, and the mechanical check-list as tick boxes whose answers land in a run."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.model.check_list import CHECK_LIST, sentence_of, ticked
from bench.model.fault_texts_care import COST_NOTE, COSTS, DISAGREEMENTS, SYMPTOM_TABLE
from bench.model.faults import title_of
from bench.model.guides import GUIDES
from bench.model.language import Language, text
from bench.report.advice import cost_sentence
from bench.web.keeping import keep
from bench.web.panel import Panel, to


class GuidePages:
    """What to do, in which order, and who says so."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def routes(self) -> list[Route]:
        """Return them with their addresses."""
        return [
            Route("/guides", self.guides), Route("/guide/{id}", self.guide), Route("/symptoms", self.symptoms),
            Route("/check/{run}", self.check, methods=["GET"]), Route("/check/{run}", self.keep, methods=["POST"]),
        ]  # fmt: skip

    async def guides(self, request: Request) -> Response:
        """All guides, what it costs, and where sources disagree."""
        language = self._panel.language(request)
        costs = [cost_sentence(cost, language) for cost in COSTS]
        return self._panel.render(
            request, "guides.html", guides=GUIDES.values(), costs=costs, cost_note=COST_NOTE, disagreements=DISAGREEMENTS
        )

    async def guide(self, request: Request) -> Response:
        """One guide."""
        guide = GUIDES.get(request.path_params["id"])
        if guide is None:
            return self._panel.message(request, text("No such guide"), text("There is no guide of that name."), back="/guides", status=404)
        return self._panel.render(request, "guide.html", guide=guide)

    async def symptoms(self, request: Request) -> Response:
        """What customers say, what to think of, what to look at first, and the cure."""
        say = self._panel.language(request).say
        rows = [(row, "; ".join(say(title_of(fault)) for fault in row.faults)) for row in SYMPTOM_TABLE]
        return self._panel.render(request, "symptoms.html", rows=rows)

    async def check(self, request: Request) -> Response:
        """The check-list for one run."""
        run = request.path_params["run"]
        if self._panel.records.folder(run) is None:
            return self._no_run(request)
        return self._panel.render(request, "check.html", run=run, items=items_shown(self._panel.language(request)))

    async def keep(self, request: Request) -> Response:
        """Keep what was looked at in the run, which is then judged again."""
        run, form = request.path_params["run"], request.scope["lockbench.form"]
        if self._panel.records.folder(run) is None:
            return self._no_run(request)
        answers = [f"{item.id}={form[item.id]}" for item in CHECK_LIST if form.get(item.id) in item.outcomes]
        if not answers:
            return to(f"/check/{run}")
        if not await keep(self._panel.records, self._panel.before, run, answers, self._panel.language(request).code):
            return self._panel.message(
                request, text("Not kept"), text("The answers could not be added to this test."), back=f"/verdict/{run}", status=409
            )
        self._panel.note(request, "check-list", run=run, answers=" ".join(answers))
        return to(f"/verdict/{run}")

    def _no_run(self, request: Request) -> Response:
        return self._panel.message(request, text("No such test"), text("There is no stored test of that name."), back="/runs", status=404)


def items_shown(language: Language) -> list[dict[str, Any]]:
    """Return the tick boxes: the sentence without the words that the command line takes, the word of a tick, what else may be found."""
    return [
        {
            "id": item.id, "text": sentence_of(item, language), "good": ticked(item),
            "good_text": language.say(item.outcomes[ticked(item)]),
            "bad": [(word, language.say(said)) for word, said in item.outcomes.items() if word != ticked(item)],
        }
        for item in CHECK_LIST
    ]  # fmt: skip
