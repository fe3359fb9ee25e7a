"""The last page before a test: the lights, the questions before anything moves, and START."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bench.app.margin import is_margin_possible
from bench.app.panel_orders import LookOrder, StartOrder
from bench.config import load_profile
from bench.procedure.plan import ask_first
from bench.web.choices import EXTENTS_SHOWN, ExtentChoice
from bench.web.edited import profile_ref
from bench.web.gate import form_of
from bench.web.lights import Light, lights_of
from bench.web.panel import Draft, Panel, to
from bench.web.prompts import EXAMINED, prompt_for
from bench.web.rigs_shown import rig_shown

_YES: Final[dict[str, bool | None]] = {"yes": True, "no": False}


class ReadyPages:
    """Lights and START."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def routes(self) -> list[Route]:
        """Return them with their addresses."""
        return [
            Route("/ready", self.ready), Route("/ready/lights", self.lights), Route("/examine", self.examine, methods=["POST"]),
            Route("/start", self.start, methods=["POST"]),
        ]  # fmt: skip

    async def ready(self, request: Request, error: str = "") -> Response:
        """Lights, the questions before anything moves, and START."""
        draft = self._panel.draft(request)
        if not draft.profile:
            return to("/")
        return self._panel.render(
            request, "ready.html", asks=ask_first(load_profile(draft.profile)), extents=self._extents(draft), error=error,
            status=400 if error else 200, **self._lights(request),
        )  # fmt: skip

    async def lights(self, request: Request) -> Response:
        """The lights alone: the page's script puts them in place."""
        if not self._panel.draft(request).profile:
            return PlainTextResponse("No lock was picked.", 409)
        return self._panel.render(request, "lights.html", **self._lights(request))

    async def examine(self, request: Request) -> Response:
        """Examine the rig: nothing moves; from the network it is only armed."""
        panel = self._panel
        if not panel.draft(request).profile:
            return to("/")
        if not panel.is_running:
            if not panel.takes(request):
                return PlainTextResponse("Another screen operates.", 403)
            await examine(panel, request)
        return to("/ready")

    async def start(self, request: Request) -> Response:
        """Arm a test; nothing moves before hands are said to be clear. Where a light is red there is no test, and the page says why."""
        panel, draft, form = self._panel, self._panel.draft(request), form_of(request)
        if not draft.profile:
            return to("/")
        if panel.is_running or not panel.takes(request):
            return to("/run")
        bad = next((light for light in self._all(request) if light.blocks), None)
        if bad is not None:
            say = panel.language(request).say
            return await self.ready(request, say("START is refused: {reason}", reason=_said(bad, panel, request)))
        asked = {ask.id: _YES.get(form.get(f"ask.{ask.id}", "")) for ask in ask_first(load_profile(draft.profile))}
        draft.extent = next((e.id for e in self._extents(draft) if e.id == form.get("extent")), "whole")
        against = panel.records.folder(draft.against) if draft.against else None
        order = StartOrder(
            profile=profile_ref(panel.settings.out, draft.profile), scope=draft.scope, symptom=draft.symptom, vin=draft.vin, job=draft.job,
            against=str(against) if against else None, asked=asked, confirms=draft.confirms,
            adaptive=draft.extent == "adaptive", margin=draft.extent == "margin",
        )  # fmt: skip
        panel.note(request, "start", profile=draft.profile, job=draft.job, confirms=draft.confirms, extent=draft.extent)
        panel.fresh = None
        if not await panel.link.begin(order):
            return await self.ready(request, panel.language(request).say("The program at the rig does not answer."))
        return to("/run")

    def _extents(self, draft: Draft) -> tuple[ExtentChoice, ...]:
        """Return what may be chosen: a repair is confirmed by the whole test, and a battery's voltage is nobody's to set."""
        if draft.confirms is not None:
            return ()
        can_set = is_margin_possible(load_profile(draft.profile), self._panel.settings.rig)
        return tuple(extent for extent in EXTENTS_SHOWN if extent.id != "margin" or can_set)

    def _all(self, request: Request) -> tuple[Light, ...]:
        panel = self._panel
        rig = rig_shown(panel.settings.rig, load_profile(panel.draft(request).profile))
        return lights_of(panel.link, rig, panel.settings.out)

    def _lights(self, request: Request) -> dict[str, Any]:
        """Return what the lights' part of the page shows: the checks that passed stand behind one line."""
        panel, lights = self._panel, self._all(request)
        passed = [light for light in lights if light.is_check and light.state == "good"]
        sound = [light for light in lights if not light.is_check and light.state == "good"]
        busy = panel.link.state.phase in EXAMINED
        local = bool(request.scope.get("lockbench.local"))
        prompt = prompt_for(panel.link.state, "rear_door", panel.language(request).say, local=local) if busy else None
        return {
            "lights": [light for light in lights if light.state != "good"], "sound": sound, "passed": passed,
            "of": sum(light.is_check for light in lights),
            "can_start": not any(light.blocks for light in lights) and not panel.is_running, "busy": busy, "exam": prompt,
            "retell": panel.language(request).retell, "is_plant": panel.settings.rig.startswith("plant:"),
        }  # fmt: skip


async def examine(panel: Panel, request: Request) -> None:
    """Order the examination; at the rig's own screen it begins at once."""
    local = bool(request.scope.get("lockbench.local"))
    panel.note(request, "examines the rig" if local else "arms an examination")
    await panel.link.begin(LookOrder(profile=panel.draft(request).profile, released=local))


def _said(light: Light, panel: Panel, request: Request) -> str:
    language = panel.language(request)
    return f"{language.say(light.name)}: {language.retell(light.more)}" if light.more else language.say(light.name)
