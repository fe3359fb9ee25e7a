"""The running test: what to do now, the live readings, the beat, and STOP."""

import time
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bench.app.panel_orders import AnswerOrder, BeatOrder, ClearOrder, DoneOrder, StopOrder, prompt_of
from bench.app.panel_state import StepShown
from bench.model.diagnosis import Measurement
from bench.model.language import Language, text
from bench.report.wording import limits_text, measured_words, step_title, value_text
from bench.web.bench_link import AGAIN, Screen
from bench.web.gate import form_of
from bench.web.panel import Panel, to
from bench.web.prompts import DRIVEN, RELEASED, answers_of, prompt_for

KEEP_ALIVE_S: Final = 1.0
"""A page that hears nothing for three of these greys itself."""
STREAMS_MAX: Final = 64
STOP_LINE_S: Final = 1.0
CHIPS: Final = 6
LANES: Final = (
    {"id": "ajar", "name": text("Door switch"), "zero": text("open"), "one": text("shut")},
    {"id": "lock", "name": text("Lock switch"), "zero": text("unlocked"), "one": text("locked")},
    {"id": "door", "name": text("Door bit on CAN"), "zero": text("open"), "one": text("shut")},
)


class RunPages:
    """The pages of a test that is under way."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._stops: dict[str, float] = {}

    def routes(self) -> list[Route]:
        """Return them with their addresses."""
        return [
            Route("/run", self.run), Route("/run/now", self.now), Route("/run/chips", self.chips), Route("/events", self.events),
            Route("/run/clear", self.clear, methods=["POST"]), Route("/run/done", self.done, methods=["POST"]),
            Route("/run/answer", self.answer, methods=["POST"]), Route("/beat", self.beat, methods=["POST"]),
            Route("/stop", self.stop, methods=["GET", "POST"]), Route("/stopped", self.stopped),
        ]  # fmt: skip

    async def run(self, request: Request) -> Response:
        """The whole page."""
        return self._panel.render(request, "run.html", lanes=LANES, **self._now(request), **self._chips(request))

    async def now(self, request: Request) -> Response:
        """What to do now, alone: the page's script puts it in place."""
        return self._panel.render(request, "now.html", **self._now(request))

    async def chips(self, request: Request) -> Response:
        """The measurements of the last step, alone."""
        return self._panel.render(request, "chips.html", **self._chips(request))

    async def events(self, request: Request) -> Response:
        """The stream of states and readings; a screen that is too slow loses readings, never holds up the others."""
        if self._panel.link.screens >= STREAMS_MAX:
            return PlainTextResponse("Too many screens are attached.", 503)
        return StreamingResponse(self._stream(request), media_type="text/event-stream")

    async def clear(self, request: Request) -> Response:
        """Hands are clear: only the rig's own screen may say so."""
        if not request.scope.get("lockbench.local"):
            return PlainTextResponse("From the network a test is only armed; it is released at the rig.", 403)
        state, step = self._panel.link.state, form_of(request).get("step", "")[:40]
        if state.phase not in RELEASED or step != prompt_of(state.step, state.phase):  # a second tap, or a prompt that is gone
            return self._moved_on(request)
        return self._order(request, ClearOrder(step=step), "hands clear")

    async def done(self, request: Request) -> Response:
        """The hand has done it."""
        return self._order(request, DoneOrder(step=form_of(request).get("step", "")[:40]), None)

    async def answer(self, request: Request) -> Response:
        """What was seen."""
        form, state = form_of(request), self._panel.link.state
        answers = answers_of(state.questions, form.get("say", ""))
        if answers is None or form.get("step") != state.step:  # an answer to a question that is gone
            return self._moved_on(request)
        return self._order(request, AnswerOrder(step=state.step or "", answers=dict(answers)), None)

    async def beat(self, request: Request) -> Response:
        """The operating screen lives."""
        if self._panel.operates(request):
            self._panel.link.give(BeatOrder())
        return Response(status_code=204)

    async def stop(self, request: Request) -> Response:
        """Stop: asked of nobody, any number of times, and able to do nothing else. GET only shows what a stop has come to."""
        reached = self._panel.link.is_up
        if request.method == "POST":
            reached = self._panel.link.give(StopOrder())
            self._note_stop(request.client.host if request.client else "?")
        return to("/stopped" if reached else "/stopped?unreached=1")

    def _note_stop(self, client: str) -> None:
        """Write one audit line a second and address: a flood of STOP must not fill the disk that the record needs."""
        now = time.monotonic()
        if now - self._stops.get(client, -STOP_LINE_S) < STOP_LINE_S:
            return
        if len(self._stops) >= STREAMS_MAX:
            self._stops.clear()
        self._stops[client] = now
        self._panel.audit.note("STOP", screen="-", address=client)

    async def stopped(self, request: Request) -> Response:
        """Say what STOP did."""
        if request.query_params.get("unreached"):
            return self._panel.message(
                request, text("STOP did not reach the rig"), text("Press the red button on the rig now."), back="/run", status=503
            )
        return self._panel.message(
            request, text("STOP"), text("Everything that the rig drives is off. In an emergency press the red button on the rig as well."),
            back="/run", back_word=text("To the test"),
        )  # fmt: skip

    def _order(self, request: Request, order: Any, audited: str | None) -> Response:
        panel = self._panel
        if not panel.operates(request):
            return PlainTextResponse("Another screen operates.", 403)
        if audited:
            panel.note(request, audited, step=panel.link.state.step)
        panel.link.give(order)
        return self._moved_on(request)

    def _moved_on(self, request: Request) -> Response:
        """Let the page show where the run stands now."""
        return Response(status_code=204) if request.headers.get("x-csrf") else to("/run")

    async def _stream(self, request: Request) -> AsyncIterator[bytes]:
        session = self._panel.session(request)
        with self._panel.link.screen(session.name if session else "-") as screen:
            self._catch_up(screen, request.headers.get("last-event-id") or request.query_params.get("since", ""))
            while not screen.is_ended and not await request.is_disconnected():
                message = await screen.next(KEEP_ALIVE_S)
                yield message if message is not None else b": still here\nevent: alive\ndata: 1\n\n"

    def _catch_up(self, screen: Screen, place: str) -> None:
        """Tell what the car said since the page was rendered, or since the stream was lost; a page that missed too much is loaded anew."""
        missed = self._panel.car.since(place) if place else []
        if missed is None:
            screen.put(AGAIN, key="again")
        for message in missed or ():
            screen.put(message)

    def _now(self, request: Request) -> dict[str, Any]:
        panel = self._panel
        state = panel.link.state
        kind = next((lock.kind for lock in panel.locks if lock.id == state.profile), "rear_door")
        say = panel.language(request).say
        prompt = prompt_for(state, kind, say, local=bool(request.scope.get("lockbench.local")))
        if state.phase == "done" and state.run:
            panel.fresh = state.run
        marks = dict.fromkeys(state.plan, "") | {s.step: "bad" if s.verdict == "FAIL" else "ok" for s in state.over}
        if state.step in marks:
            marks[state.step] = "at"
        goto = f"/verdict/{state.run}" if state.phase == "done" and state.run else ""
        return {"prompt": prompt, "marks": marks, "goto": goto, "driven": DRIVEN}

    def _chips(self, request: Request) -> dict[str, Any]:
        over = self._panel.link.state.over
        if not over:
            return {"chips": (), "chips_title": ""}
        language = self._panel.language(request)
        last = next((s for s in reversed(over) if any(m.low is not None for m in s.measurements)), over[-1])
        return {"chips": _chips_of(last, language), "chips_title": language.retell(step_title(last.step))}


def _chips_of(step: StepShown, language: Language) -> list[dict[str, Any]]:
    """Return the step's measurements, those outside their limits first: `value unit [low; high]`."""
    seen = [m for m in step.measurements if m.value is not None]
    worth = [m for m in seen if m.outcome == "fail" or (m.low is not None and not isinstance(m.value, str | bool))]
    worth.sort(key=lambda m: m.outcome != "fail")
    return [
        {
            "name": language.say(measured_words(m.name)), "value": _value(m, language),
            "limits": language.localised(limits_text(m).strip()), "bad": m.outcome == "fail",
        }
        for m in worth[:CHIPS]
    ]  # fmt: skip


def _value(measurement: Measurement, language: Language) -> str:
    if isinstance(measurement.value, str | bool):
        return language.say(value_text(measurement.value))
    unit = language.say(measurement.unit) if measurement.unit else ""
    return language.localised(f"{value_text(measurement.value)} {unit}".strip())
