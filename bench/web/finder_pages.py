"""The wire finder: the loom is bent, each dropout sounds and is marked with its moment. Nothing is armed and nothing is driven."""

from collections import Counter
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bench.app.panel_orders import FinishOrder, WatchOrder
from bench.app.wire_lines import HINT, LINES, UNSEEN
from bench.model.language import Language, text
from bench.web.edited import profile_ref
from bench.web.gate import form_of
from bench.web.panel import Draft, Panel, to
from bench.web.run_pages import LANES

LISTED: Final = 40
"""Dropouts that the page lists, the newest first; the time lane marks all that it is told."""
OTHER_TEST: Final = text("A test is under way: the wire finder waits until it is over.")


class FinderPages:
    """The wire finder's page."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def routes(self) -> list[Route]:
        """Return it with its addresses."""
        return [
            Route("/finder", self.finder, methods=["GET"]), Route("/finder", self.order, methods=["POST"]), Route("/finder/now", self.now),
        ]  # fmt: skip

    async def finder(self, request: Request) -> Response:
        """The whole page; `?run=` takes lock, job and VIN over from a stored test."""
        run = request.query_params.get("run", "")
        header, document = self._panel.records.header(run), self._panel.records.document(run)
        if header is not None and document is not None and any(lock.id == document.profile for lock in self._panel.locks):
            draft = self._panel.draft(request)
            draft.profile, draft.job, draft.vin, draft.confirms = document.profile, header.job, header.vin, None
        return self._panel.render(request, "finder.html", lanes=LANES, hint=HINT, unseen=UNSEEN, **self._now(request))

    async def now(self, request: Request) -> Response:
        """What was heard so far, alone: the page's script puts it in place."""
        return self._panel.render(request, "finder_now.html", **self._now(request))

    async def order(self, request: Request) -> Response:
        """Begin to watch, or end and judge. Any operator may, from anywhere: no output can be switched."""
        panel, form = self._panel, form_of(request)
        if not panel.takes(request):
            return PlainTextResponse("Another screen operates.", 403)
        if form.get("do") == "stop":
            panel.link.give(FinishOrder())
        elif form.get("do") == "start" and not panel.is_running:
            draft = self._draft(request, form.get("profile", ""))
            panel.note(request, "wire finder", profile=draft.profile, job=draft.job)
            panel.fresh = None
            await panel.link.begin(WatchOrder(profile=profile_ref(panel.settings.out, draft.profile), vin=draft.vin, job=draft.job))
        return Response(status_code=204) if request.headers.get("x-csrf") else to("/finder")

    def _draft(self, request: Request, profile: str) -> Draft:
        draft = self._panel.draft(request)
        known = [lock.id for lock in self._panel.locks]
        if profile in known and profile != draft.profile:
            draft.profile, draft.job, draft.vin, draft.symptom, draft.against, draft.confirms = profile, None, None, None, None, None
        draft.profile = draft.profile or known[0]
        return draft

    def _now(self, request: Request) -> dict[str, Any]:
        panel = self._panel
        state, language = panel.link.state, panel.language(request)
        mine = state.is_watch
        over = mine and state.phase == "done" and state.run is not None
        if over:
            panel.fresh = state.run
        dropouts = [_shown(d.line, d.t_s, d.ms, language) for d in state.dropouts] if mine else []
        return {
            "watching": mine and state.phase == "finder", "other": panel.is_running and not mine, "other_text": OTHER_TEST,
            "heard": state.heard if mine else 0, "dropouts": dropouts[::-1][:LISTED], "marks": dropouts,
            "counts": _counts(dropouts), "run": state.run if over else None, "verdict": state.verdict if over else None,
            "failed": state.error if state.phase == "failed" else None, "locks": panel.locks,
        }  # fmt: skip


def _shown(line: str, t_s: float, ms: float | None, language: Language) -> dict[str, Any]:
    lane = "door" if line == "door_bit" else line
    long = "" if ms is None else language.number(ms, 1 if ms < 100 else 0)
    return {"line": lane, "t": t_s, "name": language.say(LINES.get(line, line)), "at": language.number(t_s, 2), "ms": long}


def _counts(dropouts: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return list(Counter(d["name"] for d in dropouts).items())
